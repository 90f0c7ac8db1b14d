package livetest

import (
	"context"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/term"
)

// Filter says which of the elements that a selector finds is meant, by the text
// that it shows.
type Filter interface {
	// Matches is given the text with white space made one space.
	Matches(text string) bool
	// Inspect returns the filter as Elixir shows it.
	Inspect() string
}

// Text is a Filter for elements whose text has a part.
type Text string

// Matches implements Filter.
func (t Text) Matches(text string) bool { return strings.Contains(text, string(t)) }

// Inspect implements Filter.
func (t Text) Inspect() string { return quote(string(t)) }

// Pattern is a Filter for elements whose text matches an expression.
type Pattern struct{ *regexp.Regexp }

// Matches implements Filter.
func (p Pattern) Matches(text string) bool { return p.MatchString(text) }

// Inspect implements Filter.
func (p Pattern) Inspect() string { return "~r/" + p.String() + "/" }

func quote(s string) string { return term.Inspect(term.Binary(s)) }

// Element is a way to find one element of a view: it is looked for each time
// that it is used.
type Element struct {
	view     *View
	selector string
	filter   Filter
	// form are the values to fill in, nil for none.
	form      []Field
	isForm    bool
	submitter *Element
}

// Element returns the element of the view that a CSS selector finds.
func (v *View) Element(selector string) *Element { return &Element{view: v, selector: selector} }

// With returns the element among those that the selector finds whose text
// matches.
func (e *Element) With(f Filter) *Element {
	out := *e
	out.filter = f
	return &out
}

// Text returns e.With(Text(part)).
func (e *Element) Text(part string) *Element { return e.With(Text(part)) }

// Form returns a form of the view with values filled in.
func (v *View) Form(selector string, values ...Field) *Element {
	return &Element{view: v, selector: selector, form: values, isForm: true}
}

// Submitter returns the form as submitted by one of its buttons: put_submitter/2.
func (e *Element) Submitter(selector string) *Element {
	out := *e
	out.submitter = e.view.Element(selector)
	return &out
}

// HasElement reports whether there is an element in the view that the selector
// finds, more than one included. filter may be nil.
func (v *View) HasElement(ctx context.Context, selector string, filter Filter) (bool, error) {
	return v.Element(selector).With(filter).Exists(ctx)
}

// Exists reports whether the element is in the page: has_element?/1.
func (e *Element) Exists(ctx context.Context) (bool, error) {
	if err := e.view.sync(ctx); err != nil {
		return false, err
	}
	found, err := e.query()
	return len(found) > 0, err
}

// Render returns the element's HTML: render/1.
func (e *Element) Render(ctx context.Context) (string, error) {
	if err := e.view.sync(ctx); err != nil {
		return "", err
	}
	n, err := e.find()
	if err != nil {
		return "", err
	}
	return tidyHTML(n), nil
}

// Render returns the HTML of the view, its own element included: render/1. With
// a target it is that of the target.
func (v *View) Render(ctx context.Context) (string, error) {
	if v.target != nil {
		return v.Element(*v.target).Render(ctx)
	}
	if err := v.sync(ctx); err != nil {
		return "", err
	}
	return tidyHTML(v.element()), nil
}

// query returns the elements that the selector and the filter find.
func (e *Element) query() ([]*html.Node, error) {
	s, err := compileSelector(e.selector)
	if err != nil {
		return nil, err
	}
	found := s.query(childNodes(e.view.element()))
	if e.filter == nil {
		return found, nil
	}
	var out []*html.Node
	for _, n := range found {
		if e.filter.Matches(textOf(n)) {
			out = append(out, n)
		}
	}
	return out, nil
}

// find returns the one element, or an error that says what was found instead.
// As select_node/2 of Phoenix.LiveViewTest.ClientProxy.
func (e *Element) find() (*html.Node, error) {
	s, err := compileSelector(e.selector)
	if err != nil {
		return nil, err
	}
	root := e.view.element()
	found := s.query(childNodes(root))
	if e.filter == nil {
		return one("selector", e.selector, found, childNodes(root))
	}
	filtered, _ := e.query() //nolint:errcheck // the selector was compiled above
	sel, text := quote(e.selector), e.filter.Inspect()
	switch {
	case len(filtered) == 1:
		return filtered[0], nil
	case len(found) == 0:
		return nil, argument("selector %s did not return any element within: \n\n%s", sel, tidyHTML(root))
	case len(found) == 1:
		return nil, argument("selector %s did not match text filter %s, got: \n\n%s", sel, text, showNodes(found))
	case len(filtered) == 0:
		return nil, argument("selector %s returned %d elements but none matched the text filter %s: \n\n%s", sel, len(found), text, showNodes(found))
	}
	return nil, argument("selector %s returned %d elements and %d of them matched the text filter %s: \n\n %s",
		sel, len(found), len(filtered), text, showNodes(filtered))
}

// one returns the only element found. As maybe_one/3 of Phoenix.LiveViewTest.DOM.
func one(kind, selector string, found, within []*html.Node) (*html.Node, error) {
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, argument("expected %s %s to return a single element, but got none within: \n\n%s", kind, quote(selector), tidyHTML(within...))
	}
	return nil, argument("expected %s %s to return a single element, but got %d: \n\n%s", kind, quote(selector), len(found), tidyHTML(found...))
}

// showNodes indents HTML, as inspect_html/1 of Phoenix.LiveViewTest.TreeDOM.
func showNodes(nodes []*html.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString("    " + strings.ReplaceAll(tidyHTML(n), "\n", "\n   ") + "\n")
	}
	return b.String()
}

// InnerHTML returns what is in the view's element as a browser would return it,
// with what the client wrote there. It does not wait.
func (v *View) InnerHTML() string {
	el := v.element()
	if el == nil {
		return ""
	}
	return innerHTML(el)
}
