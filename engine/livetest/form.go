package livetest

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
)

// Field is a value to fill into a form. Value is text, a list, []Field for the
// fields below a name, or anything that prints as its text.
type Field struct {
	Name  string
	Value any
}

// values returns what an element sends with an event. As maybe_values/4 of
// Phoenix.LiveViewTest.ClientProxy.
func (e *Element) values(n *html.Node, kind string) (map[string]any, error) {
	switch {
	case kind == "hook":
		return nil, nil
	case kind != "change" && kind != "submit":
		return valuesOf(n), nil
	case kind == "change" && (n.Data == "input" || n.Data == "select" || n.Data == "textarea"):
		return decodePairs(inputPairs(n)), nil
	case n.Data != "form":
		return nil, argument("phx-%s is only allowed in forms, got %s", kind, quote(n.Data))
	}
	root := e.view.element()
	inputs := formInputs(n, root)
	var pairs [][2]string
	for _, input := range inputs {
		pairs = append(pairs, inputPairs(input)...)
	}
	if kind == "submit" && e.submitter != nil {
		pair, err := e.submitterPair(n, root)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair)
	}
	filled, err := fillIn(e.form, "", inputs)
	if err != nil {
		return nil, err
	}
	return deepMerge(deepMerge(decodePairs(pairs), valuesOf(n)), filled), nil
}

// valuesOf returns phx-value-* and value of an element.
func valuesOf(n *html.Node) map[string]any {
	out := map[string]any{}
	for _, a := range n.Attr {
		if name, ok := strings.CutPrefix(a.Key, "phx-value-"); ok {
			out[name] = a.Val
		} else if a.Key == "value" {
			out["value"] = a.Val
		}
	}
	return out
}

// formInputs returns the enabled controls of a form, those outside that name it
// last.
func formInputs(form, root *html.Node) []*html.Node {
	enabled := func(n *html.Node) bool {
		return (n.Data == "input" || n.Data == "textarea" || n.Data == "select") && !has(n, "disabled")
	}
	inputs := below(form, enabled)
	id, ok := attr(form, "id")
	if !ok {
		return inputs
	}
	for _, n := range below(root, func(n *html.Node) bool { return value(n, "form") == id && has(n, "form") }) {
		list := below(n, enabled)
		if enabled(n) {
			list = append([]*html.Node{n}, list...)
		}
		for _, input := range list {
			inputs = slices.DeleteFunc(inputs, func(other *html.Node) bool { return other == input })
			inputs = append(inputs, input)
		}
	}
	return inputs
}

// inputPairs returns what a control sends as it stands in the page.
func inputPairs(n *html.Node) [][2]string {
	name, ok := attr(n, "name")
	if !ok {
		return nil
	}
	switch n.Data {
	case "select":
		var out [][2]string
		for _, option := range selectedOptions(n) {
			out = append(out, [2]string{name, optionValue(option)})
		}
		return out
	case "textarea":
		return [][2]string{{name, strings.TrimPrefix(rawTextOf(n), "\n")}}
	case "input":
		switch inputType(n) {
		case "radio", "checkbox":
			if !has(n, "checked") {
				return nil
			}
		case "image", "submit":
			return nil
		}
		return [][2]string{{name, inputValue(n)}}
	}
	return nil
}

func inputType(n *html.Node) string {
	if t := value(n, "type"); t != "" {
		return t
	}
	return "text"
}

// inputValue returns the value of an input, a checkbox's being "on" by default.
func inputValue(n *html.Node) string {
	v, ok := attr(n, "value")
	if !ok && inputType(n) == "checkbox" {
		return "on"
	}
	return v
}

func isOption(n *html.Node) bool { return n.Data == "option" }

func optionValue(n *html.Node) string { return value(n, "value") }

// selectedOptions follows the selectedness algorithm of HTML.
func selectedOptions(n *html.Node) []*html.Node {
	options := below(n, isOption)
	selected := slices.DeleteFunc(slices.Clone(options), func(o *html.Node) bool { return !has(o, "selected") })
	size, _ := strconv.Atoi(value(n, "size")) //nolint:errcheck // what is no number has no effect
	switch {
	case has(n, "multiple") || size > 1:
		return selected
	case len(selected) > 0:
		return selected[len(selected)-1:]
	}
	for i, o := range options {
		if !has(o, "disabled") {
			return options[i : i+1]
		}
	}
	return nil
}

// decodePairs nests names such as "user[name]" and "tags[]", as Plug does.
func decodePairs(pairs [][2]string) map[string]any {
	var parts []string
	for _, p := range pairs {
		parts = append(parts, url.QueryEscape(p[0])+"="+url.QueryEscape(p[1]))
	}
	out, _ := plain(live.DecodeQuery(strings.Join(parts, "&"))).(map[string]any)
	return out
}

// plain returns decoded parameters as maps, lists and text.
func plain(v term.Term) any {
	switch v := v.(type) {
	case *term.Map:
		out := map[string]any{}
		for k, e := range v.All() {
			out[string(k.(term.Binary))] = plain(e)
		}
		return out
	case *term.List:
		out := []any{}
		for e := range v.All() {
			out = append(out, plain(e))
		}
		return out
	case term.Binary:
		return string(v)
	}
	return nil
}

// submitterPair returns the name and value of the button that submits.
func (e *Element) submitterPair(form, root *html.Node) (pair [2]string, err error) {
	sel := quote(e.submitter.selector)
	id, hasID := attr(form, "id")
	buttons := below(form, func(n *html.Node) bool { return n.Data == "input" || n.Data == "button" })
	if hasID {
		buttons = below(root, func(n *html.Node) bool {
			if n.Data != "input" && n.Data != "button" {
				return false
			}
			owner, named := attr(n, "form")
			return named && owner == id || !named && isBelow(n, form)
		})
	}
	s, err := compileSelector(e.submitter.selector)
	if err != nil {
		return pair, err
	}
	found := slices.DeleteFunc(slices.Clone(buttons), func(n *html.Node) bool { return !s.matches(n) })
	n, err := one("selector", e.submitter.selector, found, buttons)
	if err != nil {
		return pair, argument("invalid form submitter, %s", err)
	}
	name, ok := attr(n, "name")
	if !ok {
		return pair, argument("form submitter selected by %s must have a name", sel)
	}
	kind, hasKind := attr(n, "type")
	submits := kind == "submit" || n.Data == "button" && !hasKind
	if !submits || has(n, "disabled") {
		return pair, argument("could not find non-disabled submit input or button with name %s within:\n\n%s", quote(name), tidyHTML(buttons...))
	}
	return [2]string{name, value(n, "value")}, nil
}

// fillIn checks the values given to a form against its controls. As
// fill_in_map/4 of Phoenix.LiveViewTest.ClientProxy.
func fillIn(fields []Field, prefix string, inputs []*html.Node) (map[string]any, error) {
	out := map[string]any{}
	for _, f := range fields {
		name := f.Name
		if prefix != "" {
			name = prefix + "[" + f.Name + "]"
		}
		var v any
		var err error
		if nested, ok := f.Value.([]Field); ok {
			v, err = fillIn(nested, name, inputs)
		} else {
			v, err = fillValue(f.Value, name, inputs)
		}
		if err != nil {
			return nil, err
		}
		out[f.Name] = v
	}
	return out, nil
}

// fillValue checks one value. As fill_in_value/3.
func fillValue(v any, name string, inputs []*html.Node) (any, error) {
	var texts []string
	list, isList := listOf(v)
	if isList {
		name += "[]"
		texts = list
	} else {
		texts = []string{fmt.Sprint(v)}
	}
	kinds, offered := offers(name, inputs)
	if len(kinds) == 0 {
		named := slices.DeleteFunc(slices.Clone(inputs), func(n *html.Node) bool { return !has(n, "name") })
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
		if limited && !slices.Contains(offered, text) {
			return nil, argument("value for %s %s must be one of %s, got: %s", kinds[0], quote(name), inspectList(offered), quote(text))
		}
	}
	if isList {
		out := []any{}
		for _, text := range texts {
			out = append(out, text)
		}
		return out, nil
	}
	return texts[0], nil
}

func listOf(v any) ([]string, bool) {
	switch v := v.(type) {
	case []string:
		return v, true
	case []any:
		out := []string{}
		for _, e := range v {
			out = append(out, fmt.Sprint(e))
		}
		return out, true
	}
	return nil, false
}

func inspectList(list []string) string {
	var terms []term.Term
	for _, s := range list {
		terms = append(terms, term.Binary(s))
	}
	return term.Inspect(term.NewList(terms...))
}

// offers returns the kinds of the controls with the name, the last first, and
// the values that can be chosen.
func offers(name string, inputs []*html.Node) (kinds, values []string) {
	for _, n := range inputs {
		if got, ok := attr(n, "name"); !ok || got != name {
			continue
		}
		kind := n.Data
		switch n.Data {
		case "input":
			kind = inputType(n)
			if kind == "radio" || kind == "checkbox" || kind == "hidden" {
				values = append(values, inputValue(n))
			}
		case "select":
			if has(n, "multiple") {
				kind = "multiple select"
			}
			for _, o := range below(n, isOption) {
				values = append(values, optionValue(o))
			}
		}
		kinds = append([]string{kind}, kinds...)
	}
	return kinds, values
}
