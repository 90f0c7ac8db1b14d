package syntax

import "streamsplayground/engine/source"

// isKey reports whether a token starts an entry of a keyword list.
func isKey(k kind) bool { return k == tKw || k == tKwDynamic }

// starts reports whether a token can start an argument without parentheses.
func (p *parser) starts(k kind) bool {
	switch k {
	case tKw, tKwDynamic, tIdent, tParenIdent, tBracketIdent, tDoIdent, tOpIdent, tAlias, tInt, tFloat, tChar,
		tAtom, tAtomQuoted, tAtomDynamic, tString, tCharlist, tHeredoc, tCharlistHeredoc, tSigil, tTrue, tFalse, tNil,
		tFn, tLParen, tLBracket, tLBrace, tLBit, tMapOp, tPercent, tCaptureInt, tCaptureOp, tAtOp, tUnaryOp, tEllipsis,
		tHole, tBad:
		return true
	}
	return false
}

// primary parses an expression without operators, dots or brackets after it.
func (p *parser) primary() Node {
	t := p.tok()
	at := At{p.span(t)}
	switch t.kind {
	case tInt, tChar:
		p.i++
		return &Int{at, t.lit.integer}
	case tFloat:
		p.i++
		return &Float{at, t.lit.float}
	case tAtom, tAtomQuoted:
		p.i++
		return &Atom{at, t.text}
	case tTrue, tFalse, tNil:
		p.i++
		return &Atom{at, t.text}
	case tAtomDynamic:
		p.i++
		return &DynAtom{at, p.parts(t.lit.parts)}
	case tString, tHeredoc, tCharlist, tCharlistHeredoc:
		p.i++
		charlist := t.kind == tCharlist || t.kind == tCharlistHeredoc
		return &String{At: at, Parts: p.parts(t.lit.parts), Charlist: charlist, Heredoc: t.lit.heredoc}
	case tSigil:
		p.i++
		return p.sigil(t)
	case tAlias:
		p.i++
		return &Alias{At: at, Segs: []string{t.text}}
	case tBad:
		p.i++
		return &Bad{at}
	case tHole:
		p.i++
		return &Hole{at, t.lit.hole}
	case tCaptureInt:
		return p.captureArg()
	case tFn:
		return p.fn()
	case tLParen:
		node, many := p.paren()
		if many != nil {
			p.i--
			p.fail()
		}
		return node
	case tLBracket:
		return p.list()
	case tLBrace:
		return p.tuple()
	case tLBit:
		return p.bitstring()
	case tMapOp:
		p.i++
		p.accept(tEOL)
		return p.mapBody(t, nil)
	case tPercent:
		return p.structLiteral()
	}
	p.fail()
	return nil
}

func (p *parser) captureArg() Node {
	t := p.next()
	n := p.expect(tInt)
	c := &CaptureArg{At: p.since(t)}
	if n.lit.integer.IsInt64() {
		c.N = int(n.lit.integer.Int64())
	} else {
		c.N = -1
	}
	return c
}

// parts parses the interpolations among pieces.
func (p *parser) parts(pieces []piece) []Part {
	parts := make([]Part, len(pieces))
	for i, pc := range pieces {
		parts[i] = Part{Text: pc.text, At: p.fr.Span(pc.start, pc.end)}
		if pc.tokens != nil {
			p.enter()
			sub := &parser{fr: p.fr, tokens: pc.tokens, errs: p.errs, depth: p.depth}
			parts[i].Expr = sub.expression()
			p.height = sub.height
			p.leave()
		}
	}
	return parts
}

func (p *parser) sigil(t *token) Node {
	s := &Sigil{
		At: At{p.span(t)}, Name: t.text, Parts: p.parts(t.lit.parts), Modifiers: t.lit.modifiers,
		Source:  p.fr.Cut(t.lit.body[0], t.lit.body[1], t.lit.cuts),
		Heredoc: t.lit.heredoc, Indent: t.lit.indent,
	}
	s.Raw = make([]Part, len(s.Parts))
	for i, part := range s.Parts {
		s.Raw[i] = Part{Text: t.lit.raw[i].text, Expr: part.Expr, At: part.At}
	}
	return s
}

func (p *parser) fn() Node {
	noDo := p.noDo
	p.noDo = false
	p.enter()
	t := p.next()
	items := p.items(true)
	p.flat(items)
	f := &Fn{Clauses: p.clauses(items)}
	p.expect(tEnd)
	f.At = p.since(t)
	p.leave()
	if len(f.Clauses) == 0 {
		if len(items) == 0 {
			p.i--
			p.fail()
		}
		if _, bad := items[0].expr.(*Bad); !bad {
			p.errs.syntax(p.span(t), "expected anonymous functions to be defined with -> inside: 'fn'")
		}
	}
	p.noDo = noDo
	return f
}

// paren parses ( … ). many is what "(a, b)" holds if no arrow was in it.
func (p *parser) paren() (node Node, many []Node) {
	noDo := p.noDo
	p.noDo = false
	p.enter()
	open := p.next()
	if p.at(tRParen) || p.at(tEOL) && p.after(1).kind == tRParen {
		p.accept(tEOL)
		p.i++
		p.warn(open, "invalid expression (). If you want to invoke or define a function, make sure there are "+
			"no spaces between the function name and its arguments. If you wanted "+
			"to pass an empty block or code, pass a value instead, such as a nil or an atom")
		node = &Block{At: p.since(open)}
	} else {
		items := p.items(true)
		if len(items) == 1 && items[0].many {
			p.expect(tRParen)
			many = items[0].args
		} else {
			p.flat(items)
			p.expect(tRParen)
			node = p.parenNode(items, p.since(open))
		}
	}
	p.leave()
	p.noDo = noDo
	return node, many
}

func (p *parser) parenNode(items []item, at At) Node {
	if list := p.clauses(items); list != nil {
		return &Stab{At: at, Clauses: list}
	}
	if len(items) == 1 {
		switch x := items[0].expr.(type) {
		case *Unary:
			x.Parens = x.Op == "!" || x.Op == "not"
		case *Binary:
			x.Parens = x.Op == "not in"
		}
		if isSplice(items[0].expr) {
			return &Block{At: at, Exprs: []Node{items[0].expr}}
		}
		return items[0].expr
	}
	b := &Block{At: at}
	for _, it := range items {
		b.Exprs = append(b.Exprs, it.expr)
	}
	return b
}

// containerExpr parses an element of a list, tuple, map or bitstring.
func (p *parser) containerExpr() Node {
	x, cls := p.expr(precLowest)
	if cls == noParens {
		p.errs.syntax(p.metaSpan(x), ambiguousContainer)
	}
	return x
}

// container parses the elements between the delimiter at hand and closer. A
// keyword list at the end is one element, a List.
func (p *parser) container(closer kind) []Node {
	noDo := p.noDo
	p.noDo = false
	p.i++
	p.accept(tEOL)
	var elems []Node
	for !p.at(closer) {
		if isKey(p.tok().kind) {
			elems = append(elems, p.dataKeywords())
			p.accept(tEOL)
			break
		}
		elems = append(elems, p.containerExpr())
		if p.accept(tEOL) || !p.accept(tComma) {
			break
		}
	}
	p.accept(tEOL)
	p.expect(closer)
	p.noDo = noDo
	return elems
}

func (p *parser) list() Node {
	open := p.tok()
	elems := p.container(tRBracket)
	if n := len(elems); n > 0 {
		if kw, ok := elems[n-1].(*List); ok && kw.Span().Text() != "" && isSugar(kw) {
			elems = append(elems[:n-1:n-1], kw.Elems...)
		}
	}
	return &List{At: p.since(open), Elems: elems}
}

// isSugar reports whether a list was written without its brackets.
func isSugar(l *List) bool {
	if len(l.Elems) == 0 {
		return false
	}
	t, ok := l.Elems[0].(*Tuple)
	return ok && t.Sugar && l.Span().Start == t.Span().Start
}

func (p *parser) tuple() Node {
	open := p.tok()
	elems := p.container(tRBrace)
	p.onlyKeywords(elems, open, "tuple", "{")
	return &Tuple{At: p.since(open), Elems: elems}
}

func (p *parser) onlyKeywords(elems []Node, open *token, what, text string) {
	if len(elems) != 1 {
		return
	}
	if kw, ok := elems[0].(*List); ok && isSugar(kw) {
		p.errs.syntax(p.span(open), "unexpected keyword list inside "+what+". Did you mean to write a map (using %{...}) "+
			"or a list (using [...]) instead? Syntax error after: '"+text+"'")
	}
}

func (p *parser) bitstring() Node {
	open := p.tok()
	elems := p.container(tRBit)
	p.onlyKeywords(elems, open, "bitstring", "<<")
	b := &Bitstring{}
	for _, e := range elems {
		seg := Segment{Value: e}
		if t, ok := e.(*Binary); ok && t.Op == "::" {
			seg = Segment{Value: t.L, Type: t.R}
		}
		b.Segments = append(b.Segments, seg)
	}
	b.At = p.since(open)
	return b
}

// keywords parses "a: 1, b: 2" in a call; parens says whether it has them.
func (p *parser) keywords(parens bool) *List { return p.keywordList(parens, badCallKeywords) }

func (p *parser) dataKeywords() *List { return p.keywordList(true, badDataKeywords) }

func (p *parser) keywordList(enclosed bool, followUp string) *List {
	first := p.tok()
	l := &List{}
	for {
		key := p.next()
		entry := &Tuple{Sugar: true, Elems: []Node{p.key(key), nil}}
		p.accept(tEOL)
		value, cls := p.expr(precLowest)
		if cls == noParens && enclosed {
			p.errs.syntax(p.metaSpan(value), ambiguousContainer)
		}
		entry.Elems[1] = value
		entry.At = At{p.span(key).To(value.Span())}
		l.Elems = append(l.Elems, entry)
		l.At = At{p.span(first).To(entry.Span())}
		comma := p.tok()
		if !p.at(tComma) || enclosed && p.afterComma() {
			if p.accept(tComma) && followUp == badCallKeywords {
				p.warn(comma, "trailing commas are not allowed inside function/macro call arguments")
			}
			return l
		}
		p.i++
		if !isKey(p.tok().kind) {
			if p.starts(p.tok().kind) || p.at(tDual) {
				p.expr(precLowest)
				p.errs.syntax(p.span(comma), followUp)
				panic(bailout{})
			}
			p.fail()
		}
	}
}

// afterComma reports whether a closing delimiter follows the comma at hand.
func (p *parser) afterComma() bool {
	n := 1
	if p.after(n).kind == tEOL {
		n++
	}
	switch p.after(n).kind {
	case tRParen, tRBracket, tRBrace, tRBit:
		return true
	}
	return false
}

func (p *parser) key(t *token) Node {
	if t.kind == tKwDynamic {
		return &DynAtom{At{p.span(t)}, p.parts(t.lit.parts)}
	}
	return &Atom{At{p.span(t)}, t.text}
}

// structLiteral parses %Name{…}.
func (p *parser) structLiteral() Node {
	percent := p.next()
	p.enter()
	name := p.structName()
	p.leave()
	p.accept(tEOL)
	if !p.at(tLBrace) {
		p.fail()
	}
	return p.mapBody(percent, name)
}

func (p *parser) structName() Node {
	t := p.tok()
	switch t.kind {
	case tUnaryOp, tDual, tAtOp, tEllipsis:
		p.i++
		p.accept(tEOL)
		p.enter()
		x := p.structName()
		p.leave()
		at := At{p.span(t).To(x.Span())}
		if t.kind == tAtOp {
			return attrNode(at, x)
		}
		return &Unary{At: at, Op: t.text, X: x}
	case tIdent, tDoIdent:
		if p.after(1).kind == tLBrace {
			p.i++
			return &Var{At{p.span(t)}, t.text}
		}
	}
	return p.structTarget()
}

// structTarget parses a.b.C before the brace of a struct.
func (p *parser) structTarget() Node {
	t := p.tok()
	var node Node
	access := true
	switch t.kind {
	case tIdent, tBracketIdent:
		p.i++
		node, access = &Var{At{p.span(t)}, t.text}, t.kind == tBracketIdent
	case tParenIdent:
		p.i++
		c := &Call{Name: t.text, NameAt: p.span(t), Parens: true, Args: p.callArgs()}
		c.At = p.since(t)
		node = c
	default:
		node = p.primary()
	}
	for {
		switch {
		case p.at(tDotCall):
			node, _ = p.apply(node)
			access = true
		case p.at(tLBracket) && access:
			node = p.access(node)
		case p.at(tDot):
			p.i++
			p.accept(tEOL)
			name := p.next()
			switch name.kind {
			case tAlias:
				node, access = p.dotAlias(node, name), true
			case tIdent, tBracketIdent, tParenIdent, tDoIdent:
				c := &Call{Target: node, Name: name.text, NameAt: p.span(name), Parens: name.kind == tParenIdent}
				if c.Parens {
					c.Args = p.callArgs()
				}
				c.At = p.callAt(node, name)
				node, access = c, name.kind != tIdent
			default:
				p.i--
				p.fail()
			}
		default:
			return node
		}
	}
}

// mapBody parses { … } of a map whose percent sign is start.
func (p *parser) mapBody(start *token, name Node) Node {
	noDo := p.noDo
	p.noDo = false
	p.enter()
	p.i++
	p.accept(tEOL)
	m := &Map{Struct: name}
	for first := true; !p.at(tRBrace); first = false {
		if isKey(p.tok().kind) {
			p.mapKeywords(m)
			break
		}
		if first {
			p.firstEntry(m)
		} else {
			x, _ := p.expr(precLowest)
			p.entry(m, x)
		}
		if p.accept(tEOL) || !p.accept(tComma) {
			break
		}
	}
	p.accept(tEOL)
	p.expect(tRBrace)
	p.leave()
	m.At = p.since(start)
	p.noDo = noDo
	return m
}

func (p *parser) mapKeywords(m *Map) {
	for _, e := range p.dataKeywords().Elems {
		t := e.(*Tuple)
		m.Pairs = append(m.Pairs, Pair{Key: t.Elems[0], Value: t.Elems[1], Sugar: true})
	}
}

// firstEntry parses a => b, or the m | of an update and the entry after it.
func (p *parser) firstEntry(m *Map) {
	p.enter()
	x, cls := p.expr(precPipe + 1)
	if p.at(tPipe) {
		p.i++
		p.accept(tEOL)
		m.Update = x
		if isKey(p.tok().kind) {
			p.mapKeywords(m)
		} else {
			x, _ := p.expr(precLowest)
			p.entry(m, x)
		}
	} else {
		x, _ = p.infix(x, cls, precLowest)
		p.entry(m, x)
	}
	p.leave()
}

// entry parses => value after a key. An entry without value is grammatical, as
// in quoted code.
func (p *parser) entry(m *Map, key Node) {
	pair := Pair{Key: key}
	if p.accept(tAssoc) {
		p.accept(tEOL)
		pair.Value = p.containerExpr()
	} else if p.at(tEOL) && p.after(1).kind != tRBrace || !p.at(tEOL) && !p.at(tComma) && !p.at(tRBrace) || !standsAlone(key) {
		p.fail()
	}
	m.Pairs = append(m.Pairs, pair)
}

// standsAlone reports whether the grammar lets an expression be an entry of a
// map by itself.
func standsAlone(n Node) bool {
	switch n := n.(type) {
	case *Binary:
		return false
	case *Unary:
		return n.Op != "&" && standsAlone(n.X)
	case *Attr:
		return n.Value == nil
	case *Call:
		return n.Do == nil && (n.Parens || len(n.Args) == 0)
	}
	return true
}

func (p *parser) warn(t *token, message string) {
	p.errs.add(&source.Diagnostic{Severity: source.Warning, Span: p.span(t), Message: message})
}
