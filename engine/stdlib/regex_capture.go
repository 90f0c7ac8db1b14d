package stdlib

import (
	"streamsplayground/engine/term"
)

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
