package liveviewtest

import (
	"context"
	"encoding/json"
	"time"

	"golang.org/x/net/html"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

const uploadRef = "data-phx-upload-ref"

// uploadStruct returns the %Upload{} that a test gave as an event's value, nil
// for any other.
func uploadStruct(v term.Term) *term.Map {
	m, _ := v.(*term.Map)
	if m == nil {
		return nil
	}
	if name, isStruct := m.StructName(); !isStruct || name != term.NewModule("Phoenix.LiveViewTest.Upload") {
		return nil
	}
	return m
}

// chosen is what an event says of the files of an %Upload{}, nil for none.
func (x *proxy) chosen(root *html.Node, given term.Term) (*term.Map, error) {
	m := uploadStruct(given)
	if m == nil {
		return nil, nil
	}
	ref, err := x.uploadRefOf(root, m.GetAtom(term.NewAtom("element")))
	if err != nil {
		return nil, err
	}
	return term.NewMap(ref, m.GetAtom(term.NewAtom("entries"))), nil
}

// chosenIn is chosen for an event that no element is asked for.
func (x *proxy) chosenIn(v *view, given term.Term) (*term.Map, error) {
	if uploadStruct(given) == nil {
		return nil, nil
	}
	root, err := x.rootOf(v)
	if err != nil {
		return nil, err
	}
	return x.chosen(root, given)
}

// uploadRefOf returns the reference of the upload input that an element finds.
func (x *proxy) uploadRefOf(root *html.Node, el term.Term) (term.Term, error) {
	e := readElement(x.t, el)
	n, _, err := e.find(root)
	if err != nil {
		return nil, err
	}
	ref, found := attr(n, uploadRef)
	if !found {
		return nil, argument("element selected by %s does not have a %s attribute", quote(e.selector), uploadRef)
	}
	return term.Binary(ref), nil
}

// allowUpload asks whether files may be sent, and answers with what the view
// replies.
func (x *proxy) allowUpload(el, given, from term.Term) error {
	v := x.fetch(x.topicOf(el))
	root, err := x.rootOf(v)
	if err != nil {
		return err
	}
	ref, err := x.uploadRefOf(root, el)
	if err != nil {
		return err
	}
	pair, _ := given.(term.Tuple)
	payload := withCID(term.NewMap(term.Binary("ref"), ref, term.Binary("entries"), pair[0]), pair[1])
	x.push(v, "allow_upload", payload, from, func(f *frame) error {
		x.reply(from, ok(f.answer))
		return nil
	})
	return nil
}

func withCID(payload *term.Map, cid term.Term) *term.Map {
	if cid == term.Term(term.Nil) {
		return payload
	}
	return payload.Put(term.Binary("cid"), cid)
}

// uploadProgress tells a view how far a file has come: m is {:upload_progress,
// from, element, entry_ref, progress, cid}.
func (x *proxy) uploadProgress(caller term.Term, m term.Tuple) error {
	v := x.fetch(x.topicOf(m[2]))
	return x.ping(v, func() error {
		x.reply(caller, term.OK)
		root, err := x.rootOf(v)
		if err != nil {
			return err
		}
		ref, err := x.uploadRefOf(root, m[2])
		if err != nil {
			return err
		}
		payload := term.NewMap(term.Binary("ref"), ref, term.Binary("entry_ref"), m[3], term.Binary("progress"), m[4])
		x.pushForHTML(v, "progress", withCID(payload, m[5]), m[1])
		return nil
	})
}

// uploadTarget answers with the component that a form's events go to.
func (x *proxy) uploadTarget(view, selector, from term.Term) error {
	root, err := x.rootOf(x.fetch(x.topicOf(view)))
	if err != nil {
		return err
	}
	e := &element{t: x.t, selector: textOf(selector)}
	n, _, err := e.find(root)
	if err != nil {
		return err
	}
	var to term.Term
	if s, found := attr(n, "phx-target"); found {
		to = term.Binary(s)
	}
	targets, err := x.targets(root, to)
	if err != nil {
		return err
	}
	cid := term.Term(term.Nil)
	if targets[0].some {
		cid = term.Int(targets[0].cid)
	}
	x.reply(from, ok(cid))
	return nil
}

var atomUploadReply = term.NewAtom("phoenix_upload_reply")

// uploadSink is the connection of a process that receives a file.
type uploadSink struct {
	node *node.Node
	to   term.PID
}

// Reply implements live.Sink.
func (s uploadSink) Reply(ref, status string, response []byte) []byte {
	var m map[string]any
	reply := term.EmptyMap
	if json.Unmarshal(response, &m) == nil {
		for k, v := range m {
			switch v := v.(type) {
			case string:
				reply = reply.Put(term.NewAtom(k), term.NewAtom(v))
			case float64:
				reply = reply.Put(term.NewAtom(k), term.Int(int(v)))
			}
		}
	}
	s.node.Send(s.to, term.Tuple{atomUploadReply, term.Binary(ref), term.NewAtom(status), reply})
	return nil
}

// Push implements live.Sink.
func (uploadSink) Push(string, []byte) []byte { return nil }

// Close implements live.Sink. How the process ended is seen by its exit reason.
func (uploadSink) Close(live.CloseReason) {}

// joinUpload is ClientProxy.join_upload/1: {:ok, pid} or {:error, reason}.
func joinUpload(t *interp.Thread, a []term.Term) term.Term {
	s, p := suiteOf(t)
	token, err := s.Tokens.VerifyUpload(textOf(a[0]))
	if err != nil {
		return term.Tuple{term.Err, term.NewAtom("invalid_token")}
	}
	request := live.UploadRequest{Topic: "lvu:123", Ref: joinRef, Token: token}
	channel := s.Live.JoinUpload(context.Background(), request, uploadSink{p.Node(), p.PID()})
	status, reply := awaitUpload(t, p, joinRef)
	if status != "ok" {
		return term.Tuple{term.Err, reply.GetAtom(term.NewAtom("reason"))}
	}
	s.uploads.Store(channel.PID(), channel)
	go func() {
		<-channel.Done()
		s.uploads.Delete(channel.PID())
	}()
	return ok(channel.PID())
}

// pushChunk is ClientProxy.push_chunk/2: {status, reply}.
func pushChunk(t *interp.Thread, a []term.Term) term.Term {
	s, p := suiteOf(t)
	v, found := s.uploads.Load(a[0])
	if !found {
		t.RaiseArgument("no process receives this file: %s", term.Inspect(a[0]))
	}
	const ref = "chunk"
	v.(*live.Channel).Deliver(live.Message{Ref: ref, Event: "chunk", Payload: term.Tuple{term.NewAtom("binary"), a[1]}})
	status, reply := awaitUpload(t, p, ref)
	return term.Tuple{term.NewAtom(status), reply}
}

// awaitUpload waits for the answer to a push.
func awaitUpload(t *interp.Thread, p *node.Process, ref string) (status string, reply *term.Map) {
	got := p.Receive(func(msg term.Term) bool {
		m, isTuple := msg.(term.Tuple)
		if !isTuple || len(m) != 4 || m[0] != term.Term(atomUploadReply) || m[1] != term.Term(term.Binary(ref)) {
			return false
		}
		status = m[2].(term.Atom).Name()
		reply, _ = m[3].(*term.Map)
		return true
	}, 10*time.Second)
	if !got {
		t.Exit(term.NewAtom("timeout"))
	}
	return status, reply
}
