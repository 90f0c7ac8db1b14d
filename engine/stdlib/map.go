package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func mapModule() *interp.NativeModule {
	m := newTextModule("Map")
	defMapAccess(m)
	defMapUpdates(m)
	defMapWhole(m)
	return m.m
}

func defMapAccess(m *textModule) {
	m.def("get", 3, func(c call) term.Term {
		if v, ok := c.mapArg(0).Get(c.a[1]); ok {
			return v
		}
		return c.a[2]
	}, term.Nil)
	m.def("get_lazy", 3, func(c call) term.Term {
		if v, ok := c.mapArg(0).Get(c.a[1]); ok {
			return v
		}
		return c.t.Call(c.fun(2, 0))
	})
	m.def("fetch", 2, func(c call) term.Term {
		if v, ok := c.mapArg(0).Get(c.a[1]); ok {
			return okTuple(v)
		}
		return term.Err
	})
	m.def("fetch!", 2, func(c call) term.Term { return c.fetched(c.mapArg(0), c.a[1]) })
	m.def("has_key?", 2, func(c call) term.Term { return term.Bool(c.mapArg(0).Has(c.a[1])) })
	m.def("keys", 1, func(c call) term.Term {
		k := c.collect()
		for key := range c.mapArg(0).All() {
			k.add(key)
		}
		return k.list()
	})
	m.def("values", 1, func(c call) term.Term {
		k := c.collect()
		for _, v := range c.mapArg(0).All() {
			k.add(v)
		}
		return k.list()
	})
	m.def("to_list", 1, func(c call) term.Term { return c.list(pairsOf(c.mapArg(0))) })
	m.def("equal?", 2, func(c call) term.Term {
		return term.Bool(term.StrictEqual(c.mapArg(0), c.mapArg(1)))
	})
}

// fetched returns the value of a key or raises KeyError.
func (c call) fetched(m *term.Map, key term.Term) term.Term {
	v, ok := m.Get(key)
	if !ok {
		return c.keyError(key, m)
	}
	return v
}

func pairsOf(m *term.Map) []term.Term {
	out := make([]term.Term, 0, m.Len())
	for k, v := range m.All() {
		out = append(out, term.Tuple{k, v})
	}
	return out
}

// putIn is Map.put, charged.
func (c call) putIn(m *term.Map, k, v term.Term) *term.Map {
	c.t.Grow(16 * min(m.Len()+1, 32))
	return m.Put(k, v)
}

func defMapUpdates(m *textModule) {
	m.def("put", 3, func(c call) term.Term { return c.putIn(c.mapArg(0), c.a[1], c.a[2]) })
	m.def("put_new", 3, func(c call) term.Term {
		if x := c.mapArg(0); !x.Has(c.a[1]) {
			return c.putIn(x, c.a[1], c.a[2])
		}
		return c.a[0]
	})
	m.def("put_new_lazy", 3, func(c call) term.Term {
		x, f := c.mapArg(0), c.fun(2, 0)
		if x.Has(c.a[1]) {
			return c.a[0]
		}
		return c.putIn(x, c.a[1], c.t.Call(f))
	})
	m.def("replace", 3, func(c call) term.Term {
		if x := c.mapArg(0); x.Has(c.a[1]) {
			return c.putIn(x, c.a[1], c.a[2])
		}
		return c.a[0]
	})
	m.def("replace!", 3, func(c call) term.Term {
		x := c.mapArg(0)
		c.fetched(x, c.a[1])
		return c.putIn(x, c.a[1], c.a[2])
	})
	m.def("replace_lazy", 3, func(c call) term.Term {
		x, f := c.mapArg(0), c.fun(2, 1)
		v, ok := x.Get(c.a[1])
		if !ok {
			return c.a[0]
		}
		return c.putIn(x, c.a[1], c.t.Call(f, v))
	})
	m.def("delete", 2, func(c call) term.Term { return c.mapArg(0).Delete(c.a[1]) })
	m.def("update", 4, func(c call) term.Term {
		x, f := c.mapArg(0), c.fun(3, 1)
		if v, ok := x.Get(c.a[1]); ok {
			return c.putIn(x, c.a[1], c.t.Call(f, v))
		}
		return c.putIn(x, c.a[1], c.a[2])
	})
	m.def("update!", 3, func(c call) term.Term {
		x, f := c.mapArg(0), c.fun(2, 1)
		return c.putIn(x, c.a[1], c.t.Call(f, c.fetched(x, c.a[1])))
	})
	pop := func(c call, otherwise func() term.Term) term.Term {
		x := c.mapArg(0)
		if v, ok := x.Get(c.a[1]); ok {
			return tuple(v, x.Delete(c.a[1]))
		}
		return tuple(otherwise(), c.a[0])
	}
	m.def("pop", 3, func(c call) term.Term { return pop(c, func() term.Term { return c.a[2] }) }, term.Nil)
	m.def("pop!", 2, func(c call) term.Term {
		x := c.mapArg(0)
		return tuple(c.fetched(x, c.a[1]), x.Delete(c.a[1]))
	})
	m.def("pop_lazy", 3, func(c call) term.Term {
		f := c.fun(2, 0)
		return pop(c, func() term.Term { return c.t.Call(f) })
	})
	m.def("get_and_update", 3, func(c call) term.Term {
		x := c.mapArg(0)
		v, ok := x.Get(c.a[1])
		if !ok {
			v = term.Nil
		}
		return c.getAndUpdate(x, v)
	})
	m.def("get_and_update!", 3, func(c call) term.Term {
		x := c.mapArg(0)
		return c.getAndUpdate(x, c.fetched(x, c.a[1]))
	})
}

// getAndUpdate calls the function of get_and_update with the current value.
func (c call) getAndUpdate(m *term.Map, v term.Term) term.Term {
	r := c.t.Call(c.fun(2, 1), v)
	if isAtom(r, "pop") {
		return tuple(v, m.Delete(c.a[1]))
	}
	got, next, ok := pairOf(r)
	if !ok {
		return c.runtimeError("the given function must return a two-element tuple or :pop, got: %s", c.inspect(r))
	}
	return tuple(got, c.putIn(m, c.a[1], next))
}

func defMapWhole(m *textModule) {
	m.def("new", 0, func(call) term.Term { return term.EmptyMap })
	m.def("new", 1, func(c call) term.Term {
		if x, ok := c.a[0].(*term.Map); ok {
			if _, isStruct := x.StructName(); !isStruct {
				return x
			}
		}
		return c.newMap(func(e term.Term) term.Term { return e })
	})
	m.def("new", 2, func(c call) term.Term {
		return c.newMap(func(e term.Term) term.Term { return c.t.Call(c.a[1], e) })
	})
	m.def("from_keys", 2, func(c call) term.Term {
		b := builderOf(c.t, term.EmptyMap)
		for _, k := range c.properList(0) {
			b.put(k, c.a[1])
		}
		return b.m()
	})
	m.def("from_struct", 1, func(c call) term.Term {
		x, ok := term.AsMap(c.a[0])
		if a, isModule := c.a[0].(term.Atom); isModule {
			x, ok = term.AsMap(c.t.Apply(a, "__struct__"))
		}
		if !ok || !x.Has(term.StructKey) {
			return c.noClause()
		}
		return x.Delete(term.StructKey)
	})
	m.def("merge", 2, func(c call) term.Term {
		x, y := c.mapArg(0), c.mapArg(1)
		return c.merged(x, y, func(_, _, v term.Term) term.Term { return v })
	})
	m.def("merge", 3, func(c call) term.Term {
		f := c.fun(2, 3)
		return c.merged(c.mapArg(0), c.mapArg(1), func(k, old, v term.Term) term.Term { return c.t.Call(f, k, old, v) })
	})
	m.def("intersect", 2, func(c call) term.Term {
		return c.intersected(func(_, _, v term.Term) term.Term { return v })
	})
	m.def("intersect", 3, func(c call) term.Term {
		f := c.fun(2, 3)
		return c.intersected(func(k, old, v term.Term) term.Term { return c.t.Call(f, k, old, v) })
	})
	pick := func(c call, take bool) term.Term {
		x, ok := term.AsMap(c.a[0])
		if !ok {
			c.t.RaiseNew("BadMapError", "term", c.a[0])
		}
		out := term.EmptyMap
		if !take {
			out = x
		}
		b := builderOf(c.t, term.EmptyMap)
		for _, k := range c.keyList(1) {
			v, ok := x.Get(k)
			switch {
			case take && ok:
				b.put(k, v)
			case !take:
				c.t.Burn(1)
				out = out.Delete(k)
			}
		}
		if take {
			return b.m()
		}
		return out
	}
	m.def("take", 2, func(c call) term.Term { return pick(c, true) })
	m.def("drop", 2, func(c call) term.Term { return pick(c, false) })
	m.def("split", 2, func(c call) term.Term {
		c.mapArg(0)
		return tuple(pick(c, true), pick(c, false))
	})
	m.def("split_with", 2, func(c call) term.Term {
		yes, no := c.sift()
		return tuple(yes, no)
	})
	m.def("filter", 2, func(c call) term.Term { yes, _ := c.sift(); return yes })
	m.def("reject", 2, func(c call) term.Term { _, no := c.sift(); return no })
}

// keyList returns the keys of take, drop and split, which may be any
// enumerable for maps.
func (c call) keyList(i int) []term.Term {
	if isKind(c.a[i], term.KindMap) && c.name.mod == "Map" {
		return c.elems(i)
	}
	if l, ok := c.a[i].(*term.List); ok {
		if s, ok := l.Slice(); ok {
			return s
		}
	}
	c.noClause()
	return nil
}

func (c call) newMap(f func(e term.Term) term.Term) term.Term {
	b := builderOf(c.t, term.EmptyMap)
	c.addPairs(b, f)
	return b.m()
}

// addPairs adds the entries that f makes of an enumerable argument's elements.
func (c call) addPairs(b *mapBuilder, f func(e term.Term) term.Term) {
	c.each(0, func(e term.Term) bool {
		k, v, ok := pairOf(f(e))
		if !ok {
			c.t.RaiseNew("ArgumentError")
		}
		b.put(k, v)
		return true
	})
}

func (c call) merged(x, y *term.Map, f func(k, old, v term.Term) term.Term) *term.Map {
	c.t.Burn(1 + y.Len())
	if y.Len() < 8 || y.Len()*8 < x.Len() {
		for k, v := range y.All() {
			if old, ok := x.Get(k); ok {
				v = f(k, old, v)
			}
			x = c.putIn(x, k, v)
		}
		return x
	}
	b := builderOf(c.t, x)
	c.t.Grow(cellBytes * x.Len())
	for k, v := range y.All() {
		if old, ok := x.Get(k); ok {
			v = f(k, old, v)
		}
		b.put(k, v)
	}
	return b.m()
}

func (c call) intersected(f func(k, old, v term.Term) term.Term) term.Term {
	x, y := c.mapArg(0), c.mapArg(1)
	b := builderOf(c.t, term.EmptyMap)
	for k, old := range x.All() {
		c.t.Burn(1)
		if v, ok := y.Get(k); ok {
			b.put(k, f(k, old, v))
		}
	}
	return b.m()
}

// sift parts the entries by a function of {key, value}.
func (c call) sift() (yes, no *term.Map) {
	x, f := c.mapArg(0), c.fun(1, 1)
	y, n := builderOf(c.t, term.EmptyMap), builderOf(c.t, term.EmptyMap)
	for k, v := range x.All() {
		if c.truthy(f, tuple(k, v)) {
			y.put(k, v)
		} else {
			n.put(k, v)
		}
	}
	return y.m(), n.m()
}
