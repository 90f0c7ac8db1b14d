// Package highlight colours source code for the page: Elixir with the HEEx of
// its ~H sigils, HEEx by itself, and whatever else chroma knows. Tokens become
// span elements with short class names; the colours are in the page's CSS.
package highlight

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// Languages by file name extension.
var byExtension = map[string]string{
	".ex": "elixir", ".exs": "elixir", ".heex": "heex", ".eex": "heex",
	".css": "css", ".js": "javascript", ".json": "json", ".html": "html",
}

// Language returns the language of a file name, "" if it is not known.
func Language(name string) string {
	for ext, lang := range byExtension {
		if strings.HasSuffix(name, ext) {
			return lang
		}
	}
	return ""
}

// Lines returns the code as HTML, a line each, without line ends. Code in a
// language that is not known is escaped and not coloured.
func Lines(language, code string) []string {
	var lines []string
	var line strings.Builder
	for _, t := range tokens(language, code) {
		for i, part := range strings.Split(t.Value, "\n") {
			if i > 0 {
				lines = append(lines, line.String())
				line.Reset()
			}
			if part == "" {
				continue
			}
			if c := class(t.Type); c != "" {
				fmt.Fprintf(&line, `<span class="%s">%s</span>`, c, html.EscapeString(part))
			} else {
				line.WriteString(html.EscapeString(part))
			}
		}
	}
	if line.Len() > 0 {
		lines = append(lines, line.String())
	}
	return lines
}

// Block returns the code as the inside of a code element.
func Block(language, code string) string { return strings.Join(Lines(language, code), "\n") }

func tokens(language, code string) []chroma.Token {
	switch language {
	case "heex", "eex":
		return scanHEEx(code, plainElixir)
	case "elixir", "ex":
		return elixir(code)
	}
	lexer := lexers.Get(language)
	if lexer == nil {
		return []chroma.Token{{Type: chroma.Text, Value: code}}
	}
	return tokenise(lexer, code)
}

// heexSigil matches a ~H sigil; the groups are opening, body and closing.
var heexSigil = regexp.MustCompile(`(?s)(~H""")(.*?)(""")|(~H")((?:\\.|[^"\\])*)(")`)

// elixir colours Elixir, and the bodies of ~H sigils as HEEx.
func elixir(code string) []chroma.Token {
	var out []chroma.Token
	last := 0
	for _, m := range heexSigil.FindAllStringSubmatchIndex(code, -1) {
		g := m[2:8]
		if g[0] < 0 {
			g = m[8:14]
		}
		out = append(out, plainElixir(code[last:g[0]])...)
		out = append(out, chroma.Token{Type: chroma.StringHeredoc, Value: code[g[0]:g[1]]})
		out = append(out, scanHEEx(code[g[2]:g[3]], plainElixir)...)
		out = append(out, chroma.Token{Type: chroma.StringHeredoc, Value: code[g[4]:g[5]]})
		last = m[1]
	}
	return append(out, plainElixir(code[last:])...)
}

func plainElixir(code string) []chroma.Token { return tokenise(lexers.Get("elixir"), code) }

// tokenise runs a lexer of chroma and gives back exactly the text it got:
// chroma normalises line ends, which would shift what the page links to.
func tokenise(lexer chroma.Lexer, code string) []chroma.Token {
	it, err := lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	if err != nil {
		return []chroma.Token{{Type: chroma.Text, Value: code}}
	}
	var out []chroma.Token
	n := 0
	for t := it(); t != chroma.EOF; t = it() {
		out = append(out, t)
		n += len(t.Value)
	}
	if n != len(code) {
		return []chroma.Token{{Type: chroma.Text, Value: code}}
	}
	return out
}

// class returns the CSS class of a token: k keyword, f function, a attribute or
// atom, s string, c comment, n number, t tag, m module, i interpolation.
func class(t chroma.TokenType) string {
	switch {
	case t.InCategory(chroma.Comment) && t != chroma.CommentPreproc:
		return "c"
	case t == chroma.CommentPreproc, t == chroma.StringInterpol:
		return "i"
	case t == chroma.StringSymbol:
		return "a"
	case t.InSubCategory(chroma.String):
		return "s"
	case t.InSubCategory(chroma.Number):
		return "n"
	case t.InCategory(chroma.Keyword), t == chroma.OperatorWord:
		return "k"
	case t == chroma.NameTag:
		return "t"
	case t == chroma.NameAttribute:
		return "a"
	case t == chroma.NameFunction:
		return "f"
	case t == chroma.NameClass, t == chroma.NameNamespace:
		return "m"
	case t == chroma.NameVariableInstance, t == chroma.NameConstant:
		return "v"
	}
	return ""
}
