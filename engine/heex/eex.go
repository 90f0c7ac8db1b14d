package heex

import (
	"strings"

	"streamsplayground/engine/source"
)

// eexKind says what an EEx token is: the text between EEx tags, or the part
// that a tag plays.
type eexKind uint8

const (
	eexText eexKind = iota
	eexExpr
	eexStart  // if x do
	eexMiddle // else, pattern ->
	eexEnd    // end
)

type eexToken struct {
	kind       eexKind
	fr         *source.Fragment // the text, or what stands between the marks
	marker     byte             // '=', '/', '|' or 0
	start, end int              // of the whole tag, in the template
}

// eexTokens finds the EEx tags, as EEx.Compiler.tokenize/3. Text that <%% made
// shorter, or trimming, is still mapped to its source.
func (p *parser) eexTokens() []eexToken {
	var out []eexToken
	s := p.fr.Text
	text := mapped{fr: p.fr}
	i := 0
	if p.opts.Trim {
		i = trimInit(s)
	}
	flush := func() {
		if len(text.buf) > 0 {
			out = append(out, eexToken{kind: eexText, fr: text.fragment()})
		}
		text = mapped{fr: p.fr}
	}
	for i < len(s) {
		if !strings.HasPrefix(s[i:], "<%") {
			n := strings.Index(s[i:], "<%")
			if n < 0 {
				n = len(s) - i
			}
			text.add(i, s[i:i+n])
			i += n
			continue
		}
		if strings.HasPrefix(s[i:], "<%%") {
			text.add(i, "<%")
			i += 3
			continue
		}
		tok, end, ok := p.eexTag(i)
		if !ok {
			break
		}
		if p.opts.Trim {
			text.trimRight()
		}
		flush()
		if tok != nil {
			out = append(out, *tok)
		}
		i = end
		if p.opts.Trim {
			i = trimAfter(s, i, &text)
		}
	}
	flush()
	return out
}

// eexTag reads the tag at i. The token is nil for a comment; ok is false when
// the tag has no end.
func (p *parser) eexTag(i int) (tok *eexToken, end int, ok bool) {
	s := p.fr.Text
	open, stop := 2, "%>"
	comment := false
	switch rest := s[i+2:]; {
	case strings.HasPrefix(rest, "!--"):
		open, stop, comment = 5, "--%>", true
	case strings.HasPrefix(rest, "#"):
		open, comment = 3, true
		p.warn(p.fr.Span(i, i+3), "<%%# is deprecated, use <%%!-- or add a space between <%% and # instead")
	}
	var marker byte
	if !comment && i+2 < len(s) && strings.IndexByte("=/|", s[i+2]) >= 0 {
		marker, open = s[i+2], 3
	}
	n := strings.Index(s[i+open:], stop)
	if n < 0 {
		p.failAs("EEx.SyntaxError", p.fr.Span(i, i+open), "expected closing '%s' for EEx expression", stop)
		p.lexical = true
		return nil, 0, false
	}
	end = i + open + n + len(stop)
	if comment {
		return nil, end, true
	}
	fr := p.fr.Sub(i+open, i+open+n)
	kind := classify(fr.Text)
	if marker != 0 && (kind == eexMiddle || kind == eexEnd) {
		p.warn(p.fr.Span(i, end), "unexpected beginning of EEx tag \"<%%%c\" on \"<%%%c%s%%>\", please remove \"%c\"", marker, marker, fr.Text, marker)
		marker = 0
	}
	if marker == '/' || marker == '|' {
		p.failAs("EEx.SyntaxError", p.fr.Span(i, end), "unsupported EEx syntax <%%%c %%> (the syntax is valid but not supported by the current EEx engine)", marker)
	}
	return &eexToken{kind: kind, fr: fr, marker: marker, start: i, end: end}, end, true
}

// mapped builds text out of pieces of a fragment.
type mapped struct {
	fr   *source.Fragment
	buf  []byte
	segs []source.Segment
}

func (m *mapped) add(from int, text string) {
	if text == "" {
		return
	}
	for i := 0; i < len(text); {
		// Within a line, template and file run in step.
		m.segs = append(m.segs, source.Segment{Text: len(m.buf) + i, File: m.fr.Span(from+i, from+i).Start})
		n := strings.IndexByte(text[i:], '\n')
		if n < 0 {
			break
		}
		i += n + 1
	}
	m.buf = append(m.buf, text...)
}

func (m *mapped) fragment() *source.Fragment {
	return source.NewFragment(m.fr.File, string(m.buf), m.segs)
}

// trimRight drops blank text before a tag back to the start of the lines, and
// leaves one newline of those it drops.
func (m *mapped) trimRight() {
	n, newlines := len(m.buf), 0
	for {
		k := n
		for k > 0 && isBlank(m.buf[k-1]) {
			k--
		}
		if k == 0 || m.buf[k-1] != '\n' {
			break
		}
		n = k - 1
		if n > 0 && m.buf[n-1] == '\r' {
			n--
		}
		newlines++
	}
	if newlines > 0 {
		m.buf = append(m.buf[:n], '\n')
	}
}

// trimAfter returns the place after the blank lines that follow a tag, having
// put one newline for them into text, or i when text follows on the line.
func trimAfter(s string, i int, text *mapped) int {
	end, newline := i, -1
	for {
		k := end
		for k < len(s) && isBlank(s[k]) {
			k++
		}
		if k == len(s) {
			return k
		}
		n := k
		if strings.HasPrefix(s[k:], "\r\n") {
			k++
		}
		if s[k] != '\n' {
			break
		}
		if newline < 0 {
			newline = n
		}
		end = k + 1
	}
	if newline >= 0 {
		text.add(end-1, "\n")
	}
	return end
}

// trimInit returns where a template starts: at its first EEx tag if only blank
// text stands before it, and else at 0.
func trimInit(s string) int {
	i := 0
	for i < len(s) && (isBlank(s[i]) || s[i] == '\n' || s[i] == '\r') {
		i++
	}
	if strings.HasPrefix(s[i:], "<%") {
		return i
	}
	return 0
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
