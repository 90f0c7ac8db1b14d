package interp

import (
	"fmt"
	"strings"

	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// maxBlamed is how many clauses of a function are shown when none was taken.
const maxBlamed = 10

// attemptedClauses shows the clauses of a function, with what did not match the
// arguments between hyphens. As Exception.blame_mfa/3 and
// FunctionClauseError.blame/3. It is "" for functions of the engine and of
// scripts, whose code Elixir does not keep.
func (t *Thread) attemptedClauses(f Frame) string {
	m := t.prog.modules[f.Module]
	if m == nil || m.funcs[funcKey{f.Name, f.Arity}] == nil || len(f.Args) != f.Arity {
		return ""
	}
	d := m.funcs[funcKey{f.Name, f.Arity}].def
	if d == nil || len(d.clauses) == 0 {
		return ""
	}
	n := len(d.clauses)
	var b strings.Builder
	fmt.Fprintf(&b, "\nAttempted function clauses (showing %d out of %d):\n\n", min(n, maxBlamed), n)
	for _, cl := range d.clauses[:min(n, maxBlamed)] {
		text, ok := t.blameClause(d, cl, f.Args)
		if !ok {
			return ""
		}
		b.WriteString("    " + text + "\n")
	}
	switch left := n - maxBlamed; {
	case left == 1:
		b.WriteString("    ...\n    (1 clause not shown)\n")
	case left > 1:
		fmt.Fprintf(&b, "    ...\n    (%d clauses not shown)\n", left)
	}
	return b.String()
}

// blamer compiles a clause once more, part by part, and sees which parts match.
type blamer struct {
	t     *Thread
	c     *compiler
	bound map[string]term.Term // by the arguments that matched
}

// blameClause shows one clause. ok is false when it cannot be compiled alone.
func (t *Thread) blameClause(d *defEntry, cl *defClause, args []term.Term) (text string, ok bool) {
	b := newBuild(t.prog)
	b.thread, b.late = t, true
	if t.compiling == nil { // macros ask for it
		t.compiling = &compileState{b: b}
		defer func() { t.compiling = nil }()
	}
	env := cl.env.clone()
	env.b, env.function = b, funcKey{d.name, d.arity}
	c := &compiler{b: b, env: env, fn: newFnState(nil, 0, &function{module: d.mod.name, name: d.name, arity: d.arity}), def: d, attrs: cl.attrs}
	env.comp = c
	w := &blamer{t: t, c: c, bound: map[string]term.Term{}}
	shown, match := make([]string, len(args)), make([]matcher, len(args))
	from := make([]int, len(args)+1)
	for i, a := range cl.args {
		from[i] = len(c.vars)
		shown[i], match[i] = nodeText(w.expanded(a)), c.pattern(a)
	}
	from[len(args)] = len(c.vars)
	guard := w.guard(cl.guard)
	if b.diags.Err() != nil {
		return "", false
	}
	s := t.save()
	defer t.restore(s)
	t.frame = t.alloc(c.fn.slots)
	for i, a := range args {
		if !w.takes(match[i], a, c.vars[from[i]:from[i+1]]) {
			shown[i] = "-" + shown[i] + "-"
		}
	}
	text = d.kind + " " + d.name + "(" + strings.Join(shown, ", ") + ")"
	if guard != nil {
		text += " when " + w.text(guard)
	}
	return text, true
}

// takes reports whether a pattern matches, and binds its variables. One that an
// argument before has bound must have the same value.
func (w *blamer) takes(match matcher, v term.Term, vars []*variable) bool {
	if match != nil && !match(w.t, v) {
		return false
	}
	for _, x := range vars {
		if old, ok := w.bound[x.name]; ok && x.name != "_" && !term.StrictEqual(old, w.t.frame[x.slot]) {
			return false
		}
	}
	for _, x := range vars {
		w.bound[x.name] = w.t.frame[x.slot]
	}
	return true
}

// blamedGuard is a guard, or a part of one between and, or and when.
type blamedGuard struct {
	op   string
	l, r *blamedGuard
	text string
	test code
	vars []string
}

// guard takes a guard apart.
func (w *blamer) guard(n syntax.Node) *blamedGuard {
	if n == nil {
		return nil
	}
	return w.guardPart(w.expanded(n))
}

func (w *blamer) guardPart(n syntax.Node) *blamedGuard {
	switch x := n.(type) {
	case *syntax.Block:
		if len(x.Exprs) == 1 {
			return w.guardPart(x.Exprs[0])
		}
	case *syntax.Binary:
		if x.Op == "and" || x.Op == "or" || x.Op == "when" {
			return &blamedGuard{op: x.Op, l: w.guardPart(x.L), r: w.guardPart(x.R)}
		}
	}
	g := &blamedGuard{text: nodeText(n), test: w.c.guard(n)}
	walk(n, func(n syntax.Node) bool {
		if v, ok := n.(*syntax.Var); ok {
			g.vars = append(g.vars, v.Name)
		}
		return true
	})
	return g
}

// text shows a guard.
func (w *blamer) text(g *blamedGuard) string {
	if g.op == "" {
		if w.holds(g) {
			return g.text
		}
		return "-" + g.text + "-"
	}
	l, r := w.text(g.l), w.text(g.r)
	if g.op == "and" && g.l.op == "or" {
		l = "(" + l + ")"
	}
	if g.op == "and" && g.r.op == "or" {
		r = "(" + r + ")"
	}
	return l + " " + g.op + " " + r
}

// holds reports whether a part of a guard does, which it does not when it reads
// a variable of an argument that did not match.
func (w *blamer) holds(g *blamedGuard) bool {
	for _, name := range g.vars {
		if _, ok := w.bound[name]; !ok {
			return false
		}
	}
	return g.test(w.t) == term.Term(term.True)
}

// expanded is a pattern or a guard as it is after the expansion of macros.
func (w *blamer) expanded(n syntax.Node) syntax.Node {
	return rewrite(w.c.expandAll(n), func(n syntax.Node) ([]syntax.Node, bool) {
		switch x := n.(type) {
		case *syntax.Attr:
			if v := w.c.attrs.GetAtom(term.NewAtom(x.Name)); v != nil && x.Value == nil {
				return []syntax.Node{&valueNode{At: x.At, v: v}}, true
			}
		case *syntax.Binary:
			if out := w.operator(x); out != nil {
				return []syntax.Node{out}, true
			}
		case *syntax.Call:
			if x.Target == nil && x.Name == "is_nil" && len(x.Args) == 1 {
				return []syntax.Node{&syntax.Binary{At: x.At, Op: "==", OpAt: x.At.At, L: w.expanded(x.Args[0]), R: &syntax.Atom{At: x.At, Name: "nil"}}}, true
			}
		}
		return nil, false
	})
}

// operator is what <>, in and not in stand for; nil for others.
func (w *blamer) operator(x *syntax.Binary) syntax.Node {
	switch x.Op {
	case "<>":
		return &syntax.Bitstring{At: x.At, Segments: []syntax.Segment{{Value: w.expanded(x.L)},
			{Value: w.expanded(x.R), Type: &syntax.Var{At: x.At, Name: "binary"}}}}
	case "not in":
		in := *x
		in.Op = "in"
		if out := w.operator(&in); out != nil {
			return &syntax.Unary{At: x.At, Op: "not", X: out}
		}
	case "in":
		return w.memberTest(x)
	}
	return nil
}

// memberTest is x in [a, b] and x in 1..3 as tests.
func (w *blamer) memberTest(x *syntax.Binary) syntax.Node {
	test := func(op string, l, r syntax.Node) syntax.Node {
		return &syntax.Binary{At: x.At, Op: op, OpAt: x.OpAt, L: l, R: r}
	}
	v := w.expanded(x.L)
	switch r := x.R.(type) {
	case *syntax.List:
		var out syntax.Node
		for _, e := range r.Elems {
			one := test("===", v, w.expanded(e))
			if out != nil {
				one = test("or", out, one)
			}
			out = one
		}
		return out
	case *syntax.Binary:
		if r.Op == ".." {
			is := &syntax.Call{At: x.At, Name: "is_integer", NameAt: x.OpAt, Parens: true, Args: []syntax.Node{v}}
			return test("and", is, test("and", test(">=", v, w.expanded(r.L)), test("<=", v, w.expanded(r.R))))
		}
	}
	return nil
}
