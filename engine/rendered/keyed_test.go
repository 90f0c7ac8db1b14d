package rendered_test

import (
	"testing"

	. "streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

var (
	listPage = block("", "")
	rowBlock = block("<p>", "-", " ", "</p>")
	badge    = rootBlock("<span class=\"", "\">", "</span>")
)

// people are the keyed rows of a list with a value from outside and a function
// component in each; nChanged says that the value from outside changed.
func people(n string, nChanged bool, names ...string) *Comprehension {
	c := &Comprehension{Block: rowBlock, Keyed: true}
	for _, v := range names {
		c.Entries = append(c.Entries, row(term.Binary(lower(v[:1])), term.Binary(v), func(changed bool) []Dyn {
			dyns := []Dyn{nil, nil, nil}
			if changed {
				dyns[0] = Text(v)
				dyns[2] = tracked(badge, []Dyn{Text("k"), Text(v)}, []Dyn{nil, Text(v)})
			}
			if nChanged {
				dyns[1] = Text(n)
			}
			return dyns
		}))
		if !nChanged {
			// A new entry is computed in full, whatever changed outside.
			e := &c.Entries[len(c.Entries)-1]
			inner := e.Render
			e.Render = func(changed *term.Map, track bool) []Dyn {
				dyns := inner(changed, track)
				if !track {
					dyns[1] = Text(n)
				}
				return dyns
			}
		}
	}
	return c
}

func lower(s string) string {
	if s[0] < 'a' {
		return string(s[0] + 32)
	}
	return s
}

func TestKeyed(t *testing.T) {
	const statics = `"p":{"0":["<span class=\"","\">","</span>"]}`
	tests := []struct {
		name   string
		before []string
		after  *Comprehension
		want   string
	}{
		{"value", []string{"a", "b", "c"}, people("0", false, "a", "B", "c"), `{"0":{"k":{"1":{"0":"B","2":{"1":"B"}},"kc":3}}}`},
		{"prepend", []string{"a", "b", "c"}, people("0", false, "z", "a", "b", "c"),
			`{"0":{"k":{"0":{"0":"z","1":"0","2":{"0":"k","1":"z","r":1,"s":0}},"1":0,"2":1,"3":2,"kc":4,"km":true}},` + statics + `}`},
		{"append", []string{"a"}, people("0", false, "a", "b"),
			`{"0":{"k":{"1":{"0":"b","1":"0","2":{"0":"k","1":"b","r":1,"s":0}},"kc":2}},` + statics + `}`},
		{"delete first", []string{"z", "a", "b", "c"}, people("0", false, "a", "b", "c"), `{"0":{"k":{"0":1,"1":2,"2":3,"kc":3,"km":true}}}`},
		{"delete last", []string{"a", "b"}, people("0", false, "a"), `{"0":{"k":{"kc":1}}}`},
		{"swap ends and change", []string{"a", "b", "c"}, people("0", false, "C", "b", "a"),
			`{"0":{"k":{"0":[2,{"0":"C","2":{"1":"C"}}],"2":0,"kc":3,"km":true}}}`},
		{"outer value in each", []string{"a", "b", "c"}, people("1", true, "a", "b", "c"),
			`{"0":{"k":{"0":{"1":"1"},"1":{"1":"1"},"2":{"1":"1"},"kc":3}}}`},
		{"clear", []string{"a"}, people("0", false), `{"0":{"k":{"kc":0}}}`},
		{"unchanged", []string{"a", "b"}, people("0", false, "a", "b"), `{}`},
		{"replaced", []string{"a"}, people("0", false, "z"),
			`{"0":{"k":{"0":{"0":"z","1":"0","2":{"0":"k","1":"z","r":1,"s":0}},"kc":1}},` + statics + `}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := NewState(nil)
			s.Render(show(listPage, people("0", false, test.before...)))
			wantJSON(t, s.Render(show(listPage, test.after)), test.want)
		})
	}
}

func TestKeyedIsRefilledWithoutStatics(t *testing.T) {
	s := NewState(nil)
	s.Render(show(listPage, people("0", false, "a")))
	wantJSON(t, s.Render(show(listPage, people("0", false))), `{"0":{"k":{"kc":0}}}`)
	wantJSON(t, s.Render(show(listPage, people("0", false))), `{"0":{"k":{"kc":0}}}`)
	wantJSON(t, s.Render(show(listPage, people("1", false, "a"))),
		`{"0":{"k":{"0":{"0":"a","1":"1","2":{"0":"k","1":"a","r":1,"s":0}},"kc":1}},"p":{"0":["<span class=\"","\">","</span>"]}}`)
}

func TestUnkeyed(t *testing.T) {
	li := block("<li>", "</li>")
	list := func(values ...string) *Rendered {
		return show(listPage, &Comprehension{Block: li, Entries: texts(values...)})
	}
	s := NewState(nil)
	wantJSON(t, s.Render(list("a", "b")), `{"0":{"k":{"0":{"0":"a"},"1":{"0":"b"},"kc":2},"s":0},"s":1,"p":{"0":["<li>","</li>"],"1":["",""]}}`)
	wantJSON(t, s.Render(list("b", "a")), `{"0":{"k":{"0":{"0":"b"},"1":{"0":"a"},"kc":2}}}`)
	wantJSON(t, s.Render(list("b", "a", "c")), `{"0":{"k":{"2":{"0":"c"},"kc":3}}}`)
	wantJSON(t, s.Render(list("b")), `{"0":{"k":{"kc":1}}}`)
	wantJSON(t, s.Render(list("b")), `{}`)
}

func TestNestedComprehensions(t *testing.T) {
	outer, inner := block("<br>", "", ""), block("<hr>", "")
	group := func(name string, scores ...string) Entry {
		return row(term.Binary(name), term.Binary(name), func(bool) []Dyn {
			return []Dyn{Text(name), &Comprehension{Block: inner, Entries: texts(scores...)}}
		})
	}
	s := NewState(nil)
	d := s.Render(show(listPage, &Comprehension{Block: outer, Entries: []Entry{group("p", "1", "2"), group("e", "1")}}))
	wantJSON(t, d, `{"0":{"k":{"0":{"0":"p","1":{"k":{"0":{"0":"1"},"1":{"0":"2"},"kc":2},"s":0}},
		"1":{"0":"e","1":{"k":{"0":{"0":"1"},"kc":1},"s":0}},"kc":2},"s":1},"s":2,
		"p":{"0":["<hr>",""],"1":["<br>","",""],"2":["",""]}}`)
	d = s.Render(show(listPage, &Comprehension{Block: outer, Entries: []Entry{group("p", "1"), group("e", "1", "3")}}))
	wantJSON(t, d, `{"0":{"k":{"0":{"0":"p","1":{"k":{"kc":1}}},"1":{"0":"e","1":{"k":{"1":{"0":"3"},"kc":2}}},"kc":2}}}`)
}

func TestKeysOfAnyTerm(t *testing.T) {
	keys := []term.Term{term.Int(1), term.Float(1), term.Binary("1"), atom("1"), term.Tuple{term.Int(1)},
		term.NewList(term.Int(1)), term.NewMap(term.Int(1), term.Int(2)), term.NewMap(term.Int(1), term.Float(2)),
		term.Tuple{term.Int(1), term.Int(2)}, term.Empty, term.EmptyMap, term.Tuple{}, term.NewRef(),
		&term.List{Head: term.Int(1), Tail: term.Int(2)}, &term.Bits{Bytes: "\x80", Len: 1}}
	list := func(order []term.Term) *Rendered {
		c := &Comprehension{Block: block("", ""), Keyed: true}
		for _, k := range order {
			c.Entries = append(c.Entries, row(k, k, func(bool) []Dyn { return []Dyn{nil} }))
		}
		return show(listPage, c)
	}
	first := list(keys)
	s := NewState(nil)
	s.Render(first)
	again := list(append(keys[1:len(keys):len(keys)], keys[0]))
	again.Dynamic(false)[0].(*Comprehension).Block = first.Dynamic(false)[0].(*Comprehension).Block
	wantJSON(t, s.Render(again), `{"0":{"k":{"0":1,"1":2,"2":3,"3":4,"4":5,"5":6,"6":7,"7":8,"8":9,"9":10,"10":11,"11":12,"12":13,"13":14,"14":0,"kc":15,"km":true}}}`)
}

func TestDuplicateKey(t *testing.T) {
	dup := &Comprehension{Block: rowBlock, Keyed: true, Entries: texts("a1", "b", "a2")}
	wantPanic(t, `RuntimeError: found duplicate key "a" in comprehension`, func() {
		NewState(&host{}).Render(show(listPage, dup))
	})
	wantPanic(t, `RuntimeError: found duplicate key "a" in comprehension`, func() {
		s := NewState(&host{})
		s.Render(show(listPage, &Comprehension{Block: rowBlock, Keyed: true, Entries: texts("a", "b", "c")}))
		s.Render(show(listPage, dup))
	})
}

func TestChangedVars(t *testing.T) {
	a, b, c := atom("a"), atom("b"), atom("c")
	list := term.NewList(term.Int(1))
	var got *term.Map
	entry := func(vars *term.Map) *Rendered {
		return show(listPage, &Comprehension{Block: rowBlock, Entries: []Entry{{Vars: vars, Render: func(changed *term.Map, track bool) []Dyn {
			if track != (changed != nil) {
				t.Errorf("track is %v and changed %v", track, changed)
			}
			got = changed
			return []Dyn{nil, nil, nil}
		}}}})
	}
	s := NewState(nil)
	s.Render(entry(term.NewMap(a, term.Int(1), b, list, c, term.Int(3))))
	if got != nil {
		t.Errorf("a new entry got changed variables %v", got)
	}
	s.Render(entry(term.NewMap(a, term.Float(1), b, term.Empty, c, term.Int(3))))
	if want := term.NewMap(a, term.True, b, list); !term.StrictEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	s.Render(entry(term.NewMap(a, term.Float(1), b, term.Empty, c, term.Int(3))))
	if got == nil || got.Len() != 0 {
		t.Errorf("got %v, want an empty map", got)
	}
}

func TestStream(t *testing.T) {
	li := block("<li", " class=\"x ", "\">", " <i>", "</i></li>")
	item := func(id, v, n string) Entry {
		return row(nil, term.Binary(id), func(bool) []Dyn {
			return []Dyn{Text(` id="items-` + id + `"`), Text(""), Text(v), Text(n)}
		})
	}
	insert := func(id string, at int, limit, updateOnly term.Term) StreamInsert {
		return StreamInsert{DOMID: "items-" + id, At: at, Limit: limit, UpdateOnly: updateOnly}
	}
	no := term.False
	render := func(s *State, st *Stream, entries ...Entry) *Diff {
		st.Ref = "0"
		return s.Render(show(listPage, &Comprehension{Block: li, Stream: st, Entries: entries}))
	}
	tests := []struct {
		name string
		st   *Stream
		rows []Entry
		want string
	}{
		{"insert", &Stream{Inserts: []StreamInsert{insert("4", -1, nil, no)}}, []Entry{item("4", "t4", "1")},
			`{"0":{"k":{"0":{"0":" id=\"items-4\"","1":"","2":"t4","3":"1"},"kc":1},"stream":["0",[["items-4",-1,null,false]],[]]}}`},
		{"at and limit", &Stream{Inserts: []StreamInsert{insert("6", 2, term.Int(-3), no)}}, []Entry{item("6", "t", "1")},
			`{"0":{"k":{"0":{"0":" id=\"items-6\"","1":"","2":"t","3":"1"},"kc":1},"stream":["0",[["items-6",2,-3,false]],[]]}}`},
		{"update only", &Stream{Inserts: []StreamInsert{insert("2", -1, term.Nil, term.True)}}, []Entry{item("2", "t", "1")},
			`{"0":{"k":{"0":{"0":" id=\"items-2\"","1":"","2":"t","3":"1"},"kc":1},"stream":["0",[["items-2",-1,null,true]],[]]}}`},
		{"bulk", &Stream{Inserts: []StreamInsert{insert("2", -1, nil, no), insert("1", -1, nil, no)}}, []Entry{item("1", "a", "1"), item("2", "b", "1")},
			`{"0":{"k":{"0":{"0":" id=\"items-1\"","1":"","2":"a","3":"1"},"1":{"0":" id=\"items-2\"","1":"","2":"b","3":"1"},"kc":2},
			"stream":["0",[["items-2",-1,null,false],["items-1",-1,null,false]],[]]}}`},
		{"reset with nothing", &Stream{Reset: true}, nil, `{"0":{"k":{"kc":0},"stream":["0",[],[],true]}}`},
		{"delete", &Stream{Deletes: []string{"items-20"}}, nil, `{"0":{"k":{"kc":0},"stream":["0",[],["items-20"]]}}`},
		{"insert then delete", &Stream{Inserts: []StreamInsert{insert("60", -1, nil, no)}, Deletes: []string{"items-60"}}, []Entry{item("60", "t", "1")},
			`{"0":{"k":{"0":{"0":" id=\"items-60\"","1":"","2":"t","3":"1"},"kc":1},"stream":["0",[["items-60",-1,null,false]],["items-60"]]}}`},
		{"one id twice", &Stream{Inserts: []StreamInsert{insert("5", -1, nil, no), insert("5", 0, nil, no)}}, []Entry{item("5", "t", "1")},
			`{"0":{"k":{"0":{"0":" id=\"items-5\"","1":"","2":"t","3":"1"},"kc":1},"stream":["0",[["items-5",-1,null,false],["items-5",0,null,false]],[]]}}`},
		{"no operations", &Stream{}, nil, `{"0":{"k":{"kc":0},"stream":["0",[],[]]}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := NewState(nil)
			wantJSON(t, render(s, &Stream{}), `{"0":{"k":{"kc":0},"s":0,"stream":["0",[],[]]},"s":1,
				"p":{"0":["<li"," class=\"x ","\">"," <i>","</i></li>"],"1":["",""]}}`)
			wantJSON(t, render(s, test.st, test.rows...), test.want)
		})
	}
}

func TestStreamEntriesAreNotRemembered(t *testing.T) {
	li, inner := block("<li>", "</li>"), block("<b>", "</b>")
	s := NewState(nil)
	for i, want := range []string{
		`{"0":{"k":{"0":{"0":{"0":"a","s":0}},"kc":1},"s":1,"stream":["0",[],[]]},"s":2,"p":{"0":["<b>","</b>"],"1":["<li>","</li>"],"2":["",""]}}`,
		`{"0":{"k":{"0":{"0":{"0":"a","s":0}},"kc":1},"stream":["0",[],[]]},"p":{"0":["<b>","</b>"]}}`,
	} {
		d := s.Render(show(listPage, &Comprehension{Block: li, Stream: &Stream{Ref: "0"}, Entries: []Entry{
			row(nil, term.Int(1), func(changed bool) []Dyn {
				if !changed {
					t.Errorf("render %d of the entry was tracked", i)
				}
				return []Dyn{show(inner, Text("a"))}
			})}}))
		wantJSON(t, d, want)
	}
}
