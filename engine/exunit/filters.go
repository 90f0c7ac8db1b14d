package exunit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// ParseFilter reads a filter as the command line gives it: "slow", "db:pg" or
// "line:12". It is ExUnit.Filters.parse/1 for one of them.
func ParseFilter(text string) (term.Term, error) {
	key, value, ok := strings.Cut(text, ":")
	if !ok {
		return term.NewAtom(text), nil
	}
	v := term.Term(term.Binary(value))
	if key == "line" {
		n, err := strconv.Atoi(value)
		if err != nil {
			return nil, fmt.Errorf("%s is no line number", value)
		}
		v = term.Int(n)
	}
	return term.Tuple{term.NewAtom(key), v}, nil
}

// LocationFilter is the filter for tests at lines of a file.
func LocationFilter(file string, lines ...int) term.Term {
	var v term.Term
	if len(lines) == 1 {
		v = term.Int(lines[0])
	} else {
		list := make([]term.Term, len(lines))
		for i, n := range lines {
			list[i] = term.Int(n)
		}
		v = term.NewList(list...)
	}
	return term.Tuple{atomTerm("location"), term.Tuple{term.Binary(file), v}}
}

func uniq(list []term.Term) []term.Term {
	var out []term.Term
	for _, v := range list {
		if !slices.ContainsFunc(out, func(o term.Term) bool { return term.StrictEqual(o, v) }) {
			out = append(out, v)
		}
	}
	return out
}

// wrap is List.wrap/1.
func wrap(v term.Term) []term.Term {
	if l, ok := v.(*term.List); ok {
		return elements(l)
	}
	if v == nil || v == term.Term(term.Nil) {
		return nil
	}
	return []term.Term{v}
}

// normalizeFilters is ExUnit.Filters.normalize/2: what is included is not
// excluded.
func normalizeFilters(t *interp.Thread, include, exclude term.Term) (in, ex []term.Term) {
	split := func(list []term.Term) (atoms, tags []term.Term) {
		for _, v := range uniq(list) {
			if _, ok := v.(term.Atom); ok {
				atoms = append(atoms, v)
			} else {
				tags = append(tags, v)
			}
		}
		return atoms, tags
	}
	inAtoms, inTags := split(wrap(include))
	exAtoms, exTags := split(wrap(exclude))
	exMap := term.EmptyMap
	for _, v := range exTags {
		if k, val, ok := pair(v); ok {
			exMap = exMap.Put(k, val)
		}
	}
	drop := slices.Clone(inAtoms)
	for _, v := range inTags {
		if k, ok := hasTag(t, v, exMap, nil); ok {
			drop = append(drop, k)
		}
	}
	for _, a := range exAtoms {
		if !slices.Contains(inAtoms, a) {
			ex = append(ex, a)
		}
	}
	for _, v := range exTags {
		if k, _, _ := pair(v); !slices.Contains(drop, k) {
			ex = append(ex, v)
		}
	}
	return append(inAtoms, inTags...), ex
}

// evalFilters is ExUnit.Filters.eval/4: nil for a test that runs, or the state
// {:excluded, reason} or {:skipped, reason}.
func evalFilters(t *interp.Thread, include, exclude []term.Term, tags *term.Map, tests []*test) term.Term {
	included := false
	for _, f := range include {
		if _, ok := hasTag(t, f, tags, tests); ok {
			included = true
			break
		}
	}
	if !included {
		for _, f := range exclude {
			if k, ok := hasTag(t, f, tags, tests); ok {
				return term.Tuple{atomTerm("excluded"), term.Binary("due to " + t.ToString(k) + " filter")}
			}
		}
	}
	skip := tags.GetAtom(atomTerm("skip"))
	reason, isText := skip.(term.Binary)
	if !isText && skip != term.Term(term.True) {
		return nil
	}
	only := term.NewMap(atomTerm("skip"), skip)
	for _, f := range include {
		if _, ok := hasTag(t, f, only, tests); ok {
			return nil
		}
	}
	if !isText {
		reason = "due to skip tag"
	}
	return term.Tuple{atomTerm("skipped"), reason}
}

// hasTag reports whether a filter takes tags, and what the filter is called.
func hasTag(t *interp.Thread, filter term.Term, tags *term.Map, tests []*test) (term.Term, bool) {
	if name, ok := filter.(term.Atom); ok {
		return name, tags.Has(name)
	}
	key, want, ok := pair(filter)
	if !ok {
		return nil, false
	}
	if _, hasLine := tags.Get(atomTerm("line")); hasLine && tests != nil {
		switch {
		case isAtom(key, "location"):
			path, lines, _ := pair(want)
			p, _ := path.(term.Binary)
			file, _ := tags.GetAtom(atomTerm("file")).(term.Binary)
			if !strings.HasSuffix(string(file), string(p)) {
				return key, false
			}
			for _, n := range wrap(lines) {
				if line, ok := n.(term.Int); ok && atLine(int(line), tags, tests) {
					return key, true
				}
			}
			return key, false
		case isAtom(key, "line"):
			line, ok := want.(term.Int)
			return key, ok && atLine(int(line), tags, tests)
		}
	}
	got, ok := tags.Get(key)
	if !ok {
		return key, false
	}
	if isRegex(want) {
		return key, compare(t, "=~", term.Binary(t.ToString(got)), want)
	}
	if term.StrictEqual(got, want) {
		return key, true
	}
	text := func(v term.Term) string { return strings.TrimPrefix(t.ToString(v), "Elixir.") }
	return key, text(got) == text(want)
}

func isRegex(v term.Term) bool {
	if s, ok := v.(term.Struct); ok {
		v = s.AsMap()
	}
	m, ok := v.(*term.Map)
	if !ok {
		return false
	}
	name, ok := m.StructName()
	return ok && name == term.NewModule("Regex")
}

// atLine reports whether a line names the test with the tags: it stands in it,
// or is that of its describe.
func atLine(line int, tags *term.Map, tests []*test) bool {
	if d, ok := tags.GetAtom(atomTerm("describe_line")).(term.Int); ok && int(d) == line {
		return true
	}
	closest := -1
	for _, o := range tests {
		if o.describeLine() == line {
			return false
		}
		if o.line() <= line && o.line() > closest {
			closest = o.line()
		}
	}
	own, _ := tags.GetAtom(atomTerm("line")).(term.Int)
	return int(own) <= line && closest == int(own)
}
