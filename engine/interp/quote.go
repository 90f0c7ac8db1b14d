package interp

import (
	"sync/atomic"

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
	live := true
	var binds []syntax.Node
	if b, ok := opts["bind_quoted"]; ok {
		l, isList := b.(*syntax.List)
		if !isList || !isKeyword(l) && len(l.Elems) > 0 {
			return c.errorf(x.Span(), "invalid :bind_quoted for quote, expected a keyword list of variable names, got: %s", nodeText(b))
		}
		live, binds = false, l.Elems
	}
	q := &quoteOptions{line: term.False, context: atomElixir, c: c}
	if c.env.mod != nil {
		q.context = c.env.mod.name
	}
	dynamic := map[string]code{}
	var computed code // options that are no literal keyword list
	if len(x.Args) > 0 && x.Do != nil {
		if l, isList := x.Args[0].(*syntax.List); !isList || !isKeyword(l) && len(l.Elems) > 0 {
			computed = c.expr(x.Args[0], false)
		}
	}
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
			if name == "unquote" {
				live = q.unquote
			}
			continue
		}
		if mod, isModule := c.moduleName(n); isModule {
			q.set(name, mod)
			continue
		}
		dynamic[name] = c.expr(n, false)
	}
	q.unquote = live
	w := &astWriter{columns: true, sigils: c.b.sigils}
	found := false
	if live {
		w.unquote = c.unquotes(&found)
	}
	ast := w.body(body)
	if h, ok := ast.(*hole); ok && h.splice {
		return c.errorf(x.Span(), "unquote_splicing only works inside arguments and block contexts, wrap it in parens if you want it to work with one-liners")
	}
	bound := c.bindQuoted(x, binds)
	if len(dynamic) == 0 && computed == nil {
		out := q.do(ast)
		return c.bindCode(bound, q, out)
	}
	return func(t *Thread) term.Term {
		now := *q
		if computed != nil {
			l, _ := computed(t).(*term.List)
			for e := range l.All() {
				if kv, ok := e.(term.Tuple); ok && len(kv) == 2 {
					if name, ok := kv[0].(term.Atom); ok {
						now.set(name.Name(), kv[1])
					}
				}
			}
		}
		for name, value := range dynamic {
			v := value(t)
			if v == term.Term(term.Nil) && name == "file" {
				continue
			}
			_, isInt := v.(term.Int)
			if !now.set(name, v) || name == "line" && !isInt {
				t.RaiseArgument("invalid runtime value for option :%s in quote, got: %s", name, term.Inspect(v))
			}
		}
		return c.bindCode(bound, &now, now.do(ast))(t)
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
		t.RaiseArgument("expected unquote after dot to return an atom, an alias or a quoted call, got: %s", quotedText(name))
	}
	t.RaiseArgument("expected unquote after dot with args to return an atom or a quoted call, got: %s", quotedText(name))
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

// meta is the metadata that a quote keeps.
func (q *quoteOptions) meta(meta *term.List) *term.List {
	if q.escaping {
		return meta
	}
	meta = metaDelete(meta, atomColumn)
	line := metaGet(meta, atomLine)
	if q.file != nil {
		number := term.Term(term.Int(0))
		switch {
		case q.line == term.Term(term.True):
			if line != nil {
				number = line
			}
		case q.line != term.Term(term.False):
			number = q.line
		}
		keep := term.Tuple{term.NewAtom("keep"), term.Tuple{q.file, number}}
		meta = &term.List{Head: keep, Tail: metaDelete(meta, atomLine)}
	} else if q.line == term.Term(term.False) {
		meta = metaDelete(meta, atomLine)
	} else if q.line != term.Term(term.True) {
		meta = metaStore(meta, atomLine, q.line)
	}
	if q.generated {
		meta = &term.List{Head: term.Tuple{term.NewAtom("generated"), term.True}, Tail: meta}
	}
	return meta
}

// captureMeta notes the import that &name/arity captures.
func (q *quoteOptions) captureMeta(meta *term.List, args *term.List) *term.List {
	if args == nil {
		return meta
	}
	slash, ok := args.Head.(term.Tuple)
	if !ok || len(slash) != 3 || slash[0] != term.Term(term.NewAtom("/")) {
		return meta
	}
	l, _ := slash[2].(*term.List)
	sides, _ := l.Slice()
	if len(sides) != 2 {
		return meta
	}
	f, ok := sides[0].(term.Tuple)
	n, isInt := sides[1].(term.Int)
	if !ok || !isInt || len(f) != 3 {
		return meta
	}
	name, ok := f[0].(term.Atom)
	if _, isVar := f[2].(term.Atom); !ok || !isVar {
		return meta
	}
	for _, imp := range q.c.quotedImports(name.Name()) {
		if imp.arity == int(n) {
			list := term.NewList(term.Tuple{n, imp.module})
			return metaStore(metaStore(meta, atomImports, list), atomContext, q.context)
		}
	}
	return meta
}

// importMeta notes the modules that a name comes from where the quote stands.
func (q *quoteOptions) importMeta(name string, arity int, meta *term.List) *term.List {
	if metaGet(meta, atomImports) == nil {
		if f, ok := forms[name]; ok && f.core || reservedForms[name] {
			return meta
		}
		if found := q.c.quotedImports(name); len(found) > 0 {
			list := make([]term.Term, len(found))
			for i, imp := range found {
				list[i] = term.Tuple{term.Int(imp.arity), imp.module}
			}
			return metaStore(metaStore(meta, atomContext, q.context), atomImports, term.NewList(list...))
		}
	}
	return meta
}

// reservedForms are special forms that the compiler has nodes for.
var reservedForms = map[string]bool{
	"{}": true, "%{}": true, "%": true, "<<>>": true, "fn": true, "->": true, "::": true, "=": true, "^": true, ".": true,
	"&": true, "__aliases__": true, "unquote_splicing": true, "__DIR__": true, "__STACKTRACE__": true, "|": true, "when": true,
}

// quotedImport is a function or macro that can be called without its module.
type quotedImport struct {
	arity  int
	module term.Atom
}

// quotedImports returns what a name may mean by import, sorted by arity.
func (c *compiler) quotedImports(name string) []quotedImport {
	var out []quotedImport
	for i := len(c.env.imports) - 1; i >= 0; i-- {
		imp := c.env.imports[i]
		m := c.b.prog.modules[imp.module]
		if m == nil || imp.module == kernel {
			continue
		}
		add := func(arity int) {
			for _, o := range out {
				if o.arity == arity {
					return
				}
			}
			if imp.allows(funcKey{name, arity}) {
				imp.used = true
				out = append(out, quotedImport{arity, imp.module})
			}
		}
		for arity := range 10 {
			k := funcKey{name, arity}
			if f := m.funcs[k]; imp.kind != "macros" && f != nil && !f.private && !f.macro {
				add(arity)
			}
			if d := m.macros[k]; imp.kind != "functions" && d != nil && (d.fn == nil || !d.fn.private) {
				add(arity)
			}
		}
	}
	for _, arity := range kernelArities[name] {
		taken := c.excluded(name, arity)
		for _, o := range out {
			taken = taken || o.arity == arity
		}
		if !taken {
			out = append(out, quotedImport{arity, kernel})
		}
	}
	for i := 1; i < len(out); i++ {
		for k := i; k > 0 && out[k].arity < out[k-1].arity; k-- {
			out[k], out[k-1] = out[k-1], out[k]
		}
	}
	return out
}

// quotedAlias is what an alias means where the quote stands: a module, or false
// if it is no alias there.
func (c *compiler) quotedAlias(meta *term.List, segs *term.List) term.Term {
	x := &syntax.Alias{Meta: readMeta(meta)}
	for s := range segs.All() {
		a, ok := s.(term.Atom)
		if !ok {
			return term.False
		}
		x.Segs = append(x.Segs, a.Name())
	}
	if mod, ok := c.env.aliased(x); ok {
		return mod
	}
	return term.False
}

// linify gives the code that a macro returned the line of its call, and its
// variables the number of the expansion, as
// elixir_quote:linify_with_context_counter/3.
func linify(line int, receiver term.Atom, counter int, v term.Term) term.Term {
	var do func(v term.Term) term.Term
	do = func(v term.Term) term.Term {
		switch x := v.(type) {
		case term.Tuple:
			if len(x) == 2 {
				return term.Tuple{do(x[0]), do(x[1])}
			}
			meta, ok := term.Empty, false
			if len(x) == 3 {
				meta, ok = x[1].(*term.List)
			}
			if !ok {
				return v
			}
			name, isName := x[0].(term.Atom)
			list, isCall := x[2].(*term.List)
			switch {
			case isName && name == atomQuote && isCall && list != nil:
				if metaGet(meta, atomContext) == term.Term(receiver) {
					meta = metaNew(meta, atomCounter, term.Int(counter))
				}
			case isName && x[2] == term.Term(receiver) && name.Name() != "_":
				meta = metaNew(meta, atomCounter, term.Int(counter))
			case isName && isCall && list != nil && (name == atomAliases || name == atomAlias || name.Name() == "import" || name.Name() == "require"):
				meta = metaNew(meta, atomCounter, term.Int(counter))
			}
			if line > 0 {
				meta = metaNew(meta, atomLine, term.Int(line))
			}
			return triple(do(x[0]), meta, do(x[2]))
		case *term.List:
			elems, proper := x.Slice()
			if !proper {
				return v
			}
			out := make([]term.Term, len(elems))
			for i, e := range elems {
				out[i] = do(e)
			}
			return term.NewList(out...)
		}
		return v
	}
	return do(v)
}

// fileNamed finds a file of this build or of the program by its name.
func (b *build) fileNamed(name string) *source.File {
	for _, u := range b.files {
		if u.file.Name() == name {
			return u.file
		}
	}
	for _, m := range b.prog.modules {
		if m.file != nil && m.file.Name() == name {
			return m.file
		}
	}
	return nil
}

// tree is the tree of the quoted code that a macro returned for a call.
func (c *compiler) tree(v term.Term, at source.Span) syntax.Node {
	return (&astReader{at: at, sigils: c.b.sigils, file: c.b.fileNamed}).node(v)
}

// lastCounter is the number of the last expansion of a macro, from which
// variables have theirs.
var lastCounter atomic.Int64

// firstCounter is where the numbers of expansions begin; they are far from
// those that people write.
const firstCounter = -576460752303423500

func nextCounter() int { return firstCounter + int(lastCounter.Add(1)) }

// quotedText is quoted code as source, as Macro.to_string/1.
func quotedText(v term.Term) string { return PrintQuoted(v) }
