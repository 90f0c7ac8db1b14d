package stdlib

import (
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"

	"streamsplayground/engine/interp"
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

func regexModule() *interp.NativeModule {
	m := newTextModule("Regex")
	m.m.Struct = term.NewStruct("Regex", "opts", term.Empty, "re_pattern", term.Nil, "re_version", bin(""), "source", bin(""))
	m.def("compile", 2, func(c call) term.Term {
		re, err := regexNew(c)
		if err != nil {
			return tuple(term.Err, err)
		}
		return okTuple(re)
	}, bin(""))
	m.def("compile!", 2, func(c call) term.Term {
		re, err := regexNew(c)
		if err == nil {
			return re
		}
		reason := err.(term.Tuple)
		text, ok := ioData(reason[0], true)
		if !ok {
			text = reason[0].(term.Atom).Name()
		}
		at := c.t.ToString(reason[1])
		c.t.RaiseNew("Regex.CompileError", "message", bin(text+" at position "+at))
		return nil
	}, bin(""))
	m.def("recompile", 1, func(c call) term.Term { return okTuple(c.structArg(0, "Regex")) })
	m.def("recompile!", 1, func(c call) term.Term { return c.structArg(0, "Regex") })
	m.def("version", 0, func(call) term.Term { return regexVersion })
	m.def("match?", 2, func(c call) term.Term {
		re := c.structArg(0, "Regex")
		return term.Bool(regexMatches(c, re, c.str(1)))
	})
	m.def("regex?", 1, func(c call) term.Term {
		_, ok := structOf(c.a[0], "Regex")
		return term.Bool(ok)
	})
	m.def("source", 1, func(c call) term.Term { return c.regexField("source") })
	m.def("opts", 1, func(c call) term.Term { return c.regexField("opts") })
	m.def("re_pattern", 1, func(c call) term.Term { return c.regexField("re_pattern") })
	m.def("names", 1, func(c call) term.Term {
		return binList(c.regex(c.structArg(0, "Regex")).sortedNames())
	})
	m.def("escape", 1, func(c call) term.Term { return c.result(regexEscape(c.str(0))) })
	m.def("run", 3, regexRun, term.Empty)
	m.def("scan", 3, regexScan, term.Empty)
	m.def("named_captures", 3, regexNamedCaptures, term.Empty)
	m.def("split", 3, func(c call) term.Term {
		re := c.structArg(0, "Regex")
		return regexSplit(c, re, c.str(1), c.opts(2))
	}, term.Empty)
	m.def("replace", 4, func(c call) term.Term {
		re := c.structArg(0, "Regex")
		return regexReplace(c, re, c.str(1), c.a[2], c.opts(3))
	}, term.Empty)
	return m.m
}

var regexVersion = term.Tuple{bin("8.44 2020-02-12"), term.NewAtom("little")}

func regexCompileError() *interp.NativeModule {
	m := newTextModule("Regex.CompileError")
	m.m.Struct = term.NewStruct("Regex.CompileError", "__exception__", term.True,
		"message", bin("regex could not be compiled"))
	defException(m)
	return m.m
}

// defException adds the functions of an exception with a message field.
func defException(m *textModule) {
	m.def("exception", 1, func(c call) term.Term {
		e := m.m.Struct
		if s, ok := c.a[0].(term.Binary); ok {
			return e.Put(term.NewAtom("message"), s)
		}
		for _, o := range c.slice(0) {
			if kv, ok := o.(term.Tuple); ok && len(kv) == 2 && e.Has(kv[0]) {
				e = e.Put(kv[0], kv[1])
			}
		}
		return e
	})
	m.def("message", 1, func(c call) term.Term {
		if e, ok := c.a[0].(*term.Map); ok && e.GetAtom(term.NewAtom("message")) != nil {
			return e.GetAtom(term.NewAtom("message"))
		}
		return c.noClause()
	})
}

func (c call) regexField(name string) term.Term {
	return c.structArg(0, "Regex").GetAtom(term.NewAtom(name))
}

// regexModifiers are the letters after a pattern.
var regexModifiers = map[byte][]term.Term{
	's': {term.NewAtom("dotall"), term.Tuple{term.NewAtom("newline"), term.NewAtom("anycrlf")}},
	'u': {term.NewAtom("unicode"), term.NewAtom("ucp")},
	'i': {term.NewAtom("caseless")},
	'x': {term.NewAtom("extended")},
	'f': {term.NewAtom("firstline")},
	'U': {term.NewAtom("ungreedy")},
	'r': {term.NewAtom("ungreedy")},
	'm': {term.NewAtom("multiline")},
}

// regexNew makes a %Regex{} of a source and modifiers or options, or the reason
// why it cannot, a tuple.
func regexNew(c call) (re, failure term.Term) {
	source := c.str(0)
	var opts []term.Term
	if mods, ok := c.a[1].(term.Binary); ok {
		for i := range len(mods) {
			more, ok := regexModifiers[mods[i]]
			if !ok {
				return nil, tuple(atomTerm("invalid_option"), mods[i:])
			}
			opts = append(append([]term.Term(nil), more...), opts...)
		}
	} else {
		opts = c.slice(1)
	}
	compiled, err := cachedRegex(source, opts)
	if err != nil {
		e := err.(*regexError)
		return nil, tuple(charlist(e.reason), term.Int(e.at))
	}
	unicode := 0
	if compiled.unicode {
		unicode = 1
	}
	pattern := tuple(atomTerm("re_pattern"), term.Int(compiled.tr.count), term.Int(unicode), term.Int(0), bin(""))
	return term.NewStruct("Regex", "opts", term.NewList(opts...), "re_pattern", pattern,
		"re_version", regexVersion, "source", bin(source)), nil
}

// regex returns the compiled form of a %Regex{}.
func (c call) regex(re *term.Map) *regex {
	source, ok1 := re.GetAtom(term.NewAtom("source")).(term.Binary)
	opts, ok2 := re.GetAtom(term.NewAtom("opts")).(*term.List)
	if !ok1 || !ok2 {
		c.noClause()
	}
	list, _ := opts.Slice()
	r, err := cachedRegex(string(source), list)
	if err != nil {
		c.raiseArgument("argument error")
	}
	return r
}

func (r *regex) sortedNames() []string {
	names := make([]string, 0, len(r.tr.names))
	for n := range r.tr.names {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func regexMatches(c call, re *term.Map, s string) bool {
	r := c.regex(re)
	return r.match(r.re, r.subject(c, s), 0) != nil
}

const regexSpecial = ".^$*+?()[]{}|#-\\\t\n\v\f\r "

func regexEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(regexSpecial, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// capturePick chooses the groups to return: nil for all of them, with those at
// the end left out that did not take part.
type capturePick struct {
	all    bool
	skip   int // with all: 1 leaves the whole match out
	groups []int
}

// captureOption reads the option :capture or :on.
func (c call) captureOption(r *regex, v term.Term) capturePick {
	switch {
	case isAtom(v, "all"):
		return capturePick{all: true}
	case isAtom(v, "all_but_first"):
		return capturePick{all: true, skip: 1}
	case isAtom(v, "first"):
		return capturePick{groups: []int{0}}
	case isAtom(v, "none"):
		return capturePick{groups: []int{}}
	case isAtom(v, "all_names"):
		p := capturePick{groups: []int{}}
		for _, n := range r.sortedNames() {
			p.groups = append(p.groups, r.tr.names[n])
		}
		return p
	}
	l, ok := v.(*term.List)
	if !ok {
		c.raiseArgument("argument error")
	}
	p := capturePick{groups: []int{}}
	for e := range l.All() {
		p.groups = append(p.groups, c.groupNumber(r, e))
	}
	return p
}

// groupNumber returns the number of a group by number or name, and one past
// the last for a name that is not there.
func (c call) groupNumber(r *regex, v term.Term) int {
	name := ""
	switch x := v.(type) {
	case term.Int:
		return int(x)
	case term.Atom:
		name = x.Name()
	default:
		s, ok := ioData(v, true)
		if !ok {
			c.raiseArgument("argument error")
		}
		name = s
	}
	if n, ok := r.tr.names[name]; ok {
		return n
	}
	return r.tr.count + 1
}

// pick returns the chosen groups of a match.
func (p capturePick) pick(m []span) []span {
	if p.all {
		end := len(m)
		for end > 1 && m[end-1].start < 0 {
			end--
		}
		return m[min(p.skip, end):end]
	}
	out := make([]span, len(p.groups))
	for i, g := range p.groups {
		out[i].start = -1
		if g >= 0 && g < len(m) {
			out[i] = m[g]
		}
	}
	return out
}

// spansTerm returns the groups as the option :return says.
func (c call) spansTerm(s string, spans []span, how term.Term) term.Term {
	out := make([]term.Term, len(spans))
	for i, sp := range spans {
		if isAtom(how, "index") {
			out[i] = tuple(term.Int(sp.start), term.Int(sp.size))
			continue
		}
		out[i] = bin("")
		if sp.start >= 0 {
			out[i] = bin(s[sp.start : sp.start+sp.size])
		}
	}
	c.t.Grow(48 * len(out))
	return term.NewList(out...)
}

// searchOptions are those that run and scan share.
func (c call) searchOptions(r *regex, opts *term.List, s string) (how term.Term, pick capturePick, offset int) {
	how, pick = atomTerm("binary"), capturePick{all: true}
	if v, ok := term.KeywordGet(opts, term.NewAtom("return")); ok {
		how = v
	}
	if v, ok := term.KeywordGet(opts, term.NewAtom("capture")); ok {
		pick = c.captureOption(r, v)
	}
	if v, ok := term.KeywordGet(opts, term.NewAtom("offset")); ok {
		n, ok := v.(term.Int)
		if !ok || n < 0 {
			c.raiseArgument("argument error")
		}
		if int(n) > len(s) {
			c.t.RaiseNew("ErlangError", "original", atomTerm("internal_error"))
		}
		offset = int(n)
	}
	return how, pick, offset
}

func regexRun(c call) term.Term {
	re := c.structArg(0, "Regex")
	return runRegex(c, re, c.str(1), c.opts(2))
}

func runRegex(c call, re *term.Map, s string, opts *term.List) term.Term {
	r := c.regex(re)
	how, pick, offset := c.searchOptions(r, opts, s)
	sub := r.subject(c, s)
	m := r.match(r.re, sub, sub.runeAt(offset))
	if m == nil {
		return term.Nil
	}
	return c.spansTerm(s, pick.pick(m), how)
}

func regexScan(c call) term.Term {
	re, s := c.structArg(0, "Regex"), c.str(1)
	r := c.regex(re)
	how, pick, offset := c.searchOptions(r, c.opts(2), s)
	if pick.groups != nil && len(pick.groups) == 0 {
		return term.Empty
	}
	var out []term.Term
	r.matchAll(c, r.subject(c, s), offset, func(m []span) bool {
		out = append(out, c.spansTerm(s, pick.pick(m), how))
		return true
	})
	return term.NewList(out...)
}

func regexNamedCaptures(c call) term.Term {
	re, s := c.structArg(0, "Regex"), c.str(1)
	r := c.regex(re)
	names := r.sortedNames()
	capture := tuple(atomTerm("capture"), binList(names))
	found, ok := runRegex(c, re, s, &term.List{Head: capture, Tail: c.opts(2)}).(*term.List)
	if !ok {
		return term.Nil
	}
	b := term.NewMapBuilder(len(names))
	i := 0
	for v := range found.All() {
		b.Put(bin(names[i]), v)
		i++
	}
	return b.Map()
}

func regexSplit(c call, re *term.Map, s string, opts *term.List) term.Term {
	o := c.splitOptionsOf(opts)
	if s == "" {
		if o.trim {
			return term.Empty
		}
		return binList([]string{""})
	}
	r := c.regex(re)
	pick := capturePick{groups: []int{0}}
	if v, ok := term.KeywordGet(opts, term.NewAtom("on")); ok {
		pick = c.captureOption(r, v)
	}
	include := false
	if v, ok := term.KeywordGet(opts, term.NewAtom("include_captures")); ok {
		include = term.Truthy(v)
	}
	var out []string
	offset, count := 0, o.parts
	done := func() bool { return count == 1 || o.trim && offset >= len(s) }
	r.matchAll(c, r.subject(c, s), 0, func(m []span) bool {
		for _, sp := range pick.pick(m) {
			if done() {
				return false
			}
			keep := sp.start - offset
			if keep < 0 {
				continue
			}
			trimmed := keep == 0 && o.trim
			if !trimmed {
				out = append(out, s[offset:sp.start])
			}
			if include {
				out = append(out, s[sp.start:sp.start+sp.size])
			}
			if (!trimmed || include) && count > 0 {
				count--
			}
			offset = sp.start + sp.size
		}
		return !done()
	})
	if !o.trim || offset < len(s) {
		out = append(out, s[offset:])
	}
	return c.strings(out)
}

// splitOptionsOf is splitOptions for options that were already taken.
func (c call) splitOptionsOf(opts *term.List) splitOptions {
	c.a = []term.Term{opts}
	return c.splitOptions(0)
}

func regexReplace(c call, re *term.Map, s string, with term.Term, opts *term.List) term.Term {
	r := c.regex(re)
	global := true
	if v, ok := term.KeywordGet(opts, term.NewAtom("global")); ok {
		global = v != term.Term(term.False)
	}
	expand := c.regexReplacement(s, with)
	var b strings.Builder
	at, charged := 0, 0
	r.matchAll(c, r.subject(c, s), 0, func(m []span) bool {
		if m[0].start < at {
			return true
		}
		b.WriteString(s[at:m[0].start])
		expand(&b, m)
		at = m[0].start + m[0].size
		if b.Len()-charged > 1<<16 {
			c.t.Grow(b.Len() - charged)
			charged = b.Len()
		}
		return global
	})
	b.WriteString(s[at:])
	return c.result(b.String())
}

// regexReplacement returns what writes the replacement of one match.
func (c call) regexReplacement(s string, with term.Term) func(*strings.Builder, []span) {
	text := func(m []span, g int) string {
		if g >= len(m) || m[g].start < 0 {
			return ""
		}
		return s[m[g].start : m[g].start+m[g].size]
	}
	if f, ok := with.(*term.Fun); ok {
		return func(b *strings.Builder, m []span) {
			args := make([]term.Term, f.Arity)
			for i := range args {
				args[i] = bin(text(m, i))
			}
			out, ok := ioData(c.t.Call(f, args...), false)
			if !ok {
				c.badArg(1, "not an iodata term")
			}
			b.WriteString(out)
		}
	}
	template, ok := with.(term.Binary)
	if !ok {
		c.noClause()
	}
	parts := parseReplacement(string(template))
	return func(b *strings.Builder, m []span) {
		for _, p := range parts {
			b.WriteString(p.text)
			if p.group >= 0 {
				b.WriteString(text(m, p.group))
			}
		}
	}
}

// replacePart is some text and then a group, -1 for none.
type replacePart struct {
	text  string
	group int
}

// parseReplacement takes \1, \g{1} and \\ out of a replacement.
func parseReplacement(s string) []replacePart {
	var parts []replacePart
	var text strings.Builder
	group := func(n int) {
		parts = append(parts, replacePart{text.String(), n})
		text.Reset()
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			text.WriteByte(s[i])
			continue
		}
		switch rest := s[i+1:]; {
		case rest[0] == '\\':
			text.WriteByte('\\')
			i++
		case strings.HasPrefix(rest, "g{"):
			n := digitRun(rest[2:])
			if n == 0 || !strings.HasPrefix(rest[2+n:], "}") {
				text.WriteByte('\\')
				continue
			}
			number, _ := strconv.Atoi(rest[2 : 2+n])
			group(number)
			i += n + 3
		case digitRun(rest) > 0:
			n := digitRun(rest)
			number, _ := strconv.Atoi(rest[:n])
			group(number)
			i += n
		default:
			text.WriteByte('\\')
		}
	}
	return append(parts, replacePart{text.String(), -1})
}
