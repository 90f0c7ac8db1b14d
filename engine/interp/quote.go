package interp

import (
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// quoted is the value of a quote: a piece of the tree. To the language it is
// opaque; macros put it into other quotes and return it.
type quoted struct{ node syntax.Node }

// Kind implements term.Term.
func (*quoted) Kind() term.Kind { return term.KindTuple }

// fromQuote marks the variables that a quote made; expanding the macro turns
// it into a number of the expansion.
const fromQuote = hygiene + "q"

// quoteExpr is quote do … end. The unquotes in it are compiled where it
// stands and put into a copy of the tree when it runs.
func (c *compiler) quoteExpr(x *syntax.Call) code {
	body, opts := c.quoteParts(x)
	if body == nil {
		return c.errorf(x.Span(), "invalid or duplicate keys for quote, \"do\" is missing")
	}
	live := true
	if b, ok := opts["unquote"]; ok {
		if a, ok := b.(*syntax.Atom); ok {
			live = a.Name != "false"
		}
	}
	var binds []syntax.Node
	if b, ok := opts["bind_quoted"]; ok {
		l, isList := b.(*syntax.List)
		if !isList || !isKeyword(l) {
			return c.errorf(x.Span(), "invalid :bind_quoted for quote, expected a keyword list of variable names")
		}
		live = false
		binds = l.Elems
	}
	var codes []code
	holes := map[syntax.Node]int{}
	if live {
		c.findUnquotes(body, holes, &codes)
	}
	env := c.env
	type bind struct {
		name  string
		value code
	}
	var bound []bind
	for _, e := range binds {
		t := e.(*syntax.Tuple)
		bound = append(bound, bind{t.Elems[0].(*syntax.Atom).Name, c.expr(t.Elems[1], false)})
	}
	return func(t *Thread) term.Term {
		vals := make([]term.Term, len(codes))
		for i, f := range codes {
			vals[i] = f(t)
		}
		n := instantiate(env, body, holes, vals)
		if len(bound) > 0 {
			blk := &syntax.Block{At: syntax.At{At: body.Span()}}
			for _, b := range bound {
				at := syntax.At{At: body.Span()}
				blk.Exprs = append(blk.Exprs, &syntax.Binary{At: at, Op: "=",
					L: &syntax.Var{At: at, Name: b.name + fromQuote}, R: termNode(b.value(t), body)})
			}
			blk.Exprs = append(blk.Exprs, n)
			n = blk
		}
		return quoteTerm(n)
	}
}

// quoteTerm is what a quote returns: literals stand for themselves.
func quoteTerm(n syntax.Node) term.Term {
	if v, ok := n.(*valueNode); ok {
		return v.v
	}
	return &quoted{n}
}

func (c *compiler) quoteParts(x *syntax.Call) (body syntax.Node, opts map[string]syntax.Node) {
	opts = map[string]syntax.Node{}
	for _, a := range x.Args {
		if l, ok := a.(*syntax.List); ok && isKeyword(l) {
			readOptions(l, opts)
		}
	}
	if x.Do != nil {
		if s := x.Section("do"); s != nil {
			if s.Clauses != nil {
				return &syntax.Stab{At: syntax.At{At: s.At}, Clauses: s.Clauses}, opts
			}
			return s.Body, opts
		}
	}
	return opts["do"], opts
}

// findUnquotes compiles the arguments of unquote and unquote_splicing.
func (c *compiler) findUnquotes(n syntax.Node, holes map[syntax.Node]int, codes *[]code) {
	walk(n, func(n syntax.Node) bool {
		call, ok := n.(*syntax.Call)
		if !ok {
			return true
		}
		if call.Name == "quote" && call.Target == nil {
			return false
		}
		if call.Target == nil && len(call.Args) == 1 && (call.Name == "unquote" || call.Name == "unquote_splicing") {
			holes[call] = len(*codes)
			*codes = append(*codes, c.expr(call.Args[0], false))
			return false
		}
		return true
	})
}

// instantiate copies a quoted tree, with values in its holes, variables marked
// and aliases resolved where the quote stands.
func instantiate(env *Env, n syntax.Node, holes map[syntax.Node]int, vals []term.Term) syntax.Node {
	return rewrite(n, func(n syntax.Node) ([]syntax.Node, bool) {
		switch x := n.(type) {
		case *syntax.Var:
			if pseudoVars[x.Name] == nil && plainName(x.Name) == x.Name {
				return []syntax.Node{&syntax.Var{At: x.At, Name: x.Name + fromQuote}}, true
			}
		case *syntax.Alias:
			if a, ok := env.aliases[firstSegment(x)]; ok && x.Base == nil {
				*a.used = true
				return []syntax.Node{&valueNode{At: x.At, v: env.expandAlias(x.Segs)}}, true
			}
		case *syntax.Call:
			if i, ok := holes[n]; ok {
				if x.Name == "unquote_splicing" {
					return spliced(vals[i], n), true
				}
				return []syntax.Node{termNode(vals[i], n)}, true
			}
			if x.Name == "var!" && x.Target == nil && len(x.Args) > 0 {
				return []syntax.Node{x.Args[0]}, true
			}
		}
		return nil, false
	})
}

func firstSegment(x *syntax.Alias) string {
	if len(x.Segs) == 0 {
		return ""
	}
	return x.Segs[0]
}

func spliced(v term.Term, at syntax.Node) []syntax.Node {
	l, ok := v.(*term.List)
	if !ok {
		return []syntax.Node{termNode(v, at)}
	}
	out := []syntax.Node{}
	for e := range l.All() {
		out = append(out, termNode(e, at))
	}
	return out
}

// termNode is the tree of a term: quoted parts as they are, the rest literal.
func termNode(v term.Term, at syntax.Node) syntax.Node {
	pos := syntax.At{At: at.Span()}
	if q, ok := v.(*quoted); ok {
		return q.node
	}
	if !hasQuoted(v) {
		return &valueNode{At: pos, v: v}
	}
	switch x := v.(type) {
	case *term.List:
		l := &syntax.List{At: pos}
		for e := range x.All() {
			n := termNode(e, at)
			if t, ok := n.(*syntax.Tuple); ok && len(t.Elems) == 2 {
				if k, ok := t.Elems[0].(*valueNode); ok {
					if a, ok := k.v.(term.Atom); ok {
						n = &syntax.Tuple{At: pos, Sugar: true, Elems: []syntax.Node{&syntax.Atom{At: pos, Name: a.Name()}, t.Elems[1]}}
					}
				}
			}
			l.Elems = append(l.Elems, n)
		}
		return l
	case term.Tuple:
		t := &syntax.Tuple{At: pos}
		for _, e := range x {
			t.Elems = append(t.Elems, termNode(e, at))
		}
		return t
	}
	return &valueNode{At: pos, v: v}
}

func hasQuoted(v term.Term) bool {
	switch x := v.(type) {
	case *quoted:
		return true
	case term.Tuple:
		for _, e := range x {
			if hasQuoted(e) {
				return true
			}
		}
	case *term.List:
		for e := range x.All() {
			if hasQuoted(e) {
				return true
			}
		}
	}
	return false
}

// nodeTerm is what a macro gets for an argument: literals, lists and pairs as
// they are, anything else quoted.
func nodeTerm(n syntax.Node) term.Term {
	switch x := n.(type) {
	case *valueNode:
		return x.v
	case *syntax.Int:
		return term.NewBig(x.Value)
	case *syntax.Float:
		return term.Float(x.Value)
	case *syntax.Atom:
		return term.NewAtom(x.Name)
	case *syntax.String:
		if v, ok := literalString(x); ok {
			return v
		}
	case *syntax.List:
		if hasBar(x) {
			break
		}
		out := make([]term.Term, len(x.Elems))
		for i, e := range x.Elems {
			out[i] = nodeTerm(e)
		}
		return term.NewList(out...)
	case *syntax.Tuple:
		if len(x.Elems) == 2 {
			return term.Tuple{nodeTerm(x.Elems[0]), nodeTerm(x.Elems[1])}
		}
	}
	return &quoted{n}
}
