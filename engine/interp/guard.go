package interp

import (
	"fmt"
	"math"
	"math/big"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// builtin is a function that guards may call. It returns nil where Elixir
// raises, which makes a guard fail.
type builtin struct {
	f1 func(a term.Term) term.Term
	f2 func(a, b term.Term) term.Term
	f3 func(a, b, c term.Term) term.Term
}

func is(test func(term.Term) bool) builtin {
	return builtin{f1: func(a term.Term) term.Term { return term.Bool(test(a)) }}
}

// builtins are the functions of Kernel that are allowed in guards.
var builtins = map[funcKey]builtin{
	{"is_atom", 1}:      is(func(v term.Term) bool { _, ok := v.(term.Atom); return ok }),
	{"is_binary", 1}:    is(func(v term.Term) bool { _, ok := v.(term.Binary); return ok }),
	{"is_bitstring", 1}: is(func(v term.Term) bool { return v.Kind() == term.KindBits }),
	{"is_boolean", 1}:   is(func(v term.Term) bool { return v == term.Term(term.True) || v == term.Term(term.False) }),
	{"is_float", 1}:     is(func(v term.Term) bool { _, ok := v.(term.Float); return ok }),
	{"is_function", 1}:  is(func(v term.Term) bool { return v.Kind() == term.KindFun }),
	{"is_integer", 1}:   is(isInteger),
	{"is_list", 1}:      is(func(v term.Term) bool { return v.Kind() == term.KindList }),
	{"is_map", 1}:       is(func(v term.Term) bool { return v.Kind() == term.KindMap }),
	{"is_nil", 1}:       is(func(v term.Term) bool { return v == term.Term(term.Nil) }),
	{"is_number", 1}:    is(func(v term.Term) bool { return v.Kind() == term.KindNumber }),
	{"is_pid", 1}:       is(func(v term.Term) bool { return v.Kind() == term.KindPID }),
	{"is_port", 1}:      is(func(v term.Term) bool { return v.Kind() == term.KindPort }),
	{"is_reference", 1}: is(func(v term.Term) bool { return v.Kind() == term.KindRef }),
	{"is_tuple", 1}:     is(func(v term.Term) bool { return v.Kind() == term.KindTuple }),
	{"is_struct", 1}:    is(func(v term.Term) bool { _, ok := structName(v); return ok }),
	{"is_exception", 1}: is(isException),
	{"is_non_struct_map", 1}: is(func(v term.Term) bool {
		_, ok := structName(v)
		return v.Kind() == term.KindMap && !ok
	}),
	{"is_struct", 2}:    {f2: func(v, name term.Term) term.Term { return isNamed(v, name, false) }},
	{"is_exception", 2}: {f2: func(v, name term.Term) term.Term { return isNamed(v, name, true) }},
	{"is_function", 2}: {f2: func(v, n term.Term) term.Term {
		arity, ok := n.(term.Int)
		if !ok || arity < 0 {
			return nil
		}
		f, ok := v.(*term.Fun)
		return term.Bool(ok && f.Arity == int(arity))
	}},
	{"is_map_key", 2}: {f2: func(m, k term.Term) term.Term {
		x, ok := term.AsMap(m)
		if !ok {
			return nil
		}
		return term.Bool(x.Has(k))
	}},
	{"abs", 1}: {f1: func(v term.Term) term.Term {
		if v.Kind() != term.KindNumber {
			return nil
		}
		if f, ok := v.(term.Float); ok {
			return term.Float(math.Abs(float64(f)))
		}
		if term.Compare(v, term.Int(0)) < 0 {
			return negate(v)
		}
		return v
	}},
	{"hd", 1}: {f1: func(v term.Term) term.Term {
		if l, ok := v.(*term.List); ok && l != nil {
			return l.Head
		}
		return nil
	}},
	{"tl", 1}: {f1: func(v term.Term) term.Term {
		if l, ok := v.(*term.List); ok && l != nil {
			return l.Tail
		}
		return nil
	}},
	{"length", 1}: {f1: func(v term.Term) term.Term {
		if l, ok := v.(*term.List); ok {
			if n, ok := l.Len(); ok {
				return term.Int(n)
			}
		}
		return nil
	}},
	{"map_size", 1}: {f1: func(v term.Term) term.Term {
		if m, ok := term.AsMap(v); ok {
			return term.Int(m.Len())
		}
		return nil
	}},
	{"tuple_size", 1}: {f1: func(v term.Term) term.Term {
		if x, ok := v.(term.Tuple); ok {
			return term.Int(len(x))
		}
		return nil
	}},
	{"byte_size", 1}: {f1: func(v term.Term) term.Term {
		switch x := v.(type) {
		case term.Binary:
			return term.Int(len(x))
		case *term.Bits:
			return term.Int((x.Len + 7) / 8)
		}
		return nil
	}},
	{"bit_size", 1}: {f1: func(v term.Term) term.Term {
		switch x := v.(type) {
		case term.Binary:
			return term.Int(len(x) * 8)
		case *term.Bits:
			return term.Int(x.Len)
		}
		return nil
	}},
	{"elem", 2}: {f2: func(v, i term.Term) term.Term {
		x, ok := v.(term.Tuple)
		n, ok2 := i.(term.Int)
		if !ok || !ok2 || n < 0 || int(n) >= len(x) {
			return nil
		}
		return x[n]
	}},
	{"div", 2}:   {f2: func(a, b term.Term) term.Term { return divRem(true, a, b) }},
	{"rem", 2}:   {f2: func(a, b term.Term) term.Term { return divRem(false, a, b) }},
	{"round", 1}: {f1: func(v term.Term) term.Term { return toInteger(v, math.Round) }},
	{"trunc", 1}: {f1: func(v term.Term) term.Term { return toInteger(v, math.Trunc) }},
	{"floor", 1}: {f1: func(v term.Term) term.Term { return toInteger(v, math.Floor) }},
	{"ceil", 1}:  {f1: func(v term.Term) term.Term { return toInteger(v, math.Ceil) }},
	{"not", 1}: {f1: func(v term.Term) term.Term {
		switch v {
		case term.Term(term.True):
			return term.False
		case term.Term(term.False):
			return term.True
		}
		return nil
	}},
	{"max", 2}: {f2: func(a, b term.Term) term.Term {
		if compareFast(a, b) >= 0 {
			return a
		}
		return b
	}},
	{"min", 2}: {f2: func(a, b term.Term) term.Term {
		if compareFast(a, b) <= 0 {
			return a
		}
		return b
	}},
	{"binary_part", 3}: {f3: func(v, from, n term.Term) term.Term {
		s, ok := v.(term.Binary)
		i, ok2 := from.(term.Int)
		k, ok3 := n.(term.Int)
		if !ok || !ok2 || !ok3 {
			return nil
		}
		if k < 0 {
			i, k = i+k, -k
		}
		if i < 0 || int(i+k) > len(s) {
			return nil
		}
		return s[i : i+k]
	}},
}

// bodyOnly are the builtins that are functions, not guards, in Elixir 1.18.
var bodyOnly = map[string]bool{"max": true, "min": true}

func isInteger(v term.Term) bool {
	switch v.(type) {
	case term.Int, *term.Big:
		return true
	}
	return false
}

func structName(v term.Term) (term.Atom, bool) {
	switch x := v.(type) {
	case *term.Map:
		return x.StructName()
	case term.Struct:
		return x.AsMap().StructName()
	}
	return term.Atom{}, false
}

func isException(v term.Term) bool {
	m, ok := term.AsMap(v)
	return ok && m.GetAtom(term.ExceptionKey) == term.Term(term.True)
}

func isNamed(v, name term.Term, exception bool) term.Term {
	want, ok := name.(term.Atom)
	if !ok {
		return nil
	}
	got, ok := structName(v)
	return term.Bool(ok && got == want && (!exception || isException(v)))
}

func toInteger(v term.Term, round func(float64) float64) term.Term {
	f, ok := v.(term.Float)
	if !ok {
		if isInteger(v) {
			return v
		}
		return nil
	}
	r := round(float64(f))
	if math.Abs(r) < 1<<62 {
		return term.Int(r)
	}
	n, _ := big.NewFloat(r).Int(nil)
	return term.NewBig(n)
}

// guard compiles the expression after when. Its value is true where the guard
// holds, and anything else, nil included, where it does not.
func (c *compiler) guard(n syntax.Node) code {
	if b, ok := n.(*syntax.Binary); ok && b.Op == "when" { // when a when b
		l, r := c.guard(b.L), c.guard(b.R)
		return func(t *Thread) term.Term {
			if l(t) == term.Term(term.True) {
				return term.True
			}
			return r(t)
		}
	}
	outer := c.inGuard
	c.inGuard = true
	defer func() { c.inGuard = outer }()
	return c.guardExpr(n)
}

// guardExpr compiles a part of a guard: literals, variables, operators and the
// functions that guards allow.
func (c *compiler) guardExpr(n syntax.Node) code {
	if v, ok := c.literal(n); ok {
		return constant(v)
	}
	switch x := n.(type) {
	case *syntax.Var, *syntax.Attr, *syntax.Sigil, *syntax.Alias:
		return c.expr(n, false)
	case *syntax.Block:
		if len(x.Exprs) == 1 {
			return c.guardExpr(x.Exprs[0])
		}
	case *syntax.Unary:
		return c.guardUnary(x)
	case *syntax.Binary:
		return c.guardBinary(x)
	case *syntax.Tuple:
		elems := c.guardExprs(x.Elems)
		return func(t *Thread) term.Term {
			out := make(term.Tuple, len(elems))
			for i, e := range elems {
				if out[i] = e(t); out[i] == nil {
					return nil
				}
			}
			return out
		}
	case *syntax.List:
		if !hasBar(x) {
			return consCode(c.guardExprs(x.Elems), constant(term.Empty))
		}
	case *syntax.Map:
		if x.Struct == nil && x.Update == nil {
			return c.mapExpr(x)
		}
	case *syntax.Bitstring:
		return c.bitstring(x)
	case *syntax.Call:
		return c.guardCall(x)
	case *syntax.String:
		return c.errorf(n.Span(), "cannot invoke remote function String.Chars.to_string/1 inside a guard")
	}
	return c.errorf(n.Span(), "invalid expression in guards, %s is not allowed in guards. To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html#guards", guardKind(n))
}

func guardKind(n syntax.Node) string {
	switch n.(type) {
	case *syntax.Fn:
		return "fn"
	case *syntax.Apply:
		return "anonymous call"
	}
	return nodeText(n)
}

func (c *compiler) guardExprs(nodes []syntax.Node) []code {
	out := make([]code, len(nodes))
	for i, n := range nodes {
		out[i] = c.guardExpr(n)
	}
	return out
}

func (c *compiler) guardUnary(x *syntax.Unary) code {
	switch x.Op {
	case "not", "!":
		f, v := builtins[funcKey{"not", 1}].f1, c.guardExpr(x.X)
		if x.Op == "!" {
			return c.errorf(x.Span(), "invalid expression in guards, ! is not allowed in guards. To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html#guards")
		}
		return func(t *Thread) term.Term {
			if a := v(t); a != nil {
				return f(a)
			}
			return nil
		}
	case "-", "+":
		v, op := c.guardExpr(x.X), x.Op
		return func(t *Thread) term.Term {
			if a := v(t); a != nil {
				return arith(op, nil, a)
			}
			return nil
		}
	}
	return c.errorf(x.Span(), "invalid expression in guards, %s is not allowed in guards. To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html#guards", x.Op)
}

func (c *compiler) guardBinary(x *syntax.Binary) code {
	switch x.Op {
	case "and", "or":
		l, r := c.guardExpr(x.L), c.guardExpr(x.R)
		stop := term.False
		if x.Op == "or" {
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
			return nil
		}
	case "in", "not in":
		return c.guardIn(x)
	case "..":
		return c.guardRange(x.L, x.R, nil)
	case "..//":
		if r, ok := x.L.(*syntax.Binary); ok && r.Op == ".." {
			return c.guardRange(r.L, r.R, x.R)
		}
	}
	if f := compareOps[x.Op]; f != nil {
		return f(c.guardExpr(x.L), c.guardExpr(x.R))
	}
	if op, ok := arithOps[x.Op]; ok {
		return arithCode(op, c.guardExpr(x.L), c.guardExpr(x.R), spanOf(x), true)
	}
	c.b.report(&source.Diagnostic{Severity: source.Error, Span: x.OpAt, Mark: source.MarkStart, Message: fmt.Sprintf(
		"invalid expression in guards, %s is not allowed in guards. To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html#guards", x.Op)})
	return neverRun
}

// guardRange is first..last//step as a value, which nothing checks in a guard.
// As Kernel.range/4 in guards.
func (c *compiler) guardRange(first, last, step syntax.Node) code {
	by := constant(term.Nil)
	f, isInt1 := c.literal(first)
	l, isInt2 := c.literal(last)
	if step != nil {
		by = c.guardExpr(step)
	} else if isInt1 && isInt2 {
		by = constant(term.Int(1))
		if term.Compare(f, l) > 0 {
			by = constant(term.Int(-1))
		}
	}
	parts := []code{c.guardExpr(first), c.guardExpr(last), by}
	return func(t *Thread) term.Term {
		a, b, by := parts[0](t), parts[1](t), parts[2](t)
		if a == nil || b == nil || by == nil {
			return nil
		}
		return makeRange(a, b, by)
	}
}

func (c *compiler) guardIn(x *syntax.Binary) code {
	in := c.in(x.L, x.R)
	if x.Op == "in" {
		return in
	}
	return func(t *Thread) term.Term {
		switch in(t) {
		case term.Term(term.True):
			return term.False
		case term.Term(term.False):
			return term.True
		}
		return nil
	}
}

// guardCall is f(x) or map.field in a guard.
func (c *compiler) guardCall(x *syntax.Call) code {
	if x.Target != nil {
		if mod, ok := c.moduleName(x.Target); ok {
			if mod == kernel || mod.Name() == "erlang" {
				return c.guardBuiltin(x)
			}
			if d := c.remoteMacro(mod, x); d != nil {
				if n := c.guardExpansion(d, x); n != nil {
					return c.guardExpr(n)
				}
			}
			if mod == term.NewModule("Bitwise") && bitwiseGuards[x.Name] {
				args := c.guardExprs(x.Args)
				name := x.Name
				if len(args) == 2 {
					return arithCode(name, args[0], args[1], spanOf(x), true)
				}
			}
			return c.errorf(nameSpanOf(x), "cannot invoke remote function %s.%s/%d inside a guard", moduleText(mod), x.Name, len(x.Args))
		}
		if len(x.Args) == 0 && !x.Parens {
			return c.guardField(x)
		}
		return c.errorf(x.Span(), "cannot invoke remote function inside a guard. If you want to do a map lookup instead, please remove parens from %s", nodeText(x))
	}
	if d := c.localMacro(x); d != nil {
		if n := c.guardExpansion(d, x); n != nil {
			return c.guardExpr(n)
		}
	}
	return c.guardBuiltin(x)
}

// guardExpansion returns what a macro that guards may call makes of a call:
// one of defguard, or one written in Go. It is nil for any other.
func (c *compiler) guardExpansion(d *macroDef, x *syntax.Call) syntax.Node {
	switch {
	case d.guard != nil:
		return c.expandGuard(d.guard, x)
	}
	return c.expandMacro(d, x)
}

var bitwiseGuards = map[string]bool{"band": true, "bor": true, "bxor": true, "bsl": true, "bsr": true}

func (c *compiler) guardField(x *syntax.Call) code {
	of, key := c.guardExpr(x.Target), term.NewAtom(x.Name)
	return func(t *Thread) term.Term {
		v := of(t)
		if v == nil {
			return nil
		}
		if m, ok := term.AsMap(v); ok {
			return m.GetAtom(key)
		}
		return nil
	}
}

// ownerText is the function that a name stands for which is imported, "" for
// others.
func (c *compiler) ownerText(name string, arity int) string {
	if c.localDef(name, arity) != nil {
		return ""
	}
	mod := kernel
	if imp := c.imported(name, arity); imp != nil {
		mod = imp.module
	} else if !c.b.findFunction(kernel, name, arity) {
		return ""
	}
	k := funcID{moduleText(mod), name, arity}
	if own := inlined[k]; own != "" {
		return FormatMFA(term.NewAtom("erlang"), own, arity, nil)
	}
	return FormatMFA(mod, name, arity, nil)
}

func (c *compiler) guardBuiltin(x *syntax.Call) code {
	b, ok := builtins[funcKey{x.Name, len(x.Args)}]
	if !ok || bodyOnly[x.Name] {
		if bitwiseGuards[x.Name] && len(x.Args) == 2 {
			return arithCode(x.Name, c.guardExpr(x.Args[0]), c.guardExpr(x.Args[1]), spanOf(x), true)
		}
		if x.Name == "node" || x.Name == "self" && len(x.Args) == 0 {
			return c.call(x, false)
		}
		if owner := c.ownerText(x.Name, len(x.Args)); owner != "" {
			return c.errorf(x.Span(), "cannot invoke remote function %s inside a guard", owner)
		}
		return c.errorf(x.Span(), "cannot find or invoke local %s/%d inside a guard. Only macros can be invoked inside a guard and they must be defined before their invocation. Called as: %s",
			x.Name, len(x.Args), nodeText(x))
	}
	args := c.guardExprs(x.Args)
	switch {
	case b.f1 != nil:
		f, a := b.f1, args[0]
		return func(t *Thread) term.Term {
			if v := a(t); v != nil {
				return f(v)
			}
			return nil
		}
	case b.f2 != nil:
		f, l, r := b.f2, args[0], args[1]
		return func(t *Thread) term.Term {
			a := l(t)
			b := r(t)
			if a == nil || b == nil {
				return nil
			}
			return f(a, b)
		}
	}
	f := b.f3
	return func(t *Thread) term.Term {
		a, b, d := args[0](t), args[1](t), args[2](t)
		if a == nil || b == nil || d == nil {
			return nil
		}
		return f(a, b, d)
	}
}
