package interp

import (
	"slices"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// hole is an unquote in a quoted form that is being built: what it stands for
// is known when the quote runs.
type hole struct {
	value  code
	splice bool
	// dot is set for left.unquote(name) and left.unquote(name)(args).
	dot  bool
	left term.Term
	args *term.List
	call bool // there are args
	meta *term.List
}

// Kind implements term.Term.
func (*hole) Kind() term.Kind { return term.KindTuple }

// unquotes returns the hook of an astWriter that makes holes of unquotes, whose
// expressions are compiled here. found is set when there was one.
func (c *compiler) unquotes(found *bool) func(w *astWriter, x *syntax.Call) (term.Term, bool) {
	hole1 := func(h *hole) (term.Term, bool) {
		*found = true
		return h, true
	}
	return func(w *astWriter, x *syntax.Call) (term.Term, bool) {
		if len(x.Args) == 1 && x.Target == nil && x.Do == nil && (x.Name == "unquote" || x.Name == "unquote_splicing") {
			return hole1(&hole{value: c.expr(x.Args[0], false), splice: x.Name == "unquote_splicing"})
		}
		if inner, ok := x.Target.(*syntax.Call); ok && x.Name == "" && isDotUnquote(inner) {
			return hole1(&hole{value: c.expr(inner.Args[0], false), dot: true, call: true, left: w.node(inner.Target),
				args: term.NewList(w.args(x.Args, x.Do)...), meta: w.meta(nameSpanOf(inner))})
		}
		if isDotUnquote(x) {
			return hole1(&hole{value: c.expr(x.Args[0], false), dot: true, left: w.node(x.Target), meta: w.meta(nameSpanOf(x))})
		}
		return nil, false
	}
}

// isDotUnquote reports whether a call is left.unquote(name).
func isDotUnquote(x *syntax.Call) bool {
	return x.Target != nil && x.Name == "unquote" && len(x.Args) == 1
}

// quoteOptions are those of a quote.
type quoteOptions struct {
	line      term.Term // true, false or a number
	file      term.Term // nil or a binary
	context   term.Atom
	generated bool
	// escaping is set for the code of a def, which is kept as it is but for its
	// unquotes.
	escaping bool
	unquote  bool
	c        *compiler
}

// quoteExpr is quote do … end. The unquotes in it are compiled where it
// stands, and put into the quoted form when it runs.
func (c *compiler) quoteExpr(x *syntax.Call) code {
	body, opts, ok := c.quoteParts(x)
	if !ok {
		return c.errorf(x.Span(), "invalid or duplicate keys for quote, \"do\" is missing")
	}
	for name, n := range opts {
		switch name {
		case "do", "bind_quoted", "unquote", "context", "location", "line", "file", "generated":
		default:
			return c.errorf(n.Span(), "unsupported option :%s given to quote", name)
		}
	}
	q := &quoteOptions{line: term.False, context: atomElixir, unquote: true, c: c}
	var binds []syntax.Node
	if b, ok := opts["bind_quoted"]; ok {
		if call, isCall := b.(*syntax.Call); isCall && call.Target == nil && call.Name == "binding" && len(call.Args) == 0 {
			b = c.bindingNode(call.Span())
		}
		l, isList := b.(*syntax.List)
		if !isList || !isKeyword(l) && len(l.Elems) > 0 {
			return c.errorf(x.Span(), "invalid :bind_quoted for quote, expected a keyword list of variable names, got: %s", nodeText(b))
		}
		q.unquote, binds = false, l.Elems
	}
	if c.env.mod != nil {
		q.context = c.env.mod.name
	}
	var late lateOptions
	if len(x.Args) > 0 && x.Do != nil {
		if l, isList := x.Args[0].(*syntax.List); !isList || !isKeyword(l) && len(l.Elems) > 0 {
			late.list = c.expr(x.Args[0], false)
		}
	}
	if failed := c.quoteOptions(x, opts, q, &late); failed != nil {
		return failed
	}
	w := &astWriter{columns: true, sigils: c.b.sigils}
	found := false
	if q.unquote {
		w.unquote = c.unquotes(&found)
	}
	ast := w.body(body)
	if h, ok := ast.(*hole); ok && h.splice {
		return c.errorf(x.Span(), "unquote_splicing only works inside arguments and block contexts, wrap it in parens if you want it to work with one-liners")
	}
	bound := c.bindQuoted(x, binds)
	if late.none() {
		return c.bindCode(bound, q, q.do(ast))
	}
	return func(t *Thread) term.Term {
		now := *q
		late.set(t, &now)
		return c.bindCode(bound, &now, now.do(ast))(t)
	}
}

// quoteOptions reads the options of a quote that are known, and compiles the
// others. It returns code only when there is a mistake in them.
func (c *compiler) quoteOptions(x *syntax.Call, opts map[string]syntax.Node, q *quoteOptions, late *lateOptions) code {
	if loc, ok := opts["location"]; ok {
		if a, isAtom := loc.(*syntax.Atom); !isAtom || a.Name != "keep" {
			return c.errorf(x.Span(), "invalid :location for quote, expected :keep, got: %s", nodeText(loc))
		}
		q.line, q.file = term.True, term.Binary(c.env.file.Name())
	}
	for _, name := range []string{"line", "file", "context", "generated", "unquote"} {
		n, ok := opts[name]
		if !ok {
			continue
		}
		if v, constant := c.literal(n); constant {
			if !q.set(name, v) {
				return c.errorf(x.Span(), "invalid value for option :%s in quote, got: %s", name, nodeText(n))
			}
			continue
		}
		if mod, isModule := c.moduleName(n); isModule {
			q.set(name, mod)
			continue
		}
		late.add(name, c.expr(n, false))
	}
	return nil
}

// lateOptions are the options of a quote that are known when it runs.
type lateOptions struct {
	list code // all of them, where they are no literal keyword list
	each map[string]code
}

func (l *lateOptions) none() bool { return l.list == nil && len(l.each) == 0 }

func (l *lateOptions) add(name string, value code) {
	if l.each == nil {
		l.each = map[string]code{}
	}
	l.each[name] = value
}

// set sets the options to what they are now.
func (l *lateOptions) set(t *Thread, q *quoteOptions) {
	if l.list != nil {
		given, _ := l.list(t).(*term.List)
		for e := range given.All() {
			if kv, ok := e.(term.Tuple); ok && len(kv) == 2 {
				if name, ok := kv[0].(term.Atom); ok {
					q.set(name.Name(), kv[1])
				}
			}
		}
	}
	for name, value := range l.each {
		v := value(t)
		if v == term.Term(term.Nil) && name == "file" {
			continue
		}
		_, isInt := v.(term.Int)
		if !q.set(name, v) || name == "line" && !isInt {
			t.RaiseArgument("invalid runtime value for option :%s in quote, got: %s", name, term.Inspect(v))
		}
	}
}

// set sets an option, and returns false for a value that is none of its.
func (q *quoteOptions) set(name string, v term.Term) bool {
	switch name {
	case "line":
		_, isInt := v.(term.Int)
		q.line = v
		return isInt || v == term.Term(term.True) || v == term.Term(term.False)
	case "file":
		_, isText := v.(term.Binary)
		q.file = v
		return isText
	case "context":
		a, isAtom := v.(term.Atom)
		q.context = a
		return isAtom && a != term.Nil
	case "generated":
		q.generated = v == term.Term(term.True)
		return v.Kind() == term.KindAtom
	}
	q.unquote = v == term.Term(term.True)
	return v.Kind() == term.KindAtom
}

// bindingNode is binding() written out: the variables in scope, by name.
func (c *compiler) bindingNode(at source.Span) *syntax.List {
	names := c.visible()
	slices.Sort(names)
	l := &syntax.List{At: syntax.At{At: at}}
	for _, n := range names {
		l.Elems = append(l.Elems, &syntax.Tuple{At: syntax.At{At: at}, Sugar: true,
			Elems: []syntax.Node{&syntax.Atom{At: syntax.At{At: at}, Name: n}, &syntax.Var{At: syntax.At{At: at}, Name: n}}})
	}
	return l
}

// quoteBind is a variable of bind_quoted.
type quoteBind struct {
	name  string
	meta  *term.List
	value code
}

func (c *compiler) bindQuoted(x *syntax.Call, binds []syntax.Node) []quoteBind {
	var out []quoteBind
	meta := (&astWriter{columns: true}).meta(x.Span())
	if n := counterOf(x.Meta); n != 0 {
		meta = metaNew(meta, atomCounter, term.Int(n))
	}
	for _, e := range binds {
		t := e.(*syntax.Tuple)
		if name, ok := t.Elems[0].(*syntax.Atom); ok {
			out = append(out, quoteBind{name.Name, meta, c.expr(t.Elems[1], false)})
		}
	}
	return out
}

// bindCode puts the variables of bind_quoted before a quoted form.
func (c *compiler) bindCode(bound []quoteBind, q *quoteOptions, body part) code {
	if len(bound) == 0 {
		return body.code()
	}
	run := body.code()
	return func(t *Thread) term.Term {
		var exprs []term.Term
		for _, b := range bound {
			name := triple(term.NewAtom(b.name), b.meta, q.context)
			exprs = append(exprs, triple(term.NewAtom("="), term.Empty, term.NewList(name, b.value(t))))
		}
		return triple(atomBlock, term.Empty, term.NewList(append(exprs, run(t))...))
	}
}

func (c *compiler) quoteParts(x *syntax.Call) (body syntax.Node, opts map[string]syntax.Node, ok bool) {
	opts = map[string]syntax.Node{}
	for _, a := range x.Args {
		if l, isList := a.(*syntax.List); isList && isKeyword(l) {
			readOptions(l, opts)
		}
	}
	if x.Do != nil {
		s := x.Section("do")
		if s == nil {
			return nil, opts, false
		}
		if s.Clauses != nil {
			return &syntax.Stab{At: syntax.At{At: s.At}, Clauses: s.Clauses}, opts, true
		}
		return s.Body, opts, true
	}
	body, ok = opts["do"]
	return body, opts, ok
}
