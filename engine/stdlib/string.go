package stdlib

import (
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func stringModule() *interp.NativeModule {
	m := newTextModule("String")
	defStringParts(m)
	defStringCase(m)
	defStringTrim(m)
	defStringSearch(m)
	defStringReplace(m)
	defStringConvert(m)
	defStringDistance(m)
	return m.m
}

// defStringParts adds the functions that take a string apart into graphemes and
// code points.
func defStringParts(m *textModule) {
	m.def("length", 1, func(c call) term.Term {
		s := c.str(0)
		c.t.Burn(1)
		return term.Int(graphemeCount(c.t, s))
	})
	m.def("graphemes", 1, func(c call) term.Term { return c.strings(graphemes(c.t, c.str(0))) })
	m.def("codepoints", 1, func(c call) term.Term { return c.strings(codepoints(c.str(0))) })
	m.def("next_grapheme", 1, func(c call) term.Term {
		s := c.str(0)
		if s == "" {
			return term.Nil
		}
		n := nextGrapheme(s)
		return tuple(bin(s[:n]), bin(s[n:]))
	})
	m.def("next_grapheme_size", 1, func(c call) term.Term {
		s := c.str(0)
		if s == "" {
			return term.Nil
		}
		n := nextGrapheme(s)
		return tuple(term.Int(n), bin(s[n:]))
	})
	m.def("next_codepoint", 1, func(c call) term.Term {
		s := c.str(0)
		if s == "" {
			return term.Nil
		}
		_, n := utf8.DecodeRuneInString(s)
		return tuple(bin(s[:n]), bin(s[n:]))
	})
	m.def("first", 1, func(c call) term.Term { return graphemeAt(c.t, c.str(0), 0) })
	m.def("last", 1, func(c call) term.Term {
		s := c.str(0)
		c.t.Burn(1 + len(s)/64)
		return graphemeAt(c.t, s, graphemeCount(c.t, s)-1)
	})
	m.def("at", 2, func(c call) term.Term {
		s, i := c.str(0), c.int(1)
		c.t.Burn(1 + len(s)/64)
		if i < 0 {
			i += graphemeCount(c.t, s)
		}
		return graphemeAt(c.t, s, i)
	})
	m.def("slice", 3, stringSlice)
	m.def("slice", 2, stringSliceRange)
	m.def("byte_slice", 3, stringByteSlice)
	m.def("split_at", 2, func(c call) term.Term {
		s, i := c.str(0), c.int(1)
		c.t.Burn(1 + len(s)/64)
		if i < 0 {
			if i += graphemeCount(c.t, s); i < 0 {
				return tuple(bin(""), bin(s))
			}
		}
		n := skipGraphemes(c.t, s, i)
		return tuple(bin(s[:n]), bin(s[n:]))
	})
	m.def("reverse", 1, func(c call) term.Term {
		s := c.str(0)
		out, p := make([]byte, len(s)), pace{t: c.t}
		for at := len(s); s != ""; {
			n := nextGrapheme(s)
			at -= n
			copy(out[at:], s[:n])
			s = s[n:]
			p.step(n)
		}
		return c.result(string(out))
	})
	m.def("chunk", 2, stringChunk)
}

// strings returns a list of strings after charging for it.
func (c call) strings(parts []string) term.Term {
	c.t.Burn(len(parts))
	c.t.Grow(len(parts) * 48)
	return binList(parts)
}

func graphemeAt(t *interp.Thread, s string, i int) term.Term {
	if i < 0 {
		return term.Nil
	}
	s = s[skipGraphemes(t, s, i):]
	if s == "" {
		return term.Nil
	}
	return bin(s[:nextGrapheme(s)])
}

func codepoints(s string) []string {
	out := make([]string, 0, len(s))
	for s != "" {
		_, n := utf8.DecodeRuneInString(s)
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

func stringSlice(c call) term.Term {
	if c.a[2] == term.Term(term.Int(0)) {
		return bin("")
	}
	s, start, n := c.str(0), c.int(1), c.nonNeg(2)
	c.t.Burn(1 + len(s)/64)
	if start < 0 {
		start = max(graphemeCount(c.t, s)+start, 0)
	}
	s = s[skipGraphemes(c.t, s, start):]
	return bin(s[:skipGraphemes(c.t, s, n)])
}

// rangeArg returns the fields of a range argument.
func (c call) rangeArg(i int) (first, last, step int) {
	m := c.structArg(i, "Range")
	f, ok1 := m.GetAtom(term.NewAtom("first")).(term.Int)
	l, ok2 := m.GetAtom(term.NewAtom("last")).(term.Int)
	s, ok3 := m.GetAtom(term.NewAtom("step")).(term.Int)
	if !ok1 || !ok2 || !ok3 {
		c.noClause()
	}
	return int(f), int(l), int(s)
}

func stringSliceRange(c call) term.Term {
	s := c.str(0)
	first, last, step := c.rangeArg(1)
	if step == -1 && first > last {
		step = 1
	}
	if step <= 0 {
		c.raiseArgument("String.slice/2 does not accept ranges with negative steps, got: %s", c.inspect(c.a[1]))
	}
	parts := graphemes(c.t, s)
	c.t.Burn(len(parts))
	if first < 0 {
		first = max(first+len(parts), 0)
	}
	if last < 0 {
		last += len(parts)
	}
	last = min(last, len(parts)-1)
	var b strings.Builder
	for i := first; i <= last; i += step {
		b.WriteString(parts[i])
	}
	return bin(b.String())
}

func stringByteSlice(c call) term.Term {
	s, start, size := c.str(0), c.int(1), c.nonNeg(2)
	if start < 0 {
		start = max(len(s)+start, 0)
	}
	if start >= len(s) {
		return bin("")
	}
	s = s[start:]
	for s != "" && s[0]&0xC0 == 0x80 {
		s = s[1:]
	}
	s = s[:min(size, len(s))]
	return bin(s[:wholeCodepoints(s)])
}

// wholeCodepoints returns the size of s without a code point that is cut off at
// its end.
func wholeCodepoints(s string) int {
	for i, cut := len(s)-1, 0; i >= 0; i, cut = i-1, cut+1 {
		b := s[i]
		need := 0
		switch {
		case b <= 127 || b > 247:
			return i + 1
		case b <= 191:
			continue
		case b <= 223:
			need = 1
		case b <= 239:
			need = 2
		default:
			need = 3
		}
		if cut == need {
			return i + cut + 1
		}
		return i
	}
	return 0
}

func stringChunk(c call) term.Term {
	s, trait := c.str(0), c.a[1]
	if s == "" {
		return term.Empty
	}
	var pred func(string) bool
	switch {
	case isAtom(trait, "valid"):
		pred = utf8.ValidString
	case isAtom(trait, "printable"):
		pred = func(s string) bool { return printable(s, -1) }
	default:
		return c.noClause()
	}
	var parts []string
	start, flag := 0, false
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		ok := pred(s[i : i+n])
		if i > 0 && ok != flag {
			parts = append(parts, s[start:i])
			start = i
		}
		flag = ok
		i += n
	}
	return c.strings(append(parts, s[start:]))
}

// defStringTrim adds trimming, padding and duplicating.
func defStringTrim(m *textModule) {
	m.def("trim", 1, func(c call) term.Term { return bin(strings.TrimFunc(c.str(0), isWhitespace)) })
	m.def("trim_leading", 1, func(c call) term.Term { return bin(strings.TrimLeftFunc(c.str(0), isWhitespace)) })
	m.def("trim_trailing", 1, func(c call) term.Term { return bin(strings.TrimRightFunc(c.str(0), isWhitespace)) })
	m.def("trim", 2, func(c call) term.Term {
		s, cut := c.str(0), c.trimArg()
		return bin(trimTrailing(trimLeading(s, cut), cut))
	})
	m.def("trim_leading", 2, func(c call) term.Term { return bin(trimLeading(c.str(0), c.trimArg())) })
	m.def("trim_trailing", 2, func(c call) term.Term { return bin(trimTrailing(c.str(0), c.trimArg())) })
	m.def("pad_leading", 3, func(c call) term.Term { return stringPad(c, true) }, term.NewList(bin(" ")))
	m.def("pad_trailing", 3, func(c call) term.Term { return stringPad(c, false) }, term.NewList(bin(" ")))
	m.def("duplicate", 2, func(c call) term.Term {
		s, n := c.binary(0), c.int(1)
		if n < 0 {
			return c.badArg(2, "out of range")
		}
		if s == "" || n == 0 {
			return bin("")
		}
		c.reserveTimes(len(s), n)
		return bin(strings.Repeat(s, n))
	})
}

// reserveTimes charges for n times size bytes, without overflow.
func (c call) reserveTimes(size, n int) {
	const huge = 1 << 50
	if size > 0 && n > huge/size {
		c.t.Grow(huge)
		return
	}
	c.reserve(size * n)
}

func (c call) trimArg() string {
	cut := c.str(1)
	if cut == "" {
		c.raiseArgument("cannot use an empty string as the match to replace")
	}
	return cut
}

// isWhitespace reports whether r has the property White_Space.
func isWhitespace(r rune) bool {
	switch {
	case r >= 9 && r <= 13, r == 32, r == 0x85, r == 0xA0, r == 0x1680, r >= 0x2000 && r <= 0x200A:
		return true
	}
	return r == 0x2028 || r == 0x2029 || r == 0x202F || r == 0x205F || r == 0x3000
}

func trimLeading(s, cut string) string {
	for strings.HasPrefix(s, cut) {
		s = s[len(cut):]
	}
	return s
}

func trimTrailing(s, cut string) string {
	for strings.HasSuffix(s, cut) {
		s = s[:len(s)-len(cut)]
	}
	return s
}

func stringPad(c call, leading bool) term.Term {
	var source []term.Term
	if p, ok := c.a[2].(term.Binary); ok {
		for _, g := range graphemes(c.t, string(p)) {
			source = append(source, bin(g))
		}
	} else {
		source = c.slice(2)
	}
	s, count := c.str(0), c.nonNeg(1)
	if len(source) == 0 {
		return c.noClause()
	}
	missing := count - graphemeCount(c.t, s)
	if missing <= 0 {
		return bin(s)
	}
	parts := make([]string, len(source))
	size := 0
	for i, p := range source {
		b, ok := p.(term.Binary)
		if !ok && i < missing {
			c.raiseArgument("expected a string padding element, got: %s", c.inspect(p))
		}
		parts[i] = string(b)
		size += len(b)
	}
	c.reserveTimes(size, missing/len(parts)+1)
	fill := strings.Repeat(strings.Join(parts, ""), missing/len(parts)) +
		strings.Join(parts[:missing%len(parts)], "")
	if leading {
		return bin(fill + s)
	}
	return bin(s + fill)
}
