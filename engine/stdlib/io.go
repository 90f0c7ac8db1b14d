package stdlib

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

func ioModule() *interp.NativeModule {
	m := newTextModule("IO")
	defOutput(m)
	m.def("iodata_to_binary", 1, func(c call) term.Term {
		s, ok := ioData(c.a[0], false)
		if !ok {
			return c.badArg(1, "not an iodata term")
		}
		return c.result(s)
	})
	m.def("iodata_length", 1, func(c call) term.Term {
		s, ok := ioData(c.a[0], false)
		if !ok {
			return c.badArg(1, "not an iodata term")
		}
		return term.Int(len(s))
	})
	m.def("chardata_to_string", 1, func(c call) term.Term {
		if b, ok := c.a[0].(term.Binary); ok {
			return b
		}
		if !isKind(c.a[0], term.KindList) {
			return c.noClause()
		}
		s, ok := ioData(c.a[0], true)
		if !ok {
			return c.notChardata()
		}
		return c.result(s)
	})
	for name, arities := range map[string][]int{"gets": {1, 2}, "read": {1, 2}, "getn": {1, 2, 3}} {
		for _, n := range arities {
			m.def(name, n, func(c call) term.Term {
				return c.runtimeError("IO.%s/%d reads from a terminal, and there is none here", name, n)
			})
		}
	}
	return m.m
}

// print writes to the console. Where there is no process nobody reads it.
func (c call) print(level, text string) {
	c.t.Burn(1 + len(text)/64)
	if p := node.Of(c.t); p != nil {
		p.Log(level, text)
	}
}

func defOutput(m *textModule) {
	m.def("puts", 1, func(c call) term.Term { c.print("puts", c.chardata(0)); return term.OK })
	m.def("puts", 2, func(c call) term.Term { c.device(0); c.print("puts", c.chardata(1)); return term.OK })
	m.def("write", 1, func(c call) term.Term { c.print("puts", c.chardata(0)); return term.OK })
	m.def("write", 2, func(c call) term.Term { c.device(0); c.print("puts", c.chardata(1)); return term.OK })
	warn := func(c call) term.Term {
		c.print("warning", "warning: "+strings.TrimRight(c.chardata(0), "\n"))
		return term.OK
	}
	m.def("warn", 1, warn)
	m.def("warn", 2, warn)
	inspect := func(c call, item term.Term, opts *term.List) term.Term {
		o := term.InspectOptions{Pretty: true}.With(opts)
		text := c.t.Inspect(item, o)
		if label, ok := term.KeywordGet(opts, term.NewAtom("label")); ok && label != term.Term(term.Nil) {
			text = c.t.ToString(label) + ": " + text
		}
		c.print("inspect", text)
		return item
	}
	m.def("inspect", 2, func(c call) term.Term { return inspect(c, c.a[0], c.opts(1)) }, term.Empty)
	m.def("inspect", 3, func(c call) term.Term { c.device(0); return inspect(c, c.a[1], c.opts(2)) })
}

// chardata returns what puts prints: chardata, or what to_string makes of
// other things.
func (c call) chardata(i int) string {
	if l, ok := c.a[i].(*term.List); ok {
		if s, ok := ioData(l, true); ok {
			return s
		}
		c.badArg(1, "not valid character data (an iodata term)")
	}
	return c.t.ToString(c.a[i])
}

// device checks the device argument.
func (c call) device(i int) {
	if isAtom(c.a[i], "stdio") || isAtom(c.a[i], "stderr") || isAtom(c.a[i], "standard_io") || isAtom(c.a[i], "standard_error") {
		return
	}
	c.badArg(i+1, "the device does not exist")
}

// inspectOptsModule has the struct that implementations of Inspect get.
func inspectOptsModule() *interp.NativeModule {
	m := newTextModule("Inspect.Opts")
	m.m.Struct = term.InspectOptions{}.Struct()
	m.def("new", 1, func(c call) term.Term { return term.InspectOptions{}.With(c.opts(0)).Struct() })
	return m.m
}

// algebraModule is Inspect.Algebra, for implementations of Inspect.
func algebraModule() *interp.NativeModule {
	m := newTextModule("Inspect.Algebra")
	doc := func(c call, i int) term.Term {
		if !term.IsDoc(c.a[i]) {
			c.noClause()
		}
		return c.a[i]
	}
	m.def("empty", 0, func(call) term.Term { return term.DocNil })
	m.def("line", 0, func(call) term.Term { return term.DocLine })
	m.def("line", 2, func(c call) term.Term { return term.Concat(doc(c, 0), term.DocLine, doc(c, 1)) })
	m.def("string", 1, func(c call) term.Term {
		s := c.str(0)
		n := c.t.Apply(term.NewModule("String"), "length", bin(s))
		return tuple(atomTerm("doc_string"), bin(s), n)
	})
	m.def("concat", 1, func(c call) term.Term { return term.Concat(c.slice(0)...) })
	m.def("concat", 2, func(c call) term.Term { return term.Concat(doc(c, 0), doc(c, 1)) })
	m.def("space", 2, func(c call) term.Term { return term.Concat(doc(c, 0), bin(" "), doc(c, 1)) })
	m.def("break", 1, func(c call) term.Term { return tuple(atomTerm("doc_break"), bin(c.str(0)), atomTerm("strict")) }, bin(" "))
	m.def("flex_break", 1, func(c call) term.Term { return tuple(atomTerm("doc_break"), bin(c.str(0)), atomTerm("flex")) }, bin(" "))
	for name, mode := range map[string]string{"glue": "strict", "flex_glue": "flex"} {
		m.def(name, 3, func(c call) term.Term {
			return term.Concat(doc(c, 0), tuple(atomTerm("doc_break"), bin(c.str(1)), atomTerm(mode)), doc(c, 2))
		})
		m.middleDefault(name, 3, bin(" "))
	}
	m.def("group", 2, func(c call) term.Term { return tuple(atomTerm("doc_group"), doc(c, 0), c.atom(1)) }, atomTerm("self"))
	m.def("nest", 3, func(c call) term.Term { return tuple(atomTerm("doc_nest"), doc(c, 0), c.a[1], c.atom(2)) }, atomTerm("always"))
	m.def("force_unfit", 1, func(c call) term.Term { return tuple(atomTerm("doc_force"), doc(c, 0)) })
	m.def("next_break_fits", 2, func(c call) term.Term { return tuple(atomTerm("doc_fits"), doc(c, 0), c.atom(1)) }, atomTerm("enabled"))
	m.def("collapse_lines", 1, func(c call) term.Term { return tuple(atomTerm("doc_collapse"), term.Int(c.positive(0))) })
	m.def("no_limit", 1, func(c call) term.Term { return tuple(atomTerm("doc_limit"), doc(c, 0), atomTerm("infinity")) })
	m.def("color", 3, func(c call) term.Term { return doc(c, 0) })
	m.def("color_doc", 3, func(c call) term.Term { return doc(c, 0) })
	m.def("to_doc", 2, func(c call) term.Term { return c.t.ToDoc(c.a[0], term.InspectOptions{}.With(c.a[1])) })
	fold := func(c call) term.Term {
		s := c.slice(0)
		if len(s) == 0 {
			return term.DocNil
		}
		acc := s[len(s)-1]
		for i := len(s) - 2; i >= 0; i-- {
			acc = c.t.Call(c.a[1], s[i], acc)
		}
		return acc
	}
	m.def("fold", 2, fold)
	m.def("fold_doc", 2, fold)
	m.def("container_doc", 6, containerDoc, term.Empty)
	m.def("format", 2, func(c call) term.Term {
		width := -1
		if !isAtom(c.a[1], "infinity") {
			width = c.nonNeg(1)
		}
		parts, ok := term.FormatDocParts(doc(c, 0), width)
		if !ok {
			return c.noClause()
		}
		return binList(parts)
	})
	return m.m
}

func containerDoc(c call) term.Term {
	o := term.InspectOptions{}.With(c.a[3])
	opts := c.opts(5)
	brk, _ := option(opts, "break", atomTerm("maybe")).(term.Atom)
	items := &callItems{c: c, elems: c.slice(1), opts: mapOf(c.t, c.a[3])}
	return term.ContainerDoc(c.a[0], c.a[2], option(opts, "separator", bin(",")), brk.Name(), o, items)
}

// callItems makes the documents of a container's items with a function.
type callItems struct {
	c     call
	elems []term.Term
	opts  *term.Map
}

// More implements term.DocItems.
func (i *callItems) More() bool { return len(i.elems) > 0 }

// Next implements term.DocItems.
func (i *callItems) Next(o term.InspectOptions) (doc, tail term.Term) {
	e := i.elems[0]
	i.elems = i.elems[1:]
	limit := term.NewAtom("limit")
	return i.c.t.Call(i.c.a[4], e, i.opts.Put(limit, o.Struct().GetAtom(limit))), nil
}
