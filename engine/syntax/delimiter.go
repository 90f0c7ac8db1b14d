package syntax

import (
	"fmt"
	"strings"

	"streamsplayground/engine/source"
)

// delimiter adds an opening or closing delimiter and pairs them.
func (s *scanner) delimiter(k kind, n int) {
	if k == tLParen && s.last().kind == tAlias {
		s.aliasCall()
	}
	text := s.text[s.at : s.at+n]
	switch k {
	case tLParen, tLBracket, tLBrace, tLBit, tFn, tDo:
		s.opening(k)
	default:
		if !s.closing(k, n) {
			return
		}
	}
	switch k {
	case tDo:
		s.addJoined(k, n, text)
	case tRParen, tRBracket, tRBrace, tRBit, tEnd:
		t := s.add(k, n, text)
		o := s.open[len(s.open)-1]
		s.open = s.open[:len(s.open)-1]
		t.match = o.index
		s.tokens[o.index].match = len(s.tokens) - 1
	default:
		s.add(k, n, text)
	}
}

func (s *scanner) aliasCall() {
	name := s.last().text
	s.errs.syntax(s.span(s.at, s.at+1), "unexpected ( after alias "+name+". Function names and identifiers in Elixir "+
		"start with lowercase characters or underscore. For example:\n\n"+
		"    hello_world()\n"+
		"    _starting_with_underscore()\n"+
		"    numb3rs_are_allowed()\n"+
		"    may_finish_with_question_mark?()\n"+
		"    may_finish_with_exclamation_mark!()\n\n"+
		"Unexpected token: (")
	s.last().kind = tParenIdent
}

func (s *scanner) opening(k kind) {
	if (k == tFn || k == tDo) && len(s.open) > 0 {
		// A do no deeper than the one around it hints at a missing end.
		if before := s.open[len(s.open)-1]; before.kind == k && s.indent <= before.indent {
			s.hints = append(s.hints, before)
		}
	}
	index := len(s.tokens)
	if k == tDo && s.last().kind == tEOL {
		index--
	}
	s.open = append(s.open, opener{kind: k, index: index, start: s.at, indent: s.indent})
}

// closing checks that a closing delimiter fits the innermost open one. It
// returns false when the token must not be added.
func (s *scanner) closing(k kind, n int) bool {
	text := s.text[s.at : s.at+n]
	if len(s.open) == 0 {
		if s.inside && k == tRBrace {
			s.closed = true
			return false
		}
		s.unexpectedCloser(k, n, text)
		return false
	}
	top := s.open[len(s.open)-1]
	if closers[top.kind] != text {
		s.mismatch(top, n, text)
		return false
	}
	if top.kind == tDo && s.indent > top.indent {
		s.hints = append(s.hints, opener{kind: tEnd, start: s.at, indent: s.indent})
	}
	return true
}

func (s *scanner) unexpectedCloser(k kind, n int, text string) {
	message := "unexpected token: " + text
	if k == tEnd {
		message = "unexpected reserved word: end"
		if h, ok := s.hint(tEnd); ok {
			message += fmt.Sprintf("\nhint: the \"end\" on line %d may not have a matching \"do\" "+
				"defined before it (based on indentation)", s.span(h.start, h.start).Pos().Line)
		}
	}
	s.errs.syntax(s.span(s.at, s.at+n), message)
	s.add(tBad, n, "")
	s.broken = true
}

// hint returns the latest noted delimiter of a kind.
func (s *scanner) hint(k kind) (opener, bool) {
	for i := len(s.hints) - 1; i >= 0; i-- {
		if s.hints[i].kind == k {
			return s.hints[i], true
		}
	}
	return opener{}, false
}

func (s *scanner) mismatch(top opener, n int, text string) {
	message := "unexpected token: " + text
	if text == "end" {
		message = "unexpected reserved word: end"
	}
	open := s.openSpan(top)
	d := &source.Diagnostic{
		Kind: "MismatchedDelimiterError", Span: s.span(s.at, s.at+n), Message: message,
		Opening: &source.Delimiter{Span: open, Text: openerText(top.kind), Expected: closers[top.kind]},
	}
	s.errs.add(d)
	s.fatal = true
}

func (s *scanner) openSpan(o opener) source.Span {
	return s.span(o.start, o.start+len(openerText(o.kind)))
}

func openerText(k kind) string {
	switch k {
	case tFn:
		return "fn"
	case tDo:
		return "do"
	case tLParen:
		return "("
	case tLBracket:
		return "["
	case tLBrace:
		return "{"
	}
	return "<<"
}

func (s *scanner) missingTerminator() {
	top := s.open[len(s.open)-1]
	start, end := openerText(top.kind), closers[top.kind]
	message := "missing terminator: " + end
	if h, ok := s.hint(top.kind); ok {
		message += fmt.Sprintf("\nhint: it looks like the %q on line %d does not have a matching %q",
			start, s.span(h.start, h.start).Pos().Line, end)
	}
	at := s.lastLineEnd()
	s.errs.add(&source.Diagnostic{
		Kind: "TokenMissingError", Span: s.span(at, at), Message: message,
		Opening: &source.Delimiter{Span: s.openSpan(top), Text: start, Expected: end},
	})
	s.fatal = true
}

// lastLineEnd is where the last line ends that is not empty.
func (s *scanner) lastLineEnd() int { return len(strings.TrimRight(s.text, "\n")) }
