package interp

import (
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// forStep is a generator or a filter of a for. next runs what follows it for
// the current element and reports whether to go on.
type forStep struct {
	value code
	match matcher
	guard code
	gen   bool
	bits  *bitGenerator
}

// bitGenerator is <<pattern <- bitstring>>.
type bitGenerator struct{ segs []segMatcher }

// forExpr is a comprehension.
func (c *compiler) forExpr(x *syntax.Call) code {
	args, opts := x.Rest(), map[string]syntax.Node{}
	do := x.Section("do")
	if n := len(args); n > 0 {
		if l, ok := args[n-1].(*syntax.List); ok && x.Do != nil && len(l.Elems) > 0 && isKeyword(l) {
			args = args[:n-1]
			readOptions(l, opts)
		}
	}
	if x.Do == nil && len(x.Args) > 0 {
		if l, ok := x.Args[len(x.Args)-1].(*syntax.List); ok && isKeyword(l) {
			args = x.Args[:len(x.Args)-1]
			readOptions(l, opts)
			delete(opts, "do")
		}
	}
	if do == nil {
		return c.errorf(x.Span(), "missing :do option in \"for\"")
	}
	for k := range opts {
		if k != "into" && k != "uniq" && k != "reduce" {
			return c.errorf(x.Span(), "unsupported option :%s given to for", k)
		}
	}
	if opts["reduce"] != nil {
		return c.forReduce(x, args, opts, do)
	}
	return c.forCollect(x, args, opts, do)
}

func isKeyword(l *syntax.List) bool {
	for _, e := range l.Elems {
		if t, ok := e.(*syntax.Tuple); !ok || !t.Sugar {
			return false
		}
	}
	return len(l.Elems) > 0
}

// readOptions reads the literal keys of a keyword list.
func readOptions(l *syntax.List, into map[string]syntax.Node) {
	for _, e := range l.Elems {
		t := e.(*syntax.Tuple)
		if a, ok := t.Elems[0].(*syntax.Atom); ok {
			into[a.Name] = t.Elems[1]
		}
	}
}

// forSteps compiles generators and filters, in the scope of the caller.
func (c *compiler) forSteps(at source.Span, args []syntax.Node) []forStep {
	var steps []forStep
	for _, n := range args {
		steps = append(steps, c.forStep(n))
	}
	if len(steps) == 0 || !steps[0].gen {
		c.errorf(at, "for comprehensions must start with a generator")
	}
	return steps
}

func (c *compiler) forStep(n syntax.Node) forStep {
	if b, ok := n.(*syntax.Binary); ok && b.Op == "<-" {
		pat, guard := splitGuard(b.L)
		s := forStep{gen: true, value: c.expr(b.R, false)}
		s.match = c.pattern(pat)
		if guard != nil {
			s.guard = c.guard(guard)
		}
		return s
	}
	if bs, ok := n.(*syntax.Bitstring); ok && len(bs.Segments) > 0 {
		last := bs.Segments[len(bs.Segments)-1]
		if b, ok := last.Value.(*syntax.Binary); ok && b.Op == "<-" && last.Type == nil {
			if typed, ok := b.L.(*syntax.Binary); ok && typed.Op == "::" {
				return c.bitGenerator(bs, typed.L, typed.R, b.R)
			}
			return c.bitGenerator(bs, b.L, nil, b.R)
		}
		if b, ok := last.Type.(*syntax.Binary); ok && b.Op == "<-" {
			return c.bitGenerator(bs, last.Value, b.L, b.R)
		}
	}
	return forStep{value: c.expr(n, false)}
}

// bitGenerator is <<a, b::8 <- bitstring>>; the last segment is given apart.
func (c *compiler) bitGenerator(x *syntax.Bitstring, value, typ, from syntax.Node) forStep {
	s := forStep{gen: true, value: c.expr(from, false)}
	segs := append([]syntax.Segment(nil), x.Segments[:len(x.Segments)-1]...)
	segs = append(segs, syntax.Segment{Value: value, Type: typ})
	outer, in := c.pat, c.inPattern
	c.pat, c.inPattern = nil, true
	g := &bitGenerator{}
	for _, sg := range flatSegments(segs) {
		m := segMatcher{segment: c.segmentType(sg)}
		if str, ok := sg.Value.(*syntax.String); ok {
			if v, ok := literalString(str); ok {
				m.text = string(v.(term.Binary))
				g.segs = append(g.segs, m)
				continue
			}
		}
		m.value = c.pat1(sg.Value)
		g.segs = append(g.segs, m)
	}
	c.vars = append(c.vars, c.pat...)
	c.pat, c.inPattern = outer, in
	s.bits = g
	return s
}

// loop runs the steps from i on and calls body for every combination. body
// returns false to stop.
func (t *Thread) loop(steps []forStep, i int, body func(t *Thread)) {
	if i == len(steps) {
		body(t)
		return
	}
	s := &steps[i]
	v := s.value(t)
	if !s.gen {
		if term.Truthy(v) {
			t.loop(steps, i+1, body)
		}
		return
	}
	turn := func(e term.Term) bool {
		if (s.match == nil || s.match(t, e)) && (s.guard == nil || s.guard(t) == term.Term(term.True)) {
			t.loop(steps, i+1, body)
		}
		return true
	}
	if s.bits != nil {
		t.eachBits(s.bits, v, func() { t.loop(steps, i+1, body) })
		return
	}
	if l, ok := v.(*term.List); ok {
		for l != nil {
			if t.fuel--; t.fuel < 0 || term.Toiled() != t.toiled {
				t.refuel()
			}
			turn(l.Head)
			next, ok := l.Tail.(*term.List)
			if !ok {
				t.raiseFunctionClause(c_forModule, "\"-for/1-\"", []term.Term{l.Tail})
			}
			l = next
		}
		return
	}
	frame := t.frame
	t.Each(v, func(e term.Term) bool {
		inner := t.frame
		t.frame = frame
		turn(e)
		t.frame = inner
		return true
	})
	t.frame = frame
}

var c_forModule = term.NewModule("Enum")

func (t *Thread) eachBits(g *bitGenerator, v term.Term, body func()) {
	text, n, ok := bitsOf(v)
	if !ok {
		t.RaiseNew("ErlangError", "original", term.Tuple{term.NewAtom("bad_generator"), v})
	}
	r := bitReader{text: text, end: n}
	for r.left() > 0 {
		if t.fuel--; t.fuel < 0 || term.Toiled() != t.toiled {
			t.refuel()
		}
		for i := range g.segs {
			if !t.take(&r, &g.segs[i]) {
				return
			}
		}
		body()
	}
}

func (c *compiler) forCollect(x *syntax.Call, args []syntax.Node, opts map[string]syntax.Node, do *syntax.Section) code {
	var into, uniq code
	if n := opts["into"]; n != nil {
		into = c.expr(n, false)
	}
	if n := opts["uniq"]; n != nil {
		uniq = c.expr(n, false)
	}
	var steps []forStep
	var body code
	c.scoped(func() {
		steps = c.forSteps(x.Span(), args)
		body = c.section(do, false)
	})
	gather := func(t *Thread, yield func(term.Term)) {
		if uniq == nil || !term.Truthy(uniq(t)) {
			t.loop(steps, 0, func(t *Thread) { yield(body(t)) })
			return
		}
		seen := term.EmptyMap
		t.loop(steps, 0, func(t *Thread) {
			v := body(t)
			if !seen.Has(v) {
				seen = seen.Put(v, term.True)
				yield(v)
			}
		})
	}
	at := spanOf(x)
	if into == nil {
		return func(t *Thread) term.Term { return t.collectList(gather) }
	}
	return func(t *Thread) term.Term {
		target := into(t)
		t.at(at)
		frame := t.frame
		return t.Into(target, func(yield func(term.Term)) {
			inner := t.frame
			t.frame = frame
			gather(t, yield)
			t.frame = inner
		})
	}
}

// collectList makes a list of what gather yields, in order, without a second
// pass.
func (t *Thread) collectList(gather func(t *Thread, yield func(term.Term))) term.Term {
	var first, last *term.List
	gather(t, func(v term.Term) {
		cell := &term.List{Head: v, Tail: term.Empty}
		t.spend(32)
		if first == nil {
			first, last = cell, cell
			return
		}
		last.Tail = cell
		last = cell
	})
	return first
}

func (c *compiler) forReduce(x *syntax.Call, args []syntax.Node, opts map[string]syntax.Node, do *syntax.Section) code {
	if opts["into"] != nil || opts["uniq"] != nil {
		return c.errorf(x.Span(), "cannot use :reduce alongside :into/:uniq in comprehension")
	}
	if do.Clauses == nil {
		return c.errorf(x.Span(), "when using :reduce with comprehensions, the do block must be written using acc -> expr clauses, where each clause expects the accumulator as a single argument")
	}
	initial := c.expr(opts["reduce"], false)
	var steps []forStep
	var bs []branch
	c.scoped(func() {
		steps = c.forSteps(x.Span(), args)
		bs = c.branches(do.Clauses, "for", false)
	})
	at := spanOf(x)
	return func(t *Thread) term.Term {
		acc := initial(t)
		t.loop(steps, 0, func(t *Thread) {
			for i := range bs {
				if bs[i].takes(t, acc) {
					acc = bs[i].body(t)
					return
				}
			}
			t.at(at)
			t.RaiseNew("CaseClauseError", "term", acc)
		})
		return acc
	}
}
