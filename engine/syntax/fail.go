package syntax

import (
	"regexp"
	"strings"

	"streamsplayground/engine/source"
)

const (
	ambiguousCall = "unexpected comma. Parentheses are required to solve ambiguity in nested calls.\n\n" +
		"This error happens when you have nested function calls without parentheses. " +
		"For example:\n\n" +
		"    parent_call a, nested_call b, c, d\n\n" +
		"In the example above, we don't know if the parameters \"c\" and \"d\" apply " +
		"to the function \"parent_call\" or \"nested_call\". You can solve this by " +
		"explicitly adding parentheses:\n\n" +
		"    parent_call a, nested_call(b, c, d)\n\n" +
		"Or by adding commas (in case a nested call is not intended):\n\n" +
		"    parent_call a, nested_call, b, c, d\n\n" +
		"Elixir cannot compile otherwise. Syntax error before: ','"
	ambiguousContainer = "unexpected comma. Parentheses are required to solve ambiguity inside containers.\n\n" +
		"This error may happen when you forget a comma in a list or other container:\n\n" +
		"    [a, b c, d]\n\n" +
		"Or when you have ambiguous calls:\n\n" +
		"    [function a, b, c]\n\n" +
		"In the example above, we don't know if the values \"b\" and \"c\" " +
		"belongs to the list or the function \"function\". You can solve this by explicitly " +
		"adding parentheses:\n\n" +
		"    [one, function(a, b, c)]\n\n" +
		"Elixir cannot compile otherwise. Syntax error before: ','"
	tooManyKeys = "too many arguments when accessing a value. " +
		"The value[key] notation in Elixir expects either a single argument or a keyword list. " +
		"The following examples are allowed:\n\n" +
		"    value[one]\n" +
		"    value[one: 1, two: 2]\n" +
		"    value[[one, two, three]]\n\n" +
		"These are invalid:\n\n" +
		"    value[1, 2, 3]\n" +
		"    value[one, two, three]\n\n" +
		"Syntax error after: ','"
	badCallKeywords = "unexpected expression after keyword list. Keyword lists must always come as the last argument. Therefore, this is not allowed:\n\n" +
		"    function_call(1, some: :option, 2)\n\n" +
		"Instead, wrap the keyword in brackets:\n\n" +
		"    function_call(1, [some: :option], 2)\n\n" +
		"Syntax error after: ','"
	badDataKeywords = "unexpected expression after keyword list. Keyword lists must always come last in lists and maps. Therefore, this is not allowed:\n\n" +
		"    [some: :value, :another]\n" +
		"    %{some: :value, another => value}\n\n" +
		"Instead, reorder it to be the last entry:\n\n" +
		"    [:another, some: :value]\n" +
		"    %{another => value, some: :value}\n\n" +
		"Syntax error after: ','"
)

// fail reports the token at hand as a syntax error and leaves the expression.
func (p *parser) fail() {
	p.unexpected()
	panic(bailout{})
}

// unexpected reports the token at hand as a syntax error.
func (p *parser) unexpected() {
	t := p.tok()
	switch t.kind {
	case tBad:
		return // the scanner has reported it
	case tEOF:
		last := t
		if p.i > 0 {
			last = &p.tokens[p.i-1]
		}
		p.errs.add(&source.Diagnostic{
			Kind: "TokenMissingError", Span: p.fr.Span(last.start, last.start),
			Message: "syntax error: expression is incomplete",
		})
	case tEOL:
		p.errs.syntax(p.fr.Span(t.start, t.start), "unexpectedly reached end of line. The current expression is invalid or incomplete")
	default:
		p.errs.syntax(p.span(t), beforeToken(t))
	}
}

// beforeToken is Elixir's message for a token that does not fit.
func beforeToken(t *token) string {
	text := tokenText(t)
	switch text {
	case "'not'", "'and'", "'or'", "'when'", "'after'", "'catch'", "'end'", "fn", "else", "rescue", "true", "false", "nil", "in":
		word := strings.Trim(text, "'")
		return "syntax error before: " + word + `. "` + word + `" is a reserved word in Elixir and therefore its usage is limited. ` +
			"For instance, it can't be used as a variable or be defined nor invoked as a regular function"
	}
	return "syntax error before: " + text
}

// tokenText is how Erlang prints a token in an error.
func tokenText(t *token) string {
	switch t.kind {
	case tInt, tFloat:
		return `"` + t.text + `"`
	case tChar:
		return "?" + string(rune(t.lit.integer.Int64()))
	case tString, tCharlist, tHeredoc, tCharlistHeredoc, tAtomDynamic, tKwDynamic:
		if len(t.lit.parts) == 0 {
			return `""`
		}
		if t.lit.parts[0].tokens == nil {
			return `"` + t.lit.parts[0].text + `"`
		}
		return `"`
	case tSigil:
		text := ""
		if len(t.lit.raw) > 0 && t.lit.raw[0].tokens == nil {
			text = t.lit.raw[0].text
		}
		return "sigil ~" + t.text + " starting with content '" + text + "'"
	case tHole:
		return "__EEX__"
	case tDot, tDotCall:
		return "'.'"
	}
	return erlangAtom(t.text)
}

var plainAtom = regexp.MustCompile(`^[a-z][a-zA-Z0-9_@]*$`)

var erlangReserved = map[string]bool{
	"after": true, "begin": true, "case": true, "try": true, "cond": true, "catch": true, "andalso": true, "orelse": true,
	"end": true, "fun": true, "if": true, "let": true, "of": true, "receive": true, "when": true, "maybe": false, "bnot": true,
	"not": true, "div": true, "rem": true, "band": true, "and": true, "bor": true, "bxor": true, "bsl": true, "bsr": true,
	"or": true, "xor": true, "else": false,
}

// erlangAtom quotes an atom as Erlang does.
func erlangAtom(name string) string {
	if plainAtom.MatchString(name) && !erlangReserved[name] {
		return name
	}
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(name) + "'"
}

// invalidKey reports a key right after an expression, as in "f() do: 1".
func (p *parser) invalidKey(t *token) {
	if t.text == "do" && t.kind == tKw {
		p.errs.syntax(p.span(t), "unexpected keyword: do:"+invalidDo)
	} else {
		p.errs.syntax(p.span(t), "syntax error before: '"+t.text+":'")
	}
	panic(bailout{})
}
