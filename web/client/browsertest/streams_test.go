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
