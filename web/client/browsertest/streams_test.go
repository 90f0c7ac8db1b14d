package browsertest_test

import (
	"strings"
	"testing"
)

// ins is one stream_insert call.
type ins struct {
	id         string
	text       string // the id if empty
	at         int
	limit      any
	updateOnly bool
}

// batch is what one callback did to the stream.
type batch struct {
	inserts []ins // in call order
	deletes []string
	reset   bool
}

// list is the stream's part of a tree, with or without statics.
func (b batch) list(withStatics bool) object {
	latest := map[string]int{}
	for i, in := range b.inserts {
		latest[in.id] = i
	}
	entries, count := object{}, 0
	wire := []any{}
	for i, in := range b.inserts {
		wire = append([]any{[]any{in.id, in.at, in.limit, in.updateOnly}}, wire...)
		if latest[in.id] != i {
			continue
		}
		text := in.text
		if text == "" {
			text = in.id
		}
		entries[itoa(count)] = object{"0": in.id, "1": text}
		count++
	}
	entries["kc"] = count
	deletes := []any{}
	for _, id := range b.deletes {
		deletes = append([]any{id}, deletes...)
	}
	stream := []any{"0", wire, deletes}
	if b.reset {
		stream = append(stream, true)
	}
	node := object{"k": entries, "stream": stream}
	if withStatics {
		node["s"] = []any{`<li id="`, `">`, `</li>`}
	}
	return node
}

func itoa(n int) string {
	const digits = "0123456789"
	if n < 10 {
		return digits[n : n+1]
	}
	return itoa(n/10) + digits[n%10:n%10+1]
}

// listPage is a tree with one stream, `tail` in the container behind it.
func listPage(b batch, tail string) object {
	return object{
		"0": b.list(true), "1": "0",
		"s": []any{`<ul id="list" phx-update="stream">`, tail + `</ul><p id="n">`, `</p>`},
	}
}

func items(ids ...string) batch {
	var b batch
	for _, id := range ids {
		b.inserts = append(b.inserts, ins{id: id, at: -1})
	}
	return b
}

func one(id string, at int, limit any) batch {
	return batch{inserts: []ins{{id: id, at: at, limit: limit}}}
}

func bulk(at int, limit any, ids ...string) batch {
	var b batch
	for _, id := range ids {
		b.inserts = append(b.inserts, ins{id: id, at: at, limit: limit})
	}
	return b
}

const order = `[...document.getElementById("list").children].map((c) => c.textContent.trim() || c.id).join(" ")`

type step struct {
	name  string
	batch batch
	want  string
}

// runSteps plays the batches and compares the children's texts after each.
func runSteps(t *testing.T, start batch, tail string, steps []step) {
	t.Helper()
	eachClient(t, pageSpec{body: `<ul id="list" phx-update="stream"></ul>`}, func(t *testing.T, p *page) {
		p.join(listPage(start, tail))
		p.record()
		for _, s := range steps {
			p.diff(object{"0": s.batch.list(false)})
			if got := p.text(order); got != s.want {
				t.Fatalf("%s: got %q, want %q", s.name, got, s.want)
			}
			p.record()
		}
	})
}

func TestStreamOperations(t *testing.T) {
	B := batch{inserts: []ins{{id: "b", text: "B", at: 0}}}
	A := batch{inserts: []ins{{id: "a", text: "A", at: -1}}, deletes: []string{"a"}}
	runSteps(t, items("a", "b", "c"), "", []step{
		{"append", one("d", -1, nil), "a b c d"},
		{"prepend", one("e", 0, nil), "e a b c d"},
		{"at 2", one("f", 2, nil), "e a f b c d"},
		{"at 99", one("g", 99, nil), "e a f b c d g"},
		{"upsert at 0", B, "e a f B c d g"},
		{"update_only, absent", batch{inserts: []ins{{id: "zz", at: -1, updateOnly: true}}}, "e a f B c d g"},
		{"delete", batch{deletes: []string{"d"}}, "e a f B c g"},
		{"delete and insert", A, "e f B c g A"},
		{"insert then delete", batch{inserts: []ins{{id: "h", at: -1}}, deletes: []string{"h"}}, "e f B c g A h"},
		{"twice: 0, then -1", batch{inserts: []ins{{id: "i", at: 0}, {id: "i", at: -1}}}, "i e f B c g A h"},
		{"bulk append", bulk(-1, nil, "j", "k", "l"), "i e f B c g A h j k l"},
		{"bulk at 0", bulk(0, nil, "m", "n", "o"), "o n m i e f B c g A h j k l"},
		{"bulk at 2", bulk(2, nil, "p", "q"), "o n q p m i e f B c g A h j k l"},
		{"append limit -5", one("r", -1, -5), "h j k l r"},
		{"prepend limit 3", one("s", 0, 3), "s h j"},
		{"append limit 3", one("t", -1, 3), "s h j"},
		{"prepend limit -3", one("u", 0, -3), "s h j"},
		{"upsert limit 1", one("s", -1, 1), "s h j"},
		{"append limit 0", one("v", -1, 0), ""},
		{"reset", batch{inserts: items("w", "x", "y").inserts, reset: true}, "w x y"},
		{"reset, reuse", batch{inserts: items("y", "w").inserts, reset: true}, "y w"},
		{"reset at 0", batch{inserts: bulk(0, nil, "1", "2", "3").inserts, reset: true}, "3 2 1"},
		{"reset limit 2", batch{inserts: bulk(-1, 2, "4", "5", "6", "7").inserts, reset: true}, "4 5"},
		{"reset limit -2", batch{inserts: bulk(-1, -2, "4", "5", "6", "7").inserts, reset: true}, "6 7"},
		{"at -2 is no position", one("8", -2, nil), "6 7"},
		{"delete what is not there", batch{deletes: []string{"nope"}}, "6 7"},
		{"reset to nothing", batch{reset: true}, ""},
	})
}

func TestStreamFacts(t *testing.T) {
	threes := items("i-1", "i-2", "i-3")
	for _, c := range []struct {
		name  string
		start batch
		tail  string
		steps []step
	}{
		{"V1 upsert does not move", threes, "", []step{{"upsert", batch{inserts: []ins{{id: "i-3", text: "new", at: 0}}}, "i-1 i-2 new"}}},
		{"V2 delete and insert moves", threes, "", []step{{"move", batch{inserts: []ins{{id: "i-3", at: 0}}, deletes: []string{"i-3"}}, "i-3 i-1 i-2"}}},
		{"V3 insert wins over delete", threes, "", []step{{"both", batch{inserts: []ins{{id: "i-9", at: -1}}, deletes: []string{"i-9"}}, "i-1 i-2 i-3 i-9"}}},
		{"V4 insert known and delete moves to the end", threes, "", []step{{"both", batch{inserts: []ins{{id: "i-1", at: -1}}, deletes: []string{"i-1"}}, "i-2 i-3 i-1"}}},
		{"V5 bulk at 0 is reversed", items("x"), "", []step{{"bulk", bulk(0, nil, "1", "2", "3"), "3 2 1 x"}}},
		{"V6 append with positive limit", threes, "", []step{{"append", one("i-4", -1, 3), "i-1 i-2 i-3"}}},
		{"V7 the placeholder counts", threes, `<li id="empty"></li>`, []step{{"append", one("i-4", -1, -3), "i-3 i-4 empty"}}},
		{"V8 the placeholder is pruned and comes back", items("i-1", "i-2", "i-3"), `<li id="empty"></li>`, []step{
			{"prepend", one("i-0", 0, 3), "i-0 i-1 i-2"},
			{"next", one("i-9", -1, nil), "i-0 i-1 i-2 i-9 empty"},
		}},
		{"V9 a limit acts on adding only", threes, "", []step{{"upsert", one("i-1", -1, 1), "i-1 i-2 i-3"}}},
		{"V10 update_only for an absent id", threes, "", []step{{"update", batch{inserts: []ins{{id: "i-7", at: -1, updateOnly: true}}}, "i-1 i-2 i-3"}}},
		{"V11 limit at mount", bulk(-1, -2, "a", "b", "c"), "", []step{{"nothing", batch{}, "b c"}}},
		{"V16 reset keeps and reorders", threes, "", []step{{"reset", batch{inserts: items("i-3", "i-1").inserts, reset: true}, "i-3 i-1"}}},
		{"V17 the placeholder stays behind", threes, `<li id="empty"></li>`, []step{
			{"front", one("i-0", 0, nil), "i-0 i-1 i-2 i-3 empty"},
			{"end", one("i-4", -1, nil), "i-0 i-1 i-2 i-3 i-4 empty"},
			{"past the end", one("i-5", 99, nil), "i-0 i-1 i-2 i-3 i-4 empty i-5"},
		}},
		{"V19 reset in the first batch", batch{inserts: items("1", "2", "9").inserts, reset: true}, "", []step{{"nothing", batch{}, "1 2 9"}}},
		{"V22 same id twice", threes, "", []step{{"twice", batch{inserts: []ins{{id: "n", text: "old", at: -1}, {id: "m", at: -1}, {id: "n", text: "new", at: -1}}}, "i-1 i-2 i-3 m new"}}},
	} {
		t.Run(c.name, func(t *testing.T) { runSteps(t, c.start, c.tail, c.steps) })
	}
}

func TestStreamContracts(t *testing.T) {
	t.Run("V12 container without phx-update", func(t *testing.T) {
		eachClient(t, pageSpec{errorsExpected: true}, func(t *testing.T, p *page) {
			start := listPage(items("a", "b"), "")
			start["s"] = []any{`<ul id="list">`, `</ul><p id="n">`, `</p>`}
			p.join(start)
			p.diff(object{"0": one("c", -1, nil).list(false)})
			p.wantText(order, "c")
			p.record()
		})
	})
	t.Run("V13 altered ids", func(t *testing.T) {
		eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
			start := listPage(items("a", "b"), "")
			start["0"].(object)["s"] = []any{`<li id="x-`, `">`, `</li>`}
			p.join(start)
			p.diff(object{"0": one("c", -1, nil).list(false)})
			p.record()
			p.diff(object{"0": batch{deletes: []string{"a"}}.list(false)})
			p.wantText(order, "a b c")
			p.diff(object{"0": batch{reset: true}.list(false)})
			p.wantText(order, "a b c")
			p.record()
		})
	})
	t.Run("V14 placeholder without id", func(t *testing.T) {
		eachClient(t, pageSpec{errorsExpected: true}, func(t *testing.T, p *page) {
			p.join(listPage(items("a"), `<li class="empty">none</li>`))
			p.wantText(order, "a none")
			p.record()
			p.diff(object{"0": one("b", -1, nil).list(false)})
			p.record()
		})
	})
	t.Run("V15 rejoin", func(t *testing.T) {
		eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
			p.join(listPage(items("a", "b"), ""))
			p.diff(object{"0": one("c", -1, nil).list(false)})
			p.wantText(order, "a b c")
			p.dropConnection()
			p.join(listPage(items("a", "b"), ""))
			p.wantText(order, "a b")
			p.record()
		})
	})
	t.Run("reset keeps the element", func(t *testing.T) {
		eachClient(t, pageSpec{}, func(t *testing.T, p *page) {
			p.join(listPage(items("a", "b", "c"), ""))
			p.do(`window.kept = document.getElementById("c")`)
			p.diff(object{"0": batch{inserts: items("c", "a").inserts, reset: true}.list(false)})
			p.wantText(`String(window.kept === document.getElementById("list").firstElementChild)`, "true")
		})
	})
	t.Run("dead render is pruned on join", func(t *testing.T) {
		body := `<ul id="list" phx-update="stream"><li id="old">old</li><li id="a">a</li></ul><p id="n">0</p>`
		eachClient(t, pageSpec{body: body}, func(t *testing.T, p *page) {
			p.until(`document.getElementById("a")`)
			p.do(`window.kept = document.getElementById("a")`)
			p.join(listPage(items("a", "b"), ""))
			p.wantText(order, "a b")
			p.wantText(`String(window.kept === document.getElementById("a"))`, "true")
			p.record()
		})
	})
}

// dropConnection ends the socket as a network failure does.
func (p *page) dropConnection() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frames = nil
	_ = p.conn.CloseNow()
}

func TestReportSaysWhatHappenedAndWhy(t *testing.T) {
	p := open(t, ours, pageSpec{head: `opts.report = true; window.reports = []; document.addEventListener("lvp:patched", (e) => reports.push(e.detail));`})
	p.join(listPage(items("a", "b", "c"), `<li id="empty"></li>`))
	p.next("lvp:dom")
	p.diff(object{"0": batch{inserts: []ins{
		{id: "d", at: -1, limit: -4}, {id: "b", text: "B", at: 0}, {id: "zz", at: -1, updateOnly: true},
	}, deletes: []string{"c", "nope"}}.list(false), "1": "7"})
	p.wantReport("many",
		`"op":"deleted","stream":"0","reason":"deleted","id":"c"`,
		`"op":"ignored","id":"nope","stream":"0","reason":"delete ignored: no element has this id"`,
		`"op":"inserted","id":"d","stream":"0","at":-1,"limit":-4,"index":2,"reason":"new, after the last item, before the placeholder"`,
		`"op":"updated","id":"b","stream":"0","at":0,"limit":null,"index":1,"reason":"updated in place: at 0 does not move what is already there"`,
		`"op":"ignored","id":"zz","stream":"0","at":-1,"reason":"ignored by update_only: not on the page"`,
		`"op":"updated","id":"n","tag":"p","text":"7","before":"0","reason":"text changed"`,
		`"containers":[{"id":"list","stream":"0","count":4,"placeholders":1,"children":["a","b","d","empty"]}]`,
		`"code":"delete-not-found"`,
	)
	p.diff(object{"0": one("e", -1, -3).list(false)})
	p.wantReport("prune", `"reason":"pruned: limit −3 keeps the last 3"`)
	p.wantText(`String(reports.length)`, "3")
}

func TestReportIsNotSentUnasked(t *testing.T) {
	p := open(t, ours, pageSpec{})
	p.join(listPage(items("a"), ""))
	p.diff(object{"0": one("b", -1, nil).list(false)})
	if got := p.pending(); len(got) > 0 {
		t.Errorf("frames nobody asked for: %v", got)
	}
}

func TestReportReasons(t *testing.T) {
	body := `<ul id="list" phx-update="stream"><li id="old">old</li><li id="a">a</li></ul><p id="n">0</p>`
	p := open(t, ours, pageSpec{head: `opts.report = true;`, body: body})
	p.join(listPage(items("a", "b", "c"), `<li id="empty"></li>`))
	p.wantReport("join", `"op":"removed_on_join","reason":"removed on join","id":"old"`,
		`"op":"kept","id":"a","stream":"0","at":-1,"limit":null,"index":0,"from":1,"reason":"kept on join: it was in the page already"`,
		`"reason":"placeholder, no stream item: put in behind the items"`)
	p.diff(object{"0": batch{inserts: items("c", "a", "z").inserts, reset: true}.list(false)})
	p.wantReport("reset", `"op":"reset","stream":"0","reason":"reset: 1 removed, 2 sent again"`,
		`"op":"deleted","stream":"0","reason":"removed by reset","id":"b"`,
		`"op":"moved","id":"c","stream":"0","at":-1,"limit":null,"index":0,"from":2,"reason":"kept by reset: the same element, reordered"`)
	p.diff(object{"0": batch{inserts: []ins{{id: "a", at: 0}}, deletes: []string{"a"}}.list(false)})
	p.wantReport("move", `"op":"moved","id":"a","stream":"0","at":0,"limit":null,"index":0,"from":1,"reason":"moved: deleted and inserted`)
	p.diff(object{"0": one("q", -1, 2).list(false)})
	p.wantReport("prune", `"op":"inserted","id":"q"`, `"reason":"pruned: limit 2 keeps the first 2","id":"q"`,
		`"reason":"pruned: limit 2 keeps the first 2, and a placeholder counts too","id":"empty"`)
}

// wantReport takes the next report and looks for parts of it.
func (p *page) wantReport(what string, parts ...string) {
	p.t.Helper()
	got := string(p.next("lvp:dom").Payload)
	for _, part := range parts {
		if !strings.Contains(got, part) {
			p.t.Errorf("%s: the report lacks %s\n%s", what, part, got)
		}
	}
}
