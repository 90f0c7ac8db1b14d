package stdlib

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// searchPattern is what :binary searches for: one or more strings, none empty.
type searchPattern struct {
	all []string
	// first are the strings by their first byte, when there are several.
	first map[byte][]string
}

// searchPatternOf returns the pattern of a string, a list of strings or a
// compiled pattern.
func searchPatternOf(v term.Term) (*searchPattern, bool) {
	switch p := v.(type) {
	case term.Binary:
		return &searchPattern{all: []string{string(p)}}, p != ""
	case *term.List:
		elems, ok := p.Slice()
		if !ok || len(elems) == 0 {
			return nil, false
		}
		out := &searchPattern{}
		seen := make(map[string]bool)
		for _, e := range elems {
			b, ok := e.(term.Binary)
			if !ok || b == "" {
				return nil, false
			}
			if !seen[string(b)] {
				seen[string(b)] = true
				out.all = append(out.all, string(b))
			}
		}
		if len(out.all) > 1 {
			out.first = map[byte][]string{}
			for _, x := range out.all {
				out.first[x[0]] = append(out.first[x[0]], x)
			}
		}
		return out, true
	case term.Tuple:
		if len(p) == 2 && (isAtom(p[0], "bm") || isAtom(p[0], "ac")) {
			return searchPatternOf(p[1])
		}
	}
	return nil, false
}

// pattern returns a pattern argument, with the position it has in the call of
// the Erlang function that would complain.
func (c call) pattern(i, position int) *searchPattern {
	p, ok := searchPatternOf(c.a[i])
	if !ok {
		c.badArg(position, "not a valid pattern")
	}
	return p
}

// find returns the first and then longest occurrence at or after from, and a
// negative start if there is none.
func (p *searchPattern) find(s string, from int) (start, size int) {
	if len(p.all) == 1 {
		i := strings.Index(s[from:], p.all[0])
		if i < 0 {
			return -1, 0
		}
		return from + i, len(p.all[0])
	}
	var m term.Meter
	for at := from; at < len(s); at++ {
		here := p.first[s[at]]
		m.Steps(len(here))
		for _, x := range here {
			if len(x) > size && strings.HasPrefix(s[at:], x) {
				size = len(x)
			}
		}
		if size > 0 {
			return at, size
		}
	}
	return -1, 0
}

// matches returns start and size of all occurrences that do not overlap.
func (p *searchPattern) matches(s string) [][2]int {
	var out [][2]int
	var m term.Meter
	for at := 0; ; {
		m.Step()
		start, size := p.find(s, at)
		if start < 0 {
			return out
		}
		out = append(out, [2]int{start, size})
		at = start + size
	}
}

func defStringSearch(m *textModule) {
	m.def("contains?", 2, stringContains)
	m.def("starts_with?", 2, func(c call) term.Term { return c.affix(strings.HasPrefix) })
	m.def("ends_with?", 2, func(c call) term.Term { return c.affix(strings.HasSuffix) })
	m.def("match?", 2, func(c call) term.Term {
		s := c.str(0)
		re, ok := structOf(c.a[1], "Regex")
		if !ok {
			c.t.RaiseFunctionClause("Regex", "match?", []term.Term{c.a[1], c.a[0]})
		}
		return term.Bool(regexMatches(c, re, s))
	})
	m.def("split", 1, func(c call) term.Term { return c.strings(strings.FieldsFunc(c.str(0), isSplitSpace)) })
	m.def("split", 3, stringSplit, term.Empty)
	m.def("splitter", 3, stringSplitter, term.Empty)
}

// isSplitSpace reports whether String.split/1 splits at r: at white space that
// allows a line to break.
func isSplitSpace(r rune) bool {
	return isWhitespace(r) && r != 0xA0 && r != 0x202F && r != 0x2007
}

func stringContains(c call) term.Term {
	s := c.str(0)
	c.t.Burn(1 + len(s)/1024)
	switch x := c.a[1].(type) {
	case term.Binary:
		return term.Bool(strings.Contains(s, string(x)))
	case *term.List:
		for _, e := range c.slice(1) {
			p, ok := e.(term.Binary)
			if !ok {
				return c.badArg(1, "not a bitstring")
			}
			if strings.Contains(s, string(p)) {
				return term.True
			}
			c.t.Burn(1)
		}
		return term.False
	}
	start, _ := c.pattern(1, 2).find(s, 0)
	return term.Bool(start >= 0)
}

func (c call) affix(has func(s, affix string) bool) term.Term {
	s := c.str(0)
	switch x := c.a[1].(type) {
	case term.Binary:
		return term.Bool(has(s, string(x)))
	case *term.List:
		for _, e := range c.slice(1) {
			p, ok := e.(term.Binary)
			if !ok {
				return c.noClause()
			}
			if has(s, string(p)) {
				return term.True
			}
			c.t.Burn(1)
		}
		return term.False
	}
	return c.badArg(2, "not a valid pattern")
}

// splitOptions are the options of String.split/3.
type splitOptions struct {
	parts int // 0 for no limit
	trim  bool
}

func (c call) splitOptions(i int) splitOptions {
	var o splitOptions
	opts := c.opts(i)
	if v, ok := term.KeywordGet(opts, term.NewAtom("parts")); ok && !isAtom(v, "infinity") {
		n, ok := v.(term.Int)
		if !ok || n <= 0 {
			c.t.RaiseFunctionClause("String", "parts_to_index", []term.Term{v})
		}
		o.parts = int(n)
	}
	if v, ok := term.KeywordGet(opts, term.NewAtom("trim")); ok {
		o.trim = term.Truthy(v)
	}
	return o
}

func stringSplit(c call) term.Term {
	s := c.str(0)
	if re, ok := structOf(c.a[1], "Regex"); ok {
		return regexSplit(c, re, s, c.opts(2))
	}
	o := c.splitOptions(2)
	switch p := c.a[1].(type) {
	case term.Binary:
		if p == "" {
			return c.strings(splitGraphemes(c.t, s, o))
		}
	case *term.List:
		if p == nil {
			if s == "" && o.trim {
				return term.Empty
			}
			return c.strings([]string{s})
		}
	}
	c.t.Burn(1 + len(s)/1024)
	return c.strings(splitPattern(s, c.pattern(1, 2), o))
}

// splitGraphemes splits between all graphemes, as the pattern "" does.
func splitGraphemes(t *interp.Thread, s string, o splitOptions) []string {
	var out []string
	p := pace{t: t}
	if !o.trim && o.parts != 1 {
		out = append(out, "")
	}
	for s != "" && (o.parts == 0 || len(out) < o.parts-1) {
		n := nextGrapheme(s)
		out = append(out, s[:n])
		s = s[n:]
		p.step(n)
	}
	if s != "" || !o.trim {
		out = append(out, s)
	}
	return out
}

func splitPattern(s string, p *searchPattern, o splitOptions) []string {
	var out []string
	var m term.Meter
	for {
		m.Step()
		start, size := -1, 0
		if o.parts == 0 || len(out) < o.parts-1 {
			start, size = p.find(s, 0)
		}
		if start < 0 {
			break
		}
		if start > 0 || !o.trim {
			out = append(out, s[:start])
		}
		s = s[start+size:]
	}
	if s != "" || !o.trim {
		out = append(out, s)
	}
	return out
}

// stringSplitter returns all parts at once: as an Enumerable they are what
// Elixir yields one by one.
func stringSplitter(c call) term.Term {
	s := c.str(0)
	v, _ := term.KeywordGet(c.opts(2), term.NewAtom("trim"))
	o := splitOptions{trim: v != nil && term.Truthy(v)}
	switch p := c.a[1].(type) {
	case term.Binary:
		if p == "" {
			return c.strings(splitGraphemes(c.t, s, o))
		}
	case *term.List:
		if p == nil {
			if s == "" && o.trim {
				return term.Empty
			}
			return c.strings([]string{s})
		}
	}
	return c.strings(splitPattern(s, c.pattern(1, 1), o))
}

func defStringReplace(m *textModule) {
	m.def("replace", 4, stringReplace, term.Empty)
	m.def("replace_leading", 3, func(c call) term.Term {
		s, match, with := c.affixReplace()
		rest := trimLeading(s, match)
		n := (len(s) - len(rest)) / len(match)
		c.reserveTimes(len(with), n)
		return bin(strings.Repeat(with, n) + rest)
	})
	m.def("replace_trailing", 3, func(c call) term.Term {
		s, match, with := c.affixReplace()
		rest := trimTrailing(s, match)
		n := (len(s) - len(rest)) / len(match)
		c.reserveTimes(len(with), n)
		return bin(rest + strings.Repeat(with, n))
	})
	m.def("replace_prefix", 3, func(c call) term.Term {
		s, match, with := c.str(0), c.str(1), c.str(2)
		if rest, ok := strings.CutPrefix(s, match); ok {
			return c.result(with + rest)
		}
		return bin(s)
	})
	m.def("replace_suffix", 3, func(c call) term.Term {
		s, match, with := c.str(0), c.str(1), c.str(2)
		if rest, ok := strings.CutSuffix(s, match); ok {
			return c.result(rest + with)
		}
		return bin(s)
	})
	m.def("replace_invalid", 2, func(c call) term.Term {
		return c.result(replaceInvalid(c.str(0), c.str(1)))
	}, bin("\uFFFD"))
}

func (c call) affixReplace() (s, match, with string) {
	s, match, with = c.str(0), c.str(1), c.str(2)
	if match == "" {
		c.raiseArgument("cannot use an empty string as the match to replace")
	}
	return s, match, with
}

// replacement is the third argument of a replace function: a string, or a
// function of the text that matched.
func (c call) replacement(i int) func(string) string {
	if s, ok := c.a[i].(term.Binary); ok {
		return func(string) string { return string(s) }
	}
	f := c.fun(i, 1)
	return func(match string) string {
		out, ok := ioData(c.t.Call(f, bin(match)), false)
		if !ok {
			c.badArg(1, "not an iodata term")
		}
		return out
	}
}

func stringReplace(c call) term.Term {
	s := c.str(0)
	with := c.replacement(2)
	opts := c.opts(3)
	if re, ok := structOf(c.a[1], "Regex"); ok {
		return regexReplace(c, re, s, c.a[2], opts)
	}
	global := true
	if v, ok := term.KeywordGet(opts, term.NewAtom("global")); ok {
		global = term.Truthy(v)
	}
	switch p := c.a[1].(type) {
	case term.Binary:
		if p == "" {
			return replaceEmpty(c, s, with, global)
		}
	case *term.List:
		if p == nil {
			return bin(s)
		}
	}
	p := c.pattern(1, 2)
	var b strings.Builder
	charged := 0
	for {
		start, size := p.find(s, 0)
		if start < 0 {
			break
		}
		b.WriteString(s[:start])
		b.WriteString(with(s[start : start+size]))
		s = s[start+size:]
		c.t.Burn(1)
		if b.Len()-charged > 1<<16 {
			c.t.Grow(b.Len() - charged)
			charged = b.Len()
		}
		if !global {
			break
		}
	}
	b.WriteString(s)
	return c.result(b.String())
}

func replaceEmpty(c call, s string, with func(string) string, global bool) term.Term {
	if !global {
		return c.result(with("") + s)
	}
	var b strings.Builder
	b.WriteString(with(""))
	for s != "" {
		n := nextGrapheme(s)
		b.WriteString(s[:n])
		b.WriteString(with(""))
		s = s[n:]
		c.t.Burn(1)
	}
	return c.result(b.String())
}
