package interp

import (
	"fmt"
	"slices"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// storedCall is a call of a component in a template, as it is checked against
// the component's declarations, as
// Phoenix.Component.Declarative.__verify__/2.
type storedCall struct {
	module term.Atom
	name   string
	// prefixes are the global prefixes of the calling module.
	prefixes []string
	root     bool
	attrs    []storedAttr
	slots    []storedSlot
	span     source.Span
}

// storedAttr is an attribute and what is known of its value.
type storedAttr struct {
	name string
	at   source.Span
	kind string // string, list, map, integer, …; "any" when unknown
	// value is that of a literal, nil for other code, and text its source.
	value term.Term
	text  string
	arity int
}

type storedSlot struct {
	name    string
	entries []storedEntry
}

type storedEntry struct {
	root  bool
	attrs []storedAttr
	span  source.Span
}

// storeCall takes down a call for the checks.
func storeCall(n *componentCall, module term.Atom, name string, prefixes []string) *storedCall {
	s := &storedCall{module: module, name: name, prefixes: prefixes, root: len(n.roots) > 0, span: n.Span()}
	s.attrs = storeAttrs(n.attrs)
	for _, slot := range n.slots {
		out := storedSlot{name: slot.name}
		for _, e := range slot.entries {
			out.entries = append(out.entries, storedEntry{len(e.roots) > 0, storeAttrs(e.attrs), e.Span()})
		}
		s.slots = append(s.slots, out)
	}
	return s
}

func storeAttrs(fields []attrField) []storedAttr {
	var out []storedAttr
	for _, f := range fields {
		a := storedAttr{name: f.name, at: f.at, text: f.x.Span().Text(), arity: -1}
		a.kind = a.classify(f.x)
		if v, ok := literalTerm(f.x); ok {
			a.value, a.text = v, term.Inspect(v)
		}
		if i := slices.IndexFunc(out, func(o storedAttr) bool { return o.name == f.name }); i >= 0 {
			out[i] = a
			continue
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b storedAttr) int { return strings.Compare(a.name, b.name) })
	return out
}

// classify names the type that a piece of code certainly has.
func (a *storedAttr) classify(n syntax.Node) string {
	switch n := n.(type) {
	case *syntax.String:
		if n.Charlist {
			return "list"
		}
		return "string"
	case *syntax.Bitstring:
		return "string"
	case *syntax.List:
		return "list"
	case *syntax.Map:
		if n.Struct == nil {
			return "map"
		}
	case *syntax.Int:
		return "integer"
	case *syntax.Float:
		return "float"
	case *syntax.Atom:
		if n.Name == "true" || n.Name == "false" {
			return "boolean"
		}
		return "atom"
	case *syntax.Fn:
		if len(n.Clauses) == 1 {
			a.arity = len(n.Clauses[0].Args)
			return "fun"
		}
	case *syntax.Unary:
		if n.Op == "&" {
			if a.arity = captureArity(n.X); a.arity > 0 {
				return "fun"
			}
		}
	}
	return "any"
}

// captureArity returns the number of arguments of &name/n and &(… &1 …).
func captureArity(n syntax.Node) int {
	if b, ok := n.(*syntax.Binary); ok && b.Op == "/" {
		if i, ok := b.R.(*syntax.Int); ok {
			return int(i.Value.Int64())
		}
	}
	most := 0
	if a, ok := n.(*syntax.CaptureArg); ok {
		return a.N
	}
	for _, c := range childNodes(n) {
		most = max(most, captureArity(c))
	}
	return most
}

// verify checks a call and hands what it finds to warn.
func (s *storedCall) verify(decl *componentDecl, warn func(at source.Span, format string, args ...any)) {
	fa := moduleText(s.module) + "." + s.name + "/1"
	var global *attrDecl
	known := map[string]bool{}
	for _, d := range decl.attrs {
		known[d.name] = true
		if global == nil && d.kind.name == "global" {
			global = d
		}
		given := slices.IndexFunc(s.attrs, func(a storedAttr) bool { return a.name == d.name })
		switch {
		case given < 0 && d.required && !s.root:
			warn(s.span, "missing required attribute \"%s\" for component %s", d.name, fa)
		case given < 0:
		case d.kind.name == "global":
			warn(s.attrs[given].at, "global attribute \"%s\" in component %s may not be provided directly", d.name, fa)
		default:
			s.verifyValue(d, &s.attrs[given], fmt.Sprintf("attribute \"%s\" in component %s", d.name, fa), warn)
		}
	}
	for _, a := range s.attrs {
		if !known[a.name] && (global == nil || !isGlobal(a.name, global, s.prefixes)) {
			warn(a.at, "undefined attribute \"%s\" for component %s", a.name, fa)
		}
	}
	s.verifySlots(decl, fa, warn)
}

// verifyValue checks an attribute's value against type and :values.
func (s *storedCall) verifyValue(d *attrDecl, a *storedAttr, what string, warn func(source.Span, string, ...any)) {
	if values, ok := option(d.opts, "values"); ok && a.kind != "any" {
		if !hasValue(values, a.value) {
			text := a.mismatch(d.kind)
			if text == "" {
				text = a.text
			}
			warn(a.at, "%s must be one of %s, got: %s", what, term.Inspect(values), text)
		}
		return
	}
	if text := a.mismatch(d.kind); text != "" {
		warn(a.at, "%s must be %s, got: %s", what, d.kind.article(), text)
	}
}

func hasValue(values, v term.Term) bool {
	if v == nil {
		return false
	}
	if m, ok := values.(*term.Map); ok { // a range
		first, ok1 := m.GetAtom(atomFirst).(term.Int)
		last, ok2 := m.GetAtom(atomLast).(term.Int)
		i, ok3 := v.(term.Int)
		return ok1 && ok2 && ok3 && i >= first && i <= last
	}
	list, _ := values.(*term.List)
	for e := range list.All() {
		if term.StrictEqual(e, v) {
			return true
		}
	}
	return false
}

// mismatch returns the text of a value that cannot be of the type, "" when it
// may be.
func (a *storedAttr) mismatch(k attrKind) string {
	switch {
	case k.name == "any", a.kind == "any", k.name == "atom" && a.kind == "boolean":
		return ""
	case a.kind == "fun":
		if k.name == "fun" && (k.arity < 0 || k.arity == a.arity) {
			return ""
		}
		return attrKind{"fun", term.Atom{}, a.arity}.article()
	case k.name == a.kind:
		return ""
	case k.name == "struct" && a.kind == "map" && strings.Contains(a.text, "|"):
		return ""
	}
	return a.text
}

func (s *storedCall) verifySlots(decl *componentDecl, fa string, warn func(source.Span, string, ...any)) {
	known := map[string]bool{}
	for _, d := range decl.slots {
		known[d.name] = true
		i := slices.IndexFunc(s.slots, func(o storedSlot) bool { return o.name == d.name })
		if i < 0 {
			if d.required {
				warn(s.span, "missing required slot \"%s\" for component %s", d.name, fa)
			}
			continue
		}
		s.verifyEntries(d, s.slots[i], fa, warn)
	}
	for _, slot := range s.slots {
		if known[slot.name] || slot.name == "inner_block" && len(decl.slots) > 0 {
			continue
		}
		for _, e := range slot.entries {
			warn(e.span, "undefined slot \"%s\" for component %s", slot.name, fa)
		}
	}
}

func (s *storedCall) verifyEntries(d *slotDecl, slot storedSlot, fa string, warn func(source.Span, string, ...any)) {
	where := fmt.Sprintf("in slot \"%s\" for component %s", d.name, fa)
	for _, e := range slot.entries {
		for _, a := range d.attrs {
			if a.required && !e.root && !slices.ContainsFunc(e.attrs, func(o storedAttr) bool { return o.name == a.name }) {
				warn(e.span, "missing required attribute \"%s\" %s", a.name, where)
			}
		}
	}
	for _, e := range slot.entries {
		for i := range e.attrs {
			a := &e.attrs[i]
			k := slices.IndexFunc(d.attrs, func(o *attrDecl) bool { return o.name == a.name })
			switch {
			case k >= 0:
				s.verifyValue(d.attrs[k], a, fmt.Sprintf("attribute \"%s\" %s", a.name, where), warn)
			case len(d.attrs) == 0 && !d.validate:
			default:
				warn(a.at, "undefined attribute \"%s\" %s", a.name, where)
			}
		}
	}
}

// isGlobal reports whether an attribute goes into the component's :global one.
func isGlobal(name string, d *attrDecl, prefixes []string) bool {
	for _, p := range append([]string{"phx-", "aria-", "data-"}, prefixes...) {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	if globalNames[name] {
		return true
	}
	include, _ := option(d.opts, "include")
	list, _ := include.(*term.List)
	for e := range list.All() {
		if e == term.Term(term.Binary(name)) {
			return true
		}
	}
	return false
}

var globalNames = map[string]bool{}

func init() {
	for _, n := range strings.Fields(`accesskey anchor autocapitalize autocorrect autofocus class contenteditable dir draggable enterkeyhint
		exportparts hidden id inert inputmode is itemid itemprop itemref itemscope itemtype lang nonce onabort onautocomplete
		onautocompleteerror onblur oncancel oncanplay oncanplaythrough onchange onclick onclose oncontextmenu oncuechange ondblclick
		ondrag ondragend ondragenter ondragleave ondragover ondragstart ondrop ondurationchange onemptied onended onerror onfocus
		oninput oninvalid onkeydown onkeypress onkeyup onload onloadeddata onloadedmetadata onloadstart onmousedown onmouseenter
		onmouseleave onmousemove onmouseout onmouseover onmouseup onmousewheel onpause onplay onplaying onprogress onratechange
		onreset onresize onscroll onseeked onseeking onselect onshow onsort onstalled onsubmit onsuspend ontimeupdate ontoggle
		onvolumechange onwaiting part popover role slot spellcheck style tabindex title translate virtualkeyboardpolicy
		writingsuggestions xml:base xml:lang`) {
		globalNames[n] = true
	}
}
