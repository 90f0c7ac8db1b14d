package term

import (
	"fmt"
	"slices"
	"strings"
)

// mapDoc shows a map or a struct.
func mapDoc(m *Map, o InspectOptions) Term {
	name, ok := m.StructName()
	if !ok || o.Raw {
		return plainMapDoc(m, o)
	}
	if o.Custom != nil {
		if doc, ok := o.Custom(m, o); ok {
			return doc
		}
	}
	if show := structDocs[name]; show != nil {
		if doc := show(m, o); doc != nil {
			return doc
		}
	}
	return structDoc(m, name, o)
}

// PlainStructDoc shows a struct as if no module had an implementation of
// Inspect for it, as Inspect.Any.
func PlainStructDoc(m *Map, o InspectOptions) Term {
	name, ok := m.StructName()
	if !ok {
		return plainMapDoc(m, o)
	}
	return structDoc(m, name, o)
}

func plainMapDoc(m *Map, o InspectOptions) Term {
	items := &mapItems{keyword: true, keys: make([]Term, 0, m.Len()), vals: make([]Term, 0, m.Len())}
	for k, v := range m.All() {
		a, ok := k.(Atom)
		items.keyword = items.keyword && ok && !strings.HasPrefix(a.Name(), "Elixir.")
		items.keys, items.vals = append(items.keys, k), append(items.vals, v)
	}
	return ContainerDoc(Binary("%{"), Binary("}"), Binary(","), "strict", o, items)
}

type mapItems struct {
	keys, vals []Term
	keyword    bool
	hidden     bool // end with "..."
}

func (i *mapItems) More() bool { return len(i.keys) > 0 || i.hidden }

func (i *mapItems) Next(o InspectOptions) (doc, tail Term) {
	if len(i.keys) == 0 {
		i.hidden = false
		return Binary("..."), nil
	}
	k, v := i.keys[0], i.vals[0]
	i.keys, i.vals = i.keys[1:], i.vals[1:]
	if i.keyword {
		return keywordDoc(k.(Atom), v, o), nil
	}
	left := ToDoc(k, o)
	return Concat(Concat(left, Binary(" => ")), ToDoc(v, o)), nil
}

func structDoc(m *Map, name Atom, o InspectOptions) Term {
	shape := shapeOf(m, name, o)
	if shape == nil || !hasFields(m, shape.Fields) {
		return plainMapDoc(m, o)
	}
	items := &mapItems{keyword: true}
	for _, f := range shape.Fields {
		v := m.GetAtom(f)
		switch d, ok := shape.Optional[f]; {
		case shape.Only != nil && !slices.Contains(shape.Only, f), slices.Contains(shape.Except, f):
			items.hidden = true
		case ok && StrictEqual(v, d):
		default:
			items.keys, items.vals = append(items.keys, f), append(items.vals, v)
		}
	}
	open, end := "%"+AtomText(name)+"{", "}"
	if items.hidden {
		open, end = "#"+AtomText(name)+"<", ">"
	}
	return ContainerDoc(Binary(open), Binary(end), Binary(","), "strict", o, items)
}

func shapeOf(m *Map, name Atom, o InspectOptions) *StructShape {
	if o.Shape != nil {
		if s := o.Shape(name); s != nil {
			return s
		}
	}
	if s := CoreShape(name); s != nil || o.Shape != nil {
		return s
	}
	var s StructShape
	for k := range m.All() {
		if a, ok := k.(Atom); ok && a != StructKey && a != ExceptionKey {
			s.Fields = append(s.Fields, a)
		}
	}
	return &s
}

func hasFields(m *Map, fields []Atom) bool {
	n := len(fields) + 1
	if m.Has(ExceptionKey) {
		n++
	}
	if m.Len() != n {
		return false
	}
	for _, f := range fields {
		if !m.Has(f) {
			return false
		}
	}
	return true
}

// structDocs are the Inspect implementations of Elixir's own structs. Each
// returns nil for a value that lacks what the struct should hold.
var structDocs map[Atom]func(*Map, InspectOptions) Term

func init() { // in init because the functions reach ToDoc, which reads the table
	structDocs = map[Atom]func(*Map, InspectOptions) Term{
		NewModule("Range"):               rangeDoc,
		NewModule("MapSet"):              mapSetDoc,
		NewModule("Date"):                dateDoc,
		NewModule("Time"):                timeDoc,
		NewModule("NaiveDateTime"):       naiveDoc,
		NewModule("DateTime"):            dateTimeDoc,
		NewModule("Date.Range"):          dateRangeDoc,
		NewModule("Regex"):               regexDoc,
		NewModule("Stream"):              streamDoc,
		NewModule("Version.Requirement"): requirementDoc,
	}
}

// field returns a field by its name, nil if it is missing.
func field(m *Map, name string) Term { return m.GetAtom(NewAtom(name)) }

func intFields(m *Map, names ...string) ([]int64, bool) {
	out := make([]int64, len(names))
	for i, name := range names {
		n, ok := field(m, name).(Int)
		if !ok {
			return nil, false
		}
		out[i] = int64(n)
	}
	return out, true
}

func rangeDoc(m *Map, o InspectOptions) Term {
	first, last, step := field(m, "first"), field(m, "last"), field(m, "step")
	if first == nil || last == nil || m.Len() > 4 {
		return nil
	}
	down := Compare(first, last) > 0
	if step == nil {
		step = Int(1)
		if down {
			step = Int(-1)
		}
	}
	docs := []Term{ToDoc(first, o), Binary(".."), ToDoc(last, o)}
	if down || !StrictEqual(step, Int(1)) {
		docs = append(docs, Binary("//"), ToDoc(step, o))
	}
	return Concat(docs...)
}

func mapSetDoc(m *Map, o InspectOptions) Term {
	inner, ok := field(m, "map").(*Map)
	if !ok {
		return nil
	}
	var elems []Term
	for k := range inner.All() {
		elems = append(elems, k)
	}
	o.Charlists = "as_lists"
	return Concat(Binary("MapSet.new("), listDoc(NewList(elems...), o), Binary(")"))
}

func streamDoc(m *Map, o InspectOptions) Term {
	enum, funs := field(m, "enum"), field(m, "funs")
	if enum == nil || funs == nil {
		return nil
	}
	l, ok := funs.(*List)
	if !ok {
		return nil
	}
	elems, _ := l.Slice()
	slices.Reverse(elems)
	return Concat(Binary("#Stream<"), listDoc(Keyword("enum", enum, "funs", NewList(elems...)), o), Binary(">"))
}

func requirementDoc(m *Map, o InspectOptions) Term {
	source, ok := field(m, "source").(Binary)
	if !ok {
		return nil
	}
	return Concat(Binary("Version.parse_requirement!("), ToDoc(source, o), Binary(")"))
}

func calendarSuffix(m *Map) string {
	cal, ok := field(m, "calendar").(Atom)
	if !ok || cal == NewModule("Calendar.ISO") {
		return ""
	}
	return " " + AtomText(cal)
}

func yearText(y int64) string {
	if y < 0 {
		return fmt.Sprintf("-%04d", -y)
	}
	return fmt.Sprintf("%04d", y)
}

func dateText(m *Map) (string, bool) {
	n, ok := intFields(m, "year", "month", "day")
	if !ok {
		return "", false
	}
	return fmt.Sprintf("%s-%02d-%02d", yearText(n[0]), n[1], n[2]), true
}

func timeText(m *Map) (string, bool) {
	n, ok := intFields(m, "hour", "minute", "second")
	micro, isTuple := field(m, "microsecond").(Tuple)
	if !ok || !isTuple || len(micro) != 2 {
		return "", false
	}
	us, ok1 := micro[0].(Int)
	precision, ok2 := micro[1].(Int)
	if !ok1 || !ok2 || precision < 0 || precision > 6 || us < 0 || us > 999_999 {
		return "", false
	}
	text := fmt.Sprintf("%02d:%02d:%02d", n[0], n[1], n[2])
	if precision > 0 {
		text += "." + fmt.Sprintf("%06d", us)[:precision]
	}
	return text, true
}

func farYear(m *Map) bool {
	y, _ := field(m, "year").(Int)
	return calendarSuffix(m) == "" && (y < -9999 || y > 9999)
}

func dateDoc(m *Map, _ InspectOptions) Term {
	text, ok := dateText(m)
	if !ok {
		return nil
	}
	if farYear(m) {
		n, _ := intFields(m, "year", "month", "day")
		return Binary(fmt.Sprintf("Date.new!(%d, %d, %d)", n[0], n[1], n[2]))
	}
	return Binary("~D[" + text + calendarSuffix(m) + "]")
}

func timeDoc(m *Map, _ InspectOptions) Term {
	text, ok := timeText(m)
	if !ok {
		return nil
	}
	return Binary("~T[" + text + calendarSuffix(m) + "]")
}

func naiveDoc(m *Map, _ InspectOptions) Term {
	date, ok1 := dateText(m)
	time, ok2 := timeText(m)
	if !ok1 || !ok2 {
		return nil
	}
	if farYear(m) {
		n, _ := intFields(m, "year", "month", "day", "hour", "minute", "second")
		return Binary(fmt.Sprintf("NaiveDateTime.new!(%d, %d, %d, %d, %d, %d, %s)",
			n[0], n[1], n[2], n[3], n[4], n[5], Inspect(field(m, "microsecond"))))
	}
	return Binary("~N[" + date + " " + time + calendarSuffix(m) + "]")
}

func dateTimeDoc(m *Map, _ InspectOptions) Term {
	date, ok1 := dateText(m)
	time, ok2 := timeText(m)
	n, ok3 := intFields(m, "utc_offset", "std_offset")
	zone, ok4 := field(m, "time_zone").(Binary)
	abbr, ok5 := field(m, "zone_abbr").(Binary)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		return nil
	}
	text := date + " " + time
	utc := n[0] == 0 && n[1] == 0 && zone == "Etc/UTC"
	if utc {
		text += "Z"
	} else {
		total, sign := n[0]+n[1], "+"
		if total < 0 {
			total, sign = -total, "-"
		}
		text += fmt.Sprintf("%s%02d:%02d", sign, total/3600, total%3600/60)
		if zone != "Etc/UTC" {
			text += " " + string(abbr) + " " + string(zone)
		}
	}
	text += calendarSuffix(m)
	if utc && !farYear(m) {
		return Binary("~U[" + text + "]")
	}
	return Binary("#DateTime<" + text + ">")
}

func dateRangeDoc(m *Map, _ InspectOptions) Term {
	first, last, step := field(m, "first"), field(m, "last"), field(m, "step")
	if first == nil || last == nil || step == nil {
		return nil
	}
	text := "Date.range(" + Inspect(first) + ", " + Inspect(last)
	if !StrictEqual(step, Int(1)) {
		text += ", " + Inspect(step)
	}
	return Binary(text + ")")
}

// regexDoc shows a regex as a sigil when its options have letters.
func regexDoc(m *Map, o InspectOptions) Term {
	source, ok1 := field(m, "source").(Binary)
	opts, ok2 := field(m, "opts").(*List)
	if !ok1 || !ok2 {
		return nil
	}
	letters, ok := regexLetters(opts)
	if !ok {
		return Concat(Binary("Regex.compile!("), binaryDoc(source, o), Binary(", "), listDoc(opts, o), Binary(")"))
	}
	text, _ := escapeWith(unescapeSlashes(string(source)), '/', -1, regexEscapes)
	return Binary("~r/" + text + "/" + letters)
}

// unescapeSlashes takes away the escapes of "/" and "#{", which the sigil
// writes again.
func unescapeSlashes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], `\\`):
			b.WriteString(`\\`)
			i++
		case strings.HasPrefix(s[i:], `\/`), strings.HasPrefix(s[i:], `\#{`):
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func regexLetters(opts *List) (string, bool) {
	letter := map[string]string{"caseless": "i", "extended": "x", "firstline": "f", "ungreedy": "U", "multiline": "m"}
	var names []string
	for t := range opts.All() {
		names = append(names, strings.Trim(Inspect(t), ":"))
	}
	out := ""
	for i := 0; i < len(names); i++ {
		next := ""
		if i+1 < len(names) {
			next = names[i+1]
		}
		switch {
		case names[i] == "dotall" && next == "{:newline, :anycrlf}":
			out, i = "s"+out, i+1
		case names[i] == "unicode" && next == "ucp":
			out, i = "u"+out, i+1
		case letter[names[i]] != "":
			out = letter[names[i]] + out
		default:
			return "", false
		}
	}
	return out, true
}
