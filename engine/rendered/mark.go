package rendered

import (
	"strconv"
	"strings"
)

// mark is what the JavaScript client notes on the root of a function component
// or LiveComponent: its name in the page, by which the element is found again,
// and whether it has to be patched.
type mark struct {
	name    string
	changed bool
	// plain is set for a component whose roots are to come without marks once,
	// as the server may have sent it anew.
	plain bool
}

// forget drops the marks of a copy that belongs to another component.
func (b *branch) forget() *branch {
	if b == nil {
		return nil
	}
	b.mark = mark{}
	for _, v := range b.values {
		if child, ok := v.(*branch); ok {
			child.forget()
		}
	}
	for _, e := range b.entries {
		e.forget()
	}
	return b
}

// Marked returns the HTML of a view as the JavaScript client makes it for its
// document: roots carry their names, and roots that did not change since the
// last call are empty elements that are to be left alone. cids, unless it is
// nil, are the components that changed. The streams that have work are
// returned, in order, and forgotten with their entries. As Rendered.toString
// of the JavaScript client.
func (t *Tree) Marked(view string, cids map[int]bool) (string, []*Stream) {
	w := markWriter{tree: t, view: view, cids: cids}
	var b strings.Builder
	// The flag of the topmost root is not one to the client, for whom an r there
	// is a reply.
	if t.root != nil {
		w.parts(&b, t.root.statics, t.root.values, true)
	}
	return b.String(), w.streams
}

// MarkedComponent returns the HTML of one component, as Marked does.
func (t *Tree) MarkedComponent(view string, cid int) (string, []*Stream) {
	w := markWriter{tree: t, view: view}
	return strings.TrimSpace(w.component(cid)), w.streams
}

// ResetComponents has components come without marks next time, because the
// server may send them anew.
func (t *Tree) ResetComponents(cids ...int) {
	for _, cid := range cids {
		if b := t.components[cid]; b != nil {
			b.mark.plain = true
		}
	}
}

type markWriter struct {
	tree    *Tree
	view    string
	cids    map[int]bool
	streams []*Stream
}

// node returns the HTML of a node. attrs go into its root tag.
func (w *markWriter) node(n *branch, tracking bool, attrs string) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	if n.keyed {
		w.keyed(&b, n, tracking)
		return b.String()
	}
	if tracking && n.root && n.mark.name == "" {
		w.tree.marks++
		n.mark = mark{name: "m" + strconv.Itoa(w.tree.marks) + "-" + w.view, changed: true}
	}
	w.parts(&b, n.statics, n.values, tracking)
	if !n.root {
		return b.String()
	}
	skip := tracking && !n.mark.changed
	if tracking || n.mark.name != "" {
		attrs = ` data-phx-id="` + n.mark.name + `"` + attrs
	}
	n.mark.changed = false
	return changeRoot(b.String(), attrs, skip)
}

func (w *markWriter) keyed(b *strings.Builder, n *branch, tracking bool) {
	for _, e := range n.entries {
		w.parts(b, n.statics, e.values, tracking)
	}
	if s := n.stream; s != nil && (len(n.entries) > 0 || len(s.Deletes) > 0 || s.Reset) {
		w.streams = append(w.streams, s)
		n.stream, n.entries = nil, nil
	}
}

func (w *markWriter) parts(b *strings.Builder, statics []string, values []any, tracking bool) {
	for i, s := range statics {
		b.WriteString(s)
		if i >= len(values) || i == len(statics)-1 {
			continue
		}
		switch v := values[i].(type) {
		case Text:
			b.WriteString(string(v))
		case *branch:
			b.WriteString(w.node(v, tracking, ""))
		case CID:
			b.WriteString(w.component(int(v)))
		}
	}
}

func (w *markWriter) component(cid int) string {
	n := w.tree.components[cid]
	if n == nil {
		return ""
	}
	id := strconv.Itoa(cid)
	plain := n.mark.plain
	n.mark = mark{name: "c" + id + "-" + w.view, changed: w.cids == nil || w.cids[cid]}
	return w.node(n, !plain, ` data-phx-component="`+id+`" data-phx-view="`+w.view+`"`)
}

// voidTags have no end tag.
var voidTags = map[string]bool{"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true,
	"img": true, "input": true, "keygen": true, "link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true}

// changeRoot writes attributes into the first tag of the HTML. With skip the
// element is left empty but for its id, and said to be one to leave alone.
func changeRoot(html, attrs string, skip bool) string {
	start := skipBlank(html)
	if start >= len(html) || html[start] != '<' {
		return html
	}
	name := start + 1
	for name < len(html) && !strings.ContainsRune(" \t\r\n/>", rune(html[name])) {
		name++
	}
	if !skip {
		return html[:name] + attrs + html[name:]
	}
	tag, id := html[start+1:name], ""
	for rest := html[name:]; ; {
		var key, value string
		if key, value, rest = nextAttr(rest); key == "" {
			break
		}
		if key == "id" {
			id = ` id="` + value + `"`
		}
	}
	element := "<" + tag + id + attrs + " data-phx-skip"
	if voidTags[tag] {
		return html[:start] + element + "/>"
	}
	return html[:start] + element + "></" + tag + ">"
}

// skipBlank returns where white space and comments end.
func skipBlank(html string) int {
	for i := 0; ; {
		rest := strings.TrimLeft(html[i:], " \t\r\n")
		i = len(html) - len(rest)
		end := strings.Index(rest, "-->")
		if !strings.HasPrefix(rest, "<!--") || end < 0 {
			return i
		}
		i += end + len("-->")
	}
}

// nextAttr cuts one attribute off a tag's text; the key is "" at its end. The
// value is as written, without its quotes.
func nextAttr(s string) (key, value, rest string) {
	s = strings.TrimLeft(s, " \t\r\n")
	end := strings.IndexAny(s, " \t\r\n=>/")
	if end <= 0 {
		return "", "", ""
	}
	key, s = s[:end], s[end:]
	after := strings.TrimLeft(s, " \t\r\n")
	if !strings.HasPrefix(after, "=") {
		return key, "", s
	}
	s = strings.TrimLeft(after[1:], " \t\r\n")
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		if end = strings.IndexByte(s[1:], s[0]); end < 0 {
			return "", "", ""
		}
		return key, s[1 : end+1], s[end+2:]
	}
	if end = strings.IndexAny(s, " \t\r\n>"); end < 0 {
		end = len(s)
	}
	return key, s[:end], s[end:]
}
