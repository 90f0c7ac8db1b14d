package liveviewtest

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/livetest"
)

// A tree of nodes is never changed once it is in a page: what a patch changes
// is made anew, so that the page before and the page after are both there to be
// compared. Nodes are shared by none.

func attr(n *html.Node, name string) (string, bool) {
	for i := range n.Attr {
		if n.Attr[i].Key == name && n.Attr[i].Namespace == "" {
			return n.Attr[i].Val, true
		}
	}
	return "", false
}

func has(n *html.Node, name string) bool {
	_, ok := attr(n, name)
	return ok
}

func value(n *html.Node, name string) string {
	v, _ := attr(n, name)
	return v
}

func isElement(n *html.Node) bool { return n.Type == html.ElementNode }

func children(n *html.Node) []*html.Node {
	var out []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out = append(out, c)
	}
	return out
}

// setAttr sets an attribute and moves it behind the others.
func setAttr(n *html.Node, name, val string) {
	n.Attr = slices.DeleteFunc(slices.Clone(n.Attr), func(a html.Attribute) bool { return a.Key == name })
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: val})
}

// filter returns the elements of trees that a condition holds for, in the
// document's order.
func filter(nodes []*html.Node, cond func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for _, n := range nodes {
		if isElement(n) && cond(n) {
			out = append(out, n)
		}
		out = append(out, filter(children(n), cond)...)
	}
	return out
}

// findID returns the elements with an id.
func findID(nodes []*html.Node, id string) []*html.Node {
	return filter(nodes, func(n *html.Node) bool { v, ok := attr(n, "id"); return ok && v == id })
}

// onlyID returns the element with an id, nil if there is none or more than one.
func onlyID(nodes []*html.Node, id string) *html.Node {
	if found := findID(nodes, id); len(found) == 1 {
		return found[0]
	}
	return nil
}

// clone copies a tree.
func clone(n *html.Node) *html.Node { return rebuild(n, func(c *html.Node) *html.Node { return c }) }

// rebuild copies a tree, from the leaves up, with each element replaced by what
// f makes of its copy.
func rebuild(n *html.Node, f func(*html.Node) *html.Node) *html.Node {
	out := shallow(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out.AppendChild(rebuild(c, f))
	}
	if isElement(out) {
		return f(out)
	}
	return out
}

func rebuildAll(nodes []*html.Node, f func(*html.Node) *html.Node) []*html.Node {
	out := make([]*html.Node, len(nodes))
	for i, n := range nodes {
		out[i] = rebuild(n, f)
	}
	return out
}

// shallow copies a node without its children.
func shallow(n *html.Node) *html.Node {
	return &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: slices.Clone(n.Attr)}
}

// withChildren copies a node with other children, which are taken out of where
// they were.
func withChildren(n *html.Node, nodes []*html.Node) *html.Node {
	out := shallow(n)
	for _, c := range nodes {
		if c.Parent != nil {
			c.Parent.RemoveChild(c)
		}
		out.AppendChild(c)
	}
	return out
}

// tidyText returns the text of a tree as it is read.
func tidyText(n *html.Node) string {
	return strings.Join(strings.FieldsFunc(livetest.TextContent(n), isSpace), " ")
}

// isSpace reports what \s matches.
func isSpace(r rune) bool { return r == ' ' || r >= '\t' && r <= '\r' }

// showNodes indents HTML for messages. As inspect_html/1.
func showNodes(nodes ...*html.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString("    " + strings.ReplaceAll(livetest.TidyHTML(n), "\n", "\n   ") + "\n")
	}
	return b.String()
}

// liveView is the element of a live view in a page.
type liveView struct{ id, session, static string }

// findLiveViews returns the views among trees, the main view first.
func findLiveViews(nodes []*html.Node) []liveView {
	var out []liveView
	for _, n := range filter(nodes, func(n *html.Node) bool { return has(n, "data-phx-session") }) {
		v := liveView{id: value(n, "id"), session: value(n, "data-phx-session"), static: value(n, "data-phx-static")}
		if has(n, "data-phx-main") {
			out = append([]liveView{v}, out...)
		} else {
			out = append(out, v)
		}
	}
	return out
}

// componentIDs returns the components in the tree of a view, but for those of
// nested views.
func componentIDs(nodes []*html.Node) []int {
	var out []int
	for _, n := range nodes {
		if !isElement(n) {
			continue
		}
		if cid, err := strconv.Atoi(value(n, "data-phx-component")); err == nil {
			out = append(out, cid)
		}
		if !has(n, "data-phx-static") {
			out = append(out, componentIDs(children(n))...)
		}
	}
	return out
}

// withoutStreamItems copies trees and empties the containers of streams.
func withoutStreamItems(nodes []*html.Node) []*html.Node {
	return rebuildAll(nodes, func(n *html.Node) *html.Node {
		if value(n, "phx-update") == "stream" {
			return shallow(n)
		}
		return n
	})
}
