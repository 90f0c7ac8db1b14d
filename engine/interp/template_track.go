package interp

import (
	"maps"
	"slices"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// Change tracking: what an expression of a template reads decides when it runs
// again. This file is Phoenix.LiveView.Engine's analysis over our tree, case by
// case, because what it overlooks and what it is too careful about shows on the
// wire.

// taint says what a variable makes of an expression that reads it.
type taint uint8

const (
	untainted taint = iota
	// restricted is within case, if, fn and the like: variables bound there do
	// not taint, only those from outside.
	restricted
	// tainted means that the expression runs at every render.
	tainted
)

// mark is what is known of a variable.
type mark uint8

const (
	varTainted mark = iota + 1
	// varTracked is bound by the generator of a comprehension; its changes are
	// known from render to render.
	varTracked
)

// scopeVars is the taint of the code so far and the variables seen.
type scopeVars struct {
	kind taint
	vars map[string]mark
}

func (v scopeVars) with(name string, m mark) scopeVars {
	next := maps.Clone(v.vars)
	if next == nil {
		next = map[string]mark{}
	}
	next[name] = m
	return scopeVars{v.kind, next}
}

// pathStep is a part of a path into an assign: .name or [key].
type pathStep struct {
	access bool
	key    term.Term
}

// assignRead is an assign, or with local set a tracked variable, and the path into it
// that an expression reads: @a.b[:c].
type assignRead struct {
	local bool
	name  term.Atom
	path  []pathStep
}

func (r assignRead) equal(o assignRead) bool {
	return r.local == o.local && r.name == o.name && slices.EqualFunc(r.path, o.path, func(a, b pathStep) bool {
		return a.access == b.access && term.StrictEqual(a.key, b.key)
	})
}

// reads is the set of what an expression reads. all is set when it must run at
// every render.
type reads struct {
	all  bool
	list []assignRead
}

func (rs reads) has(r assignRead) bool {
	return slices.ContainsFunc(rs.list, r.equal)
}

// covered reports whether the set has an assign on the way to r, whose change
// implies that of r.
func (rs reads) covered(r assignRead) bool {
	for n := len(r.path) - 1; n >= 0; n-- {
		if rs.has(assignRead{r.local, r.name, r.path[:n]}) {
			return true
		}
	}
	return false
}

func (rs reads) add(r assignRead) reads {
	if rs.covered(r) || rs.has(r) {
		return rs
	}
	return reads{rs.all, append(slices.Clip(rs.list), r)}
}

// tracker analyses the expressions of one template.
type tracker struct {
	// outer says whether a variable is bound outside of the template; reading
	// one is warned about.
	outer func(name string) bool
	warn  func(at source.Span, message string)
	fail  func(d *source.Diagnostic)
}

// keys analyses a whole expression of a template.
func (tr *tracker) keys(n syntax.Node, v scopeVars, rs reads) (reads, scopeVars) {
	v, rs = tr.analyze(n, v, rs)
	if v.kind == tainted {
		rs.all = true
	}
	return rs, v
}

func (tr *tracker) analyze(n syntax.Node, v scopeVars, rs reads) (scopeVars, reads) {
	switch n := n.(type) {
	case nil:
	case *syntax.Attr:
		return tr.path(n, v, rs, nil)
	case *syntax.Access:
		return tr.path(n, v, rs, nil)
	case *syntax.Var:
		return tr.variable(n, v, rs)
	case *syntax.Call:
		return tr.call(n, v, rs)
	case *syntax.Fn, *syntax.FullRange:
		return tr.within(v, rs, func(v scopeVars, rs reads) (scopeVars, reads) { return tr.children(n, v, rs) })
	case *syntax.Unary:
		if n.Op == "&" {
			return tr.within(v, rs, func(v scopeVars, rs reads) (scopeVars, reads) { return tr.analyze(n.X, v, rs) })
		}
		return tr.analyze(n.X, v, rs)
	case *syntax.Binary:
		v, rs = tr.analyze(n.L, v, rs)
		if _, isVar := n.R.(*syntax.Var); n.Op == "|>" && isVar || n.Op == "::" {
			return v, rs
		}
		return tr.analyze(n.R, v, rs)
	case *innerBlock:
		return tr.within(v, rs, func(v scopeVars, rs reads) (scopeVars, reads) { return tr.children(n, v, rs) })
	default:
		return tr.children(n, v, rs)
	}
	return v, rs
}

func (tr *tracker) children(n syntax.Node, v scopeVars, rs reads) (scopeVars, reads) {
	for _, c := range childNodes(n) {
		v, rs = tr.analyze(c, v, rs)
	}
	return v, rs
}

// within analyses code whose own variables do not taint.
func (tr *tracker) within(v scopeVars, rs reads, f func(scopeVars, reads) (scopeVars, reads)) (scopeVars, reads) {
	inner := v
	if v.kind != tainted {
		inner.kind = restricted
	}
	inner, rs = f(inner, rs)
	if inner.kind == tainted {
		return scopeVars{tainted, v.vars}, rs
	}
	return v, rs
}

// path follows x.a[:b] down to the assign or tracked variable it starts with.
func (tr *tracker) path(n syntax.Node, v scopeVars, rs reads, rest []pathStep) (scopeVars, reads) {
	switch n := n.(type) {
	case *syntax.Attr:
		if n.Value == nil {
			return v, rs.add(assignRead{name: term.NewAtom(n.Name), path: rest})
		}
	case *syntax.Var:
		if m := v.vars[n.Name]; m == varTracked && v.kind != tainted {
			return v, rs.add(assignRead{local: true, name: term.NewAtom(n.Name), path: rest})
		}
	case *syntax.Access:
		key, literal := literalTerm(n.Key)
		if isAssigns(n.X) {
			if a, ok := key.(term.Atom); ok && literal {
				return v, rs.add(assignRead{name: a, path: rest})
			}
		}
		if literal {
			return tr.path(n.X, v, rs, prepend(pathStep{true, key}, rest))
		}
		v, rs = tr.analyze(n.X, v, rs)
		return tr.analyze(n.Key, v, rs)
	case *syntax.Call:
		if isField(n) {
			if isAssigns(n.Target) {
				return v, rs.add(assignRead{name: term.NewAtom(n.Name), path: rest})
			}
			return tr.path(n.Target, v, rs, prepend(pathStep{false, term.NewAtom(n.Name)}, rest))
		}
	}
	return tr.analyze(n, v, rs)
}

func prepend(s pathStep, rest []pathStep) []pathStep { return append([]pathStep{s}, rest...) }

// isField reports whether a call is x.name, with or without parentheses.
func isField(c *syntax.Call) bool { return c.Target != nil && len(c.Args) == 0 && c.Do == nil }

func isAssigns(n syntax.Node) bool {
	x, ok := n.(*syntax.Var)
	return ok && x.Name == "assigns"
}

func (tr *tracker) variable(n *syntax.Var, v scopeVars, rs reads) (scopeVars, reads) {
	switch n.Name {
	case "assigns":
		rs.all = true
		return v, rs
	case "_", "__MODULE__", "__ENV__", "__STACKTRACE__", "__DIR__":
		return v, rs
	}
	if strings.Contains(n.Name, hygiene) {
		return v, rs
	}
	m := v.vars[n.Name]
	if m == varTracked {
		return v, rs.add(assignRead{local: true, name: term.NewAtom(n.Name)})
	}
	if v.kind == restricted {
		if m == varTainted {
			tr.warnTaint(n)
			v.kind = tainted
		}
		return v, rs
	}
	tr.warnTaint(n)
	v = v.with(n.Name, varTainted)
	v.kind = tainted
	return v, rs
}

func (tr *tracker) warnTaint(n *syntax.Var) {
	if tr.outer != nil && tr.warn != nil && tr.outer(n.Name) {
		tr.warn(n.Span(), "you are accessing the variable \""+n.Name+"\" inside a LiveView template.\n\n"+taintAdvice)
	}
}

// call analyses a call. Those of control flow keep what they bind to
// themselves.
func (tr *tracker) call(n *syntax.Call, v scopeVars, rs reads) (scopeVars, reads) {
	if isField(n) {
		return tr.path(n, v, rs, nil)
	}
	if n.Target != nil {
		return tr.children(n, v, rs)
	}
	args := callArgs(n)
	if n.Name == "for" || n.Name == "with" {
		if gen, ok := firstGenerator(args); ok {
			v, rs = tr.analyze(gen.R, v, rs)
			return tr.within(v, rs, func(v scopeVars, rs reads) (scopeVars, reads) {
				v, rs = tr.analyze(gen.L, v, rs)
				for _, a := range args[1:] {
					v, rs = tr.analyze(a, v, rs)
				}
				return v, rs
			})
		}
	}
	switch {
	case isLiveCall(n.Name, len(args)):
		for _, a := range args[:len(args)-1] {
			if eq, ok := a.(*syntax.Binary); ok && eq.Op == "=" {
				a = eq.R
			}
			v, rs = tr.analyze(a, v, rs)
		}
		last := args[len(args)-1]
		return tr.within(v, rs, func(v scopeVars, rs reads) (scopeVars, reads) { return tr.analyze(last, v, rs) })
	case isSpecialForm(n.Name, len(args)):
		tr.fail(&source.Diagnostic{Kind: "ArgumentError", Span: n.Span(),
			Message: "cannot invoke special form " + n.Name + "/" + string(rune('0'+len(args))) + " inside HEEx templates"})
		return v, rs
	}
	for _, a := range args {
		v, rs = tr.analyze(a, v, rs)
	}
	return v, rs
}

// isLiveCall reports whether a local call is control flow whose bodies may be
// templates of their own.
func isLiveCall(name string, args int) bool {
	switch name {
	case "case", "if", "unless":
		return args == 2
	case "cond", "try", "receive":
		return args == 1
	case "with", "for":
		return args >= 1
	}
	return false
}

func isSpecialForm(name string, args int) bool {
	switch name {
	case "alias", "import", "require":
		return args == 1 || args == 2
	}
	return false
}

// doArg is a call's do-block as the argument that it is.
type doArg struct{ do *syntax.Do }

// Span implements syntax.Node.
func (d doArg) Span() source.Span { return d.do.At }

// callArgs returns the arguments of a call, with the do-block as the last.
func callArgs(n *syntax.Call) []syntax.Node {
	if n.Do == nil {
		return n.Args
	}
	return append(slices.Clip(n.Args), doArg{n.Do})
}

func firstGenerator(args []syntax.Node) (*syntax.Binary, bool) {
	if len(args) == 0 {
		return nil, false
	}
	gen, ok := args[0].(*syntax.Binary)
	return gen, ok && gen.Op == "<-"
}

// literalTerm returns the value of a literal.
func literalTerm(n syntax.Node) (term.Term, bool) {
	switch n := n.(type) {
	case *syntax.Int:
		return term.NewBig(n.Value), true
	case *syntax.Float:
		return term.Float(n.Value), true
	case *syntax.Atom:
		return term.NewAtom(n.Name), true
	case *syntax.String:
		if s, ok := stringLiteral(n); ok {
			return term.Binary(s), true
		}
	case *syntax.Tuple:
		elems, ok := literalTerms(n.Elems)
		return term.Tuple(elems), ok
	case *syntax.List:
		elems, ok := literalTerms(n.Elems)
		return term.NewList(elems...), ok
	}
	return nil, false
}

func literalTerms(nodes []syntax.Node) ([]term.Term, bool) {
	out := make([]term.Term, len(nodes))
	for i, n := range nodes {
		v, ok := literalTerm(n)
		if !ok {
			return nil, false
		}
		out[i] = v
	}
	return out, true
}

// stringLiteral returns the text of a string without interpolation.
func stringLiteral(n syntax.Node) (string, bool) {
	s, ok := n.(*syntax.String)
	if !ok || s.Charlist {
		return "", false
	}
	text := ""
	for _, p := range s.Parts {
		if p.Expr != nil {
			return "", false
		}
		text += p.Text
	}
	return text, true
}

const taintAdvice = `Using variables in HEEx templates are discouraged as they disable change tracking. You are only allowed to access variables defined by Elixir control-flow structures, such as if/case/for, or those defined by the special attributes :let/:if/:for. If you are shadowing a variable defined outside of the template using a control-flow structure, you must choose a unique variable name within the template.

Instead of:

    def add(assigns) do
      result = assigns.a + assigns.b
      ~H"the result is: {result}"
    end

You must do:

    def add(assigns) do
      assigns = assign(assigns, :result, assigns.a + assigns.b)
      ~H"the result is: {@result}"
    end
`
