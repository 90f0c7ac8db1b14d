package livetest

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// plainPseudo are the pseudo-classes without arguments.
var plainPseudo = map[string]cond{
	"first-child":   func(n *html.Node) bool { return before(n) == nil },
	"last-child":    func(n *html.Node) bool { return after(n) == nil },
	"only-child":    func(n *html.Node) bool { return before(n) == nil && after(n) == nil },
	"first-of-type": func(n *html.Node) bool { return position(n, before, true) == 1 },
	"last-of-type":  func(n *html.Node) bool { return position(n, after, true) == 1 },
	"only-of-type":  func(n *html.Node) bool { return position(n, before, true) == 1 && position(n, after, true) == 1 },
	"checked":       func(n *html.Node) bool { return has(n, "checked") || n.Data == "option" && has(n, "selected") },
	"disabled":      func(n *html.Node) bool { return has(n, "disabled") },
	"enabled":       func(n *html.Node) bool { return isControl(n) && !has(n, "disabled") },
	"required":      func(n *html.Node) bool { return has(n, "required") },
	"root":          func(n *html.Node) bool { return n.Parent != nil && n.Parent.Type == html.DocumentNode },
	"link":          func(n *html.Node) bool { return (n.Data == "a" || n.Data == "area") && has(n, "href") },
	"empty": func(n *html.Node) bool {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode || c.Type == html.TextNode && c.Data != "" {
				return false
			}
		}
		return true
	},
}

func isControl(n *html.Node) bool {
	switch n.Data {
	case "input", "button", "select", "textarea", "option", "fieldset":
		return true
	}
	return false
}

// position counts n among its siblings, from 1, stepping with next.
func position(n *html.Node, next func(*html.Node) *html.Node, ofType bool) int {
	at := 1
	for s := next(n); s != nil; s = next(s) {
		if !ofType || s.Data == n.Data {
			at++
		}
	}
	return at
}

// pseudo parses what follows a colon.
func (p *selectorParser) pseudo() cond {
	name := strings.ToLower(p.name())
	if p.peek() != '(' {
		if c, ok := plainPseudo[name]; ok {
			return c
		}
		p.fail("the pseudo-class :%s is not supported", name)
		return nil
	}
	p.pos++
	switch name {
	case "not", "is", "where", "has":
		return p.nested(name)
	case "nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type":
		return p.nth(name)
	}
	p.fail("the pseudo-class :%s() is not supported", name)
	return nil
}

// nested parses a list of selectors in parentheses.
func (p *selectorParser) nested(name string) cond {
	p.blanks()
	child := name == "has" && p.peek() == '>'
	if child {
		p.pos++
	}
	s := p.list(')')
	if p.peek() != ')' {
		p.fail(") is missing after :%s", name)
	}
	p.pos++
	switch {
	case name == "not":
		return func(n *html.Node) bool { return !s.matches(n) }
	case child:
		return func(n *html.Node) bool {
			for _, c := range elements(n) {
				if s.matches(c) {
					return true
				}
			}
			return false
		}
	case name == "has":
		return func(n *html.Node) bool { return first(n, s.matches) != nil }
	}
	return s.matches
}

// nth parses an+b.
func (p *selectorParser) nth(name string) cond {
	end := strings.IndexByte(p.text[min(p.pos, len(p.text)):], ')')
	if end < 0 {
		p.fail(") is missing after :%s", name)
		return nil
	}
	text := p.text[p.pos : p.pos+end]
	p.pos += end + 1
	a, b, ok := formula(text)
	if !ok {
		p.fail("%q is no formula for :%s", text, name)
		return nil
	}
	next, ofType := before, strings.HasSuffix(name, "of-type")
	if strings.Contains(name, "last") {
		next = after
	}
	return func(n *html.Node) bool {
		d := position(n, next, ofType) - b
		if a == 0 {
			return d == 0
		}
		return d%a == 0 && d/a >= 0
	}
}

func formula(text string) (a, b int, ok bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), ""))
	switch text {
	case "odd":
		return 2, 1, true
	case "even":
		return 2, 0, true
	}
	head, tail, hasN := strings.Cut(text, "n")
	if !hasN {
		b, err := strconv.Atoi(text)
		return 0, b, err == nil
	}
	switch head {
	case "", "+":
		a = 1
	case "-":
		a = -1
	default:
		var err error
		if a, err = strconv.Atoi(head); err != nil {
			return 0, 0, false
		}
	}
	if tail == "" {
		return a, 0, true
	}
	b, err := strconv.Atoi(tail)
	return a, b, err == nil
}
