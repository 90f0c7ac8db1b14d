package livetest

import (
	"strings"

	"golang.org/x/net/html"
)

// NormalizeHTML parses and writes HTML, so that two ways to write the same
// compare as equal.
func NormalizeHTML(text string) string {
	nodes, err := parseFragment(text)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, n := range nodes {
		var w htmlWriter
		w.node(n)
		b.WriteString(w.b.String())
	}
	return b.String()
}

// Select returns the ids of the elements that a selector finds.
func Select(page, text string) ([]string, error) {
	s, err := compileSelector(text)
	if err != nil {
		return nil, err
	}
	nodes, err := parseFragment(page)
	if err != nil {
		return nil, err
	}
	root := &html.Node{Type: html.ElementNode, Data: "body"}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	var out []string
	for _, n := range s.query(nodes) {
		out = append(out, value(n, "id"))
	}
	return out, nil
}

// Node returns the element with an id, nil if there is none.
func (c *Client) Node(id string) *html.Node { return byID(c.doc, id) }
