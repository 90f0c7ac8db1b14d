package live

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// htmlModules returns Phoenix.HTML and the protocols and structs of forms.
func htmlModules() []*interp.NativeModule {
	mods := []*interp.NativeModule{
		{Name: "Phoenix.HTML", Macros: []interp.NativeMacro{{Name: "__using__", Arity: -1, Expand: useHTML}}, Funcs: []interp.NativeFunc{
			{Name: "raw", Arity: 1, Fn: htmlRaw},
			{Name: "html_escape", Arity: 1, Fn: escapeHTML},
			{Name: "safe_to_string", Arity: 1, Fn: htmlSafeToString},
			{Name: "attributes_escape", Arity: 1, Fn: htmlAttributes},
			{Name: "javascript_escape", Arity: 1, Fn: htmlJavaScript},
			{Name: "json_escape", Arity: 1, Fn: htmlJSON},
			{Name: "css_escape", Arity: 1, Fn: htmlCSS},
		}},
		{Name: "Phoenix.HTML.Safe", Protocol: true, Types: safeTypes, Funcs: []interp.NativeFunc{
			{Name: "to_iodata", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term { return str(t.HTMLSafe(a[0])) }},
		}},
	}
	for _, name := range []string{"Date", "Time", "NaiveDateTime", "DateTime", "Duration"} {
		mods = append(mods, safeBy(name, "to_iso8601"))
	}
	return append(append(mods, safeBy("URI", "to_string")), formModules()...)
}

// safeBy makes a struct safe through the function of its module that makes a
// string of it.
func safeBy(module, function string) *interp.NativeModule {
	mod := term.NewModule(module)
	return &interp.NativeModule{Name: "Phoenix.HTML.Safe." + module, Funcs: []interp.NativeFunc{
		{Name: "to_iodata", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			return str(interp.HTMLEscape(t.ToString(t.Apply(mod, function, a[0]))))
		}},
	}}
}

func safe(v term.Term) term.Term { return term.Tuple{atomSafe, v} }

// safeData returns what a {:safe, data} holds.
func safeData(v term.Term) (term.Term, bool) {
	pair, ok := v.(term.Tuple)
	if !ok || len(pair) != 2 || pair[0] != term.Term(atomSafe) {
		return nil, false
	}
	return pair[1], true
}

func htmlRaw(t *interp.Thread, a []term.Term) term.Term {
	switch v := a[0].(type) {
	case term.Binary, *term.List:
		return safe(v)
	default:
		if _, ok := safeData(v); ok {
			return v
		}
		if v == term.Term(term.Nil) {
			return safe(str(""))
		}
	}
	t.RaiseFunctionClause("Phoenix.HTML", "raw", a)
	return nil
}

func escapeHTML(t *interp.Thread, a []term.Term) term.Term {
	if _, ok := safeData(a[0]); ok {
		return a[0]
	}
	return safe(str(t.HTMLSafe(a[0])))
}

func htmlSafeToString(t *interp.Thread, a []term.Term) term.Term {
	data, ok := safeData(a[0])
	if !ok {
		t.RaiseFunctionClause("Phoenix.HTML", "safe_to_string", a)
	}
	return str(t.IOData(data))
}

func htmlAttributes(t *interp.Thread, a []term.Term) term.Term {
	return safe(str(t.AttributesEscape(a[0])))
}

// htmlJavaScript escapes for the inside of a JavaScript string in quotes.
func htmlJavaScript(t *interp.Thread, a []term.Term) term.Term {
	if data, ok := safeData(a[0]); ok {
		return safe(str(jsEscaper.Replace(t.IOData(data))))
	}
	s, ok := a[0].(term.Binary)
	if !ok {
		t.RaiseFunctionClause("Phoenix.HTML", "javascript_escape", a)
	}
	return str(jsEscaper.Replace(string(s)))
}

var jsEscaper = strings.NewReplacer("\u2028", `\u2028`, "\u2029", `\u2029`, "\x00", `\u0000`, "</", `<\/`,
	"\r\n", `\n`, "\r", `\n`, "\n", `\n`, `"`, `\"`, "'", `\'`, `\`, `\\`, "`", "\\`", "$", `\$`)

// htmlJSON makes encoded JSON safe inside a script element.
func htmlJSON(t *interp.Thread, a []term.Term) term.Term {
	s, ok := a[0].(term.Binary)
	if !ok {
		t.RaiseFunctionClause("Phoenix.HTML", "json_escape", a)
	}
	return safe(str(jsonEscaper.Replace(string(s))))
}

var jsonEscaper = strings.NewReplacer("<", `\u003C`, ">", `\u003E`, "&", `\u0026`)

// htmlCSS escapes an identifier of a selector, as CSS.escape() of browsers.
func htmlCSS(t *interp.Thread, a []term.Term) term.Term {
	s, ok := a[0].(term.Binary)
	if !ok {
		t.RaiseFunctionClause("Phoenix.HTML", "css_escape", a)
	}
	var b strings.Builder
	for i, r := range string(s) {
		switch {
		case r == 0:
			b.WriteRune('\uFFFD')
		case r < 0x20 || r == 0x7F, r >= '0' && r <= '9' && (i == 0 || i == 1 && s[0] == '-'):
			b.WriteString("\\" + strings.ToUpper(hex(r)) + " ")
		case r == '-' && len(s) == 1:
			b.WriteString(`\-`)
		case r >= 0x80, r == '-', r == '_', r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		default:
			b.WriteRune('\\')
			b.WriteRune(r)
		}
	}
	return str(b.String())
}

func hex(r rune) string {
	const digits = "0123456789abcdef"
	if r < 16 {
		return digits[r : r+1]
	}
	return digits[r>>4:r>>4+1] + digits[r&15:r&15+1]
}

// useHTML expands use Phoenix.HTML, which older projects have, to the imports
// that are left of it.
func useHTML(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	if !env.Omit("use Phoenix.HTML", "Phoenix.HTML 4 has no such use; Phoenix.HTML and Phoenix.HTML.Form are imported", "") {
		return nil, argumentError(call, "use Phoenix.HTML is no longer supported in v4.0.\n\n"+
			"To keep compatibility with previous versions, use Phoenix.HTML and Phoenix.HTML.Form by importing them.")
	}
	env.ImportAbsent(term.NewModule("PhoenixHTMLHelpers"))
	return &syntax.Block{At: syntax.At{At: call.Span()}, Exprs: []syntax.Node{
		importNode(call, "Elixir", "Phoenix", "HTML"), importNode(call, "Elixir", "Phoenix", "HTML", "Form")}}, nil
}

// safeTypes are those that Phoenix.HTML.Safe is implemented for by HTMLSafe.
var safeTypes = []string{"Atom", "BitString", "Float", "Integer", "List", "Tuple", "Phoenix.LiveView.Rendered", "Phoenix.LiveView.Component",
	"Phoenix.LiveView.Comprehension", "Phoenix.LiveComponent.CID", "Phoenix.LiveView.JS"}
