package live_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// TestSessions plays the archives of testdata/sessions: live views, a router
// and a session. In a session, a line
//
//	> get /path              renders a page
//	> join /path             joins its live view
//	> event TYPE NAME VALUE  sends an event; VALUE is JSON, cid:N comes before it
//	> EVENT PAYLOAD          sends any other frame
//	> wait                   lets time pass until nothing happens any more
//
// is followed by what the client got, each after "<", and what the log said,
// each after "!".
func TestSessions(t *testing.T) {
	names, err := filepath.Glob("testdata/sessions/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no sessions", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := source.ParseTxtar(data)
			program := compile(t, files)
			for i, f := range files {
				if f.Name != "session" {
					continue
				}
				var got string
				synctest.Test(t, func(t *testing.T) { got = play(t, program, f.Data) })
				if *update {
					files[i].Data = got
				} else if got != f.Data {
					t.Errorf("got:\n%s\nwant:\n%s", got, f.Data)
				}
			}
			if *update {
				if err := os.WriteFile(name, source.FormatTxtar(files), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// player is a client that plays a session.
type player struct {
	t       *testing.T
	server  *live.Server
	page    *live.Page
	channel *live.Channel
	out     strings.Builder
	ref     int
	log     logger
}

// logger is a Tracer that notes what the log says, by process.
type logger struct {
	mu    sync.Mutex
	lines map[string]string
}

func (l *logger) Trace(e trace.Event) {
	if e.Step != trace.Log {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines[e.View] += "! " + e.Level + " " + strings.ReplaceAll(strings.TrimRight(e.Text, "\n"), "\n", "\n!   ") + "\n"
}

// take returns what was logged since the last call.
func (l *logger) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, view := range slices.Sorted(maps.Keys(l.lines)) {
		b.WriteString(l.lines[view])
	}
	clear(l.lines)
	return b.String()
}

func play(t *testing.T, program *interp.Program, session string) string {
	p := &player{t: t}
	p.log.lines = map[string]string{}
	p.server = &live.Server{Tokens: plainTokens{}, Tracer: &p.log}
	p.server.SetProgram(program)
	if routers := live.Routers(program); len(routers) > 0 {
		p.server.Router, p.server.RouterModule = routers[0], routers[0].Module
	}
	p.server.Node = node.New(node.Options{Program: p.server.Program})
	defer p.server.Node.Close()
	for line := range strings.SplitSeq(session, "\n") {
		if cmd, ok := strings.CutPrefix(line, "> "); ok {
			p.out.WriteString(line + "\n")
			p.do(cmd)
			synctest.Wait()
			p.out.WriteString(p.log.take())
		} else if strings.HasPrefix(line, "#") || line == "" && p.out.Len() > 0 {
			p.out.WriteString(line + "\n")
		}
	}
	return strings.TrimRight(p.out.String(), "\n") + "\n"
}

func (p *player) do(cmd string) {
	verb, rest, _ := strings.Cut(cmd, " ")
	switch verb {
	case "get":
		page, err := p.server.Render(context.Background(), live.PageRequest{URL: "http://localhost:4000" + rest})
		switch {
		case err != nil:
			p.say("error " + err.Error())
		case page.Redirect != nil:
			p.say("redirect " + page.Redirect.To)
		default:
			p.page = page
			p.say(strings.ReplaceAll(page.Inner, "\n", "\n  "))
		}
	case "join":
		path, _, _ := strings.Cut(rest, "?")
		route, ok := p.server.Router.Route(path)
		if !ok {
			p.t.Fatalf("no route for %s", rest)
		}
		p.channel = p.server.Join(context.Background(), live.JoinRequest{
			Topic: "lv:phx-1", Ref: "4", URL: "http://localhost:4000" + rest,
			Session:   live.Session{ID: "phx-1", View: route.View, RootView: route.View, Routed: true, LiveSession: route.LiveSession},
			Params:    term.NewMap(term.Binary("_mounts"), term.Int(0)),
			Transport: p.server.NewTransport(),
		}, p)
	case "wait":
	case "event":
		p.event(rest)
	default:
		p.send(verb, rest)
	}
}

func (p *player) event(rest string) {
	parts := strings.SplitN(rest, " ", 3)
	payload := `{"type":"` + parts[0] + `","event":"` + parts[1] + `","value":`
	value := "{}"
	if len(parts) == 3 {
		value = parts[2]
	}
	if cid, v, ok := strings.Cut(value, " "); ok && strings.HasPrefix(cid, "cid:") {
		p.send("event", payload+v+`,"cid":`+cid[4:]+"}")
		return
	} else if strings.HasPrefix(value, "cid:") {
		p.send("event", payload+`{},"cid":`+value[4:]+"}")
		return
	}
	p.send("event", payload+value+"}")
}

func (p *player) send(event, payload string) {
	if payload == "" {
		payload = "{}"
	}
	var v any
	d := json.NewDecoder(strings.NewReader(payload))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		p.t.Fatalf("%s: %v", payload, err)
	}
	p.ref++
	p.channel.Deliver(live.Message{Ref: "r", Event: event, Payload: toTerm(v)})
}

// toTerm turns decoded JSON into a term.
func toTerm(v any) term.Term {
	switch x := v.(type) {
	case map[string]any:
		m := term.EmptyMap
		for k, e := range x {
			m = m.Put(term.Binary(k), toTerm(e))
		}
		return m
	case []any:
		var l []term.Term
		for _, e := range x {
			l = append(l, toTerm(e))
		}
		return term.NewList(l...)
	case json.Number:
		n, _ := x.Int64()
		return term.Int(n)
	case string:
		return term.Binary(x)
	case bool:
		return term.Bool(x)
	}
	return term.Nil
}

func (p *player) say(s string) { p.out.WriteString("< " + s + "\n") }

// Reply implements live.Sink.
func (p *player) Reply(ref, status string, response []byte) []byte {
	p.say("reply " + status + " " + plainJSON(response))
	return nil
}

// Push implements live.Sink.
func (p *player) Push(event string, payload []byte) []byte {
	p.say("push " + event + " " + plainJSON(payload))
	return nil
}

// Close implements live.Sink.
func (p *player) Close(reason live.CloseReason) {
	p.say("close " + [...]string{"left", "closed", "crashed", "replaced"}[reason])
}

// plainJSON sorts keys and leaves HTML as it is.
func plainJSON(b []byte) string {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return "not JSON: " + string(b)
	}
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(out.String())
}
