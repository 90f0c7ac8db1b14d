package stdlib

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"streamsplayground/engine/term"
)

var (
	modeDefault = term.NewAtom("default")
	modeASCII   = term.NewAtom("ascii")
	modeGreek   = term.NewAtom("greek")
	modeTurkic  = term.NewAtom("turkic")
)

func defStringCase(m *textModule) {
	m.def("upcase", 2, func(c call) term.Term {
		s, mode := c.caseArgs()
		return c.result(upcase(s, mode))
	}, modeDefault)
	m.def("downcase", 2, func(c call) term.Term {
		s, mode := c.caseArgs()
		return c.result(downcase(s, mode))
	}, modeDefault)
	m.def("capitalize", 2, func(c call) term.Term {
		s, mode := c.caseArgs()
		return c.result(capitalize(s, mode))
	}, modeDefault)
}

func (c call) caseArgs() (string, term.Atom) {
	s := c.str(0)
	switch mode := c.a[1]; mode {
	case modeDefault, modeASCII, modeGreek, modeTurkic:
		return s, mode.(term.Atom)
	}
	if s != "" {
		c.noClause()
	}
	return s, modeDefault
}

func upcase(s string, mode term.Atom) string {
	if mode == modeASCII || mode != modeTurkic && isASCII(s) {
		return mapASCII(s, 'a', 'z', -32)
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteByte(s[i])
		case r == 'i' && mode == modeTurkic:
			b.WriteRune('İ')
		default:
			if sp, ok := specialCasing[r]; ok {
				b.WriteString(sp[0])
			} else {
				b.WriteRune(unicode.ToUpper(r))
			}
		}
		i += n
	}
	return b.String()
}

func downcase(s string, mode term.Atom) string {
	if mode == modeASCII || mode != modeTurkic && isASCII(s) {
		return mapASCII(s, 'A', 'Z', 32)
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteByte(s[i])
		case r == 'İ' || r == 'I' && strings.HasPrefix(s[i+1:], "\u0307"):
			b.WriteByte('i')
			if r == 'I' {
				n += 2
			}
			if mode != modeTurkic {
				b.WriteString("\u0307")
			}
		case r == 'I' && mode == modeTurkic:
			b.WriteRune('ı')
		case r == 'Σ' && mode == modeGreek && casedBefore(b.String()) && !casedAfter(s[i+n:]):
			b.WriteRune('ς')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		i += n
	}
	return b.String()
}

func capitalize(s string, mode term.Atom) string {
	if s == "" {
		return ""
	}
	if mode == modeASCII {
		return mapASCII(s[:1], 'a', 'z', -32) + downcase(s[1:], mode)
	}
	if s[0] == 'i' {
		if mode == modeTurkic {
			return "İ" + downcase(s[1:], mode)
		}
		return "I" + downcase(s[1:], mode)
	}
	g := nextGrapheme(s)
	r, n := utf8.DecodeRuneInString(s)
	title := s[:n]
	if r != utf8.RuneError || n > 1 {
		title = string(unicode.ToTitle(r))
		if sp, ok := specialCasing[r]; ok {
			title = sp[1]
		}
	}
	return title + s[n:g] + downcase(s[g:], mode)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// mapASCII adds delta to the bytes from first to last.
func mapASCII(s string, first, last byte, delta int8) string {
	i := strings.IndexFunc(s, func(r rune) bool { return r >= rune(first) && r <= rune(last) })
	if i < 0 {
		return s
	}
	out := []byte(s)
	for ; i < len(out); i++ {
		if out[i] >= first && out[i] <= last {
			out[i] += byte(delta)
		}
	}
	return string(out)
}

// casedBefore reports whether a cased letter ends s, case-ignorable characters
// aside. With casedAfter it decides for a final sigma.
func casedBefore(s string) bool {
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		if !caseIgnorable(r) {
			return cased(r)
		}
		s = s[:len(s)-n]
	}
	return false
}

func casedAfter(s string) bool {
	for _, r := range s {
		if !caseIgnorable(r) {
			return cased(r)
		}
	}
	return false
}

func caseIgnorable(r rune) bool {
	switch r {
	case 0x27, 0x2E, 0x3A, 0xB7, 0x387, 0x55F, 0x5F4, 0x2018, 0x2019, 0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

func cased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase)
}
