package stdlib

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/term"
)

func defStringConvert(m *textModule) {
	m.def("to_integer", 1, func(c call) term.Term { return binaryToInteger(c, c.str(0), 10) })
	m.def("to_integer", 2, func(c call) term.Term {
		return binaryToInteger(c, c.str(0), c.int(1))
	})
	m.def("to_float", 1, func(c call) term.Term { return binaryToFloat(c, c.str(0)) })
	m.def("to_atom", 1, func(c call) term.Term { return binaryToAtom(c, c.str(0)) })
	m.def("to_existing_atom", 1, func(c call) term.Term { return binaryToExistingAtom(c, c.str(0)) })
	m.def("to_charlist", 1, stringToCharlist)
	m.def("to_char_list", 1, stringToCharlist)
	m.def("valid?", 2, func(c call) term.Term {
		s := c.str(0)
		if !isAtom(c.a[1], "default") && !isAtom(c.a[1], "fast_ascii") {
			return c.noClause()
		}
		return term.Bool(utf8.ValidString(s))
	}, modeDefault)
	m.def("printable?", 2, func(c call) term.Term {
		s, limit := c.str(0), -1
		if !isAtom(c.a[1], "infinity") {
			limit = c.nonNeg(1)
		}
		return term.Bool(printable(s, limit))
	}, atomTerm("infinity"))
	m.def("normalize", 2, func(c call) term.Term {
		form := c.a[1]
		s := c.str(0)
		for _, f := range []string{"nfd", "nfc", "nfkd", "nfkc"} {
			if isAtom(form, f) {
				return c.result(normalize(s, f))
			}
		}
		return c.noClause()
	})
	m.def("equivalent?", 2, func(c call) term.Term {
		return term.Bool(normalize(c.str(0), "nfd") == normalize(c.str(1), "nfd"))
	})
}

// parseInteger returns the value of an optional sign and digits, and false for
// anything else.
func parseInteger(s string, base int) (term.Term, bool) {
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" {
		return nil, false
	}
	for i := range len(digits) {
		if digitValue(digits[i]) >= base {
			return nil, false
		}
	}
	if n, err := strconv.ParseInt(s, base, 64); err == nil {
		return term.Int(n), true
	}
	n, ok := new(big.Int).SetString(s, base)
	if !ok {
		return nil, false
	}
	return term.NewBig(n), true
}

// digitValue returns the value of a digit or letter, or a number above every
// base.
func digitValue(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'z':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'Z':
		return int(b-'A') + 10
	}
	return 99
}

func binaryToInteger(c call, s string, base int) term.Term {
	if base < 2 || base > 36 {
		c.badArg(2, "not an integer in the range 2 through 36")
	}
	c.t.Burn(1 + len(s)*len(s)/4096)
	c.sized(len(s))
	n, ok := parseInteger(s, base)
	if !ok {
		return c.badArg(1, "not a textual representation of an integer")
	}
	return n
}

// parseFloat returns the value of a float as Erlang writes it, with digits on
// both sides of the point.
func parseFloat(s string) (float64, bool) {
	n := floatPrefix(s)
	if n == 0 || n != len(s) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0)
}

// floatPrefix returns the size of the float that s begins with: sign, digits,
// point, digits and an optional exponent. It is 0 if there is none.
func floatPrefix(s string) int {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	whole := digitRun(s[i:])
	i += whole
	if whole == 0 || i >= len(s) || s[i] != '.' {
		return 0
	}
	fraction := digitRun(s[i+1:])
	if fraction == 0 {
		return 0
	}
	i += 1 + fraction
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if exp := digitRun(s[j:]); exp > 0 {
			i = j + exp
		}
	}
	return i
}

// digitRun returns the number of decimal digits that s begins with.
func digitRun(s string) int {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

func binaryToFloat(c call, s string) term.Term {
	f, ok := parseFloat(s)
	if !ok {
		return c.badArg(1, "not a textual representation of a float")
	}
	return term.Float(f)
}

// maxAtom is the number of characters that an atom may have.
const maxAtom = 255

func binaryToAtom(c call, s string) term.Term {
	if !utf8.ValidString(s) {
		return c.badArg(1, "invalid UTF8 encoding")
	}
	if utf8.RuneCountInString(s) > maxAtom {
		c.t.RaiseNew("SystemLimitError", "message", bin("a system limit has been reached"))
	}
	return term.NewAtom(s)
}

func binaryToExistingAtom(c call, s string) term.Term {
	if utf8.RuneCountInString(s) > maxAtom {
		return c.badArg(1, "not an already existing atom")
	}
	if !utf8.ValidString(s) {
		return c.badArg(1, "invalid UTF8 encoding")
	}
	a, ok := term.ExistingAtom(s)
	if !ok {
		return c.badArg(1, "not an already existing atom")
	}
	return a
}

func stringToCharlist(c call) term.Term {
	s := c.str(0)
	c.t.Burn(1 + len(s))
	c.t.Grow(32 * len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			kind := "invalid"
			if !utf8.FullRuneInString(s[i:]) {
				kind = "incomplete"
			}
			raiseUnicode(c, kind, s[:i], s[i:])
		}
		i += n
	}
	return term.Charlist(s)
}

// printable reports whether the first limit code points of s are printable; a
// limit below 0 means all.
func printable(s string, limit int) bool {
	for i := 0; i < len(s) && limit != 0; limit-- {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || !printableRune(r) {
			return false
		}
		i += n
	}
	return true
}

func printableRune(r rune) bool {
	switch {
	case r >= 7 && r <= 13, r == 27, r >= 0x20 && r <= 0x7F, r >= 0xA0 && r <= 0xD7FF:
		return true
	}
	return r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}

// replaceInvalid replaces every maximal part of a code point that is not valid
// UTF-8.
func replaceInvalid(s, with string) string {
	var b strings.Builder
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			s = s[invalidPrefix(s):]
			b.WriteString(with)
			continue
		}
		b.WriteString(s[:n])
		s = s[n:]
	}
	return b.String()
}

// invalidPrefix returns how many bytes of an invalid sequence one replacement
// stands for: as many as some valid code point begins with.
func invalidPrefix(s string) int {
	for n := min(3, len(s)); n > 1; n-- {
		if !utf8.FullRuneInString(s[:n]) {
			return n
		}
	}
	return 1
}

// defStringDistance adds the functions that compare strings.
func defStringDistance(m *textModule) {
	m.def("jaro_distance", 2, func(c call) term.Term {
		a, b := c.str(0), c.str(1)
		switch {
		case a == b:
			return term.Float(1)
		case a == "" || b == "":
			return term.Float(0)
		}
		x, y := graphemes(c.t, a), graphemes(c.t, b)
		c.t.Burn(1 + len(x)*len(y)/16)
		return term.Float(jaro(x, y))
	})
	m.def("bag_distance", 2, func(c call) term.Term {
		a, b := c.str(0), c.str(1)
		if a == "" || b == "" {
			return term.Float(0)
		}
		return bagDistance(graphemes(c.t, a), graphemes(c.t, b))
	})
	m.def("myers_difference", 2, func(c call) term.Term {
		a, b := binList(graphemes(c.t, c.str(0))), binList(graphemes(c.t, c.str(1)))
		script, ok := c.t.Apply(term.NewModule("List"), "myers_difference", a, b).(*term.List)
		if !ok {
			return c.noClause()
		}
		var out []term.Term
		for e := range script.All() {
			edit := e.(term.Tuple)
			text, _ := ioData(edit[1], false)
			out = append(out, tuple(edit[0], bin(text)))
		}
		return term.NewList(out...)
	})
}

func bagDistance(x, y []string) term.Term {
	bag := map[string]int{}
	for _, g := range x {
		bag[g]++
	}
	for _, g := range y {
		bag[g]--
	}
	more, less := 0, 0
	for _, n := range bag {
		if n > 0 {
			more += n
		} else {
			less -= n
		}
	}
	return term.Float(1 - float64(max(more, less))/float64(max(len(x), len(y))))
}

// jaro returns the Jaro similarity of two sequences that are not empty.
func jaro(x, y []string) float64 {
	dist := max(len(x), len(y)) / 2
	at := map[string][]int{}
	for j, g := range y {
		at[g] = append(at[g], j)
	}
	var matched []string
	taken := make([]bool, len(y))
	for i, g := range x {
		for k, j := range at[g] {
			if j > i-dist && j < i+dist {
				at[g] = at[g][k+1:]
				matched = append(matched, g)
				taken[j] = true
				break
			}
		}
	}
	if len(matched) == 0 {
		return 0
	}
	half, k := 0, 0
	for j, g := range y {
		if taken[j] {
			if matched[k] != g {
				half++
			}
			k++
		}
	}
	m := float64(len(matched))
	return (m/float64(len(x)) + m/float64(len(y)) + (m-float64(half)/2)/m) / 3
}
