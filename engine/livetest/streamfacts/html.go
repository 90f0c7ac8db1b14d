package streamfacts

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// texts are what the children of the list show.
func texts(t *testing.T, page string) []string {
	t.Helper()
	list := byID(parse(t, page), "list")
	if list == nil {
		return []string{"(no list)"}
	}
	var out []string
	for c := range list.ChildNodes() {
		if c.Type == html.ElementNode {
			out = append(out, text(c))
		}
	}
	return out
}

// note is what the page answers: the text of its note.
func note(t *testing.T, page string) string {
	t.Helper()
	el := byID(parse(t, page), "note")
	if el == nil {
		return "(no note)"
	}
	return text(el)
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func byID(n *html.Node, id string) *html.Node {
	for c := range n.Descendants() {
		for _, a := range c.Attr {
			if a.Key == "id" && a.Val == id {
				return c
			}
		}
	}
	return nil
}

// text is what an element shows, spaces made one.
func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
