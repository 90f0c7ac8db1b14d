package livetest

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/rendered"
)

// patch puts new HTML of one view into the document, once. It is
// web/client/patch.js without what only a browser has: focus, scrolling, and
// elements that are locked while a reply is waited for.
type patch struct {
	doc *html.Node
	// view is the id of the view's element.
	view string
	// root is the id of the topmost view around it.
	root string
	// join is set for the patch of a join.
	join    bool
	streams []*rendered.Stream
	batch   batch
	// kept are elements that were taken out and that this patch may put back.
	kept map[string]*html.Node
	// leaving are elements with phx-remove. They go when the rest is done, as a
	// transition would end after it.
	leaving []*html.Node
	// discardedNodes are those that are gone, with what was in them.
	discardedNodes []*html.Node
	// problems are what the client logs about templates that break the rules.
	problems []string
}

func newPatch(doc *html.Node, view string, streams []*rendered.Stream) *patch {
	return &patch{doc: doc, view: view, streams: streams, batch: batch{}, kept: map[string]*html.Node{}}
}

// run patches target, which is the view's element or that of a component, to
// be like to.
func (p *patch) run(target, to *html.Node) {
	p.batch.run(p.streams, p.reset, p.delete)
	if p.join {
		p.clearForJoin(target)
	}
	p.morph(target, to, false)
	for _, el := range p.leaving {
		detach(el)
		p.discardedNodes = append(p.discardedNodes, el)
	}
	if len(p.batch) > 0 {
		p.checkContainers()
	}
}

func (p *patch) morph(from, to *html.Node, withRoot bool) {
	isComponent := has(from, "data-phx-component")
	m := morph{p: p, childrenOnly: !isComponent && !withRoot, keyedRoot: isComponent}
	m.run(from, to)
}

// key returns what a node is matched by, "" for its position.
func (p *patch) key(n *html.Node) string {
	if n.Type != html.ElementNode {
		return ""
	}
	id := value(n, "id")
	if id == "" && !p.join {
		return value(n, "data-phx-id")
	}
	return id
}

// owns reports whether the element is this view's, not that of a view inside or
// around it.
func (p *patch) owns(el *html.Node) bool {
	if value(el, "data-phx-parent-id") == p.view {
		return true
	}
	for ; el != nil; el = el.Parent {
		if has(el, "data-phx-session") {
			return value(el, "id") == p.view
		}
	}
	return false
}

func isStreamContainer(n *html.Node) bool {
	return n != nil && n.Type == html.ElementNode && value(n, "phx-update") == "stream"
}

func isIgnored(n *html.Node) bool {
	update := value(n, "phx-update")
	if update == "" {
		update = value(n, "data-phx-update")
	}
	return update == "ignore"
}

func isNestedView(n *html.Node) bool { return value(n, "data-phx-parent-id") != "" }

// Streams.

func (p *patch) reset(ref string) {
	for _, el := range below(p.doc, func(el *html.Node) bool { return value(el, "data-phx-stream") == ref && has(el, "data-phx-stream") }) {
		p.takeOut(el, false)
	}
}

func (p *patch) delete(id string) {
	if el := byID(p.doc, id); el != nil {
		p.takeOut(el, false)
	}
}

// clearForJoin takes out the items of the HTML page that the join does not
// send again.
func (p *patch) clearForJoin(target *html.Node) {
	// A container in an item that is taken out is cleared too.
	mine := func(el *html.Node) bool { return isStreamContainer(el) && p.owns(el) }
	for _, container := range below(target, mine) {
		for _, child := range elements(container) {
			p.takeOut(child, true)
		}
	}
}

func (p *patch) takeOut(el *html.Node, force bool) {
	if !force && !p.owns(el) {
		return
	}
	if id := value(el, "id"); id != "" {
		if _, ok := p.batch[id]; ok {
			p.kept[id] = el
			detach(el)
			return
		}
	}
	if p.leavesLater(el) {
		return
	}
	detach(el)
	p.discarded(el)
}

// add puts a new or moved child into its parent.
func (p *patch) add(parent, child *html.Node) {
	ins, ok := p.batch[p.id(child)]
	if !ok {
		insertBefore(parent, child, nil)
		return
	}
	setAttr(child, "data-phx-stream", ins.ref)
	children := elements(parent)
	isItem := make([]bool, len(children))
	for i, c := range children {
		isItem[i] = has(c, "data-phx-stream")
	}
	index, ok := firstIndex(ins.at, isItem)
	switch {
	case !ok:
	case ins.at == 0:
		insertBefore(parent, child, parent.FirstChild)
	case index < len(children):
		insertBefore(parent, child, children[index])
	default:
		insertBefore(parent, child, nil)
	}
}

// id returns an element's id, and "" for what is no element or has none.
func (p *patch) id(n *html.Node) string {
	if n.Type != html.ElementNode {
		return ""
	}
	return value(n, "id")
}

// settle moves a stream's item to where it belongs, and cuts off what its limit
// leaves no room for.
func (p *patch) settle(el *html.Node, isNew bool) {
	id := p.id(el)
	ins, ok := p.batch[id]
	if id == "" || !ok {
		return
	}
	setAttr(el, "data-phx-stream", ins.ref)
	parent := el.Parent
	if !ins.reset && !isNew || parent == nil {
		return
	}
	children := elements(parent)
	if index, ok := finalIndex(ins.at, len(children)); ok && (children[index] != el || index == len(children)-1) {
		others := children[:0:0]
		for _, c := range children {
			if c != el {
				others = append(others, c)
			}
		}
		var before *html.Node
		if index < len(others) {
			before = others[index]
		}
		insertBefore(parent, el, before)
	}
	if !ins.hasLimit {
		return
	}
	children = elements(parent)
	from, to := cut(ins.limit, len(children))
	for _, c := range children[from:to] {
		p.takeOut(c, false)
	}
}

// Rules for the morph.

// beforeAdd returns the node to add, nil for none.
func (p *patch) beforeAdd(n *html.Node) *html.Node {
	id := p.id(n)
	if id == "" {
		return n
	}
	ins := p.batch[id]
	kept := p.kept[id]
	if ins.updateOnly && kept == nil {
		return nil
	}
	if kept == nil {
		return n
	}
	delete(p.kept, id)
	p.morph(kept, n, true)
	return kept
}

func (p *patch) added(n *html.Node) {
	prepareHook(n)
	p.settle(n, true)
}

// viewportHook is the client's own hook of containers with phx-viewport-top or
// phx-viewport-bottom.
const viewportHook = "Phoenix.InfiniteScroll"

func prepareHook(n *html.Node) {
	if n.Type == html.ElementNode && (has(n, "phx-viewport-top") || has(n, "phx-viewport-bottom")) {
		setAttr(n, "data-phx-hook", viewportHook)
	}
}

func (p *patch) updated(n *html.Node) { p.settle(n, false) }

// beforeUpdate reports whether from has to be morphed into to; if not, what is
// to do has been done.
func (p *patch) beforeUpdate(from, to *html.Node) bool {
	prepareHook(to)
	// A stream's item stays one, whatever updates it.
	if ref, ok := attr(from, "data-phx-stream"); ok {
		setAttr(to, "data-phx-stream", ref)
	}
	if isStreamContainer(to) {
		p.removeUnkeyed(to)
	}
	switch {
	case has(to, "data-phx-skip"):
		p.settle(from, false)
		return false
	case has(from, "data-phx-sticky"):
		for _, name := range []string{"data-phx-session", "data-phx-static", "data-phx-root-id"} {
			if v := value(to, name); v != "" {
				setAttr(from, name, v)
			}
		}
		return false
	case isIgnored(from):
		mergeAttrs(from, to, true, "")
		return false
	case isNestedView(to):
		session, hasSession := attr(from, "data-phx-session")
		mergeAttrs(from, to, false, "data-phx-static")
		// An empty one is that of the page as HTML: there the new one counts.
		if session != "" || !hasSession {
			setAttr(from, "data-phx-session", session)
		}
		setAttr(from, "data-phx-root-id", p.root)
		return false
	}
	return true
}

// mergeAttrs gives target the attributes of source, but for one. With dataOnly
// only those whose names begin with data-.
func mergeAttrs(target, source *html.Node, dataOnly bool, except string) {
	for _, a := range source.Attr {
		if a.Key != except && (!dataOnly || strings.HasPrefix(a.Key, "data-")) {
			setAttr(target, a.Key, a.Val)
		}
	}
	for i := len(target.Attr) - 1; i >= 0; i-- {
		name := target.Attr[i].Key
		if !has(source, name) && (!dataOnly || strings.HasPrefix(name, "data-")) {
			delAttr(target, name)
		}
	}
}

// beforeDiscard reports whether a node may go.
func (p *patch) beforeDiscard(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return true
	}
	// A stream's new HTML holds only what changed: absence means nothing.
	if value(n, "id") != "" && isStreamContainer(n.Parent) {
		return false
	}
	return !p.leavesLater(n) && !has(n, "data-phx-skip")
}

func (p *patch) discarded(n *html.Node) {
	if n.Type == html.ElementNode {
		p.discardedNodes = append(p.discardedNodes, n)
	}
}

func (p *patch) leavesLater(el *html.Node) bool {
	if !has(el, "phx-remove") {
		return false
	}
	p.leaving = append(p.leaving, el)
	return true
}

// What a template owes the client.

// removeUnkeyed drops from a stream's new HTML the children without an id, as
// they could not be told apart.
func (p *patch) removeUnkeyed(container *html.Node) {
	for _, c := range childNodes(container) {
		if p.id(c) != "" {
			continue
		}
		if c.Type == html.ElementNode || c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			w := htmlWriter{}
			w.node(c)
			p.problems = append(p.problems, "only HTML element tags with an id are allowed inside containers with phx-update.\n\n"+
				"removing illegal node: \""+strings.TrimSpace(w.b.String())+"\"\n\n")
		}
		container.RemoveChild(c)
	}
}

// checkContainers finds items that were put where no stream container is.
func (p *patch) checkContainers() {
	seen := map[*html.Node]bool{}
	walk(p.doc, func(el *html.Node) bool {
		id := value(el, "id")
		if _, ok := p.batch[id]; !ok || id == "" || el.Parent == nil {
			return true
		}
		if parent := el.Parent; !isStreamContainer(parent) && !seen[parent] {
			seen[parent] = true
			p.problems = append(p.problems, "The stream container with id "+strconv.Quote(value(parent, "id"))+
				` is missing the phx-update="stream" attribute. Ensure it is set for streams to work properly.`)
		}
		return true
	})
}
