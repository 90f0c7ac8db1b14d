package stdlib

import (
	"fmt"
	"slices"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func keywordModule() *interp.NativeModule {
	m := newTextModule("Keyword")
	defKeywordAccess(m)
	defKeywordUpdates(m)
	defKeywordWhole(m)
	return m.m
}

// entries returns a keyword argument's entries and the key argument after it.
func (c call) entries() ([]term.Term, term.Atom) {
	l, ok := c.a[0].(*term.List)
	key, isAtomKey := c.a[1].(term.Atom)
	if !ok || !isAtomKey {
		c.noClause()
	}
	s, ok := l.Slice()
	if !ok {
		c.noClause()
	}
	c.t.Burn(len(s) / 4)
	return s, key
}

func isKey(e term.Term, key term.Atom) bool {
	k, _, ok := pairOf(e)
	a, isAtomKey := k.(term.Atom)
	return ok && isAtomKey && a == key
}

// findKey returns the first value of a key.
func findKey(entries []term.Term, key term.Atom) (term.Term, bool) {
	for _, e := range entries {
		if isKey(e, key) {
			return e.(term.Tuple)[1], true
		}
	}
	return nil, false
}

func withoutKey(entries []term.Term, key term.Atom) []term.Term {
	out := make([]term.Term, 0, len(entries))
	for _, e := range entries {
		if !isKey(e, key) {
			out = append(out, e)
		}
	}
	return out
}

func putKey(entries []term.Term, key term.Atom, v term.Term) []term.Term {
	return append([]term.Term{tuple(key, v)}, withoutKey(entries, key)...)
}

// replaceKey sets the first entry of the key and drops the others.
func replaceKey(entries []term.Term, key term.Atom, v term.Term) []term.Term {
	out, done := make([]term.Term, 0, len(entries)), false
	for _, e := range entries {
		switch {
		case !isKey(e, key):
			out = append(out, e)
		case !done:
			out, done = append(out, tuple(key, v)), true
		}
	}
	return out
}

func defKeywordAccess(m *textModule) {
	m.def("get", 3, func(c call) term.Term {
		s, key := c.entries()
		if v, ok := findKey(s, key); ok {
			return v
		}
		return c.a[2]
	}, term.Nil)
	m.def("get_lazy", 3, func(c call) term.Term {
		s, key := c.entries()
		if v, ok := findKey(s, key); ok {
			return v
		}
		return c.t.Call(c.fun(2, 0))
	})
	m.def("fetch", 2, func(c call) term.Term {
		s, key := c.entries()
		if v, ok := findKey(s, key); ok {
			return okTuple(v)
		}
		return term.Err
	})
	m.def("fetch!", 2, func(c call) term.Term {
		s, key := c.entries()
		v, ok := findKey(s, key)
		if !ok {
			return c.keyError(key, c.a[0])
		}
		return v
	})
	m.def("get_values", 2, func(c call) term.Term {
		s, key := c.entries()
		k := c.collect()
		for _, e := range s {
			if isKey(e, key) {
				k.add(e.(term.Tuple)[1])
			}
		}
		return k.list()
	})
	m.def("has_key?", 2, func(c call) term.Term {
		s, key := c.entries()
		_, ok := findKey(s, key)
		return term.Bool(ok)
	})
	part := func(i int) textFunc {
		return func(c call) term.Term {
			k := c.collect()
			for _, e := range c.slice(0) {
				kv, ok := e.(term.Tuple)
				if !ok || len(kv) != 2 || !isKind(kv[0], term.KindAtom) {
					return c.raiseArgument("expected a keyword list, but an entry in the list is not a valid entry: %s", c.inspect(e))
				}
				k.add(kv[i])
			}
			return k.list()
		}
	}
	m.def("keys", 1, func(c call) term.Term {
		k := c.collect()
		for _, e := range c.slice(0) {
			key, _, ok := pairOf(e)
			if !ok || !isKind(key, term.KindAtom) {
				return c.raiseArgument("expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: %s", c.inspect(e))
			}
			k.add(key)
		}
		return k.list()
	})
	m.def("values", 1, part(1))
}

func defKeywordUpdates(m *textModule) {
	m.def("put", 3, func(c call) term.Term {
		s, key := c.entries()
		return c.list(putKey(s, key, c.a[2]))
	})
	m.def("put_new", 3, func(c call) term.Term {
		s, key := c.entries()
		if _, ok := findKey(s, key); ok {
			return c.a[0]
		}
		return c.list(putKey(s, key, c.a[2]))
	})
	m.def("put_new_lazy", 3, func(c call) term.Term {
		s, key := c.entries()
		f := c.fun(2, 0)
		if _, ok := findKey(s, key); ok {
			return c.a[0]
		}
		return c.list(putKey(s, key, c.t.Call(f)))
	})
	m.def("replace", 3, func(c call) term.Term {
		s, key := c.entries()
		return c.list(replaceKey(s, key, c.a[2]))
	})
	m.def("replace!", 3, func(c call) term.Term {
		s, key := c.entries()
		if _, ok := findKey(s, key); !ok {
			return c.keyError(key, c.a[0])
		}
		return c.list(replaceKey(s, key, c.a[2]))
	})
	m.def("replace_lazy", 3, func(c call) term.Term {
		s, key := c.entries()
		f := c.fun(2, 1)
		v, ok := findKey(s, key)
		if !ok {
			return c.a[0]
		}
		return c.list(replaceKey(s, key, c.t.Call(f, v)))
	})
	m.def("delete", 2, func(c call) term.Term {
		s, key := c.entries()
		return c.list(withoutKey(s, key))
	})
	m.def("delete_first", 2, func(c call) term.Term {
		s, key := c.entries()
		for i, e := range s {
			if isKey(e, key) {
				return c.list(append(s[:i:i], s[i+1:]...))
			}
		}
		return c.a[0]
	})
	m.def("update", 4, func(c call) term.Term {
		s, key := c.entries()
		f := c.fun(3, 1)
		if v, ok := findKey(s, key); ok {
			return c.list(replaceKey(s, key, c.t.Call(f, v)))
		}
		return c.list(append(s, tuple(key, c.a[2])))
	})
	m.def("update!", 3, func(c call) term.Term {
		s, key := c.entries()
		f := c.fun(2, 1)
		v, ok := findKey(s, key)
		if !ok {
			return c.keyError(key, c.a[0])
		}
		return c.list(replaceKey(s, key, c.t.Call(f, v)))
	})
	pop := func(c call, drop func([]term.Term, term.Atom) []term.Term, otherwise func() term.Term) term.Term {
		s, key := c.entries()
		if v, ok := findKey(s, key); ok {
			return tuple(v, c.list(drop(s, key)))
		}
		return tuple(otherwise(), c.a[0])
	}
	dropFirst := func(s []term.Term, key term.Atom) []term.Term {
		i := slices.IndexFunc(s, func(e term.Term) bool { return isKey(e, key) })
		return append(s[:i:i], s[i+1:]...)
	}
	m.def("pop", 3, func(c call) term.Term { return pop(c, withoutKey, func() term.Term { return c.a[2] }) }, term.Nil)
	m.def("pop!", 2, func(c call) term.Term {
		return pop(c, withoutKey, func() term.Term { return c.keyError(c.a[1], c.a[0]) })
	})
	m.def("pop_lazy", 3, func(c call) term.Term {
		return pop(c, withoutKey, func() term.Term { return c.t.Call(c.fun(2, 0)) })
	})
	m.def("pop_first", 3, func(c call) term.Term { return pop(c, dropFirst, func() term.Term { return c.a[2] }) }, term.Nil)
	m.def("pop_values", 2, func(c call) term.Term {
		s, key := c.entries()
		k := c.collect()
		for _, e := range s {
			if isKey(e, key) {
				k.add(e.(term.Tuple)[1])
			}
		}
		return tuple(k.list(), c.list(withoutKey(s, key)))
	})
	m.def("get_and_update", 3, func(c call) term.Term {
		s, key := c.entries()
		v, ok := findKey(s, key)
		if !ok {
			v = term.Nil
		}
		return c.keywordGetAndUpdate(s, key, v, ok)
	})
	m.def("get_and_update!", 3, func(c call) term.Term {
		s, key := c.entries()
		v, ok := findKey(s, key)
		if !ok {
			return c.keyError(key, c.a[0])
		}
		return c.keywordGetAndUpdate(s, key, v, true)
	})
}

func (c call) keywordGetAndUpdate(s []term.Term, key term.Atom, v term.Term, found bool) term.Term {
	r := c.t.Call(c.fun(2, 1), v)
	if isAtom(r, "pop") {
		return tuple(v, c.list(withoutKey(s, key)))
	}
	got, next, ok := pairOf(r)
	if !ok {
		return c.runtimeError("the given function must return a two-element tuple or :pop, got: %s", c.inspect(r))
	}
	if !found {
		return tuple(got, c.list(append([]term.Term{tuple(key, next)}, s...)))
	}
	return tuple(got, c.list(replaceKey(s, key, next)))
}

func defKeywordWhole(m *textModule) {
	m.def("keyword?", 1, func(c call) term.Term { return term.Bool(isKeywordList(c.a[0])) })
	m.def("new", 0, func(call) term.Term { return term.Empty })
	build := func(c call, f func(e term.Term) term.Term) term.Term {
		var s []term.Term
		seen := map[term.Atom]bool{}
		var all []term.Term
		c.each(0, func(e term.Term) bool { all = append(all, f(e)); return true })
		for i := len(all) - 1; i >= 0; i-- { // the last of each key stays, where it stands
			k, _, ok := pairOf(all[i])
			key, isAtomKey := k.(term.Atom)
			if !ok || !isAtomKey {
				c.t.RaiseFunctionClause("Keyword", "-new/"+fmt.Sprint(len(c.a))+"-fun-0-", []term.Term{all[i], term.Empty})
			}
			if !seen[key] {
				seen[key] = true
				s = append(s, all[i])
			}
		}
		slices.Reverse(s)
		return c.list(s)
	}
	m.def("new", 1, func(c call) term.Term { return build(c, func(e term.Term) term.Term { return e }) })
	m.def("new", 2, func(c call) term.Term {
		return build(c, func(e term.Term) term.Term { return c.t.Call(c.a[1], e) })
	})
	m.def("from_keys", 2, func(c call) term.Term {
		k := c.collect()
		for _, key := range c.slice(0) {
			if _, ok := key.(term.Atom); !ok {
				return c.noClause()
			}
			k.add(tuple(key, c.a[1]))
		}
		return k.list()
	})
	m.def("to_list", 1, func(c call) term.Term { return c.cells(0) })
	m.def("equal?", 2, func(c call) term.Term {
		byKey := func(i int) []term.Term {
			return stableSort(c.t, c.slice(i), func(a, b term.Term) bool { return term.Compare(a, b) <= 0 })
		}
		return term.Bool(slices.EqualFunc(byKey(0), byKey(1), term.StrictEqual))
	})
	m.def("merge", 2, keywordMerge)
	m.def("merge", 3, keywordMergeWith)
	m.def("intersect", 2, func(c call) term.Term { return keywordIntersect(c, nil) })
	m.def("intersect", 3, func(c call) term.Term { return keywordIntersect(c, c.fun(2, 3)) })
	pick := func(keep bool) textFunc {
		return func(c call) term.Term {
			keys := c.keyList(1)
			k := c.collect()
			for _, e := range c.slice(0) {
				key, _, ok := pairOf(e)
				if ok && slices.ContainsFunc(keys, func(x term.Term) bool { return term.StrictEqual(x, key) }) == keep {
					k.add(e)
				}
			}
			return k.list()
		}
	}
	m.def("take", 2, pick(true))
	m.def("drop", 2, pick(false))
	m.def("split", 2, func(c call) term.Term { return tuple(pick(true)(c), pick(false)(c)) })
	sift := func(c call) (yes, no *collector) {
		yes, no = c.collect(), c.collect()
		f := c.fun(1, 1)
		for _, e := range c.slice(0) {
			if c.truthy(f, e) {
				yes.add(e)
			} else {
				no.add(e)
			}
		}
		return yes, no
	}
	m.def("split_with", 2, func(c call) term.Term {
		yes, no := sift(c)
		return tuple(yes.list(), no.list())
	})
	m.def("filter", 2, func(c call) term.Term { yes, _ := sift(c); return yes.list() })
	m.def("reject", 2, func(c call) term.Term { _, no := sift(c); return no.list() })
	m.def("validate", 2, keywordValidate)
	m.def("validate!", 2, keywordValidateStrict)
}

func isKeywordList(v term.Term) bool {
	l, ok := v.(*term.List)
	for ok && l != nil {
		k, _, isPair := pairOf(l.Head)
		if !isPair || !isKind(k, term.KindAtom) {
			return false
		}
		l, ok = l.Tail.(*term.List)
	}
	return ok
}

func (c call) keywords(i int) []term.Term {
	if !isKeywordList(c.a[i]) {
		if _, ok := c.a[i].(*term.List); !ok {
			c.noClause()
		}
		which := [...]string{"first", "second"}[i]
		c.raiseArgument("expected a keyword list as the %s argument, got: %s", which, c.inspect(c.a[i]))
	}
	s, _ := c.a[i].(*term.List).Slice()
	c.t.Burn(len(s))
	return s
}

func keywordMerge(c call) term.Term {
	if l, ok := c.a[1].(*term.List); ok && l == nil {
		if isKeywordList(c.a[0]) {
			return c.a[0]
		}
	}
	x, y := c.keywords(0), c.keywords(1)
	over := map[term.Term]bool{}
	for _, e := range y {
		over[e.(term.Tuple)[0]] = true
	}
	k := c.collect()
	for _, e := range x {
		if !over[e.(term.Tuple)[0]] {
			k.add(e)
		}
	}
	return c.list(append(k.out, y...))
}

// keywordMergeWith merges entry by entry: each of the second list meets the
// first one left with its key.
func keywordMergeWith(c call) term.Term {
	f := c.fun(2, 3)
	x, y := c.keywords(0), c.keywords(1)
	var tail []term.Term
	over := map[term.Term]bool{}
	left := slices.Clone(x)
	for _, e := range y {
		key, v, _ := pairOf(e)
		over[key] = true
		i := slices.IndexFunc(left, func(o term.Term) bool { return isKey(o, key.(term.Atom)) })
		if i >= 0 {
			v = c.t.Call(f, key, left[i].(term.Tuple)[1], v)
			left = slices.Delete(left, i, i+1)
		}
		tail = append(tail, tuple(key, v))
	}
	var out []term.Term
	for _, e := range x {
		if !over[e.(term.Tuple)[0]] {
			out = append(out, e)
		}
	}
	return c.list(append(out, tail...))
}

func keywordIntersect(c call, f *term.Fun) term.Term {
	left := c.slice(0)
	k := c.collect()
	for _, e := range c.slice(1) {
		key, v, ok := pairOf(e)
		if !ok {
			return c.noClause()
		}
		a, _ := key.(term.Atom)
		i := slices.IndexFunc(left, func(o term.Term) bool { return isKey(o, a) })
		if i < 0 {
			continue
		}
		if f != nil {
			v = c.t.Call(f, key, left[i].(term.Tuple)[1], v)
		}
		k.add(tuple(key, v))
		left = slices.Delete(slices.Clone(left), i, i+1)
	}
	return k.list()
}

// keywordValidate checks keys and fills in defaults. The result is in the
// order that Elixir builds: defaults in front, then the entries backwards.
func keywordValidate(c call) term.Term {
	entries := c.slice(0)
	values1, values2 := c.slice(1), []term.Term(nil)
	var acc, bad []term.Term // backwards
	for _, e := range entries {
		key, _, ok := pairOf(e)
		if !ok || !isKind(key, term.KindAtom) {
			if len(bad) > 0 {
				return c.noClause()
			}
			return c.raiseArgument("expected a keyword list as first argument, got invalid entry: %s", c.inspect(e))
		}
		if v1, v2, ok := takeKey(key, values1, values2); ok {
			values1, values2, acc = v1, v2, append(acc, e)
		} else if v1, v2, ok := takeKey(key, values2, values1); ok {
			values1, values2, acc = v1, v2, append(acc, e)
		} else {
			bad = append(bad, key)
		}
	}
	if len(bad) > 0 {
		slices.Reverse(bad)
		return tuple(term.Err, term.NewList(bad...))
	}
	for _, v := range append(slices.Clone(values2), values1...) {
		key, _, isPair := pairOf(v)
		switch {
		case isPair && isKind(key, term.KindAtom):
			acc = append(acc, v)
		case !isKind(v, term.KindAtom):
			return c.raiseArgument("expected the second argument to be a list of atoms or tuples, got: %s", c.inspect(v))
		}
	}
	slices.Reverse(acc)
	return okTuple(c.list(acc))
}

// takeKey takes a key out of values; those in front of it move to passed.
func takeKey(key term.Term, values, passed []term.Term) (rest, moved []term.Term, ok bool) {
	for i, v := range values {
		k, _, isPair := pairOf(v)
		if term.StrictEqual(v, key) || isPair && term.StrictEqual(k, key) {
			front := slices.Clone(values[:i])
			slices.Reverse(front)
			return values[i+1:], append(front, passed...), true
		}
	}
	return nil, nil, false
}

func keywordValidateStrict(c call) term.Term {
	r := keywordValidate(c).(term.Tuple)
	if isAtom(r[0], "ok") {
		return r[1]
	}
	var keys []term.Term
	for _, v := range c.slice(1) {
		if k, _, ok := pairOf(v); ok {
			v = k
		}
		keys = append(keys, v)
	}
	var known, unknown []term.Term
	for k := range r[1].(*term.List).All() {
		if slices.ContainsFunc(keys, func(x term.Term) bool { return term.StrictEqual(x, k) }) {
			known = append(known, k)
		} else {
			unknown = append(unknown, k)
		}
	}
	if len(unknown) > 0 {
		return c.raiseArgument("unknown keys %s in %s, the allowed keys are: %s",
			c.inspect(term.NewList(unknown...)), c.inspect(c.a[0]), c.inspect(term.NewList(keys...)))
	}
	return c.raiseArgument("duplicate keys %s in %s", c.inspect(term.NewList(known...)), c.inspect(c.a[0]))
}
