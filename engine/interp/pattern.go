package interp

import (
	"fmt"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// matcher tests a value against a pattern and binds the pattern's variables. A
// nil matcher matches everything and binds nothing.
type matcher func(t *Thread, v term.Term) bool

// match compiles pattern = value.
func (c *compiler) match(x *syntax.Binary) code {
	value := c.expr(x.R, false)
	m := c.pattern(x.L)
	at := spanOf(x)
	if m == nil {
		return value
	}
	return func(t *Thread) term.Term {
		v := value(t)
		if !m(t, v) {
			t.at(at)
			t.RaiseNew("MatchError", "term", v)
		}
		return v
	}
}

// pattern compiles a pattern and brings its variables into scope.
func (c *compiler) pattern(n syntax.Node) matcher {
	ms := c.patterns([]syntax.Node{n}, nil)
	return ms[0]
}

// patterns compiles patterns that share their variables, as the arguments of a
// clause do. A variable that is a whole argument gets the slot that slots
// names, if that is not nil.
func (c *compiler) patterns(nodes []syntax.Node, slots []int) []matcher {
	outer, outerIn := c.pat, c.inPattern
	c.pat, c.inPattern = nil, true
	out := make([]matcher, len(nodes))
	for i, n := range nodes {
		if x, ok := n.(*syntax.Call); ok && x.Target == nil && x.Name == "var!" && len(x.Args) > 0 {
			n = c.bareVariable(x)
		}
		if v, ok := n.(*syntax.Var); ok && slots != nil && pseudoVars[plainName(v.Name)] == nil && c.patVar(v.Name) == nil {
			if plainName(v.Name) != "_" {
				pv := c.newVariable(v.Name, v.Span())
				c.fn.slots--
				pv.slot = slots[i]
				c.pat = append(c.pat, pv)
			}
			continue
		}
		out[i] = c.pat1(n)
	}
	c.vars = append(c.vars, c.pat...)
	c.pat, c.inPattern = outer, outerIn
	return out
}

func (c *compiler) patVar(name string) *variable {
	for _, v := range c.pat {
		if v.name == name {
			return v
		}
	}
	return nil
}

// pat1 compiles a part of a pattern.
func (c *compiler) pat1(n syntax.Node) matcher {
	if v, ok := c.literal(n); ok {
		return matchLiteral(v)
	}
	switch x := n.(type) {
	case *syntax.Var:
		return c.patName(x)
	case *syntax.Tuple:
		return matchTuple(c.pats(x.Elems))
	case *syntax.List:
		return c.patList(x)
	case *syntax.Map:
		return c.patMap(x)
	case *syntax.Bitstring:
		return c.patBits(x)
	case *syntax.Binary:
		return c.patBinary(x)
	case *syntax.Unary:
		if x.Op == "^" {
			return c.patPin(x)
		}
		if v, ok := c.literal(x.X); ok && x.Op == "+" && v.Kind() == term.KindNumber {
			return matchLiteral(v)
		}
	case *syntax.Attr:
		if x.Value == nil {
			v := c.attr(x)
			return func(t *Thread, w term.Term) bool { return strictEqual(v(t), w) }
		}
	case *syntax.Sigil:
		if v, ok := c.literalSigil(x); ok {
			return matchLiteral(v)
		}
	case *syntax.Block:
		if len(x.Exprs) == 1 {
			return c.pat1(x.Exprs[0])
		}
	case *syntax.Alias:
		v := c.aliasExpr(x)
		return func(t *Thread, w term.Term) bool { return strictEqual(v(t), w) }
	case *syntax.Call:
		return c.patCall(x)
	case *syntax.String:
		c.errorf(x.Span(), "cannot invoke remote function String.Chars.to_string/1 inside a match")
		return nil
	case *syntax.Bad:
		c.b.bad = true
		return nil
	}
	c.errorf(n.Span(), "invalid pattern in match, %s is not allowed in matches", patternKind(n))
	return nil
}

func patternKind(n syntax.Node) string {
	switch x := n.(type) {
	case *syntax.Fn:
		return "fn"
	case *syntax.Unary:
		return x.Op
	}
	return nodeText(n)
}

// patCall is a macro in a pattern, or a mistake.
func (c *compiler) patCall(x *syntax.Call) matcher {
	if x.Target == nil {
		if d := c.localMacro(x); d != nil && d.guard == nil {
			if n := c.expandMacro(d, x); n != nil {
				return c.pat1(n)
			}
			return nil
		}
		if x.Name == "var!" && len(x.Args) > 0 {
			return c.pat1(c.bareVariable(x))
		}
		if special(x.Name, len(x.Args)) {
			c.errorf(x.Span(), "invalid pattern in match, %s is not allowed in matches", x.Name)
			return nil
		}
		c.errorf(x.Span(), "cannot find or invoke local %s/%d inside a match. Only macros can be invoked inside a match and they must be defined before their invocation. Called as: %s",
			x.Name, len(x.Args), nodeText(x))
		return nil
	}
	if mod, ok := c.moduleName(x.Target); ok {
		c.errorf(nameSpanOf(x), "cannot invoke remote function %s.%s/%d inside a match", moduleText(mod), x.Name, len(x.Args))
		return nil
	}
	c.errorf(x.Span(), "invalid pattern in match, %s is not allowed in matches", nodeText(x))
	return nil
}

func (c *compiler) pats(nodes []syntax.Node) []matcher {
	out := make([]matcher, len(nodes))
	for i, n := range nodes {
		out[i] = c.pat1(n)
	}
	return out
}

func matchLiteral(v term.Term) matcher {
	switch x := v.(type) {
	case term.Atom:
		return func(_ *Thread, w term.Term) bool {
			y, ok := w.(term.Atom)
			return ok && x == y
		}
	case term.Binary:
		return func(_ *Thread, w term.Term) bool {
			y, ok := w.(term.Binary)
			return ok && x == y
		}
	case term.Int:
		return func(_ *Thread, w term.Term) bool {
			y, ok := w.(term.Int)
			return ok && x == y
		}
	case *term.List:
		if x == nil {
			return func(_ *Thread, w term.Term) bool {
				l, ok := w.(*term.List)
				return ok && l == nil
			}
		}
	}
	return func(_ *Thread, w term.Term) bool { return term.StrictEqual(v, w) }
}

func (c *compiler) patName(x *syntax.Var) matcher {
	name := plainName(x.Name)
	if name == "_" {
		return nil
	}
	if f := pseudoVars[name]; f != nil {
		v := f(c, x)
		return func(t *Thread, w term.Term) bool { return strictEqual(v(t), w) }
	}
	if old := c.patVar(x.Name); old != nil {
		old.used = true
		slot := old.slot
		return func(t *Thread, v term.Term) bool { return strictEqual(t.frame[slot], v) }
	}
	v := c.newVariable(x.Name, x.Span())
	c.pat = append(c.pat, v)
	slot := v.slot
	return func(t *Thread, v term.Term) bool {
		t.frame[slot] = v
		return true
	}
}

func (c *compiler) patPin(x *syntax.Unary) matcher {
	v, ok := x.X.(*syntax.Var)
	if !ok {
		c.errorf(x.Span(), "invalid argument for unary operator ^, expected an existing variable, got: ^%s", nodeText(x.X))
		return nil
	}
	found := c.lookup(v.Name)
	if found == nil {
		d := &source.Diagnostic{Severity: source.Error, Span: v.Span(), Message: fmt.Sprintf("undefined variable ^%s. No variable %q has been defined before the current pattern", plainName(v.Name), plainName(v.Name))}
		if near := source.Nearest(plainName(v.Name), c.visible()); len(near) > 0 {
			d.Hint = didYouMean(near)
		}
		c.report(d)
		return nil
	}
	c.checkUnderscored(v)
	slot := found.slot
	return func(t *Thread, v term.Term) bool { return strictEqual(t.frame[slot], v) }
}

func matchTuple(ms []matcher) matcher {
	n := len(ms)
	if n == 2 {
		a, b := ms[0], ms[1]
		return func(t *Thread, v term.Term) bool {
			x, ok := v.(term.Tuple)
			return ok && len(x) == 2 && (a == nil || a(t, x[0])) && (b == nil || b(t, x[1]))
		}
	}
	return func(t *Thread, v term.Term) bool {
		x, ok := v.(term.Tuple)
		if !ok || len(x) != n {
			return false
		}
		for i, m := range ms {
			if m != nil && !m(t, x[i]) {
				return false
			}
		}
		return true
	}
}

func (c *compiler) patList(x *syntax.List) matcher {
	nodes := x.Elems
	var tail matcher
	open := false
	if hasBar(x) {
		b := nodes[len(nodes)-1].(*syntax.Binary)
		heads := c.pats(append(append([]syntax.Node(nil), nodes[:len(nodes)-1]...), b.L))
		tail, open = c.pat1(b.R), true
		return matchList(heads, tail, open)
	}
	return matchList(c.pats(nodes), tail, open)
}

func matchList(heads []matcher, tail matcher, open bool) matcher {
	return func(t *Thread, v term.Term) bool {
		for _, m := range heads {
			l, ok := v.(*term.List)
			if !ok || l == nil || m != nil && !m(t, l.Head) {
				return false
			}
			v = l.Tail
		}
		if open {
			return tail == nil || tail(t, v)
		}
		l, ok := v.(*term.List)
		return ok && l == nil
	}
}

func (c *compiler) patMap(x *syntax.Map) matcher {
	if x.Update != nil {
		c.errorf(x.Span(), "cannot use map/struct update syntax in match, got: %s", nodeText(x))
		return nil
	}
	var name matcher
	isStruct := x.Struct != nil
	var module term.Atom
	if isStruct {
		if mod, ok := c.structModule(x.Struct); ok {
			module = mod
			c.checkStruct(mod, x)
		} else {
			name = c.patStructName(x.Struct)
		}
	}
	keys, vals := make([]code, len(x.Pairs)), make([]matcher, len(x.Pairs))
	atoms := true
	consts := make([]term.Atom, len(x.Pairs))
	for i, p := range x.Pairs {
		keys[i] = c.patKey(p.Key)
		if v, ok := c.literal(p.Key); ok {
			a, isAtom := v.(term.Atom)
			consts[i], atoms = a, atoms && isAtom
		} else {
			atoms = false
		}
		vals[i] = c.pat1(p.Value)
	}
	head := func(t *Thread, v term.Term) (*term.Map, bool) {
		m, ok := v.(*term.Map)
		if !ok {
			if m, ok = term.AsMap(v); !ok {
				return nil, false
			}
		}
		if !isStruct {
			return m, true
		}
		got, ok := m.StructName()
		if !ok || name == nil && !module.IsZero() && got != module {
			return nil, false
		}
		return m, name == nil || name(t, got)
	}
	if atoms {
		return func(t *Thread, v term.Term) bool {
			m, ok := head(t, v)
			if !ok {
				return false
			}
			for i, k := range consts {
				x := m.GetAtom(k)
				if x == nil || vals[i] != nil && !vals[i](t, x) {
					return false
				}
			}
			return true
		}
	}
	return func(t *Thread, v term.Term) bool {
		m, ok := head(t, v)
		if !ok {
			return false
		}
		for i := range keys {
			x, ok := m.Get(keys[i](t))
			if !ok || vals[i] != nil && !vals[i](t, x) {
				return false
			}
		}
		return true
	}
}

// patStructName is the mod of %mod{}, %_{} and %^mod{}.
func (c *compiler) patStructName(n syntax.Node) matcher {
	m := c.pat1(n)
	return func(t *Thread, v term.Term) bool { return m == nil || m(t, v) }
}

// patKey compiles a key of a map pattern: a literal, a pinned variable, an
// attribute.
func (c *compiler) patKey(n syntax.Node) code {
	switch x := n.(type) {
	case *syntax.Unary:
		if x.Op == "^" {
			if v, ok := x.X.(*syntax.Var); ok {
				if found := c.lookup(v.Name); found != nil {
					return read(found)
				}
			}
			c.patPin(x)
			return neverRun
		}
	case *syntax.Var:
		if pseudoVars[plainName(x.Name)] == nil {
			return c.errorf(x.Span(), "cannot use variable %s as map key inside a pattern. If you are attempting to match on an existing variable, you must use the pin operator: ^%s",
				plainName(x.Name), plainName(x.Name))
		}
	case *syntax.Tuple, *syntax.List:
		// A key may be made of pinned variables: %{{:at, ^n} => v}.
		n = rewrite(n, func(n syntax.Node) ([]syntax.Node, bool) {
			if u, ok := n.(*syntax.Unary); ok && u.Op == "^" {
				return []syntax.Node{u.X}, true
			}
			return nil, false
		})
	}
	return c.expr(n, false)
}

func (c *compiler) patBinary(x *syntax.Binary) matcher {
	switch x.Op {
	case "=":
		l, r := c.pat1(x.L), c.pat1(x.R)
		if l == nil {
			return r
		}
		if r == nil {
			return l
		}
		return func(t *Thread, v term.Term) bool { return l(t, v) && r(t, v) }
	case "<>":
		return c.patConcat(x)
	case "++":
		v, ok := c.literal(x.L)
		if sigil, isSigil := x.L.(*syntax.Sigil); isSigil {
			v, ok = c.literalSigil(sigil)
		}
		if ok {
			if l, ok := v.(*term.List); ok {
				return c.patAppend(l, x.R)
			}
		}
		if l, ok := x.L.(*syntax.List); ok && !hasBar(l) {
			return matchList(c.pats(l.Elems), c.pat1(x.R), true)
		}
		c.errorf(x.Span(), "invalid argument for ++ operator inside a match, expected a literal proper list, got: %s", nodeText(x.L))
		return nil
	case "..":
		return c.patRange(x.L, x.R, nil)
	case "..//":
		if r, ok := x.L.(*syntax.Binary); ok && r.Op == ".." {
			return c.patRange(r.L, r.R, x.R)
		}
	case "\\\\":
		c.errorf(x.Span(), "misplaced operator \\\\/2")
		return nil
	case "when":
		c.errorf(x.Span(), "misplaced operator when/2")
		return nil
	case "|":
		c.misplaced(x)
		return nil
	}
	c.errorf(x.Span(), "cannot find or invoke local %s/2 inside a match. Only macros can be invoked inside a match and they must be defined before their invocation. Called as: %s", x.Op, nodeText(x))
	return nil
}

func (c *compiler) patAppend(l *term.List, rest syntax.Node) matcher {
	var heads []matcher
	for e := range l.All() {
		heads = append(heads, matchLiteral(e))
	}
	return matchList(heads, c.pat1(rest), true)
}

func (c *compiler) patRange(first, last, step syntax.Node) matcher {
	f, l := c.pat1(first), c.pat1(last)
	var s matcher
	if step != nil {
		s = c.pat1(step)
	}
	return func(t *Thread, v term.Term) bool {
		m, ok := v.(*term.Map)
		if !ok {
			return false
		}
		name, _ := m.StructName()
		return name == atomRange && (f == nil || f(t, m.GetAtom(atomFirst))) && (l == nil || l(t, m.GetAtom(atomLast))) &&
			(s == nil || s(t, m.GetAtom(atomStep)))
	}
}

// patConcat is "prefix" <> rest, with a literal or pinned prefix.
func (c *compiler) patConcat(x *syntax.Binary) matcher {
	var prefix code
	v, ok := c.literal(x.L)
	if sigil, isSigil := x.L.(*syntax.Sigil); isSigil && !ok {
		v, ok = c.literalSigil(sigil)
	}
	if ok {
		s, isString := v.(term.Binary)
		if !isString {
			c.errorf(x.L.Span(), "expected a binary on the left side of <> in a match, got: %s", nodeText(x.L))
			return nil
		}
		rest := c.patTail(x.R)
		return func(t *Thread, v term.Term) bool {
			b, ok := v.(term.Binary)
			return ok && len(b) >= len(s) && b[:len(s)] == s && (rest == nil || rest(t, b[len(s):]))
		}
	}
	switch l := x.L.(type) {
	case *syntax.Bitstring: // <<a, b>> <> rest is <<a, b, rest::binary>>
		joined := &syntax.Bitstring{At: x.At, Segments: append([]syntax.Segment(nil), l.Segments...)}
		joined.Segments = append(joined.Segments, syntax.Segment{Value: x.R, Type: &syntax.Var{At: x.At, Name: "binary"}})
		return c.patBits(joined)
	case *syntax.Attr:
		prefix = c.attr(l)
	case *syntax.Binary:
		if l.Op == "<>" { // ("a" <> "b") <> rest
			return c.patConcat(&syntax.Binary{At: x.At, Op: "<>", OpAt: x.OpAt, L: l.L,
				R: &syntax.Binary{At: x.At, Op: "<>", OpAt: x.OpAt, L: l.R, R: x.R}})
		}
	case *syntax.Unary:
		if v, ok := l.X.(*syntax.Var); ok && l.Op == "^" {
			if found := c.lookup(v.Name); found != nil {
				prefix = read(found)
			}
		}
	}
	if prefix == nil {
		c.raises(x.Span(), "ArgumentError", "cannot perform prefix match because the left operand of <> has unknown size. The left operand of <> inside a match should either be a literal binary or an existing variable with the pin operator (such as ^some_var). Got: %s", nodeText(x.L))
		return nil
	}
	rest := c.patTail(x.R)
	return func(t *Thread, v term.Term) bool {
		b, ok := v.(term.Binary)
		s, ok2 := prefix(t).(term.Binary)
		return ok && ok2 && len(b) >= len(s) && b[:len(s)] == s && (rest == nil || rest(t, b[len(s):]))
	}
}

func (c *compiler) patTail(n syntax.Node) matcher {
	if b, ok := n.(*syntax.Binary); ok && b.Op == "::" {
		n = b.L
	}
	return c.pat1(n)
}
