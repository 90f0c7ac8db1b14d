package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

var atomAsc = term.NewAtom("asc")

func defEnumOrder(m *textModule) {
	m.def("sort", 2, func(c call) term.Term {
		less := c.sorter(1)
		return c.list(stableSort(c.t, c.elems(0), less))
	}, atomAsc)
	m.def("sort_by", 3, func(c call) term.Term {
		less := c.sorter(2)
		elems := c.elems(0)
		items := make([]term.Term, len(elems))
		for i, e := range elems {
			items[i] = term.Tuple{c.t.Call(c.a[1], e), e}
		}
		items = stableSort(c.t, items, func(a, b term.Term) bool { return less(a.(term.Tuple)[0], b.(term.Tuple)[0]) })
		out := make([]term.Term, len(items))
		for i, it := range items {
			out[i] = it.(term.Tuple)[1]
		}
		return c.list(out)
	}, atomAsc)
	defExtremes(m, "max", func(n int) bool { return n >= 0 })
	defExtremes(m, "min", func(n int) bool { return n <= 0 })
	m.def("min_max", 2, func(c call) term.Term {
		var lo, hi term.Term
		c.each(0, func(e term.Term) bool {
			if lo == nil {
				lo, hi = e, e
			} else if term.Compare(e, lo) < 0 {
				lo = e
			} else if term.Compare(e, hi) > 0 {
				hi = e
			}
			return true
		})
		if lo == nil {
			return c.emptyResult(1)
		}
		return tuple(lo, hi)
	}, nothing)
	m.def("min_max_by", 4, enumMinMaxBy, term.NewAtom("<"), nothing)
	m.override("min_max_by", 3, func(c call) term.Term {
		if isFun(c.a[2], 0) {
			return enumMinMaxBy(call{c.t, []term.Term{c.a[0], c.a[1], term.NewAtom("<"), c.a[2]}, c.name})
		}
		return enumMinMaxBy(call{c.t, []term.Term{c.a[0], c.a[1], c.a[2], nothing}, c.name})
	})
	m.def("dedup", 1, func(c call) term.Term { return c.deduped(func(e term.Term) term.Term { return e }) })
	m.def("dedup_by", 2, func(c call) term.Term {
		return c.deduped(func(e term.Term) term.Term { return c.t.Call(c.a[1], e) })
	})
	m.def("uniq", 1, func(c call) term.Term { return c.unique(func(e term.Term) term.Term { return e }) })
	m.def("uniq_by", 2, func(c call) term.Term {
		return c.unique(func(e term.Term) term.Term { return c.t.Call(c.a[1], e) })
	})
}

// override replaces the function of an arity that def made.
func (m *textModule) override(name string, arity int, fn textFunc) {
	n := &callName{m.m.Name, name}
	for i, f := range m.m.Funcs {
		if f.Name == name && f.Arity == arity {
			m.m.Funcs[i].Fn = func(t *interp.Thread, a []term.Term) term.Term { return fn(call{t, a, n}) }
		}
	}
}

func (c call) deduped(key func(e term.Term) term.Term) term.Term {
	k := c.collect()
	var last term.Term
	c.each(0, func(e term.Term) bool {
		by := key(e)
		if last == nil || !term.StrictEqual(last, by) {
			k.add(e)
		}
		last = by
		return true
	})
	return k.list()
}

func (c call) unique(key func(e term.Term) term.Term) term.Term {
	k, seen := c.collect(), newTermCounts(0)
	c.each(0, func(e term.Term) bool {
		if seen.add(key(e), 1) == 0 {
			k.add(e)
		}
		return true
	})
	return k.list()
}

// sorter returns the order given as :asc, :desc, a module, {:asc | :desc,
// module} or a function: whether a may stand before b.
func (c call) sorter(i int) func(a, b term.Term) bool {
	switch x := c.a[i].(type) {
	case *term.Fun:
		if x.Arity != 2 {
			c.t.RaiseFunctionClause("Enum", "to_sort_fun", c.a[i:i+1])
		}
		return func(a, b term.Term) bool { return c.truthy(x, a, b) }
	case term.Atom:
		switch x.Name() {
		case "asc":
			return func(a, b term.Term) bool { return term.Compare(a, b) <= 0 }
		case "desc":
			return func(a, b term.Term) bool { return term.Compare(a, b) >= 0 }
		}
		return func(a, b term.Term) bool { return c.compareWith(x, a, b) != "gt" }
	case term.Tuple:
		dir, mod, ok := pairOf(x)
		if m, isAtomMod := mod.(term.Atom); ok && isAtomMod {
			switch {
			case isAtom(dir, "asc"):
				return func(a, b term.Term) bool { return c.compareWith(m, a, b) != "gt" }
			case isAtom(dir, "desc"):
				return func(a, b term.Term) bool { return c.compareWith(m, a, b) != "lt" }
			}
		}
	}
	c.t.RaiseFunctionClause("Enum", "to_sort_fun", c.a[i:i+1])
	return nil
}

// compareWith calls a module's compare/2: "lt", "eq" or "gt".
func (c call) compareWith(mod term.Atom, a, b term.Term) string {
	r, _ := c.t.Apply(mod, "compare", a, b).(term.Atom)
	return r.Name()
}

// stableSort sorts by merging, which asks for the order n log n times whatever
// the answers are, and keeps equal elements in order. It returns a new slice.
func stableSort(t *interp.Thread, elems []term.Term, before func(a, b term.Term) bool) []term.Term {
	out := append([]term.Term(nil), elems...)
	t.Grow(16 * len(out))
	mergeSort(t, out, make([]term.Term, len(out)), before)
	return out
}

// mergeSort sorts s; room is as long as s.
func mergeSort(t *interp.Thread, s, room []term.Term, before func(a, b term.Term) bool) {
	if len(s) < 2 {
		return
	}
	mid := len(s) / 2
	mergeSort(t, s[:mid], room[:mid], before)
	mergeSort(t, s[mid:], room[mid:], before)
	t.Burn(len(s))
	left, right := room[:copy(room, s[:mid])], s[mid:]
	for i := 0; len(left) > 0; i++ {
		if len(right) == 0 || before(left[0], right[0]) {
			s[i], left = left[0], left[1:]
		} else {
			s[i], right = right[0], right[1:]
		}
	}
}

// defExtremes adds max and max_by, or min and min_by. keep says that the
// element found first stays when compared with a later one.
func defExtremes(m *textModule, name string, keep func(cmp int) bool) {
	byOrder := func(c call, i int) func(a, b term.Term) bool {
		switch x := c.a[i].(type) {
		case *term.Fun:
			if x.Arity == 2 {
				return func(a, b term.Term) bool { return c.truthy(x, a, b) }
			}
		case term.Atom:
			if absent(x) {
				return func(a, b term.Term) bool { return keep(term.Compare(a, b)) }
			}
			return func(a, b term.Term) bool {
				return keep(map[string]int{"lt": -1, "eq": 0, "gt": 1}[c.compareWith(x, a, b)])
			}
		}
		c.noClause()
		return nil
	}
	pick := func(c call, order, empty int, key func(e term.Term) term.Term) term.Term {
		before := byOrder(c, order)
		var best, bestKey term.Term
		c.each(0, func(e term.Term) bool {
			k := key(e)
			if best == nil || !before(bestKey, k) {
				best, bestKey = e, k
			}
			return true
		})
		if best == nil {
			return c.emptyResult(empty)
		}
		return best
	}
	same := func(e term.Term) term.Term { return e }
	m.def(name, 3, func(c call) term.Term { return pick(c, 1, 2, same) }, nothing, nothing)
	m.override(name, 2, func(c call) term.Term {
		if isFun(c.a[1], 0) {
			return pick(call{c.t, []term.Term{c.a[0], nothing, c.a[1]}, c.name}, 1, 2, same)
		}
		return pick(call{c.t, []term.Term{c.a[0], c.a[1], nothing}, c.name}, 1, 2, same)
	})
	by := func(c call) term.Term {
		return pick(c, 2, 3, func(e term.Term) term.Term { return c.t.Call(c.a[1], e) })
	}
	m.def(name+"_by", 4, by, nothing, nothing)
	m.override(name+"_by", 3, func(c call) term.Term {
		if isFun(c.a[2], 0) {
			return by(call{c.t, []term.Term{c.a[0], c.a[1], nothing, c.a[2]}, c.name})
		}
		return by(call{c.t, []term.Term{c.a[0], c.a[1], c.a[2], nothing}, c.name})
	})
}

// emptyResult calls the function for an empty enumerable, or raises without
// one.
func (c call) emptyResult(i int) term.Term {
	if absent(c.a[i]) {
		return c.emptyError()
	}
	return c.t.Call(c.a[i])
}

func enumMinMaxBy(c call) term.Term {
	before := func(a, b term.Term) bool { return term.Compare(a, b) < 0 }
	switch x := c.a[2].(type) {
	case *term.Fun:
		before = func(a, b term.Term) bool { return c.truthy(x, a, b) }
	case term.Atom:
		if x.Name() != "<" {
			before = func(a, b term.Term) bool { return c.compareWith(x, a, b) == "lt" }
		}
	default:
		return c.noClause()
	}
	var lo, hi, loKey, hiKey term.Term
	c.each(0, func(e term.Term) bool {
		k := c.t.Call(c.a[1], e)
		switch {
		case lo == nil:
			lo, hi, loKey, hiKey = e, e, k, k
		case before(k, loKey):
			lo, loKey = e, k
		case before(hiKey, k):
			hi, hiKey = e, k
		}
		return true
	})
	if lo == nil {
		return c.emptyResult(3)
	}
	return tuple(lo, hi)
}
