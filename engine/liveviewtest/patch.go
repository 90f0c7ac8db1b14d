package liveviewtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/livetest"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// problem is what the checks of a page find: one of the test warnings.
type problem struct{ kind, message string }

const (
	duplicateID        = "duplicate_id"
	duplicateComponent = "duplicate_live_component"
	missingFormID      = "missing_form_id"
)

// invalid is an ArgumentError that a patch raises.
type invalid struct{ message string }

func (e *invalid) Error() string { return e.message }

// patchView returns the page with the content of a view replaced, and the
// components that are gone from it. As patch_id/5 of
// Phoenix.LiveViewTest.TreeDOM.
func patchView(id string, page, inner []*html.Node, streams []*rendered.Stream) (next []*html.Node, gone []int, err error) {
	view, err := byID(page, id)
	if err != nil {
		return nil, nil, err
	}
	before := componentIDs(children(view))
	p := patcher{page: page, streams: streams}
	content := rebuildAll(inner, p.update)
	if p.err != nil {
		return nil, nil, p.err
	}
	next = rebuildAll(page, func(n *html.Node) *html.Node {
		if v, ok := attr(n, "id"); ok && v == id {
			return withChildren(n, content)
		}
		return n
	})
	view, err = byID(next, id)
	if err != nil {
		return nil, nil, err
	}
	after := componentIDs(children(view))
	for _, cid := range after {
		if i := slices.Index(before, cid); i >= 0 {
			before = slices.Delete(before, i, i+1)
		}
	}
	slices.Reverse(before) // the last one first
	return next, before, nil
}

// byID returns the one element with an id.
func byID(nodes []*html.Node, id string) (*html.Node, error) {
	switch found := findID(nodes, id); len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, fmt.Errorf("expected to find one node with id %s, but got none within: \n\n%s", id, showNodes(nodes...))
	default:
		slices.Reverse(found)
		return nil, fmt.Errorf("expected exactly one node with id %s, but got %d: \n\n%s", id, len(found), showNodes(found...))
	}
}

// patcher carries out phx-update.
type patcher struct {
	page    []*html.Node
	streams []*rendered.Stream
	err     error
}

func (p *patcher) fail(format string, args ...any) {
	if p.err == nil {
		p.err = &invalid{fmt.Sprintf(format, args...)}
	}
}

// update returns what becomes of an element of the new content.
func (p *patcher) update(n *html.Node) *html.Node {
	kind, ok := attr(n, "phx-update")
	if p.err != nil || !ok || kind == "replace" {
		return n
	}
	switch kind {
	case "stream":
		return p.stream(n)
	case "ignore":
		return p.ignore(n)
	case "append", "prepend":
		p.fail("phx-update=%q has been deprecated before v1.0 and is no longer supported in tests", kind)
	default:
		p.fail("invalid phx-update value %s, expected one of \"stream\", \"replace\", \"append\", \"prepend\", \"ignore\"", quote(kind))
	}
	return n
}

// containerID checks that a container has an id.
func (p *patcher) containerID(kind string, n *html.Node) string {
	id := value(n, "id")
	if id == "" {
		p.fail("setting phx-update to %q requires setting an ID on the container, got: \n\n %s", kind, livetest.TidyHTML(n))
	}
	return id
}

// ignore keeps what the page has, but for the data attributes.
func (p *patcher) ignore(n *html.Node) *html.Node {
	id := p.containerID("ignore", n)
	old := onlyID(p.page, id)
	if p.err != nil || old == nil {
		return n
	}
	out := clone(old)
	isData := func(a html.Attribute) bool { return strings.HasPrefix(a.Key, "data-") }
	out.Attr = slices.DeleteFunc(out.Attr, isData)
	for _, a := range n.Attr {
		if isData(a) {
			out.Attr = append(out.Attr, a)
		}
	}
	return out
}

// streamInsert is how an item goes into its container.
type streamInsert struct {
	ref term.Term
	*rendered.StreamInsert
}

// stream merges the items of streams into what the page has.
func (p *patcher) stream(n *html.Node) *html.Node {
	id := p.containerID("stream", n)
	var items []*html.Node
	if old := onlyID(p.page, id); old != nil {
		for _, c := range children(old) {
			items = append(items, clone(c))
		}
	}
	added := slices.DeleteFunc(children(n), func(c *html.Node) bool {
		return c.Type == html.TextNode && strings.TrimSpace(c.Data) == ""
	})
	p.checkItems(items)
	p.checkItems(added)
	if p.err != nil {
		return n
	}
	inserts := map[string]streamInsert{}
	for _, s := range p.streams {
		for i := range s.Inserts {
			inserts[s.Inserts[i].DOMID] = streamInsert{term.Binary(s.Ref), &s.Inserts[i]}
		}
	}
	for _, s := range p.streams {
		items = slices.DeleteFunc(items, func(c *html.Node) bool {
			return s.Reset && value(c, "data-phx-stream") == s.Ref || has(c, "id") && slices.Contains(s.Deletes, value(c, "id"))
		})
	}
	for _, c := range added {
		items = place(items, c, inserts)
	}
	return withChildren(n, items)
}

func (p *patcher) checkItems(items []*html.Node) {
	for _, c := range items {
		if isElement(c) && !has(c, "id") {
			p.fail("setting phx-update to \"stream\" requires setting an ID on each child. No ID was found on:\n\n%s", livetest.TidyHTML(c))
		}
	}
}

// place puts a child into a container.
func place(items []*html.Node, c *html.Node, inserts map[string]streamInsert) []*html.Node {
	id, hasID := attr(c, "id")
	ins, inStream := inserts[id]
	inStream = inStream && hasID
	at := slices.IndexFunc(items, func(n *html.Node) bool {
		v, ok := attr(n, "id")
		return ok == hasID && v == id
	})
	switch {
	case !inStream && at < 0:
		return append(items, c)
	case !inStream:
		items[at] = c
		return items
	}
	switch ref := string(ins.ref.(term.Binary)); {
	case at >= 0:
		setAttr(c, "data-phx-stream", ref)
		items[at] = c
	case ins.UpdateOnly == term.Term(term.True):
	default:
		setAttr(c, "data-phx-stream", ref)
		items = slices.Insert(items, insertIndex(ins.At, len(items)), c)
	}
	if limit, ok := ins.Limit.(term.Int); ok {
		items = takeLimit(items, int(limit))
	}
	return items
}

// insertIndex is the place that List.insert_at/3 means.
func insertIndex(at, n int) int {
	if at < 0 {
		return max(0, n+at+1)
	}
	return min(at, n)
}

// takeLimit is Enum.take/2.
func takeLimit(items []*html.Node, limit int) []*html.Node {
	if limit < 0 {
		return items[max(0, len(items)+limit):]
	}
	return items[:min(limit, len(items))]
}

// check looks for what confuses the client. As the detect functions of
// Phoenix.LiveViewTest.TreeDOM.
func check(page []*html.Node, components []int, ignored func(kind string) bool) []problem {
	var out []problem
	if !ignored(duplicateID) {
		checkIDs(page, page, map[string]bool{}, &out)
	}
	if !ignored(duplicateComponent) {
		out = append(out, checkComponents(page, components)...)
	}
	if !ignored(missingFormID) {
		checkForms(page, &out)
	}
	return out
}

func checkIDs(page, nodes []*html.Node, seen map[string]bool, out *[]problem) {
	for _, n := range nodes {
		if id, ok := attr(n, "id"); ok && isElement(n) {
			if seen[id] {
				*out = append(*out, duplicate(id, findID(page, id)))
			}
			seen[id] = true
		}
		checkIDs(page, children(n), seen, out)
	}
}

func duplicate(id string, nodes []*html.Node) problem {
	return problem{duplicateID, fmt.Sprintf("Duplicate id found while testing LiveView: %s\n\n%s\n\n"+
		"LiveView requires that all elements have unique ids, duplicate IDs will cause\n"+
		"undefined behavior at runtime, as DOM patching will not be able to target the correct\nelements.\n", id, showNodes(nodes...))}
}

func checkComponents(page []*html.Node, cids []int) []problem {
	var out []problem
	counts := map[int]int{}
	for _, cid := range cids {
		counts[cid]++
	}
	for _, cid := range slices.Sorted(maps.Keys(counts)) {
		if counts[cid] == 1 {
			continue
		}
		found := filter(page, func(n *html.Node) bool { return value(n, "data-phx-component") == fmt.Sprint(cid) })
		out = append(out, problem{duplicateComponent, fmt.Sprintf("Duplicate live component found while testing LiveView:\n\n%s\n\n"+
			"This most likely means that you are conditionally rendering the same\n"+
			"LiveComponent multiple times with the same ID in the same LiveView.\n"+
			"This is not supported and will lead to broken behavior on the client.\n", showNodes(found...))})
	}
	return out
}

// checkForms looks for forms whose input would be lost on a reconnect. What is
// inside of a form is not looked at.
func checkForms(nodes []*html.Node, out *[]problem) {
	for _, n := range nodes {
		if !isElement(n) || n.Data != "form" {
			checkForms(children(n), out)
			continue
		}
		if !has(n, "id") && has(n, "phx-change") && !has(n, "phx-ignore-missing-id") && value(n, "phx-auto-recover") != "ignore" {
			*out = append(*out, problem{missingFormID, "Detected a form with phx-change but missing id:\n\n" + showNodes(shallow(n)) + "\n\n" +
				"Without an id, LiveView will not be able to perform form recovery,\nfor more information see:\n\n" +
				"https://phoenix-live-view.hexdocs.pm/form-bindings.html#recovery-following-crashes-or-disconnects\n"})
		}
	}
}
