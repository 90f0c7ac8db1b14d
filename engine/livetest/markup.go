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

// WholeHTML returns nodes as LazyHTML shows them: with all text.
func WholeHTML(nodes ...*html.Node) string {
	w := htmlWriter{tidy: true, blank: true}
	for _, n := range nodes {
		w.node(n)
	}
	return w.b.String()
}

// TextContent returns the text below a node as it is.
func TextContent(n *html.Node) string { return rawTextOf(n) }

// FormInputs returns the enabled controls of a form, those of root that are
// outside and name it last.
func FormInputs(form, root *html.Node) []*html.Node { return formInputs(form, root) }

// InputPairs returns the names and values that a control sends as it stands in
// the page.
func InputPairs(input *html.Node) [][2]string { return inputPairs(input) }

// Offers returns the kinds of the controls with a name, the last first, and the
// values that can be chosen.
func Offers(name string, inputs []*html.Node) (kinds, values []string) { return offers(name, inputs) }

// IsBelow reports whether a node is root or somewhere below it.
func IsBelow(n, root *html.Node) bool { return isBelow(n, root) }
