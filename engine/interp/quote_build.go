package interp

import "streamsplayground/engine/term"

// part is a piece of a quoted form: a term, or code that makes it.
type part struct {
	v term.Term
	f code
}

func (p part) code() code {
	if p.f != nil {
		return p.f
	}
	return constant(p.v)
}

func known(v term.Term) part { return part{v: v} }

// do is what a quote makes of the quoted form of its body, as
// elixir_quote:do_quote/2.
func (q *quoteOptions) do(v term.Term) part {
	switch x := v.(type) {
	case *hole:
		return q.hole(x)
	case *term.List:
		return q.list(x)
	case term.Tuple:
		switch len(x) {
		case 2:
			l, r := q.do(x[0]), q.do(x[1])
			if isSpliceHole(x[0]) || isSpliceHole(x[1]) {
				args := q.list(term.NewList(x[0], x[1]))
				return q.combine(func(vals []term.Term) term.Term { return triple(atomTuple, term.Empty, vals[0]) }, args)
			}
			return q.combine(func(vals []term.Term) term.Term { return term.Tuple{vals[0], vals[1]} }, l, r)
		case 3:
			if meta, ok := x[1].(*term.List); ok {
				return q.triple(x[0], meta, x[2])
			}
		}
	}
	return known(v)
}

func isSpliceHole(v term.Term) bool {
	h, ok := v.(*hole)
	return ok && h.splice
}

// combine makes a part of parts: now if all are known.
func (q *quoteOptions) combine(build func(vals []term.Term) term.Term, parts ...part) part {
	vals := make([]term.Term, len(parts))
	all := true
	for i, p := range parts {
		vals[i] = p.v
		all = all && p.f == nil
	}
	if all {
		return known(build(vals))
	}
	return part{f: func(t *Thread) term.Term {
		vals := make([]term.Term, len(parts))
		for i, p := range parts {
			vals[i] = p.v
			if p.f != nil {
				vals[i] = p.f(t)
			}
		}
		return build(vals)
	}}
}

// hole is the value of an unquote.
func (q *quoteOptions) hole(h *hole) part {
	if !h.dot {
		return part{f: func(t *Thread) term.Term {
			v := h.value(t)
			if !validQuoted(v) {
				t.RaiseArgument("tried to unquote invalid AST: %s\nDid you forget to escape term using Macro.escape/1?", t.Inspect(v, term.InspectOptions{}))
			}
			return v
		}}
	}
	left, args, meta := q.do(h.left), q.list(h.args), q.meta(h.meta)
	return part{f: func(t *Thread) term.Term {
		l := left.code()(t)
		name := h.value(t)
		var rest term.Term
		if h.call {
			rest = args.code()(t)
		}
		return dotQuoted(t, meta, l, name, rest)
	}}
}

// dotQuoted is left.unquote(name), with args that are nil if there are none.
func dotQuoted(t *Thread, meta *term.List, left, name, args term.Term) term.Term {
	noParens := &term.List{Head: term.Tuple{term.NewAtom("no_parens"), term.True}, Tail: meta}
	make2 := func(n term.Term) term.Term { return triple(atomDot, meta, term.NewList(left, n)) }
	switch x := name.(type) {
	case term.Atom:
		if args != nil {
			return triple(make2(x), meta, args)
		}
		if len(x.Name()) > 7 && x.Name()[:7] == "Elixir." {
			return triple(atomAliases, meta, term.NewList(left, x))
		}
		return triple(make2(x), noParens, term.Empty)
	case term.Tuple:
		if len(x) != 3 {
			break
		}
		if x[0] == term.Term(atomAliases) && args == nil {
			l, _ := x[2].(*term.List)
			return triple(atomAliases, meta, &term.List{Head: left, Tail: l})
		}
		n, isAtom := x[0].(term.Atom)
		_, isVar := x[2].(term.Atom)
		switch {
		case isAtom && isVar && args == nil:
			return triple(make2(n), noParens, term.Empty)
		case isAtom && isVar:
			return triple(make2(n), meta, args)
		case isAtom && args == nil:
			return triple(make2(n), meta, x[2])
		}
	}
	if args == nil {
		t.RaiseArgument("expected unquote after dot to return an atom, an alias or a quoted call, got: %s", PrintQuoted(name))
	}
	t.RaiseArgument("expected unquote after dot with args to return an atom or a quoted call, got: %s", PrintQuoted(name))
	return nil
}

// validQuoted reports whether a term may be quoted code, not looking deep.
func validQuoted(v term.Term) bool {
	if l, ok := v.(*term.List); ok {
		elems, proper := l.Slice()
		for _, e := range elems {
			proper = proper && validElement(e)
		}
		return proper
	}
	return validElement(v)
}

func validElement(v term.Term) bool {
	switch x := v.(type) {
	case *quoted, *hole:
		return true
	case term.Tuple:
		switch len(x) {
		case 2:
			return validElement(x[0]) && validElement(x[1])
		case 3:
			if _, ok := x[1].(*term.List); !ok {
				return false
			}
			_, isList := x[2].(*term.List)
			if _, ok := x[0].(term.Atom); ok {
				return isList || x[2].Kind() == term.KindAtom
			}
			return isList && validQuoted(x[0])
		}
		return false
	}
	switch v.Kind() {
	case term.KindList, term.KindAtom, term.KindBits, term.KindNumber, term.KindPID, term.KindFun:
		return true
	}
	return false
}

// list is the quoted form of a list, with what splices in it.
func (q *quoteOptions) list(l *term.List) part {
	elems, _ := l.Slice()
	parts := make([]part, len(elems))
	all, splices := true, false
	for i, e := range elems {
		if h := consSplice(e); h != nil && i == len(elems)-1 {
			return q.consSplice(elems[:i], h, e.(term.Tuple))
		}
		parts[i] = q.do(e)
		all = all && parts[i].f == nil
		splices = splices || isSpliceHole(e)
	}
	if all || !splices {
		return q.combine(func(vals []term.Term) term.Term { return term.NewList(append([]term.Term(nil), vals...)...) }, parts...)
	}
	return part{f: func(t *Thread) term.Term {
		var out []term.Term
		for i, e := range elems {
			if !isSpliceHole(e) {
				out = append(out, parts[i].code()(t))
				continue
			}
			out = append(out, splicedValues(t, e.(*hole).value(t))...)
		}
		return term.NewList(out...)
	}}
}

func splicedValues(t *Thread, v term.Term) []term.Term {
	l, ok := v.(*term.List)
	vals, proper := l.Slice()
	for _, e := range vals {
		proper = proper && validElement(e)
	}
	if !ok || !proper {
		t.RaiseArgument("expected a list with quoted expressions in unquote_splicing/1, got: %s", t.Inspect(v, term.InspectOptions{}))
	}
	return vals
}

// consSplice returns the splice of [unquote_splicing(x) | rest].
func consSplice(v term.Term) *hole {
	x, ok := v.(term.Tuple)
	if !ok || len(x) != 3 || x[0] != term.Term(atomCons) {
		return nil
	}
	l, _ := x[2].(*term.List)
	if n, _ := l.Len(); n != 2 || !isSpliceHole(l.Head) {
		return nil
	}
	return l.Head.(*hole)
}

func (q *quoteOptions) consSplice(before []term.Term, h *hole, cons term.Tuple) part {
	init := q.list(term.NewList(before...))
	sides, _ := cons[2].(*term.List).Slice()
	right := q.do(sides[1])
	return part{f: func(t *Thread) term.Term {
		head, _ := init.code()(t).(*term.List)
		out, _ := head.Slice()
		out = append(append([]term.Term(nil), out...), splicedValues(t, h.value(t))...)
		rest := right.code()(t)
		if l, ok := rest.(*term.List); ok {
			return term.ListOnto(out, l)
		}
		if len(out) == 0 {
			t.RaiseArgument("expected a nonempty list in unquote_splicing/1 before |, got: []")
		}
		out[len(out)-1] = triple(atomCons, term.Empty, term.NewList(out[len(out)-1], rest))
		return term.NewList(out...)
	}}
}

// triple is the quoted form of {name, meta, args}.
func (q *quoteOptions) triple(name term.Term, meta *term.List, args term.Term) part {
	if q.escaping {
		return q.build(name, meta, args)
	}
	atom, isAtom := name.(term.Atom)
	list, isCall := args.(*term.List)
	if !isAtom {
		if isCall {
			args = annotateDefs(dotName(name), list, q.context)
		}
		return q.build(name, meta, args)
	}
	switch {
	case atom == atomQuote && isCall && list != nil:
		inner := *q
		inner.unquote = false
		meta = metaStore(meta, atomContext, q.context)
		return inner.build(name, meta, args)
	case atom == atomAliases && isCall && list != nil:
		if head, ok := list.Head.(term.Atom); ok && head != atomElixir {
			meta = metaStore(metaDelete(meta, atomCounter), atomAlias, q.c.quotedAlias(meta, list))
		}
		return q.build(name, meta, args)
	case atom == atomCapture && isCall:
		return q.build(name, q.captureMeta(meta, list), args)
	case args == term.Term(term.Nil):
		meta = q.importMeta(atom.Name(), 0, meta)
		return known(triple(name, q.meta(meta), q.context))
	}
	arity := 0
	if isCall {
		arity, _ = list.Len()
	}
	meta = q.importMeta(atom.Name(), arity, meta)
	if isCall && list != nil {
		switch atom.Name() {
		case "import", "alias", "require":
			meta = metaStore(metaDelete(meta, atomCounter), atomContext, q.context)
		}
		args = annotateDefs(atom.Name(), list, q.context)
	}
	return q.build(name, meta, args)
}

// dotName is the name of a remote call, "" for anything else.
func dotName(callee term.Term) string {
	x, ok := callee.(term.Tuple)
	if !ok || len(x) != 3 || x[0] != term.Term(atomDot) {
		return ""
	}
	l, _ := x[2].(*term.List)
	if sides, _ := l.Slice(); len(sides) == 2 {
		n, _ := sides[1].(term.Atom)
		if !n.IsZero() {
			return n.Name()
		}
	}
	return ""
}

// annotateDefs notes the context in the head of a def and in the name of an
// attribute.
func annotateDefs(name string, args *term.List, context term.Atom) term.Term {
	switch name {
	case "def", "defp", "defmacro", "defmacrop", "@":
	default:
		return args
	}
	if args == nil {
		return args
	}
	return &term.List{Head: annotateHead(args.Head, context), Tail: args.Tail}
}

func annotateHead(v term.Term, context term.Atom) term.Term {
	x, ok := v.(term.Tuple)
	if !ok || len(x) != 3 {
		return v
	}
	meta, ok := x[1].(*term.List)
	if !ok {
		return v
	}
	if l, isList := x[2].(*term.List); isList && x[0] == term.Term(atomWhen) && l != nil {
		return triple(x[0], meta, &term.List{Head: annotateHead(l.Head, context), Tail: l.Tail})
	}
	return triple(x[0], metaStore(meta, atomContext, context), x[2])
}

func (q *quoteOptions) build(name term.Term, meta *term.List, args term.Term) part {
	m := q.meta(meta)
	return q.combine(func(vals []term.Term) term.Term { return triple(vals[0], m, vals[1]) }, q.do(name), q.do(args))
}
