package syntax

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/source"
)

// extracted is the content of something quoted.
type extracted struct {
	pieces     []piece // as written, but for escaped closing delimiters
	start, end int     // of the content
	indent     int     // of a heredoc's closing delimiter
	// cuts are the parts of the content that no piece has, in order, and escapes
	// those among them that are backslashes before a closing delimiter.
	cuts, escapes [][2]int
}

// extract reads from s.at to the closing delimiter and past it. ok is false
// when there is none, which is reported with the words in what.
func (s *scanner) extract(opening, closing string, interpolate bool, openAt int, what string) (x extracted, ok bool) {
	heredoc := len(closing) == 3
	x.start = s.at
	var buf strings.Builder
	from := s.at
	flush := func(end int) {
		if buf.Len() > 0 {
			x.pieces = append(x.pieces, piece{text: buf.String(), start: from, end: end})
			buf.Reset()
		}
	}
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case !heredoc && c == closing[0]:
			x.end = s.at
			flush(s.at)
			s.at++
			return x, true
		case c == '\n' || c == '\\' && s.newlineAt(s.at+1) > 0:
			n := 1
			if c == '\\' {
				n += s.newlineAt(s.at + 1)
			}
			buf.WriteString(s.text[s.at : s.at+n])
			s.at += n
			if !heredoc {
				continue
			}
			blank := s.at
			s.skipBlanks()
			if strings.HasPrefix(s.rest(), closing) {
				x.end, x.indent = blank, s.at-blank
				flush(blank)
				s.at += 3
				return x, true
			}
			buf.WriteString(s.text[blank:s.at])
		case c == '\\':
			s.escaped(&x, &buf, closing, interpolate)
		case interpolate && strings.HasPrefix(s.rest(), "#{"):
			flush(s.at)
			hash := s.at
			p, ok := s.interpolation()
			if !ok {
				if !s.fatal {
					line, _, _ := strings.Cut(s.text[hash:], "\n")
					s.unterminated(opening, closing, openAt, hash+len(line), `missing interpolation terminator: "}"`+what)
				}
				return x, false
			}
			x.pieces = append(x.pieces, p)
			from = s.at
		case c < utf8.RuneSelf:
			buf.WriteByte(c)
			s.at++
		default:
			s.wideRune(&buf)
		}
	}
	x.end = s.at
	s.unterminated(opening, closing, openAt, s.lastLineEnd(), "missing terminator: "+closing+what)
	return x, false
}

// newlineAt returns the length of the line end at a place, or 0.
func (s *scanner) newlineAt(at int) int {
	switch {
	case strings.HasPrefix(s.text[at:], "\n"):
		return 1
	case strings.HasPrefix(s.text[at:], "\r\n"):
		return 2
	}
	return 0
}

// escaped copies a backslash and what it protects; the backslash before a
// closing delimiter is dropped.
func (s *scanner) escaped(x *extracted, buf *strings.Builder, closing string, interpolate bool) {
	after := s.text[s.at+1:]
	switch {
	case strings.HasPrefix(after, closing):
		if !interpolate && len(closing) == 1 {
			s.errs.add(&source.Diagnostic{Severity: source.Warning, Span: s.span(s.at, s.at+2), Message: "using \\" + closing +
				" to escape the closing of an uppercase sigil is deprecated, please use another delimiter or a lowercase sigil instead"})
		}
		x.escapes = append(x.escapes, [2]int{s.at, s.at + 1})
		buf.WriteString(closing)
		s.at += 1 + len(closing)
	case interpolate && strings.HasPrefix(after, "#{"):
		buf.WriteString(`\#{`)
		s.at += 3
	default:
		buf.WriteByte('\\')
		s.at++
		if s.at < len(s.text) {
			s.wideRune(buf)
		}
	}
}

func (s *scanner) wideRune(buf *strings.Builder) {
	r, n := utf8.DecodeRuneInString(s.rest())
	if isBidi(r) {
		s.errs.syntax(s.span(s.at, s.at+n), fmt.Sprintf("invalid bidirectional formatting character in string: \\u%04X. "+
			"If you want to use such character, use it in its escaped \\u%04X form instead", r, r))
	}
	buf.WriteString(s.text[s.at : s.at+n])
	s.at += n
}

// unterminated reports something quoted that was opened at openAt and is
// missing its end at end.
func (s *scanner) unterminated(opening, closing string, openAt, end int, message string) {
	s.errs.add(&source.Diagnostic{
		Kind: "TokenMissingError", Span: s.span(end, end), Message: message,
		Opening: &source.Delimiter{Span: s.span(openAt, openAt+len(opening)), Text: opening, Expected: closing},
	})
	s.fatal = true
	s.at = len(s.text)
}

// interpolation scans #{ … } as tokens of its own.
func (s *scanner) interpolation() (piece, bool) {
	start := s.at
	sub := &scanner{fr: s.fr, text: s.text, at: s.at + 2, errs: s.errs, indent: s.indent, depth: s.depth + 1, inside: true}
	if sub.depth > maxDepth {
		s.errs.syntax(s.span(start, start+2), tooDeep)
		s.fatal = true
		return piece{}, false
	}
	tokens := sub.scan()
	s.fatal, s.broken = s.fatal || sub.fatal, s.broken || sub.broken
	if !sub.closed {
		if !sub.fatal && len(sub.open) > 0 {
			sub.missingTerminator()
			s.fatal = true
		}
		s.at = len(s.text)
		return piece{}, false
	}
	s.at = sub.at + 1
	return piece{start: start, end: s.at, tokens: tokens}, true
}

// heredoc reads the rest of """ … """ after its opening, with the indentation
// of the closing delimiter taken off every line.
func (s *scanner) heredoc(quote byte, interpolate bool, openAt int) (x extracted, ok bool) {
	closing := strings.Repeat(string(quote), 3)
	head := s.at
	s.skipBlanks()
	n := s.newlineAt(s.at)
	if n == 0 {
		s.errs.syntax(s.span(head, head), "heredoc allows only whitespace characters followed by a new line after opening "+closing)
		s.fatal = true
		return x, false
	}
	// The line end before the body lets extract see the indentation of the
	// first line like any other; it is cut off again below.
	s.at += n - 1
	x, ok = s.extract(closing, closing, interpolate, openAt, fmt.Sprintf(" (for heredoc starting at line %d)", s.line(openAt)))
	if !ok {
		return x, false
	}
	x.start++
	s.outdent(&x)
	x.cuts = append(x.cuts, x.escapes...)
	slices.SortFunc(x.cuts, func(a, b [2]int) int { return a[0] - b[0] })
	return x, true
}

func (s *scanner) line(at int) int { return s.fr.Line(at) }

// outdent takes up to indent blanks off the start of each line.
func (s *scanner) outdent(x *extracted) {
	for i := range x.pieces {
		p := &x.pieces[i]
		if p.tokens != nil {
			continue
		}
		p.text = outdentText(p.text, x.indent)
		if i == 0 {
			p.text = strings.TrimPrefix(p.text, "\n")
		}
	}
	for at := x.start; at < x.end; {
		cut := at
		for cut < x.end && cut-at < x.indent && (s.text[cut] == ' ' || s.text[cut] == '\t') {
			cut++
		}
		if cut > at {
			x.cuts = append(x.cuts, [2]int{at, cut})
		}
		end := strings.IndexByte(s.text[at:x.end], '\n')
		if end < 0 {
			break
		}
		at += end + 1
	}
}

func outdentText(text string, indent int) string {
	if indent == 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		b.WriteByte(text[i])
		if text[i] != '\n' {
			continue
		}
		for n := 0; n < indent && i+1 < len(text) && (text[i+1] == ' ' || text[i+1] == '\t'); n++ {
			i++
		}
	}
	return b.String()
}

// stringToken scans "a", 'a', their heredocs, and quoted keys.
func (s *scanner) stringToken(quote byte) {
	start := s.at
	if strings.HasPrefix(s.rest(), strings.Repeat(string(quote), 3)) {
		s.at += 3
		k := tHeredoc
		if quote == '\'' {
			k = tCharlistHeredoc
		}
		if x, ok := s.heredoc(quote, true, start); ok {
			s.addQuoted(k, start, x, quote).lit.heredoc = true
		}
		return
	}
	s.at++
	x, ok := s.extract(string(quote), string(quote), true, start, fmt.Sprintf(" (for string starting at line %d)", s.line(start)))
	if !ok {
		return
	}
	switch {
	case s.peek(0) == ':' && isSpace(s.peek(1)):
		s.at++
		s.addQuotedName(tKw, tKwDynamic, start, x, quote)
	case quote == '\'':
		s.addQuoted(tCharlist, start, x, quote)
	default:
		s.addQuoted(tString, start, x, quote)
	}
}

// addQuoted appends a token from start to here with the unescaped pieces.
func (s *scanner) addQuoted(k kind, start int, x extracted, quote byte) *token {
	parts := s.unescapePieces(x.pieces, start+1)
	s.tokens = append(s.tokens, token{kind: k, start: start, end: s.at})
	t := s.last()
	t.lit = &literal{parts: parts, raw: x.pieces, quote: quote, indent: x.indent, body: [2]int{x.start, x.end}, cuts: x.cuts}
	return t
}

// addQuotedName appends a quoted key or atom, which is dynamic if it has
// interpolations.
func (s *scanner) addQuotedName(plain, dynamic kind, start int, x extracted, quote byte) {
	t := s.addQuoted(dynamic, start, x, quote)
	text, ok := plainText(t.lit.parts)
	if !ok {
		return
	}
	t.kind, t.text = plain, text
	if utf8.RuneCountInString(text) > 255 {
		s.errs.syntax(s.span(start, s.at), "atom length must be less than system limit: "+text)
	}
}

// plainText returns the text of pieces without interpolation.
func plainText(pieces []piece) (string, bool) {
	var b strings.Builder
	for _, p := range pieces {
		if p.tokens != nil {
			return "", false
		}
		b.WriteString(p.text)
	}
	return b.String(), true
}

func (s *scanner) unescapePieces(pieces []piece, at int) []piece {
	out := make([]piece, len(pieces))
	for i, p := range pieces {
		out[i] = p
		if p.tokens != nil {
			continue
		}
		text, problem := unescape(p.text)
		if problem != "" {
			s.errs.syntax(s.span(at, min(at+1, len(s.text))), problem)
		}
		out[i].text = text
	}
	return out
}

func (s *scanner) quotedAtom(quote byte) {
	start := s.at
	s.at += 2
	x, ok := s.extract(string(quote), string(quote), true, start+1, fmt.Sprintf(" (for atom starting at line %d)", s.line(start)))
	if ok {
		s.addQuotedName(tAtomQuoted, tAtomDynamic, start, x, quote)
	}
}

// quotedCall scans the name in Mod."name".
func (s *scanner) quotedCall(quote byte) {
	start := s.at
	s.at++
	x, ok := s.extract(string(quote), string(quote), true, start, fmt.Sprintf(" (for function name starting at line %d)", s.line(start)))
	if !ok {
		return
	}
	text, plain := plainText(s.unescapePieces(x.pieces, start))
	if !plain {
		s.errs.syntax(s.span(start, start+1), "interpolation is not allowed when calling function/macro. "+
			"Found interpolation in a call starting with: "+string(quote))
	}
	end := s.at
	s.at = start
	s.callIdentifier(end-start, text)
}

// sigil scans ~name, a delimited body and modifiers.
func (s *scanner) sigil() {
	start := s.at
	end := start + 2
	if isUpper(s.text[start+1]) {
		for end < len(s.text) && (isUpper(s.text[end]) || isDigit(s.text[end])) {
			end++
		}
	}
	name := s.text[start+1 : end]
	if end < len(s.text) && isLower(s.text[end]) {
		s.sigilName(start, end)
		return
	}
	s.at = end
	if end == len(s.text) {
		s.at = start
		s.unexpected(start)
		return
	}
	interpolate := isLower(name[0])
	var x extracted
	var ok bool
	quote := s.text[end]
	heredoc := (quote == '"' || quote == '\'') && strings.HasPrefix(s.rest(), strings.Repeat(string(quote), 3))
	switch closing, known := sigilClosers[quote]; {
	case heredoc:
		s.at += 3
		x, ok = s.heredoc(quote, interpolate, end)
	case known:
		s.at++
		what := fmt.Sprintf(" (for sigil ~%c%c starting at line %d)", name[0], quote, s.line(start))
		x, ok = s.extract(string(quote), closing, interpolate, end, what)
	default:
		s.sigilDelimiter(start, end)
		return
	}
	if !ok {
		return
	}
	if !heredoc {
		x.cuts = x.escapes
	}
	modifiers := s.at
	for isLetter(s.peek(0)) || isDigit(s.peek(0)) {
		s.at++
	}
	t := s.sigilToken(start, name, x, quote)
	t.lit.modifiers, t.lit.heredoc = s.text[modifiers:s.at], heredoc
}

var sigilClosers = map[byte]string{'(': ")", '[': "]", '{': "}", '<': ">", '/': "/", '|': "|", '"': `"`, '\'': "'"}

// sigilToken appends a sigil. An escape that is wrong for a string stays as it
// is, because sigils may have their own.
func (s *scanner) sigilToken(start int, name string, x extracted, quote byte) *token {
	parts := make([]piece, len(x.pieces))
	for i, p := range x.pieces {
		parts[i] = p
		switch {
		case p.tokens != nil || !isLower(name[0]):
		case name == "r":
			parts[i].text = unescapeRegex(p.text)
		default:
			if text, problem := unescape(p.text); problem == "" {
				parts[i].text = text
			}
		}
	}
	s.tokens = append(s.tokens, token{kind: tSigil, start: start, end: s.at, text: name})
	t := s.last()
	t.lit = &literal{parts: parts, raw: x.pieces, quote: quote, indent: x.indent, body: [2]int{x.start, x.end}, cuts: x.cuts}
	return t
}

func (s *scanner) sigilName(start, end int) {
	line, _, _ := strings.Cut(s.text[start:], "\n")
	for end < len(s.text) && isLetter(s.text[end]) {
		end++
	}
	s.errs.syntax(s.span(start, end), "invalid sigil name, it should be either a one-letter lowercase letter or an "+
		"uppercase letter optionally followed by uppercase letters and digits, got: "+strings.TrimSuffix(line, "\r"))
	s.at = start
	s.add(tBad, end-start, "")
}

func (s *scanner) sigilDelimiter(start, end int) {
	r, _ := utf8.DecodeRuneInString(s.text[end:])
	s.errs.syntax(s.span(start, end), fmt.Sprintf("invalid sigil delimiter: %q (column %d, code point U+%04X). The available delimiters are: "+
		`//, ||, "", '', (), [], {}, <>`, string(r), s.span(end, end).Pos().Column, r))
	s.at = start
	s.add(tBad, end-start, "")
}
