package interp

import (
	"path"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// constant is code that returns a known term.
func constant(v term.Term) code { return func(*Thread) term.Term { return v } }

// expr compiles an expression. With tail set its value is the value of the
// function, and calls in it do not grow the stack.
func (c *compiler) expr(n syntax.Node, tail bool) code {
	c.b.spend(1)
	s, levels := c.fn, nestOf(n)
	s.nest += levels
	if s.fun != nil {
		s.fun.nest = max(s.fun.nest, s.nest)
	}
	run := c.exprOf(n, tail)
	s.nest -= levels
	return run
}

// nestOf returns how many levels an expression counts for on Go's stack.
func nestOf(n syntax.Node) int {
	switch x := n.(type) {
	case *syntax.Map:
		return 2
	case *syntax.Call:
		if x.Name == "for" || x.Name == "with" {
			return 5
		}
	}
	return 1
}

func (c *compiler) exprOf(n syntax.Node, tail bool) code {
	if v, ok := c.literal(n); ok {
		return constant(v)
	}
	switch x := n.(type) {
	case *syntax.Var:
		return c.variable(x, tail)
	case *syntax.Block:
		return c.block(x.Exprs, tail)
	case *syntax.String:
		return c.str(x)
	case *syntax.Sigil:
		return c.sigil(x)
	case *syntax.DynAtom:
		return c.dynAtom(x)
	case *syntax.List:
		return c.list(x)
	case *syntax.Tuple:
		return c.tuple(x)
	case *syntax.Map:
		return c.mapExpr(x)
	case *syntax.Bitstring:
		return c.bitstring(x)
	case *syntax.Alias:
		return c.aliasExpr(x)
	case *syntax.Call:
		return c.call(x, tail)
	case *syntax.Apply:
		return c.apply(x, tail)
	case *syntax.Access:
		return c.access(x)
	case *syntax.Unary:
		return c.unary(x)
	case *syntax.Binary:
		return c.binary(x, tail)
	case *syntax.FullRange:
		return constant(newRange(0, -1, 1))
	case *syntax.CaptureArg:
		return c.captureArg(x)
	case *syntax.Attr:
		return c.attr(x)
	case *syntax.Fn:
		return c.fnExpr(x)
	case *syntax.Stab:
		return c.errorf(x.Span(), "unexpected operator ->. If you want to define multiple clauses, the first expression must use ->")
	case compilable:
		return x.compile(c)
	case *syntax.Bad:
		c.b.bad = true
		return neverRun
	}
	return c.errorf(n.Span(), "unexpected expression")
}

// literal returns the value of a node that is a constant.
func (c *compiler) literal(n syntax.Node) (term.Term, bool) {
	switch x := n.(type) {
	case *valueNode:
		return x.v, true
	case *syntax.Int:
		return term.NewBig(x.Value), true
	case *syntax.Float:
		return term.Float(x.Value), true
	case *syntax.Atom:
		return term.NewAtom(x.Name), true
	case *syntax.String:
		return literalString(x)
	case *syntax.Tuple:
		elems, ok := c.literals(x.Elems)
		return term.Tuple(elems), ok
	case *syntax.List:
		if len(x.Elems) > 0 {
			if b, ok := x.Elems[len(x.Elems)-1].(*syntax.Binary); ok && b.Op == "|" {
				return nil, false
			}
		}
		elems, ok := c.literals(x.Elems)
		return term.NewList(elems...), ok
	case *syntax.Unary:
		if v, ok := c.literal(x.X); ok && x.Op == "-" && v.Kind() == term.KindNumber {
			return negate(v), true
		}
	case *syntax.Alias:
		if x.Base == nil {
			return c.env.expandAlias(x), true
		}
	case *syntax.Block:
		if len(x.Exprs) == 0 {
			return term.Nil, true
		}
	}
	return nil, false
}

func (c *compiler) literals(nodes []syntax.Node) ([]term.Term, bool) {
	out := make([]term.Term, len(nodes))
	for i, n := range nodes {
		v, ok := c.literal(n)
		if !ok {
			return nil, false
		}
		out[i] = v
	}
	return out, true
}

func literalString(s *syntax.String) (term.Term, bool) {
	text := ""
	for _, p := range s.Parts {
		if p.Expr != nil {
			return nil, false
		}
		text += p.Text
	}
	if s.Charlist {
		return term.Charlist(text), true
	}
	return term.Binary(text), true
}

// block compiles a sequence of expressions.
func (c *compiler) block(exprs []syntax.Node, tail bool) code {
	switch len(exprs) {
	case 0:
		return constant(term.Nil)
	case 1:
		return c.expr(exprs[0], tail)
	}
	codes := make([]code, len(exprs))
	for i, e := range exprs {
		if i < len(exprs)-1 {
			c.checkDiscarded(e)
		}
		codes[i] = c.expr(e, tail && i == len(exprs)-1)
	}
	last := codes[len(codes)-1]
	if len(codes) == 2 {
		first := codes[0]
		return func(t *Thread) term.Term {
			first(t)
			return last(t)
		}
	}
	init := codes[:len(codes)-1]
	return func(t *Thread) term.Term {
		for _, f := range init {
			f(t)
		}
		return last(t)
	}
}

// body compiles an expression in a scope of its own.
func (c *compiler) body(n syntax.Node, tail bool) (out code) {
	if n == nil {
		return constant(term.Nil)
	}
	c.scoped(func() { out = c.expr(n, tail) })
	return out
}

// read is code that reads a variable.
func read(v *variable) code {
	slot := v.slot
	return func(t *Thread) term.Term { return t.frame[slot] }
}

func (c *compiler) variable(x *syntax.Var, tail bool) code {
	if v := c.lookup(x.Name); v != nil {
		c.checkUnderscored(x)
		return read(v)
	}
	if f := pseudoVars[plainName(x.Name)]; f != nil {
		return f(c, x)
	}
	if plainName(x.Name) == "_" {
		return c.errorf(x.Span(), "invalid use of _. _ can only be used inside patterns to ignore values and cannot be used in expressions. Make sure you are inside a pattern or change it accordingly")
	}
	if x.Name == "..." {
		return c.undefinedFunction(x.Span(), x.Name, 0)
	}
	return c.undefinedVariable(x)
}

// checkUnderscored warns about the use of a variable that is named as one that is
// not used.
func (c *compiler) checkUnderscored(x *syntax.Var) {
	if strings.HasPrefix(x.Name, "_") && !strings.Contains(x.Name, hygiene) {
		c.warnf(x.Span(), "the underscored variable %q is used after being set. A leading underscore indicates that the value of the variable should be ignored. If this is intended please rename the variable to remove the underscore", x.Name)
	}
}

func (c *compiler) undefinedVariable(x *syntax.Var) code {
	name := plainName(x.Name)
	shown := "\"" + name + "\""
	if _, ctx, counter := splitName(x.Name); counter == 0 && ctx != term.Nil {
		shown += " (context " + term.Inspect(ctx) + ")"
	}
	d := &source.Diagnostic{Severity: source.Error, Span: x.Span(), Message: "undefined variable " + shown}
	if near := source.Nearest(name, c.visible()); len(near) > 0 {
		d.Hint = didYouMean(near)
	}
	c.report(d)
	return neverRun
}

func didYouMean(names []string) string {
	s := "did you mean: "
	for i, n := range names {
		if i > 0 {
			s += ", "
		}
		s += n
	}
	return s
}

// pseudoVars are the names that look like variables and are not.
var pseudoVars map[string]func(c *compiler, x *syntax.Var) code

func init() {
	pseudoVars = map[string]func(c *compiler, x *syntax.Var) code{
		"__MODULE__": func(c *compiler, _ *syntax.Var) code {
			if c.env.mod == nil {
				return constant(term.Nil)
			}
			return constant(c.env.mod.name)
		},
		"__ENV__": func(c *compiler, x *syntax.Var) code { return constant(c.envStruct(x.Span())) },
		"__CALLER__": func(c *compiler, x *syntax.Var) code {
			if c.def == nil || !c.def.macro {
				return c.errorf(x.Span(), "__CALLER__ is available only inside defmacro and defmacrop")
			}
			return func(t *Thread) term.Term { return t.caller() }
		},
		"__DIR__": func(c *compiler, x *syntax.Var) code { return constant(term.Binary(path.Dir(c.env.file.Name()))) },
		"__STACKTRACE__": func(c *compiler, x *syntax.Var) code {
			if v := c.lookup("__STACKTRACE__\x00"); v != nil {
				return read(v)
			}
			return c.errorf(x.Span(), "__STACKTRACE__ is available only inside catch and rescue clauses of try expressions")
		},
	}
}

// envStruct is the value of __ENV__.
func (c *compiler) envStruct(at source.Span) term.Term { return c.envAt(at).term(at) }

func (c *compiler) aliasExpr(x *syntax.Alias) code {
	if a, ok := c.moduleName(x); ok {
		return constant(a)
	}
	base := c.expr(x.Base, false)
	segs := ""
	for _, s := range x.Segs {
		segs += "." + s
	}
	return func(t *Thread) term.Term {
		a, ok := base(t).(term.Atom)
		if !ok {
			t.RaiseArgument("expected an atom before an alias")
		}
		return term.NewAtom(a.Name() + segs)
	}
}

func (c *compiler) tuple(x *syntax.Tuple) code {
	elems := c.exprs(x.Elems)
	switch len(elems) {
	case 2:
		a, b := elems[0], elems[1]
		return func(t *Thread) term.Term {
			x := a(t)
			y := b(t)
			t.spend(56)
			return term.Tuple{x, y}
		}
	}
	return func(t *Thread) term.Term {
		out := make(term.Tuple, len(elems))
		for i, e := range elems {
			out[i] = e(t)
		}
		t.spend(24 + 16*len(out))
		return out
	}
}

// mapCopyBytes is about what a map takes that differs from m in one entry:
// large maps share the rest.
func mapCopyBytes(m *term.Map) int { return 48 + 16*min(m.Len(), 64) }

// spend accounts for n bytes of new terms.
func (t *Thread) spend(n int) {
	if t.bytes -= n; t.bytes < 0 {
		t.bytes += n
		t.Grow(n)
	}
}

// exprs compiles expressions that stand beside each other. What one binds is
// known after them, not to the others: in [x = 1, x] the second is another x.
func (c *compiler) exprs(nodes []syntax.Node) []code {
	out := make([]code, len(nodes))
	base := len(c.vars)
	var bound []*variable
	for i, n := range nodes {
		out[i] = c.expr(n, false)
		if len(c.vars) > base && len(nodes) > 1 {
			bound = append(bound, c.vars[base:]...)
			c.vars = c.vars[:base:base]
		}
	}
	c.vars = append(c.vars, bound...)
	return out
}

func (c *compiler) list(x *syntax.List) code {
	nodes := x.Elems
	tail := constant(term.Empty)
	if n := len(nodes); n > 0 {
		if b, ok := nodes[n-1].(*syntax.Binary); ok && b.Op == "|" {
			head := c.exprs(append(append([]syntax.Node(nil), nodes[:n-1]...), b.L))
			return consCode(head, c.expr(b.R, false))
		}
	}
	return consCode(c.exprs(nodes), tail)
}

// consCode is code for [a, b | tail].
func consCode(elems []code, tail code) code {
	if len(elems) == 1 {
		head := elems[0]
		return func(t *Thread) term.Term {
			h := head(t)
			tl := tail(t)
			t.spend(32)
			return &term.List{Head: h, Tail: tl}
		}
	}
	return func(t *Thread) term.Term {
		cells := make([]term.List, len(elems))
		for i, e := range elems {
			cells[i].Head = e(t)
			if i > 0 {
				cells[i-1].Tail = &cells[i]
			}
		}
		t.spend(32 * len(cells))
		cells[len(cells)-1].Tail = tail(t)
		return &cells[0]
	}
}

func (c *compiler) mapExpr(x *syntax.Map) code {
	if x.Struct != nil {
		c.checkRepeated(x)
		return c.structExpr(x)
	}
	c.checkRepeated(x)
	keys, vals := make([]code, len(x.Pairs)), make([]code, len(x.Pairs))
	for i, p := range x.Pairs {
		if p.Value == nil {
			return c.errorf(x.Span(), "expected key-value pairs in a map, got: %s", nodeText(p.Key))
		}
		keys[i], vals[i] = c.expr(p.Key, false), c.expr(p.Value, false)
	}
	if x.Update != nil {
		return c.mapUpdate(x, c.expr(x.Update, false), keys, vals)
	}
	if len(keys) == 0 {
		return constant(term.EmptyMap)
	}
	if literal := literalKeys(x); literal != nil {
		return func(t *Thread) term.Term {
			t.spend(48 + 32*len(vals))
			return literal.Map(func(i int) term.Term { return vals[i](t) })
		}
	}
	return func(t *Thread) term.Term {
		b := term.NewMapBuilder(len(keys))
		for i := range keys {
			k := keys[i](t)
			b.Put(k, vals[i](t))
		}
		t.spend(48 + 32*len(keys))
		return b.Map()
	}
}

// checkRepeated warns about keys that are written twice.
func (c *compiler) checkRepeated(x *syntax.Map) {
	seen := term.EmptyMap
	for _, p := range x.Pairs {
		k, ok := c.literal(p.Key)
		if !ok {
			continue
		}
		if seen.Has(k) {
			c.warnf(x.Span(), "key %s will be overridden in map", term.Inspect(k))
		}
		seen = seen.Put(k, term.True)
	}
}

// literalKeys returns the keys of a map when they are all written out, and else
// nil.
func literalKeys(x *syntax.Map) *term.MapKeys {
	keys := make([]term.Term, len(x.Pairs))
	for i, p := range x.Pairs {
		k, ok := literalTerm(p.Key)
		if !ok {
			return nil
		}
		keys[i] = k
	}
	return term.NewMapKeys(keys...)
}

// mapUpdate is code for %{m | k => v}.
func (c *compiler) mapUpdate(x *syntax.Map, of code, keys, vals []code) code {
	at := spanOf(x)
	return func(t *Thread) term.Term {
		v := of(t)
		m, ok := term.AsMap(v)
		if !ok {
			t.at(at)
			t.RaiseNew("BadMapError", "term", v)
		}
		out := m
		for i := range keys {
			k := keys[i](t)
			if !out.Has(k) {
				t.at(at)
				t.RaiseNew("KeyError", "key", k)
			}
			out = out.Put(k, vals[i](t))
		}
		t.spend(mapCopyBytes(m))
		return out
	}
}

// spanOf returns the place of a node as code keeps it.
func spanOf(n syntax.Node) *source.Span {
	s := n.Span()
	return &s
}

func (c *compiler) unary(x *syntax.Unary) code {
	at := spanOf(x)
	switch x.Op {
	case "&":
		return c.captureExpr(x)
	case "^":
		return c.errorOn(x.Span(), "misplaced operator ^%s\n\nThe pin operator ^ is supported only inside matches or inside custom macros. Make sure you are inside a match or all necessary macros have been required", nodeText(x.X))
	}
	v := c.expr(x.X, false)
	switch x.Op {
	case "not":
		return func(t *Thread) term.Term {
			switch v := v(t); v {
			case term.Term(term.True):
				return term.False
			case term.Term(term.False):
				return term.True
			default:
				t.at(at)
				t.RaiseArgument("argument error")
			}
			return nil
		}
	case "!":
		return func(t *Thread) term.Term { return term.Bool(!term.Truthy(v(t))) }
	case "-", "+", "~~~":
		op := x.Op
		if op == "~~~" {
			op = "bnot"
		}
		return func(t *Thread) term.Term {
			b := v(t)
			if r := arith(op, nil, b); r != nil {
				return r
			}
			t.at(at)
			t.raiseArith(op, nil, b)
			return nil
		}
	}
	return c.errorf(x.Span(), "undefined operator %s", x.Op)
}

// access is x[key].
func (c *compiler) access(x *syntax.Access) code {
	of, key := c.expr(x.X, false), c.expr(x.Key, false)
	at := spanOf(x)
	return func(t *Thread) term.Term {
		v := of(t)
		return t.accessGet(v, key(t), at)
	}
}

var accessModule = term.NewModule("Access")

// accessGet is Access.get/2 with the common containers at hand.
func (t *Thread) accessGet(v, k term.Term, at *source.Span) term.Term {
	switch m := v.(type) {
	case *term.Map:
		if name, ok := m.StructName(); ok {
			t.at(at)
			f := t.prog.export(name, "fetch", 2)
			if f == nil {
				t.raiseNoAccess(name)
			}
			if r, ok := t.invoke(f, []term.Term{v, k}, at).(term.Tuple); ok && len(r) == 2 {
				return r[1]
			}
			return term.Nil
		}
		if x, ok := m.Get(k); ok {
			return x
		}
		return term.Nil
	case term.Atom:
		if m == term.Nil {
			return term.Nil
		}
	case *term.List:
		if a, ok := k.(term.Atom); ok {
			if x, ok := term.KeywordGet(m, a); ok {
				return x
			}
			return term.Nil
		}
	}
	t.at(at)
	return t.Apply(accessModule, "get", v, k)
}

// raiseNoAccess raises the error of x[key] on a struct without Access.
func (t *Thread) raiseNoAccess(name term.Atom) {
	stack := append([]Frame{{Module: name, Name: "fetch", Arity: 2}}, t.stackTrace()...)
	e := t.NewException("UndefinedFunctionError", "module", name, "function", term.NewAtom("fetch"), "arity", term.Int(2),
		"reason", term.Binary(moduleText(name)+" does not implement the Access behaviour\n\nYou can use the \"struct.field\" syntax to access struct fields. You can also use Access.key!/1 to access struct fields dynamically inside get_in/put_in/update_in"))
	if !t.prog.Exists(name) {
		e = e.Put(term.NewAtom("reason"), term.Nil)
	}
	panic(&raised{kind: term.Err, value: e, stack: stack})
}
