package livetest

import "golang.org/x/net/html"

// ParseDocument parses a whole page. Attributes are in the order in which they
// were written.
func ParseDocument(text string) (*html.Node, error) { return parseDocument(text) }

// ParseFragment parses HTML as the content of a template element, where every
// tag may stand.
func ParseFragment(text string) ([]*html.Node, error) { return parseFragment(text) }

// Query returns the elements among the nodes and below them that a CSS selector
// finds, in the document's order. The error is an *ArgumentError for a selector
// that is none.
func Query(nodes []*html.Node, selector string) ([]*html.Node, error) {
	s, err := compileSelector(selector)
	if err != nil {
		return nil, err
	}
	return s.query(nodes), nil
}

// TidyHTML returns nodes as LiveViewTest shows them: without text that is only
// white space.
func TidyHTML(nodes ...*html.Node) string { return tidyHTML(nodes...) }

// Text returns the text below a node as it is.
func Text(n *html.Node) string { return rawTextOf(n) }
