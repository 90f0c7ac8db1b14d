package rendered_test

import (
	"fmt"
	"testing"

	. "streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// BenchmarkStreamInsert is the diff and the JSON of one item of a stream.
func BenchmarkStreamInsert(b *testing.B) {
	li := block("<li", " class=\"", "\"> <b>", "</b> ", "</li>")
	page := block("<ul>", "</ul>", "")
	dyns := []Dyn{Text(` id="messages-17"`), Text("message"), Text("Ann"), Text("Hello, world")}
	c := &Comprehension{Block: li, Stream: &Stream{Ref: "0", Inserts: []StreamInsert{{DOMID: "messages-17", At: -1}}},
		Entries: []Entry{{Vars: term.EmptyMap, Render: func(*term.Map, bool) []Dyn { return dyns }}}}
	r := &Rendered{Block: page, Dynamic: func(bool) []Dyn { return []Dyn{c, nil} }}
	s := NewState(nil)
	s.Render(r)
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = s.Render(r).AppendJSON(buf[:0])
	}
}

// BenchmarkKeyed1000 is a comprehension of 1,000 keyed rows.
func BenchmarkKeyed1000(b *testing.B) {
	li := block("<li>", " ", "</li>")
	x := atom("x")
	list := func(first int, changed int) *Rendered {
		c := &Comprehension{Block: li, Keyed: true}
		for i := range 1000 {
			n := first + i
			v := term.Int(n)
			if i == changed {
				v = -1
			}
			all, none := []Dyn{Text(fmt.Sprint(n)), Text("row")}, []Dyn{nil, nil}
			c.Entries = append(c.Entries, Entry{Key: term.Int(n), Vars: term.NewMap(x, v), Render: func(changed *term.Map, track bool) []Dyn {
				if track && changed.Len() == 0 {
					return none
				}
				return all
			}})
		}
		return show(listPage, c)
	}
	for _, bench := range []struct {
		name string
		next *Rendered
	}{{"same", list(0, -1)}, {"one changed", list(0, 500)}, {"all moved", list(1, -1)}} {
		b.Run(bench.name, func(b *testing.B) {
			s, first := NewState(nil), list(0, -1)
			s.Render(first)
			var buf []byte
			b.ReportAllocs()
			for b.Loop() {
				buf = s.Render(bench.next).AppendJSON(buf[:0])
				buf = s.Render(first).AppendJSON(buf[:0])
			}
		})
	}
	b.Run("first render", func(b *testing.B) {
		first := list(0, -1)
		var buf []byte
		b.ReportAllocs()
		for b.Loop() {
			buf = NewState(nil).Render(first).AppendJSON(buf[:0])
		}
	})
}
