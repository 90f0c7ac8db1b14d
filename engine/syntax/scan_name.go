package syntax

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// name is an identifier, alias or atom as scanned.
type name struct {
	text  string
	alias bool
	ascii bool
	at    bool // has an @, which only atoms may
	punct bool // ends in ! or ?
}

// isNameStart reports whether r begins an identifier or alias.
func isNameStart(r rune) bool {
	return r == '_' || r < 0x80 && isLetter(byte(r)) || r >= 0x80 && (unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r))
}

func isNamePart(r rune) bool {
	if r < 0x80 {
		return r == '_' || isLetter(byte(r)) || isDigit(byte(r))
	}
	return isNameStart(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}

// scanName reads a name from the start of text; ok is false if there is none.
func scanName(text string) (n name, ok bool) {
	first, size := utf8.DecodeRuneInString(text)
	if !isNameStart(first) {
		return n, false
	}
	n = name{ascii: first < 0x80, alias: unicode.IsUpper(first) || unicode.IsTitle(first)}
	end := size
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if r == '@' {
			n.at = true
		} else if !isNamePart(r) {
			if r == '!' || r == '?' {
				n.punct = true
				end++
			}
			break
		}
		n.ascii = n.ascii && r < 0x80
		end += size
	}
	n.text = text[:end]
	return n, true
}

func (s *scanner) identifier() {
	n, ok := scanName(s.rest())
	if !ok {
		s.unexpected(s.at)
		return
	}
	after := s.text[s.at+len(n.text):]
	isKey := strings.HasPrefix(after, ":") && !strings.HasPrefix(after, "::")
	switch {
	case isKey && len(after) > 1 && isSpace(after[1]):
		s.add(tKw, len(n.text)+1, n.text)
	case isKey && len(after) > 1:
		s.errs.syntax(s.span(s.at, s.at+len(n.text)+1), "keyword argument must be followed by space after: "+n.text+":")
		s.add(tKw, len(n.text)+1, n.text)
	case !isKey && !n.at && s.keyword(n.text):
	case n.alias && s.text[s.at] >= utf8.RuneSelf:
		s.unexpected(s.at)
	case n.at:
		what := "identifier"
		if n.alias {
			what = "alias"
		}
		s.errs.syntax(s.span(s.at, s.at+len(n.text)), fmt.Sprintf("invalid character \"@\" (code point U+0040) in %s: %s", what, n.text))
		s.add(tBad, len(n.text), "")
	case n.text == "__aliases__" || n.text == "__block__":
		s.errs.syntax(s.span(s.at, s.at+len(n.text)), "reserved token: "+n.text)
		s.add(tBad, len(n.text), "")
	case n.alias:
		s.alias(n)
	default:
		s.callIdentifier(len(n.text), n.text)
	}
}

func (s *scanner) alias(n name) {
	if !n.ascii || n.punct {
		i := strings.IndexFunc(n.text, func(r rune) bool { return r < 'A' || r > 127 })
		bad, _ := utf8.DecodeRuneInString(n.text[i:])
		s.errs.syntax(s.span(s.at, s.at+len(n.text)), fmt.Sprintf("invalid character %q (code point U+%04X) in alias "+
			"(only ASCII characters, without punctuation, are allowed): %s", string(bad), bad, n.text))
	}
	s.add(tAlias, len(n.text), n.text)
}

// callIdentifier adds a name of n bytes, classed by what follows it at once.
func (s *scanner) callIdentifier(n int, text string) {
	k := tIdent
	switch s.peek(n) {
	case '(':
		k = tParenIdent
	case '[':
		k = tBracketIdent
	}
	s.add(k, n, text)
}

// keyword adds a reserved word, unless it is the name after a dot.
func (s *scanner) keyword(word string) bool {
	k, ok := keywords[word]
	if !ok || s.last().kind == tDot {
		return false
	}
	switch k {
	case tDo:
		s.do()
	case tFn, tEnd:
		s.delimiter(k, len(word))
	case tTrue, tFalse, tNil, tBlock:
		s.add(k, len(word), word)
	default:
		s.wordOperator(k, word)
	}
	return true
}

func (s *scanner) wordOperator(k kind, word string) {
	switch {
	case s.slashFollows(len(word)):
		s.add(tIdent, len(word), word)
	case k == tIn && s.last().kind == tUnaryOp && s.last().text == "not":
		not := *s.last()
		s.tokens = s.tokens[:len(s.tokens)-1]
		t := s.addJoined(tIn, len(word), "not in")
		t.start = not.start
	case k == tUnaryOp:
		s.add(k, len(word), word)
	default:
		s.addJoined(k, len(word), word)
	}
}

func (s *scanner) do() {
	switch t := s.last(); t.kind {
	case tIdent:
		t.kind = tDoIdent
	case tFn:
		s.errs.syntax(s.span(s.at, s.at+2), "unexpected reserved word: do. Anonymous functions are written as:\n\n"+
			"    fn pattern -> expression end\n\nPlease remove the \"do\" keyword")
		s.at += 2
		return
	case tComma, tSemi:
		if t.start < t.end {
			s.errs.syntax(s.span(s.at, s.at+2), "unexpected reserved word: do"+invalidDo)
			if t.kind == tComma {
				s.tokens = s.tokens[:len(s.tokens)-1]
			}
		}
	}
	s.delimiter(tDo, 2)
}

const invalidDo = `. In case you wanted to write a "do" expression, ` +
	"you must either use do-blocks or separate the keyword argument with comma. " +
	"For example, you should either write:\n\n" +
	"    if some_condition? do\n" +
	"      :this\n" +
	"    else\n" +
	"      :that\n" +
	"    end\n\n" +
	"or the equivalent construct:\n\n" +
	"    if(some_condition?, do: :this, else: :that)\n\n" +
	"where \"some_condition?\" is the first argument and the second argument is a keyword list.\n\n" +
	`You may see this error if you forget a trailing comma before the "do" in a "do" block`

// atom scans what follows a colon: a name, an operator or a quoted text.
func (s *scanner) atom() {
	rest := s.text[s.at+1:]
	if strings.HasPrefix(rest, `"`) || strings.HasPrefix(rest, "'") {
		s.quotedAtom(rest[0])
		return
	}
	for _, op := range atomOperators {
		if strings.HasPrefix(rest, op) {
			s.add(tAtom, len(op)+1, op)
			return
		}
	}
	if n, ok := scanName(rest); ok {
		s.add(tAtom, len(n.text)+1, n.text)
		return
	}
	s.unexpected(s.at)
}

// dotStart reports whether the dot at hand is not part of a longer operator.
func (s *scanner) dotStart() bool { return s.peek(1) != '.' }

// dot scans a dot and, where a call's name is an operator or quoted, the name.
func (s *scanner) dot() {
	at := s.at
	s.at++
	s.skipAfterDot()
	if s.peek(0) == '(' {
		s.dotToken(tDotCall, at)
		return
	}
	if c := s.peek(0); c == '"' || c == '\'' {
		s.dotToken(tDot, at)
		s.quotedCall(c)
		return
	}
	s.dotToken(tDot, at)
	for _, op := range operators[s.peek(0)] {
		switch op.kind {
		case tStab, tRange, tEllipsis, tTernary:
			continue
		}
		if strings.HasPrefix(s.rest(), op.text) {
			s.callIdentifier(len(op.text), op.text)
			return
		}
	}
	if s.peek(0) == '&' {
		s.callIdentifier(1, "&")
	}
}

func (s *scanner) dotToken(k kind, at int) {
	after := s.at
	s.at = at
	s.addJoined(k, 1, ".")
	s.at = after
}

func (s *scanner) skipAfterDot() {
	for {
		s.skipBlanks()
		switch {
		case s.peek(0) == '#':
			s.comment()
		case s.peek(0) == '\n':
			s.at++
		case strings.HasPrefix(s.rest(), "\r\n"):
			s.at += 2
		default:
			return
		}
	}
}

// number scans an integer or float and complains of letters right after it.
func (s *scanner) number() {
	if s.based('x', isHex) || s.based('b', func(c byte) bool { return c == '0' || c == '1' }) ||
		s.based('o', func(c byte) bool { return '0' <= c && c <= '7' }) {
		return
	}
	rest, end, float := s.rest(), 1, false
	at := func(i int) byte {
		if i < len(rest) {
			return rest[i]
		}
		return 0
	}
	for {
		c := at(end)
		switch {
		case isDigit(c):
			end++
		case c == '.' && !float && isDigit(at(end+1)):
			float = true
			end += 2
		case c == '_' && isDigit(at(end+1)):
			end += 2
		case (c == 'e' || c == 'E') && float && isDigit(at(end+1)):
			end += 2
		case (c == 'e' || c == 'E') && float && (at(end+1) == '+' || at(end+1) == '-') && isDigit(at(end+2)):
			end += 3
		default:
			s.decimal(rest[:end], float, c)
			return
		}
	}
}

func (s *scanner) decimal(written string, float bool, next byte) {
	digits := strings.ReplaceAll(written, "_", "")
	start := s.at
	if len(digits) > maxDigits {
		s.manyDigits(written)
	} else if !float {
		n, _ := new(big.Int).SetString(digits, 10)
		s.add(tInt, len(written), written).lit = &literal{integer: n}
	} else if f, err := strconv.ParseFloat(digits, 64); err == nil {
		s.add(tFloat, len(written), written).lit = &literal{float: f}
	} else {
		s.errs.syntax(s.span(s.at, s.at+len(written)), "invalid float number "+written)
		s.add(tBad, len(written), "")
	}
	if isLetter(next) || next == '_' {
		s.errs.syntax(s.span(start, s.at+1), fmt.Sprintf("invalid character %q after number %s. If you intended to write a number, "+
			"make sure to separate the number from the character (using comma, space, etc). "+
			"If you meant to write a function name or a variable, note that identifiers in "+
			"Elixir cannot start with numbers. Unexpected token: %s", string(next), written, string(next)))
		n, _ := scanName(s.rest())
		s.at += len(n.text)
		s.last().kind = tBad
	}
}

// manyDigits leaves out a number that would take long to read.
func (s *scanner) manyDigits(written string) {
	s.errs.syntax(s.span(s.at, s.at+len(written)), "a number of more than "+strconv.Itoa(maxDigits)+" digits is not part of this playground")
	s.add(tBad, len(written), "")
}

// based scans 0xFF and its like.
func (s *scanner) based(letter byte, digit func(byte) bool) bool {
	if s.peek(0) != '0' || s.peek(1) != letter || !digit(s.peek(2)) {
		return false
	}
	end := 3
	for digit(s.peek(end)) || s.peek(end) == '_' && digit(s.peek(end+1)) {
		end++
	}
	written := s.text[s.at : s.at+end]
	base := map[byte]int{'x': 16, 'o': 8, 'b': 2}[letter]
	if len(written) > maxDigits {
		s.manyDigits(written)
		return true
	}
	n, _ := new(big.Int).SetString(strings.ReplaceAll(written[2:], "_", ""), base)
	s.add(tInt, end, written).lit = &literal{integer: n}
	return true
}

// char scans ?a and ?\n.
func (s *scanner) char() {
	if s.peek(1) == '\\' && s.at+2 < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[s.at+2:])
		value := r
		if r < 0x80 {
			value = rune(unescapeByte(byte(r)))
		}
		s.charToken(2+n, value)
		return
	}
	r, n := utf8.DecodeRuneInString(s.text[s.at+1:])
	s.charToken(1+n, r)
}

func (s *scanner) charToken(n int, value rune) {
	text := s.text[s.at : s.at+n]
	s.add(tChar, n, text).lit = &literal{integer: big.NewInt(int64(value))}
}

// charName gives the escape and the name of a character that does not show.
func charName(r rune) (escape, name string, ok bool) {
	switch r {
	case 0:
		return `\0`, "null byte", true
	case 7:
		return `\a`, "alert", true
	case '\b':
		return `\b`, "backspace", true
	case 127:
		return `\d`, "delete", true
	case 27:
		return `\e`, "escape", true
	case '\f':
		return `\f`, "form feed", true
	case '\n':
		return `\n`, "newline", true
	case '\r':
		return `\r`, "carriage return", true
	case ' ':
		return `\s`, "space", true
	case '\t':
		return `\t`, "tab", true
	case '\v':
		return `\v`, "vertical tab", true
	}
	return "", "", false
}
