package liveviewtest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/livetest"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// add puts a view that has joined into the page.
func (x *proxy) add(v *view, streams []*rendered.Stream) error {
	x.p.Monitor(v.pid)
	x.views[v.topic] = v
	return x.patch(v, append(streams, treeStreams(v, nil)...))
}

// treeStreams are the streams that a view's diffs told of, in front of others.
func treeStreams(v *view, rest []*rendered.Stream) []*rendered.Stream {
	out := v.tree.Streams()
	slices.Reverse(out)
	return append(out, rest...)
}

// patch puts the HTML of a view into the page.
func (x *proxy) patch(v *view, streams []*rendered.Stream) error {
	inner, err := livetest.ParseFragment(v.tree.HTML(markComponent))
	if err != nil {
		return err
	}
	return x.patchWith(v, inner, streams)
}

// markComponent gives the root of a component its number.
func markComponent(cid int, text string) string {
	start := skipComments(text)
	if start < 0 {
		return text
	}
	end := start + 1
	for end < len(text) && !strings.ContainsRune(" \t\n\r\f\v/>", rune(text[end])) {
		end++
	}
	return text[:end] + ` data-phx-component="` + strconv.Itoa(cid) + `"` + text[end:]
}

// skipComments returns where the first tag begins, -1 if it is not the first
// thing but for space and comments.
func skipComments(text string) int {
	rest := strings.TrimLeft(text, " \t\n\r\f\v")
	for strings.HasPrefix(rest, "<!--") {
		_, after, found := strings.Cut(rest, "-->")
		if !found {
			return -1
		}
		rest = strings.TrimLeft(after, " \t\n\r\f\v")
	}
	if len(rest) < 2 || rest[0] != '<' {
		return -1
	}
	return len(text) - len(rest)
}

// patchWith puts nodes into the page as what a view shows, and tells the view
// of components that are gone. As patch_view/4.
func (x *proxy) patchWith(v *view, inner []*html.Node, streams []*rendered.Stream) error {
	next, gone, err := patchView(v.id, x.page, inner, streams)
	if err != nil {
		return err
	}
	x.page = next
	el, err := byID(next, v.id)
	if err != nil {
		return err
	}
	ignored := func(kind string) bool { return configured(x.opts.given, kind) == "ignore" }
	x.reportLater(check(next, componentIDs(children(el)), ignored))
	if len(gone) == 0 {
		return nil
	}
	x.push(v, "cids_will_destroy", cidsPayload(gone), nil, func(*frame) error { return x.destroyed(v, gone) })
	return nil
}

func cidsPayload(cids []int) *term.Map {
	list := make([]term.Term, len(cids))
	for i, cid := range cids {
		list[i] = term.Int(cid)
	}
	return term.NewMap(term.Binary("cids"), term.NewList(list...))
}

// destroyed confirms that components are gone for good.
func (x *proxy) destroyed(v *view, gone []int) error {
	el, err := byID(x.page, v.id)
	if err != nil {
		return err
	}
	there := componentIDs(children(el))
	gone = slices.DeleteFunc(gone, func(cid int) bool { return slices.Contains(there, cid) })
	x.push(v, "cids_destroyed", cidsPayload(gone), nil, func(f *frame) error {
		if v := x.views[f.topic]; v != nil {
			v.tree.DropComponents(cidsOf(f.payload)...)
		}
		return nil
	})
	return nil
}

// childrenChanged joins the views that a patch put into the page, and leaves
// those that are gone. As detect_added_or_removed_children/4.
func (x *proxy) childrenChanged(v *view, before []*html.Node, streams []*rendered.Stream) error {
	if err := x.joinChildren(v, before, streams); err != nil {
		return err
	}
	ids := map[string]bool{}
	for _, n := range filter(x.page, func(n *html.Node) bool { return has(n, "data-phx-session") }) {
		ids[value(n, "id")] = true
	}
	for _, id := range slices.Clone(v.children) {
		if !ids[id] {
			v.children = slices.DeleteFunc(v.children, func(c string) bool { return c == id })
			x.drop(x.byID(id))
		}
	}
	return nil
}

func (x *proxy) joinChildren(v *view, before []*html.Node, streams []*rendered.Stream) error {
	el, err := byID(x.page, v.id)
	if err != nil {
		return err
	}
	for _, found := range findLiveViews(children(el)) {
		if child := x.byID(found.id); child != nil {
			old, err := byID(before, child.id)
			if err != nil {
				return err
			}
			var inner []*html.Node
			for _, c := range children(old) {
				inner = append(inner, clone(c))
			}
			if err := x.patchWith(child, inner, treeStreams(child, streams)); err != nil {
				return err
			}
			continue
		}
		child := &view{id: found.id, topic: "lv:" + found.id, session: found.session, static: found.static}
		if child.static == "" {
			child.static = x.root.childStatics[found.id]
		}
		if _, err := x.mount(child, "", false); err != nil {
			return err
		}
		if err := x.add(child, nil); err != nil {
			return err
		}
		v.children = append([]string{child.id}, v.children...)
		if err := x.joinChildren(child, x.page, treeStreams(child, streams)); err != nil {
			return err
		}
	}
	return nil
}

// drop leaves a view and those in it.
func (x *proxy) drop(v *view) {
	if v == nil {
		return
	}
	x.push(v, "phx_leave", term.EmptyMap, nil, func(*frame) error { return nil })
	for _, id := range v.children {
		x.drop(x.byID(id))
	}
	delete(x.views, v.topic)
	for ref, w := range x.waiting {
		if w.pid == v.pid {
			delete(x.waiting, ref)
			x.dropped[ref] = w.from
		}
	}
}

// pathOf returns the path of an address.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Path == "" {
		return "/"
	}
	return u.EscapedPath()
}
