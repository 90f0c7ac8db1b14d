package live_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// chatServer runs the live view of testdata/bench/chat_live.ex.
func chatServer(t testing.TB, tracer trace.Tracer) (*live.Server, term.Atom) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "bench", "chat_live.ex"))
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, []source.TxtarFile{{Name: "chat_live.ex", Data: string(text)}})
	s := &live.Server{Tokens: plainTokens{}, Tracer: tracer}
	s.SetProgram(p)
	s.Node = node.New(node.Options{Program: s.Program})
	t.Cleanup(s.Node.Close)
	return s, term.NewModule("ChatLive")
}

func joinView(s *live.Server, view term.Atom, sink live.Sink) *live.Channel {
	return s.Join(context.Background(), live.JoinRequest{
		Topic: "lv:phx-1", Ref: "4", Session: live.Session{ID: "phx-1", View: view, RootView: view},
		Transport: s.NewTransport(), Params: term.NewMap(term.Binary("_mounts"), term.Int(0)),
	}, sink)
}

func message(text string) live.Message {
	return live.Message{Ref: "5", Event: "event", Payload: term.NewMap(term.Binary("type"), term.Binary("form"),
		term.Binary("event"), term.Binary("send"), term.Binary("value"), term.Binary("message%5Bbody%5D="+text))}
}

// BenchmarkChat is one message to the chat: an event in, a frame out.
func BenchmarkChat(b *testing.B) {
	for _, mode := range []struct {
		name   string
		tracer trace.Tracer
	}{{"untraced", nil}, {"traced", keepLast{}}} {
		b.Run(mode.name, func(b *testing.B) {
			s, view := chatServer(b, mode.tracer)
			r := &counter{wake: make(chan struct{}, 1)}
			c := joinView(s, view, r)
			<-r.wake
			m := message("hello")
			b.ReportAllocs()
			for b.Loop() {
				c.Deliver(m)
				<-r.wake
			}
		})
	}
}

// keepLast is a Tracer that does next to nothing.
type keepLast struct{}

func (keepLast) Trace(trace.Event) {}

// BenchmarkJoin is a first render and its mount.
func BenchmarkJoin(b *testing.B) {
	s, view := chatServer(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		r := &counter{wake: make(chan struct{}, 1)}
		c := joinView(s, view, r)
		<-r.wake
		c.Close()
		<-c.Done()
	}
}

// TestMemoryOfStreamedItems checks that a view keeps nothing of what it
// streamed.
func TestMemoryOfStreamedItems(t *testing.T) {
	s, view := chatServer(t, nil)
	r := &counter{wake: make(chan struct{}, 1)}
	c := joinView(s, view, r)
	<-r.wake
	stream := func(n int) {
		for range n {
			c.Deliver(message("a%20message%20of%20some%20length%20that%20would%20add%20up"))
			<-r.wake
		}
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	stream(500)
	before := heap()
	stream(20_000)
	after := heap()
	if after > before+256<<10 {
		t.Errorf("20,000 messages left %d KiB behind", (after-before)>>10)
	}
}
