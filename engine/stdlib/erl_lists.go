package stdlib

import (
	"slices"
	"sort"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// listsModule is what people use of Erlang's :lists.
func listsModule() *interp.NativeModule {
	m := erlangModule("lists")
	m.def("seq", 3, listsSeq, term.Int(1))
	m.def("reverse", 2, func(c call) term.Term {
		s := c.slice(0)
		out, ok := c.a[1].(*term.List)
		if !ok {
			return c.noClause()
		}
		c.t.Burn(len(s))
		for _, e := range s {
			out = &term.List{Head: e, Tail: out}
		}
		return out
	}, term.Empty)
	m.def("sort", 1, func(c call) term.Term { return c.sorted(c.slice(0), term.Compare) })
	m.def("usort", 1, func(c call) term.Term {
		s := c.slice(0)
		slices.SortStableFunc(s, term.Compare)
		return c.list(slices.CompactFunc(s, term.Equal))
	})
	m.def("sort", 2, func(c call) term.Term {
		f, s := c.fun(0, 2), c.slice(1)
		sort.SliceStable(s, func(i, j int) bool { return !term.Truthy(c.t.Call(f, s[j], s[i])) })
		return c.list(s)
	})
	m.def("sum", 1, func(c call) term.Term {
		var sum term.Term = term.Int(0)
		for _, e := range c.slice(0) {
			sum = c.t.Apply(term.NewModule("Kernel"), "+", e, sum)
		}
		return sum
	})
	m.def("max", 1, func(c call) term.Term { return c.extreme(1) })
	m.def("min", 1, func(c call) term.Term { return c.extreme(-1) })
	m.def("member", 2, func(c call) term.Term {
		return term.Bool(slices.ContainsFunc(c.slice(1), func(e term.Term) bool { return term.StrictEqual(e, c.a[0]) }))
	})
	m.def("nth", 2, func(c call) term.Term {
		s, n := c.slice(1), c.int(0)
		if n < 1 || n > len(s) {
			return c.noClause()
		}
		return s[n-1]
	})
	m.def("last", 1, func(c call) term.Term {
		s := c.slice(0)
		if len(s) == 0 {
			return c.noClause()
		}
		return s[len(s)-1]
	})
	m.def("duplicate", 2, func(c call) term.Term {
		n := c.nonNeg(0)
		c.reserveTimes(cellBytes, n)
		return term.NewList(slices.Repeat([]term.Term{c.a[1]}, n)...)
	})
	m.def("append", 2, func(c call) term.Term {
		tail, ok := c.a[1].(*term.List)
		if !ok {
			return c.noClause()
		}
		return term.ListOnto(c.slice(0), tail)
	})
	m.def("append", 1, func(c call) term.Term {
		var out []term.Term
		for _, l := range c.slice(0) {
			c.a = []term.Term{l}
			out = append(out, c.slice(0)...)
		}
		return c.list(out)
	})
	m.def("flatten", 1, func(c call) term.Term { return c.t.Apply(term.NewModule("List"), "flatten", c.a[0]) })
	m.def("delete", 2, func(c call) term.Term { return c.t.Apply(term.NewModule("List"), "delete", c.a[1], c.a[0]) })
	m.def("zip", 2, func(c call) term.Term {
		x, y := c.slice(0), c.slice(1)
		if len(x) != len(y) {
			return c.noClause()
		}
		out := make([]term.Term, len(x))
		for i := range x {
			out[i] = tuple(x[i], y[i])
		}
		return c.list(out)
	})
	m.def("split", 2, func(c call) term.Term {
		n, s := c.nonNeg(0), c.slice(1)
		if n > len(s) {
			return c.badArg(1, "out of range")
		}
		return tuple(c.list(s[:n]), c.list(s[n:]))
	})
	m.def("sublist", 2, func(c call) term.Term { s := c.slice(0); return c.list(s[:min(c.nonNeg(1), len(s))]) })
	m.def("sublist", 3, func(c call) term.Term {
		s, from, n := c.slice(0), c.positive(1)-1, c.nonNeg(2)
		from = min(from, len(s))
		return c.list(s[from:min(from+n, len(s))])
	})
	m.def("nthtail", 2, func(c call) term.Term {
		n, s := c.nonNeg(0), c.slice(1)
		if n > len(s) {
			return c.noClause()
		}
		return c.list(s[n:])
	})
	defListsFuns(m)
	defListsKeys(m)
	return m.m
}

func (c call) sorted(s []term.Term, compare func(a, b term.Term) int) term.Term {
	c.t.Burn(len(s))
	slices.SortStableFunc(s, compare)
	return c.list(s)
}

// extreme returns the greatest element, or the smallest for a negative sign.
func (c call) extreme(sign int) term.Term {
	s := c.slice(0)
	if len(s) == 0 {
		return c.noClause()
	}
	best := s[0]
	for _, e := range s[1:] {
		if term.Compare(e, best)*sign > 0 {
			best = e
		}
	}
	return best
}

func listsSeq(c call) term.Term {
	from, to, step := c.int(0), c.int(1), c.int(2)
	if step == 0 && from != to || step > 0 && to < from-step || step < 0 && to > from-step {
		return c.noClause()
	}
	if step == 0 {
		return term.NewList(term.Int(from))
	}
	n := max((to-from)/step+1, 0)
	c.reserveTimes(cellBytes, n)
	out := make([]term.Term, n)
	for i := range out {
		out[i] = term.Int(from + i*step)
	}
	return term.NewList(out...)
}

func defListsFuns(m *textModule) {
	m.def("map", 2, func(c call) term.Term {
		f, s := c.fun(0, 1), c.slice(1)
		for i, e := range s {
			s[i] = c.t.Call(f, e)
		}
		return c.list(s)
	})
	m.def("filter", 2, func(c call) term.Term {
		f := c.fun(0, 1)
		return c.list(slices.DeleteFunc(c.slice(1), func(e term.Term) bool { return !c.truthy(f, e) }))
	})
	m.def("foreach", 2, func(c call) term.Term {
		f := c.fun(0, 1)
		for _, e := range c.slice(1) {
			c.t.Call(f, e)
		}
		return term.OK
	})
	fold := func(c call, reverse bool) term.Term {
		f, s := c.fun(0, 2), c.slice(2)
		if reverse {
			slices.Reverse(s)
		}
		acc := c.a[1]
		for _, e := range s {
			acc = c.t.Call(f, e, acc)
		}
		return acc
	}
	m.def("foldl", 3, func(c call) term.Term { return fold(c, false) })
	m.def("foldr", 3, func(c call) term.Term { return fold(c, true) })
	m.def("any", 2, func(c call) term.Term {
		f := c.fun(0, 1)
		return term.Bool(slices.ContainsFunc(c.slice(1), func(e term.Term) bool { return c.truthy(f, e) }))
	})
	m.def("all", 2, func(c call) term.Term {
		f := c.fun(0, 1)
		return term.Bool(!slices.ContainsFunc(c.slice(1), func(e term.Term) bool { return !c.truthy(f, e) }))
	})
}

// tupleKey reports whether v is a tuple whose n-th element, from 1, equals key.
func tupleKey(v, key term.Term, n int) (term.Tuple, bool) {
	t, ok := v.(term.Tuple)
	if !ok || n < 1 || n > len(t) || !term.Equal(t[n-1], key) {
		return nil, false
	}
	return t, true
}

func defListsKeys(m *textModule) {
	find := func(c call) (int, []term.Term) {
		s, n := c.slice(2), c.int(1)
		return slices.IndexFunc(s, func(e term.Term) bool { _, ok := tupleKey(e, c.a[0], n); return ok }), s
	}
	m.def("keyfind", 3, func(c call) term.Term {
		i, s := find(c)
		if i < 0 {
			return term.False
		}
		return s[i]
	})
	m.def("keymember", 3, func(c call) term.Term { i, _ := find(c); return term.Bool(i >= 0) })
	m.def("keydelete", 3, func(c call) term.Term {
		i, s := find(c)
		if i < 0 {
			return c.a[2]
		}
		return c.list(slices.Delete(s, i, i+1))
	})
	m.def("keyreplace", 4, func(c call) term.Term {
		i, s := find(c)
		if i < 0 {
			return c.a[2]
		}
		s[i] = c.a[3]
		return c.list(s)
	})
	m.def("keystore", 4, func(c call) term.Term {
		i, s := find(c)
		if i < 0 {
			return c.list(append(s, c.a[3]))
		}
		s[i] = c.a[3]
		return c.list(s)
	})
	m.def("keysort", 2, func(c call) term.Term {
		n, s := c.int(0), c.slice(1)
		for _, e := range s {
			if t, ok := e.(term.Tuple); !ok || n < 1 || n > len(t) {
				return c.noClause()
			}
		}
		return c.sorted(s, func(a, b term.Term) int { return term.Compare(a.(term.Tuple)[n-1], b.(term.Tuple)[n-1]) })
	})
}

// mapsModule is what people use of Erlang's :maps.
func mapsModule() *interp.NativeModule {
	m := erlangModule("maps")
	elixir := func(name, as string, order ...int) {
		m.def(name, len(order), func(c call) term.Term {
			args := make([]term.Term, len(order))
			for i, k := range order {
				args[k] = c.a[i]
			}
			return c.t.Apply(term.NewModule("Map"), as, args...)
		})
	}
	elixir("get", "fetch!", 1, 0)
	elixir("get", "get", 1, 0, 2)
	elixir("put", "put", 1, 2, 0)
	elixir("remove", "delete", 1, 0)
	elixir("is_key", "has_key?", 1, 0)
	elixir("keys", "keys", 0)
	elixir("values", "values", 0)
	elixir("to_list", "to_list", 0)
	elixir("merge", "merge", 0, 1)
	elixir("with", "take", 1, 0)
	elixir("without", "drop", 1, 0)
	elixir("from_list", "new", 0)
	m.def("find", 2, func(c call) term.Term {
		if v, ok := c.mapArg(1).Get(c.a[0]); ok {
			return okTuple(v)
		}
		return term.Err
	})
	m.def("size", 1, func(c call) term.Term { return term.Int(c.mapArg(0).Len()) })
	m.def("map", 2, func(c call) term.Term {
		f := c.fun(0, 2)
		b := term.NewMapBuilder(8)
		for k, v := range c.mapArg(1).All() {
			b.Put(k, c.t.Call(f, k, v))
		}
		return b.Map()
	})
	m.def("filter", 2, func(c call) term.Term {
		f := c.fun(0, 2)
		b := term.NewMapBuilder(8)
		for k, v := range c.mapArg(1).All() {
			if c.truthy(f, k, v) {
				b.Put(k, v)
			}
		}
		return b.Map()
	})
	m.def("fold", 3, func(c call) term.Term {
		f, acc := c.fun(0, 3), c.a[1]
		for k, v := range c.mapArg(2).All() {
			acc = c.t.Call(f, k, v, acc)
		}
		return acc
	})
	return m.m
}

// queueModule is what people use of Erlang's :queue: {rear, front}.
func queueModule() *interp.NativeModule {
	m := erlangModule("queue")
	elems := func(c call, i int) []term.Term {
		q, ok := c.a[i].(term.Tuple)
		if !ok || len(q) != 2 {
			c.badArg(i+1, "not a queue")
		}
		rear, ok1 := q[0].(*term.List)
		front, ok2 := q[1].(*term.List)
		if !ok1 || !ok2 {
			c.badArg(i+1, "not a queue")
		}
		r, _ := rear.Slice()
		f, _ := front.Slice()
		slices.Reverse(r)
		return append(f, r...)
	}
	// make splits as Erlang does: a queue of several elements has some in both.
	make := func(s []term.Term) term.Term {
		if len(s) < 2 {
			return tuple(term.Empty, term.NewList(s...))
		}
		cut := len(s)/2 + len(s)%2
		if len(s) == 2 {
			cut = 1
		}
		rear := slices.Clone(s[cut:])
		slices.Reverse(rear)
		return tuple(term.NewList(rear...), term.NewList(s[:cut]...))
	}
	m.def("new", 0, func(call) term.Term { return tuple(term.Empty, term.Empty) })
	m.def("in", 2, func(c call) term.Term { return make(append(elems(c, 1), c.a[0])) })
	m.def("in_r", 2, func(c call) term.Term { return make(append([]term.Term{c.a[0]}, elems(c, 1)...)) })
	m.def("out", 1, func(c call) term.Term {
		s := elems(c, 0)
		if len(s) == 0 {
			return tuple(atomTerm("empty"), c.a[0])
		}
		return tuple(tuple(atomTerm("value"), s[0]), make(s[1:]))
	})
	m.def("out_r", 1, func(c call) term.Term {
		s := elems(c, 0)
		if len(s) == 0 {
			return tuple(atomTerm("empty"), c.a[0])
		}
		return tuple(tuple(atomTerm("value"), s[len(s)-1]), make(s[:len(s)-1]))
	})
	m.def("peek", 1, func(c call) term.Term {
		s := elems(c, 0)
		if len(s) == 0 {
			return atomTerm("empty")
		}
		return tuple(atomTerm("value"), s[0])
	})
	m.def("len", 1, func(c call) term.Term { return term.Int(len(elems(c, 0))) })
	m.def("is_empty", 1, func(c call) term.Term { return term.Bool(len(elems(c, 0)) == 0) })
	m.def("to_list", 1, func(c call) term.Term { return c.list(elems(c, 0)) })
	m.def("from_list", 1, func(c call) term.Term { return make(c.properList(0)) })
	return m.m
}
