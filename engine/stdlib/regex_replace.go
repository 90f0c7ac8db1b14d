package stdlib

import (
	"strconv"
	"strings"

	"streamsplayground/engine/term"
)

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
