package stdlib

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// regexError is a mistake in a pattern, in PCRE's words, with its byte offset.
type regexError struct {
	reason string
	at     int
}

func (e *regexError) Error() string { return fmt.Sprintf("%s at position %d", e.reason, e.at) }

// regexFlags are the options of a pattern that may change inside of it, as
// (?i) does.
type regexFlags struct {
	caseless, multiline, dotall, extended, ungreedy, dupNames bool
}

// translation is a PCRE pattern in the syntax of regexp2.
type translation struct {
	text string
	// groups gives the PCRE number of each capturing group of text, in order,
	// from 1; 0 is the place of a \K.
	groups []int
	count  int            // of PCRE groups
	names  map[string]int // of named groups
}

// translator turns PCRE syntax into regexp2's. Without unicode every byte of
// the pattern and the subject is a character of its own, as in PCRE, so both
// are handed to regexp2 as Latin-1.
type translator struct {
	src     []rune
	at      []int // byte offset of each rune, and the length of the source
	i       int
	out     []byte
	flags   regexFlags
	unicode bool
	anyCRLF bool

	groups []int
	next   int
	names  map[string]int
	refs   []groupRef
	total  int // capturing groups of the whole pattern
}

// groupRef is a reference to a group that may be defined later.
type groupRef struct {
	number, at int
	name       string
}

// translateRegex returns the pattern for regexp2; the error is a *regexError.
func translateRegex(source string, flags regexFlags, unicode, anyCRLF bool) (tr *translation, err error) {
	t := &translator{flags: flags, unicode: unicode, anyCRLF: anyCRLF, names: map[string]int{}}
	t.decode(source)
	t.total = t.countGroups()
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*regexError)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	t.alternatives(0, false)
	if t.i < len(t.src) {
		t.fail("unmatched parentheses", t.i)
	}
	t.checkRefs()
	return &translation{text: string(t.out), groups: t.groups, count: t.next, names: t.names}, nil
}

func (t *translator) decode(source string) {
	for i := 0; i < len(source); {
		r, n := rune(source[i]), 1
		if t.unicode {
			r, n = utf8.DecodeRuneInString(source[i:])
		}
		t.src = append(t.src, r)
		t.at = append(t.at, i)
		i += n
	}
	t.at = append(t.at, len(source))
}

// fail stops with an error at the i-th character.
func (t *translator) fail(reason string, i int) {
	panic(&regexError{reason, t.at[min(max(i, 0), len(t.src))]})
}

func (t *translator) more() bool { return t.i < len(t.src) }

// peek returns the character k places on, and 0 past the end.
func (t *translator) peek(k int) rune {
	if t.i+k < len(t.src) {
		return t.src[t.i+k]
	}
	return 0
}

func (t *translator) hasPrefix(s string) bool {
	k := 0
	for _, r := range s {
		if t.peek(k) != r {
			return false
		}
		k++
	}
	return true
}

func (t *translator) emit(s string) { t.out = append(t.out, s...) }

func (t *translator) emitf(format string, args ...any) { t.out = fmt.Appendf(t.out, format, args...) }

// literal emits a character that stands for itself.
func (t *translator) literal(r rune) {
	switch {
	case r < utf8.RuneSelf && strings.ContainsRune(`\*+?|{}[]()^$.# -`, r):
		t.emitf(`\%c`, r)
	case r < 0x20 || r == 0x7F:
		t.emitf(`\u%04X`, r)
	default:
		t.out = utf8.AppendRune(t.out, r)
	}
}

// alternatives translates up to a closing parenthesis or the end. With reset
// each branch numbers its groups from the same start, as (?| does.
func (t *translator) alternatives(depth int, reset bool) {
	if depth > 250 {
		t.fail("parentheses are too deeply nested", t.i)
	}
	saved := t.flags
	start, highest := t.next, t.next
	atom := -1
	for t.more() {
		switch r := t.src[t.i]; {
		case r == '|':
			t.i++
			t.emit("|")
			atom = -1
			if reset {
				highest, t.next = max(highest, t.next), start
			}
		case r == ')':
			t.next = max(t.next, highest)
			t.restore(saved)
			return
		case t.flags.extended && (r == ' ' || r >= '\t' && r <= '\r'):
			t.i++
		case t.flags.extended && r == '#':
			for t.more() && t.src[t.i] != '\n' {
				t.i++
			}
		case r == '*' || r == '+' || r == '?' || r == '{' && t.quantifierSize() > 0:
			if atom < 0 {
				t.fail("nothing to repeat", t.i)
			}
			t.quantifier(atom)
			atom = -1
		default:
			mark := len(t.out)
			atom = mark
			if !t.atom(depth) {
				atom = -1
			}
		}
	}
	t.next = max(t.next, highest)
	t.restore(saved)
}

// restore puts the flags back at the end of a group.
func (t *translator) restore(f regexFlags) {
	t.flags = f
}

// quantifierSize returns the length of {n}, {n,} or {n,m}, 0 if it is none.
func (t *translator) quantifierSize() int {
	k := 1
	digits := func() int {
		n := 0
		for t.peek(k) >= '0' && t.peek(k) <= '9' {
			k, n = k+1, n+1
		}
		return n
	}
	if digits() == 0 {
		return 0
	}
	if t.peek(k) == ',' {
		k++
		digits()
	}
	if t.peek(k) != '}' {
		return 0
	}
	return k + 1
}

func (t *translator) quantifier(atom int) {
	size := 1
	if t.src[t.i] == '{' {
		size = t.quantifierSize()
		t.checkBounds(size)
	}
	text := string(t.src[t.i : t.i+size])
	t.i += size
	switch {
	case t.peek(0) == '+':
		t.i++
		t.out = slices.Insert(t.out, atom, []byte("(?>")...)
		t.emit(text + ")")
		return
	case t.peek(0) == '?':
		t.i++
		if !t.flags.ungreedy {
			text += "?"
		}
	case t.flags.ungreedy:
		text += "?"
	}
	// The result is one atom, so that nothing can be read as part of it.
	t.out = slices.Insert(t.out, atom, []byte("(?:")...)
	t.emit(text + ")")
}

func (t *translator) checkBounds(size int) {
	text := string(t.src[t.i+1 : t.i+size-1])
	low, high, _ := strings.Cut(text, ",")
	l, err1 := strconv.Atoi(low)
	h := l
	var err2 error
	if high != "" {
		h, err2 = strconv.Atoi(high)
	}
	if err1 != nil || err2 != nil || l > 65535 || h > 65535 {
		t.fail("number too big in {} quantifier", t.i+size)
	}
	if h < l {
		t.fail("numbers out of order in {} quantifier", t.i+size-1)
	}
}

// atom translates one item and reports whether a quantifier may follow.
func (t *translator) atom(depth int) bool {
	r := t.src[t.i]
	switch r {
	case '(':
		return t.group(depth)
	case '[':
		if end := t.posixEnd(); end > 0 {
			t.fail("POSIX named classes are supported only within a class", t.i)
		}
		t.class()
		return true
	case '\\':
		return t.escape()
	case '.':
		t.i++
		switch {
		case t.flags.dotall:
			t.emit(`(?s:.)`)
		case t.anyCRLF:
			t.emit(`[^\r\n]`)
		default:
			t.emit(`[^\n]`)
		}
		return true
	case '^':
		t.i++
		t.emit(t.lineStart())
		return true
	case '$':
		t.i++
		t.emit(t.lineEnd())
		return true
	}
	t.i++
	t.literal(r)
	return true
}

func (t *translator) lineStart() string {
	switch {
	case !t.flags.multiline:
		return `\A`
	case t.anyCRLF:
		return `(?:\A|(?<=\n|\r(?!\n))(?!\z))`
	}
	return `(?:\A|(?<=\n)(?!\z))`
}

func (t *translator) lineEnd() string {
	switch {
	case t.flags.multiline && t.anyCRLF:
		return `(?=[\r\n]|\z)`
	case t.flags.multiline:
		return `(?=\n|\z)`
	case t.anyCRLF:
		return `(?=(?:\r\n|\r|\n)?\z)`
	}
	return `\Z`
}

// groupKinds are the groups that regexp2 writes as PCRE does.
var groupKinds = []string{"?:", "?=", "?!", "?<=", "?<!", "?>"}

func (t *translator) group(depth int) bool {
	open := t.i
	t.i++
	if t.peek(0) == '*' {
		t.verb()
		return false
	}
	if t.peek(0) != '?' {
		t.capture("")
		return t.closeGroup(depth, false)
	}
	if t.hasPrefix("?#") {
		for t.more() && t.src[t.i] != ')' {
			t.i++
		}
		if !t.more() {
			t.fail("missing ) after comment", t.i)
		}
		t.i++
		return false
	}
	for _, k := range groupKinds {
		if t.hasPrefix(k) {
			t.i += len(k)
			t.emit("(" + k)
			return t.closeGroup(depth, false)
		}
	}
	switch {
	case t.hasPrefix("?|"):
		t.i += 2
		t.emit("(?:")
		return t.closeGroup(depth, true)
	case t.hasPrefix("?P<"):
		t.i += 3
		t.capture(t.groupName('>'))
	case t.hasPrefix("?<"):
		t.i += 2
		t.capture(t.groupName('>'))
	case t.hasPrefix("?'"):
		t.i += 2
		t.capture(t.groupName('\''))
	case t.hasPrefix("?P="):
		t.i += 3
		t.reference(t.groupName(')'), t.i-1)
		return true
	case t.hasPrefix("?("):
		t.condition()
	case t.recursion(open):
		return true
	default:
		return t.inlineFlags(depth)
	}
	return t.closeGroup(depth, false)
}

func (t *translator) closeGroup(depth int, reset bool) bool {
	t.alternatives(depth+1, reset)
	if !t.more() {
		t.fail("missing )", t.i)
	}
	t.i++
	t.emit(")")
	return true
}

func (t *translator) verb() {
	for _, v := range []string{"*FAIL)", "*F)"} {
		if t.hasPrefix(v) {
			t.i += len(v)
			t.emit("(?!)")
			return
		}
	}
	for t.more() && t.src[t.i] != ')' {
		t.i++
	}
	t.fail("(*VERB) not recognized or malformed", t.i-1)
}

// recursion reports mistakes in (?R) and its like, which regexp2 cannot run.
func (t *translator) recursion(open int) bool {
	r := t.peek(1)
	digit := r >= '0' && r <= '9' || (r == '+' || r == '-') && t.peek(2) >= '0' && t.peek(2) <= '9'
	if r != 'R' && r != '&' && !digit && !t.hasPrefix("?P>") {
		return false
	}
	if r == 'R' && t.peek(2) != ')' {
		t.fail("(?R or (?[+-]digits must be followed by )", t.i+2)
	}
	t.fail("recursive patterns are not supported by this engine", open)
	return true
}

func (t *translator) capture(name string) {
	t.next++
	if name != "" {
		if _, ok := t.names[name]; ok && !t.flags.dupNames {
			t.fail("two named subpatterns have the same name", t.i-1)
		}
		t.names[name] = t.next
	}
	t.groups = append(t.groups, t.next)
	t.emit("(")
}

func (t *translator) groupName(end rune) string {
	start := t.i
	if r := t.peek(0); r >= '0' && r <= '9' {
		t.fail("group name must start with a non-digit", t.i)
	}
	for t.more() && isNameRune(t.src[t.i]) {
		t.i++
	}
	if t.peek(0) != end || t.i == start {
		t.fail("syntax error in subpattern name (missing terminator)", t.i)
	}
	t.i++
	return string(t.src[start : t.i-1])
}

func isNameRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// condition translates the test of (?(1)yes|no).
func (t *translator) condition() {
	start := t.i + 2
	if t.peek(2) == '?' {
		// (?(?=test)yes|no): the test is a group that the caller reads on.
		t.i++
		t.emit("(?")
		t.group(0)
		return
	}
	end := start
	for end < len(t.src) && t.src[end] != ')' {
		end++
	}
	if end == len(t.src) {
		t.fail("missing )", end)
	}
	text := strings.Trim(string(t.src[start:end]), "<>'")
	t.i = end + 1
	n, err := strconv.Atoi(text)
	if err != nil {
		t.refs = append(t.refs, groupRef{name: text, at: t.at[end]})
		n = t.nameAhead(text)
	} else {
		t.refs = append(t.refs, groupRef{number: n, at: t.at[end]})
	}
	t.emitf("(?(%d)", t.slot(n))
}

func (t *translator) inlineFlags(depth int) bool {
	t.i++
	on, f, caseless := true, t.flags, t.flags.caseless
	for ; t.more(); t.i++ {
		switch t.src[t.i] {
		case '-':
			on = false
		case 'i':
			f.caseless = on
		case 'm':
			f.multiline = on
		case 's':
			f.dotall = on
		case 'x':
			f.extended = on
		case 'U':
			f.ungreedy = on
		case 'J':
			f.dupNames = on
		case ')':
			t.i++
			t.flags = f
			if f.caseless != caseless {
				t.emit(caselessFlag(f.caseless) + ")")
			}
			return false
		case ':':
			t.i++
			saved := t.flags
			t.flags = f
			t.emit(caselessFlag(f.caseless) + ":")
			t.closeGroup(depth, false)
			t.flags = saved
			return true
		default:
			t.fail("unrecognized character after (? or (?-", t.i)
		}
	}
	t.fail("unrecognized character after (? or (?-", t.i)
	return false
}

func caselessFlag(on bool) string {
	if on {
		return "(?i"
	}
	return "(?-i"
}

// countGroups counts the capturing groups of the whole pattern, which decides
// whether \12 is a reference.
func (t *translator) countGroups() int {
	n := 0
	for i := 0; i < len(t.src); i++ {
		switch t.src[i] {
		case '\\':
			i++
		case '[':
			i++
			if i < len(t.src) && t.src[i] == '^' {
				i++
			}
			for i++; i < len(t.src) && t.src[i] != ']'; i++ {
				if t.src[i] == '\\' {
					i++
				}
			}
		case '(':
			rest := string(t.src[i+1 : min(i+4, len(t.src))])
			named := strings.HasPrefix(rest, "?P<") || strings.HasPrefix(rest, "?'") ||
				strings.HasPrefix(rest, "?<") && !strings.HasPrefix(rest, "?<=") && !strings.HasPrefix(rest, "?<!")
			if named || !strings.HasPrefix(rest, "?") && !strings.HasPrefix(rest, "*") {
				n++
			}
		}
	}
	return n
}

// nameAhead returns the number of a named group that may come later.
func (t *translator) nameAhead(name string) int {
	if n, ok := t.names[name]; ok {
		return n
	}
	return t.total + 1
}

// reference emits a back reference to a named group.
func (t *translator) reference(name string, at int) {
	t.refs = append(t.refs, groupRef{name: name, at: t.at[at]})
	t.backReference(t.nameAhead(name))
}

// backReference emits a reference to a PCRE group: to any of the groups that
// have its number.
func (t *translator) backReference(n int) {
	var alts []string
	for i, g := range t.groups {
		if g == n {
			alts = append(alts, fmt.Sprintf(`\%d`, i+1))
		}
	}
	if len(alts) == 0 {
		// A reference to a group that comes later cannot match yet.
		alts = []string{"(?!)"}
	}
	t.emit("(?:" + strings.Join(alts, "|") + ")")
}

// slot returns the number that regexp2 gives to a PCRE group.
func (t *translator) slot(n int) int {
	for i, g := range t.groups {
		if g == n {
			return i + 1
		}
	}
	return n
}

func (t *translator) checkRefs() {
	for _, r := range t.refs {
		_, named := t.names[r.name]
		if r.name != "" && !named || r.name == "" && r.number > t.next {
			panic(&regexError{"reference to non-existent subpattern", r.at})
		}
	}
}
