package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/source"
)

// maxDepth bounds how deeply source may be nested, so that neither the parser
// nor what walks its tree runs out of stack.
const maxDepth = 1000

// maxHeight bounds the tree, which chains of operators make higher too, and
// maxDigits the integers in source.
const (
	maxHeight = 10_000
	maxDigits = 100_000
)

// scanner turns text into tokens. It follows elixir_tokenizer.erl, which
// decides by a token's neighbours what class it is, but goes on after an error.
type scanner struct {
	fr     *source.Fragment
	text   string
	at     int
	tokens []token
	open   []opener
	errs   *reporter
	indent int // of the line being scanned
	hints  []opener
	fatal  bool  // the end of the text was reached inside of something
	broken bool  // delimiters do not match, so the tokens cannot be parsed
	depth  int   // of nested interpolations
	inside bool  // an interpolation, which ends at an unmatched }
	closed bool  // the unmatched } was found
	holes  []int // the indices of template bodies, written as holeByte
}

// opener is a delimiter that was opened, or an end noted for a hint.
type opener struct {
	kind   kind
	index  int
	start  int
	indent int
}

// holeByte stands for a template's body in the text of joined code pieces.
const holeByte = '\x00'

func newScanner(fr *source.Fragment, errs *reporter) *scanner {
	return &scanner{fr: fr, text: fr.Text, errs: errs}
}

// scan returns the tokens of the whole text, ending with tEOF.
func (s *scanner) scan() []token {
	for s.at < len(s.text) && !s.closed && !s.fatal {
		s.next()
		s.fatal = s.fatal || s.errs.full()
	}
	if !s.fatal && !s.inside && len(s.open) > 0 {
		s.missingTerminator()
	}
	s.tokens = append(s.tokens, token{kind: tEOF, start: s.at, end: s.at})
	return s.tokens
}

func (s *scanner) rest() string { return s.text[s.at:] }

// peek returns the byte n places ahead, or 0 at the end.
func (s *scanner) peek(n int) byte {
	if s.at+n < len(s.text) {
		return s.text[s.at+n]
	}
	return 0
}

func (s *scanner) last() *token {
	if len(s.tokens) == 0 {
		return &token{}
	}
	return &s.tokens[len(s.tokens)-1]
}

// add appends a token of n bytes and moves past it.
func (s *scanner) add(k kind, n int, text string) *token {
	s.tokens = append(s.tokens, token{kind: k, start: s.at, end: s.at + n, text: text})
	s.at += n
	return s.last()
}

// addJoined appends a token that continues the line before it.
func (s *scanner) addJoined(k kind, n int, text string) *token {
	newlines := 0
	switch t := s.last(); t.kind {
	case tEOL:
		newlines = t.newlines
		s.tokens = s.tokens[:len(s.tokens)-1]
	case tComma, tSemi:
		newlines = t.newlines
	}
	t := s.add(k, n, text)
	t.newlines = newlines
	return t
}

func (s *scanner) next() {
	c := s.text[s.at]
	switch {
	case c == ' ' || c == '\t':
		s.space()
	case c == '\n' || strings.HasPrefix(s.rest(), "\r\n"):
		s.newline()
	case c == '#':
		s.comment()
	case c == holeByte && len(s.holes) > 0:
		t := s.add(tHole, 1, "")
		t.lit = &literal{hole: s.holes[0]}
		s.holes = s.holes[1:]
		s.tokens = append(s.tokens, token{kind: tSemi, start: s.at, end: s.at})
	case strings.HasPrefix(s.rest(), "<<<<<<<") && s.column() == 1:
		s.conflictMarker()
	case isDigit(c):
		s.number()
	case c == '~' && isLetter(s.peek(1)):
		s.sigil()
	case c == '?' && s.at+1 < len(s.text):
		s.char()
	case c == '"' || c == '\'':
		s.stringToken(c)
	case s.operatorKeyword():
	case c == '.' && s.dotStart():
		s.dot()
	case c == ':' && s.peek(1) != ':' || strings.HasPrefix(s.rest(), ":::"):
		s.atom()
	case s.punctuation(c):
	case c == '&' && !strings.HasPrefix(s.rest(), "&&"):
		s.capture()
	case s.operator():
	case c == '\\':
		s.lineEscape()
	default:
		s.identifier()
	}
}

func (s *scanner) column() int { return s.span(s.at, s.at).Pos().Column }

func (s *scanner) span(start, end int) source.Span { return s.fr.Span(start, end) }

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLower(c byte) bool  { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool  { return 'A' <= c && c <= 'Z' }
func isLetter(c byte) bool { return isLower(c) || isUpper(c) }
func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isHex(c byte) bool    { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }

// space skips blanks and tells a prefix sign, as in "f -1", from an infix one.
func (s *scanner) space() {
	s.skipBlanks()
	sign, next := s.peek(0), s.peek(1)
	if sign != '+' && sign != '-' || s.at+1 >= len(s.text) {
		return
	}
	if sign == s.peek(0) && next == ':' && isSpace(s.peek(2)) {
		return
	}
	if t := s.last(); t.kind == tIdent && !isSpace(next) && next != sign && next != '/' && next != '>' {
		t.kind = tOpIdent
		s.add(tDual, 1, string(sign))
	}
}

func (s *scanner) skipBlanks() {
	for c := s.peek(0); c == ' ' || c == '\t'; c = s.peek(0) {
		s.at++
	}
}

// newline adds a line end, unless the token before swallows it.
func (s *scanner) newline() {
	n := 1
	if s.peek(0) == '\r' {
		n = 2
	}
	switch t := s.last(); t.kind {
	case tComma, tSemi, tEOL:
		t.newlines++
		s.at += n
	default:
		s.add(tEOL, n, "").newlines = 1
	}
	s.startLine()
}

func (s *scanner) startLine() {
	from := s.at
	s.skipBlanks()
	s.indent = s.at - from
}

func (s *scanner) comment() {
	end := strings.IndexByte(s.rest(), '\n')
	if end < 0 {
		end = len(s.rest())
	}
	body := strings.TrimSuffix(s.text[s.at:s.at+end], "\r")
	if i := strings.IndexFunc(body, isBidi); i >= 0 {
		r, _ := utf8.DecodeRuneInString(body[i:])
		s.errs.syntax(s.span(s.at, s.at+len(body)), fmt.Sprintf(`invalid bidirectional formatting character in comment: \u%04X`, r))
	}
	s.at += len(body)
	if t := s.last(); t.kind == tEOL {
		t.newlines = 0
	}
}

// isBidi reports whether a rune changes the direction of text, which could
// hide what a program does.
func isBidi(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

func (s *scanner) conflictMarker() {
	end := strings.IndexAny(s.rest(), "\r\n")
	if end < 0 {
		end = len(s.rest())
	}
	s.errs.syntax(s.span(s.at, s.at+end), "found an unexpected version control marker, please resolve the conflicts: "+s.text[s.at:s.at+end])
	s.add(tBad, end, "")
}

// lineEscape handles a backslash outside of strings, which joins lines.
func (s *scanner) lineEscape() {
	rest := s.rest()
	switch {
	case rest == `\` || rest == "\\\n" || rest == "\\\r\n":
		s.errs.add(&source.Diagnostic{Kind: "TokenMissingError", Span: s.span(s.at, s.at+1), Message: `invalid escape \ at end of file`})
		s.at = len(s.text)
	case strings.HasPrefix(rest, "\\\n"):
		s.at += 2
		s.startLine()
	case strings.HasPrefix(rest, "\\\r\n"):
		s.at += 3
		s.startLine()
	default:
		s.unexpected(s.at)
	}
}

// operatorKeyword scans the operators that are keys, as in [+: 1].
func (s *scanner) operatorKeyword() bool {
	for _, op := range []string{".", "<<>>", "%{}", "%", "&", "{}", "..//"} {
		if s.isKeyOf(op) {
			s.add(tKw, len(op)+1, op)
			return true
		}
	}
	return false
}

func (s *scanner) isKeyOf(op string) bool {
	rest := s.rest()
	return strings.HasPrefix(rest, op) && len(rest) > len(op)+1 && rest[len(op)] == ':' && isSpace(rest[len(op)+1])
}

func (s *scanner) punctuation(c byte) bool {
	rest := s.rest()
	switch {
	case strings.HasPrefix(rest, "<<") && !strings.HasPrefix(rest, "<<<") && !strings.HasPrefix(rest, "<<~"):
		s.delimiter(tLBit, 2)
	case strings.HasPrefix(rest, ">>") && !strings.HasPrefix(rest, ">>>"):
		s.delimiter(tRBit, 2)
	case strings.HasPrefix(rest, "=>"):
		s.addJoined(tAssoc, 2, "=>")
	case c == ',':
		s.add(tComma, 1, ",")
	case c == ';':
		s.semicolon()
	case c == '(':
		s.delimiter(tLParen, 1)
	case c == ')':
		s.delimiter(tRParen, 1)
	case c == '[':
		s.delimiter(tLBracket, 1)
	case c == ']':
		s.delimiter(tRBracket, 1)
	case c == '{':
		s.brace()
	case c == '}':
		s.delimiter(tRBrace, 1)
	case c == '%':
		s.percent()
	default:
		return false
	}
	return true
}

func (s *scanner) semicolon() {
	if s.last().kind == tSemi {
		t := s.last()
		if t.start == t.end { // the one after a template's body
			s.at++
			return
		}
		s.unexpected(s.at)
		return
	}
	s.add(tSemi, 1, ";")
}

func (s *scanner) brace() {
	if s.last().kind == tPercent {
		s.errs.syntax(s.span(s.at, s.at+1), "unexpected space between % and {\n\n"+
			"If you want to define a map, write %{...}, with no spaces.\n"+
			"If you want to define a struct, write %StructName{...}.\n\n"+
			"Syntax error before: {")
		s.last().kind = tMapOp
	}
	s.delimiter(tLBrace, 1)
}

func (s *scanner) percent() {
	switch next := s.peek(1); next {
	case '(', '[':
		s.errs.syntax(s.span(s.at, s.at+2), "expected %{ to define a map, got: %"+string(next))
		s.at++
	case '{':
		s.add(tMapOp, 1, "%{}")
		s.delimiter(tLBrace, 1)
		s.open[len(s.open)-1].start-- // errors point at the percent sign
	default:
		s.add(tPercent, 1, "%")
	}
}

// capture scans & before a number, before an operator's name, and elsewhere.
func (s *scanner) capture() {
	i := s.at + 1
	if isDigit(s.peek(1)) {
		s.add(tCaptureInt, 1, "&")
		return
	}
	for i < len(s.text) && (s.text[i] == ' ' || s.text[i] == '\t') {
		i++
	}
	if i < len(s.text) && s.text[i] == '/' {
		after := strings.TrimLeft(s.text[i+1:], " \t")
		if !strings.HasPrefix(after, "/") {
			s.add(tIdent, 1, "&")
			return
		}
	}
	s.add(tCaptureOp, 1, "&")
}

func (s *scanner) operator() bool {
	if strings.HasPrefix(s.rest(), "..//") {
		s.rangeStepName()
		return true
	}
	for _, op := range operators[s.text[s.at]] {
		if strings.HasPrefix(s.rest(), op.text) {
			s.operatorToken(op)
			return true
		}
	}
	return false
}

func (s *scanner) operatorToken(op operator) {
	if op.kind != tTernary && s.isKeyOf(op.text) {
		s.add(tKw, len(op.text)+1, op.text)
		return
	}
	if op.kind != tTernary && s.slashFollows(len(op.text)) {
		s.add(tIdent, len(op.text), op.text)
		s.skipBlanks()
		return
	}
	switch op.kind {
	case tUnaryOp, tEllipsis, tAtOp, tDual:
		s.add(op.kind, len(op.text), op.text)
	default:
		s.addJoined(op.kind, len(op.text), op.text)
	}
	if op.kind != tTernary {
		s.skipBlanks()
	}
}

// slashFollows reports whether a slash follows the next n bytes, which makes
// an operator a name, as in &+/2.
func (s *scanner) slashFollows(n int) bool {
	return strings.HasPrefix(strings.TrimLeft(s.text[s.at+n:], " \t"), "/")
}

func (s *scanner) rangeStepName() {
	if s.slashFollows(4) {
		s.add(tIdent, 4, "..//")
		s.skipBlanks()
		return
	}
	s.unexpected(s.at)
}

// unexpected reports a character that starts no token and skips up to it.
func (s *scanner) unexpected(at int) {
	r, n := utf8.DecodeRuneInString(s.text[at:])
	span := s.span(at, at+n)
	what := `"` + string(r) + `"`
	if _, name, ok := charName(r); ok {
		what = name
	}
	s.errs.syntax(span, fmt.Sprintf("unexpected token: %s (column %d, code point U+%04X)", what, span.Pos().Column, r))
	s.at = at
	s.add(tBad, n, "")
}
