package live_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// steps is a Tracer that notes one line for each event.
type steps struct {
	mu    sync.Mutex
	lines []string
}

var stepNames = [...]string{"begin", "frame in", "callback", "returned", "pending", "render", "flushed", "frame out", "dom", "log", "crash", "end"}

func (s *steps) Trace(e trace.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := fmt.Sprintf("%d %s", e.Transaction, stepNames[e.Step])
	switch e.Step {
	case trace.Begin:
		line += fmt.Sprintf(" %s %s", e.Trigger, e.Name)
	case trace.CallbackStart, trace.CallbackEnd:
		line += " " + e.Name
	case trace.Pending, trace.Flushed:
		line += " " + streamState(e.Socket)
	case trace.FrameIn, trace.FrameOut, trace.Render, trace.DOM:
		line += " " + string(e.Data)
	}
	if e.View != "lv:phx-1" || e.Client != "left" || e.Time.IsZero() {
		line += fmt.Sprintf(" of %q, %q at %v", e.View, e.Client, e.Time)
	}
	s.lines = append(s.lines, line)
}

// streamState says how many operations the songs of a socket hold.
func streamState(socket *term.Map) string {
	at := func(m *term.Map, k string) *term.Map {
		v, _ := m.GetAtom(term.NewAtom(k)).(*term.Map)
		return v
	}
	songs := at(at(at(socket, "assigns"), "streams"), "songs")
	inserts, _ := songs.GetAtom(term.NewAtom("inserts")).(*term.List)
	n, _ := inserts.Len()
	return fmt.Sprintf("holds %d inserts", n)
}

func (s *steps) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := strings.Join(s.lines, "\n")
	s.lines = nil
	return out
}

func TestTrace(t *testing.T) {
	s := songsServer(t)
	tracer := &steps{}
	s.Tracer = tracer
	r := newRecorder()
	c := s.Join(t.Context(), live.JoinRequest{
		Topic: "lv:phx-1", Ref: "4", Session: live.Session{ID: "phx-1", View: songsModule, RootView: songsModule},
		Transport: s.NewTransport(), Client: "left", Frame: []byte("JOIN"),
	}, r)
	r.take(t, 1)
	m := click("insert")
	m.Frame = []byte("EVENT")
	c.Deliver(m)
	r.take(t, 1)
	c.Deliver(live.Message{Event: "lvp:dom", Payload: term.EmptyMap, Frame: []byte("REPORT")})
	c.Deliver(live.Message{Ref: "7", Event: "phx_leave", Payload: term.EmptyMap})
	<-c.Done()
	join := `reply 4 ok {"liveview_version":"1.2.10","rendered":{"0":"0","1":{"k":{"0":{"0":" id=\"songs-1\"","1":"One"},"1":{"0":" id=\"songs-2\"","1":"Two"},"kc":2},"s":0,"stream":["0",[["songs-2",-1,null,null],["songs-1",-1,null,null]],[]]},"p":{"0":["\u003cli","\u003e","\u003c/li\u003e"],"1":["\u003cp\u003e","\u003c/p\u003e\u003cul id=\"songs\" phx-update=\"stream\"\u003e","\u003c/ul\u003e"]},"s":1}}`
	diff := `{"1":{"k":{"0":{"0":" id=\"songs-3\"","1":"Three"},"kc":1},"stream":["0",[["songs-3",0,null,false]],[]]}}`
	want := []string{
		"1 begin join lv:phx-1", "1 frame in JOIN", "1 callback mount/3", "1 returned mount/3", "1 pending holds 2 inserts",
		"1 callback render/1", "1 returned render/1", "1 render …", "1 flushed holds 0 inserts", "1 frame out " + join, "1 end",
		"2 begin event insert", "2 frame in EVENT", "2 callback handle_event/3", "2 returned handle_event/3", "2 pending holds 1 inserts",
		"2 callback render/1", "2 returned render/1", "2 render " + diff, "2 flushed holds 0 inserts",
		`2 frame out reply 5 ok {"diff":` + diff + "}", "2 end",
		"2 dom REPORT",
		"3 begin leave phx_leave", "3 end",
	}
	got := strings.Split(tracer.take(), "\n")
	for i, line := range got {
		if i < len(want) && strings.HasSuffix(want[i], "render …") {
			line = "1 render …"
		}
		if i >= len(want) || line != want[i] {
			t.Fatalf("step %d is %s\nof\n%s", i, line, strings.Join(got, "\n"))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d steps, want %d", len(got), len(want))
	}
}
