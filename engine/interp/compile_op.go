package interp

import (
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// binary compiles x op y.
func (c *compiler) binary(x *syntax.Binary, tail bool) code {
	switch x.Op {
	case "=":
		return c.match(x)
	case "|>":
		return c.pipe(x, tail)
	case "&&", "||", "and", "or":
		return c.logic(x, tail)
	case "in":
		return c.in(x.L, x.R)
	case "not in":
		in := c.in(x.L, x.R)
		return func(t *Thread) term.Term { return term.Bool(in(t) == term.Term(term.False)) }
	case "..":
		return c.rangeExpr(x, x.L, x.R, nil)
	case "..//":
		if r, ok := x.L.(*syntax.Binary); ok && r.Op == ".." {
			return c.rangeExpr(x, r.L, r.R, x.R)
		}
	case "<>":
		return c.concat(x)
	case "++", "--":
		return c.listOp(x)
	case "=~":
		return c.kernelCall(x, "=~", x.L, x.R)
	case "::", "\\\\", "<-", "when", "|", "=>":
		return c.misplaced(x)
	case "**":
		return c.kernelCall(x, "**", x.L, x.R)
	}
	if f := compareOps[x.Op]; f != nil {
		return f(c.expr(x.L, false), c.expr(x.R, false))
	}
	if name, ok := arithOps[x.Op]; ok && !c.overridden(x.Op, 2) {
		return c.arithExpr(x, name)
	}
	return c.operatorCall(x)
}

// misplaced reports an operator that has a meaning elsewhere only.
func (c *compiler) misplaced(x *syntax.Binary) code {
	switch x.Op {
	case "<-":
		return c.errorf(x.Span(), "undefined function <-/2 (there is no such import)")
	case "|":
		return c.errorf(x.Span(), "misplaced operator |/2\n\nThe | operator is typically used between brackets to mark the tail of a list:\n\n    [head | tail]\n\nIt is also used to update maps and structs, via the %%{map | key: value} notation, and in typespecs, such as @type and @spec, to express the union of two types")
	}
	return c.errorf(x.Span(), "misplaced operator %s/2", x.Op)
}

// overridden reports whether the module or an import defines an operator.
func (c *compiler) overridden(op string, arity int) bool {
	return c.env.mod != nil && c.env.mod.defs[funcKey{op, arity}] != nil
}

// operatorCall is a call of an operator that the module or an import defines.
func (c *compiler) operatorCall(x *syntax.Binary) code {
	return c.call(&syntax.Call{At: x.At, Name: x.Op, NameAt: x.OpAt, Args: []syntax.Node{x.L, x.R}, Parens: true}, false)
}

// kernelCall is a call of a function of Kernel.
func (c *compiler) kernelCall(x syntax.Node, name string, args ...syntax.Node) code {
	return c.remoteCall(spanOf(x), kernel, name, c.exprs(args), false)
}

var kernel = term.NewModule("Kernel")

var compareOps = map[string]func(l, r code) code{
	"==": func(l, r code) code {
		return func(t *Thread) term.Term {
			a := l(t)
			b := r(t)
			if a == nil || b == nil {
				return nil
			}
			return term.Bool(equal(a, b))
		}
	},
	"!=": func(l, r code) code {
		return func(t *Thread) term.Term {
			a := l(t)
			b := r(t)
			if a == nil || b == nil {
				return nil
			}
			return term.Bool(!equal(a, b))
		}
	},
	"===": func(l, r code) code {
		return func(t *Thread) term.Term {
			a := l(t)
			b := r(t)
			if a == nil || b == nil {
				return nil
			}
			return term.Bool(strictEqual(a, b))
		}
	},
	"!==": func(l, r code) code {
		return func(t *Thread) term.Term {
			a := l(t)
			b := r(t)
			if a == nil || b == nil {
				return nil
			}
			return term.Bool(!strictEqual(a, b))
		}
	},
	"<":  compareCode(func(n int) bool { return n < 0 }),
	">":  compareCode(func(n int) bool { return n > 0 }),
	"<=": compareCode(func(n int) bool { return n <= 0 }),
	">=": compareCode(func(n int) bool { return n >= 0 }),
}

func compareCode(holds func(int) bool) func(l, r code) code {
	return func(l, r code) code {
		return func(t *Thread) term.Term {
			a := l(t)
			b := r(t)
			if a == nil || b == nil {
				return nil
			}
			return term.Bool(holds(compareFast(a, b)))
		}
	}
}

// arithOps are the operators of arithmetic, with the names that Arith has.
var arithOps = map[string]string{
	"+": "+", "-": "-", "*": "*", "/": "/", "&&&": "band", "|||": "bor", "<<<": "bsl", ">>>": "bsr",
}

func (c *compiler) arithExpr(x *syntax.Binary, op string) code {
	return arithCode(op, c.expr(x.L, false), c.expr(x.R, false), spanOf(x), c.inGuard)
}

// arithCode is code for l op r. In a guard it returns nil for an error.
func arithCode(op string, l, r code, at *source.Span, guard bool) code {
	fail := func(t *Thread, a, b term.Term) term.Term {
		if guard {
			return nil
		}
		t.at(at)
		t.raiseArith(op, a, b)
		return nil
	}
	fast := map[string]func(a, b term.Term) term.Term{"+": add, "-": sub, "*": mul}[op]
	if fast == nil {
		return func(t *Thread) term.Term {
			a := l(t)
			b := r(t)
			if a == nil || b == nil {
				return nil
			}
			if v := arith(op, a, b); v != nil {
				t.payBig(v)
				return v
			}
			return fail(t, a, b)
		}
	}
	return func(t *Thread) term.Term {
		a := l(t)
		b := r(t)
		if a == nil || b == nil {
			return nil
		}
		if v := fast(a, b); v != nil {
			t.payBig(v)
			return v
		}
		return fail(t, a, b)
	}
}

// payBig accounts for the memory of an integer that is not a small one.
func (t *Thread) payBig(v term.Term) {
	if b, ok := v.(*term.Big); ok {
		t.Grow(48 + b.Big().BitLen()/8)
	}
}

// logic compiles && || and or.
func (c *compiler) logic(x *syntax.Binary, tail bool) code {
	l := c.expr(x.L, false)
	r := c.expr(x.R, tail)
	switch x.Op {
	case "&&":
		return func(t *Thread) term.Term {
			if v := l(t); !term.Truthy(v) {
				return v
			}
			return r(t)
		}
	case "||":
		return func(t *Thread) term.Term {
			if v := l(t); term.Truthy(v) {
				return v
			}
			return r(t)
		}
	}
	stop, op, at, guard := term.False, x.Op, spanOf(x), c.inGuard
	if op == "or" {
		stop = term.True
	}
	return func(t *Thread) term.Term {
		v := l(t)
		if v == term.Term(stop) {
			return v
		}
		if v == term.Term(term.True) || v == term.Term(term.False) {
			return r(t)
		}
		if guard {
			return nil
		}
		t.at(at)
		t.RaiseNew("BadBooleanError", "term", v, "operator", term.NewAtom(op))
		return nil
	}
}

// in compiles x in y, without a call where y is a list or a range.
func (c *compiler) in(l, r syntax.Node) code {
	x := c.expr(l, false)
	if list, ok := r.(*syntax.List); ok && !hasBar(list) {
		elems := c.exprs(list.Elems)
		return func(t *Thread) term.Term {
			v := x(t)
			for _, e := range elems {
				if strictEqual(v, e(t)) {
					return term.True
				}
			}
			return term.False
		}
	}
	y, at, guard := c.expr(r, false), spanOf(r), c.inGuard
	return func(t *Thread) term.Term {
		v := x(t)
		switch set := y(t).(type) {
		case *term.List:
			n := 0
			for e := range set.All() {
				if n++; n&(1<<12-1) == 0 {
					t.Burn(n / 16)
				}
				if strictEqual(v, e) {
					return term.True
				}
			}
			return term.False
		case *term.Map:
			if b, ok := inRange(set, v); ok {
				return term.Bool(b)
			}
			if guard {
				return nil
			}
			return t.member(set, v, at)
		default:
			if guard {
				return nil
			}
			return t.member(set, v, at)
		}
	}
}

func hasBar(l *syntax.List) bool {
	if len(l.Elems) == 0 {
		return false
	}
	b, ok := l.Elems[len(l.Elems)-1].(*syntax.Binary)
	return ok && b.Op == "|"
}

// inRange reports whether v is in a range, and false if m is no range.
func inRange(m *term.Map, v term.Term) (in, ok bool) {
	if name, isStruct := m.StructName(); !isStruct || name != atomRange {
		return false, false
	}
	first, ok1 := m.GetAtom(atomFirst).(term.Int)
	last, ok2 := m.GetAtom(atomLast).(term.Int)
	step, ok3 := m.GetAtom(atomStep).(term.Int)
	if !ok1 || !ok2 || !ok3 || step == 0 {
		return false, false
	}
	i, isInt := v.(term.Int)
	if !isInt {
		return false, true
	}
	if step > 0 {
		return first <= i && i <= last && (i-first)%step == 0, true
	}
	return last <= i && i <= first && (first-i)%(-step) == 0, true
}

// member is Enum.member?/2.
func (t *Thread) member(set, v term.Term, at *source.Span) term.Term {
	t.at(at)
	if f := t.prog.export(term.NewModule("Enum"), "member?", 2); f != nil {
		return t.invoke(f, []term.Term{set, v}, at)
	}
	found := false
	t.Each(set, func(e term.Term) bool {
		found = strictEqual(v, e)
		return !found
	})
	return term.Bool(found)
}

func newRange(first, last, step int64) *term.Map {
	return makeRange(term.Int(first), term.Int(last), term.Int(step))
}

func makeRange(first, last, step term.Term) *term.Map {
	return term.NewStruct("Range", "first", first, "last", last, "step", step)
}

func (c *compiler) rangeExpr(x, first, last, step syntax.Node) code {
	f, l := c.expr(first, false), c.expr(last, false)
	at := spanOf(x)
	var s code
	if step != nil {
		s = c.expr(step, false)
	}
	return func(t *Thread) term.Term {
		a := f(t)
		b := l(t)
		t.checkRange(a, b, at)
		if s == nil {
			by := term.Int(1)
			if term.Compare(a, b) > 0 {
				by = -1
			}
			return makeRange(a, b, by)
		}
		by := s(t)
		if n, ok := by.(term.Int); !ok || n == 0 {
			t.at(at)
			t.RaiseArgument("ranges (first..last//step) expect both sides to be integers and the step to be a non-zero integer, got: %s..%s//%s",
				term.Inspect(a), term.Inspect(b), term.Inspect(by))
		}
		return makeRange(a, b, by)
	}
}

func (t *Thread) checkRange(a, b term.Term, at *source.Span) {
	_, ok1 := toBig(a)
	_, ok2 := toBig(b)
	if !ok1 || !ok2 {
		t.at(at)
		t.RaiseArgument("ranges (first..last) expect both sides to be integers, got: %s..%s", term.Inspect(a), term.Inspect(b))
	}
}

// concat is l <> r, with a chain of them done at once.
func (c *compiler) concat(x *syntax.Binary) code {
	var parts []code
	var at []*source.Span
	var nth []int // of the segment of the binary, interpolations counted
	segments := 1
	var add func(n syntax.Node)
	add = func(n syntax.Node) {
		if b, ok := n.(*syntax.Binary); ok && b.Op == "<>" {
			add(b.L)
			add(b.R)
			return
		}
		parts = append(parts, c.expr(n, false))
		at = append(at, spanOf(n))
		nth = append(nth, segments)
		segments++
		if s, ok := n.(*syntax.String); ok {
			segments += max(len(s.Parts)-1, 0)
		}
	}
	add(x)
	return func(t *Thread) term.Term {
		if len(parts) == 2 {
			a := parts[0](t)
			b := parts[1](t)
			s, ok1 := a.(term.Binary)
			r, ok2 := b.(term.Binary)
			if ok1 && ok2 {
				t.spend(16 + len(s) + len(r))
				return s + r
			}
			return t.concatSlow([]term.Term{a, b}, at, nth)
		}
		vals := make([]term.Term, len(parts))
		for i, p := range parts {
			vals[i] = p(t)
		}
		return t.concatSlow(vals, at, nth)
	}
}

func (t *Thread) concatSlow(vals []term.Term, at []*source.Span, nth []int) term.Term {
	n := 0
	for i, v := range vals {
		b, ok := v.(term.Binary)
		if !ok {
			t.at(at[i])
			t.raiseNotBinary(nth[i], v)
		}
		n += len(b)
	}
	t.spend(16 + n)
	buf := make([]byte, 0, n)
	for _, v := range vals {
		buf = append(buf, v.(term.Binary)...)
	}
	return term.Binary(buf)
}

func (t *Thread) raiseNotBinary(nth int, v term.Term) {
	t.RaiseArgument("construction of binary failed: segment %d of type 'binary': expected a binary but got: %s", nth, term.Inspect(v))
}

// listOp is ++ and --.
func (c *compiler) listOp(x *syntax.Binary) code {
	l, r, at := c.expr(x.L, false), c.expr(x.R, false), spanOf(x)
	if x.Op == "++" {
		return func(t *Thread) term.Term {
			a := l(t)
			b := r(t)
			return t.append(a, b, at)
		}
	}
	return func(t *Thread) term.Term {
		a := l(t)
		b := r(t)
		t.at(at)
		return t.Subtract(a, b)
	}
}

func (t *Thread) append(a, b term.Term, at *source.Span) term.Term {
	l, ok := a.(*term.List)
	if !ok {
		t.at(at)
		t.RaiseArgument("argument error")
	}
	if l == nil {
		return b
	}
	n, proper := l.Len()
	if !proper {
		t.at(at)
		t.RaiseArgument("argument error")
	}
	t.spend(32 * n)
	t.Burn(n / 16)
	cells := make([]term.List, n)
	i := 0
	for e := range l.All() {
		cells[i].Head = e
		if i > 0 {
			cells[i-1].Tail = &cells[i]
		}
		i++
	}
	cells[n-1].Tail = b
	return &cells[0]
}

// Append is a ++ b.
func (t *Thread) Append(a, b term.Term) term.Term { return t.append(a, b, t.trace[t.depth].at) }

// Subtract is a -- b.
func (t *Thread) Subtract(a, b term.Term) term.Term {
	l, ok1 := a.(*term.List)
	r, ok2 := b.(*term.List)
	if !ok1 || !ok2 {
		t.RaiseArgument("argument error")
	}
	left, ok1 := l.Slice()
	drop, ok2 := r.Slice()
	if !ok1 || !ok2 {
		t.RaiseArgument("argument error")
	}
	if len(drop) == 0 {
		return l
	}
	pending := make(map[term.Term]int)
	var others []term.Term
	for _, d := range drop {
		if simpleKey(d) {
			pending[d]++
		} else {
			others = append(others, d)
		}
	}
	out := left[:0]
	for _, e := range left {
		if simpleKey(e) {
			if pending[e] > 0 {
				pending[e]--
				continue
			}
		} else {
			t.Burn(1 + len(others)/8)
			if i := indexOf(others, e); i >= 0 {
				others = append(others[:i], others[i+1:]...)
				continue
			}
		}
		out = append(out, e)
	}
	return term.NewList(out...)
}

// simpleKey reports whether Go's == on a term is Elixir's ===.
func simpleKey(v term.Term) bool {
	switch v.(type) {
	case term.Int, term.Atom, term.Binary, term.PID, term.Ref:
		return true
	}
	return false
}

func indexOf(list []term.Term, v term.Term) int {
	for i, x := range list {
		if strictEqual(x, v) {
			return i
		}
	}
	return -1
}

// pipe is x |> f(y).
func (c *compiler) pipe(x *syntax.Binary, tail bool) code {
	n := c.pipeInto(x.L, x.R)
	if n == nil {
		return neverRun
	}
	return c.expr(n, tail)
}

// pipeInto returns the call that l |> r stands for, or nil after an error.
func (c *compiler) pipeInto(l, r syntax.Node) syntax.Node {
	at := syntax.At{At: r.Span()}
	first := func(args []syntax.Node) []syntax.Node { return append([]syntax.Node{l}, args...) }
	switch f := r.(type) {
	case *syntax.Call:
		n := *f
		n.Args, n.Parens = first(f.Args), true
		return &n
	case *syntax.Var:
		if plainName(f.Name) == "__MODULE__" {
			break
		}
		return &syntax.Call{At: at, Name: plainName(f.Name), NameAt: f.Span(), Args: first(nil), Parens: true}
	case *syntax.Apply:
		return &syntax.Apply{At: at, Fun: f.Fun, Args: first(f.Args)}
	case *syntax.Binary:
		if f.Op == "|>" {
			return &syntax.Binary{At: f.At, Op: f.Op, OpAt: f.OpAt, L: c.pipeInto(l, f.L), R: f.R}
		}
		c.errorf(f.Span(), "cannot pipe %s into %s, the :%s operator can only take two arguments", nodeText(l), nodeText(r), f.Op)
		return nil
	case *syntax.Fn:
		c.errorf(f.Span(), "cannot pipe %s into an anonymous function without calling the function; use Kernel.then/2 instead or define the anonymous function as a regular private function", nodeText(l))
		return nil
	case *syntax.Unary:
		if f.Op == "&" {
			c.errorf(f.Span(), "cannot pipe %s into %s, the & operator is ambiguous in pipes; use Kernel.then/2 instead", nodeText(l), nodeText(r))
			return nil
		}
	}
	c.errorf(r.Span(), "cannot pipe %s into %s, can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()", nodeText(l), nodeText(r))
	return nil
}

// nodeText is a node as source, as Macro.to_string/1.
func nodeText(n syntax.Node) string { return PrintQuoted((&astWriter{bare: true}).node(n)) }
