package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// mapOfLists gathers values under keys and becomes a map.
type grouped struct {
	index map[term.Term]int
	other *term.Map
	keys  []term.Term
	lists [][]term.Term
}

func newGrouped() *grouped { return &grouped{index: map[term.Term]int{}, other: term.EmptyMap} }

func (g *grouped) add(key, v term.Term) {
	i, ok := -1, false
	if isSimple(key) {
		i, ok = g.index[key]
	} else if n, found := g.other.Get(key); found {
		i, ok = int(n.(term.Int)), true
	}
	if !ok {
		i = len(g.keys)
		g.keys, g.lists = append(g.keys, key), append(g.lists, nil)
		if isSimple(key) {
			g.index[key] = i
		} else {
			g.other = g.other.Put(key, term.Int(i))
		}
	}
	g.lists[i] = append(g.lists[i], v)
}

// toMap returns the map of what f makes of each list.
func (g *grouped) toMap(f func(vals []term.Term) term.Term) *term.Map {
	b := term.NewMapBuilder(len(g.keys))
	for i, k := range g.keys {
		b.Put(k, f(g.lists[i]))
	}
	return b.Map()
}

func defEnumGroups(m *textModule) {
	group := func(c call, key, val func(e term.Term) term.Term, f func(vals []term.Term) term.Term) term.Term {
		g := newGrouped()
		c.each(0, func(e term.Term) bool {
			c.t.Grow(cellBytes)
			g.add(key(e), val(e))
			return true
		})
		return g.toMap(f)
	}
	same := func(e term.Term) term.Term { return e }
	byArg := func(c call, i int) func(e term.Term) term.Term {
		return func(e term.Term) term.Term { return c.t.Call(c.a[i], e) }
	}
	asList := func(vals []term.Term) term.Term { return term.NewList(vals...) }
	count := func(vals []term.Term) term.Term { return term.Int(len(vals)) }
	m.def("group_by", 2, func(c call) term.Term { return group(c, byArg(c, 1), same, asList) })
	m.def("group_by", 3, func(c call) term.Term { return group(c, byArg(c, 1), byArg(c, 2), asList) })
	m.def("frequencies", 1, func(c call) term.Term { return group(c, same, same, count) })
	m.def("frequencies_by", 2, func(c call) term.Term { return group(c, byArg(c, 1), same, count) })
	split := func(c call) term.Term {
		yes, no := c.collect(), c.collect()
		c.each(0, func(e term.Term) bool {
			if c.truthy(c.a[1], e) {
				yes.add(e)
			} else {
				no.add(e)
			}
			return true
		})
		return tuple(yes.list(), no.list())
	}
	m.def("split_with", 2, split)
	m.def("partition", 2, split)
}

func defEnumChunks(m *textModule) {
	m.def("chunk_by", 2, func(c call) term.Term {
		return c.t.Apply(term.NewModule("Enum"), "to_list", chunkBy(c.a[0], c.a[1]))
	})
	chunk := func(c call, count, step int, leftover term.Term) term.Term {
		if count < 1 || step < 1 {
			c.t.RaiseFunctionClause("Enum", "chunk_every", []term.Term{c.a[0], term.Int(count), term.Int(step), leftover})
		}
		return c.list(drain(c.t, chunkEvery(c.a[0], count, step, leftover).open(c.t)))
	}
	m.def("chunk_every", 2, func(c call) term.Term { return chunk(c, c.int(1), c.int(1), term.Empty) })
	m.def("chunk_every", 4, func(c call) term.Term { return chunk(c, c.int(1), c.int(2), c.a[3]) }, term.Empty)
	m.def("chunk_while", 4, func(c call) term.Term {
		return c.list(drain(c.t, chunkWhile(c.a[0], c.a[1], c.a[2], c.a[3]).open(c.t)))
	})
}

func drain(t *interp.Thread, p puller) []term.Term {
	defer p.close()
	k := &collector{t: t}
	for {
		t.Burn(lazyCost)
		v, ok := p.next()
		if !ok {
			return k.out
		}
		k.add(v)
	}
}

func defEnumZip(m *textModule) {
	zipped := func(c call, enums []term.Term, f func(elems []term.Term) term.Term) term.Term {
		k := c.collect()
		eachZipped(c.t, enums, func(elems []term.Term) bool { k.add(f(elems)); return true })
		return k.list()
	}
	asTuple := func(elems []term.Term) term.Term { return term.Tuple(elems) }
	m.def("zip", 1, func(c call) term.Term { return zipped(c, c.elems(0), asTuple) })
	m.def("zip", 2, func(c call) term.Term { return zipped(c, []term.Term{c.a[0], c.a[1]}, asTuple) })
	m.def("zip_with", 2, func(c call) term.Term {
		return zipped(c, c.elems(0), func(elems []term.Term) term.Term { return c.t.Call(c.a[1], term.NewList(elems...)) })
	})
	m.def("zip_with", 3, func(c call) term.Term {
		return zipped(c, []term.Term{c.a[0], c.a[1]}, func(e []term.Term) term.Term { return c.t.Call(c.a[2], e[0], e[1]) })
	})
	m.def("zip_reduce", 3, func(c call) term.Term {
		acc := c.a[1]
		eachZipped(c.t, c.elems(0), func(elems []term.Term) bool {
			acc = c.t.Call(c.a[2], term.NewList(elems...), acc)
			return true
		})
		return acc
	})
	m.def("zip_reduce", 4, func(c call) term.Term {
		acc := c.a[2]
		eachZipped(c.t, []term.Term{c.a[0], c.a[1]}, func(e []term.Term) bool {
			acc = c.t.Call(c.a[3], e[0], e[1], acc)
			return true
		})
		return acc
	})
}

// eachZipped yields the elements of several enumerables side by side until one
// of them ends. yield owns the slice.
func eachZipped(t *interp.Thread, enums []term.Term, yield func(elems []term.Term) bool) {
	if len(enums) == 0 {
		return
	}
	pulls := make([]puller, 0, len(enums))
	defer func() {
		for _, p := range pulls {
			p.close()
		}
	}()
	for _, e := range enums {
		pulls = append(pulls, pull(t, e))
	}
	for {
		t.Burn(lazyCost * len(pulls))
		elems := make([]term.Term, len(pulls))
		for i, p := range pulls {
			v, ok := p.next()
			if !ok {
				return
			}
			elems[i] = v
		}
		t.Grow(24 + 16*len(elems))
		if !yield(elems) {
			return
		}
	}
}
