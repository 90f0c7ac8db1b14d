package inspector

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

const hostileSource = `
defmodule Raises do
  defstruct [:x]
  defimpl Inspect, do: (def inspect(_, _), do: raise("no"))
end
defmodule Loops do
  defstruct [:x]
  defimpl Inspect, do: (def inspect(x, o), do: Inspect.inspect(x, o))
end
`

// hostilePrint prints as a run's printer does, with the code above.
func hostilePrint(t *testing.T) Print {
	t.Helper()
	base, err := live.Base()
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := base.Compile(source.NewFile("hostile.ex", hostileSource))
	if err != nil {
		t.Fatal(err)
	}
	return func(v term.Term, o term.InspectOptions) string {
		th := interp.NewThread(p, interp.Limits{Time: 200 * time.Millisecond, Reductions: 2_000_000, Bytes: 64 << 20})
		text, err := th.Run(func() term.Term { return term.Binary(th.Inspect(v, o)) })
		if err != nil {
			return "…"
		}
		return string(text.(term.Binary))
	}
}

// hostileTerms are values that are large, deep, shared, or no text.
func hostileTerms() map[string]func() term.Term {
	fold := func(n int, zero term.Term, f func(term.Term) term.Term) func() term.Term {
		return func() term.Term {
			v := zero
			for range n {
				v = f(v)
			}
			return v
		}
	}
	in := func(v term.Term) term.Term { return term.NewList(v) }
	return map[string]func() term.Term{
		"deep list":     fold(100_000, term.Empty, in),
		"deep tuple":    fold(100_000, term.Nil, func(v term.Term) term.Term { return term.Tuple{v} }),
		"deep map":      fold(100_000, term.Nil, func(v term.Term) term.Term { return term.NewMap(term.NewAtom("a"), v) }),
		"shared lists":  fold(64, term.Empty, func(v term.Term) term.Term { return term.NewList(v, v) }),
		"shared tuples": fold(64, term.Nil, func(v term.Term) term.Term { return term.Tuple{v, v} }),
		"shared maps": fold(64, term.Nil, func(v term.Term) term.Term {
			return term.NewMap(term.NewAtom("a"), v, term.NewAtom("b"), v)
		}),
		"many": func() term.Term {
			elems := make([]term.Term, 200_000)
			for i := range elems {
				elems[i] = term.Int(i)
			}
			return term.NewList(elems...)
		},
		"large map": func() term.Term {
			b := term.NewMapBuilder(0)
			for i := range 50_000 {
				b.Put(term.Int(i), term.Int(i))
			}
			return b.Map()
		},
		"text":     func() term.Term { return term.Binary(strings.Repeat("<p>é", 1<<20)) },
		"no text":  func() term.Term { return term.Binary(strings.Repeat("\xff\xc3(", 1<<20)) },
		"controls": func() term.Term { return term.Binary(strings.Repeat("\x00\x1b\u2028</script><!--", 1<<16)) },
		"improper": func() term.Term { return &term.List{Head: term.Int(1), Tail: term.Int(2)} },
		"raises":   func() term.Term { return term.NewStruct("Raises", "x", term.Nil) },
		"loops":    func() term.Term { return term.NewStruct("Loops", "x", term.Nil) },
		"many loops": func() term.Term {
			return fold(1000, term.Empty, func(v term.Term) term.Term {
				return &term.List{Head: term.NewStruct("Loops", "x", term.Nil), Tail: v.(*term.List)}
			})()
		},
		"atom":        func() term.Term { return term.NewAtom("\xff\"</script>") },
		"no stream":   func() term.Term { return term.NewStruct("Phoenix.LiveView.LiveStream", "inserts", term.Int(1)) },
		"odd streams": func() term.Term { return term.NewMap(term.Int(1), term.Int(2)) },
	}
}

// TestHostileAssigns shows transactions of views that assign what is hard to
// show. Work and text are bounded, whatever it is.
func TestHostileAssigns(t *testing.T) {
	print := hostilePrint(t)
	for name, make := range hostileTerms() {
		before, after := make(), make()
		socket := func(v term.Term) *term.Map {
			assigns := term.NewMap(term.NewAtom("x"), v, term.NewAtom("streams"), v)
			return term.NewStruct("Phoenix.LiveView.Socket", "assigns", assigns)
		}
		r := NewRecorder(10)
		r.SetPrint(print)
		began := time.Now()
		for i := range uint64(2) {
			for _, e := range []trace.Event{
				{Step: trace.Begin, Trigger: trace.Info, Socket: socket(before)},
				{Step: trace.CallbackStart, Name: "handle_info/2", Args: []term.Term{before, socket(before)}},
				{Step: trace.CallbackEnd, Name: "handle_info/2", Result: after},
				{Step: trace.Pending, Socket: socket(after), Components: map[int]*term.Map{1: socket(after)}},
				{Step: trace.Flushed, Socket: socket(after)},
				{Step: trace.Log, Text: fmt.Sprint(after.Kind(), "\xff")},
				{Step: trace.End, Bytes: maxBytes},
			} {
				e.Transaction = i + 1
				r.Trace(e)
			}
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s: recording took %v", name, took)
		}
		tx, _ := r.Transaction(r.Last())
		for _, tab := range tabs {
			began := time.Now()
			m := detail(&tx, tab)
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("%s: %s took %v", name, tab, took)
			}
			if size := term.Size(8<<20, m); size > 1<<20 {
				t.Errorf("%s: %s takes %s", name, tab, Bytes(size))
			}
			timelineItem(&tx, true)
		}
	}
}

// TestLargeStreams shows one of so many rows that each cannot be shown.
func TestLargeStreams(t *testing.T) {
	elems := make([]term.Term, 30_000)
	ids := make([]string, len(elems))
	for i := range elems {
		ids[i] = fmt.Sprintf("[\"rows-%d\",-1,null,false]", i)
		elems[i] = term.Tuple{term.Binary(fmt.Sprint("rows-", i)), term.Int(-1), term.NewMap(term.NewAtom("id"), term.Int(i)), term.Nil, term.False}
	}
	s := term.NewStruct("Phoenix.LiveView.LiveStream", "name", term.NewAtom("rows"), "ref", term.Binary("0"),
		"inserts", term.NewList(elems...), "deletes", term.Empty, "reset?", term.False)
	socket := term.NewStruct("Phoenix.LiveView.Socket", "assigns", term.NewMap(term.NewAtom("streams"), term.NewMap(term.NewAtom("rows"), s)))
	diff := []byte(`{"0":{"stream":["0",[` + strings.Join(ids, ",") + `],[]],"k":{}}}`)
	tx := Transaction{Trigger: trace.EventMsg, Pending: socket, Flushed: socket, Diff: diff, print: hostilePrint(t),
		Frames: []Frame{{Out: true, Data: []byte(`["1","1","lv:x","phx_reply",{"status":"ok","response":{"diff":` + string(diff) + `}}]`)}}}
	for _, tab := range tabs {
		began := time.Now()
		m := detail(&tx, tab)
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("%s took %v", tab, took)
		}
		if size := term.Size(100<<20, m); size > 16<<20 {
			t.Errorf("%s takes %s", tab, Bytes(size))
		}
	}
}

// TestDeepFrames shows frames whose layout would be larger by far than they are.
func TestDeepFrames(t *testing.T) {
	for name, data := range map[string]string{
		"lists": strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"maps":  strings.Repeat(`{"a":`, 9_000) + "1" + strings.Repeat("}", 9_000),
		"long":  `"` + strings.Repeat("a", 8<<20) + `"`,
		"bad":   strings.Repeat("\xff", 1<<20),
	} {
		for _, binary := range []bool{false, true} {
			began := time.Now()
			v := Frame{Out: true, Binary: binary, Data: []byte(`["1","1","lv:x","diff",` + data + `]`)}.View()
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("%s took %v", name, took)
			}
			if n := len(v.Pretty) + len(v.Raw); n > 4<<20 {
				t.Errorf("%s takes %s", name, Bytes(n))
			}
		}
	}
}

// TestRecordingsAreBounded records transactions that keep much, each of its own.
func TestRecordingsAreBounded(t *testing.T) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	r := NewRecorder(1000)
	for i := range uint64(100) {
		socket := term.NewStruct("Phoenix.LiveView.Socket", "assigns", term.NewMap(term.NewAtom("x"), term.Binary(strings.Repeat("x", 1<<20))))
		for _, e := range []trace.Event{
			{Step: trace.Begin, Trigger: trace.Info, Socket: socket}, {Step: trace.FrameOut, Data: make([]byte, 1<<20)},
			{Step: trace.Log, Text: strings.Repeat("x", 1<<20)}, {Step: trace.End, Bytes: 1 << 20},
		} {
			e.Transaction = i + 1
			r.Trace(e)
		}
		for range 2 * maxLogs {
			r.Trace(trace.Event{Step: trace.Log, Transaction: i + 1, Text: "late"})
		}
	}
	if n := len(r.ring); n == 0 || n > 25 {
		t.Errorf("%d transactions of 3 MB are kept", n)
	}
	if n := len(r.ring[len(r.ring)-1].Logs); n != maxLogs+1 {
		t.Errorf("%d lines of a transaction are kept", n)
	}
	runtime.GC()
	runtime.ReadMemStats(&m)
	if grown := int64(m.HeapAlloc) - int64(before); grown > 3*maxBytes/2 {
		t.Errorf("the recording takes %s", Bytes(int(grown)))
	}
	runtime.KeepAlive(r)
}

// TestSmallTransactionsAreAllKept takes much memory and keeps little of it.
func TestSmallTransactionsAreAllKept(t *testing.T) {
	r := NewRecorder(100)
	for i := range uint64(100) {
		r.Trace(trace.Event{Step: trace.Begin, Transaction: i + 1})
		r.Trace(trace.Event{Step: trace.End, Transaction: i + 1, Bytes: 10 << 20})
	}
	if n := len(r.ring); n != 100 {
		t.Errorf("%d of 100 transactions are kept", n)
	}
}

// TestMailOfAPaneIsBounded has a recorder say more than a pane can read.
func TestMailOfAPaneIsBounded(t *testing.T) {
	var m mail
	sent := 0
	for id := range uint64(10_000) {
		if m.put(id + 1) {
			sent++
		}
		m.put(id + 1)
	}
	_, ids := m.take()
	if sent != 1 || len(ids) != timelineLimit || ids[len(ids)-1] != 10_000 {
		t.Errorf("%d messages for %d transactions, the last %d", sent, len(ids), ids[len(ids)-1])
	}
	m.put(1)
	m.put(0)
	if cleared, ids := m.take(); !cleared || len(ids) > 0 {
		t.Errorf("after a clear: %t, %v", cleared, ids)
	}
}

// TestTermsThatCannotBeCompared differ.
func TestTermsThatCannotBeCompared(t *testing.T) {
	deep := hostileTerms()["deep list"]
	if v := deep(); !same(v, v) || same(v, term.Empty) {
		t.Error("a term is not itself")
	}
	defer func() {
		if r := recover(); !errors.Is(r.(error), errBoom) {
			t.Errorf("got %v", r)
		}
	}()
	same(boom{}, boom{})
}

var errBoom = errors.New("boom")

// boom is a term that cannot be compared, for it is a mistake.
type boom struct{}

func (boom) Kind() term.Kind { panic(errBoom) }
