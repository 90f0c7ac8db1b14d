package liveviewtest

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
	"streamsplayground/engine/wire"
)

// action is what an event comes down to: a push, a patch or a redirect.
type action struct {
	view    *view
	push    string
	targets []target
	values  *term.Map
	uploads *term.Map // nil for none
	patch   string
	// kind and opts are those of a redirect.
	kind term.Atom
	opts *term.Map
}

// target is a component, or the view for none.
type target struct {
	cid  int
	some bool
}

// renderEvent sends an event to a view: to is {topic, event, selector} or an
// element.
func (x *proxy) renderEvent(to term.Term, kind string, given, from term.Term) error {
	if kind == "allow_upload" {
		return x.orRaise(from, x.allowUpload(to, given, from))
	}
	actions, err := x.actions(to, kind, given)
	if err != nil {
		return x.orRaise(from, err)
	}
	for i, a := range actions {
		switch {
		case !a.kind.IsZero():
			return x.redirect(a.view.topic, a.kind, a.opts)
		case a.push == "":
			if err := x.renderPatch(a.view.topic, a.patch, from); err != nil {
				return err
			}
			continue
		}
		for j, to := range a.targets {
			last := i == len(actions)-1 && j == len(a.targets)-1
			x.push(a.view, "event", x.payload(kind, a, to), from, func(f *frame) error {
				if last {
					return x.answerHTML(f, from)
				}
				return nil
			})
		}
	}
	return nil
}

// orRaise has the test raise what is wrong with its call.
func (x *proxy) orRaise(from term.Term, err error) error {
	var bad *invalid
	if errors.As(err, &bad) {
		x.reply(from, x.raising(bad.message))
		return nil
	}
	return err
}

// raising is the answer that makes the test raise an ArgumentError.
func (x *proxy) raising(message string) term.Term {
	return term.Tuple{atomRaise, x.t.NewException("ArgumentError", "message", term.Binary(message))}
}

// payload is that of an event for one target.
func (x *proxy) payload(kind string, a action, to target) *term.Map {
	typ, value := kind, term.Term(a.values)
	if kind == "change" || kind == "submit" {
		typ, value = "form", x.t.Apply(term.NewModule("Plug.Conn.Query"), "encode", a.values)
	}
	m := term.NewMap(term.Binary("type"), term.Binary(typ), term.Binary("event"), term.Binary(a.push), term.Binary("value"), value)
	if a.uploads != nil {
		m = m.Put(term.Binary("uploads"), a.uploads)
	}
	if to.some {
		m = m.Put(term.Binary("cid"), term.Int(to.cid))
	}
	return m
}

// actions returns what an event comes down to, at least one.
func (x *proxy) actions(to term.Term, kind string, given term.Term) ([]action, error) {
	if direct, isTuple := to.(term.Tuple); isTuple {
		return x.direct(direct, given)
	}
	e := readElement(x.t, to)
	v := x.fetch(x.topicOf(to))
	root, err := x.rootOf(v)
	if err != nil {
		return nil, err
	}
	n, _, err := e.find(root)
	if err != nil {
		return nil, err
	}
	if err := e.enabled(n, kind); err != nil {
		return nil, err
	}
	binding, fallback, err := e.binding(n, kind, v)
	if err != nil || binding == "" && len(fallback) > 0 {
		return fallback, err
	}
	own, err := x.valuesOf(e, n, kind, root)
	if err != nil {
		return nil, err
	}
	actions, err := x.commands(v, root, n, binding, own, given)
	switch {
	case err != nil || len(actions) > 0:
		return actions, err
	case len(fallback) > 0:
		return fallback, nil
	}
	return nil, argument("no push or navigation command found within JS commands: %s", binding)
}

// direct is an event that no element is asked for.
func (x *proxy) direct(to term.Tuple, given term.Term) ([]action, error) {
	v := x.fetch(textOf(to[0]))
	targets := []target{{}}
	if to[2] != term.Term(term.Nil) {
		root, err := x.rootOf(v)
		if err != nil {
			return nil, err
		}
		if targets, err = x.targets(root, to[2]); err != nil {
			return nil, err
		}
	}
	uploads, err := x.chosenIn(v, given)
	if err != nil || uploads != nil {
		return []action{{view: v, push: textOf(to[1]), targets: targets, values: term.EmptyMap, uploads: uploads}}, err
	}
	values, _ := x.stringify(given).(*term.Map)
	return []action{{view: v, push: textOf(to[1]), targets: targets, values: orEmpty(values)}}, nil
}

// commands returns what JS commands, or the name of an event, come down to. As
// maybe_js_commands/6.
func (x *proxy) commands(v *view, root, n *html.Node, binding string, own *term.Map, given term.Term) ([]action, error) {
	if !strings.HasPrefix(binding, "[") {
		a, err := x.pushAction(v, root, n, term.NewMap(term.Binary("event"), term.Binary(binding)), own, given)
		return []action{a}, err
	}
	decoded, err := wire.DecodeTerm([]byte(binding))
	if err != nil {
		return nil, err
	}
	list, _ := decoded.(*term.List)
	var out []action
	for e := range list.All() {
		command, isList := e.(*term.List)
		if !isList {
			continue
		}
		parts, _ := command.Slice()
		if len(parts) != 2 {
			continue
		}
		args, _ := parts[1].(*term.Map)
		args = orEmpty(args)
		href, hasHref := args.Get(term.Binary("href"))
		switch name := textOf(parts[0]); {
		case name == "push" && args.Has(term.Binary("event")):
			a, err := x.pushAction(v, root, n, args, own, given)
			if err != nil {
				return nil, err
			}
			out = append(out, a)
		case name == "patch" && hasHref:
			out = append(out, action{view: v, patch: textOf(href)})
		case name == "navigate" && hasHref:
			kind := "push"
			if r, _ := args.Get(term.Binary("replace")); r == term.Term(term.True) {
				kind = "replace"
			}
			out = append(out, action{view: v, kind: atomLiveRedirect, opts: term.NewMap(atomTo, href, term.NewAtom("kind"), term.NewAtom(kind))})
		}
	}
	return out, nil
}

// pushAction is a push command of an element.
func (x *proxy) pushAction(v *view, root, n *html.Node, args, own *term.Map, given term.Term) (action, error) {
	event, _ := args.Get(term.Binary("event"))
	values := own
	if js, _ := args.Get(term.Binary("value")); js != nil && js != term.Term(term.Nil) {
		m, _ := js.(*term.Map)
		values = term.MergeMaps(values, orEmpty(m))
	}
	uploads, err := x.chosen(root, given)
	if err != nil {
		return action{}, err
	}
	if uploads == nil {
		more, _ := x.stringify(given).(*term.Map)
		values = deepMerge(values, orEmpty(more))
	}
	var selector term.Term
	if s, found := attr(n, "phx-target"); found {
		selector = term.Binary(s)
	}
	nodeTargets, err := x.targets(root, selector)
	if err != nil {
		return action{}, err
	}
	jsTarget, _ := args.Get(term.Binary("target"))
	targets, err := x.targets(root, jsTarget)
	if err != nil {
		return action{}, err
	}
	whole := []target{{}}
	switch {
	case slices.Equal(targets, whole):
		targets = nodeTargets
	case !slices.Equal(nodeTargets, whole):
		for _, t := range nodeTargets {
			if !slices.Contains(targets, t) {
				targets = append(targets, t)
			}
		}
	}
	return action{view: v, push: textOf(event), targets: targets, values: values, uploads: uploads}, nil
}

// targets returns the components that a phx-target means. As
// targets_from_selector/2 of Phoenix.LiveViewTest.DOM.
func (x *proxy) targets(root *html.Node, selector term.Term) ([]target, error) {
	switch s := selector.(type) {
	case nil:
		return []target{{}}, nil
	case term.Int:
		return []target{{int(s), true}}, nil
	case term.Binary:
		if cid, err := strconv.Atoi(string(s)); err == nil {
			return []target{{cid, true}}, nil
		}
		found, err := query([]*html.Node{root}, string(s))
		if err != nil {
			return nil, err
		}
		var out []target
		for _, n := range found {
			cid, err := strconv.Atoi(value(n, "data-phx-component"))
			out = append(out, target{cid, err == nil})
		}
		if out == nil {
			out = []target{{}}
		}
		return out, nil
	}
	if selector != term.Term(term.Nil) {
		x.t.RaiseFunctionClause("Phoenix.LiveViewTest.DOM", "targets_from_selector", []term.Term{term.Nil, selector})
	}
	return []target{{}}, nil
}

// deepMerge merges maps in maps too.
func deepMerge(a, b *term.Map) *term.Map {
	for k, v := range b.All() {
		old, _ := a.Get(k)
		x, isMap := old.(*term.Map)
		y, both := v.(*term.Map)
		if isMap && both {
			v = deepMerge(x, y)
		}
		a = a.Put(k, v)
	}
	return a
}

// stringify makes strings of the keys of maps and keyword lists, at any depth.
func (x *proxy) stringify(v term.Term) term.Term {
	switch v := v.(type) {
	case *term.Map:
		if _, isStruct := v.StructName(); isStruct {
			return v
		}
		b := term.NewMapBuilder(v.Len())
		for k, e := range v.All() {
			b.Put(term.Binary(x.t.ToString(k)), x.stringify(e))
		}
		return b.Map()
	case *term.List:
		list, proper := v.Slice()
		if !proper || len(list) == 0 {
			return v
		}
		if first, isTuple := list[0].(term.Tuple); isTuple && len(first) == 2 {
			return x.stringifyPairs(list)
		}
		for i, e := range list {
			list[i] = x.stringify(e)
		}
		return term.NewList(list...)
	}
	return v
}

func (x *proxy) stringifyPairs(list []term.Term) term.Term {
	b := term.NewMapBuilder(len(list))
	for _, e := range list {
		pair, _ := e.(term.Tuple)
		if len(pair) != 2 {
			x.t.RaiseFunctionClause("Phoenix.LiveViewTest.Utils", "stringify_kv", []term.Term{e})
		}
		b.Put(term.Binary(x.t.ToString(pair[0])), x.stringify(pair[1]))
	}
	return b.Map()
}

// handleFrame does what a view sent.
func (x *proxy) handleFrame(f *frame) error {
	if f.event == "" {
		return x.handleReply(f)
	}
	switch f.event {
	case "diff":
		return x.merge(f, f.payload)
	case "redirect":
		return x.redirect(x.root.topic, atomRedirect, navigation(f.payload))
	case "live_redirect":
		return x.redirect(x.root.topic, atomLiveRedirect, navigation(f.payload))
	case "live_patch":
		x.patched(x.root.topic, navigation(f.payload))
	}
	return nil
}

// handleReply does what the answer to a push says.
func (x *proxy) handleReply(f *frame) error {
	w, found := x.waiting[f.ref]
	if !found {
		if from, wasDropped := x.dropped[f.ref]; wasDropped {
			delete(x.dropped, f.ref)
			x.reply(from, ok(term.Nil))
		}
		return nil
	}
	var r response
	if err := json.Unmarshal(f.payload, &r); err != nil {
		return err
	}
	var err error
	if r.Diff != nil {
		err = x.merge(f, r.Diff)
	} else if string(f.payload) != "{}" {
		// Whatever else is in an answer counts as a change.
		err = x.repatch(f.topic)
	}
	switch {
	case err != nil:
		return err
	case r.LiveRedirect != nil:
		return x.redirect(f.topic, atomLiveRedirect, navigation(r.LiveRedirect))
	case r.LivePatch != nil:
		x.patched(f.topic, navigation(r.LivePatch))
	case r.Redirect != nil:
		return x.redirect(f.topic, atomRedirect, navigation(r.Redirect))
	}
	if _, still := x.waiting[f.ref]; still {
		delete(x.waiting, f.ref)
		x.dropped[f.ref] = w.from
	}
	return w.callback(f)
}

func (x *proxy) repatch(topic string) error {
	v := x.views[topic]
	if v == nil {
		return nil
	}
	return x.patchAll(v)
}

// merge takes in a diff.
func (x *proxy) merge(f *frame, data []byte) error {
	d, err := rendered.Decode(data)
	if err != nil {
		return err
	}
	x.tellEvents(f)
	for _, r := range f.replies {
		x.tell(term.NewAtom("reply"), r)
	}
	if d.Title != nil {
		var title *string
		if err := json.Unmarshal(d.Title, &title); err != nil {
			return err
		}
		x.title = term.Binary("")
		if title != nil {
			x.title = term.Binary(escapeHTML(*title))
		}
	}
	d.Events, d.Reply, d.Title = nil, nil, nil
	v := x.views[f.topic]
	if d.Empty() || v == nil {
		return nil
	}
	if err := v.tree.Merge(d); err != nil {
		return err
	}
	return x.patchAll(v)
}

// patchAll puts a view and those in it into the page anew.
func (x *proxy) patchAll(v *view) error {
	before := x.page
	streams := treeStreams(v, nil)
	if err := x.patch(v, streams); err != nil {
		return err
	}
	return x.childrenChanged(v, before, streams)
}
