package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// songs is a stream view written in Go:
//
//	<p>{@count}</p><ul id="songs" phx-update="stream"><li :for={{id, song} <- @streams.songs} id={id}>{song.title}</li></ul>
type songs struct{}

var (
	songsBlock = &rendered.Block{Statics: []string{"<p>", `</p><ul id="songs" phx-update="stream">`, "</ul>"}, Name: "songs"}
	songBlock  = &rendered.Block{Statics: []string{"<li", ">", "</li>"}, Name: "for at songs"}
)

func (songs) Mount(t *interp.Thread, _ term.Term, _ *term.Map, s live.Socket) live.Socket {
	return s.Assign("count", term.Int(0)).Stream(t, "songs", []term.Term{song(1, "One"), song(2, "Two")})
}

func (songs) HandleEvent(t *interp.Thread, event string, value term.Term, s live.Socket) (live.Socket, *term.Map) {
	switch event {
	case "insert":
		return s.StreamInsert(t, "songs", song(3, "Three"), "at", term.Int(0)), nil
	case "delete":
		return s.StreamDelete(t, "songs", song(2, "")), nil
	case "count":
		return s.Assign("count", s.Get("count").(term.Int)+1), nil
	case "ask":
		return s, term.NewMap(term.NewAtom("ok"), term.True)
	case "push":
		return s.PushEvent("hello", term.NewMap(term.NewAtom("a"), term.Int(1))), nil
	case "same":
		return s.Assign("count", s.Get("count")), nil
	case "crash":
		t.RaiseArgument("boom")
	case "loop":
		for {
			t.Burn(1000)
		}
	case "gopanic":
		panic("a bug")
	}
	return s, nil
}

func (songs) HandleInfo(t *interp.Thread, msg term.Term, s live.Socket) live.Socket {
	return s.StreamInsert(t, "songs", song(9, string(msg.(term.Binary))))
}

func (songs) Render(t *interp.Thread, assigns *term.Map) *rendered.Rendered {
	changed, _ := assigns.GetAtom(term.NewAtom("__changed__")).(*term.Map)
	fresh := func(name string, track bool) bool {
		return !track || changed == nil || changed.Has(term.NewAtom(name))
	}
	return &rendered.Rendered{Block: songsBlock, Dynamic: func(track bool) []rendered.Dyn {
		out := make([]rendered.Dyn, 2)
		if fresh("count", track) {
			out[0] = rendered.Text(term.Inspect(assigns.GetAtom(term.NewAtom("count"))))
		}
		if fresh("streams", track) {
			streams := assigns.GetAtom(term.NewAtom("streams")).(*term.Map)
			out[1] = comprehension(streams.GetAtom(term.NewAtom("songs")).(*term.Map))
		}
		return out
	}}
}

func comprehension(stream *term.Map) *rendered.Comprehension {
	get := func(m *term.Map, k string) term.Term { return m.GetAtom(term.NewAtom(k)) }
	c := &rendered.Comprehension{Block: songBlock, Stream: &rendered.Stream{Ref: string(get(stream, "ref").(term.Binary)),
		Reset: get(stream, "reset?") == term.Term(term.True)}}
	for d := range get(stream, "deletes").(*term.List).All() {
		c.Stream.Deletes = append(c.Stream.Deletes, string(d.(term.Binary)))
	}
	for e := range get(stream, "inserts").(*term.List).All() {
		i := e.(term.Tuple)
		id := string(i[0].(term.Binary))
		c.Stream.Inserts = append(c.Stream.Inserts, rendered.StreamInsert{DOMID: id, At: int(i[1].(term.Int)), Limit: i[3], UpdateOnly: i[4]})
		item := i[2].(*term.Map)
		entry := rendered.Entry{Key: i[0], Vars: term.EmptyMap, Render: func(*term.Map, bool) []rendered.Dyn {
			return []rendered.Dyn{rendered.Text(` id="` + id + `"`), rendered.Text(get(item, "title").(term.Binary))}
		}}
		c.Entries = append([]rendered.Entry{entry}, c.Entries...)
	}
	return c
}

func song(id int, title string) term.Term {
	return term.NewMap(term.NewAtom("id"), term.Int(id), term.NewAtom("title"), term.Binary(title))
}

// recorder is a Sink that notes what the client would get.
type recorder struct {
	mu    sync.Mutex
	calls []string
	wake  chan struct{}
}

func newRecorder() *recorder { return &recorder{wake: make(chan struct{}, 1000)} }

func (r *recorder) add(s string) []byte {
	r.mu.Lock()
	r.calls = append(r.calls, s)
	r.mu.Unlock()
	r.wake <- struct{}{}
	return []byte(s)
}

func (r *recorder) Reply(ref, status string, response []byte) []byte {
	return r.add(fmt.Sprintf("reply %s %s %s", ref, status, canonical(response)))
}

func (r *recorder) Push(event string, payload []byte) []byte {
	return r.add(fmt.Sprintf("push %s %s", event, canonical(payload)))
}

func (r *recorder) Close(reason live.CloseReason) {
	r.add("close " + [...]string{"left", "closed", "crashed", "replaced"}[reason])
}

// take waits for n calls and returns them.
func (r *recorder) take(t *testing.T, n int) []string {
	t.Helper()
	for range n {
		select {
		case <-r.wake:
		case <-t.Context().Done():
			t.Fatal("the view said nothing")
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.calls[:n]
	r.calls = r.calls[n:]
	return out
}

func canonical(b []byte) string {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return "not JSON: " + string(b)
	}
	out, _ := json.Marshal(v)
	return string(out)
}

type plainTokens struct{}

func (plainTokens) SignSession(s live.Session) string    { return "session-" + s.ID }
func (plainTokens) SignStatic(s live.Static) string      { return "static-" + s.ID }
func (plainTokens) SignFlash(f *term.Map) string         { return term.Inspect(f) }
func (plainTokens) SignReload(r live.Reload) string      { return fmt.Sprint(r.Status) }
func (plainTokens) SignUpload(u live.UploadToken) string { return fmt.Sprint(u.Ref, u.EntryRef) }

var songsModule = term.NewModule("Songs")

func songsServer(t testing.TB) *live.Server {
	p, err := interp.NewProgram()
	if err != nil {
		t.Fatal(err)
	}
	s := &live.Server{Views: map[term.Atom]live.View{songsModule: songs{}}, Tokens: plainTokens{}}
	s.SetProgram(p)
	s.Node = node.New(node.Options{Program: s.Program, Limits: interp.Limits{Reductions: 1_000_000}})
	t.Cleanup(s.Node.Close)
	return s
}

func joinSongs(t testing.TB, s *live.Server, r *recorder) *live.Channel {
	return s.Join(context.Background(), live.JoinRequest{
		Topic: "lv:phx-1", Ref: "4", Session: live.Session{ID: "phx-1", View: songsModule, RootView: songsModule},
		Transport: s.NewTransport(), Params: term.NewMap(term.Binary("_mounts"), term.Int(0)),
	}, r)
}

func click(event string) live.Message {
	return live.Message{Ref: "5", Event: "event", Payload: term.NewMap(term.Binary("type"), term.Binary("click"),
		term.Binary("event"), term.Binary(event), term.Binary("value"), term.EmptyMap)}
}

func TestGoView(t *testing.T) {
	s := songsServer(t)
	r := newRecorder()
	c := joinSongs(t, s, r)
	want(t, r.take(t, 1)[0], `reply 4 ok {"liveview_version":"1.2.10","rendered":{"0":"0","1":{"k":{"0":{"0":" id=\"songs-1\"","1":"One"},`+
		`"1":{"0":" id=\"songs-2\"","1":"Two"},"kc":2},"s":0,"stream":["0",[["songs-2",-1,null,null],["songs-1",-1,null,null]],[]]},`+
		`"p":{"0":["\u003cli","\u003e","\u003c/li\u003e"],"1":["\u003cp\u003e","\u003c/p\u003e\u003cul id=\"songs\" phx-update=\"stream\"\u003e","\u003c/ul\u003e"]},"s":1}}`)
	for _, step := range []struct{ event, reply string }{
		{"insert", `{"diff":{"1":{"k":{"0":{"0":" id=\"songs-3\"","1":"Three"},"kc":1},"stream":["0",[["songs-3",0,null,false]],[]]}}}`},
		{"count", `{"diff":{"0":"1"}}`},
		{"delete", `{"diff":{"1":{"k":{"kc":0},"stream":["0",[],["songs-2"]]}}}`},
		{"same", `{}`},
		{"ask", `{"diff":{"r":{"ok":true}}}`},
		{"push", `{"diff":{"e":[["hello",{"a":1}]]}}`},
	} {
		c.Deliver(click(step.event))
		want(t, r.take(t, 1)[0], "reply 5 ok "+step.reply)
	}
	s.Node.Send(c.PID(), term.Binary("told"))
	want(t, r.take(t, 1)[0], `push diff {"1":{"k":{"0":{"0":" id=\"songs-9\"","1":"told"},"kc":1},"stream":["0",[["songs-9",-1,null,false]],[]]}}`)
	c.Deliver(live.Message{Ref: "9", Event: "phx_leave", Payload: term.EmptyMap})
	want(t, r.take(t, 1)[0], "close left")
	<-c.Done()
}

func TestCrashes(t *testing.T) {
	for _, event := range []string{"crash", "loop", "gopanic"} {
		t.Run(event, func(t *testing.T) {
			s := songsServer(t)
			r, other := newRecorder(), newRecorder()
			c, bystander := joinSongs(t, s, r), joinSongs(t, s, other)
			r.take(t, 1)
			other.take(t, 1)
			c.Deliver(click(event))
			want(t, r.take(t, 1)[0], "close crashed")
			<-c.Done()
			bystander.Deliver(click("ask"))
			want(t, other.take(t, 1)[0], `reply 5 ok {"diff":{"r":{"ok":true}}}`)
		})
	}
}

func TestReplaceAndHangUp(t *testing.T) {
	s := songsServer(t)
	r := newRecorder()
	c := joinSongs(t, s, r)
	r.take(t, 1)
	c.Replace()
	want(t, r.take(t, 1)[0], "close replaced")
	<-c.Done()
	c = joinSongs(t, s, r)
	r.take(t, 1)
	c.Close()
	<-c.Done()
	if len(r.calls) != 0 {
		t.Errorf("a view without a connection said %q", r.calls)
	}
}

func TestDeadRender(t *testing.T) {
	s := songsServer(t)
	page, err := s.Render(context.Background(), live.PageRequest{URL: "http://localhost:4000/songs", View: songsModule})
	if err != nil {
		t.Fatal(err)
	}
	want(t, page.Inner, `<p>0</p><ul id="songs" phx-update="stream"><li id="songs-1">One</li><li id="songs-2">Two</li></ul>`)
	if !strings.HasPrefix(page.HTML, `<div id="`+page.ID+`" data-phx-session="session-`) {
		t.Errorf("root element is %s", page.HTML)
	}
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func BenchmarkStreamInsertGoView(b *testing.B) {
	s := songsServer(b)
	r := &counter{wake: make(chan struct{}, 1)}
	c := s.Join(context.Background(), live.JoinRequest{Topic: "lv:phx-1", Ref: "4",
		Session: live.Session{ID: "phx-1", View: songsModule, RootView: songsModule}, Transport: s.NewTransport()}, r)
	<-r.wake
	b.ReportAllocs()
	for b.Loop() {
		c.Deliver(click("insert"))
		<-r.wake
	}
}

// counter is a Sink that only says that something came.
type counter struct{ wake chan struct{} }

func (c *counter) Reply(string, string, []byte) []byte { c.wake <- struct{}{}; return nil }
func (c *counter) Push(string, []byte) []byte          { c.wake <- struct{}{}; return nil }
func (c *counter) Close(live.CloseReason)              {}
