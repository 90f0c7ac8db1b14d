package inspector

import (
	"strings"
	"testing"

	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

func TestBits(t *testing.T) {
	tests := []struct{ text, want string }{
		{`["messages-481",-1,null,false]`, `["messages-481",|-1,|null,|false]`},
		{`{"a, \"b\",", -1, %{id: 1, …}, nil}`, `{"a, \"b\",", |-1, |%{id: 1, |…}, |nil}`},
		{"", ""},
		{`"open, and`, `"open, and`},
	}
	for _, tt := range tests {
		var got []string
		for _, b := range bits(tt.text) {
			got = append(got, text(b.(*term.Map).GetAtom(term.NewAtom("text"))))
		}
		if s := strings.Join(got, "|"); s != tt.want {
			t.Errorf("bits(%s) = %s, want %s", tt.text, s, tt.want)
		}
	}
}

// What the ledger says where the page said nothing must be true: a report that
// was cut off, or a page that cannot report, does not mean a missing element.
func TestSilence(t *testing.T) {
	in, del := StreamOp{DOMID: "a", Pending: "{}"}, StreamOp{DOMID: "a", Pending: `"a"`, Delete: true}
	list := &Container{}
	tests := []struct {
		name    string
		trigger trace.Trigger
		stream  Stream
		at      int
		want    string
	}{
		{"first HTML", trace.HTTP, Stream{Ops: []StreamOp{in}}, 0, "a row of the first HTML"},
		{"before the report", trace.EventMsg, Stream{Ops: []StreamOp{in}}, 0, "not reported yet"},
		{"cut off", trace.EventMsg, Stream{Ops: []StreamOp{in}, Container: list, Dropped: true}, 0, "not in the report, which has only the first changes"},
		{"delete of nothing", trace.EventMsg, Stream{Ops: []StreamOp{del}, Container: list}, 0, "no such element, so nothing to do"},
		{"insert", trace.EventMsg, Stream{Ops: []StreamOp{in}, Container: list}, 0, "nothing reported"},
		{"delete and insert", trace.EventMsg, Stream{Ops: []StreamOp{del, in}, Container: list}, 0, "see the insert of the same id"},
		{"insert twice", trace.EventMsg, Stream{Ops: []StreamOp{in, in}, Container: list}, 1, "inserted once more: see above"},
	}
	for _, tt := range tests {
		if got := silence(&Transaction{Trigger: tt.trigger}, &tt.stream, tt.at); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTitle(t *testing.T) {
	tests := []struct {
		summary Summary
		want    string
	}{
		{Summary{ID: 1, Client: "a", Trigger: trace.HTTP, Label: "HTTP render"}, "#1 a: HTTP render, HTML"},
		{Summary{ID: 2, Client: "a", Trigger: trace.Join, Label: "join", BytesOut: 1234}, "#2 a: join, 1.2 kB out"},
		{Summary{ID: 3, Client: "a", Trigger: trace.EventMsg, Label: "event x", Crashed: true}, "#3 a: event x, 0 B out, crashed"},
	}
	for _, tt := range tests {
		if got := title(tt.summary); got != tt.want {
			t.Errorf("title %q, want %q", got, tt.want)
		}
	}
}

// A tab gets what it shows, and the others cost nothing.
func TestDetailOfTab(t *testing.T) {
	tx := &Transaction{ID: 1, print: term.InspectWith, Frames: []Frame{{Out: true, Data: []byte(`["1",null,"t","diff",{}]`)}}}
	for _, tab := range tabs {
		frames, _ := detail(tx, tab).GetAtom(term.NewAtom("frames")).(*term.List)
		elems, _ := frames.Slice()
		if got, want := len(elems) == 1, tab == "frames"; got != want {
			t.Errorf("tab %s has %d frames", tab, len(elems))
		}
	}
}

// socketWith returns a socket whose stream "rows" has so many inserts pending.
func socketWith(n int) *term.Map {
	inserts := make([]term.Term, n)
	for i := range inserts {
		inserts[i] = term.Tuple{term.Binary("rows-" + strings.Repeat("1", i+1)), term.Int(-1), term.Int(i), term.Nil, term.False}
	}
	rows := term.NewStruct("Phoenix.LiveView.LiveStream", "name", term.NewAtom("rows"), "ref", term.Binary("0"),
		"inserts", term.NewList(inserts...), "deletes", term.Empty, "reset?", term.False)
	streams := term.NewMap(term.NewAtom("rows"), rows)
	return term.NewStruct("Phoenix.LiveView.Socket", "assigns", term.NewMap(term.NewAtom("streams"), streams))
}

// The ledger of a long stream is bounded, and what of it was sent is said as
// it was.
func TestStreamTerms(t *testing.T) {
	tests := []struct {
		name    string
		trigger trace.Trigger
		pending int
		held    int
		more    string
		wire    string
		items   string
	}{
		{"first HTML", trace.HTTP, 2, 0, "", "as HTML in the first page", "0 items"},
		{"nothing pending", trace.EventMsg, 0, 0, "", "not sent", "0 items"},
		{"not pruned", trace.EventMsg, 1, 1, "", "not sent", "1 item"},
		{"one too many", trace.EventMsg, mostOps + 1, 0, "… and 1 operation more", "not sent", "0 items"},
		{"many", trace.EventMsg, mostOps + 9, 0, "… and 9 operations more", "not sent", "0 items"},
	}
	for _, tt := range tests {
		tx := &Transaction{Trigger: tt.trigger, Pending: socketWith(tt.pending), Flushed: socketWith(tt.held), print: term.InspectWith}
		s := streamTerms(tx)[0].(*term.Map)
		get := func(key string) string {
			if v := s.GetAtom(term.NewAtom(key)); v != term.Term(term.Nil) {
				return text(v)
			}
			return ""
		}
		ops, _ := s.GetAtom(term.NewAtom("ops")).(*term.List)
		elems, _ := ops.Slice()
		if want := min(tt.pending, mostOps); len(elems) != want {
			t.Errorf("%s: %d operations, want %d", tt.name, len(elems), want)
		}
		if get("more") != tt.more || get("wire_bytes") != tt.wire || get("held_items") != tt.items {
			t.Errorf("%s: %q, %q, %q", tt.name, get("more"), get("wire_bytes"), get("held_items"))
		}
		if got, want := tx.touched() > 0, tt.pending > 0; got != want {
			t.Errorf("%s: touched is %t", tt.name, got)
		}
	}
}
