package inspector_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
	"streamsplayground/inspector"
)

// stream returns a %Phoenix.LiveView.LiveStream{} with the inserts and deletes,
// newest first.
func stream(inserts []term.Term, deletes []term.Term) *term.Map {
	return term.NewStruct("Phoenix.LiveView.LiveStream", "name", term.NewAtom("messages"), "ref", term.Binary("0"),
		"inserts", term.NewList(inserts...), "deletes", term.NewList(deletes...), "reset?", term.False)
}

func insert(id string) term.Term {
	return term.Tuple{term.Binary(id), term.Int(-1), term.NewMap(term.NewAtom("id"), term.Int(7)), term.Nil, term.False}
}

func socket(assigns ...any) *term.Map {
	b := term.NewMapBuilder(4)
	for i := 0; i < len(assigns); i += 2 {
		b.Put(term.NewAtom(assigns[i].(string)), assigns[i+1].(term.Term))
	}
	return term.NewStruct("Phoenix.LiveView.Socket", "assigns", b.Map())
}

func withStream(s *term.Map, assigns ...any) *term.Map {
	return socket(append(assigns, "streams", term.NewMap(term.NewAtom("messages"), s))...)
}

const topic = "lv:phx-A"

// An event and its reply as the real server sends them.
const (
	eventFrame = `["4","7","lv:phx-A","event",{"type":"click","event":"append","value":{"value":""}}]`
	replyFrame = `["4","7","lv:phx-A","phx_reply",{"status":"ok","response":{"diff":{"0":{"k":{"0":{"0":" id=\"messages-7\"","1":"hi"},"kc":1},"stream":["0",[["messages-7",-1,null,false]],["messages-1"]]}}}}]`
	diffJSON   = `{"0":{"k":{"0":{"0":" id=\"messages-7\"","1":"hi"},"kc":1},"stream":["0",[["messages-7",-1,null,false]],["messages-1"]]}}`
	domReport  = `{"view":"phx-A","cause":"reply","seq":2,"refs":{"join":"4","reply":"7"},"ops":[
		{"op":"deleted","id":"messages-1","stream":"0","reason":"deleted"},
		{"op":"inserted","id":"messages-7","stream":"0","at":-1,"index":3,"reason":"new, at the end"},
		{"op":"pruned","id":"messages-2","stream":"0","reason":"pruned: limit −4 keeps the last 4"}],
		"containers":[{"id":"messages","stream":"0","count":4,"placeholders":0,"children":["messages-3","messages-4","messages-5","messages-7"]}],"problems":[]}`
)

// play sends the events of one transaction.
func play(r *inspector.Recorder, number uint64, more ...trace.Event) {
	before := withStream(stream(nil, nil), "count", term.Int(1))
	pending := withStream(stream([]term.Term{insert("messages-7")}, []term.Term{term.Binary("messages-1")}), "count", term.Int(2), "new", term.True)
	events := []trace.Event{
		{Step: trace.Begin, Trigger: trace.EventMsg, Name: "append", Socket: before},
		{Step: trace.FrameIn, Data: []byte(eventFrame)},
		{Step: trace.CallbackStart, Name: "handle_event/3", Args: []term.Term{term.Binary("append"), term.EmptyMap, before}},
		{Step: trace.CallbackEnd, Name: "handle_event/3", Result: term.Tuple{term.NewAtom("noreply"), pending}, Took: time.Millisecond},
		{Step: trace.Pending, Socket: pending},
		{Step: trace.Render, Data: []byte(diffJSON)},
		{Step: trace.Flushed, Socket: withStream(stream(nil, nil), "count", term.Int(2), "new", term.True)},
		{Step: trace.FrameOut, Data: []byte(replyFrame)},
	}
	events = append(events, more...)
	events = append(events, trace.Event{Step: trace.End, Took: 2 * time.Millisecond})
	for _, e := range events {
		e.View, e.Client, e.Transaction = topic, "antonia", number
		r.Trace(e)
	}
}

func TestTransaction(t *testing.T) {
	r := inspector.NewRecorder(10)
	var told []uint64
	r.Subscribe(func(id uint64) bool { told = append(told, id); return true })
	play(r, 5)
	r.Trace(trace.Event{Step: trace.DOM, View: topic, Data: []byte(`["4",null,"lv:phx-A","lvp:dom",` + domReport + `]`)})
	if fmt.Sprint(told) != "[1 1]" {
		t.Errorf("subscribers were told of %v", told)
	}
	tx, ok := r.Transaction(1)
	if !ok || !tx.Done || tx.Client != "antonia" || len(tx.Frames) != 2 || len(tx.Callbacks) != 1 || tx.Callbacks[0].Result == nil {
		t.Fatalf("the transaction is not whole: %+v", tx)
	}
	if got := tx.Summary().Label; got != "event append" {
		t.Errorf("label %q", got)
	}
	streams := tx.Streams()
	if len(streams) != 1 {
		t.Fatalf("got %d streams", len(streams))
	}
	s := streams[0]
	if !s.Touched || s.Held != 0 || s.Ref != "0" || !strings.Contains(s.Pending, `"messages-7"`) || !strings.Contains(s.After, "inserts: []") {
		t.Errorf("stream: %+v", s)
	}
	want := []string{
		`delete messages-1 wire="messages-1" row=false dom=deleted`,
		`insert messages-7 wire=["messages-7",-1,null,false] row=true dom=inserted`,
		`- messages-2 wire= row=false dom=pruned`,
	}
	for i, op := range s.Ops {
		kind := "insert"
		if op.Delete {
			kind = "delete"
		} else if op.Pending == "" {
			kind = "-"
		}
		got := fmt.Sprintf("%s %s wire=%s row=%t dom=%s", kind, op.DOMID, op.Wire, op.Row > 0, op.DOM[0].Op)
		if i >= len(want) || got != want[i] {
			t.Errorf("operation %d: %s", i, got)
		}
	}
	if s.Container == nil || s.Container.Count != 4 {
		t.Errorf("container: %+v", s.Container)
	}
}

func TestAssigns(t *testing.T) {
	r := inspector.NewRecorder(10)
	play(r, 1)
	tx, _ := r.Transaction(1)
	var got []string
	for _, a := range tx.Assigns(0) {
		got = append(got, fmt.Sprintf("%s %s %s→%s", a.Name, a.State, a.Before, a.After))
	}
	if want := "count changed 1→2|new new →true"; strings.Join(got, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
	}
}

func TestRingAndClear(t *testing.T) {
	r := inspector.NewRecorder(3)
	for i := range 5 {
		play(r, uint64(i+1))
	}
	all := r.Transactions()
	if len(all) != 3 || all[0].ID != 3 || all[2].ID != 5 {
		t.Errorf("kept %d, from %d", len(all), all[0].ID)
	}
	if _, ok := r.Transaction(2); ok {
		t.Error("an old transaction is still there")
	}
	if r.Last() != 5 {
		t.Errorf("the last is %d", r.Last())
	}
	for _, tt := range []struct {
		id   uint64
		n    int
		want int
	}{{3, 10, 0}, {4, 10, 1}, {5, 10, -1}, {4, 2, 0}, {3, 2, -1}, {9, 10, -1}} {
		if got := r.Position(tt.id, tt.n); got != tt.want {
			t.Errorf("position of %d among %d: %d, want %d", tt.id, tt.n, got, tt.want)
		}
	}
	r.Clear()
	if r.Last() != 0 || len(r.Transactions()) != 0 {
		t.Error("transactions are left after Clear")
	}
}

// A subscriber that returns false is not called again.
func TestSubscriberEnds(t *testing.T) {
	r := inspector.NewRecorder(3)
	n := 0
	r.Subscribe(func(uint64) bool { n++; return false })
	play(r, 1)
	play(r, 2)
	if n != 1 {
		t.Errorf("called %d times", n)
	}
}

// Reports come after the transaction, in the order of the patches.
func TestReportFindsItsTransaction(t *testing.T) {
	r := inspector.NewRecorder(10)
	play(r, 1)
	play(r, 2, trace.Event{Step: trace.FrameOut, Data: []byte(`["4",null,"lv:phx-A","diff",{"0":"x"}]`)})
	push := `{"cause":"diff","refs":{"join":"4","reply":null},"ops":[],"containers":[],"problems":[]}`
	r.Trace(trace.Event{Step: trace.DOM, View: topic, Data: []byte(push)})
	tx, _ := r.Transaction(2)
	if len(tx.Reports) != 1 {
		t.Errorf("the report of the push is not with the push: %+v", tx.Reports)
	}
	r.Trace(trace.Event{Step: trace.DOM, View: topic, Data: []byte("{")})
	r.Trace(trace.Event{Step: trace.DOM, View: "lv:other", Data: []byte(push)})
}

func TestCrashAndLateLog(t *testing.T) {
	r := inspector.NewRecorder(10)
	play(r, 1, trace.Event{Step: trace.Crash, Text: "** (RuntimeError) boom", File: "a.ex", Line: 3})
	r.Trace(trace.Event{Step: trace.Log, View: topic, Text: "later", Level: "info"})
	tx, _ := r.Transaction(1)
	if tx.Crash == "" || !tx.Summary().Crashed || len(tx.Logs) != 1 {
		t.Errorf("%+v", tx)
	}
}

func TestFrameView(t *testing.T) {
	tests := []struct{ frame, kind, note string }{
		{eventFrame, "event", `click → handle_event("append", …)`},
		{replyFrame, "reply", `stream "0": 1 insert, 1 delete.`},
		{`["4","4","lv:x","phx_join",{"url":"http://h/"}]`, "join", "The page asks for its live view"},
		{`["4","9","lv:x","phx_reply",{"status":"ok","response":{}}]`, "reply", "Done, and nothing to render."},
		{`["4","4","lv:x","phx_error",{}]`, "error", "crashed"},
		{`["4",null,"lv:x","diff",{"0":{"k":{"kc":0},"stream":["0",[],[],true]}}]`, "diff", `stream "0": 0 inserts, 0 deletes, reset.`},
		{`[1]`, "malformed", "1 parts"},
		{`nonsense`, "malformed", "reading a frame"},
	}
	for _, tt := range tests {
		v := inspector.Frame{Data: []byte(tt.frame)}.View()
		if v.Kind != tt.kind || !strings.Contains(strings.Join(v.Notes, "\n"), tt.note) || v.Raw != tt.frame || v.Bytes != len(tt.frame) {
			t.Errorf("%s\ngot kind %q, notes %q", tt.frame, v.Kind, v.Notes)
		}
	}
	pretty := inspector.Frame{Data: []byte(replyFrame)}.View().Pretty
	if !strings.Contains(pretty, "\n") || !strings.Contains(pretty, `[["messages-7",-1,null,false]]`) {
		t.Errorf("laid out as\n%s", pretty)
	}
}

func FuzzFrameView(f *testing.F) {
	f.Add([]byte(replyFrame))
	f.Add([]byte(`[null,"1","t","phx_reply",{"response":{"rendered":{"0":{"stream":[1,2,3]}}}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v := inspector.Frame{Out: true, Data: data}.View()
		if v.Raw != string(data) {
			t.Errorf("the raw text of %q is %q", data, v.Raw)
		}
		r := inspector.NewRecorder(2)
		r.Trace(trace.Event{Step: trace.Begin, View: "v", Transaction: 1})
		r.Trace(trace.Event{Step: trace.FrameOut, View: "v", Transaction: 1, Data: data})
		r.Trace(trace.Event{Step: trace.Render, View: "v", Transaction: 1, Data: data})
		r.Trace(trace.Event{Step: trace.End, View: "v", Transaction: 1})
		tx, _ := r.Transaction(1)
		tx.Streams()
	})
}
