package stdlib

import (
	"sort"
	"unicode"
	"unicode/utf8"

	"streamsplayground/engine/interp"
)

// breakClass is a value of Unicode's Grapheme_Cluster_Break property, with
// Extended_Pictographic as one more.
type breakClass uint8

const (
	breakOther breakClass = iota
	breakCR
	breakLF
	breakControl
	breakExtend
	breakZWJ
	breakRegional
	breakPrepend
	breakSpacing
	breakL
	breakV
	breakT
	breakLV
	breakLVT
	breakPictographic
)

// nextGrapheme returns the size in bytes of the first extended grapheme cluster
// of a string that is not empty. A byte that is not UTF-8 is a cluster of its
// own.
func nextGrapheme(s string) int {
	// Two ASCII bytes never join, but for a carriage return and its newline.
	if s[0] < utf8.RuneSelf && s[0] != '\r' && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n <= 1 {
		return 1
	}
	prev := classOf(r)
	regional := prev == breakRegional
	pictographic := prev == breakPictographic
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if r == utf8.RuneError && size <= 1 {
			return n
		}
		class := classOf(r)
		switch {
		case pictographic && prev == breakZWJ && class == breakPictographic:
		case regional && prev == breakRegional && class == breakRegional:
			regional = false
		case !joins(prev, class):
			return n
		}
		pictographic = class == breakPictographic ||
			pictographic && (class == breakExtend || class == breakZWJ)
		n += size
		prev = class
	}
	return n
}

// joins holds the rules GB3 to GB9b of UAX #29, which need only the two
// neighbours.
func joins(prev, next breakClass) bool {
	switch {
	case prev == breakCR:
		return next == breakLF
	case prev == breakControl || prev == breakLF:
		return false
	case next == breakControl || next == breakCR || next == breakLF:
		return false
	case next == breakExtend || next == breakZWJ || next == breakSpacing || prev == breakPrepend:
		return true
	}
	switch prev {
	case breakL:
		return next == breakL || next == breakV || next == breakLV || next == breakLVT
	case breakV, breakLV:
		return next == breakV || next == breakT
	case breakT, breakLVT:
		return next == breakT
	}
	return false
}

func classOf(r rune) breakClass {
	switch {
	case r == '\r':
		return breakCR
	case r == '\n':
		return breakLF
	case r < 0x20 || r >= 0x7F && r < 0xA0:
		return breakControl
	case r < 0xA9:
		return breakOther
	case r == 0x200D:
		return breakZWJ
	case r >= 0x1F1E6 && r <= 0x1F1FF:
		return breakRegional
	case r >= 0x1F3FB && r <= 0x1F3FF || r >= 0xE0020 && r <= 0xE007F || r == 0x200C:
		return breakExtend
	}
	if c, ok := hangulClass(r); ok {
		return c
	}
	switch {
	case inRanges(prependRanges, r):
		return breakPrepend
	case inRanges(pictographicRanges, r):
		return breakPictographic
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Other_Grapheme_Extend):
		return breakExtend
	case r == 0x0E33 || r == 0x0EB3 || unicode.Is(unicode.Mc, r) && !inRanges(nonSpacingRanges, r):
		return breakSpacing
	case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs):
		return breakControl
	case r >= 0xE0000 && r <= 0xE0FFF || r >= 0xFFF0 && r <= 0xFFF8 || r == 0x2065:
		return breakControl
	}
	return breakOther
}

func hangulClass(r rune) (breakClass, bool) {
	switch {
	case r < 0x1100 || r > 0xD7FB:
		return 0, false
	case r <= 0x115F || r >= 0xA960 && r <= 0xA97C:
		return breakL, true
	case r >= 0x1160 && r <= 0x11A7 || r >= 0xD7B0 && r <= 0xD7C6:
		return breakV, true
	case r >= 0x11A8 && r <= 0x11FF || r >= 0xD7CB:
		return breakT, true
	case r >= 0xAC00 && r <= 0xD7A3:
		if (r-0xAC00)%28 == 0 {
			return breakLV, true
		}
		return breakLVT, true
	}
	return 0, false
}

// inRanges reports whether r is in one of the sorted ranges, given as pairs.
func inRanges(pairs []rune, r rune) bool {
	i := sort.Search(len(pairs), func(i int) bool { return pairs[i] > r })
	if i%2 == 1 {
		return true
	}
	return i > 0 && pairs[i-1] == r
}

// pace charges a walk over a text as it goes on, so that a long one can be
// stopped.
type pace struct {
	t     *interp.Thread
	bytes int // since the last charge
}

const paceBytes = 64 << 10

func (p *pace) step(n int) {
	if p.bytes += n; p.bytes >= paceBytes {
		p.t.Burn(p.bytes / 64)
		p.bytes = 0
	}
}

// graphemes returns the extended grapheme clusters of a string.
func graphemes(t *interp.Thread, s string) []string {
	out, p := make([]string, 0, len(s)), pace{t: t}
	for s != "" {
		n := nextGrapheme(s)
		out = append(out, s[:n])
		s = s[n:]
		p.step(n)
	}
	return out
}

// graphemeCount returns the number of grapheme clusters.
func graphemeCount(t *interp.Thread, s string) int {
	count, p := 0, pace{t: t}
	for s != "" {
		n := nextGrapheme(s)
		s = s[n:]
		count++
		p.step(n)
	}
	return count
}

// skipGraphemes returns the size in bytes of the first n grapheme clusters.
func skipGraphemes(t *interp.Thread, s string, n int) int {
	at, p := 0, pace{t: t}
	for ; n > 0 && at < len(s); n-- {
		size := nextGrapheme(s[at:])
		at += size
		p.step(size)
	}
	return at
}

// prependRanges have the property Prepend.
var prependRanges = []rune{
	0x600, 0x605, 0x6DD, 0x6DD, 0x70F, 0x70F, 0x890, 0x891, 0x8E2, 0x8E2, 0xD4E, 0xD4E,
	0x110BD, 0x110BD, 0x110CD, 0x110CD, 0x111C2, 0x111C3, 0x1193F, 0x1193F, 0x11941, 0x11941,
	0x11A3A, 0x11A3A, 0x11A84, 0x11A89, 0x11D46, 0x11D46, 0x11F02, 0x11F02,
}

// nonSpacingRanges are spacing marks that break all the same.
var nonSpacingRanges = []rune{
	0x102B, 0x102C, 0x1038, 0x1038, 0x1062, 0x1064, 0x1067, 0x106D, 0x1083, 0x1083,
	0x1087, 0x108C, 0x108F, 0x108F, 0x109A, 0x109C, 0x1A61, 0x1A61, 0x1A63, 0x1A64,
	0xAA7B, 0xAA7B, 0xAA7D, 0xAA7D, 0x11720, 0x11721,
}

// pictographicRanges have the property Extended_Pictographic.
var pictographicRanges = []rune{
	0xA9, 0xA9, 0xAE, 0xAE, 0x203C, 0x203C, 0x2049, 0x2049, 0x2122, 0x2122, 0x2139, 0x2139, 0x2194, 0x2199,
	0x21A9, 0x21AA, 0x231A, 0x231B, 0x2328, 0x2328, 0x2388, 0x2388, 0x23CF, 0x23CF, 0x23E9, 0x23F3, 0x23F8, 0x23FA,
	0x24C2, 0x24C2, 0x25AA, 0x25AB, 0x25B6, 0x25B6, 0x25C0, 0x25C0, 0x25FB, 0x25FE, 0x2600, 0x2605, 0x2607, 0x2612,
	0x2614, 0x2685, 0x2690, 0x2705, 0x2708, 0x2712, 0x2714, 0x2714, 0x2716, 0x2716, 0x271D, 0x271D, 0x2721, 0x2721,
	0x2728, 0x2728, 0x2733, 0x2734, 0x2744, 0x2744, 0x2747, 0x2747, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755,
	0x2757, 0x2757, 0x2763, 0x2767, 0x2795, 0x2797, 0x27A1, 0x27A1, 0x27B0, 0x27B0, 0x27BF, 0x27BF, 0x2934, 0x2935,
	0x2B05, 0x2B07, 0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55, 0x3030, 0x3030, 0x303D, 0x303D, 0x3297, 0x3297,
	0x3299, 0x3299, 0x1F000, 0x1F0FF, 0x1F10D, 0x1F10F, 0x1F12F, 0x1F12F, 0x1F16C, 0x1F171, 0x1F17E, 0x1F17F,
	0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F1AD, 0x1F1E5, 0x1F201, 0x1F20F, 0x1F21A, 0x1F21A, 0x1F22F, 0x1F22F,
	0x1F232, 0x1F23A, 0x1F23C, 0x1F23F, 0x1F249, 0x1F3FA, 0x1F400, 0x1F53D, 0x1F546, 0x1F64F, 0x1F680, 0x1F6FF,
	0x1F774, 0x1F77F, 0x1F7D5, 0x1F7FF, 0x1F80C, 0x1F80F, 0x1F848, 0x1F84F, 0x1F85A, 0x1F85F, 0x1F888, 0x1F88F,
	0x1F8AE, 0x1F8FF, 0x1F90C, 0x1F93A, 0x1F93C, 0x1F945, 0x1F947, 0x1FAFF, 0x1FC00, 0x1FFFD,
}
