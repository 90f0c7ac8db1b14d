package stdlib

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// normalizeData is Unicode's decompositions and combining classes: lines of
// code=parts for a canonical decomposition, code~parts for a compatibility one,
// and first-last:class.
//
//go:embed normalize.txt
var normalizeData string

// normalizer holds the tables of normalizeData.
type normalizer struct {
	canonical, compat map[rune][]rune
	class             map[rune]uint8
	compose           map[[2]rune]rune
}

var normalTables = sync.OnceValue(func() *normalizer {
	n := &normalizer{map[rune][]rune{}, map[rune][]rune{}, map[rune]uint8{}, map[[2]rune]rune{}}
	hex := func(s string) rune { v, _ := strconv.ParseUint(s, 16, 32); return rune(v) }
	for line := range strings.Lines(normalizeData) {
		line = strings.TrimSpace(line)
		if r, class, ok := strings.Cut(line, ":"); ok {
			first, last, _ := strings.Cut(r, "-")
			v, _ := strconv.Atoi(class)
			for c := hex(first); c <= hex(last); c++ {
				n.class[c] = uint8(v)
			}
			continue
		}
		i := strings.IndexAny(line, "=~")
		var parts []rune
		for _, p := range strings.Fields(line[i+1:]) {
			parts = append(parts, hex(p))
		}
		if line[i] == '~' {
			n.compat[hex(line[:i])] = parts
		} else {
			n.canonical[hex(line[:i])] = parts
		}
	}
	for c, parts := range n.canonical {
		if len(parts) == 2 && n.class[c] == 0 && n.class[parts[0]] == 0 && !composeExcluded(c) {
			n.compose[[2]rune{parts[0], parts[1]}] = c
		}
	}
	return n
})

// composeExcluded reports whether Unicode's CompositionExclusions keep c from
// being composed.
func composeExcluded(c rune) bool {
	switch {
	case c >= 0x958 && c <= 0x95F, c == 0x9DC, c == 0x9DD, c == 0x9DF, c == 0xA33, c == 0xA36, c >= 0xA59 && c <= 0xA5B,
		c == 0xA5E, c == 0xB5C, c == 0xB5D, c == 0xF43, c == 0xF4D, c == 0xF52, c == 0xF57, c == 0xF5C, c == 0xF69,
		c == 0x2ADC, c >= 0xFB1D && c <= 0xFB4E, c >= 0x1D15E && c <= 0x1D164, c >= 0x1D1BB && c <= 0x1D1C0:
		return true
	}
	return false
}

const (
	hangulBase  = 0xAC00
	hangulL     = 0x1100
	hangulV     = 0x1161
	hangulT     = 0x11A7
	hangulVs    = 21
	hangulTs    = 28
	hangulCount = 19 * hangulVs * hangulTs
)

func (n *normalizer) decompose(out []rune, r rune, compat bool) []rune {
	if s := r - hangulBase; s >= 0 && s < hangulCount {
		out = append(out, hangulL+s/(hangulVs*hangulTs), hangulV+s%(hangulVs*hangulTs)/hangulTs)
		if t := s % hangulTs; t > 0 {
			out = append(out, hangulT+t)
		}
		return out
	}
	parts, ok := n.canonical[r]
	if !ok && compat {
		parts, ok = n.compat[r]
	}
	if !ok {
		return append(out, r)
	}
	for _, p := range parts {
		out = n.decompose(out, p, compat)
	}
	return out
}

// order sorts runs of combining characters by their class.
func (n *normalizer) order(rs []rune) {
	for i := 0; i < len(rs); {
		j := i
		for j < len(rs) && n.class[rs[j]] != 0 {
			j++
		}
		if j > i+1 {
			slices.SortStableFunc(rs[i:j], func(a, b rune) int { return int(n.class[a]) - int(n.class[b]) })
		}
		i = j + 1
	}
}

func (n *normalizer) pair(a, b rune) (rune, bool) {
	if l, v := a-hangulL, b-hangulV; l >= 0 && l < 19 && v >= 0 && v < hangulVs {
		return hangulBase + (l*hangulVs+v)*hangulTs, true
	}
	if s, t := a-hangulBase, b-hangulT; s >= 0 && s < hangulCount && s%hangulTs == 0 && t > 0 && t < hangulTs {
		return a + t, true
	}
	c, ok := n.compose[[2]rune{a, b}]
	return c, ok
}

// composed joins starters with what follows them, where nothing between them
// blocks it.
func (n *normalizer) composed(rs []rune) []rune {
	out := rs[:0:0]
	starter := -1
	last := uint8(0)
	for _, r := range rs {
		class := n.class[r]
		if starter >= 0 && (len(out)-1 == starter || last < class) {
			if c, ok := n.pair(out[starter], r); ok {
				out[starter] = c
				continue
			}
		}
		if class == 0 {
			starter = len(out)
		}
		last = class
		out = append(out, r)
	}
	return out
}

// normalize returns a string in a normalization form: nfd, nfc, nfkd or nfkc.
// Bytes that are not UTF-8 stay and part the text.
func normalize(s, form string) string {
	if isASCII(s) {
		return s
	}
	n := normalTables()
	var b strings.Builder
	var rs []rune
	flush := func() {
		n.order(rs)
		if strings.HasSuffix(form, "c") {
			rs = n.composed(rs)
		}
		b.WriteString(string(rs))
		rs = rs[:0]
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			flush()
			b.WriteByte(s[i])
		} else {
			rs = n.decompose(rs, r, strings.Contains(form, "k"))
		}
		i += size
	}
	flush()
	return b.String()
}
