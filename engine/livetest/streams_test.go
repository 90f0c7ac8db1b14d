package livetest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"streamsplayground/engine/livetest"
)

// ins is one stream_insert call.
type ins struct {
	id         string
	text       string // the id if empty
	at         int
	limit      any
	updateOnly bool
}

// ops is what one callback did to the stream.
type ops struct {
	inserts []ins // in the order of the calls
	deletes []string
	reset   bool
}

// at returns inserts of ids at one place, as stream/4 makes them.
func at(place int, limit any, ids ...string) ops {
	var o ops
	for _, id := range ids {
		o.inserts = append(o.inserts, ins{id: strings.ToLower(id), text: id, at: place, limit: limit})
	}
	return o
}

func (o ops) deleting(ids ...string) ops { o.deletes = ids; return o }

func resetting(o ops) ops { o.reset = true; return o }

// node is the stream's part of a tree, with or without statics.
func (o ops) node(withStatics bool) map[string]any {
	latest := map[string]int{}
	for i, in := range o.inserts {
		latest[in.id] = i
	}
	entries, count := map[string]any{}, 0
	wire, deletes := []any{}, []any{}
	for i, in := range o.inserts {
		wire = append([]any{[]any{in.id, in.at, in.limit, in.updateOnly}}, wire...)
		if latest[in.id] != i {
			continue
		}
		entries[fmt.Sprint(count)] = map[string]any{"0": in.id, "1": in.text}
		count++
	}
	entries["kc"] = count
	for _, id := range o.deletes {
		deletes = append([]any{id}, deletes...)
	}
	stream := []any{"0", wire, deletes}
	if o.reset {
		stream = append(stream, true)
	}
	n := map[string]any{"k": entries, "stream": stream}
	if withStatics {
		n["s"] = []string{`<li id="`, `">`, `</li>`}
	}
	return n
}

// list is a page with one stream.
type list struct {
	t *testing.T
	p *player
	v *livetest.View
}

// openList opens a page whose mount did first; head and tail are what the
// template has before and after the items.
func openList(t *testing.T, first ops, head, tail string) *list {
	t.Helper()
	start, end := `<ul id="list" phx-update="stream">`+head, tail+`</ul>`
	dead := start
	for _, in := range first.inserts {
		dead += `<li id="` + in.id + `">` + in.text + `</li>`
	}
	return openPage(t, map[string]any{"0": first.node(true), "s": []string{start, end}}, dead+end)
}

func openPage(t *testing.T, tree map[string]any, dead string) *list {
	t.Helper()
	answer, err := json.Marshal(map[string]any{"rendered": tree})
	if err != nil {
		t.Fatal(err)
	}
	p := &player{t: t, page: `<div id="phx-MAIN" data-phx-main data-phx-session="S" data-phx-static="T">` + dead + `</div>`,
		joins: map[string][]json.RawMessage{"lv:phx-MAIN": {answer}}, refs: map[string]string{}}
	v, err := livetest.Live(t.Context(), p, "/", livetest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &list{t, p, v}
}

func (l *list) diff(diff any) {
	l.t.Helper()
	l.p.send(l.p.refs["lv:phx-MAIN"], nil, "lv:phx-MAIN", "diff", diff)
	if _, err := l.v.Render(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

func (l *list) do(o ops) { l.t.Helper(); l.diff(map[string]any{"0": o.node(false)}) }

// texts are what the children of the container show.
func (l *list) texts() string {
	var out []string
	for _, part := range strings.Split(l.v.InnerHTML(), "</li>") {
		if i := strings.LastIndexByte(part, '>'); i >= 0 && strings.Contains(part, "<li") {
			out = append(out, part[i+1:])
		}
	}
	return strings.Join(out, " ")
}

func (l *list) want(what, want string) {
	l.t.Helper()
	if got := l.texts(); got != want {
		l.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// TestStreamTable goes through the table of what a client makes of stream
// operations, one after the other on one list.
func TestStreamTable(t *testing.T) {
	l := openList(t, at(-1, nil, "a", "b", "c"), "", "")
	l.want("join", "a b c")
	for _, step := range []struct {
		what string
		ops  ops
		want string
	}{
		{"append", at(-1, nil, "d"), "a b c d"},
		{"prepend", at(0, nil, "e"), "e a b c d"},
		{"at 2", at(2, nil, "f"), "e a f b c d"},
		{"at 99", at(99, nil, "g"), "e a f b c d g"},
		{"again at 0", at(0, nil, "B"), "e a f B c d g"},
		{"update_only of none", ops{inserts: []ins{{id: "zz", at: -1, updateOnly: true}}}, "e a f B c d g"},
		{"delete", ops{deletes: []string{"d"}}, "e a f B c g"},
		{"delete and insert", at(-1, nil, "A").deleting("a"), "e f B c g A"},
		{"insert and delete", at(-1, nil, "h").deleting("h"), "e f B c g A h"},
		{"twice in one callback", ops{inserts: []ins{{id: "i", text: "i", at: 0}, {id: "i", text: "i", at: -1}}}, "i e f B c g A h"},
		{"bulk append", at(-1, nil, "j", "k", "l"), "i e f B c g A h j k l"},
		{"bulk at 0", at(0, nil, "m", "n", "o"), "o n m i e f B c g A h j k l"},
		{"append, limit -5", at(-1, -5, "r"), "h j k l r"},
		{"prepend, limit 3", at(0, 3, "s"), "s h j"},
		{"append, limit 3", at(-1, 3, "t"), "s h j"},
		{"prepend, limit -3", at(0, -3, "u"), "s h j"},
		{"update, limit 1", at(-1, 1, "S"), "S h j"},
		{"append, limit 0", at(-1, 0, "v"), ""},
		{"reset", resetting(at(-1, nil, "w", "x", "y")), "w x y"},
		{"reset in another order", resetting(at(-1, nil, "y", "w")), "y w"},
		{"reset at 0", resetting(at(0, nil, "1", "2", "3")), "3 2 1"},
		{"reset, limit 2", resetting(at(-1, 2, "4", "5", "6", "7")), "4 5"},
		{"reset, limit -2", resetting(at(-1, -2, "4", "5", "6", "7")), "6 7"},
		{"at -2", at(-2, nil, "8"), "6 7"},
	} {
		l.do(step.ops)
		l.want(step.what, step.want)
	}
}

// TestStreamFacts has what was found out about the official client by
// experiment. Each list starts with 1 2 3.
func TestStreamFacts(t *testing.T) {
	const empty = `<li id="empty">none</li>`
	one := at(-1, nil, "1", "2", "3")
	for _, c := range []struct {
		name       string
		head, tail string
		ops        []ops
		want       string
	}{
		{"an item that is there is not moved", "", "", []ops{{inserts: []ins{{id: "3", text: "new", at: 0}}}}, "1 2 new"},
		{"a deleted and inserted one is", "", "", []ops{at(0, nil, "3").deleting("3")}, "3 1 2"},
		{"insert wins over delete", "", "", []ops{at(-1, nil, "9").deleting("9")}, "1 2 3 9"},
		{"insert and delete of one that is there", "", "", []ops{at(-1, nil, "1").deleting("1")}, "2 3 1"},
		{"many at 0", "", "", []ops{at(0, nil, "4", "5", "6")}, "6 5 4 1 2 3"},
		{"the wrong sign prunes what is new", "", "", []ops{at(-1, 3, "4")}, "1 2 3"},
		{"a placeholder counts", "", empty, []ops{at(-1, -3, "4")}, "3 4 none"},
		{"a placeholder is pruned", "", empty, []ops{at(0, 3, "4")}, "4 1 2"},
		{"a placeholder comes back", "", empty, []ops{at(0, 3, "4"), {deletes: []string{"4"}}, at(-1, nil, "5")}, "1 2 5 none"},
		{"no insert, no pruning", "", "", []ops{at(-1, 1, "2")}, "1 2 3"},
		{"update_only of none", "", "", []ops{{inserts: []ins{{id: "9", at: -1, updateOnly: true}}}}, "1 2 3"},
		{"a placeholder in front goes behind", empty, "", nil, "1 2 3 none"},
		{"at 0 is before a placeholder", empty, "", []ops{at(0, nil, "4")}, "4 1 2 3 none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := openList(t, one, c.head, c.tail)
			for _, o := range c.ops {
				l.do(o)
			}
			l.want("at the end", c.want)
		})
	}
}

// TestStreamContract has what goes wrong with templates that break the rules.
func TestStreamContract(t *testing.T) {
	t.Run("no stream container", func(t *testing.T) {
		l := openPage(t, map[string]any{"0": at(-1, nil, "1", "2").node(true), "s": []string{`<ul id="list">`, `</ul>`}}, "")
		l.do(at(-1, nil, "3"))
		l.want("after an insert", "3")
		if !slices.ContainsFunc(l.v.Client().Problems(), func(p string) bool { return strings.Contains(p, `missing the phx-update="stream"`) }) {
			t.Errorf("problems: %q", l.v.Client().Problems())
		}
	})
	t.Run("a placeholder without id", func(t *testing.T) {
		l := openList(t, ops{}, "", `<li>none</li>`)
		l.want("join", "")
		l.do(at(-1, nil, "1"))
		l.want("after an insert", "1")
		if !slices.ContainsFunc(l.v.Client().Problems(), func(p string) bool { return strings.Contains(p, "only elements with an id") }) {
			t.Errorf("problems: %q", l.v.Client().Problems())
		}
	})
	t.Run("what only the page had", func(t *testing.T) {
		tree := map[string]any{"0": at(-1, nil, "2", "4").node(true), "s": []string{`<ul id="list" phx-update="stream">`, `</ul>`}}
		l := openPage(t, tree, `<ul id="list" phx-update="stream"><li id="1">1</li><li id="2">old</li><li id="3">3</li></ul>`)
		l.want("join", "2 4")
	})
}

// BenchmarkStreamDiff is one item appended to a list of a hundred.
func BenchmarkStreamDiff(b *testing.B) {
	var first ops
	for i := range 100 {
		first.inserts = append(first.inserts, ins{id: fmt.Sprint("i", i), text: "an item", at: -1})
	}
	answer, err := json.Marshal(map[string]any{"rendered": map[string]any{"0": first.node(true), "s": []string{`<ul id="list" phx-update="stream">`, `</ul>`}}})
	if err != nil {
		b.Fatal(err)
	}
	p := &player{page: `<div id="phx-MAIN" data-phx-main data-phx-session="S"></div>`,
		joins: map[string][]json.RawMessage{"lv:phx-MAIN": {answer}}, refs: map[string]string{}}
	v, err := livetest.Live(b.Context(), p, "/", livetest.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		o := at(-1, -100, fmt.Sprint("n", i))
		p.send(p.refs["lv:phx-MAIN"], nil, "lv:phx-MAIN", "diff", map[string]any{"0": o.node(false)})
		if err := v.Client().Sync(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
