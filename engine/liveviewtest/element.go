package liveviewtest

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/livetest"
	"streamsplayground/engine/term"
)

// element is a %Phoenix.LiveViewTest.Element{}.
type element struct {
	t        *interp.Thread
	selector string
	filter   term.Term // nil for none
	event    string
	form     term.Term // nil for no form
	// submitter is the element that submits the form, nil for none.
	submitter *element
}

func readElement(t *interp.Thread, v term.Term) *element {
	m, _ := v.(*term.Map)
	get := func(m *term.Map, name string) term.Term {
		if v := m.GetAtom(term.NewAtom(name)); v != nil && v != term.Term(term.Nil) {
			return v
		}
		return nil
	}
	m = orEmpty(m)
	e := &element{t: t, selector: textOf(get(m, "selector")), event: textOf(get(m, "event")), filter: get(m, "text_filter"), form: get(m, "form_data")}
	if meta, isMap := get(m, "meta").(*term.Map); isMap {
		if s := get(meta, "submitter"); s != nil {
			e.submitter = readElement(t, s)
		}
	}
	return e
}

func argument(format string, args ...any) error { return &invalid{fmt.Sprintf(format, args...)} }

func quote(s string) string { return term.Inspect(term.Binary(s)) }

func tidyHTML(nodes ...*html.Node) string { return livetest.TidyHTML(nodes...) }

var htmlEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

func escapeHTML(s string) string { return htmlEscape.Replace(s) }

// query finds elements with a CSS selector.
func query(nodes []*html.Node, selector string) ([]*html.Node, error) {
	found, err := livetest.Query(nodes, selector)
	var bad *livetest.ArgumentError
	if errors.As(err, &bad) {
		return nil, argument("%s", bad.Message)
	}
	return found, err
}

// rootOf returns the element of a view as a page of its own: selectors know
// nothing above it.
func (x *proxy) rootOf(v *view) (*html.Node, error) {
	n, err := byID(x.page, v.id)
	if err != nil {
		return nil, err
	}
	return clone(n), nil
}

// matches reports whether a text passes the filter: =~ of the language.
func (e *element) matches(text string) bool {
	if part, isText := e.filter.(term.Binary); isText {
		return strings.Contains(text, string(part))
	}
	return term.Truthy(e.t.Apply(term.NewModule("Regex"), "match?", e.filter, term.Binary(text)))
}

// find returns the one element that is meant. many says that the error is that
// there is more than one. As select_node/2.
func (e *element) find(root *html.Node) (n *html.Node, many bool, err error) {
	found, err := query(children(root), e.selector)
	if err != nil {
		return nil, false, err
	}
	if e.filter == nil {
		return one(e.selector, found, children(root))
	}
	var matching []*html.Node
	for _, n := range found {
		if e.matches(tidyText(n)) {
			matching = append(matching, n)
		}
	}
	sel, text := quote(e.selector), textOf(e.t.Apply(term.NewModule("Kernel"), "inspect", e.filter))
	switch {
	case len(matching) == 1:
		return matching[0], false, nil
	case len(found) == 0:
		return nil, false, argument("selector %s did not return any element within: \n\n%s", sel, tidyHTML(root))
	case len(found) == 1:
		return nil, false, argument("selector %s did not match text filter %s, got: \n\n%s", sel, text, showNodes(found...))
	case len(matching) == 0:
		return nil, false, argument("selector %s returned %d elements but none matched the text filter %s: \n\n%s", sel, len(found), text, showNodes(found...))
	}
	return nil, true, argument("selector %s returned %d elements and %d of them matched the text filter %s: \n\n %s",
		sel, len(found), len(matching), text, showNodes(matching...))
}

// one returns the only element found. As maybe_one/3.
func one(selector string, found, within []*html.Node) (n *html.Node, many bool, err error) {
	switch len(found) {
	case 1:
		return found[0], false, nil
	case 0:
		return nil, false, argument("expected selector %s to return a single element, but got none within: \n\n%s", quote(selector), tidyHTML(within...))
	}
	return nil, true, argument("expected selector %s to return a single element, but got %d: \n\n%s", quote(selector), len(found), tidyHTML(found...))
}

// renderElement answers find_element and has_element?.
func (x *proxy) renderElement(operation, to, from term.Term) error {
	v := x.fetch(x.topicOf(to))
	e := readElement(x.t, to)
	if direct, isTuple := to.(term.Tuple); isTuple {
		if direct[2] == term.Term(term.Nil) {
			n, err := byID(x.page, v.id)
			if err != nil {
				return err
			}
			x.reply(from, ok(nodeTerm(n)))
			return nil
		}
		e = &element{t: x.t, selector: textOf(direct[2])}
	}
	root, err := x.rootOf(v)
	if err != nil {
		return err
	}
	n, many, err := e.find(root)
	var bad *invalid
	switch {
	case operation == term.Term(term.NewAtom("has_element?")):
		x.reply(from, ok(term.Bool(err == nil || many)))
	case err == nil:
		x.reply(from, ok(nodeTerm(n)))
	case errors.As(err, &bad):
		x.reply(from, x.raising(bad.message))
	default:
		return err
	}
	return nil
}

// enabled checks that an element can take an event. As maybe_enabled/3.
func (e *element) enabled(n *html.Node, kind string) error {
	switch {
	case n.Data != "form" && e.form != nil:
		return argument("a form element was given but the selected node is not a form, got %s}", quote(n.Data))
	case has(n, "disabled"):
		return argument("cannot %s element %s because it is disabled", kind, quote(e.selector))
	}
	return nil
}

// binding returns the event or the commands that an element has for what
// happens to it, or what happens without any. As maybe_event/3.
func (e *element) binding(n *html.Node, kind string, v *view) (binding string, fallback []action, err error) {
	sel := quote(e.selector)
	switch {
	case kind == "hook":
		switch {
		case has(n, "phx-hook") && !has(n, "id"):
			return "", nil, argument("element selected by %s for phx-hook does not have an ID", sel)
		case !has(n, "phx-hook") && !has(n, "phx-viewport-top") && !has(n, "phx-viewport-bottom"):
			return "", nil, argument("element selected by %s does not have phx-hook attribute", sel)
		}
		return e.event, nil, nil
	case kind == "click" && n.Data == "a":
		fallback, known := linkActions(n, v)
		if !known {
			return "", nil, fmt.Errorf("no case clause matching: %s", quote(value(n, "data-phx-link")))
		}
		if len(fallback) == 0 && !has(n, "phx-click") {
			return "", nil, argument("clicked link selected by %s does not have phx-click or href attributes", sel)
		}
		return value(n, "phx-click"), fallback, nil
	case kind == "keyup" || kind == "keydown":
		for _, name := range []string{"phx-" + kind, "phx-window-" + kind} {
			if b, found := attr(n, name); found {
				return b, nil, nil
			}
		}
		return "", nil, argument("element selected by %s does not have phx-%s or phx-window-%s attributes", sel, kind, kind)
	}
	binding, found := attr(n, "phx-"+kind)
	if !found {
		return "", nil, argument("element selected by %s does not have phx-%s attribute", sel, kind)
	}
	return binding, nil, nil
}

// linkActions returns what a link does that is clicked; known is false for a
// kind of link that there is not.
func linkActions(n *html.Node, v *view) (actions []action, known bool) {
	to, hasTo := attr(n, "href")
	if !hasTo {
		return nil, true
	}
	opts := term.NewMap(atomTo, term.Binary(to))
	link, isLive := attr(n, "data-phx-link")
	switch {
	case link == "patch":
		return []action{{view: v, patch: to}}, true
	case link == "redirect":
		kind := value(n, "data-phx-link-state")
		if kind == "" {
			kind = "push"
		}
		return []action{{view: v, kind: atomLiveRedirect, opts: opts.Put(term.NewAtom("kind"), term.NewAtom(kind))}}, true
	case !isLive:
		return []action{{view: v, kind: atomRedirect, opts: opts}}, true
	}
	return nil, false
}
