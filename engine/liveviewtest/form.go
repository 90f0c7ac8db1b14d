package liveviewtest

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/live"
	"streamsplayground/engine/livetest"
	"streamsplayground/engine/term"
)

// valuesOf returns what an element sends with an event. As maybe_values/4.
func (x *proxy) valuesOf(e *element, n *html.Node, kind string, root *html.Node) (*term.Map, error) {
	switch {
	case kind == "hook":
		return term.EmptyMap, nil
	case kind != "change" && kind != "submit":
		return attributeValues(n), nil
	case n.Data == "form":
		return x.filledForm(e, n, root, kind == "submit")
	case kind == "change" && (n.Data == "input" || n.Data == "select" || n.Data == "textarea"):
		return decodePairs(livetest.InputPairs(n)), nil
	}
	return nil, argument("phx-%s is only allowed in forms, got %s", kind, quote(n.Data))
}

// attributeValues returns phx-value-* and value of an element.
func attributeValues(n *html.Node) *term.Map {
	out := term.EmptyMap
	for _, a := range n.Attr {
		if name, isValue := strings.CutPrefix(a.Key, "phx-value-"); isValue {
			out = out.Put(term.Binary(name), term.Binary(a.Val))
		} else if a.Key == "value" {
			out = out.Put(term.Binary("value"), term.Binary(a.Val))
		}
	}
	return out
}

// decodePairs nests names such as "user[name]" and "tags[]".
func decodePairs(pairs [][2]string) *term.Map {
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = url.QueryEscape(p[0]) + "=" + url.QueryEscape(p[1])
	}
	return live.DecodeQuery(strings.Join(parts, "&"))
}

// filledForm returns the values of a form with those of the test in it.
func (x *proxy) filledForm(e *element, form, root *html.Node, submit bool) (*term.Map, error) {
	inputs := livetest.FormInputs(form, root)
	pairs := formPairs(inputs)
	if submit && e.submitter != nil {
		pair, err := e.submitter.pair(form, root)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair)
	}
	filled := term.EmptyMap
	if e.form != nil {
		var err error
		f := filler{x: x, inputs: inputs}
		if filled, err = f.fields(e.form, ""); err != nil {
			return nil, err
		}
	}
	return deepMerge(deepMerge(decodePairs(pairs), attributeValues(form)), filled), nil
}

func formPairs(inputs []*html.Node) [][2]string {
	var out [][2]string
	for _, input := range inputs {
		out = append(out, livetest.InputPairs(input)...)
	}
	return out
}

// pair returns the name and value of the button that submits a form. As
// maybe_submitter/4.
func (e *element) pair(form, root *html.Node) (pair [2]string, err error) {
	base := []*html.Node{form}
	if id, hasID := attr(form, "id"); hasID {
		base = filter([]*html.Node{root}, func(n *html.Node) bool {
			owner, named := attr(n, "form")
			return (n.Data == "input" || n.Data == "button") && (named && owner == id || !named && livetest.IsBelow(n, form))
		})
	}
	found, err := query(base, e.selector)
	if err != nil {
		return pair, err
	}
	n, _, err := one(e.selector, found, base)
	if err != nil {
		return pair, argument("invalid form submitter, %s", err)
	}
	name, hasName := attr(n, "name")
	if !hasName {
		return pair, argument("form submitter selected by %s must have a name", quote(e.selector))
	}
	kind, hasKind := attr(n, "type")
	submits := (n.Data == "input" || n.Data == "button") && kind == "submit" || n.Data == "button" && !hasKind
	if !submits || has(n, "disabled") {
		return pair, argument("could not find non-disabled submit input or button with name %s within:\n\n%s", quote(name), tidyHTML(base...))
	}
	return [2]string{name, value(n, "value")}, nil
}

// filler checks the values that a test fills into a form against its controls.
// As fill_in_map/4.
type filler struct {
	x      *proxy
	inputs []*html.Node
}

func (f *filler) fields(given term.Term, prefix string) (*term.Map, error) {
	out := term.EmptyMap
	var failed error
	f.x.t.Each(given, func(e term.Term) bool {
		pair, _ := e.(term.Tuple)
		if len(pair) != 2 {
			f.x.t.RaiseFunctionClause("Phoenix.LiveViewTest.ClientProxy", "fill_in_map", []term.Term{given, term.Binary(prefix)})
		}
		key := f.x.t.ToString(pair[0])
		name := key
		if prefix != "" {
			name = prefix + "[" + key + "]"
		}
		v, err := f.field(pair[1], name)
		if err != nil {
			failed = err
			return false
		}
		out = out.Put(term.Binary(key), v)
		return true
	})
	return out, failed
}

// field fills in what is below a name, or the value for it.
func (f *filler) field(v term.Term, name string) (term.Term, error) {
	switch v := v.(type) {
	case *term.List:
		if first, isTuple := v.Head.(term.Tuple); v != term.Empty && isTuple && len(first) == 2 {
			return f.fields(v, name)
		}
	case *term.Map:
		if _, isStruct := v.StructName(); !isStruct {
			return f.fields(v, name)
		}
	}
	return f.value(v, name)
}

// value checks one value. As fill_in_value/3.
func (f *filler) value(v term.Term, name string) (term.Term, error) {
	list, isList := v.(*term.List)
	var texts []term.Term
	if isList {
		name += "[]"
		for e := range list.All() {
			texts = append(texts, term.Binary(f.x.t.ToString(e)))
		}
	} else {
		texts = []term.Term{term.Binary(f.x.t.ToString(v))}
	}
	kinds, offered := livetest.Offers(name, f.inputs)
	if len(kinds) == 0 && hasCalendar(v) {
		if parts, err := f.calendar(v.(*term.Map), name); parts != nil || err != nil {
			return parts, err
		}
	}
	if len(kinds) == 0 {
		named := slices.DeleteFunc(slices.Clone(f.inputs), func(n *html.Node) bool { return !has(n, "name") })
		return nil, argument("could not find non-disabled input, select or textarea with name %s within:\n\n%s", quote(name), tidyHTML(named...))
	}
	limited := true
	for _, kind := range kinds {
		if kind == "submit" || kind == "image" {
			return nil, argument("cannot provide value to %s because %s inputs are never submitted", quote(name), kind)
		}
		limited = limited && slices.Contains([]string{"select", "multiple select", "checkbox", "radio", "hidden"}, kind)
	}
	for _, text := range texts {
		if limited && !slices.Contains(offered, textOf(text)) {
			return nil, argument("value for %s %s must be one of %s, got: %s", kinds[0], quote(name), inspectTexts(offered), term.Inspect(text))
		}
	}
	if isList {
		return term.NewList(texts...), nil
	}
	return texts[0], nil
}

// hasCalendar reports whether a value is a date or a time.
func hasCalendar(v term.Term) bool {
	m, isMap := v.(*term.Map)
	return isMap && m.Has(term.NewAtom("calendar"))
}

// calendar fills in a date or time that has a control for each part, nil if it
// has none.
func (f *filler) calendar(m *term.Map, name string) (term.Term, error) {
	var out *term.Map
	for _, part := range []string{"year", "month", "day", "hour", "minute", "second"} {
		v := m.GetAtom(term.NewAtom(part))
		if v == nil || v == term.Term(term.Nil) {
			continue
		}
		text, err := f.value(v, name+"["+part+"]")
		if err != nil {
			continue
		}
		out = orEmpty(out).Put(term.Binary(part), text)
	}
	if out == nil {
		return nil, nil
	}
	return out, nil
}

func inspectTexts(list []string) string {
	terms := make([]term.Term, len(list))
	for i, s := range list {
		terms[i] = term.Binary(s)
	}
	return term.Inspect(term.NewList(terms...))
}

// formValues answers with {tag, attributes, values} of a form, as a browser
// would send it.
func (x *proxy) formValues(to, from term.Term) error {
	root, err := x.rootOf(x.fetch(x.topicOf(to)))
	if err != nil {
		return err
	}
	e := readElement(x.t, to)
	n, _, err := e.find(root)
	var bad *invalid
	if errors.As(err, &bad) {
		x.reply(from, x.raising(bad.message))
		return nil
	}
	if err != nil {
		return err
	}
	values := term.EmptyMap
	if n.Data == "form" {
		values = decodePairs(formPairs(livetest.FormInputs(n, root)))
	}
	x.reply(from, ok(term.Tuple{term.Binary(n.Data), attrsTerm(n), values}))
	return nil
}

func cidsOf(payload []byte) []int {
	var r response
	json.Unmarshal(payload, &r) //nolint:errcheck // the engine wrote it
	return r.CIDs
}
