package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// inspectOptsModule has the struct that implementations of Inspect get.
func inspectOptsModule() *interp.NativeModule {
	m := newTextModule("Inspect.Opts")
	m.m.Struct = term.InspectOptions{}.Struct()
	m.def("default_inspect_fun", 0, func(call) term.Term {
		return &term.Fun{Module: term.NewModule("Inspect"), Name: term.NewAtom("inspect"), Arity: 2, External: true}
	})
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
	m.def("is_doc", 1, func(c call) term.Term { return term.Bool(term.IsDoc(c.a[0])) })
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
