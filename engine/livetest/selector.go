package livetest

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// selector is a list of CSS selectors, of which one has to match.
type selector []complexSelector

// complexSelector is a chain of compound selectors, the subject last.
type complexSelector []step

// step is a compound selector and how it is bound to the one before it: ' ',
// '>', '+' or '~'.
type step struct {
	combinator byte
	conds      []cond
}

// cond is one simple selector.
type cond func(*html.Node) bool

// compileSelector parses a selector: tags, #id, .class, attributes, :not, :is,
// :has, the pseudo-classes of position, :checked, :disabled, :empty and the
// combinators.
func compileSelector(text string) (selector, error) {
	p := selectorParser{text: text}
	s := p.list(0)
	if p.err == "" && p.pos < len(p.text) {
		p.fail("unexpected %q", p.text[p.pos:])
	}
	if p.err != "" {
		return nil, argument("got invalid css selector: %s (%s)", quote(text), p.err)
	}
	return s, nil
}

// query returns the elements among the nodes and below them that match, in the
// document's order.
func (s selector) query(nodes []*html.Node) []*html.Node {
	var out []*html.Node
	for _, n := range nodes {
		if isElement(n) && s.matches(n) {
			out = append(out, n)
		}
		out = append(out, below(n, s.matches)...)
	}
	return out
}

func (s selector) matches(n *html.Node) bool {
	for _, c := range s {
		if c.matches(n, len(c)-1) {
			return true
		}
	}
	return false
}

// matches reports whether n matches the chain up to step i.
func (c complexSelector) matches(n *html.Node, i int) bool {
	for _, cond := range c[i].conds {
		if !cond(n) {
			return false
		}
	}
	if i == 0 {
		return true
	}
	switch c[i].combinator {
	case '>':
		return isElement(n.Parent) && c.matches(n.Parent, i-1)
	case '+':
		prev := before(n)
		return prev != nil && c.matches(prev, i-1)
	case '~':
		for prev := before(n); prev != nil; prev = before(prev) {
			if c.matches(prev, i-1) {
				return true
			}
		}
		return false
	}
	for up := n.Parent; isElement(up); up = up.Parent {
		if c.matches(up, i-1) {
			return true
		}
	}
	return false
}

// before returns the element before n among its siblings.
func before(n *html.Node) *html.Node {
	for n = n.PrevSibling; n != nil && n.Type != html.ElementNode; n = n.PrevSibling {
	}
	return n
}

// after returns the element after n among its siblings.
func after(n *html.Node) *html.Node {
	for n = n.NextSibling; n != nil && n.Type != html.ElementNode; n = n.NextSibling {
	}
	return n
}

type selectorParser struct {
	text  string
	pos   int
	depth int
	err   string
}

// maxSelectorDepth bounds selectors in selectors.
const maxSelectorDepth = 50

func (p *selectorParser) fail(format string, args ...any) {
	if p.err == "" {
		p.err = fmt.Sprintf(format, args...)
	}
	p.pos = len(p.text)
}

func (p *selectorParser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *selectorParser) blanks() bool {
	start := p.pos
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n\f", p.text[p.pos]) >= 0 {
		p.pos++
	}
	return p.pos > start
}

// list parses selectors up to the end, or the byte that ends them.
func (p *selectorParser) list(end byte) selector {
	if p.depth++; p.depth > maxSelectorDepth {
		p.fail("too deep")
		return nil
	}
	defer func() { p.depth-- }()
	var out selector
	for p.err == "" {
		out = append(out, p.complex(end))
		if p.peek() != ',' {
			break
		}
		p.pos++
	}
	return out
}

func (p *selectorParser) complex(end byte) complexSelector {
	var out complexSelector
	p.blanks()
	combinator := byte(' ')
	for p.err == "" {
		out = append(out, step{combinator, p.compound()})
		blank := p.blanks()
		switch c := p.peek(); {
		case c == 0 || c == ',' || c == end:
			return out
		case c == '>' || c == '+' || c == '~':
			combinator = c
			p.pos++
			p.blanks()
		case blank:
			combinator = ' '
		default:
			p.fail("unexpected %q", p.text[p.pos:])
		}
	}
	return out
}

func (p *selectorParser) compound() []cond {
	var out []cond
	start := p.pos
	if p.peek() == '*' {
		p.pos++
		out = append(out, func(*html.Node) bool { return true })
	} else if isNameByte(p.peek()) {
		tag := strings.ToLower(p.name())
		out = append(out, func(n *html.Node) bool { return strings.EqualFold(n.Data, tag) })
	}
	for p.err == "" {
		switch p.peek() {
		case '#':
			p.pos++
			id := p.name()
			out = append(out, func(n *html.Node) bool { v, ok := attr(n, "id"); return ok && v == id })
		case '.':
			p.pos++
			out = append(out, attrCond("class", "~", p.name(), false))
		case '[':
			p.pos++
			out = append(out, p.attribute())
		case ':':
			p.pos++
			out = append(out, p.pseudo())
		default:
			if p.pos == start {
				p.fail("a selector is missing at %q", p.text[p.pos:])
			}
			return out
		}
	}
	return out
}

func isNameByte(c byte) bool {
	return c == '-' || c == '_' || c == '\\' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// name parses an identifier, escapes included.
func (p *selectorParser) name() string {
	var b strings.Builder
	for p.pos < len(p.text) && isNameByte(p.text[p.pos]) {
		if p.text[p.pos] == '\\' {
			b.WriteString(p.escape())
			continue
		}
		b.WriteByte(p.text[p.pos])
		p.pos++
	}
	if b.Len() == 0 {
		p.fail("a name is missing")
	}
	return b.String()
}

// escape parses a backslash and what follows: up to six hexadecimal digits and
// a space, or any other character.
func (p *selectorParser) escape() string {
	p.pos++
	start := p.pos
	for p.pos < len(p.text) && p.pos-start < 6 && strings.IndexByte("0123456789abcdefABCDEF", p.text[p.pos]) >= 0 {
		p.pos++
	}
	if p.pos > start {
		code, _ := strconv.ParseUint(p.text[start:p.pos], 16, 32) //nolint:errcheck // at most six digits
		if p.peek() == ' ' {
			p.pos++
		}
		return string(rune(code))
	}
	if p.pos >= len(p.text) {
		p.fail("a backslash at the end")
		return ""
	}
	r := []rune(p.text[p.pos:])[0]
	p.pos += len(string(r))
	return string(r)
}

// quoted parses a string in quotes.
func (p *selectorParser) quoted() string {
	end := p.peek()
	p.pos++
	var b strings.Builder
	for p.pos < len(p.text) && p.text[p.pos] != end {
		if p.text[p.pos] == '\\' {
			b.WriteString(p.escape())
			continue
		}
		b.WriteByte(p.text[p.pos])
		p.pos++
	}
	if p.peek() != end {
		p.fail("a quote is missing")
	}
	p.pos++
	return b.String()
}

// attribute parses what follows a bracket.
func (p *selectorParser) attribute() cond {
	p.blanks()
	name := strings.ToLower(p.name())
	p.blanks()
	if p.peek() == ']' {
		p.pos++
		return func(n *html.Node) bool { return has(n, name) }
	}
	op := ""
	if strings.IndexByte("~|^$*", p.peek()) >= 0 && p.peek() != 0 {
		op = string(p.peek())
		p.pos++
	}
	if p.peek() != '=' {
		p.fail("= is missing in [%s", name)
		return nil
	}
	p.pos++
	p.blanks()
	var want string
	if c := p.peek(); c == '"' || c == '\'' {
		want = p.quoted()
	} else {
		want = p.name()
	}
	p.blanks()
	fold := p.peek() == 'i' || p.peek() == 'I'
	if fold || p.peek() == 's' {
		p.pos++
		p.blanks()
	}
	if p.peek() != ']' {
		p.fail("] is missing after [%s", name)
	}
	p.pos++
	return attrCond(name, op, want, fold)
}

func attrCond(name, op, want string, fold bool) cond {
	if fold {
		want = strings.ToLower(want)
	}
	return func(n *html.Node) bool {
		v, ok := attr(n, name)
		if fold {
			v = strings.ToLower(v)
		}
		switch {
		case !ok:
			return false
		case op == "":
			return v == want
		case op == "|":
			return v == want || strings.HasPrefix(v, want+"-")
		case want == "":
			return false
		case op == "^":
			return strings.HasPrefix(v, want)
		case op == "$":
			return strings.HasSuffix(v, want)
		case op == "*":
			return strings.Contains(v, want)
		}
		for _, word := range strings.Fields(v) {
			if word == want {
				return true
			}
		}
		return false
	}
}
