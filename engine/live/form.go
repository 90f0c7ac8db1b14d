package live

import (
	"sort"
	"strconv"
	"strings"
	"unicode"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

const (
	formName     = "Phoenix.HTML.Form"
	formDataName = "Phoenix.HTML.FormData"
)

var (
	atomForm      = term.NewModule(formName)
	atomFormField = term.NewModule("Phoenix.HTML.FormField")
	atomFormData  = term.NewModule(formDataName)
	atomFormMap   = term.NewModule(formDataName + ".Map")
	atomSource    = term.NewAtom("source")
	atomImpl      = term.NewAtom("impl")
	atomNameKey   = term.NewAtom("name")
	atomData      = term.NewAtom("data")
	atomAction    = term.NewAtom("action")
	atomHidden    = term.NewAtom("hidden")
	atomParams    = term.NewAtom("params")
	atomErrors    = term.NewAtom("errors")
	atomOptions   = term.NewAtom("options")
	atomIndex     = term.NewAtom("index")
	atomField     = term.NewAtom("field")
	atomFormKey   = term.NewAtom("form")
	atomAs        = term.NewAtom("as")
	atomSelected  = term.NewAtom("selected")
	atomValue     = term.NewAtom("value")
	atomKey       = term.NewAtom("key")
	atomHR        = term.NewAtom("hr")
	atomTag       = term.NewAtom("tag")
)

// formStruct is %Phoenix.HTML.Form{}.
var formStruct = term.NewStruct(formName, "source", term.Nil, "impl", term.Nil, "id", term.Nil, "name", term.Nil, "data", term.Nil,
	"action", term.Nil, "hidden", term.Empty, "params", term.EmptyMap, "errors", term.Empty, "options", term.Empty, "index", term.Nil)

func formModules() []*interp.NativeModule {
	return []*interp.NativeModule{
		{Name: formName, Struct: formStruct, Funcs: []interp.NativeFunc{
			{Name: "fetch", Arity: 2, Fn: formFetch},
			{Name: "input_value", Arity: 2, Fn: formInputValue},
			{Name: "input_id", Arity: 2, Fn: formInputID},
			{Name: "input_id", Arity: 3, Fn: formInputID3},
			{Name: "input_name", Arity: 2, Fn: formInputName},
			{Name: "input_changed?", Arity: 3, Fn: formInputChanged},
			{Name: "input_validations", Arity: 2, Fn: formInputValidations},
			{Name: "normalize_value", Arity: 2, Fn: formNormalize},
			{Name: "options_for_select", Arity: 2, Fn: formSelect},
			{Name: "options_for_select", Arity: 3, Fn: formSelect},
		}},
		{Name: "Phoenix.HTML.FormField", Struct: term.NewStruct("Phoenix.HTML.FormField", "id", term.Nil, "name", term.Nil,
			"errors", term.Nil, "field", term.Nil, "form", term.Nil, "value", term.Nil), Funcs: []interp.NativeFunc{
			{Name: "fetch", Arity: 2, Fn: fieldFetch},
		}},
		{Name: formDataName, Protocol: true, Funcs: []interp.NativeFunc{
			{Name: "to_form", Arity: 2, Fn: notFormData}, {Name: "to_form", Arity: 4, Fn: notFormData},
			{Name: "input_value", Arity: 3, Fn: notFormData}, {Name: "input_validations", Arity: 3, Fn: notFormData},
		}},
		{Name: formDataName + ".Map", Funcs: []interp.NativeFunc{
			{Name: "to_form", Arity: 2, Fn: mapToForm}, {Name: "to_form", Arity: 4, Fn: mapToNestedForm},
			{Name: "input_value", Arity: 3, Fn: mapInputValue},
			{Name: "input_validations", Arity: 3, Fn: func(*interp.Thread, []term.Term) term.Term { return term.Empty }},
		}},
	}
}

func notFormData(t *interp.Thread, a []term.Term) term.Term {
	t.RaiseNew("Protocol.UndefinedError", "protocol", atomFormData, "value", a[0], "description", str(""))
	return nil
}

// formFuncs are the functions of Phoenix.Component about forms.
func formFuncs() []interp.NativeFunc {
	return []interp.NativeFunc{
		{Name: "to_form", Arity: 1, Fn: toForm}, {Name: "to_form", Arity: 2, Fn: toForm},
		{Name: "used_input?", Arity: 1, Fn: usedInput},
	}
}

// fieldText returns the name of a field, an atom or a string.
func fieldText(v term.Term) (string, bool) {
	switch f := v.(type) {
	case term.Atom:
		return f.Name(), true
	case term.Binary:
		return string(f), true
	}
	return "", false
}

func isForm(v term.Term) (*term.Map, bool) {
	m, ok := v.(*term.Map)
	if !ok {
		return nil, false
	}
	name, _ := m.StructName()
	return m, name == atomForm
}

func formFetch(t *interp.Thread, a []term.Term) term.Term {
	form, ok := isForm(a[0])
	if !ok {
		t.RaiseFunctionClause(formName, "fetch", a)
	}
	field := a[1]
	if _, ok := fieldText(field); !ok {
		t.RaiseArgument("accessing a form with form[field] requires the field to be an atom or a string, got: %s",
			t.Inspect(field, term.InspectOptions{}))
	}
	return term.Tuple{term.OK, term.NewStruct("Phoenix.HTML.FormField",
		"id", formInputID(t, []term.Term{form, field}), "name", formInputName(t, []term.Term{form, field}),
		"errors", fieldErrors(form, field), "field", field, "form", form, "value", formInputValue(t, []term.Term{form, field}))}
}

func fieldFetch(t *interp.Thread, a []term.Term) term.Term {
	m, _ := a[0].(*term.Map)
	v, ok := m.Get(a[1])
	if !ok {
		t.RaiseNew("KeyError", "key", a[1], "term", a[0])
	}
	return term.Tuple{term.OK, v}
}

// fieldErrors returns the errors of one field.
func fieldErrors(form *term.Map, field term.Term) *term.List {
	var out []term.Term
	list, _ := form.GetAtom(atomErrors).(*term.List)
	for e := range list.All() {
		if pair, ok := e.(term.Tuple); ok && len(pair) == 2 && term.StrictEqual(pair[0], field) {
			out = append(out, pair[1])
		}
	}
	return term.NewList(out...)
}

func formInputValue(t *interp.Thread, a []term.Term) term.Term {
	m, ok := a[0].(*term.Map)
	if !ok {
		if _, atom := a[0].(term.Atom); atom {
			return term.Nil
		}
		t.RaiseFunctionClause(formName, "input_value", a)
	}
	impl, _ := m.GetAtom(atomImpl).(term.Atom)
	return t.Apply(impl, "input_value", m.GetAtom(atomSource), m, a[1])
}

func formInputValidations(t *interp.Thread, a []term.Term) term.Term {
	m, ok := a[0].(*term.Map)
	if !ok {
		t.RaiseFunctionClause(formName, "input_validations", a)
	}
	impl, _ := m.GetAtom(atomImpl).(term.Atom)
	return t.Apply(impl, "input_validations", m.GetAtom(atomSource), m, a[1])
}

func formInputID(t *interp.Thread, a []term.Term) term.Term {
	field, ok := fieldText(a[1])
	if m, isMap := a[0].(*term.Map); isMap && ok {
		id := m.GetAtom(atomID)
		if id == term.Term(term.Nil) {
			return str(field)
		}
		return str(t.ToString(id) + "_" + field)
	}
	if name, isName := fieldText(a[0]); isName && ok {
		return str(name + "_" + field)
	}
	t.RaiseFunctionClause(formName, "input_id", a)
	return nil
}

func formInputID3(t *interp.Thread, a []term.Term) term.Term {
	text := t.HTMLSafe(a[2])
	value := strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, text)
	return str(t.ToString(formInputID(t, a[:2])) + "_" + value)
}

func formInputName(t *interp.Thread, a []term.Term) term.Term {
	field, ok := fieldText(a[1])
	if m, isMap := a[0].(*term.Map); isMap && ok {
		name := m.GetAtom(atomNameKey)
		if name == term.Term(term.Nil) {
			return str(field)
		}
		return str(t.ToString(name) + "[" + field + "]")
	}
	if name, isName := fieldText(a[0]); isName && ok {
		return str(name + "[" + field + "]")
	}
	t.RaiseFunctionClause(formName, "input_name", a)
	return nil
}

func formInputChanged(t *interp.Thread, a []term.Term) term.Term {
	x, ok1 := isForm(a[0])
	y, ok2 := isForm(a[1])
	if !ok1 || !ok2 {
		t.RaiseFunctionClause(formName, "input_changed?", a)
	}
	for _, k := range []term.Atom{atomImpl, atomID, atomNameKey, atomAction} {
		if !term.Equal(x.GetAtom(k), y.GetAtom(k)) {
			return term.True
		}
	}
	if !term.Equal(fieldErrors(x, a[2]), fieldErrors(y, a[2])) {
		return term.True
	}
	return term.Bool(!term.Equal(formInputValue(t, []term.Term{x, a[2]}), formInputValue(t, []term.Term{y, a[2]})))
}

func formNormalize(t *interp.Thread, a []term.Term) term.Term {
	value := a[1]
	switch a[0] {
	case term.Term(str("textarea")):
		if !term.Truthy(value) {
			value = str("")
		}
		return safe(str("\n" + t.HTMLSafe(value)))
	case term.Term(str("checkbox")):
		return term.Bool(t.HTMLSafe(value) == "true")
	case term.Term(str("datetime-local")):
		m, ok := value.(*term.Map)
		if !ok {
			break
		}
		name, _ := m.StructName()
		if name == term.NewModule("NaiveDateTime") || name == term.NewModule("DateTime") {
			text := t.ToString(t.Apply(name, "to_string", value))
			if len(text) >= 16 {
				return safe(str(text[:10] + "T" + text[11:16]))
			}
		}
	}
	return value
}

// toForm is Phoenix.Component.to_form/1,2.
func toForm(t *interp.Thread, a []term.Term) term.Term {
	options := term.Empty
	if len(a) > 1 {
		options, _ = a[1].(*term.List)
	}
	form, ok := isForm(a[0])
	if !ok {
		return t.Apply(atomFormData, "to_form", a[0], options)
	}
	if options == nil {
		return form
	}
	if as, ok := term.KeywordGet(options, atomAs); ok {
		name := as
		if as != term.Term(term.Nil) {
			name = str(t.ToString(as))
		}
		id, _ := term.KeywordGet(options, atomID)
		if id == nil || !term.Truthy(id) {
			id = name
		}
		form = form.Put(atomNameKey, name).Put(atomID, id)
	} else if id, ok := term.KeywordGet(options, atomID); ok {
		form = form.Put(atomID, id)
	}
	return formOptions(form, options)
}

// formOptions lays options over those of a form.
func formOptions(form *term.Map, options *term.List) term.Term {
	rest, _ := form.GetAtom(atomOptions).(*term.List)
	for e := range options.All() {
		pair, ok := e.(term.Tuple)
		if !ok || len(pair) != 2 {
			continue
		}
		switch pair[0] {
		case term.Term(atomAs):
		case term.Term(atomAction), term.Term(atomErrors):
			form = form.Put(pair[0], pair[1])
		default:
			_, others := popKey(rest, pair[0])
			rest = &term.List{Head: e, Tail: others}
		}
	}
	return form.Put(atomOptions, rest)
}

// popKey returns the first value of a key, nil if it has none, and the list
// without the key.
func popKey(l *term.List, key term.Term) (term.Term, *term.List) {
	var value term.Term
	var rest []term.Term
	for e := range l.All() {
		if pair, ok := e.(term.Tuple); ok && len(pair) == 2 && pair[0] == key {
			if value == nil {
				value = pair[1]
			}
			continue
		}
		rest = append(rest, e)
	}
	return value, term.NewList(rest...)
}

func popOr(l *term.List, key term.Atom, or term.Term) (term.Term, *term.List) {
	v, rest := popKey(l, key)
	if v == nil {
		v = or
	}
	return v, rest
}

// mapToForm makes a form of parameters.
func mapToForm(t *interp.Thread, a []term.Term) term.Term {
	params, _ := a[0].(*term.Map)
	opts, _ := a[1].(*term.List)
	name, opts := popOr(opts, atomAs, term.Nil)
	if name != term.Term(term.Nil) {
		name = str(t.ToString(name))
	}
	errors, opts := popOr(opts, atomErrors, term.Empty)
	action, opts := popOr(opts, atomAction, term.Nil)
	id, _ := term.KeywordGet(opts, atomID)
	if id == nil || !term.Truthy(id) {
		id = name
	}
	if _, text := id.(term.Binary); !text && id != term.Term(term.Nil) {
		t.RaiseArgument(":id option in form_for must be a binary/string, got: %s", t.Inspect(id, term.InspectOptions{}))
	}
	return formStruct.Put(atomSource, params).Put(atomImpl, atomFormMap).Put(atomID, id).Put(atomNameKey, name).
		Put(atomParams, params).Put(atomData, term.EmptyMap).Put(atomErrors, errors).Put(atomAction, action).Put(atomOptions, listOrEmpty(opts))
}

func listOrEmpty(l *term.List) term.Term {
	if l == nil {
		return term.Empty
	}
	return l
}

// mapToNestedForm makes the forms of a field that holds parameters itself, for
// inputs_for.
func mapToNestedForm(t *interp.Thread, a []term.Term) term.Term {
	source, _ := a[0].(*term.Map)
	form, _ := a[1].(*term.Map)
	field, ok := fieldText(a[2])
	if !ok {
		t.RaiseFunctionClause(formDataName+".Map", "to_form", a)
	}
	opts, _ := a[3].(*term.List)
	fallback, opts := popOr(opts, term.NewAtom("default"), term.EmptyMap)
	prepend, opts := popOr(opts, term.NewAtom("prepend"), term.Empty)
	app, opts := popOr(opts, term.NewAtom("append"), term.Empty)
	as, opts := popOr(opts, atomAs, term.Nil)
	id, opts := popOr(opts, atomID, term.Nil)
	hidden, opts := popOr(opts, atomHidden, term.Empty)
	action, opts := popOr(opts, atomAction, form.GetAtom(atomAction))
	idText, nameText := t.ToString(form.GetAtom(atomID))+"_"+field, t.ToString(form.GetAtom(atomNameKey))+"["+field+"]"
	if term.Truthy(id) {
		idText = t.ToString(id)
	}
	if term.Truthy(as) {
		nameText = t.ToString(as)
	}
	all, _ := form.GetAtom(atomParams).(*term.Map)
	params, has := all.Get(str(field))
	base := formStruct.Put(atomSource, source).Put(atomImpl, atomFormMap).Put(atomAction, action).Put(atomHidden, hidden).Put(atomOptions, listOrEmpty(opts))
	if data, one := fallback.(*term.Map); one {
		if !has || !term.Truthy(params) {
			params = term.EmptyMap
		}
		return term.NewList(base.Put(atomID, str(idText)).Put(atomNameKey, str(nameText)).Put(atomData, data).Put(atomParams, params))
	}
	var out []term.Term
	for i, e := range nestedEntries(t, params, prepend, fallback, app) {
		n := strconv.Itoa(i)
		out = append(out, base.Put(atomIndex, term.Int(i)).Put(atomID, str(idText+"_"+n)).Put(atomNameKey, str(nameText+"["+n+"]")).
			Put(atomData, e[0]).Put(atomParams, e[1]))
	}
	return term.NewList(out...)
}

// nestedEntries returns data and parameters of each of many nested forms:
// those submitted, in order of their keys, or else the defaults.
func nestedEntries(t *interp.Thread, params, prepend, fallback, app term.Term) [][2]term.Term {
	var out [][2]term.Term
	if params != nil && term.Truthy(params) {
		var pairs []term.Tuple
		t.Each(params, func(e term.Term) bool {
			if pair, ok := e.(term.Tuple); ok && len(pair) == 2 {
				pairs = append(pairs, pair)
			}
			return true
		})
		sort.SliceStable(pairs, func(i, j int) bool { return term.Compare(pairs[i][0], pairs[j][0]) < 0 })
		for _, p := range pairs {
			out = append(out, [2]term.Term{term.Nil, p[1]})
		}
		return out
	}
	for _, l := range []term.Term{prepend, fallback, app} {
		list, _ := l.(*term.List)
		for e := range list.All() {
			out = append(out, [2]term.Term{e, term.EmptyMap})
		}
	}
	return out
}

func mapInputValue(t *interp.Thread, a []term.Term) term.Term {
	form, _ := a[1].(*term.Map)
	field, ok := fieldText(a[2])
	if !ok {
		t.RaiseFunctionClause(formDataName+".Map", "input_value", a)
	}
	if params, ok := form.GetAtom(atomParams).(*term.Map); ok {
		if v, ok := params.Get(str(field)); ok {
			return v
		}
	}
	data, ok := form.GetAtom(atomData).(*term.Map)
	if !ok {
		t.RaiseNew("BadMapError", "term", form.GetAtom(atomData))
	}
	if v, ok := data.Get(a[2]); ok {
		return v
	}
	return term.Nil
}

// usedInput is Phoenix.Component.used_input?/1.
func usedInput(t *interp.Thread, a []term.Term) term.Term {
	m, ok := a[0].(*term.Map)
	if name, _ := structName(m, ok); name != atomFormField {
		t.RaiseFunctionClause(component, "used_input?", a)
	}
	form, _ := m.GetAtom(atomFormKey).(*term.Map)
	params := term.Term(term.Nil)
	if form != nil {
		params = form.GetAtom(atomParams)
	}
	return term.Bool(usedParam(t, params, m.GetAtom(atomField)))
}

func structName(m *term.Map, ok bool) (term.Atom, bool) {
	if !ok {
		return term.Atom{}, false
	}
	return m.StructName()
}

func usedParam(t *interp.Thread, params, field term.Term) bool {
	name := t.ToString(field)
	if _, text := field.(term.Binary); text && strings.HasPrefix(name, "_unused_") {
		return false
	}
	m, ok := params.(*term.Map)
	if !ok {
		t.RaiseNew("CaseClauseError", "term", params)
	}
	value, has := m.Get(str(name))
	if !has || m.Has(str("_unused_"+name)) {
		return false
	}
	nested, ok := value.(*term.Map)
	if _, isStruct := structName(nested, ok); !ok || isStruct {
		return true
	}
	for k := range nested.All() {
		if usedParam(t, nested, k) {
			return true
		}
	}
	return false
}

// formSelect is Phoenix.HTML.Form.options_for_select/2,3.
func formSelect(t *interp.Thread, a []term.Term) term.Term {
	selected := map[string]bool{}
	switch v := a[1].(type) {
	case *term.List:
		for e := range v.All() {
			selected[t.HTMLSafe(e)] = true
		}
	default:
		if v != term.Term(term.Nil) {
			selected[t.HTMLSafe(v)] = true
		}
	}
	extra := term.Empty
	if len(a) > 2 {
		extra, _ = a[2].(*term.List)
	}
	var b strings.Builder
	selectOptions(t, &b, a[0], selected, extra)
	return safe(str(b.String()))
}

func selectOptions(t *interp.Thread, b *strings.Builder, options term.Term, selected map[string]bool, extra *term.List) {
	t.Each(options, func(e term.Term) bool {
		switch o := e.(type) {
		case term.Tuple:
			if len(o) == 2 && o[0] == term.Term(atomHR) && o[1] == term.Term(term.Nil) {
				b.WriteString("<hr/>")
				return true
			}
			if len(o) == 2 {
				selectOption(t, b, o[0], o[1], selected, extra)
				return true
			}
		case *term.List:
			key, rest := popKey(o, atomKey)
			if key == nil {
				t.RaiseArgument("expected :key key when building <option> from keyword list: %s", t.Inspect(o, term.InspectOptions{}))
			}
			value, rest := popKey(rest, atomValue)
			if value == nil {
				t.RaiseArgument("expected :value key when building <option> from keyword list: %s", t.Inspect(o, term.InspectOptions{}))
			}
			more, _ := extra.Slice()
			selectOption(t, b, key, value, selected, term.ListOnto(more, rest))
			return true
		case term.Atom:
			if o == atomHR {
				b.WriteString("<hr/>")
				return true
			}
		}
		selectOption(t, b, e, e, selected, extra)
		return true
	})
}

func selectOption(t *interp.Thread, b *strings.Builder, key, value term.Term, selected map[string]bool, extra *term.List) {
	group := false
	switch v := value.(type) {
	case *term.List:
		group = true
	case *term.Map:
		_, isStruct := v.StructName()
		group = !isStruct
	}
	if group {
		b.WriteString("<optgroup" + t.AttributesEscape(term.Keyword("label", key)) + ">")
		selectOptions(t, b, value, selected, extra)
		b.WriteString("</optgroup>")
		return
	}
	text := t.HTMLSafe(value)
	more, _ := extra.Slice()
	attrs := term.ListOnto(more, term.NewList(term.Tuple{atomSelected, term.Bool(selected[text])}, term.Tuple{atomValue, safe(str(text))}))
	tag, attrs := popOr(attrs, atomTag, str("option"))
	name := t.ToString(tag)
	b.WriteString("<" + name + t.AttributesEscape(attrs) + ">" + t.HTMLSafe(key) + "</" + name + ">")
}
