package rendered_test

import (
	"slices"
	"testing"

	. "streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

var (
	fromBlock = rootBlock("<div>FROM ", " ", "</div>")
	ifBlock   = rootBlock("<div>", "</div>")
	thenBlock = block("IF ", "")
	elseBlock = block("ELSE ", "")
	nestBlock = rootBlock("<section>", "</section>")
	compPage  = rootBlock("<main>", "</main>")
	pairPage  = rootBlock("", ": ", "")
)

func text(v any) Text {
	switch v := v.(type) {
	case term.Binary:
		return Text(v)
	case Text:
		return v
	}
	return Text(term.Inspect(v.(term.Term)))
}

// testHost has four modules: Mine shows @from, If one of two branches, Nest
// places the components in its children, and Bad has no root tag.
func testHost() *host {
	h := &host{}
	h.modules = map[string]module{
		"Mine": {render: func(s *socket) *Rendered {
			return show(fromBlock, text(s.assigns["from"]), Text("world"))
		}},
		"If": {render: func(s *socket) *Rendered {
			b := thenBlock
			if s.assigns["if"] == term.Term(term.False) {
				b = elseBlock
			}
			return show(ifBlock, show(b, text(s.assigns["from"])))
		}},
		"Nest": {render: func(s *socket) *Rendered {
			c := &Comprehension{Block: elseBlock}
			if ids, ok := s.assigns["children"].(*term.List); ok {
				for id := range ids.All() {
					c.Entries = append(c.Entries, row(nil, id, func(bool) []Dyn { return []Dyn{place("Mine", id, atom("from"), id)} }))
				}
			}
			return show(nestBlock, c)
		}},
		"Bad":    {render: func(*socket) *Rendered { return show(block("x")) }},
		"Pusher": {mount: func(s *socket) { s.events = []Event{{Name: "up", Payload: []byte("{}")}} }, render: func(*socket) *Rendered { return show(fromBlock, Text(""), Text("")) }},
	}
	return h
}

func mine(id, from string) *Component {
	return place("Mine", term.Binary(id), atom("from"), term.Binary(from))
}

func TestComponentIsMounted(t *testing.T) {
	h := testHost()
	s := NewState(h)
	wantJSON(t, s.Render(show(compPage, mine("hello", "component"))), `{"0":1,"r":1,"s":0,"p":{"0":["<main>","</main>"]},
		"c":{"1":{"0":"component","1":"world","r":1,"s":["<div>FROM "," ","</div>"]}}}`)
	if want := []string{"mount 1", "update 1", "render 1"}; !slices.Equal(h.calls, want) {
		t.Errorf("calls %v, want %v", h.calls, want)
	}
	if cid, ok := s.FindComponent(atom("Mine"), term.Binary("hello")); cid != 1 || !ok {
		t.Errorf("FindComponent returned %d, %v", cid, ok)
	}

	h.calls = nil
	wantJSON(t, s.Render(show(compPage, mine("hello", "component"))), `{"0":1}`)
	if want := []string{"update 1"}; !slices.Equal(h.calls, want) {
		t.Errorf("calls %v, want %v", h.calls, want)
	}
	wantJSON(t, s.Render(show(compPage, mine("hello", "rerender"))), `{"0":1,"c":{"1":{"0":"rerender","1":"world"}}}`)
	wantJSON(t, s.Render(show(compPage, mine("another", "x"))), `{"0":2,"c":{"2":{"0":"x","1":"world","s":-1}}}`)
	wantJSON(t, s.Render(show(pairPage, mine("hello", "x"), Text(""))), `{"0":3,"1":"","r":1,"s":0,"p":{"0":["",": ",""]},
		"c":{"3":{"0":"x","1":"world","r":1,"s":["<div>FROM "," ","</div>"]}}}`)
}

func TestComponentOfAnotherModuleWithTheSameID(t *testing.T) {
	s := NewState(testHost())
	s.Render(show(compPage, mine("a", "x")))
	wantJSON(t, s.Render(show(compPage, place("If", term.Binary("a"), atom("from"), term.Binary("y")))),
		`{"0":2,"c":{"2":{"0":{"0":"y","s":["IF ",""]},"r":1,"s":["<div>","</div>"]}}}`)
}

func TestComponentsShareStatics(t *testing.T) {
	ifs := func(comps ...*Component) *Rendered {
		c := &Comprehension{Block: block("", "")}
		c.Block = thenBlock
		for _, comp := range comps {
			c.Entries = append(c.Entries, row(nil, comp.ID, func(bool) []Dyn { return []Dyn{comp} }))
		}
		return show(compPage, c)
	}
	one := func(id, ifv string) *Component {
		return place("If", term.Binary(id), atom("from"), term.Binary(id), atom("if"), term.NewAtom(ifv))
	}
	s := NewState(testHost())
	wantJSON(t, s.Render(ifs(one("1", "true"), one("2", "true"))), `{"0":{"k":{"0":{"0":1},"1":{"0":2},"kc":2},"s":0},"r":1,"s":1,
		"p":{"0":["IF ",""],"1":["<main>","</main>"]},
		"c":{"1":{"0":{"0":"1","s":["IF ",""]},"r":1,"s":["<div>","</div>"]},"2":{"0":{"0":"2"},"s":1}}}`)
	wantJSON(t, s.Render(ifs(one("3", "true"))), `{"0":{"k":{"0":{"0":3},"kc":1}},"c":{"3":{"0":{"0":"3"},"s":-1}}}`)
	wantJSON(t, s.Render(ifs(one("4", "false"))), `{"0":{"k":{"0":{"0":4},"kc":1}},"c":{"4":{"0":{"0":"4","s":["ELSE ",""]},"s":-1}}}`)
	// The tree that is shared is that of before the message, also when its owner
	// changes in it.
	wantJSON(t, s.Render(ifs(one("1", "false"), one("5", "true"))), `{"0":{"k":{"0":{"0":1},"1":{"0":5},"kc":2}},
		"c":{"1":{"0":{"0":"1","s":["ELSE ",""]}},"5":{"0":{"0":"5"},"s":-1}}}`)
}

func TestComponentInComponent(t *testing.T) {
	nest := func(ids ...term.Term) *Rendered {
		return show(compPage, place("Nest", term.Int(0), atom("children"), term.NewList(ids...)))
	}
	h := testHost()
	s := NewState(h)
	wantJSON(t, s.Render(nest()), `{"0":1,"r":1,"s":0,"p":{"0":["<main>","</main>"]},"c":{"1":{"0":"","r":1,"s":["<section>","</section>"]}}}`)
	wantJSON(t, s.Render(nest(term.Int(7))), `{"0":1,"c":{"1":{"0":{"k":{"0":{"0":2},"kc":1},"s":["ELSE ",""]}},
		"2":{"0":"7","1":"world","r":1,"s":["<div>FROM "," ","</div>"]}}}`)
	h.calls = nil
	wantJSON(t, s.Render(nest(term.Int(7), term.Int(8))), `{"0":1,"c":{"1":{"0":{"k":{"0":{"0":2},"1":{"0":3},"kc":2}}},
		"3":{"0":"8","1":"world","s":-2}}}`)
	if want := []string{"update 1", "render 1", "mount 3", "update 2", "update 3", "render 3"}; !slices.Equal(h.calls, want) {
		t.Errorf("calls %v, want %v", h.calls, want)
	}
	if c, _ := s.Component(1); !slices.Equal(c.Children, []int{2, 3}) {
		t.Errorf("children %v", c.Children)
	}
}

// A comprehension in a component lists the statics below it by itself.
func TestComprehensionInComponentHasTemplates(t *testing.T) {
	h := testHost()
	li, always, two := block("<li>", "", "</li>"), block("Always"), block("1 ", " 3")
	h.modules["Rows"] = module{render: func(s *socket) *Rendered {
		c := &Comprehension{Block: li}
		for i := range s.assigns["count"].(term.Int) {
			c.Entries = append(c.Entries, row(nil, i, func(bool) []Dyn {
				if i == 1 {
					return []Dyn{show(two, Text("2")), show(always)}
				}
				return []Dyn{Text(""), show(always)}
			}))
		}
		return show(ifBlock, c)
	}}
	rows := func(id, n int) *Component { return place("Rows", term.Int(id), atom("count"), term.Int(n)) }
	s := NewState(h)
	wantJSON(t, s.Render(show(pairPage, rows(0, 1), rows(1, 2))), `{"0":1,"1":2,"r":1,"s":0,"p":{"0":["",": ",""]},"c":{
		"1":{"0":{"p":{"0":["Always"]},"s":["<li>","","</li>"],"k":{"0":{"0":"","1":{"s":0}},"kc":1}},"r":1,"s":["<div>","</div>"]},
		"2":{"0":{"p":{"0":["Always"],"1":["1 "," 3"]},"k":{"0":{"0":"","1":{"s":0}},"1":{"0":{"0":"2","s":1},"1":{"s":0}},"kc":2}},"s":1}}}`)
	wantJSON(t, s.Render(show(pairPage, rows(0, 1), rows(1, 2))), `{"0":1,"1":2}`)
}

func TestComponentDeletion(t *testing.T) {
	s := NewState(testHost())
	s.Render(show(compPage, mine("a", "x")))
	if s.Delete(1) {
		t.Error("deleted a component that was not marked")
	}
	s.Render(show(compPage, Text("")))
	s.MarkForDeletion(1)
	wantJSON(t, s.Render(show(compPage, mine("a", "x"))), `{"0":1,"c":{"1":{"0":"x","1":"world","r":1,"s":["<div>FROM "," ","</div>"]}}}`)
	if s.Delete(1) {
		t.Error("deleted a component that was used again")
	}
	s.Render(show(compPage, Text("")))
	s.MarkForDeletion(1)
	if !s.Delete(1) || s.Delete(1) {
		t.Error("a marked component is deleted once")
	}
	s.MarkForDeletion(99)
	wantJSON(t, s.Render(show(compPage, mine("a", "x"))), `{"0":2,"c":{"2":{"0":"x","1":"world","r":1,"s":["<div>FROM "," ","</div>"]}}}`)
}

func TestMarkedComponentIsNotSharedWith(t *testing.T) {
	s := NewState(testHost())
	s.Render(show(compPage, mine("a", "x")))
	s.Render(show(compPage, Text("")))
	s.MarkForDeletion(1)
	wantJSON(t, s.Render(show(compPage, mine("b", "y"))), `{"0":2,"c":{"2":{"0":"y","1":"world","r":1,"s":["<div>FROM "," ","</div>"]}}}`)
}

func TestRevivedComponentRevivesItsChildren(t *testing.T) {
	nest := show(compPage, place("Nest", term.Int(0), atom("children"), term.NewList(term.Int(7))))
	s := NewState(testHost())
	s.Render(nest)
	s.Render(show(compPage, Text("")))
	s.MarkForDeletion(1)
	s.MarkForDeletion(2)
	wantJSON(t, s.Render(nest), `{"0":1,"c":{"1":{"0":{"k":{"0":{"0":2},"kc":1},"s":["ELSE ",""]},"r":1,"s":["<section>","</section>"]},
		"2":{"0":"7","1":"world","r":1,"s":["<div>FROM "," ","</div>"]}}}`)
	if s.Delete(1) || s.Delete(2) {
		t.Error("deleted a component that was used again")
	}
}

func TestUpdateComponent(t *testing.T) {
	h := testHost()
	s := NewState(h)
	s.Render(show(compPage, place("Nest", term.Int(0))))
	c, _ := s.Component(1)
	sock := c.Socket.(*socket)
	sock.events = []Event{{Name: "first", Payload: []byte("1")}}
	wantJSON(t, s.UpdateComponent(1, sock), `{"e":[["first",1]]}`)
	sock.assigns["children"], sock.changed = term.NewList(term.Int(5)), true
	wantJSON(t, s.UpdateComponent(1, sock), `{"c":{"1":{"0":{"k":{"0":{"0":2},"kc":1},"s":["ELSE ",""]}},
		"2":{"0":"5","1":"world","r":1,"s":["<div>FROM "," ","</div>"]}}}`)
}

func TestEventsOfUpdates(t *testing.T) {
	s := NewState(testHost())
	d := s.Render(show(compPage, place("Pusher", term.Int(1))))
	if len(d.Events) != 1 || d.Events[0].Name != "up" {
		t.Errorf("events %v", d.Events)
	}
}

func TestComponentErrors(t *testing.T) {
	wantPanic(t, `RuntimeError: found duplicate ID "a" for component :Mine when rendering template`, func() {
		NewState(testHost()).Render(show(pairPage, mine("a", "x"), mine("a", "y")))
	})
	wantPanic(t, `ArgumentError: error on :Bad.render/1 with id of 1. Stateful components must have a single static HTML tag at the root`, func() {
		NewState(testHost()).Render(show(compPage, place("Bad", term.Int(1))))
	})
}

func TestRenderHTML(t *testing.T) {
	got, err := NewState(testHost()).RenderHTML(show(pairPage, mine("a", "x"), mine("b", "y")))
	if want := "<div>FROM x world</div>: <div>FROM y world</div>"; got != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
