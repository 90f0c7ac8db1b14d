package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

var (
	mapSetAtom = term.NewModule("MapSet")
	mapKey     = term.NewAtom("map")
)

// setOf returns the map whose keys are the elements of a MapSet.
func setOf(v term.Term) (*term.Map, bool) {
	m, ok := v.(*term.Map)
	if !ok {
		return nil, false
	}
	if name, _ := m.StructName(); name != mapSetAtom {
		return nil, false
	}
	inner, ok := m.GetAtom(mapKey).(*term.Map)
	return inner, ok
}

func newSet(inner *term.Map) term.Term { return term.NewStruct("MapSet", "map", inner) }

func setList(inner *term.Map) *term.List {
	out := make([]term.Term, 0, inner.Len())
	for k := range inner.All() {
		out = append(out, k)
	}
	return term.NewList(out...)
}

func (c call) setArg(i int) *term.Map {
	inner, ok := setOf(c.a[i])
	if !ok {
		c.noClause()
	}
	return inner
}

func mapSetModule() *interp.NativeModule {
	m := newTextModule("MapSet")
	m.m.Struct = term.NewStruct("MapSet", "map", term.EmptyMap)
	m.def("new", 0, func(call) term.Term { return newSet(term.EmptyMap) })
	m.def("new", 1, func(c call) term.Term {
		if _, ok := setOf(c.a[0]); ok {
			return c.a[0]
		}
		return c.buildSet(func(e term.Term) term.Term { return e })
	})
	m.def("new", 2, func(c call) term.Term {
		f := c.fun(1, 1)
		return c.buildSet(func(e term.Term) term.Term { return c.t.Call(f, e) })
	})
	m.def("put", 2, func(c call) term.Term { return newSet(c.putIn(c.setArg(0), c.a[1], term.Empty)) })
	m.def("delete", 2, func(c call) term.Term { return newSet(c.setArg(0).Delete(c.a[1])) })
	m.def("member?", 2, func(c call) term.Term { return term.Bool(c.setArg(0).Has(c.a[1])) })
	m.def("size", 1, func(c call) term.Term { return term.Int(c.setArg(0).Len()) })
	m.def("to_list", 1, func(c call) term.Term {
		c.t.Grow(cellBytes * c.setArg(0).Len())
		return setList(c.setArg(0))
	})
	m.def("union", 2, func(c call) term.Term {
		return newSet(c.merged(c.setArg(0), c.setArg(1), func(_, _, v term.Term) term.Term { return v }))
	})
	m.def("intersection", 2, func(c call) term.Term {
		x, y := c.setArg(0), c.setArg(1)
		return c.setWhere(x, func(e term.Term) bool { return y.Has(e) })
	})
	m.def("difference", 2, func(c call) term.Term {
		x, y := c.setArg(0), c.setArg(1)
		return c.setWhere(x, func(e term.Term) bool { return !y.Has(e) })
	})
	m.def("symmetric_difference", 2, func(c call) term.Term {
		x, y := c.setArg(0), c.setArg(1)
		b := builderOf(c.t, term.EmptyMap)
		for k := range x.All() {
			if !y.Has(k) {
				b.put(k, term.Empty)
			}
		}
		for k := range y.All() {
			if !x.Has(k) {
				b.put(k, term.Empty)
			}
		}
		return newSet(b.m())
	})
	subset := func(c call, x, y *term.Map) bool {
		for k := range x.All() {
			c.t.Burn(1)
			if !y.Has(k) {
				return false
			}
		}
		return true
	}
	m.def("subset?", 2, func(c call) term.Term { return term.Bool(subset(c, c.setArg(0), c.setArg(1))) })
	m.def("equal?", 2, func(c call) term.Term {
		x, y := c.setArg(0), c.setArg(1)
		return term.Bool(x.Len() == y.Len() && subset(c, x, y))
	})
	m.def("disjoint?", 2, func(c call) term.Term {
		x, y := c.setArg(0), c.setArg(1)
		for k := range x.All() {
			c.t.Burn(1)
			if y.Has(k) {
				return term.False
			}
		}
		return term.True
	})
	m.def("filter", 2, func(c call) term.Term {
		f := c.fun(1, 1)
		return c.setWhere(c.setArg(0), func(e term.Term) bool { return c.truthy(f, e) })
	})
	m.def("reject", 2, func(c call) term.Term {
		f := c.fun(1, 1)
		return c.setWhere(c.setArg(0), func(e term.Term) bool { return !c.truthy(f, e) })
	})
	m.def("split_with", 2, func(c call) term.Term {
		f := c.fun(1, 1)
		yes, no := builderOf(c.t, term.EmptyMap), builderOf(c.t, term.EmptyMap)
		for k := range c.setArg(0).All() {
			if c.truthy(f, k) {
				yes.put(k, term.Empty)
			} else {
				no.put(k, term.Empty)
			}
		}
		return tuple(newSet(yes.m()), newSet(no.m()))
	})
	return m.m
}

func (c call) buildSet(f func(e term.Term) term.Term) term.Term {
	b := builderOf(c.t, term.EmptyMap)
	c.each(0, func(e term.Term) bool { b.put(f(e), term.Empty); return true })
	return newSet(b.m())
}

func (c call) setWhere(x *term.Map, keep func(e term.Term) bool) term.Term {
	b := builderOf(c.t, term.EmptyMap)
	for k := range x.All() {
		c.t.Burn(1)
		if keep(k) {
			b.put(k, term.Empty)
		}
	}
	return newSet(b.m())
}

// collectableModules returns the implementations of Collectable for structs.
func collectableModules() []*interp.NativeModule {
	m := newTextModule("Collectable.MapSet")
	m.def("into", 1, func(c call) term.Term {
		inner := c.setArg(0)
		return tuple(inner, interp.NewFun(2, func(t *interp.Thread, a []term.Term) term.Term {
			acc, _ := a[0].(*term.Map)
			tag, v, ok := pairOf(a[1])
			switch {
			case ok && isAtom(tag, "cont") && acc != nil:
				t.Grow(cellBytes)
				return acc.Put(v, term.Empty)
			case isAtom(a[1], "done") && acc != nil:
				return newSet(acc)
			}
			return term.OK
		}))
	})
	return []*interp.NativeModule{m.m}
}
