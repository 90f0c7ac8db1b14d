package syntax

import "streamsplayground/engine/source"

// Parse returns the tree of a fragment, usually a whole file, as a Block, and
// everything found wrong with it: errors is source.Errors, sorted. The tree is
// never nil; where an error was it has Bad nodes.
func Parse(fr *source.Fragment) (*Block, error) {
	block, list := ParseAll(fr)
	return block, list.Err()
}

// ParseAll is Parse, but returns warnings among the diagnostics too.
func ParseAll(fr *source.Fragment) (*Block, source.Errors) {
	return parseWith(fr, nil)
}

// ParseExpr returns the tree of the code in a template's braces: the one
// expression, or a Block when there are several or none.
func ParseExpr(fr *source.Fragment) (Node, error) {
	block, err := Parse(fr)
	if len(block.Exprs) == 1 {
		return block.Exprs[0], err
	}
	return block, err
}

// parseWith parses a fragment in which the given holes stand as holeByte.
func parseWith(fr *source.Fragment, holes []int) (*Block, source.Errors) {
	errs := &reporter{}
	s := newScanner(fr, errs)
	s.holes = holes
	tokens := s.scan()
	block := &Block{At: At{fr.Span(0, len(fr.Text))}}
	if !s.fatal && !s.broken {
		p := &parser{fr: fr, tokens: tokens, errs: &reporter{}}
		block.Exprs = p.program()
		errs.addUnlessSameLine(p.errs.list)
	}
	errs.list.Sort()
	return block, errs.list
}

// class says how an expression may be used, as in Elixir's grammar: one that
// ends in a do-block or in arguments without parentheses fits fewer places.
type class uint8

const (
	matched   class = iota
	unmatched       // has a do-block that is not in parentheses
	noParens        // has several arguments without parentheses
)

// parser reads tokens by recursive descent and precedence climbing, and accepts
// what elixir_parser.yrl does.
type parser struct {
	fr     *source.Fragment
	tokens []token
	i      int
	errs   *reporter
	depth  int
	// height is that of the tree read last, as far as it is known, and heights
	// those of what stands before it, a level each.
	height  int
	heights []int
	// noDo is set in arguments without parentheses, where a do belongs to the
	// outermost call.
	noDo bool
}

// bailout leaves the expression being parsed after an error was reported; abort
// leaves the whole text.
type (
	bailout struct{}
	abort   struct{}
)

func (p *parser) tok() *token { return &p.tokens[p.i] }

// after returns the token n places ahead.
func (p *parser) after(n int) *token {
	return &p.tokens[min(p.i+n, len(p.tokens)-1)]
}

func (p *parser) next() *token {
	t := &p.tokens[p.i]
	if t.kind != tEOF {
		p.i++
	}
	return t
}

func (p *parser) at(k kind) bool { return p.tokens[p.i].kind == k }

func (p *parser) accept(k kind) bool {
	if p.at(k) {
		p.i++
		return true
	}
	return false
}

func (p *parser) span(t *token) source.Span { return p.fr.Span(t.start, t.end) }

// since returns the span from a token to the last one read.
func (p *parser) since(t *token) At {
	end := t.end
	if p.i > 0 {
		end = max(end, p.tokens[p.i-1].end)
	}
	return At{p.fr.Span(t.start, end)}
}

func (p *parser) enter() {
	p.heights = append(p.heights, p.height)
	p.height = 0
	p.depth++
	if p.depth > maxDepth {
		p.errs.syntax(p.span(p.tok()), tooDeep)
		panic(abort{})
	}
}

func (p *parser) leave() {
	p.depth--
	last := len(p.heights) - 1
	p.height = max(p.heights[last], p.height+1)
	p.heights = p.heights[:last]
}

// higher says that what was read last becomes the left side of another node: a
// chain of operators is nested as deep as it is long.
func (p *parser) higher() {
	if p.height++; p.height > maxHeight {
		p.errs.syntax(p.span(p.tok()), tooDeep)
		panic(abort{})
	}
}

// program parses the whole text.
func (p *parser) program() (exprs []Node) {
	defer func() {
		switch r := recover().(type) {
		case nil, abort:
		default:
			panic(r)
		}
	}()
	for {
		for _, it := range p.items(false) {
			exprs = append(exprs, it.expr)
		}
		if p.at(tEOF) {
			return exprs
		}
		p.unexpected()
		p.i++
	}
}

// expression returns the parsed expressions as one node.
func (p *parser) expression() Node {
	first := p.tok()
	exprs := p.program()
	if len(exprs) == 1 {
		return exprs[0]
	}
	return &Block{At: p.since(first), Exprs: exprs}
}

// item is an expression of a body, or a clause with its first expression.
// many marks arguments that no arrow follows.
type item struct {
	expr  Node
	args  []Node
	guard Node
	arrow *token
	many  bool
	start *token
}

// items parses expressions up to a closing delimiter, a block's keyword or the
// end, with clauses among them if stab is set.
func (p *parser) items(stab bool) []item {
	var list []item
	p.eoe()
	for !p.closing() {
		list = append(list, p.item(stab))
		if !p.eoe() && !p.closing() {
			p.unexpected()
			p.skip(p.i)
			p.eoe()
		}
	}
	return list
}

// eoe reads what ends an expression and reports whether there was any.
func (p *parser) eoe() bool {
	line := p.accept(tEOL)
	return p.accept(tSemi) || line
}

func (p *parser) closing() bool {
	switch p.tok().kind {
	case tEOF, tEnd, tRParen, tRBracket, tRBrace, tRBit, tBlock:
		return true
	}
	return false
}

// item parses one item; after an error it skips to the item's end.
func (p *parser) item(stab bool) (it item) {
	start, depth, noDo, levels := p.i, p.depth, p.noDo, len(p.heights)
	defer func() {
		switch r := recover().(type) {
		case nil:
		case bailout:
			p.depth, p.noDo, p.heights = depth, noDo, p.heights[:levels]
			p.skip(start)
			it = item{expr: &Bad{p.since(&p.tokens[start])}, start: &p.tokens[start]}
		default:
			panic(r)
		}
	}()
	p.noDo = false
	if stab {
		it = p.stabItem()
	} else {
		it.expr, _ = p.expr(precLowest)
	}
	it.start = &p.tokens[start]
	p.noDo = noDo
	return it
}

// skip moves from the start of an item past the current token to the end of
// the item, over delimiters that are balanced.
func (p *parser) skip(start int) {
	reached := p.i
	for p.i = start; ; {
		t := p.tok()
		switch {
		case p.closing():
			return
		case (t.kind == tEOL || t.kind == tSemi) && p.i >= reached:
			return
		case t.match > p.i:
			p.i = t.match + 1
		default:
			p.i++
		}
	}
}

// stabItem parses "a, b when c -> d", or an expression.
func (p *parser) stabItem() item {
	first := p.tok()
	if first.kind == tStab {
		return p.clause(nil, nil)
	}
	args, cls, whole := p.stabArgs()
	if whole {
		var guard Node
		if p.accept(tWhen) {
			guard, _ = p.expr(precLowest)
		}
		if !p.at(tStab) {
			p.fail()
		}
		return p.clause(args, guard)
	}
	if p.at(tStab) && cls != unmatched {
		args, guard := unwrapWhen(args)
		return p.clause(args, guard)
	}
	if _, kw := args[0].(*List); len(args) > 1 || kw && isKey(first.kind) {
		return item{args: args, many: true}
	}
	return item{expr: args[0]}
}

// stabArgs parses what may be the arguments of a clause. whole is true if they
// were all in parentheses of their own.
func (p *parser) stabArgs() (args []Node, cls class, whole bool) {
	first := p.tok()
	var arg Node
	switch {
	case isKey(first.kind):
		return []Node{p.keywords(false)}, noParens, false
	case first.kind == tLParen && p.closesClause(first.match):
		if p.emptyParen() {
			return nil, matched, true
		}
		node, many := p.paren()
		if many != nil {
			return many, matched, true
		}
		p.enter()
		arg, cls = p.postfix(node, true, precLowest)
		arg, cls = p.infix(arg, cls, precLowest)
		p.leave()
	default:
		arg, cls = p.expr(precLowest)
	}
	args = []Node{arg}
	if cls == matched && p.at(tComma) {
		noDo := p.noDo
		p.noDo = true
		args = p.moreArgs(args)
		p.noDo = noDo
		cls = noParens
	}
	return args, cls, false
}

// closesClause reports whether the parenthesis that closes at index i ends the
// arguments of a clause.
func (p *parser) closesClause(i int) bool {
	k := p.tokens[min(i+1, len(p.tokens)-1)].kind
	return k == tStab || k == tWhen
}

// emptyParen reads () if it is next.
func (p *parser) emptyParen() bool {
	n := 1
	if p.after(1).kind == tEOL {
		n = 2
	}
	if p.after(n).kind != tRParen {
		return false
	}
	p.i += n + 1
	return true
}

// clause parses an arrow and the first expression after it.
func (p *parser) clause(args []Node, guard Node) item {
	it := item{args: args, guard: guard, arrow: p.next()}
	p.accept(tEOL)
	if p.closing() || p.at(tSemi) {
		p.warn(it.arrow, "an expression is always required on the right side of ->. Please provide a value after ->")
		it.expr = &Atom{At{p.span(it.arrow)}, "nil"}
		return it
	}
	it.expr, _ = p.expr(precLowest)
	return it
}

// unwrapWhen splits the guard off the last argument.
func unwrapWhen(args []Node) ([]Node, Node) {
	last, ok := args[len(args)-1].(*Binary)
	if !ok || last.Op != "when" {
		return args, nil
	}
	out := append(append([]Node{}, args[:len(args)-1]...), last.L)
	return out, last.R
}

// clauses gathers items into clauses. It returns nil if there is no arrow.
func (p *parser) clauses(items []item) []*Clause {
	var list []*Clause
	for i, it := range items {
		if it.arrow == nil {
			continue
		}
		if len(list) == 0 && i > 0 {
			p.errs.syntax(p.span(it.arrow), "unexpected operator ->. If you want to define multiple clauses, the first expression must use ->. "+
				"Syntax error before: '->'")
		}
		body := []Node{it.expr}
		for _, more := range items[i+1:] {
			if more.arrow != nil {
				break
			}
			body = append(body, more.expr)
		}
		c := &Clause{Args: it.args, Guard: it.guard, Body: body[0], Arrow: p.span(it.arrow)}
		if len(body) > 1 {
			c.Body = &Block{At: At{body[0].Span().To(body[len(body)-1].Span())}, Exprs: body}
		}
		c.At = At{p.span(it.start).To(c.Body.Span())}
		list = append(list, c)
	}
	return list
}

// section makes a body of items.
func (p *parser) section(name string, at source.Span, items []item) Section {
	s := Section{Name: name, At: at}
	for _, it := range items {
		if it.arrow != nil {
			s.Clauses = p.clauses(items)
			return s
		}
	}
	s.Body = p.block(items, at)
	return s
}

// block returns the one expression of items, or a Block. at is the place of an
// empty one.
func (p *parser) block(items []item, at source.Span) Node {
	if len(items) == 1 {
		return items[0].expr
	}
	b := &Block{At: At{at}}
	for i, it := range items {
		b.Exprs = append(b.Exprs, it.expr)
		if i == 0 {
			b.At = At{it.expr.Span()}
		}
		b.At = At{b.Span().To(it.expr.Span())}
	}
	return b
}

// flat makes sure that no item is a list of arguments without an arrow, which
// only the parentheses of a clause may hold.
func (p *parser) flat(items []item) {
	for _, it := range items {
		if it.many {
			p.fail()
		}
	}
}
