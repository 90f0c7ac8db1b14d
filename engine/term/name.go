package term

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// AtomText returns an atom as inspect/1 shows it: ":foo", "Foo.Bar",
// ":\"with spaces\"".
func AtomText(a Atom) string {
	if a == Nil || a == True || a == False {
		return a.Name()
	}
	name := a.Name()
	switch classify(name) {
	case nameAlias:
		if name == "Elixir" || name == "Elixir.Elixir" || strings.HasPrefix(name, "Elixir.Elixir.") {
			return name
		}
		return strings.TrimPrefix(name, "Elixir.")
	case nameOther, nameQuotedOperator:
		return `:"` + escapeName(name) + `"`
	}
	return ":" + name
}

// KeyText returns an atom as a key of a keyword list: "foo:".
func KeyText(a Atom) string {
	name := a.Name()
	switch classify(name) {
	case nameAlias:
		return `"` + name + `":`
	case nameOther, nameQuotedOperator:
		return `"` + escapeName(name) + `":`
	}
	return name + ":"
}

// CallText returns an atom as the name of a function in a remote call: foo in
// "Mod.foo".
func CallText(a Atom) string {
	name := a.Name()
	switch classify(name) {
	case nameIdentifier, nameOperator, nameQuotedOperator:
		return name
	case nameNotCallable, nameAlias:
		return `"` + name + `"`
	}
	return `"` + escapeName(name) + `"`
}

func escapeName(name string) string {
	text, _ := EscapeString(name, '"', -1)
	return text
}

type nameClass uint8

const (
	nameOther nameClass = iota
	nameAlias
	nameIdentifier
	nameOperator
	nameQuotedOperator
	nameNotCallable
)

var operatorNames = func() map[string]nameClass {
	m := map[string]nameClass{}
	for _, op := range strings.Fields(`& ! ^ not + - @ <- \\ when | = || ||| or && &&& and == != =~ === !==
		< <= >= > |> <<< >>> <~ ~> <<~ ~>> <~> in ++ -- <> +++ --- * / **`) {
		m[op] = nameOperator
	}
	for _, op := range []string{"::", "^^^", "~~~", "<|>"} {
		m[op] = nameQuotedOperator
	}
	for _, op := range []string{"%", "%{}", "{}", "<<>>", "...", "..", ".", "..//", "->"} {
		m[op] = nameNotCallable
	}
	return m
}()

// classify sorts a name as Macro.inspect_atom/2 does.
func classify(name string) nameClass {
	if c, ok := operatorNames[name]; ok {
		return c
	}
	if isAlias(name) {
		return nameAlias
	}
	return classifyIdentifier(name)
}

func isAlias(name string) bool {
	rest, ok := strings.CutPrefix(name, "Elixir")
	for ok && rest != "" {
		if len(rest) < 2 || rest[0] != '.' || rest[1] < 'A' || rest[1] > 'Z' {
			return false
		}
		rest = strings.TrimLeft(rest[2:], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
	}
	return ok
}

func classifyIdentifier(name string) nameClass {
	class := nameIdentifier
	for i, r := range name {
		switch {
		case r == utf8.RuneError:
			return nameOther
		case i == 0 && (r == '_' || unicode.IsLower(r) || unicode.In(r, unicode.Lo, unicode.Lm, unicode.Nl)):
		case i == 0 && (unicode.IsUpper(r) || unicode.IsTitle(r)):
			class = nameNotCallable
		case i == 0:
			return nameOther
		case r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc):
		case r == '@':
			class = nameNotCallable
		case (r == '?' || r == '!') && i == len(name)-1:
		default:
			return nameOther
		}
	}
	if name == "" {
		return nameOther
	}
	return class
}

// Printable reports whether inspect/1 shows the string as text: the first
// limit characters are valid UTF-8 and none is a control character; a limit
// below 0 is none.
func Printable(s string, limit int) bool {
	for i := 0; i < len(s); {
		if limit == 0 {
			return true
		}
		limit--
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			return false
		case r >= 0x20 && r <= 0x7E, r >= 7 && r <= 13, r == 0x1B, r == 0x7F:
		case r >= 0xA0 && r <= 0xFFFD, r >= 0x10000:
		default:
			return false
		}
		i += n
	}
	return true
}

// EscapeString returns the first limit characters of s as they stand between
// the delimiters of a literal, and false if that is not all of s; a limit
// below 0 is none.
func EscapeString(s string, delimiter byte, limit int) (text string, whole bool) {
	return escapeWith(s, delimiter, limit, stringEscapes)
}

var stringEscapes = map[rune]string{
	7: `\a`, 8: `\b`, 0x7F: `\d`, 0x1B: `\e`, 12: `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`, 11: `\v`, '\\': `\\`,
}

var regexEscapes = map[rune]string{7: `\a`, 12: `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`, 11: `\v`}

func escapeWith(s string, delimiter byte, limit int, escapes map[rune]string) (text string, whole bool) {
	var b strings.Builder
	for i := 0; i < len(s); {
		if limit == 0 {
			return b.String(), false
		}
		limit--
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case s[i] == delimiter:
			b.WriteByte('\\')
			b.WriteByte(delimiter)
		case strings.HasPrefix(s[i:], "#{"):
			b.WriteString(`\#{`)
			n = 2
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02X`, s[i])
		case escapes[r] != "":
			b.WriteString(escapes[r])
		default:
			escapeRune(&b, r)
		}
		i += n
	}
	return b.String(), true
}

// escapeRune shows what would be invisible, or deceive, by its number.
func escapeRune(b *strings.Builder, r rune) {
	switch {
	case r == 0:
		b.WriteString(`\0`)
	case deceptive(r):
		fmt.Fprintf(b, `\u%04X`, r)
	case r >= 0x20 && r <= 0x7E, r >= 0xA0 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
		b.WriteRune(r)
	case r < 0x100:
		fmt.Fprintf(b, `\x%02X`, r)
	default:
		fmt.Fprintf(b, `\x{%04X}`, r)
	}
}

func deceptive(r rune) bool {
	switch {
	case r == 0xFEFF, r >= 0x2061 && r <= 0x2064, r == 0x061C, r == 0x200E, r == 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2066 && r <= 0x2069, r >= 0xFFF9 && r <= 0xFFFC, r == 0x200C, r == 0x200D, r == 0x034F, r == 0x00A0,
		r == 0x200B, r == 0x2060, r == 0x2028, r == 0x2029, r >= 0x2000 && r <= 0x200A, r == 0x205F:
		return true
	}
	return false
}
