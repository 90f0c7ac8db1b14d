package heex

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// classify says what part the code of an EEx tag plays, by its first and last
// tokens, as EEx.Compiler.token_key/2.
func classify(code string) eexKind {
	toks, ok := words(code)
	if !ok || len(toks) == 0 {
		return eexExpr
	}
	first, last := toks[0], toks[len(toks)-1]
	switch last {
	case "do":
		if first == "end" {
			return eexMiddle
		}
		return eexStart
	case "else", "rescue", "catch", "after":
		return eexMiddle
	case "->":
		if first == "end" {
			return eexMiddle
		}
		for i := len(toks) - 2; i >= 0; i-- {
			switch toks[i] {
			case "fn":
				return eexStart
			case "end":
				return eexMiddle
			}
		}
		return eexMiddle
	}
	for i, t := range toks {
		if t != ")" && t != "]" && t != "}" {
			if toks[i] == "end" {
				return eexEnd
			}
			break
		}
	}
	return eexExpr
}

// words returns the tokens of code as far as classify needs them: reserved
// words, "->" and brackets as they are, and "x" for anything else. ok is false
// when a string or sigil does not end.
func words(code string) (toks []string, ok bool) {
	for i := 0; i < len(code); {
		c := code[i]
		switch {
		case strings.IndexByte(" \t\r\n;\\", c) >= 0:
			i++
		case c == '#':
			n := strings.IndexByte(code[i:], '\n')
			if n < 0 {
				return toks, true
			}
			i += n
		case c == '"' || c == '\'':
			end, closed := skipQuoted(code, i)
			if !closed {
				return nil, false
			}
			toks, i = append(toks, "x"), end
		case c == '~' && i+1 < len(code) && isLetter(code[i+1]):
			end, closed := skipSigil(code, i+1)
			if !closed {
				return nil, false
			}
			toks, i = append(toks, "x"), end
		case c == '?' && i+1 < len(code):
			i++
			if code[i] == '\\' {
				i++
			}
			if i < len(code) {
				_, n := utf8.DecodeRuneInString(code[i:])
				i += n
			}
			toks = append(toks, "x")
		case strings.HasPrefix(code[i:], "->"):
			toks, i = append(toks, "->"), i+2
		case strings.IndexByte("()[]{}", c) >= 0:
			toks, i = append(toks, code[i:i+1]), i+1
		case c == ':' || c == '.' || c == '@' || c == '&':
			// What follows is an atom, a field, an assign or a capture.
			i++
			if i < len(code) && (code[i] == '"' || code[i] == '\'') {
				continue
			}
			if n := nameLen(code[i:]); n > 0 {
				toks, i = append(toks, "x"), i+n
			}
		default:
			n := nameLen(code[i:])
			if n == 0 {
				toks, i = append(toks, "x"), i+1
				continue
			}
			word := code[i : i+n]
			i += n
			if i+1 < len(code) && code[i] == ':' && strings.IndexByte(" \t\r\n", code[i+1]) >= 0 {
				word, i = "x", i+1 // a key of a keyword list
			}
			toks = append(toks, reserved(word))
		}
	}
	return toks, true
}

func reserved(word string) string {
	switch word {
	case "do", "end", "fn", "else", "rescue", "catch", "after":
		return word
	}
	return "x"
}

func nameLen(s string) int {
	for i, r := range s {
		if r == '_' || unicode.IsLetter(r) || i > 0 && unicode.IsDigit(r) {
			continue
		}
		if i > 0 && (r == '?' || r == '!') {
			return i + 1
		}
		return i
	}
	return len(s)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// skipQuoted returns the place after the string that starts at i.
func skipQuoted(s string, i int) (int, bool) {
	q := s[i : i+1]
	if triple := strings.Repeat(q, 3); strings.HasPrefix(s[i:], triple) {
		q = triple
	}
	return skipUntil(s, i+len(q), q, true)
}

// skipSigil returns the place after the sigil whose name starts at i.
func skipSigil(s string, i int) (int, bool) {
	upper := unicode.IsUpper(rune(s[i]))
	for i < len(s) && (isLetter(s[i]) || s[i] >= '0' && s[i] <= '9') {
		i++
	}
	if i == len(s) {
		return i, true
	}
	open := s[i : i+1]
	if triple := strings.Repeat(open, 3); (open == `"` || open == "'") && strings.HasPrefix(s[i:], triple) {
		open = triple
	}
	end := open
	if k := strings.IndexByte("([{<", open[0]); k >= 0 {
		end = ")]}>"[k : k+1]
	} else if strings.IndexByte(`/|"'`, open[0]) < 0 {
		return i, true // ~ was an operator
	}
	i, ok := skipUntil(s, i+len(open), end, !upper)
	for i < len(s) && isLetter(s[i]) {
		i++
	}
	return i, ok
}

// skipUntil returns the place after end, skipping escapes and, when the text
// has interpolation, the code in it.
func skipUntil(s string, i int, end string, interpolates bool) (int, bool) {
	for i < len(s) {
		switch {
		case strings.HasPrefix(s[i:], end):
			return i + len(end), true
		case s[i] == '\\':
			i += 2
		case interpolates && strings.HasPrefix(s[i:], "#{"):
			n, ok := skipCode(s, i+2)
			if !ok {
				return len(s), false
			}
			i = n
		default:
			i++
		}
	}
	return len(s), false
}

// skipCode returns the place after the brace that closes an interpolation.
func skipCode(s string, i int) (int, bool) {
	depth := 0
	for i < len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				return i + 1, true
			}
			depth--
		case '"', '\'':
			n, ok := skipQuoted(s, i)
			if !ok {
				return n, false
			}
			i = n
			continue
		}
		i++
	}
	return len(s), false
}
