package interp

import "streamsplayground/engine/syntax"

// walk calls f for a node and, while f returns true, for those in it.
func walk(n syntax.Node, f func(syntax.Node) bool) {
	rewrite(n, func(n syntax.Node) ([]syntax.Node, bool) {
		if !f(n) {
			return []syntax.Node{n}, true
		}
		return nil, false
	})
}

// rewrite copies a tree, replacing the nodes for which f returns true by the
// nodes that it returns: more or fewer than one in a list of nodes only.
func rewrite(n syntax.Node, f func(syntax.Node) ([]syntax.Node, bool)) syntax.Node {
	if n == nil {
		return nil
	}
	if out, ok := f(n); ok {
		switch len(out) {
		case 0:
			return &syntax.Block{At: syntax.At{At: n.Span()}}
		case 1:
			return out[0]
		}
		return &syntax.Block{At: syntax.At{At: n.Span()}, Exprs: out}
	}
	one := func(n syntax.Node) syntax.Node { return rewrite(n, f) }
	many := func(list []syntax.Node) []syntax.Node { return rewriteList(list, f) }
	switch x := n.(type) {
	case *syntax.DynAtom:
		return &syntax.DynAtom{At: x.At, Parts: rewriteParts(x.Parts, f)}
	case *syntax.String:
		c := *x
		c.Parts = rewriteParts(x.Parts, f)
		return &c
	case *syntax.Sigil:
		c := *x
		c.Parts = rewriteParts(x.Parts, f)
		return &c
	case *syntax.List:
		return &syntax.List{At: x.At, Elems: many(x.Elems)}
	case *syntax.Tuple:
		return &syntax.Tuple{At: x.At, Elems: many(x.Elems), Sugar: x.Sugar}
	case *syntax.Map:
		c := &syntax.Map{At: x.At, Struct: one(x.Struct), Update: one(x.Update)}
		for _, p := range x.Pairs {
			c.Pairs = append(c.Pairs, syntax.Pair{Key: one(p.Key), Value: one(p.Value), Sugar: p.Sugar})
		}
		return c
	case *syntax.Bitstring:
		c := &syntax.Bitstring{At: x.At}
		for _, s := range x.Segments {
			c.Segments = append(c.Segments, syntax.Segment{Value: one(s.Value), Type: s.Type})
		}
		return c
	case *syntax.Alias:
		return &syntax.Alias{At: x.At, Base: one(x.Base), Segs: x.Segs, Meta: x.Meta}
	case *syntax.Call:
		c := *x
		c.Target, c.Args = one(x.Target), many(x.Args)
		c.Do = rewriteDo(x.Do, f)
		return renamed(&c, x, f)
	case *syntax.Apply:
		return &syntax.Apply{At: x.At, Fun: one(x.Fun), Args: many(x.Args)}
	case *syntax.Access:
		return &syntax.Access{At: x.At, X: one(x.X), Key: one(x.Key)}
	case *syntax.Unary:
		return &syntax.Unary{At: x.At, Op: x.Op, X: one(x.X)}
	case *syntax.Binary:
		return &syntax.Binary{At: x.At, Op: x.Op, OpAt: x.OpAt, L: one(x.L), R: one(x.R)}
	case *syntax.Attr:
		return &syntax.Attr{At: x.At, Name: x.Name, Value: one(x.Value)}
	case *syntax.Fn:
		return &syntax.Fn{At: x.At, Clauses: rewriteClauses(x.Clauses, f)}
	case *syntax.Block:
		return &syntax.Block{At: x.At, Exprs: many(x.Exprs)}
	case *syntax.Stab:
		return &syntax.Stab{At: x.At, Clauses: rewriteClauses(x.Clauses, f)}
	}
	return n
}

// renamed keeps the copy of a call; it is the seam for calls whose name is
// computed.
func renamed(c, _ *syntax.Call, _ func(syntax.Node) ([]syntax.Node, bool)) syntax.Node { return c }

func rewriteList(list []syntax.Node, f func(syntax.Node) ([]syntax.Node, bool)) []syntax.Node {
	if list == nil {
		return nil
	}
	out := make([]syntax.Node, 0, len(list))
	for _, n := range list {
		if rep, ok := f(n); ok {
			out = append(out, rep...)
			continue
		}
		out = append(out, rewrite(n, func(m syntax.Node) ([]syntax.Node, bool) {
			if m == n {
				return nil, false
			}
			return f(m)
		}))
	}
	return out
}

func rewriteParts(parts []syntax.Part, f func(syntax.Node) ([]syntax.Node, bool)) []syntax.Part {
	out := make([]syntax.Part, len(parts))
	for i, p := range parts {
		out[i] = p
		if p.Expr != nil {
			out[i].Expr = rewrite(p.Expr, f)
		}
	}
	return out
}

func rewriteClauses(clauses []*syntax.Clause, f func(syntax.Node) ([]syntax.Node, bool)) []*syntax.Clause {
	out := make([]*syntax.Clause, len(clauses))
	for i, cl := range clauses {
		out[i] = &syntax.Clause{At: cl.At, Args: rewriteList(cl.Args, f), Guard: rewrite(cl.Guard, f), Body: rewrite(cl.Body, f)}
	}
	return out
}

func rewriteDo(do *syntax.Do, f func(syntax.Node) ([]syntax.Node, bool)) *syntax.Do {
	if do == nil {
		return nil
	}
	c := &syntax.Do{At: do.At}
	for _, s := range do.Sections {
		n := syntax.Section{Name: s.Name, At: s.At, Body: rewrite(s.Body, f)}
		if s.Clauses != nil {
			n.Clauses = rewriteClauses(s.Clauses, f)
		}
		c.Sections = append(c.Sections, n)
	}
	return c
}
