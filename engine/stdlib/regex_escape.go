package stdlib

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The members of PCRE's classes as they stand in brackets: with the property
// tables of Unicode under /u, and else with those of Latin-1 that Erlang has.
const (
	wordUnicode  = `\p{L}\p{N}_`
	wordLatin    = `0-9A-Z_a-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF`
	notWordLatin = `\u0000-\u002F\u003A-\u0040\u005B-\u005E\u0060\u007B-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7`
	notWord      = `\p{M}\p{S}\p{Z}\p{C}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\u203F\u2040\u2054\uFE33\uFE34\uFE4D-\uFE4F\uFF3F`
	spaceLatin   = `\t-\r\u0020`
	notSpace     = `\u0000-\u0008\u000E-\u001F\u0021-\u00FF`
	horizontal   = `\t\u0020\u00A0\u1680\u180E\u2000-\u200A\u202F\u205F\u3000`
	notHoriz     = `\u0000-\u0008\u000A-\u001F\u0021-\u009F\u00A1-\u167F\u1681-\u180D\u180F-\u1FFF\u200B-\u202E\u2030-\u205E\u2060-\u2FFF\u3001-\U0010FFFF`
	vertical     = `\n-\r\u0085\u2028\u2029`
	notVertical  = `\u0000-\u0009\u000E-\u0084\u0086-\u2027\u202A-\U0010FFFF`
)

// classMembers returns the members of a class escape such as \d, and false for
// any other character.
func (t *translator) classMembers(r rune) (string, bool) {
	pick := func(unicode, latin string) (string, bool) {
		if t.unicode {
			return unicode, true
		}
		return latin, true
	}
	switch r {
	case 'd':
		return pick(`\p{Nd}`, `0-9`)
	case 'D':
		return pick(`\P{Nd}`, `\u0000-\u002F\u003A-\u00FF`)
	case 'w':
		return pick(wordUnicode, wordLatin)
	case 'W':
		return pick(notWord, notWordLatin)
	case 's':
		return pick(`\s`, spaceLatin)
	case 'S':
		return pick(`\S`, notSpace)
	case 'h':
		return horizontal, true
	case 'H':
		return highest(notHoriz), true
	case 'v':
		return vertical, true
	case 'V':
		return highest(notVertical), true
	}
	return "", false
}

// highest puts the last code point, which has no escape, into a class.
func highest(members string) string {
	return strings.ReplaceAll(members, `\U0010FFFF`, string(unicode.MaxRune))
}

// escape translates a backslash outside of a class and reports whether a
// quantifier may follow.
func (t *translator) escape() bool {
	start := t.i
	t.i++
	if !t.more() {
		t.fail(`\ at end of pattern`, t.i)
	}
	r := t.src[t.i]
	if members, ok := t.classMembers(r); ok {
		t.i++
		t.emit("[" + members + "]")
		return true
	}
	switch r {
	case 'b':
		t.i++
		t.emit(t.boundary(`(?:(?<=W)(?!W)|(?<!W)(?=W))`))
		return true
	case 'B':
		t.i++
		t.emit(t.boundary(`(?:(?<=W)(?=W)|(?<!W)(?!W))`))
		return true
	case 'A', 'Z', 'z', 'G':
		t.i++
		t.emitf(`\%c`, r)
		return true
	case 'K':
		t.i++
		t.groups = append(t.groups, 0)
		t.emit("()")
		return true
	case 'R':
		t.i++
		t.emit(`(?>\r\n|[\n-\r\u0085\u2028\u2029])`)
		return true
	case 'X':
		t.i++
		t.emit(`(?>\r\n|\P{M}\p{M}*|\p{M}+)`)
		return true
	case 'Q':
		t.quoted()
		return false
	case 'E':
		t.i++
		return false
	case 'p', 'P':
		t.emit("[" + t.property() + "]")
		return true
	case 'k':
		t.namedReference()
		return true
	case 'g':
		t.gReference()
		return true
	case 'N':
		if t.peek(1) != '{' {
			t.i++
			t.emit(`[^\n]`)
			return true
		}
	}
	if r >= '1' && r <= '9' && t.numbered() {
		return true
	}
	t.i = start
	t.literal(t.char())
	return true
}

func (t *translator) boundary(text string) string {
	w, _ := t.classMembers('w')
	return strings.ReplaceAll(text, "W", "["+w+"]")
}

// quoted emits the text between \Q and \E.
func (t *translator) quoted() {
	t.i++
	for t.more() && !t.hasPrefix(`\E`) {
		t.literal(t.src[t.i])
		t.i++
	}
	t.i = min(t.i+2, len(t.src))
}

// numbered translates \1 and so on, if that is a reference and not an octal
// number.
func (t *translator) numbered() bool {
	k, n := 0, 0
	for t.peek(k) >= '0' && t.peek(k) <= '9' && n < 1000 {
		n = n*10 + int(t.peek(k)-'0')
		k++
	}
	if n > 7 && n > t.total {
		return false
	}
	t.i += k
	t.refs = append(t.refs, groupRef{number: n, at: t.at[t.i]})
	t.backReference(n)
	return true
}

func (t *translator) namedReference() {
	t.i++
	ends := map[rune]rune{'<': '>', '{': '}', '\'': '\''}
	end, ok := ends[t.peek(0)]
	if !ok {
		t.fail(`\k is not followed by a braced, angle-bracketed, or quoted name`, t.i)
	}
	t.i++
	name := t.groupName(end)
	t.reference(name, t.i-2)
}

// gReference translates \g1, \g{1}, \g{-1} and \g{name}.
func (t *translator) gReference() {
	t.i++
	braced := t.peek(0) == '{'
	if braced {
		t.i++
	}
	start := t.i
	for t.more() && (isNameRune(t.src[t.i]) && (braced || unicode.IsDigit(t.src[t.i])) || t.src[t.i] == '-' && t.i == start) {
		t.i++
	}
	text := string(t.src[start:t.i])
	at := t.i
	if braced {
		if t.peek(0) != '}' {
			t.fail(`a numbered reference must not be zero`, t.i)
		}
		t.i++
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil && text != "" && text != "-":
		t.reference(text, at)
		return
	case err != nil:
		t.fail(`\g is not followed by a braced, angle-bracketed, or quoted name/number or by a plain number`, at)
	case n < 0:
		n += t.next + 1
	}
	if n <= 0 {
		t.fail("reference to non-existent subpattern", at)
	}
	t.refs = append(t.refs, groupRef{number: n, at: t.at[at]})
	t.backReference(n)
}

// char reads a character or an escape that stands for one.
func (t *translator) char() rune {
	r := t.src[t.i]
	t.i++
	if r != '\\' {
		return r
	}
	if !t.more() {
		t.fail(`\ at end of pattern`, t.i)
	}
	r = t.src[t.i]
	t.i++
	switch r {
	case 'a':
		return 7
	case 'e':
		return 27
	case 'f':
		return 12
	case 'n':
		return 10
	case 'r':
		return 13
	case 't':
		return 9
	case 'x':
		return t.hex()
	case 'o':
		return t.braced(8, `non-octal character in \o{} (closing brace missing?)`)
	case 'c':
		if !t.more() {
			t.fail(`\c at end of pattern`, t.i)
		}
		c := t.src[t.i]
		t.i++
		return unicode.ToUpper(c) ^ 0x40
	case 'L', 'l', 'N', 'U', 'u':
		t.fail(`PCRE does not support \L, \l, \N{name}, \U, or \u`, t.i-1)
	}
	if r >= '0' && r <= '7' {
		n := r - '0'
		for k := 0; k < 2 && t.peek(0) >= '0' && t.peek(0) <= '7'; k++ {
			n = n*8 + t.src[t.i] - '0'
			t.i++
		}
		return n
	}
	return r
}

func (t *translator) hex() rune {
	if t.peek(0) == '{' {
		return t.braced(16, `non-hex character in \x{} (closing brace missing?)`)
	}
	n := rune(0)
	for k := 0; k < 2 && t.peek(0) < utf8.RuneSelf && digitValue(byte(t.peek(0))) < 16; k++ {
		n = n*16 + rune(digitValue(byte(t.src[t.i])))
		t.i++
	}
	return n
}

// braced reads a code point in braces.
func (t *translator) braced(base int, complaint string) rune {
	t.i++
	n := 0
	for t.more() && t.src[t.i] != '}' {
		r := t.src[t.i]
		if r >= utf8.RuneSelf || digitValue(byte(r)) >= base {
			t.fail(complaint, t.i)
		}
		n = n*base + digitValue(byte(r))
		if n > unicode.MaxRune || !t.unicode && n > 255 {
			t.fail(`character value in \x{} or \o{} is too large`, t.i)
		}
		t.i++
	}
	if !t.more() {
		t.fail(complaint, t.i)
	}
	t.i++
	return rune(n)
}

// property reads \p or \P and returns its members for a class.
func (t *translator) property() string {
	negated := t.src[t.i] == 'P'
	t.i++
	name := ""
	if t.peek(0) == '{' {
		t.i++
		if t.peek(0) == '^' {
			negated = !negated
			t.i++
		}
		start := t.i
		for t.more() && t.src[t.i] != '}' {
			t.i++
		}
		name = string(t.src[start:t.i])
		t.i++
	} else if t.more() {
		name = string(t.src[t.i])
		t.i++
	}
	members, not := propertyMembers(name)
	if members == "" {
		t.fail(`unknown property name after \P or \p`, t.i-1)
	}
	if negated {
		return not
	}
	return members
}

// propertyMembers returns what is in a property and what is not.
func propertyMembers(name string) (in, out string) {
	switch name {
	case "Any":
		return `\s\S`, `\p{Lu}-[\s\S]`
	case "L&":
		return `\p{Lu}\p{Ll}\p{Lt}`, `\p{Lm}\p{Lo}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{C}`
	case "Xan":
		return `\p{L}\p{N}`, `\p{M}\p{P}\p{S}\p{Z}\p{C}`
	case "Xwd":
		return wordUnicode, notWord
	case "Xsp", "Xps":
		return `\s`, `\S`
	}
	if unicode.Categories[name] != nil || unicode.Scripts[name] != nil {
		return `\p{` + name + `}`, `\P{` + name + `}`
	}
	return "", ""
}
