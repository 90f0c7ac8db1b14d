package livetest

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// attr returns the value of an attribute and whether there is one.
func attr(n *html.Node, name string) (string, bool) {
	for i := range n.Attr {
		if n.Attr[i].Key == name && n.Attr[i].Namespace == "" {
			return n.Attr[i].Val, true
		}
	}
	return "", false
}

// value returns the value of an attribute, "" if there is none.
func value(n *html.Node, name string) string {
	v, _ := attr(n, name)
	return v
}

func has(n *html.Node, name string) bool {
	_, ok := attr(n, name)
	return ok
}

func setAttr(n *html.Node, name, v string) {
	for i := range n.Attr {
		if n.Attr[i].Key == name && n.Attr[i].Namespace == "" {
			n.Attr[i].Val = v
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: v})
}

func delAttr(n *html.Node, name string) {
	for i := range n.Attr {
		if n.Attr[i].Key == name && n.Attr[i].Namespace == "" {
			n.Attr = append(n.Attr[:i:i], n.Attr[i+1:]...)
			return
		}
	}
}

func isElement(n *html.Node) bool { return n != nil && n.Type == html.ElementNode }

// detach takes a node out of its parent, if it has one.
func detach(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// insertBefore moves a node to a place, as the method of that name does in
// browsers.
func insertBefore(parent, n, ref *html.Node) {
	if n == ref {
		return
	}
	detach(n)
	parent.InsertBefore(n, ref)
}

// elements returns the children that are elements.
func elements(n *html.Node) []*html.Node {
	var out []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			out = append(out, c)
		}
	}
	return out
}

// childNodes returns all children, as they are now.
func childNodes(n *html.Node) []*html.Node {
	var out []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out = append(out, c)
	}
	return out
}

// below returns the elements below a node that a condition holds for, in the
// document's order.
func below(n *html.Node, cond func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	walk(n, func(el *html.Node) bool {
		if cond(el) {
			out = append(out, el)
		}
		return true
	})
	return out
}

// walk visits the elements below a node until visit returns false, and reports
// whether it never did.
func walk(n *html.Node, visit func(*html.Node) bool) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && !visit(c) {
			return false
		}
		if !walk(c, visit) {
			return false
		}
	}
	return true
}

// first returns the first element below a node that a condition holds for, nil
// if there is none.
func first(n *html.Node, cond func(*html.Node) bool) (found *html.Node) {
	walk(n, func(el *html.Node) bool {
		if cond(el) {
			found = el
		}
		return found == nil
	})
	return found
}

// byID returns the first element below a node with the id, nil if there is
// none.
func byID(n *html.Node, id string) *html.Node {
	return first(n, func(el *html.Node) bool { return id != "" && value(el, "id") == id })
}

// isBelow reports whether n is root or somewhere below it.
func isBelow(n, root *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == root {
			return true
		}
	}
	return false
}

// parseDocument parses a whole page.
func parseDocument(text string) (*html.Node, error) {
	doc, err := html.Parse(strings.NewReader(text))
	if err == nil {
		restoreOrder(text, doc)
	}
	return doc, err
}

// parseFragment parses HTML as the content of a template element, where every
// tag may stand.
func parseFragment(text string) ([]*html.Node, error) {
	nodes, err := html.ParseFragment(strings.NewReader(text), &html.Node{Type: html.ElementNode, Data: "template", DataAtom: atom.Template})
	if err == nil {
		restoreOrder(text, nodes...)
	}
	return nodes, err
}

// formatting are the elements whose attributes the parser sorts.
var formatting = map[string]bool{"a": true, "b": true, "big": true, "code": true, "em": true, "font": true, "i": true,
	"nobr": true, "s": true, "small": true, "strike": true, "strong": true, "tt": true, "u": true}

// restoreOrder gives formatting elements their attributes in the order in which
// they were written. Parsed attributes are told by what they hold.
func restoreOrder(text string, nodes ...*html.Node) {
	var sorted []*html.Node
	isSorted := func(n *html.Node) bool { return formatting[n.Data] && len(n.Attr) > 1 }
	for _, n := range nodes {
		if isElement(n) && isSorted(n) {
			sorted = append(sorted, n)
		}
		sorted = append(sorted, below(n, isSorted)...)
	}
	if len(sorted) == 0 {
		return
	}
	written := map[string][]html.Attribute{}
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		if t := z.Token(); t.Type == html.StartTagToken && formatting[t.Data] {
			written[attrsKey(t.Data, t.Attr)] = t.Attr
		}
	}
	for _, n := range sorted {
		if attrs := written[attrsKey(n.Data, n.Attr)]; attrs != nil {
			n.Attr = slices.Clone(attrs)
		}
	}
}

func attrsKey(tag string, attrs []html.Attribute) string {
	var parts []string
	for _, a := range attrs {
		parts = append(parts, a.Key+"="+a.Val)
	}
	slices.Sort(parts)
	return tag + "\x00" + strings.Join(parts, "\x00")
}

// rawText are the elements whose text is not escaped.
var rawText = map[string]bool{"style": true, "script": true, "xmp": true, "iframe": true, "noembed": true, "noframes": true, "plaintext": true}

var voidTags = map[string]bool{"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true,
	"img": true, "input": true, "keygen": true, "link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true}

var (
	escapeText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;")
	escapeAttr = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "\u00a0", "&nbsp;")
	// escapeTidy is that of Phoenix.HTML, which LiveViewTest uses for both.
	escapeTidy = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")
)

// htmlWriter writes nodes as browsers do.
type htmlWriter struct {
	b strings.Builder
	// tidy leaves out what only the client put there, and text that is only
	// white space, as LiveViewTest does.
	tidy bool
	// blank keeps such text all the same.
	blank bool
}

func (w *htmlWriter) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		switch {
		case n.Parent != nil && rawText[n.Parent.Data]:
			w.b.WriteString(n.Data)
		case !w.tidy:
			escapeText.WriteString(&w.b, n.Data) //nolint:errcheck // a Builder does not fail
		case w.blank || strings.Trim(n.Data, " \t\r\n") != "":
			escapeTidy.WriteString(&w.b, n.Data) //nolint:errcheck // a Builder does not fail
		}
	case html.CommentNode:
		w.b.WriteString("<!--" + n.Data + "-->")
	case html.DoctypeNode:
		w.b.WriteString("<!DOCTYPE " + n.Data + ">")
	case html.ElementNode:
		w.element(n)
	default:
		w.children(n)
	}
}

// clientAttrs are attributes that the JavaScript client writes and LiveViewTest
// does not.
var clientAttrs = map[string]bool{"data-phx-id": true, "data-phx-view": true, "data-phx-root-id": true}

func (w *htmlWriter) element(n *html.Node) {
	w.b.WriteString("<" + n.Data)
	attrs, escape := n.Attr, escapeAttr
	if w.tidy {
		attrs, escape = tidyAttrs(attrs), escapeTidy
	}
	for _, a := range attrs {
		w.b.WriteByte(' ')
		if a.Namespace != "" {
			w.b.WriteString(a.Namespace + ":")
		}
		w.b.WriteString(a.Key + `="`)
		escape.WriteString(&w.b, a.Val) //nolint:errcheck // a Builder does not fail
		w.b.WriteByte('"')
	}
	if w.tidy && voidTags[n.Data] {
		w.b.WriteString("/>")
		return
	}
	w.b.WriteByte('>')
	if voidTags[n.Data] {
		return
	}
	w.children(n)
	w.b.WriteString("</" + n.Data + ">")
}

// tidyAttrs puts the attributes in the order in which LiveViewTest has them,
// whose elements are made anew by each patch.
func tidyAttrs(attrs []html.Attribute) []html.Attribute {
	var head, tail, rest []html.Attribute
	for _, a := range attrs {
		switch {
		case clientAttrs[a.Key], a.Key == "data-phx-hook" && a.Val == viewportHook:
		case a.Key == "data-phx-component":
			head = append(head, a)
		case a.Key == "data-phx-stream":
			tail = append(tail, a)
		default:
			rest = append(rest, a)
		}
	}
	return append(append(head, rest...), tail...)
}

func (w *htmlWriter) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
}

// innerHTML returns what is in an element, as the property of that name.
func innerHTML(n *html.Node) string {
	var w htmlWriter
	w.children(n)
	return w.b.String()
}

// tidyHTML returns nodes as LiveViewTest shows them.
func tidyHTML(nodes ...*html.Node) string {
	w := htmlWriter{tidy: true}
	for _, n := range nodes {
		w.node(n)
	}
	return w.b.String()
}

// tidyInner returns what is in an element, as LiveViewTest shows it.
func tidyInner(n *html.Node) string {
	w := htmlWriter{tidy: true}
	w.children(n)
	return w.b.String()
}

// textOf returns the text below nodes as it is read: white space is one space.
func textOf(n *html.Node) string { return strings.Join(strings.Fields(rawTextOf(n)), " ") }

func rawTextOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(rawTextOf(c))
	}
	return b.String()
}
