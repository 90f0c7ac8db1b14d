package syntax

import "streamsplayground/engine/source"

// expr parses an expression whose operators bind at least as tightly as least.
func (p *parser) expr(least int) (Node, class) {
	p.enter()
	left, cls := p.operand(least)
	left, cls = p.infix(left, cls, least)
	p.leave()
	return left, cls
}

// infix parses the operators after an operand, and their right sides.
func (p *parser) infix(left Node, cls class, least int) (Node, class) {
	for cls != noParens {
		op := p.tok()
		b := binaries[op.kind]
		if b.prec == 0 || b.prec < least {
			break
		}
		p.i++
		p.accept(tEOL)
		if op.kind == tWhen && isKey(p.tok().kind) {
			return p.binary(left, op, p.keywords(false)), noParens
		}
		least := b.prec + 1
		if b.right {
			least = b.prec
		}
		p.higher()
		right, rcls := p.expr(least)
		left = p.binary(left, op, right)
		cls = max(cls, rcls)
	}
	return left, cls
}

// binary makes the node of left op right.
func (p *parser) binary(left Node, op *token, right Node) Node {
	at, opAt := At{left.Span().To(right.Span())}, p.span(op)
	switch op.text {
	case "//":
		r, ok := left.(*Binary)
		if !ok || r.Op != ".." {
			p.errs.syntax(opAt, "the range step operator (//) must immediately follow the range definition operator (..), "+
				`for example: 1..9//2. If you wanted to define a default argument, use (\\) instead. Syntax error before: '//'`)
			return &Bad{at}
		}
		return &Binary{At: at, Op: "..//", OpAt: opAt, L: left, R: right}
	case "in":
		if u, ok := left.(*Unary); ok && !u.Parens && (u.Op == "not" || u.Op == "!") {
			p.warn(op, `"not expr1 in expr2" is deprecated, use "expr1 not in expr2" instead`)
			in := &Binary{At: At{u.X.Span().To(right.Span())}, Op: "in", OpAt: opAt, L: u.X, R: right}
			return &Unary{At: at, Op: u.Op, X: in}
		}
	}
	return &Binary{At: at, Op: op.text, OpAt: opAt, L: left, R: right}
}

// operand parses a prefix operator with its operand, or a primary expression
// with the dots, calls and brackets after it.
func (p *parser) operand(least int) (Node, class) {
	t := p.tok()
	switch t.kind {
	case tUnaryOp, tDual, tTernary:
		return p.prefix(precUnary)
	case tCaptureOp:
		return p.prefix(precCapture)
	case tAtOp:
		return p.attr(least)
	case tEllipsis:
		if !p.starts(p.after(1).kind) && p.after(1).kind != tDual && p.after(1).kind != tTernary {
			p.i++
			return p.postfix(&Var{At{p.span(t)}, "..."}, false, least)
		}
		return p.prefix(precCapture)
	case tRange:
		p.i++
		return p.postfix(&FullRange{At{p.span(t)}}, false, least)
	case tIdent, tParenIdent, tBracketIdent, tDoIdent, tOpIdent:
		return p.named(nil, p.next(), least)
	}
	return p.postfix(p.primary(), true, least)
}

func (p *parser) prefix(prec int) (Node, class) {
	op := p.next()
	p.accept(tEOL)
	x, cls := p.expr(prec)
	at := At{p.span(op).To(x.Span())}
	if op.kind == tTernary { // the // of &//2
		return &Binary{At: at, Op: "/", OpAt: p.span(op), L: &Var{At{p.span(op)}, "/"}, R: x}, cls
	}
	return &Unary{At: at, Op: op.text, X: x}, cls
}

// attr parses @name, @name value, and what else may follow an at sign.
func (p *parser) attr(least int) (Node, class) {
	op := p.next()
	p.accept(tEOL)
	access := false
	var x Node
	var cls class
	switch t := p.tok(); t.kind {
	case tBracketIdent:
		p.i++
		x, access = &Var{At{p.span(t)}, t.text}, true
	case tIdent, tDoIdent, tOpIdent, tUnaryOp, tDual, tTernary, tCaptureOp, tAtOp, tEllipsis, tRange:
		x, cls = p.expr(precAt)
	default:
		access = true
		x, cls = p.expr(precAt)
	}
	at := At{p.span(op).To(x.Span())}
	node := attrNode(at, x)
	if cls != matched {
		return node, cls
	}
	return p.postfix(node, access, least)
}

func attrNode(at At, x Node) Node {
	switch x := x.(type) {
	case *Var:
		return &Attr{At: at, Name: x.Name}
	case *Call:
		if x.Target == nil && x.Do == nil && len(x.Args) == 1 {
			return &Attr{At: at, Name: x.Name, Value: x.Args[0]}
		}
	}
	return &Unary{At: at, Op: "@", X: x}
}

// postfix parses the dots and brackets after a node. access says whether a
// bracket may follow it.
func (p *parser) postfix(node Node, access bool, least int) (Node, class) {
	for least < precAt {
		p.higher()
		switch t := p.tok(); {
		case t.kind == tDotCall:
			call, cls := p.apply(node)
			if cls != matched {
				return call, cls
			}
			node, access = call, true
		case t.kind == tDot:
			p.i++
			p.accept(tEOL)
			switch name := p.tok(); name.kind {
			case tAlias:
				p.i++
				node, access = p.dotAlias(node, name), true
			case tLBrace:
				node, access = p.dotContainer(node), true
			case tIdent, tParenIdent, tBracketIdent, tDoIdent, tOpIdent:
				p.i++
				return p.named(node, name, least)
			default:
				p.fail()
			}
		case t.kind == tLBracket && access:
			node = p.access(node)
		case isKey(t.kind) && access:
			p.invalidKey(t)
		default:
			return node, matched
		}
	}
	return node, matched
}

// named parses what follows a name: arguments, a do-block, brackets.
func (p *parser) named(target Node, name *token, least int) (Node, class) {
	c := &Call{Target: target, Name: name.text, NameAt: p.span(name)}
	if name.text == "" { // a."": without a name, it would be a call of what a is
		at := At{p.span(name)}
		c.Target = &Call{At: at, Name: ".", NameAt: c.NameAt, Args: []Node{target, &Atom{At: at}}, Parens: true}
	}
	access := false
	switch {
	case name.kind == tParenIdent && p.at(tLParen):
		c.Parens, access = true, true
		c.Args = p.callArgs()
		if p.at(tLParen) {
			c.At = p.callAt(target, name)
			c = &Call{Target: c, NameAt: c.NameAt, Parens: true, Args: p.callArgs()}
		}
	case name.kind == tBracketIdent:
		access = true
	case name.kind == tOpIdent, name.kind == tIdent && p.starts(p.tok().kind):
		return p.noParensCall(c, name)
	}
	if p.at(tDo) && !p.noDo && (c.Parens || name.kind == tDoIdent) {
		c.Do = p.doBlock()
		c.At = p.callAt(target, name)
		return c, unmatched
	}
	c.At = p.callAt(target, name)
	if target == nil && !c.Parens {
		return p.postfix(&Var{c.At, name.text}, access, least)
	}
	return p.postfix(c, access, least)
}

func (p *parser) callAt(target Node, name *token) At {
	at := p.since(name)
	if target != nil {
		at.At = target.Span().To(at.At)
	}
	return at
}

// noParensCall parses the arguments of f a, b and its do-block.
func (p *parser) noParensCall(c *Call, name *token) (Node, class) {
	noDo := p.noDo
	p.noDo = true
	var cls class
	c.Args, cls = p.noParensArgs()
	p.noDo = noDo
	if p.at(tDo) && !noDo {
		c.Do = p.doBlock()
		cls = unmatched
	}
	c.At = p.callAt(c.Target, name)
	return c, cls
}

func (p *parser) noParensArgs() ([]Node, class) {
	first := p.tok()
	if isKey(first.kind) {
		return []Node{p.keywords(false)}, matched
	}
	var arg Node
	var cls class
	if first.kind == tLParen {
		node, many := p.paren()
		if many != nil {
			p.errs.syntax(p.span(first), "unexpected parentheses. If you are making a function call, do not insert spaces between "+
				"the function name and the opening parentheses. Syntax error before: '('")
			return many, matched
		}
		p.enter()
		arg, cls = p.postfix(node, true, precLowest)
		arg, cls = p.infix(arg, cls, precLowest)
		p.leave()
	} else {
		arg, cls = p.expr(precLowest)
	}
	args := []Node{arg}
	if cls == matched && p.at(tComma) {
		return p.moreArgs(args), noParens
	}
	return args, cls
}

// moreArgs parses ", b, c: d" after the first of arguments without parentheses.
func (p *parser) moreArgs(args []Node) []Node {
	for p.accept(tComma) {
		if isKey(p.tok().kind) {
			return append(args, p.keywords(false))
		}
		arg, cls := p.expr(precLowest)
		if cls == noParens {
			p.errs.syntax(p.metaSpan(arg), ambiguousCall)
		}
		args = append(args, arg)
	}
	return args
}

// callArgs parses (a, b, c: d).
func (p *parser) callArgs() []Node {
	noDo := p.noDo
	p.noDo = false
	p.i++
	p.accept(tEOL)
	args := []Node{}
	for !p.at(tRParen) {
		if isKey(p.tok().kind) {
			args = append(args, p.keywords(true))
			p.accept(tEOL)
			break
		}
		arg, cls := p.expr(precLowest)
		args = append(args, arg)
		eol := p.accept(tEOL)
		if cls == noParens && !(len(args) == 1 && p.at(tRParen)) {
			p.errs.syntax(p.metaSpan(arg), ambiguousCall)
		}
		if eol || !p.accept(tComma) {
			break
		}
		if p.at(tRParen) {
			p.fail()
		}
	}
	p.expect(tRParen)
	p.noDo = noDo
	return args
}

func (p *parser) expect(k kind) *token {
	if !p.at(k) {
		p.fail()
	}
	return p.next()
}

// apply parses .(args) after a function.
func (p *parser) apply(fun Node) (Node, class) {
	dot := p.next()
	a := &Apply{Fun: fun, Args: p.callArgs()}
	a.At = At{fun.Span().To(p.since(dot).At)}
	if p.at(tLParen) {
		c := &Call{At: a.At, Target: a, NameAt: p.span(dot), Parens: true, Args: p.callArgs()}
		c.At = At{fun.Span().To(p.since(dot).At)}
		if p.at(tDo) && !p.noDo {
			c.Do = p.doBlock()
			return c, unmatched
		}
		return c, matched
	}
	if p.at(tDo) && !p.noDo {
		a.Do = p.doBlock()
		a.At = At{fun.Span().To(p.since(dot).At)}
		return a, unmatched
	}
	return a, matched
}

func (p *parser) dotAlias(left Node, name *token) Node {
	at := At{left.Span().To(p.span(name))}
	switch left := left.(type) {
	case *Alias:
		return &Alias{At: at, Base: left.Base, Segs: append(append([]string{}, left.Segs...), name.text)}
	case *Atom:
		p.errs.syntax(p.span(name), "atom cannot be followed by an alias. If the '.' was meant to be part of the atom's name, "+
			"the atom name must be quoted. Syntax error before: '.'")
	}
	return &Alias{At: at, Base: left, Segs: []string{name.text}}
}

// dotContainer parses Mod.{A, B}.
func (p *parser) dotContainer(left Node) Node {
	open := p.tok()
	args := p.container(tRBrace)
	return &Call{At: At{left.Span().To(p.since(open).At)}, Target: left, Name: "{}", NameAt: p.span(open), Args: args, Parens: true}
}

// access parses [key] after a node.
func (p *parser) access(x Node) Node {
	open := p.next()
	noDo := p.noDo
	p.noDo = false
	p.accept(tEOL)
	var key Node
	if isKey(p.tok().kind) {
		key = p.keywords(true)
	} else {
		key = p.containerExpr()
		if comma := p.tok(); p.accept(tComma) && !p.at(tRBracket) && !(p.at(tEOL) && p.after(1).kind == tRBracket) {
			p.moreKeys()
			p.errs.syntax(p.span(comma), tooManyKeys)
		}
	}
	p.accept(tEOL)
	p.expect(tRBracket)
	p.noDo = noDo
	return &Access{At: At{x.Span().To(p.since(open).At)}, X: x, Key: key}
}

// moreKeys reads what stands after the first key in brackets, in vain.
func (p *parser) moreKeys() {
	for !p.at(tRBracket) && !p.at(tEOL) {
		if isKey(p.tok().kind) {
			p.dataKeywords()
			return
		}
		p.containerExpr()
		if !p.accept(tComma) {
			return
		}
	}
}

// doBlock parses do … else … end.
func (p *parser) doBlock() *Do {
	noDo := p.noDo
	p.noDo = false
	p.enter()
	open := p.next()
	d := &Do{}
	items := p.items(true)
	p.flat(items)
	d.Sections = append(d.Sections, p.section("do", p.since(open).At, items))
	for p.at(tBlock) {
		name := p.next()
		items := p.items(true)
		p.flat(items)
		d.Sections = append(d.Sections, p.section(name.text, p.since(name).At, items))
	}
	p.expect(tEnd)
	d.At = p.since(open).At
	p.leave()
	p.noDo = noDo
	return d
}

// metaSpan is where Elixir reports a node: at a call's name, an operator.
func (p *parser) metaSpan(n Node) source.Span {
	switch n := n.(type) {
	case *Call:
		return n.NameAt
	case *Binary:
		return n.OpAt
	}
	return n.Span()
}
