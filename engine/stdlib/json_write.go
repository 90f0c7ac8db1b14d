package stdlib

import (
	"slices"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/term"
)

// jsonWriter writes terms as JSON, as Jason or as Elixir's own JSON does.
type jsonWriter struct {
	c        call
	b        strings.Builder
	charged  int
	protocol string // "Jason.Encoder" or "JSON.Encoder"
	escape   string // of Jason: json, html_safe, javascript_safe or unicode_safe
	strict   bool   // of Jason: complain about a key that comes twice
	// encoder is what JSON.encode!/2 was given for all that stands in the term,
	// nil for the protocol.
	encoder *term.Fun
	meter   term.Meter
}

// opts is what an implementation of the protocol gets as its second argument.
func (w *jsonWriter) opts() term.Term {
	if w.encoder != nil {
		return w.encoder
	}
	if w.protocol == "JSON.Encoder" {
		return &term.Fun{Arity: 2, Module: term.NewModule("JSON"), Name: term.NewAtom("protocol_encode"), External: true}
	}
	return tuple(atomTerm(w.escape), term.Bool(w.strict))
}

func (w *jsonWriter) value(v term.Term) {
	w.c.t.Burn(1)
	w.meter.Enter()
	defer w.meter.Leave()
	if w.b.Len()-w.charged > 1<<16 {
		w.c.t.Grow(w.b.Len() - w.charged)
		w.charged = w.b.Len()
	}
	if s, ok := v.(term.Struct); ok {
		v = s.AsMap()
	}
	switch x := v.(type) {
	case term.Atom:
		if x == term.Nil {
			w.b.WriteString("null")
		} else if x == term.True || x == term.False {
			w.b.WriteString(x.Name())
		} else {
			w.string(x.Name())
		}
	case term.Binary:
		w.string(string(x))
	case term.Int, *term.Big:
		w.b.WriteString(term.Inspect(x))
	case term.Float:
		w.b.WriteString(term.FloatText(float64(x)))
	case *term.List:
		w.list(x)
	case *term.Map:
		if name, ok := x.StructName(); ok {
			w.structValue(x, name)
			return
		}
		w.object(x)
	default:
		w.undefined(v)
	}
}

// element writes what stands in a list or a map.
func (w *jsonWriter) element(v term.Term) {
	if w.encoder == nil {
		w.value(v)
		return
	}
	w.raw(w.c.t.Call(w.encoder, v, w.encoder))
}

func (w *jsonWriter) list(l *term.List) {
	w.b.WriteByte('[')
	for c, first := l, true; c != nil; first = false {
		if !first {
			w.b.WriteByte(',')
		}
		w.element(c.Head)
		next, ok := c.Tail.(*term.List)
		if !ok {
			w.c.noClause()
		}
		c = next
	}
	w.b.WriteByte(']')
}

func (w *jsonWriter) object(m *term.Map) {
	w.b.WriteByte('{')
	first := true
	seen := map[string]bool{}
	for k, v := range m.All() {
		if !first {
			w.b.WriteByte(',')
		}
		first = false
		key := w.key(k)
		if w.strict {
			if seen[key] {
				w.encodeError("duplicate key: " + key)
			}
			seen[key] = true
		}
		if w.encoder != nil {
			w.element(bin(key))
		} else {
			w.string(key)
		}
		w.b.WriteByte(':')
		w.element(v)
	}
	w.b.WriteByte('}')
}

func (w *jsonWriter) key(k term.Term) string {
	switch x := k.(type) {
	case term.Atom:
		return x.Name()
	case term.Binary:
		return string(x)
	}
	return w.c.t.ToString(k)
}

// isoStructs are the structs that JSON writes as ISO 8601.
var isoStructs = map[string]bool{"Date": true, "Time": true, "NaiveDateTime": true, "DateTime": true}

func (w *jsonWriter) structValue(m *term.Map, name term.Atom) {
	text := strings.TrimPrefix(name.Name(), "Elixir.")
	impl := term.NewModule(w.protocol + "." + text)
	p := w.c.t.Program()
	if !p.Exports(impl, "encode", 2) {
		if isoStructs[text] || text == "Duration" && w.protocol == "JSON.Encoder" {
			w.b.WriteString(`"` + w.c.t.ToString(w.c.t.Apply(name, "to_iso8601", m)) + `"`)
			return
		}
		if w.protocol == "Jason.Encoder" && text == "Jason.Fragment" {
			w.raw(w.c.t.Call(m.GetAtom(term.NewAtom("encode")), w.opts()))
			return
		}
		if opts, ok := p.Derived(term.NewModule(w.protocol), name); ok {
			w.derived(m, name, opts)
			return
		}
		impl = term.NewModule(w.protocol + ".Any")
		if !p.Exports(impl, "encode", 2) {
			w.undefined(m)
		}
	}
	w.raw(w.c.t.Apply(impl, "encode", m, w.opts()))
}

// derived writes the fields of a struct whose module derives the protocol: all,
// those of :only, or all but those of :except.
func (w *jsonWriter) derived(m *term.Map, name term.Atom, v term.Term) {
	opts, _ := v.(*term.List)
	var fields []term.Term
	for k := range m.All() {
		if k != term.Term(term.StructKey) {
			fields = append(fields, k)
		}
	}
	if w.protocol == "JSON.Encoder" {
		// Elixir's own keeps the order of defstruct, Jason that of the keys.
		fields = fields[:0]
		info, _ := w.c.t.Apply(name, "__info__", atomTerm("struct")).(*term.List)
		for e := range info.All() {
			if f, ok := e.(*term.Map); ok {
				fields = append(fields, f.GetAtom(term.NewAtom("field")))
			}
		}
	}
	if only, ok := option(opts, "only", term.Nil).(*term.List); ok {
		fields, _ = only.Slice()
	} else if except, ok := option(opts, "except", term.Nil).(*term.List); ok {
		without, _ := except.Slice()
		fields = slices.DeleteFunc(fields, func(f term.Term) bool { return slices.Contains(without, f) })
	}
	w.b.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			w.b.WriteByte(',')
		}
		w.string(w.key(f))
		w.b.WriteByte(':')
		value, _ := m.Get(f)
		if value == nil {
			w.undefined(m)
		}
		w.element(value)
	}
	w.b.WriteByte('}')
}

// raw writes JSON that an implementation made.
func (w *jsonWriter) raw(v term.Term) {
	s, ok := ioData(v, false)
	if !ok {
		w.c.badArg(1, "not an iodata term")
	}
	w.b.WriteString(s)
}

const deriveHelp = `specifying which fields should be encoded to JSON:

    @derive {P, only: [....]}
    defstruct ...

It is also possible to encode all fields, although this should be used carefully to avoid accidentally leaking private information when new fields are added:

    @derive P
    defstruct ...

Finally, if you don't own the struct you want to encode to JSON, you may use Protocol.derive/3 placed outside of any module:

    Protocol.derive(P, NameOfTheStruct, only: [...])
    Protocol.derive(P, NameOfTheStruct)`

// undefined raises the Protocol.UndefinedError of a term that is no JSON.
func (w *jsonWriter) undefined(v term.Term) {
	help := strings.ReplaceAll(deriveHelp, "P,", w.protocol+",")
	help = strings.ReplaceAll(help, "(P,", "("+w.protocol+",")
	help = strings.ReplaceAll(help, "@derive P", "@derive "+w.protocol)
	description := "the protocol must be explicitly implemented.\n\nIf you have a struct, " +
		"you can derive the implementation " + help
	if w.protocol == "Jason.Encoder" {
		description = "Jason.Encoder protocol must always be explicitly implemented"
		if m, ok := v.(*term.Map); ok && m.Has(term.StructKey) {
			description += ".\n\nIf you own the struct, you can derive the implementation " + help + "\n"
		}
		if _, ok := v.(*term.Bits); ok {
			description = "cannot encode a bitstring to JSON"
		}
	} else if _, ok := v.(*term.Bits); ok {
		w.c.t.RaiseFunctionClause(":elixir_json", "encode_binary", []term.Term{v})
	}
	w.c.t.RaiseNew("Protocol.UndefinedError", "protocol", term.NewModule(w.protocol), "value", v, "description", bin(description))
}

func (w *jsonWriter) encodeError(message string) {
	w.c.t.RaiseNew("Jason.EncodeError", "message", bin(message))
}

const upperHex = "0123456789ABCDEF"

func (w *jsonWriter) unicode(r rune) {
	if r > 0xFFFF {
		r -= 0x10000
		w.unicode(0xD800 + r>>10)
		r = 0xDC00 + r&0x3FF
	}
	w.b.WriteString(`\u`)
	for shift := 12; shift >= 0; shift -= 4 {
		w.b.WriteByte(upperHex[r>>shift&15])
	}
}

var jsonEscapes = map[rune]string{
	'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`,
}

func (w *jsonWriter) string(s string) {
	w.b.WriteByte('"')
	start := 0
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			if r, n = utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && n == 1 {
				w.invalidByte(s, s[i])
			}
		}
		if !w.plain(r) {
			w.b.WriteString(s[start:i])
			switch esc, ok := jsonEscapes[r]; {
			case ok:
				w.b.WriteString(esc)
			case r == '/':
				w.b.WriteString(`\/`)
			default:
				w.unicode(r)
			}
			start = i + n
		}
		i += n
	}
	w.b.WriteString(s[start:])
	w.b.WriteByte('"')
}

// plain reports whether a character stands for itself in a string.
func (w *jsonWriter) plain(r rune) bool {
	switch {
	case r < 0x20 || r == '"' || r == '\\':
		return false
	case r == '/' || r == '<':
		return w.escape != "html_safe"
	case r == 0x2028 || r == 0x2029:
		return w.escape == "json"
	case r > 0x7F:
		return w.escape != "unicode_safe"
	}
	return true
}

func (w *jsonWriter) invalidByte(s string, b byte) {
	if w.protocol == "JSON.Encoder" {
		w.c.t.RaiseNew("ErlangError", "original", tuple(atomTerm("invalid_byte"), term.Int(b)))
	}
	w.encodeError("invalid byte 0x" + string([]byte{upperHex[b>>4], upperHex[b&15]}) + " in " + w.c.inspect(bin(s)))
}

// prettyJSON breaks JSON into lines, as Jason.Formatter does.
func prettyJSON(s, indent, line, space string) string {
	var b strings.Builder
	depth := 0
	newline := func() { b.WriteString(line + strings.Repeat(indent, depth)) }
	for i := 0; i < len(s); i++ {
		switch ch := s[i]; ch {
		case '"':
			end := i + 1
			for s[end] != '"' {
				if s[end] == '\\' {
					end++
				}
				end++
			}
			b.WriteString(s[i : end+1])
			i = end
		case '{', '[':
			b.WriteByte(ch)
			if s[i+1] == ch+2 {
				b.WriteByte(s[i+1])
				i++
				continue
			}
			depth++
			newline()
		case '}', ']':
			depth--
			newline()
			b.WriteByte(ch)
		case ',':
			b.WriteByte(ch)
			newline()
		case ':':
			b.WriteString(":" + space)
		default:
			b.WriteByte(ch)
		}
	}
	return b.String()
}
