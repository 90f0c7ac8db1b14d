package heex

import (
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
)

// element makes an Element of an opening tag, with its attributes parsed and
// the special ones taken out.
func (p *parser) element(t token) *Element {
	el := &Element{Kind: t.elem, Name: t.name, NameAt: t.nameAt}
	el.At.At = t.at
	for _, a := range t.attrs {
		switch {
		case a.name == "phx-no-format", a.name == "phx-no-curly-interpolation":
		case a.name == ":let" && t.elem == Tag:
			// check reports it.
		case strings.HasPrefix(a.name, ":"):
			p.special(el, t, a)
		default:
			el.Attrs = append(el.Attrs, p.attr(a))
		}
	}
	return el
}

func (p *parser) attr(a attr) *Attr {
	out := &Attr{At: a.at, Name: a.name, Quote: a.quote}
	if a.code != nil {
		out.X = p.expr(a.code)
	}
	if a.text != nil {
		out.Text = a.text.Text
		out.TextAt = a.text.Span(0, len(a.text.Text))
	}
	return out
}

// special takes an attribute whose name starts with a colon.
func (p *parser) special(el *Element, t token, a attr) {
	known := a.name == ":for" || a.name == ":if" || a.name == ":key" || a.name == ":let"
	switch {
	case el.Kind == Slot && a.name == ":key":
		p.fail(a.at, ":key is not supported on slots: %s", el.Name)
		return
	case a.name == ":type" && el.Kind == Tag && a.code != nil:
		// Macro components: Phoenix.LiveView.ColocatedHook and its like.
		el.Type = p.expr(a.code)
		return
	case !known && el.Kind == Tag:
		p.fail(a.at, "unsupported attribute %s in tags", a.name)
		return
	case !known:
		p.fail(a.at, "unsupported attribute \"%s\" in %s", a.name, el.describe())
		return
	case a.code == nil && el.Kind == Tag:
		p.fail(a.at, "%s must be an expression between {...}", a.name)
		return
	case a.code == nil:
		p.fail(a.at, "%s must be a pattern between {...} in %s", a.name, el.describe())
		return
	}
	if first, dup := firstOf(t.attrs, a); dup {
		p.duplicate(el, first, a)
		return
	}
	x := p.expr(a.code)
	switch a.name {
	case ":for":
		gen, ok := x.(*syntax.Binary)
		if !ok || gen.Op != "<-" {
			if _, bad := x.(*syntax.Bad); !bad {
				p.fail(a.at, ":for must be a generator expression (pattern <- enumerable) between {...}")
			}
			return
		}
		el.For = gen
	case ":if":
		el.If = x
	case ":key":
		el.Key = x
	case ":let":
		el.Let = x
	}
}

// firstOf returns the first attribute with the name of a, and whether that is
// another one.
func firstOf(attrs []attr, a attr) (attr, bool) {
	for _, b := range attrs {
		if b.name == a.name {
			return b, b.at != a.at
		}
	}
	return a, false
}

// duplicate reports the second of two special attributes. LiveView quotes the
// name for tags, and names the second's own line there.
func (p *parser) duplicate(el *Element, first, a attr) {
	if el.Kind == Tag {
		p.fail(a.at, "cannot define multiple \"%s\" attributes. Another \"%s\" has already been defined at line %d",
			a.name, a.name, a.at.Pos().Line)
		return
	}
	p.fail(a.at, "cannot define multiple %s attributes. Another %s has already been defined at line %d",
		a.name, a.name, first.at.Pos().Line)
}

// describe names the element as LiveView's messages do.
func (e *Element) describe() string {
	switch e.Kind {
	case Local:
		return "local component: " + e.Name
	case Remote:
		return "remote component: " + e.Name
	case Slot:
		return "slot: " + e.Name
	}
	return "tags"
}

// check reports what is wrong with a whole element.
func (p *parser) check(el *Element, t token) {
	let, letAt := false, source.Span{}
	for _, a := range t.attrs {
		if a.name == ":let" {
			let, letAt = true, a.at
		}
	}
	switch {
	case el.Kind == Tag:
		if let {
			p.fail(letAt, "unsupported attribute :let in tags")
		}
		p.checkTag(el, t)
	case let && el.Closing != Paired && el.Kind == Slot:
		p.fail(letAt, "cannot use :let on a slot without inner content")
	case let && el.Closing != Paired:
		p.failAs("CompileError", letAt, "cannot use :let on a component without inner content")
	}
	if el.Kind == Remote && !isRemoteName(el.Name) {
		p.fail(t.at, "invalid tag <%s>", t.raw)
	}
	if el.Key != nil && el.For == nil && !hasAttr(t.attrs, ":for") {
		p.fail(t.at, "cannot use :key without :for")
	}
}

func hasAttr(attrs []attr, name string) bool {
	for _, a := range attrs {
		if a.name == name {
			return true
		}
	}
	return false
}

// isRemoteName reports whether the part after the last dot is a function's.
func isRemoteName(name string) bool {
	i := strings.LastIndexByte(name, '.')
	return i > 0 && i+1 < len(name) && name[i+1] >= 'a' && name[i+1] <= 'z'
}

// checkTag checks phx-update, phx-hook and the id that they need.
func (p *parser) checkTag(el *Element, t token) {
	needs, id := "", false
	for _, a := range el.Attrs {
		switch a.Name {
		case "", "id":
			id = true
		case "phx-hook":
			needs = a.Name
		case "phx-update":
			needs = a.Name
			p.checkUpdate(a)
		case "name":
			if el.Name == "input" && a.Quote != 0 && a.Text == "id" {
				p.warn(a.At, "%s", inputNamedID)
			}
		}
	}
	if needs != "" && !id {
		p.fail(t.at, "attribute \"%s\" requires the \"id\" attribute to be set", needs)
	}
}

func (p *parser) checkUpdate(a *Attr) {
	if a.Quote == 0 {
		return
	}
	switch a.Text {
	case "ignore", "stream", "replace":
	case "append", "prepend":
		p.warn(a.At, "phx-update=\"%s\" is deprecated, please use streams instead", a.Text)
	default:
		p.fail(a.At, "the value of the attribute \"phx-update\" must be: ignore, stream, append, prepend, or replace")
	}
}

const inputNamedID = `Setting the "name" attribute to "id" on an input tag overrides the ID of the corresponding form element.
This leads to unexpected behavior, especially when using LiveView, and is not recommended.

You should use a different value for the "name" attribute, e.g. "_id" and remap the value in the
corresponding handle_event/3 callback or controller.
`
