package interp

import (
	"strconv"
	"strings"
	"unicode"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// macroFunctions is the module Macro.
func macroFunctions() *NativeModule {
	m := &NativeModule{Name: "Macro"}
	def := func(name string, arity int, fn Native) {
		m.Funcs = append(m.Funcs, NativeFunc{Name: name, Arity: arity, Fn: fn})
	}
	same := func(_ *Thread, v, acc term.Term) (term.Term, term.Term) { return v, acc }
	with := func(fun term.Term) visit {
		return func(t *Thread, v, acc term.Term) (term.Term, term.Term) {
			out, ok := t.Call(fun, v, acc).(term.Tuple)
			if !ok || len(out) != 2 {
				t.RaiseNew("MatchError", "term", out)
			}
			return out[0], out[1]
		}
	}
	plain := func(fun term.Term) visit {
		return func(t *Thread, v, acc term.Term) (term.Term, term.Term) { return t.Call(fun, v), acc }
	}
	pair := func(t *Thread, v, acc term.Term, pre, post visit) term.Term {
		out, last := traverse(t, v, acc, pre, post)
		return term.Tuple{out, last}
	}
	def("traverse", 4, func(t *Thread, a []term.Term) term.Term { return pair(t, a[0], a[1], with(a[2]), with(a[3])) })
	def("prewalk", 3, func(t *Thread, a []term.Term) term.Term { return pair(t, a[0], a[1], with(a[2]), same) })
	def("postwalk", 3, func(t *Thread, a []term.Term) term.Term { return pair(t, a[0], a[1], same, with(a[2])) })
	def("prewalk", 2, func(t *Thread, a []term.Term) term.Term {
		out, _ := traverse(t, a[0], term.Nil, plain(a[1]), same)
		return out
	})
	def("postwalk", 2, func(t *Thread, a []term.Term) term.Term {
		out, _ := traverse(t, a[0], term.Nil, same, plain(a[1]))
		return out
	})
	collect := func(before bool) Native {
		return func(t *Thread, a []term.Term) term.Term {
			var out []term.Term
			note := func(_ *Thread, v, acc term.Term) (term.Term, term.Term) {
				out = append(out, v)
				return v, acc
			}
			if before {
				traverse(t, a[0], term.Nil, note, same)
			} else {
				traverse(t, a[0], term.Nil, same, note)
			}
			return term.NewList(out...)
		}
	}
	def("prewalker", 1, collect(true))
	def("postwalker", 1, collect(false))
	def("to_string", 1, func(_ *Thread, a []term.Term) term.Term { return term.Binary(PrintQuoted(a[0])) })
	def("expand", 2, func(t *Thread, a []term.Term) term.Term { return expandQuoted(t, a[0], a[1], maxExpansions) })
	def("expand_once", 2, func(t *Thread, a []term.Term) term.Term { return expandQuoted(t, a[0], a[1], 1) })
	def("expand_literals", 2, func(t *Thread, a []term.Term) term.Term {
		out, _ := traverse(t, a[0], term.Nil, func(t *Thread, v, acc term.Term) (term.Term, term.Term) {
			if name, _, _, ok := callParts(v); ok && name == "__aliases__" {
				return expandQuoted(t, v, a[1], 1), acc
			}
			return v, acc
		}, same)
		return out
	})
	for arity := 1; arity <= 2; arity++ {
		def("escape", arity, macroEscape)
		def("unescape_string", arity, func(t *Thread, a []term.Term) term.Term {
			s, ok := a[0].(term.Binary)
			if !ok {
				t.RaiseFunctionClause("Macro", "unescape_string", a)
			}
			out, problem := syntax.Unescape(string(s))
			if problem != "" {
				t.RaiseArgument("%s", problem)
			}
			return term.Binary(out)
		})
		def("inspect_atom", arity+1, inspectAtom)
	}
	def("var", 2, func(t *Thread, a []term.Term) term.Term {
		atoms(t, "var", a)
		return triple(a[0], term.Empty, a[1])
	})
	def("unique_var", 2, func(t *Thread, a []term.Term) term.Term {
		atoms(t, "unique_var", a)
		return triple(a[0], term.Keyword("counter", term.Int(nextCounter())), a[1])
	})
	def("generate_arguments", 2, func(t *Thread, a []term.Term) term.Term { return macroArguments(t, a, false) })
	def("generate_unique_arguments", 2, func(t *Thread, a []term.Term) term.Term { return macroArguments(t, a, true) })
	def("pipe", 3, macroPipe)
	def("unpipe", 1, func(_ *Thread, a []term.Term) term.Term { return term.NewList(unpipe(a[0])...) })
	def("decompose_call", 1, func(_ *Thread, a []term.Term) term.Term { return decomposeCall(a[0]) })
	def("underscore", 1, func(t *Thread, a []term.Term) term.Term {
		if mod, ok := a[0].(term.Atom); ok {
			return term.Binary(underscored(strings.TrimPrefix(mod.Name(), "Elixir.")))
		}
		return term.Binary(underscored(textArg(t, "underscore", a)))
	})
	def("camelize", 1, func(t *Thread, a []term.Term) term.Term { return term.Binary(camelize(textArg(t, "camelize", a))) })
	def("special_form?", 2, func(_ *Thread, a []term.Term) term.Term {
		name, arity := nameArity(a)
		for _, n := range specialForms[name] {
			if n == arity || n < 0 {
				return term.True
			}
		}
		return term.False
	})
	def("operator?", 2, func(_ *Thread, a []term.Term) term.Term {
		name, arity := nameArity(a)
		switch arity {
		case 1:
			return term.Bool(unaryOperators[name] || name == "@" || name == "..." || name == "/")
		case 2:
			return term.Bool(operators[name].precedence > 0 || name == "." || name == "//" && false)
		case 3:
			return term.Bool(name == "..//")
		}
		return term.Bool(arity == 0 && (name == ".." || name == "..."))
	})
	def("quoted_literal?", 1, func(_ *Thread, a []term.Term) term.Term { return term.Bool(quotedLiteral(a[0])) })
	def("classify_atom", 1, func(_ *Thread, a []term.Term) term.Term { return classifyAtom(a[0]) })
	def("update_meta", 2, func(t *Thread, a []term.Term) term.Term {
		if x, ok := a[0].(term.Tuple); ok && len(x) == 3 {
			if _, isMeta := x[1].(*term.List); isMeta {
				return triple(x[0], t.Call(a[1], x[1]), x[2])
			}
		}
		return a[0]
	})
	def("validate", 1, func(_ *Thread, a []term.Term) term.Term {
		if bad := invalidQuoted(a[0]); bad != nil {
			return term.Tuple{term.Err, bad}
		}
		return term.OK
	})
	def("dbg", 3, func(_ *Thread, a []term.Term) term.Term {
		dot := triple(atomDot, term.Empty, term.NewList(kernel, term.NewAtom("dbg")))
		return triple(dot, term.Empty, term.NewList(a[0], a[1]))
	})
	def("struct!", 2, func(t *Thread, a []term.Term) term.Term {
		mod, _ := a[0].(term.Atom)
		if e := t.ModuleEnv(mod); e != nil && e.mod.fields != nil { // whose body runs
			return e.mod.fields
		}
		return t.Apply(mod, "__struct__")
	})
	return m
}

func atoms(t *Thread, name string, a []term.Term) {
	for _, v := range a {
		if _, ok := v.(term.Atom); !ok {
			t.RaiseFunctionClause("Macro", name, a)
		}
	}
}

func textArg(t *Thread, name string, a []term.Term) string {
	s, ok := a[0].(term.Binary)
	if !ok {
		t.RaiseFunctionClause("Macro", name, a)
	}
	return string(s)
}

func nameArity(a []term.Term) (string, int) {
	name, _ := a[0].(term.Atom)
	n, _ := a[1].(term.Int)
	if name.IsZero() {
		return "", int(n)
	}
	return name.Name(), int(n)
}

var specialForms = map[string][]int{
	"alias": {2, 1}, "import": {2, 1}, "require": {2, 1}, "quote": {2, 1}, "unquote": {1}, "unquote_splicing": {1}, "__block__": {-1},
	"__aliases__": {-1}, "__CALLER__": {0}, "__DIR__": {0}, "__ENV__": {0}, "__MODULE__": {0}, "__STACKTRACE__": {0}, "case": {2},
	"cond": {1}, "for": {-1}, "with": {-1}, "fn": {-1}, "receive": {1}, "try": {1}, "super": {-1}, "{}": {-1}, "%{}": {-1}, "%": {2}, "<<>>": {-1},
	"::": {2}, "=": {2}, ".": {2}, "^": {1}, "&": {1},
}

// visit is what a traversal does at each node.
type visit func(t *Thread, v, acc term.Term) (term.Term, term.Term)

// traverse is Macro.traverse/4.
func traverse(t *Thread, v, acc term.Term, pre, post visit) (term.Term, term.Term) {
	t.Burn(1)
	v, acc = pre(t, v, acc)
	return traverseIn(t, v, acc, pre, post)
}

func traverseIn(t *Thread, v, acc term.Term, pre, post visit) (term.Term, term.Term) {
	switch x := v.(type) {
	case term.Tuple:
		switch len(x) {
		case 2:
			var l, r term.Term
			l, acc = traverse(t, x[0], acc, pre, post)
			r, acc = traverse(t, x[1], acc, pre, post)
			return post(t, term.Tuple{l, r}, acc)
		case 3:
			name, args := x[0], x[2]
			if _, isAtom := name.(term.Atom); !isAtom {
				name, acc = traverse(t, name, acc, pre, post)
			}
			if l, ok := args.(*term.List); ok {
				args, acc = traverseAll(t, l, acc, pre, post)
			}
			return post(t, triple(name, x[1], args), acc)
		}
	case *term.List:
		var out term.Term
		out, acc = traverseAll(t, x, acc, pre, post)
		return post(t, out, acc)
	}
	return post(t, v, acc)
}

func traverseAll(t *Thread, l *term.List, acc term.Term, pre, post visit) (term.Term, term.Term) {
	elems, _ := l.Slice()
	out := make([]term.Term, len(elems))
	for i, e := range elems {
		out[i], acc = traverse(t, e, acc, pre, post)
	}
	return term.NewList(out...), acc
}

func macroEscape(t *Thread, a []term.Term) term.Term {
	opts, _ := optionAt(a, 1).(*term.List)
	if metaGet(opts, term.NewAtom("unquote")) == term.Term(term.True) {
		return escapeUnquotes(t, a[0])
	}
	v, err := escape(a[0])
	if err != nil {
		t.RaiseArgument("%s", err.Error())
	}
	return v
}

// escapeUnquotes is escape with what unquote/1 is given left in.
func escapeUnquotes(t *Thread, v term.Term) term.Term {
	switch x := v.(type) {
	case term.Tuple:
		if name, _, args, ok := callParts(v); ok && name == "unquote" && len(args) == 1 {
			return args[0]
		}
		elems := make([]term.Term, len(x))
		for i, e := range x {
			elems[i] = escapeUnquotes(t, e)
		}
		if len(x) == 2 {
			return term.Tuple(elems)
		}
		return triple(atomTuple, term.Empty, term.NewList(elems...))
	case *term.List:
		if elems, proper := x.Slice(); proper {
			out := make([]term.Term, len(elems))
			for i, e := range elems {
				out[i] = escapeUnquotes(t, e)
			}
			return term.NewList(out...)
		}
	}
	return macroEscape(t, []term.Term{v})
}

func macroArguments(t *Thread, a []term.Term, unique bool) term.Term {
	n, ok := a[0].(term.Int)
	context, isAtom := a[1].(term.Atom)
	if !ok || !isAtom || n < 0 || n > 255 {
		t.RaiseFunctionClause("Macro", "generate_arguments", a)
	}
	out := make([]term.Term, n)
	meta := term.Empty
	if unique {
		meta = term.Keyword("counter", term.Int(nextCounter()))
	}
	for i := range out {
		out[i] = triple(term.NewAtom("arg"+strconv.Itoa(i+1)), meta, context)
	}
	return term.NewList(out...)
}

// macroPipe is Macro.pipe/3.
func macroPipe(t *Thread, a []term.Term) term.Term {
	at, _ := a[2].(term.Int)
	insert := func(l *term.List) *term.List {
		elems, _ := l.Slice()
		i := int(at)
		if i < 0 {
			i += len(elems) + 1
		}
		i = min(max(i, 0), len(elems))
		out := append(append(append([]term.Term{}, elems[:i]...), a[0]), elems[i:]...)
		return term.NewList(out...)
	}
	bad := func(format string, with ...any) {
		all := append([]any{PrintQuoted(a[0]), PrintQuoted(a[1])}, with...)
		t.RaiseArgument("cannot pipe %s into %s, "+format, all...)
	}
	x, ok := a[1].(term.Tuple)
	if !ok || len(x) != 3 {
		bad("can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()")
	}
	name, isAtom := x[0].(term.Atom)
	args, isCall := x[2].(*term.List)
	switch {
	case isAtom && name == atomCapture && isCall:
		bad("the & operator is ambiguous in pipes; use Kernel.then/2 instead")
	case isAtom && (name == atomTuple || name == atomBits || name == atomMap || name.Name() == "%"):
		bad("can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()")
	case isAtom && name == atomFn:
		bad("anonymous functions cannot be piped into; use Kernel.then/2 instead")
	case isAtom && isCall && len(mustSlice(args)) == 2 && operators[name.Name()].precedence > 0:
		bad("the :%s operator can only take two arguments", name.Name())
	case isAtom && !isCall:
		return triple(name, x[1], term.NewList(a[0]))
	case isCall:
		return triple(x[0], x[1], insert(args))
	}
	bad("can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()")
	return nil
}

func mustSlice(l *term.List) []term.Term {
	s, _ := l.Slice()
	return s
}

// unpipe takes a chain of |> apart into {expression, position} pairs.
func unpipe(v term.Term) []term.Term {
	if name, _, args, ok := callParts(v); ok && name == "|>" && len(args) == 2 {
		return append(unpipe(args[0]), unpipe(args[1])...)
	}
	return []term.Term{term.Tuple{v, term.Int(0)}}
}

func decomposeCall(v term.Term) term.Term {
	x, ok := v.(term.Tuple)
	if !ok || len(x) != 3 {
		return term.NewAtom("error")
	}
	args, isCall := x[2].(*term.List)
	switch name := x[0].(type) {
	case term.Atom:
		if name == atomTuple || !isCall && x[2].Kind() != term.KindAtom {
			break
		}
		if !isCall {
			return term.Tuple{name, term.Empty}
		}
		return term.Tuple{name, args}
	case term.Tuple:
		if n, _, sides, ok := callParts(name); ok && n == "." && len(sides) == 2 && isCall {
			if fun, isAtom := sides[1].(term.Atom); isAtom {
				return term.Tuple{sides[0], fun, args}
			}
		}
	}
	return term.NewAtom("error")
}

func underscored(s string) string {
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case r == '.':
			b.WriteByte('/')
			continue
		case unicode.IsUpper(r):
			prev, next := rune(0), rune(0)
			if i > 0 {
				prev = runes[i-1]
			}
			if i+1 < len(runes) {
				next = runes[i+1]
			}
			if prev != 0 && prev != '.' && prev != '/' && prev != '_' && (!unicode.IsUpper(prev) || next != 0 && !unicode.IsUpper(next) && next != '.' && !unicode.IsDigit(next) && next != '_') {
				b.WriteByte('_')
			}
		case r == '-':
			b.WriteByte('_')
			continue
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func camelize(s string) string {
	var b strings.Builder
	upper := true
	runes := []rune(strings.TrimLeft(s, "_"))
	for i, r := range runes {
		switch {
		case r == '_':
			if i+1 < len(runes) && unicode.IsUpper(runes[i+1]) {
				b.WriteRune('_')
			}
			upper = true
			continue
		case r == '/':
			b.WriteByte('.')
			upper = true
			continue
		case upper:
			r = unicode.ToUpper(r)
		}
		upper = false
		b.WriteRune(r)
	}
	return b.String()
}

func inspectAtom(t *Thread, a []term.Term) term.Term {
	kind, _ := a[0].(term.Atom)
	atom, ok := a[1].(term.Atom)
	if !ok {
		t.RaiseFunctionClause("Macro", "inspect_atom", a)
	}
	switch kind.Name() {
	case "key":
		return term.Binary(term.KeyText(atom))
	case "remote_call":
		return term.Binary(term.CallText(atom))
	}
	return term.Binary(term.AtomText(atom))
}

func classifyAtom(v term.Term) term.Term {
	a, _ := v.(term.Atom)
	text := term.AtomText(a)
	switch {
	case !strings.HasPrefix(text, ":"):
		if a == term.Nil || a == term.True || a == term.False {
			return term.NewAtom("identifier")
		}
		return term.NewAtom("alias")
	case strings.HasPrefix(text, `:"`):
		return term.NewAtom("quoted")
	case operators[a.Name()].precedence > 0 || unaryOperators[a.Name()] && a.Name() != "not" || strings.ContainsAny(a.Name(), "@%{}<>.^"):
		if !strings.ContainsFunc(a.Name(), unicode.IsLetter) {
			return term.NewAtom("unquoted")
		}
		return term.NewAtom("identifier")
	case strings.Contains(a.Name(), "@"):
		return term.NewAtom("unquoted")
	}
	if r := []rune(a.Name()); len(r) > 0 && unicode.IsUpper(r[0]) {
		return term.NewAtom("unquoted")
	}
	return term.NewAtom("identifier")
}

// quotedLiteral is Macro.quoted_literal?/1.
func quotedLiteral(v term.Term) bool {
	switch x := v.(type) {
	case term.Tuple:
		if len(x) == 2 {
			return quotedLiteral(x[0]) && quotedLiteral(x[1])
		}
		name, _, args, ok := callParts(v)
		if !ok {
			return false
		}
		switch name {
		case "__aliases__":
			return true
		case "%":
			return len(args) == 2 && quotedLiteral(args[0]) && quotedLiteral(args[1])
		case "%{}", "{}":
			return allLiterals(args)
		case "+", "-":
			return len(args) == 1 && args[0].Kind() == term.KindNumber
		}
		return false
	case *term.List:
		elems, proper := x.Slice()
		return proper && allLiterals(elems)
	}
	switch v.Kind() {
	case term.KindAtom, term.KindNumber:
		return true
	}
	_, isBinary := v.(term.Binary)
	return isBinary
}

func allLiterals(list []term.Term) bool {
	for _, e := range list {
		if !quotedLiteral(e) {
			return false
		}
	}
	return true
}

// invalidQuoted returns the first part of a term that is no quoted code.
func invalidQuoted(v term.Term) term.Term {
	switch x := v.(type) {
	case term.Tuple:
		switch len(x) {
		case 2:
			if bad := invalidQuoted(x[0]); bad != nil {
				return bad
			}
			return invalidQuoted(x[1])
		case 3:
			if _, ok := x[1].(*term.List); !ok {
				return v
			}
			if _, ok := x[0].(term.Atom); !ok {
				if bad := invalidQuoted(x[0]); bad != nil {
					return bad
				}
			}
			if x[2].Kind() == term.KindAtom {
				return nil
			}
			if _, ok := x[2].(*term.List); ok {
				return invalidQuoted(x[2])
			}
		}
		return v
	case *term.List:
		elems, proper := x.Slice()
		if !proper {
			return v
		}
		for _, e := range elems {
			if bad := invalidQuoted(e); bad != nil {
				return bad
			}
		}
		return nil
	}
	switch v.Kind() {
	case term.KindAtom, term.KindNumber, term.KindBits, term.KindPID:
		return nil
	}
	if f, ok := v.(*term.Fun); ok && f.External {
		return nil
	}
	return v
}

// expandQuoted is Macro.expand/2: it expands the head of quoted code, at most
// so many times.
func expandQuoted(t *Thread, v, envTerm term.Term, times int) term.Term {
	env, ok := envOf(envTerm)
	if !ok {
		t.RaiseFunctionClause("Macro", "expand", []term.Term{v, envTerm})
	}
	line := term.Int(0)
	if m, ok := term.AsMap(envTerm); ok {
		line, _ = m.GetAtom(atomLine).(term.Int)
	}
	t.building("file", func(b *build) {
		e := env.clone()
		e.b = b
		c := &compiler{b: b, env: e, fn: newFnState(nil, 0, &function{name: "expand"})}
		e.comp = c
		at := env.span
		if env.file != nil && int(line) > 0 && int(line) <= env.file.LineCount() && (at.IsZero() || at.Pos().Line != int(line)) {
			o := env.file.Offset(int(line))
			at = source.Span{File: env.file, Start: o, End: o}
		}
		for range times {
			next, changed := c.expandOnce(t, v, at)
			if !changed {
				return
			}
			v = next
		}
	})
	return v
}

// expandOnce expands an alias or the call of a macro.
func (c *compiler) expandOnce(t *Thread, v term.Term, at source.Span) (term.Term, bool) {
	if x, ok := v.(term.Tuple); ok && len(x) == 3 {
		if a, isAtom := x[0].(term.Atom); isAtom && x[2].Kind() == term.KindAtom {
			switch a.Name() {
			case "__MODULE__":
				if c.env.mod == nil {
					return term.Nil, true
				}
				return c.env.mod.name, true
			case "__ENV__":
				return escapeTerm(c.env.term(at).Put(term.NewAtom("lexical_tracker"), term.Nil)), true
			}
			return v, false
		}
	}
	r := &astReader{at: at, sigils: c.b.sigils, file: c.b.fileNamed}
	switch x := r.node(v).(type) {
	case *syntax.Alias:
		if mod, ok := c.moduleName(x); ok {
			return mod, true
		}
		if x.Base != nil {
			w := &astWriter{columns: true}
			if base, changed := c.expandOnce(t, w.node(x.Base), at); changed {
				if mod, ok := base.(term.Atom); ok {
					return term.NewAtom(mod.Name() + "." + strings.Join(x.Segs, ".")), true
				}
			}
		}
	case *syntax.Binary:
		if x.Op == "|>" {
			if n := c.pipeInto(x.L, x.R); n != nil {
				return nodeTerm(n), true
			}
		}
	case *syntax.Call:
		d := c.macroOf(x)
		switch {
		case d == nil:
		case d.guard != nil:
			return nodeTerm(c.expandGuard(d.guard, x)), true
		case d.native != nil:
			if n := c.expandMacro(d, x); n != nil {
				return nodeTerm(n), true
			}
		default:
			if out, ok := c.expandTerm(d, x); ok {
				return out, true
			}
		}
	}
	return v, false
}
