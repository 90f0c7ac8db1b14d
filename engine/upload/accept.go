package upload

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// acceptOption returns what :accept stands for: the value of the input's
// attribute, and the sets of MIME types and extensions.
func acceptOption(t *interp.Thread, opts *term.List) (accept, types, exts term.Term) {
	v, ok := term.KeywordGet(opts, fieldAccept)
	if !ok {
		t.RaiseArgument("the :accept option is required when allowing uploads.\n\n" +
			"Provide a list of unique file type specifiers or the atom :any to allow any kind of file.\n")
	}
	if v == term.Term(anyKind) {
		return anyKind, emptySet, emptySet
	}
	list, isList := v.(*term.List)
	if !isList || list == term.Empty {
		t.RaiseArgument("invalid accept filter provided to allow_upload.\n\n"+
			"A list of the following unique file type specifiers are supported:\n\n"+
			"  * A valid case-insensitive filename extension, starting with a period (\".\") character.\n"+
			"    For example: .jpg, .pdf, or .doc.\n\n"+
			"  * A valid MIME type string, such as \"image/jpeg\" or \"image/*\"\n\n"+
			"Alternately, you can provide the atom :any to allow any kind of file. Got:\n\n%s\n", t.Inspect(v, term.InspectOptions{}))
	}
	var names []string
	typeSet, extSet := term.EmptyMap, term.EmptyMap
	for e := range list.All() {
		spec, ok := e.(term.Binary)
		if !ok {
			t.RaiseFunctionClause(configModule, "accept_option!", []term.Term{e})
		}
		kind, ext := acceptOne(t, string(spec))
		typeSet = typeSet.Put(term.Binary(kind), term.Empty)
		if ext != "" {
			extSet = extSet.Put(term.Binary(ext), term.Empty)
		}
		names = append(names, string(spec))
	}
	return term.Binary(strings.Join(names, ",")), setOf(typeSet), setOf(extSet)
}

func setOf(m *term.Map) term.Term { return emptySet.Put(term.NewAtom("map"), m) }

func inSet(set term.Term, s string) bool {
	m, _ := set.(*term.Map)
	if m == nil {
		return false
	}
	inner, _ := m.GetAtom(term.NewAtom("map")).(*term.Map)
	return inner != nil && inner.Has(term.Binary(s))
}

// acceptOne returns the type that one filter stands for, and the extension
// when it is one.
func acceptOne(t *interp.Thread, spec string) (kind, ext string) {
	name, isExt := strings.CutPrefix(spec, ".")
	expected := "a known MIME type without parameters"
	switch {
	case spec == "audio/*", spec == "image/*", spec == "video/*":
		return spec, ""
	case isExt && MIMEType(name) != "":
		return MIMEType(name), spec
	case isExt:
		expected, spec = "a file extension with a known MIME type", name
	case len(MIMEExtensions(spec)) > 0:
		return spec, ""
	}
	text := "invalid accept filter provided to allow_upload.\n\n" +
		"Expected " + expected + ".\n\n" +
		"MIME types can be extended in your application configuration as follows:\n\n" +
		"config :mime, :types, %{\n  \"application/vnd.api+json\" => [\"json-api\"]\n}\n\nGot:\n\n" + term.Inspect(term.Binary(spec)) + "\n"
	t.RaiseArgument("%s", indentLines(text, "  "))
	return "", ""
}

// indentLines indents each line that is not empty.
func indentLines(text, indent string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = indent + l
		}
	}
	return strings.Join(lines, "\n")
}

// accepted reports whether a file with this name and type may be sent.
func (c Config) accepted(name, kind string) bool {
	if c.m.GetAtom(fieldAccept) == term.Term(anyKind) {
		return true
	}
	types := c.m.GetAtom(fieldTypes)
	family, _, _ := strings.Cut(kind, "/")
	switch family {
	case "image", "audio", "video":
		if strings.HasPrefix(kind, family+"/") && inSet(types, family+"/*") {
			return true
		}
	}
	return inSet(types, kind) || inSet(c.m.GetAtom(fieldExts), lowerASCII(extname(name)))
}

// extname is Path.extname/1: the last dot of the last part and what follows,
// unless the part begins with its only dot.
func extname(path string) string {
	base := strings.TrimRight(path, "/")
	base = base[strings.LastIndexByte(base, '/')+1:]
	if i := strings.LastIndexByte(base, '.'); i > 0 {
		return base[i:]
	}
	return ""
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
