package stdlib

import (
	"sort"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"

	"streamsplayground/engine/term"
)

// regexTimeout bounds one search. PCRE gives up after ten million steps and
// reports no match, and so do we when the time is over.
const regexTimeout = time.Second

// regex is a compiled pattern.
type regex struct {
	re        *regexp2.Regexp
	tr        *translation
	unicode   bool
	firstLine bool
	options   regexp2.RegexOptions

	// again finds the match that is not empty at a place where the last one
	// was; it is made when it is first needed.
	onceAgain sync.Once
	again     *regexp2.Regexp
}

// compileRegex compiles a pattern with the options that a %Regex{} holds.
func compileRegex(source string, opts []term.Term) (*regex, error) {
	var flags regexFlags
	r := &regex{}
	anyCRLF := false
	for _, o := range opts {
		switch a, _ := o.(term.Atom); a.Name() {
		case "caseless":
			flags.caseless = true
		case "multiline":
			flags.multiline = true
		case "dotall":
			flags.dotall = true
		case "extended":
			flags.extended = true
		case "ungreedy":
			flags.ungreedy = true
		case "unicode", "ucp":
			r.unicode = true
		case "firstline":
			r.firstLine = true
		case "dupnames":
			flags.dupNames = true
		case "":
			if t, ok := o.(term.Tuple); ok && len(t) == 2 && isAtom(t[0], "newline") {
				anyCRLF = isAtom(t[1], "anycrlf")
			}
		}
	}
	if flags.caseless {
		r.options |= regexp2.IgnoreCase
	}
	var err error
	if r.tr, err = translateRegex(source, flags, r.unicode, anyCRLF); err != nil {
		return nil, err
	}
	if r.re, err = regexp2.Compile(r.tr.text, r.options); err != nil {
		return nil, &regexError{"internal error: " + err.Error(), 0}
	}
	r.re.MatchTimeout = regexTimeout
	return r, nil
}

// regexCache keeps the compiled form of the patterns in use, as a %Regex{}
// cannot carry it.
var regexCache = struct {
	sync.Mutex
	m map[string]*regex
}{m: map[string]*regex{}}

const regexCacheSize = 512

func cachedRegex(source string, opts []term.Term) (*regex, error) {
	var key strings.Builder
	for _, o := range opts {
		key.WriteString(term.Inspect(o))
	}
	key.WriteString("/" + source)
	regexCache.Lock()
	r := regexCache.m[key.String()]
	regexCache.Unlock()
	if r != nil {
		return r, nil
	}
	r, err := compileRegex(source, opts)
	if err != nil {
		return nil, err
	}
	regexCache.Lock()
	defer regexCache.Unlock()
	if len(regexCache.m) >= regexCacheSize {
		clear(regexCache.m)
	}
	regexCache.m[key.String()] = r
	return r, nil
}

// span is a part of the subject by bytes; start is -1 for a group that did not
// take part.
type span struct{ start, size int }

// subject is a string prepared for matching.
type subject struct {
	text  string
	runes []rune
	// offsets maps rune indexes to bytes; nil when they are the same.
	offsets []int
}

func (r *regex) subject(c call, s string) *subject {
	c.t.Burn(1 + len(s)/32)
	sub := &subject{text: s}
	if !r.unicode || isASCII(s) {
		sub.runes = make([]rune, len(s))
		for i := range len(s) {
			sub.runes[i] = rune(s[i])
		}
		return sub
	}
	if !utf8.ValidString(s) {
		c.raiseArgument("argument error")
	}
	sub.runes = make([]rune, 0, len(s))
	for i, ch := range s {
		sub.runes = append(sub.runes, ch)
		sub.offsets = append(sub.offsets, i)
	}
	sub.offsets = append(sub.offsets, len(s))
	return sub
}

func (s *subject) byteAt(i int) int {
	if s.offsets == nil {
		return i
	}
	return s.offsets[i]
}

// runeAt returns the rune that begins at a byte offset.
func (s *subject) runeAt(offset int) int {
	if s.offsets == nil {
		return offset
	}
	return sort.SearchInts(s.offsets, offset)
}

// match finds the first match at or after a rune index: the whole and then all
// groups. It returns nil if there is none.
func (r *regex) match(re *regexp2.Regexp, s *subject, from int) []span {
	m, err := re.FindRunesMatchStartingAt(s.runes, from)
	if err != nil || m == nil {
		return nil
	}
	out := make([]span, r.tr.count+1)
	for i := range out {
		out[i].start = -1
	}
	start, end := m.RuneIndex, m.RuneIndex+m.RuneLength
	for i, n := range r.tr.groups {
		g := m.GroupByNumber(i + 1)
		if g == nil || len(g.Captures) == 0 {
			continue
		}
		if n == 0 {
			start = g.RuneIndex
			continue
		}
		at := s.byteAt(g.RuneIndex)
		out[n] = span{at, s.byteAt(g.RuneIndex+g.RuneLength) - at}
	}
	at := s.byteAt(start)
	out[0] = span{at, s.byteAt(end) - at}
	if r.firstLine {
		if i := strings.IndexByte(s.text, '\n'); i >= 0 && at > i {
			return nil
		}
	}
	return out
}

// matchAll yields all matches from a byte offset, as Perl's //g: after an empty
// match another that is not empty may begin at the same place.
func (r *regex) matchAll(c call, s *subject, offset int, yield func([]span) bool) {
	at := s.runeAt(offset)
	empty := false
	for at <= len(s.runes) {
		c.t.Burn(1)
		var m []span
		if empty {
			if m = r.match(r.nonEmpty(), s, at); m == nil {
				at, empty = at+1, false
				continue
			}
		} else if m = r.match(r.re, s, at); m == nil {
			return
		}
		if !yield(m) {
			return
		}
		end := s.runeAt(m[0].start + m[0].size)
		empty = m[0].size == 0
		at = max(at, end)
	}
}

func (r *regex) nonEmpty() *regexp2.Regexp {
	r.onceAgain.Do(func() {
		re, err := regexp2.Compile(`\G(?:`+r.tr.text+`)(?!\G)`, r.options)
		if err != nil {
			re = regexp2.MustCompile("(?!)")
		}
		re.MatchTimeout = regexTimeout
		r.again = re
	})
	return r.again
}
