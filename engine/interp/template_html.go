package interp

import (
	"strings"

	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// Values become HTML here as in Phoenix.HTML and Phoenix.LiveView.HTMLEngine.

var (
	atomSafe      = term.NewAtom("safe")
	atomSafeProto = term.NewModule("Phoenix.HTML.Safe")
)

// html is {:safe, text} that need not become a tuple.
type html string

// Kind implements term.Term.
func (html) Kind() term.Kind { return term.KindTuple }

// HTMLEscape escapes the five characters that mean something in HTML.
func HTMLEscape(s string) string {
	if !strings.ContainsAny(s, `<>&"'`) {
		return s
	}
	return htmlEscaper.Replace(s)
}

var htmlEscaper = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;", `"`, "&quot;", "'", "&#39;")

// HTMLSafe returns the HTML of a value, as Phoenix.HTML.Safe.to_iodata/1, with
// {:safe, data} as it is.
func (t *Thread) HTMLSafe(v term.Term) string {
	switch x := v.(type) {
	case html:
		return string(x)
	case term.Binary:
		return HTMLEscape(string(x))
	case term.Atom:
		if x == term.Nil {
			return ""
		}
		return HTMLEscape(x.Name())
	case term.Int, *term.Big, term.Float:
		return t.ToString(x)
	case *term.List:
		var b strings.Builder
		t.safeList(&b, x, &term.Meter{})
		return b.String()
	case term.Tuple:
		if len(x) == 2 && x[0] == term.Term(atomSafe) {
			return t.IOData(x[1])
		}
	case *rendered.Rendered:
		return t.renderedText(x)
	case *rendered.Comprehension:
		return t.comprehensionText(x)
	case *rendered.Component:
		t.RaiseArgument("%s", componentInText(x))
	default:
		if _, isStruct := typeOf(v); isStruct {
			if m := t.prog.implFor(atomSafeProto, v); m != nil {
				if f := m.export("to_iodata", 1); f != nil {
					return t.IOData(t.invoke(f, []term.Term{v}, nil))
				}
			}
		}
	}
	t.raiseProtocol(atomSafeProto, v, "")
	return ""
}

// safeList is Phoenix.HTML.Safe.List.to_iodata/1.
func (t *Thread) safeList(b *strings.Builder, l *term.List, m *term.Meter) {
	for l != nil {
		m.Step()
		m.Room(b.Len())
		switch x := l.Head.(type) {
		case term.Int:
			if x > 255 || x < 0 {
				t.RaiseArgument("lists in Phoenix.HTML templates only support iodata, and not chardata. Integers may only represent bytes. " +
					"It's likely you meant to pass a string with double quotes instead of a char list with single quotes.")
			}
			b.WriteString(HTMLEscape(string([]byte{byte(x)})))
		case term.Binary:
			b.WriteString(HTMLEscape(string(x)))
		case *term.List:
			m.Enter()
			t.safeList(b, x, m)
			m.Leave()
		case html:
			b.WriteString(string(x))
		default:
			pair, ok := x.(term.Tuple)
			if !ok || len(pair) != 2 || pair[0] != term.Term(atomSafe) {
				t.RaiseArgument("lists in Phoenix.HTML and templates may only contain integers representing bytes, binaries or other lists, "+
					"got invalid entry: %s", t.Inspect(x, term.InspectOptions{}))
			}
			b.WriteString(t.IOData(pair[1]))
		}
		next, ok := l.Tail.(*term.List)
		if !ok {
			next = &term.List{Head: l.Tail, Tail: term.Empty}
		}
		l = next
	}
}

// IOData flattens iodata, and raises ArgumentError for anything else.
func (t *Thread) IOData(v term.Term) string {
	if s, ok := v.(term.Binary); ok {
		return string(s)
	}
	var b strings.Builder
	if !ioData(&b, v, &term.Meter{}) {
		t.RaiseArgument("errors were found at the given arguments:\n\n  * 1st argument: not an iodata term\n")
	}
	return b.String()
}

func ioData(b *strings.Builder, v term.Term, m *term.Meter) bool {
	m.Enter()
	m.Room(b.Len())
	defer m.Leave()
	switch x := v.(type) {
	case term.Binary:
		b.WriteString(string(x))
		return true
	case html:
		b.WriteString(string(x))
		return true
	case *term.List:
		for x != nil {
			m.Step()
			if n, ok := x.Head.(term.Int); ok {
				if n < 0 || n > 255 {
					return false
				}
				b.WriteByte(byte(n))
			} else if !ioData(b, x.Head, m) {
				return false
			}
			next, ok := x.Tail.(*term.List)
			if !ok {
				return ioData(b, x.Tail, m)
			}
			x = next
		}
		return true
	}
	return false
}

// toDyn makes a dynamic part of a value, as Phoenix.LiveView.Engine's
// live_to_iodata/1.
func (t *Thread) toDyn(v term.Term) rendered.Dyn {
	switch x := v.(type) {
	case html:
		return rendered.Text(x)
	case term.Binary:
		return rendered.Text(HTMLEscape(string(x)))
	case *rendered.Rendered, *rendered.Comprehension, *rendered.Component:
		return x
	}
	return rendered.Text(t.HTMLSafe(v))
}

// renderedText is the whole HTML of a Rendered, as Phoenix.HTML.Safe makes it.
func (t *Thread) renderedText(r *rendered.Rendered) string {
	var b strings.Builder
	t.interleave(&b, r.Statics, r.Dynamic(false))
	return b.String()
}

func (t *Thread) comprehensionText(c *rendered.Comprehension) string {
	var b strings.Builder
	for _, e := range c.Entries {
		t.interleave(&b, c.Statics, e.Render(nil, false))
	}
	return b.String()
}

func (t *Thread) interleave(b *strings.Builder, statics []string, dyns []rendered.Dyn) {
	for i, s := range statics {
		b.WriteString(s)
		if i == len(dyns) {
			return
		}
		switch d := dyns[i].(type) {
		case rendered.Text:
			b.WriteString(string(d))
		case term.Term:
			b.WriteString(t.HTMLSafe(d))
		}
	}
}

func componentInText(c *rendered.Component) string {
	return "cannot convert component " + term.Inspect(c.Module) + " with id " + term.Inspect(c.ID) + " to HTML.\n\n" +
		"A component must always be returned directly as part of a LiveView template.\n\n" +
		"For example, this is not allowed:\n\n" +
		"    <%= content_tag :div do %>\n" +
		"      <.live_component module={SomeComponent} id=\"myid\" />\n" +
		"    <% end %>\n\n" +
		"That's because the component is inside `content_tag`. However, this works:\n\n" +
		"    <div>\n" +
		"      <.live_component module={SomeComponent} id=\"myid\" />\n" +
		"    </div>\n\n" +
		"Components are also allowed inside Elixir's special forms, such as\n" +
		"`if`, `for`, `case`, and friends.\n\n" +
		"    <%= for item <- items do %>\n" +
		"      <.live_component module={SomeComponent} id={item} />\n" +
		"    <% end %>\n\n" +
		"However, using other module functions such as `Enum`, will not work:\n\n" +
		"    <%= Enum.map(items, fn item -> %>\n" +
		"      <.live_component module={SomeComponent} id={item} />\n" +
		"    <% end %>\n"
}

// classValue is Phoenix.LiveView.HTMLEngine.class_attribute_encode/1.
func classValue(t *Thread, v term.Term) string {
	l, ok := v.(*term.List)
	if !ok {
		return emptyValue(t, v)
	}
	var b strings.Builder
	t.classList(&b, l, &term.Meter{})
	return HTMLEscape(b.String())
}

func (t *Thread) classList(b *strings.Builder, l *term.List, m *term.Meter) {
	m.Enter()
	defer m.Leave()
	m.Room(b.Len())
	for e := range l.All() {
		m.Step()
		switch x := e.(type) {
		case *term.List:
			t.classList(b, x, m)
		default:
			if !term.Truthy(x) {
				continue
			}
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(t.ToString(x))
		}
	}
}

// emptyValue is Phoenix.LiveView.HTMLEngine.empty_attribute_encode/1.
func emptyValue(t *Thread, v term.Term) string {
	switch v {
	case term.Term(term.Nil), term.Term(term.False), term.Term(term.True):
		return ""
	}
	return t.HTMLSafe(v)
}

// binaryValue is Phoenix.LiveView.HTMLEngine.binary_encode/1.
func binaryValue(t *Thread, v term.Term) string {
	s, ok := v.(term.Binary)
	if !ok {
		t.RaiseArgument("expected a binary in <>, got: %s", t.Inspect(v, term.InspectOptions{}))
	}
	return HTMLEscape(string(s))
}

// dynamicAttributes is Phoenix.LiveView.HTMLEngine.attributes_escape/1, which
// keeps the underscores of the names.
func dynamicAttributes(t *Thread, v term.Term) string { return t.attributes(v, false) }

// AttributesEscape returns the attributes of an enumerable of names and values,
// each with a space in front, as Phoenix.HTML.attributes_escape/1.
func (t *Thread) AttributesEscape(v term.Term) string { return t.attributes(v, true) }

// DynamicAttributes is AttributesEscape with names kept as they are, as
// Phoenix.LiveView.HTMLEngine.attributes_escape/1.
func (t *Thread) DynamicAttributes(v term.Term) string { return t.attributes(v, false) }

func (t *Thread) attributes(v term.Term, dasherize bool) string {
	var b strings.Builder
	t.Each(v, func(e term.Term) bool {
		pair, ok := e.(term.Tuple)
		if !ok || len(pair) != 2 {
			t.RaiseFunctionClause("Phoenix.HTML", "build_attrs", []term.Term{term.NewList(e)})
		}
		t.attribute(&b, pair[0], pair[1], dasherize)
		return true
	})
	return b.String()
}

func (t *Thread) attribute(b *strings.Builder, key, value term.Term, dasherize bool) {
	switch value {
	case term.Term(term.True):
		b.WriteString(" " + t.attributeName(key, dasherize))
		return
	case term.Term(term.False), term.Term(term.Nil):
		return
	}
	name := ""
	switch k := key.(type) {
	case term.Atom:
		name = k.Name()
	case term.Binary:
		name = string(k)
	}
	list, isList := value.(*term.List)
	switch {
	case name == "id":
		switch value.(type) {
		case term.Int, *term.Big, term.Float:
			text := t.ToString(value)
			t.RaiseArgument("attempting to set id attribute to %s, but setting the DOM ID to a number can lead to unpredictable behaviour. "+
				"Instead consider prefixing the id with a string, such as \"user-%s\" or similar", text, text)
		}
		writeAttribute(b, " id", t.attributeValue(value))
	case name == "class":
		text := ""
		if isList {
			text = HTMLEscape(t.joinedClasses(list, &term.Meter{}))
		} else {
			text = t.attributeValue(value)
		}
		writeAttribute(b, " class", text)
	case isList && (name == "aria" || name == "data" || name == "phx"):
		t.nestedAttributes(b, " "+name, list, &term.Meter{})
	default:
		name, text := t.attributeName(key, dasherize), t.attributeValue(value)
		b.Grow(len(name) + len(text) + len(` =""`))
		b.WriteByte(' ')
		writeAttribute(b, name, text)
	}
}

func writeAttribute(b *strings.Builder, name, value string) {
	b.Grow(len(name) + len(value) + len(`=""`))
	b.WriteString(name)
	b.WriteString(`="`)
	b.WriteString(value)
	b.WriteByte('"')
}

// joinedClasses keeps the truthy elements and joins them, nested lists first.
func (t *Thread) joinedClasses(l *term.List, m *term.Meter) string {
	m.Enter()
	defer m.Leave()
	var parts []string
	for e := range l.All() {
		m.Step()
		switch x := e.(type) {
		case *term.List:
			parts = append(parts, t.joinedClasses(x, m))
		default:
			if term.Truthy(x) {
				parts = append(parts, t.ToString(x))
			}
		}
	}
	return strings.Join(parts, " ")
}

func (t *Thread) nestedAttributes(b *strings.Builder, prefix string, l *term.List, m *term.Meter) {
	m.Enter()
	defer m.Leave()
	m.Room(b.Len())
	for e := range l.All() {
		m.Steps(1 + len(prefix)/64)
		pair, ok := e.(term.Tuple)
		if !ok || len(pair) != 2 {
			t.RaiseFunctionClause("Phoenix.HTML", "nested_attrs", []term.Term{l, term.Binary(prefix), term.Empty})
		}
		if pair[1] == term.Term(term.False) || pair[1] == term.Term(term.Nil) {
			continue
		}
		name := prefix + "-" + t.attributeName(pair[0], true)
		if pair[1] == term.Term(term.True) {
			b.WriteString(name)
			continue
		}
		if nested, ok := pair[1].(*term.List); ok {
			t.nestedAttributes(b, name, nested, m)
			continue
		}
		b.WriteString(name + `="` + t.attributeValue(pair[1]) + `"`)
	}
}

// attributeName checks a name that is not known to be safe, and of an atom
// makes underscores dashes when told to.
func (t *Thread) attributeName(key term.Term, dasherize bool) string {
	switch k := key.(type) {
	case term.Atom:
		if dasherize {
			return strings.ReplaceAll(k.Name(), "_", "-")
		}
		return t.validName(k.Name())
	case term.Binary:
		return t.validName(string(k))
	}
	return t.attributeValue(key)
}

func (t *Thread) validName(name string) string {
	valid := name != ""
	for i := 0; i < len(name); i++ {
		if c := name[i]; c <= 0x1F || c == 0x7F || strings.IndexByte(`"'>/=`, c) >= 0 {
			valid = false
		}
	}
	if !valid {
		t.RaiseArgument("expected attribute name to be a non-empty string not containing any of \"\\\"'>/=\", control characters, or DEL, got: %s",
			term.Inspect(term.Binary(name)))
	}
	return name
}

func (t *Thread) attributeValue(v term.Term) string {
	if v == term.Term(term.Nil) {
		return ""
	}
	return t.HTMLSafe(v)
}
