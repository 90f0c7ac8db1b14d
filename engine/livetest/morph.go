package livetest

import (
	"strings"

	"golang.org/x/net/html"
)

// morph turns one tree into the likeness of another with as few changes as
// possible. Children are matched by key wherever they are in the tree, and else
// by position and tag. The patch decides what may be added, updated and removed,
// and where. It is web/client/morph.js.
type morph struct {
	p *patch
	// childrenOnly leaves the root itself as it is.
	childrenOnly bool
	// keyedRoot replaces the root if the keys differ.
	keyedRoot bool
	unmatched map[string]*html.Node
	// passedOver are keys that were passed over; these elements are removed at
	// the end, unless a match turned up elsewhere.
	passedOver []string
}

func sameName(a, b *html.Node) bool {
	return a.Type == b.Type && (a.Type != html.ElementNode || strings.EqualFold(a.Data, b.Data))
}

func (m *morph) run(from, to *html.Node) {
	m.unmatched = map[string]*html.Node{}
	m.index(from)
	if m.keyedRoot && !m.childrenOnly && m.p.key(from) != m.p.key(to) {
		m.p.discarded(from)
		if from.Parent != nil {
			parent := from.Parent
			detach(to)
			parent.InsertBefore(to, from)
			parent.RemoveChild(from)
		}
		m.added(to)
		m.discardChildren(from, false)
		m.removePassedOver()
		return
	}
	target := from
	if !m.childrenOnly && !sameName(from, to) {
		m.p.discarded(from)
		target = &html.Node{Type: html.ElementNode, Data: to.Data, DataAtom: to.DataAtom, Namespace: to.Namespace}
		for _, c := range childNodes(from) {
			insertBefore(target, c, nil)
		}
	}
	m.element(target, to, m.childrenOnly)
	m.removePassedOver()
	if target != from && from.Parent != nil {
		parent := from.Parent
		parent.InsertBefore(target, from)
		parent.RemoveChild(from)
	}
}

func (m *morph) index(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if key := m.p.key(c); key != "" {
			m.unmatched[key] = c
		}
		m.index(c)
	}
}

func (m *morph) element(from, to *html.Node, childrenOnly bool) {
	if key := m.p.key(to); key != "" {
		delete(m.unmatched, key)
	}
	if !childrenOnly {
		if !m.p.beforeUpdate(from, to) {
			return
		}
		// What was moved in here may match once more.
		m.index(from)
		copyAttrs(from, to)
		m.p.updated(from)
	}
	if from.Data == "textarea" {
		copyText(from, to)
		return
	}
	m.children(from, to)
}

func (m *morph) children(from, to *html.Node) {
	// In a stream the new HTML holds only what changed, so position says nothing.
	byKeyOnly := isStreamContainer(from)
	old, fresh := from.FirstChild, to.FirstChild
	hadNew := fresh != nil
	for fresh != nil {
		next := fresh.NextSibling
		matched := false
		if !byKeyOnly {
			old, matched = m.matchFrom(from, old, fresh)
		}
		if !matched {
			m.place(from, fresh, byKeyOnly)
		}
		fresh = next
	}
	if byKeyOnly && hadNew {
		return
	}
	m.passOverFrom(old)
}

// matchFrom looks through the old children from old on for the one that fresh
// continues; those before it are passed over. It returns where to go on.
func (m *morph) matchFrom(parent, old, fresh *html.Node) (next *html.Node, matched bool) {
	freshKey := m.p.key(fresh)
	for old != nil {
		next := old.NextSibling
		if old.Type == fresh.Type {
			if old.Type != html.ElementNode {
				old.Data = fresh.Data
				return next, true
			}
			candidate := old
			compatible := m.p.key(old) == freshKey
			if !compatible && freshKey != "" {
				elsewhere := m.unmatched[freshKey]
				// If the match is the very next child, it is cheaper to drop this one.
				if elsewhere != nil && elsewhere != next {
					insertBefore(parent, elsewhere, old)
					m.passOver(old)
					candidate, compatible = elsewhere, true
				}
			}
			if compatible && sameName(candidate, fresh) {
				m.element(candidate, fresh, false)
				return next, true
			}
			old = candidate
		}
		m.passOver(old)
		old = next
	}
	return nil, false
}

func (m *morph) place(parent, fresh *html.Node, stayPut bool) {
	if key := m.p.key(fresh); key != "" {
		if match := m.unmatched[key]; match != nil && sameName(match, fresh) {
			if !stayPut {
				m.p.add(parent, match)
			}
			m.element(match, fresh, false)
			return
		}
	}
	n := m.p.beforeAdd(fresh)
	if n == nil {
		return
	}
	m.p.add(parent, n)
	m.added(n)
}

// added settles a new node. New content may contain elements that are already
// in the page: these are reused.
func (m *morph) added(n *html.Node) {
	m.p.added(n)
	seen := map[*html.Node]bool{}
	for child := n.FirstChild; child != nil; {
		seen[child] = true
		next := child.NextSibling
		var match *html.Node
		if key := m.p.key(child); key != "" {
			match = m.unmatched[key]
		}
		if match != nil && sameName(child, match) {
			detach(match)
			n.InsertBefore(match, child)
			n.RemoveChild(child)
			m.element(match, child, false)
		} else {
			m.added(child)
		}
		// A child may have been moved behind those still to come, and must not come
		// again. (The browser's client runs for ever then.)
		if seen[next] {
			for next = n.FirstChild; next != nil && seen[next]; {
				next = next.NextSibling
			}
		}
		child = next
	}
}

func (m *morph) passOverFrom(old *html.Node) {
	for old != nil {
		next := old.NextSibling
		m.passOver(old)
		old = next
	}
}

func (m *morph) passOver(old *html.Node) {
	if key := m.p.key(old); key != "" {
		m.passedOver = append(m.passedOver, key)
		return
	}
	m.remove(old, true)
}

func (m *morph) remove(n *html.Node, spareKeyed bool) {
	if !m.p.beforeDiscard(n) {
		return
	}
	detach(n)
	m.p.discarded(n)
	m.discardChildren(n, spareKeyed)
}

func (m *morph) discardChildren(n *html.Node, spareKeyed bool) {
	if n.Type != html.ElementNode {
		return
	}
	for _, c := range childNodes(n) {
		if key := m.p.key(c); spareKeyed && key != "" {
			m.passedOver = append(m.passedOver, key)
			continue
		}
		m.p.discarded(c)
		m.discardChildren(c, spareKeyed)
	}
}

func (m *morph) removePassedOver() {
	for _, key := range m.passedOver {
		if el := m.unmatched[key]; el != nil {
			m.remove(el, false)
		}
	}
}

// copyAttrs gives from the attributes of to, new ones in reverse order as
// morphdom does.
func copyAttrs(from, to *html.Node) {
	for i := len(to.Attr) - 1; i >= 0; i-- {
		a := to.Attr[i]
		if j := attrIndex(from, a); j >= 0 {
			from.Attr[j].Val = a.Val
		} else {
			from.Attr = append(from.Attr, a)
		}
	}
	for i := len(from.Attr) - 1; i >= 0; i-- {
		if attrIndex(to, from.Attr[i]) < 0 {
			from.Attr = append(from.Attr[:i:i], from.Attr[i+1:]...)
		}
	}
}

func attrIndex(n *html.Node, a html.Attribute) int {
	for i := range n.Attr {
		if n.Attr[i].Key == a.Key && n.Attr[i].Namespace == a.Namespace {
			return i
		}
	}
	return -1
}

// copyText gives a text area its new text.
func copyText(from, to *html.Node) {
	for _, c := range childNodes(from) {
		from.RemoveChild(c)
	}
	if text := rawTextOf(to); text != "" {
		from.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	}
}
