package livetest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/rendered"
)

// applyJoin handles the answer to a view's join.
func (v *View) applyJoin(ctx context.Context, r reply) error {
	c := v.client
	if r.Status != "ok" {
		return v.refused(r.Response)
	}
	if len(r.Response.Container) == 2 {
		if err := v.replaceContainer(r.Response.Container); err != nil {
			return err
		}
	}
	d, err := rendered.Decode(r.Response.Rendered)
	if err != nil {
		return err
	}
	v.tree, v.joined = &rendered.Tree{}, true
	v.mounts++
	if err := v.merge(d); err != nil {
		return err
	}
	if v == c.root && d.Title == nil {
		c.title = nil
	}
	html, streams := v.tree.Marked(v.ID, nil)
	if err := v.patch(ctx, nil, html, streams, true); err != nil {
		return err
	}
	v.noteEvents(d, false)
	if to := r.Response.LivePatch; to != nil {
		c.patched(to.To)
	}
	return nil
}

// refused returns why a view could not join.
func (v *View) refused(r response) error {
	c := v.client
	for _, e := range r.Events {
		v.log.event(e)
	}
	switch {
	case r.LiveRedirect != nil:
		return c.redirected(v, *r.LiveRedirect, true)
	case r.Redirect != nil:
		return c.redirected(v, *r.Redirect, false)
	case r.Reason == "stale" || r.Reason == "unauthorized":
		return c.redirected(v, navigation{To: c.address.String()}, false)
	}
	return &Crash{View: v.name(), Reason: r.Reason}
}

// merge takes in a diff and what comes with it, but for the events that are to
// be seen after the patch.
func (v *View) merge(d *rendered.Diff) error {
	v.noteEvents(d, true)
	if d.Reply != nil {
		v.log.replies = append(v.log.replies, d.Reply)
	}
	if d.Title != nil {
		var title *string
		if err := json.Unmarshal(d.Title, &title); err != nil {
			return fmt.Errorf("reading the title: %w", err)
		}
		if title != nil {
			v.client.title = title
		}
	}
	if err := v.tree.Merge(d); err != nil {
		return fmt.Errorf("merging a diff: %w", err)
	}
	return nil
}

func (v *View) noteEvents(d *rendered.Diff, before bool) {
	for _, e := range d.Events {
		if e.Before == before {
			v.log.events = append(v.log.events, Pushed{Name: e.Name, Payload: e.Payload})
		}
	}
}

// applyDiff merges a diff and patches the document.
func (v *View) applyDiff(ctx context.Context, data []byte) error {
	d, err := rendered.Decode(data)
	if err != nil {
		return err
	}
	if !v.joined {
		return nil
	}
	hasMain := d.Static.Form != rendered.Known || len(d.Fields) > 0 || d.Keyed != nil || d.Stream != nil
	if err := v.merge(d); err != nil {
		return err
	}
	switch {
	case hasMain:
		changed := map[int]bool{}
		for _, cd := range d.Components {
			changed[cd.CID] = true
		}
		html, streams := v.tree.Marked(v.ID, changed)
		err = v.patch(ctx, nil, html, streams, false)
	case len(d.Components) > 0:
		err = v.patchComponents(ctx, d.Components)
	}
	if err != nil {
		return err
	}
	v.noteEvents(d, false)
	return nil
}

// patchComponents patches the components of a diff that has nothing else, but
// for those inside of others.
func (v *View) patchComponents(ctx context.Context, changed []rendered.ComponentDiff) error {
	in := map[int]bool{}
	inner := map[int]bool{}
	for _, cd := range changed {
		el := v.component(cd.CID)
		if el == nil {
			continue
		}
		in[cd.CID] = true
		for _, sub := range below(el, func(el *html.Node) bool { return value(el, "data-phx-view") == v.ID && has(el, "data-phx-component") }) {
			inner[cidOf(sub)] = true
		}
	}
	for _, cd := range changed {
		if !in[cd.CID] || inner[cd.CID] {
			continue
		}
		target := v.component(cd.CID)
		if target == nil {
			continue
		}
		html, streams := v.tree.MarkedComponent(v.ID, cd.CID)
		if err := v.patch(ctx, target, html, streams, false); err != nil {
			return err
		}
	}
	return nil
}

func (v *View) element() *html.Node { return byID(v.client.doc, v.ID) }

// component returns the element of a component, nil if it is not in the page.
func (v *View) component(cid int) *html.Node {
	id := strconv.Itoa(cid)
	return first(v.client.doc, func(el *html.Node) bool {
		return value(el, "data-phx-component") == id && value(el, "data-phx-view") == v.ID
	})
}

// cidOf returns the number of the component whose root the element is, 0 if it
// is none.
func cidOf(el *html.Node) int {
	cid, _ := strconv.Atoi(value(el, "data-phx-component")) //nolint:errcheck // 0 stands for none
	return cid
}

// patch puts HTML into the view's element, or with a target in the place of
// that component's root.
func (v *View) patch(ctx context.Context, target *html.Node, text string, streams []*rendered.Stream, join bool) error {
	nodes, err := parseFragment(text)
	if err != nil {
		return fmt.Errorf("parsing what %s rendered: %w", v.ID, err)
	}
	var to *html.Node
	if target == nil {
		if target = v.element(); target == nil {
			return fmt.Errorf("no element with id %s for the view", v.ID)
		}
		to = &html.Node{Type: html.ElementNode, Data: target.Data, DataAtom: target.DataAtom}
		for _, n := range nodes {
			to.AppendChild(n)
		}
	} else if i := slices.IndexFunc(nodes, isElement); i >= 0 {
		to = nodes[i]
	} else {
		return fmt.Errorf("a component must start with a tag, got: %s", text)
	}
	p := newPatch(v.client.doc, v.ID, streams)
	p.join, p.root = join, v.root().ID
	p.run(target, to)
	v.client.problems = append(v.client.problems, p.problems...)
	if err := v.client.leaveGone(ctx); err != nil {
		return err
	}
	if !join {
		if err := v.componentsGone(ctx, p.discardedNodes); err != nil {
			return err
		}
	}
	return v.client.joinChildren(ctx)
}

// leaveGone leaves the views whose elements are not in the document any more.
func (c *Client) leaveGone(ctx context.Context) error {
	for topic, v := range c.views {
		if v.element() != nil {
			continue
		}
		delete(c.views, topic)
		if err := c.send(ctx, v, "phx_leave", struct{}{}, func(reply) error { return nil }); err != nil {
			return err
		}
		if !v.joined {
			c.joining--
		}
	}
	return nil
}

// componentsGone tells the server in two steps which components have left the
// page: it may have rendered one of them again in the meantime.
func (v *View) componentsGone(ctx context.Context, discarded []*html.Node) error {
	var cids []int
	note := func(el *html.Node) bool {
		if cid := cidOf(el); cid > 0 && value(el, "data-phx-view") == v.ID && v.component(cid) == nil && !slices.Contains(cids, cid) {
			cids = append(cids, cid)
		}
		return true
	}
	for _, el := range discarded {
		note(el)
		walk(el, note)
	}
	if len(cids) == 0 {
		return nil
	}
	v.tree.ResetComponents(cids...)
	c := v.client
	return c.send(ctx, v, "cids_will_destroy", map[string]any{"cids": cids}, func(r reply) error {
		still := slices.DeleteFunc(cids, func(cid int) bool { return v.component(cid) != nil })
		if r.Status != "ok" || len(still) == 0 || c.views[v.topic] != v {
			return nil
		}
		return c.send(ctx, v, "cids_destroyed", map[string]any{"cids": still}, func(r reply) error {
			v.tree.DropComponents(r.Response.CIDs...)
			return nil
		})
	})
}

// replaceContainer gives the view's element the tag and attributes that the
// server asks for, keeping what identifies it.
func (v *View) replaceContainer(container []json.RawMessage) error {
	var tag string
	attrs := map[string]string{}
	if err := json.Unmarshal(container[0], &tag); err != nil {
		return fmt.Errorf("reading the container: %w", err)
	}
	if err := json.Unmarshal(container[1], &attrs); err != nil {
		return fmt.Errorf("reading the container: %w", err)
	}
	el := v.element()
	if el == nil {
		return fmt.Errorf("no element with id %s for the view", v.ID)
	}
	keep := []string{"id", "data-phx-session", "data-phx-static", "data-phx-main", "data-phx-root-id"}
	el.Data, el.DataAtom = strings.ToLower(tag), 0
	el.Attr = slices.DeleteFunc(el.Attr, func(a html.Attribute) bool { return !slices.Contains(keep, a.Key) })
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		if !slices.Contains(keep, name) {
			setAttr(el, name, attrs[name])
		}
	}
	return nil
}
