package interp

import (
	"strings"

	"streamsplayground/engine/heex"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// attributes adds a tag's attributes to a block: as static text where their
// names and values are known, as Phoenix.LiveView.HTMLEngine.
func (b *templateBuilder) attributes(out *liveBlock, attrs []*heex.Attr) {
	for _, a := range attrs {
		switch {
		case a.X == nil && a.Quote == 0:
			out.static(" " + a.Name)
		case a.X == nil:
			text := a.Text
			if a.Name == "phx-hook" && len(text) > 0 && text[0] == '.' {
				text = b.module + text
			}
			out.static(" " + a.Name + "=" + string(a.Quote) + text + string(a.Quote))
		case a.Name == "":
			b.rootAttribute(out, b.lower(a.X))
		default:
			b.attribute(out, a.Name, b.lower(a.X))
		}
	}
}

// rootAttribute handles {expr}: keyword lists and maps whose keys are written
// out are attributes like any other.
func (b *templateBuilder) rootAttribute(out *liveBlock, x syntax.Node) {
	pairs, ok := literalPairs(x)
	if !ok {
		out.expr(&htmlNode{At: at(x), x: x, fn: dynamicAttributes})
		return
	}
	for _, p := range pairs {
		b.attribute(out, p.name, p.x)
	}
}

// literalPairs returns the entries of a list of pairs or a map whose keys are
// atoms or strings.
func literalPairs(x syntax.Node) ([]attrField, bool) {
	var out []attrField
	add := func(k, v syntax.Node) bool {
		switch k := k.(type) {
		case *syntax.Atom:
			out = append(out, attrField{name: k.Name, x: v})
			return true
		default:
			s, ok := stringLiteral(k)
			out = append(out, attrField{name: s, x: v})
			return ok
		}
	}
	switch x := x.(type) {
	case *syntax.List:
		for _, e := range x.Elems {
			pair, ok := e.(*syntax.Tuple)
			if !ok || len(pair.Elems) != 2 || !add(pair.Elems[0], pair.Elems[1]) {
				return nil, false
			}
		}
		return out, true
	case *syntax.Map:
		if x.Struct != nil || x.Update != nil {
			return nil, false
		}
		for _, p := range x.Pairs {
			if !add(p.Key, p.Value) {
				return nil, false
			}
		}
		return out, true
	}
	return nil, false
}

// attribute adds name={x}.
func (b *templateBuilder) attribute(out *liveBlock, name string, x syntax.Node) {
	switch name {
	case "class":
		out.static(` class="`)
		b.classAttribute(out, x)
		out.static(`"`)
		return
	case "style":
		out.static(` style="`)
		out.expr(&htmlNode{At: at(x), x: x, fn: emptyValue})
		out.static(`"`)
		return
	}
	pieces, ok := binaryPieces(x, true)
	if !ok {
		out.expr(&htmlNode{At: at(x), x: x, fn: attributeNamed(name)})
		return
	}
	out.static(" " + name + `="`)
	for _, p := range pieces {
		if p.x == nil {
			out.static(p.text)
		} else {
			out.expr(p.x)
		}
	}
	out.static(`"`)
}

// classAttribute makes the strings at the start of a class list static.
func (b *templateBuilder) classAttribute(out *liveBlock, x syntax.Node) {
	list, ok := x.(*syntax.List)
	n, text := 0, ""
	if ok {
		for n < len(list.Elems) {
			s, literal := stringLiteral(list.Elems[n])
			if !literal {
				break
			}
			if n > 0 {
				text += " "
			}
			text += s
			n++
		}
	}
	if n == 0 {
		out.expr(&htmlNode{At: at(x), x: x, fn: classValue})
		return
	}
	text = HTMLEscape(text)
	if n == len(list.Elems) {
		out.static(text)
		return
	}
	out.static(text + " ")
	rest := &syntax.List{At: list.At, Elems: list.Elems[n:]}
	out.expr(&htmlNode{At: at(x), x: rest, fn: classValue})
}

// attributeNamed makes one attribute of a value that may be true, false or nil.
func attributeNamed(name string) func(t *Thread, v term.Term) string {
	var key term.Term = html(name) // known to be safe
	switch name {
	case "id", "aria", "class", "data":
		key = term.NewAtom(name)
	}
	return func(t *Thread, v term.Term) string {
		var b strings.Builder
		t.attribute(&b, key, v, true)
		return b.String()
	}
}

// binaryPieces splits a string with interpolation, or strings joined by <>,
// into static text and values. ok is false when x is neither.
func binaryPieces(x syntax.Node, root bool) (pieces []livePart, ok bool) {
	switch x := x.(type) {
	case *syntax.String:
		if x.Charlist {
			break
		}
		for _, p := range x.Parts {
			if p.Expr == nil {
				pieces = append(pieces, livePart{text: HTMLEscape(p.Text)})
				continue
			}
			pieces = append(pieces, livePart{x: &htmlNode{At: at(p.Expr), x: p.Expr, fn: func(t *Thread, v term.Term) string {
				return HTMLEscape(t.ToString(v))
			}}})
		}
		return pieces, true
	case *syntax.Binary:
		if x.Op == "<>" {
			l, _ := binaryPieces(x.L, false)
			r, _ := binaryPieces(x.R, false)
			return append(l, r...), true
		}
	case *syntax.Bitstring:
		return []livePart{{x: &htmlNode{At: x.At, x: x, fn: binaryValue}}}, true
	}
	if root {
		return nil, false
	}
	return []livePart{{x: &htmlNode{At: at(x), x: x, fn: binaryValue}}}, true
}

func at(n syntax.Node) syntax.At { return syntax.At{At: n.Span()} }
