package heex

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
)

// Options change how a template is parsed.
type Options struct {
	// Trim drops the blank lines around EEx tags, as LiveView does in .heex files
	// and not in ~H.
	Trim bool
}

// ErrorKind is the exception that LiveView raises for a malformed template.
const ErrorKind = "Phoenix.LiveView.TagEngine.Tokenizer.ParseError"

// Parse returns the tree of a template and everything found wrong with it: the
// error is source.Errors, sorted. The template is never nil.
func Parse(fr *source.Fragment, opts Options) (*Template, error) {
	p := &parser{fr: fr, opts: opts}
	state := &tokState{}
	for _, t := range p.eexTokens() {
		if t.kind != eexText {
			p.tokens = append(p.tokens, token{kind: tokEEx, at: fr.Span(t.start, t.end), eex: t})
			continue
		}
		z := &tokenizer{p: p, fr: t.fr, s: t.fr.Text, tokState: state}
		z.run()
	}
	if state.comment {
		p.fail(state.commentAt, "expected closing `-->` for comment")
		p.lexical = true
	}
	p.stripEnds()
	t := &Template{Nodes: p.tree(), Source: fr, Warnings: p.warnings}
	t.Root = isRoot(t.Nodes)
	return t, p.errs.Err()
}

type parser struct {
	fr       *source.Fragment
	opts     Options
	tokens   []token
	errs     source.Errors
	warnings source.Errors
	stack    []*frame
	// lexical is set when the tokens are not all there, so that what is found
	// wrong with their nesting may be no fault of the author's.
	lexical bool
}

func (p *parser) fail(at source.Span, format string, args ...any) {
	p.failAs(ErrorKind, at, format, args...)
}

func (p *parser) failAs(kind string, at source.Span, format string, args ...any) {
	p.errs = append(p.errs, &source.Diagnostic{Kind: kind, Span: at, Message: fmt.Sprintf(format, args...)})
}

func (p *parser) warn(at source.Span, format string, args ...any) {
	p.warnings = append(p.warnings, &source.Diagnostic{Severity: source.Warning, Span: at, Message: fmt.Sprintf(format, args...)})
}

// nesting reports an error in how tags are nested.
func (p *parser) nesting(at source.Span, format string, args ...any) {
	if !p.lexical {
		p.fail(at, format, args...)
	}
}

// stripEnds drops texts that are all blank at both ends of the template. Text
// that has something else keeps its blanks.
func (p *parser) stripEnds() {
	t := p.tokens
	for len(t) > 0 && t[0].kind == tokText && blank(t[0].fr.Text) {
		t = t[1:]
	}
	for len(t) > 0 && t[len(t)-1].kind == tokText && blank(t[len(t)-1].fr.Text) {
		t = t[:len(t)-1]
	}
	p.tokens = t
}

func blank(s string) bool { return strings.TrimLeftFunc(s, unicode.IsSpace) == "" }

// isRoot reports whether the nodes are one tag. A script that is taken out of the
// template, with the blank text around it, does not count.
func isRoot(nodes []Node) bool {
	var root *Element
	for _, n := range nodes {
		switch n := n.(type) {
		case *Text:
			if !blank(n.Text) {
				return false
			}
		case *Element:
			if n.Type != nil && !slices.ContainsFunc(n.Attrs, func(a *Attr) bool { return a.Name == "runtime" }) {
				continue
			}
			if root != nil {
				return false
			}
			root = n
		default:
			return false
		}
	}
	return root != nil && root.Kind == Tag && !root.Special()
}

// frame is something open: an element, an EEx block, or the template itself.
type frame struct {
	el    *Element
	tok   token
	block *openBlock
	nodes []Node
}

// openBlock is an EEx block whose end has not come yet.
type openBlock struct {
	start   eexToken
	clauses []clause
}

// clause is a part of an EEx block: the nodes before an EEx tag of its own, and
// that tag.
type clause struct {
	nodes []Node
	code  []eexToken // more than one when nothing stood between them
}

func (p *parser) top() *frame { return p.stack[len(p.stack)-1] }

func (p *parser) push(f *frame) { p.stack = append(p.stack, f) }

func (p *parser) pop() *frame {
	f := p.top()
	p.stack = p.stack[:len(p.stack)-1]
	return f
}

func (p *parser) add(n Node) {
	f := p.top()
	f.nodes = append(f.nodes, n)
}

func (p *parser) tree() []Node {
	p.push(&frame{})
	for i := 0; i < len(p.tokens); i++ {
		switch t := p.tokens[i]; t.kind {
		case tokText:
			if t.fr.Text == "" {
				continue
			}
			p.add(&Text{At: syntax.At{At: t.at}, Text: t.fr.Text})
		case tokExpr:
			p.add(&Expr{At: syntax.At{At: t.at}, X: p.expr(t.fr), Output: true})
		case tokOpen:
			if p.open(t) {
				p.pruneAfterSlot(i + 1)
			}
		case tokClose:
			if p.close(t) {
				p.pruneAfterSlot(i + 1)
			}
		case tokEEx:
			p.eex(t)
		}
	}
	for len(p.stack) > 1 {
		f := p.pop()
		if f.block != nil {
			if !p.lexical {
				p.failAs("EEx.SyntaxError", p.fr.Span(f.block.start.start, f.block.start.end),
					"expected a closing '<%% end %%>' for block expression in EEx")
			}
			continue
		}
		p.nesting(f.tok.at, "end of template reached without closing tag for <%s>", f.tok.raw)
		f.el.Children = f.nodes
		p.add(f.el)
	}
	return p.stack[0].nodes
}

// pruneAfterSlot drops the blanks in front of the text that follows a slot.
func (p *parser) pruneAfterSlot(i int) {
	if i < len(p.tokens) && p.tokens[i].kind == tokText {
		fr := p.tokens[i].fr
		trimmed := strings.TrimLeftFunc(fr.Text, unicode.IsSpace)
		p.tokens[i].fr = fr.Sub(len(fr.Text)-len(trimmed), len(fr.Text))
	}
}

// open handles an opening tag and reports whether it was a whole slot.
func (p *parser) open(t token) bool {
	el := p.element(t)
	if t.elem == Slot {
		if parent := p.top(); parent.el == nil || parent.el.Kind != Local && parent.el.Kind != Remote {
			p.nesting(t.at, "invalid slot entry <:%s>. A slot entry must be a direct child of a component", t.name)
		}
	}
	if t.void || t.self {
		el.Closing = Self
		if t.void {
			el.Closing = Void
		}
		p.add(el)
		p.check(el, t)
		return t.elem == Slot
	}
	p.push(&frame{el: el, tok: t})
	return false
}

// close handles a closing tag and reports whether it closed a slot.
func (p *parser) close(t token) bool {
	match := func(f *frame) bool {
		return f.el != nil && f.el.Kind == t.elem && (f.el.Name == t.name || t.elem == Slot)
	}
	f := p.top()
	if !match(f) {
		if f.el == nil {
			p.nesting(t.at, "missing opening tag for </%s>%s", t.name, voidNote(t.name))
			return false
		}
		p.nesting(t.at, "unmatched closing tag. Expected </%s> for <%s> at line %d, got: </%s>%s",
			f.tok.name, f.tok.name, f.tok.at.Pos().Line, t.name, voidNote(t.name))
		if !p.opened(match) {
			return false
		}
		for !match(p.top()) {
			inner := p.pop()
			inner.el.Children = inner.nodes
			p.add(inner.el)
		}
	}
	f = p.pop()
	f.el.Children, f.el.CloseAt = f.nodes, t.at
	p.add(f.el)
	p.check(f.el, f.tok)
	return t.elem == Slot
}

// opened reports whether an element that matches is open within the innermost
// EEx block.
func (p *parser) opened(match func(*frame) bool) bool {
	for i := len(p.stack) - 1; i >= 0 && p.stack[i].el != nil; i-- {
		if match(p.stack[i]) {
			return true
		}
	}
	return false
}

func voidNote(name string) string {
	if IsVoid(name) {
		return " (note <" + name + "> is a void tag and cannot have any content)"
	}
	return ""
}

// eex handles an EEx tag.
func (p *parser) eex(t token) {
	f := p.top()
	switch t.eex.kind {
	case eexStart:
		p.push(&frame{tok: t, block: &openBlock{start: t.eex}})
		return
	case eexMiddle:
		if f.block != nil {
			f.block.middle(f.nodes, t.eex)
			f.nodes = nil
			return
		}
	case eexEnd:
		if f.block == nil && f.el != nil {
			p.nesting(f.tok.at, "end of do-block reached without closing tag for <%s>", f.tok.raw)
			for p.top().el != nil {
				inner := p.pop()
				inner.el.Children = inner.nodes
				p.add(inner.el)
			}
			f = p.top()
		}
		if f.block != nil {
			p.pop()
			f.block.clauses = append(f.block.clauses, clause{f.nodes, []eexToken{t.eex}})
			p.add(p.block(f.block, t.at))
			return
		}
	}
	p.add(&Expr{At: syntax.At{At: t.at}, X: p.expr(t.eex.fr), Output: t.eex.marker == '='})
}

// middle adds a clause. One that follows another that is no pattern, with
// nothing between them, is part of it: <% else %> <% x -> %>.
func (b *openBlock) middle(nodes []Node, tok eexToken) {
	if n := len(b.clauses); n > 0 && allBlank(nodes) && !isStab(b.clauses[n-1].last()) {
		b.clauses[n-1].code = append(b.clauses[n-1].code, tok)
		return
	}
	b.clauses = append(b.clauses, clause{nodes, []eexToken{tok}})
}

func (c clause) last() string { return c.code[len(c.code)-1].fr.Text }

func isStab(code string) bool {
	return strings.HasSuffix(strings.TrimRightFunc(code, unicode.IsSpace), "->")
}

func allBlank(nodes []Node) bool {
	for _, n := range nodes {
		if t, ok := n.(*Text); !ok || !blank(t.Text) {
			return false
		}
	}
	return true
}

// block parses the Elixir of an EEx block, with a hole for each of its bodies.
func (p *parser) block(b *openBlock, end source.Span) *Block {
	out := &Block{Output: b.start.marker == '='}
	out.At.At = p.fr.Span(b.start.start, b.start.end).To(end)
	pieces := []syntax.EExPiece{{Code: b.start.fr}}
	seen := false
	for _, c := range b.clauses {
		if seen || !allBlank(c.nodes) || !isStab(c.last()) {
			at := p.fr.Span(c.code[0].start, c.code[0].start)
			if len(c.nodes) > 0 {
				at = c.nodes[0].Span().To(c.nodes[len(c.nodes)-1].Span())
			}
			pieces = append(pieces, syntax.EExPiece{At: at, Body: len(out.Bodies)})
			out.Bodies = append(out.Bodies, c.nodes)
		}
		seen = true
		for _, code := range c.code {
			pieces = append(pieces, syntax.EExPiece{Code: code.fr})
		}
	}
	x, list := syntax.ParseEExAll(pieces)
	p.collect(list)
	out.X = x
	return out
}

// expr parses the Elixir of one expression.
func (p *parser) expr(fr *source.Fragment) syntax.Node {
	tree, list := syntax.ParseAll(fr)
	p.collect(list)
	if len(tree.Exprs) == 1 {
		return tree.Exprs[0]
	}
	return tree
}

// collect sorts what the parser of Elixir found.
func (p *parser) collect(list source.Errors) {
	for _, d := range list {
		if d.Severity == source.Error {
			p.errs = append(p.errs, d)
		} else {
			p.warnings = append(p.warnings, d)
		}
	}
}
