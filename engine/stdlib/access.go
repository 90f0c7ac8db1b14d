package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func accessModule() *interp.NativeModule {
	m := newTextModule("Access")
	m.def("fetch", 2, func(c call) term.Term {
		if v, ok := accessFetch(c, c.a[0], c.a[1]); ok {
			return okTuple(v)
		}
		return term.Err
	})
	m.def("fetch!", 2, func(c call) term.Term {
		v, ok := accessFetch(c, c.a[0], c.a[1])
		if !ok {
			return c.keyError(c.a[1], c.a[0])
		}
		return v
	})
	m.def("get", 3, func(c call) term.Term { return accessGet(c, c.a[0], c.a[1], c.a[2]) }, term.Nil)
	m.def("get_and_update", 3, func(c call) term.Term { return accessUpdate(c, c.a[0], c.a[1], c.a[2]) })
	m.def("pop", 2, func(c call) term.Term { return accessPop(c, c.a[0], c.a[1]) })
	defAccessors(m)
	return m.m
}

// structCall calls the Access behaviour of a struct's module.
func structCall(c call, mod term.Atom, fun string, args ...term.Term) term.Term {
	if !c.t.Program().Exports(mod, fun, len(args)) {
		name := term.Inspect(mod)
		c.t.RaiseNew("UndefinedFunctionError", "module", mod, "function", term.NewAtom(fun), "arity", term.Int(len(args)),
			"message", binFormat("function %s.%s/%d is undefined (%s does not implement the Access behaviour\n\n"+
				"You can use the \"struct.field\" syntax to access struct fields. You can also use Access.key!/1 to access "+
				"struct fields dynamically inside get_in/put_in/update_in). Make sure the module name is correct and has been "+
				"specified in full (or that an alias has been defined)", name, fun, len(args), name))
	}
	return c.t.Apply(mod, fun, args...)
}

func accessFetch(c call, v, key term.Term) (term.Term, bool) {
	if mod, ok := structName(v); ok {
		r := structCall(c, mod, "fetch", v, key)
		tag, out, ok := pairOf(r)
		return out, ok && isAtom(tag, "ok")
	}
	switch x := v.(type) {
	case *term.Map:
		return x.Get(key)
	case *term.List:
		a, ok := key.(term.Atom)
		if !ok {
			c.raiseArgument("the Access calls for keywords expect the key to be an atom, got: %s", c.inspect(key))
		}
		return term.KeywordGet(x, a)
	case term.Atom:
		if x == term.Nil {
			return nil, false
		}
	}
	c.noAccess("fetch", v, key)
	return nil, false
}

func accessGet(c call, v, key, def term.Term) term.Term {
	if _, ok := v.(*term.List); ok && !isKind(key, term.KindAtom) {
		if isInteger(key) {
			return c.raiseArgument("the Access module does not support accessing lists by index, got: %s\n\n"+
				"Accessing a list by index is typically discouraged in Elixir, instead we prefer to use the Enum module to "+
				"manipulate lists as a whole. If you really must access a list element by index, you can use Enum.at/2 or "+
				"the functions in the List module", c.inspect(key))
		}
		return c.raiseArgument("the Access module supports only keyword lists (with atom keys), got: %s\n\n"+
			"If you want to search lists of tuples, use List.keyfind/3", c.inspect(key))
	}
	switch v.(type) {
	case *term.Map, *term.List, term.Struct:
	default:
		if v != term.Term(term.Nil) {
			return c.noAccess("get", v, key, def)
		}
	}
	if out, ok := accessFetch(c, v, key); ok {
		return out
	}
	return def
}

// noAccess raises for a value that has no keys.
func (c call) noAccess(fun string, args ...term.Term) term.Term {
	c.t.RaiseFunctionClause("Access", fun, args)
	return nil
}

func accessUpdate(c call, v, key, f term.Term) term.Term {
	if mod, ok := structName(v); ok {
		return structCall(c, mod, "get_and_update", v, key, f)
	}
	switch x := v.(type) {
	case *term.Map:
		return c.t.Apply(term.NewModule("Map"), "get_and_update", v, key, f)
	case *term.List:
		switch {
		case isKind(key, term.KindAtom):
			return c.t.Apply(term.NewModule("Keyword"), "get_and_update", v, key, f)
		case isInteger(key):
			return c.raiseArgument("the Access module does not support accessing lists by index, got: %s\n\n"+
				"Accessing a list by index is typically discouraged in Elixir, instead we prefer to use the Enum module to "+
				"manipulate lists as a whole. If you really must modify a list element by index, you can use Access.at/1 or "+
				"the functions in the List module", c.inspect(key))
		}
		return c.raiseArgument("the Access module supports only keyword lists (with atom keys), got: %s", c.inspect(key))
	case term.Atom:
		if x == term.Nil {
			return c.raiseArgument("could not put/update key %s on a nil value", c.inspect(key))
		}
	}
	return c.noAccess("get_and_update", v, key, f)
}

func accessPop(c call, v, key term.Term) term.Term {
	if mod, ok := structName(v); ok {
		return structCall(c, mod, "pop", v, key)
	}
	switch x := v.(type) {
	case *term.Map:
		return c.t.Apply(term.NewModule("Map"), "pop", v, key)
	case *term.List:
		return c.t.Apply(term.NewModule("Keyword"), "pop", v, key)
	case term.Atom:
		if x == term.Nil {
			return c.raiseArgument("could not pop key %s on a nil value", c.inspect(key))
		}
	}
	return c.noAccess("pop", v, key)
}

// accessor makes the function that Access.key/2 and its like return. get and
// update are given the data and the function to go on with.
func accessor(get func(c call, data, next term.Term) term.Term, update func(c call, data, next term.Term) term.Term) term.Term {
	name := &callName{"Access", "-accessor/3-fun-0-"}
	return interp.NewFun(3, func(t *interp.Thread, a []term.Term) term.Term {
		c := call{t, append([]term.Term(nil), a...), name}
		if isAtom(c.a[0], "get") {
			return get(c, c.a[1], c.a[2])
		}
		return update(c, c.a[1], c.a[2])
	})
}

func (c call) runtimeError(format string, args ...any) term.Term {
	c.t.RaiseNew("RuntimeError", "message", binFormat(format, args...))
	return nil
}

// step calls the function that goes on: it returns what was got and the new
// value, or pop.
func (c call) step(next, v term.Term) (got, updated term.Term, pop bool) {
	r := c.t.Call(next, v)
	if isAtom(r, "pop") {
		return v, nil, true
	}
	got, updated, ok := pairOf(r)
	if !ok {
		c.t.RaiseNew("CaseClauseError", "term", r)
	}
	return got, updated, false
}

// updateKey is the update of Access.key/2 and Access.key!/1.
func (c call) updateKey(m *term.Map, key, v, next term.Term) term.Term {
	got, updated, pop := c.step(next, v)
	if pop {
		return tuple(v, m.Delete(key))
	}
	return tuple(got, m.Put(key, updated))
}

func defAccessors(m *textModule) {
	m.def("key", 2, func(c call) term.Term {
		key, def := c.a[0], c.a[1]
		value := func(c call, data term.Term) term.Term {
			if v, ok := mapOf(c.t, data).Get(key); ok {
				return v
			}
			return def
		}
		return accessor(func(c call, data, next term.Term) term.Term {
			return c.t.Call(next, value(c, data))
		}, func(c call, data, next term.Term) term.Term {
			return c.updateKey(mapOf(c.t, data), key, value(c, data), next)
		})
	}, term.Nil)
	m.def("key!", 1, func(c call) term.Term {
		key := c.a[0]
		value := func(c call, data term.Term) (*term.Map, term.Term) {
			m, ok := term.AsMap(data)
			if !ok {
				c.runtimeError("Access.key!/1 expected a map/struct, got: %s", c.inspect(data))
			}
			return m, c.fetched(m, key)
		}
		return accessor(func(c call, data, next term.Term) term.Term {
			_, v := value(c, data)
			return c.t.Call(next, v)
		}, func(c call, data, next term.Term) term.Term {
			m, v := value(c, data)
			return c.updateKey(m, key, v, next)
		})
	})
	m.def("elem", 1, func(c call) term.Term {
		i := c.nonNeg(0)
		at := func(c call, data term.Term) term.Tuple {
			t, ok := data.(term.Tuple)
			if !ok {
				c.runtimeError("Access.elem/1 expected a tuple, got: %s", c.inspect(data))
			}
			if i >= len(t) {
				c.t.RaiseArguments("out of range")
			}
			return t
		}
		return accessor(func(c call, data, next term.Term) term.Term {
			return c.t.Call(next, at(c, data)[i])
		}, func(c call, data, next term.Term) term.Term {
			t := at(c, data)
			got, updated, pop := c.step(next, t[i])
			if pop {
				return c.runtimeError("cannot pop data from a tuple")
			}
			out := append(term.Tuple(nil), t...)
			out[i] = updated
			return tuple(got, out)
		})
	})
	defListAccessors(m)
}

// listData returns the list that an accessor works on.
func (c call) listData(data term.Term, name string) []term.Term {
	l, ok := data.(*term.List)
	if !ok {
		c.runtimeError("Access.%s expected a list, got: %s", name, c.inspect(data))
	}
	s, _ := l.Slice()
	c.t.Burn(len(s))
	return s
}

// updateWhere goes on with every element that is picked and gathers what was
// got.
func (c call) updateWhere(s []term.Term, next term.Term, picked func(i int, e term.Term) bool) (gets, updates []term.Term) {
	for i, e := range s {
		if !picked(i, e) {
			updates = append(updates, e)
			continue
		}
		got, updated, pop := c.step(next, e)
		gets = append(gets, got)
		if !pop {
			updates = append(updates, updated)
		}
	}
	return gets, updates
}

// allAccessor is an accessor of every element that is picked; picked is told
// the length.
func allAccessor(name string, picked func(c call, n int) func(i int, e term.Term) bool) term.Term {
	return accessor(func(c call, data, next term.Term) term.Term {
		s := c.listData(data, name)
		k, pick := c.collect(), picked(c, len(s))
		for i, e := range s {
			if pick(i, e) {
				k.add(c.t.Call(next, e))
			}
		}
		return k.list()
	}, func(c call, data, next term.Term) term.Term {
		s := c.listData(data, name)
		gets, updates := c.updateWhere(s, next, picked(c, len(s)))
		return tuple(c.list(gets), c.list(updates))
	})
}

// oneAccessor is an accessor of at most one element; find returns its index
// or -1.
func oneAccessor(name string, find func(c call, s []term.Term) int) term.Term {
	return accessor(func(c call, data, next term.Term) term.Term {
		s := c.listData(data, name)
		if i := find(c, s); i >= 0 {
			return c.t.Call(next, s[i])
		}
		return c.t.Call(next, term.Nil)
	}, func(c call, data, next term.Term) term.Term {
		s := c.listData(data, name)
		at := find(c, s)
		gets, updates := c.updateWhere(s, next, func(i int, _ term.Term) bool { return i == at })
		if len(gets) == 0 {
			return tuple(term.Nil, data)
		}
		return tuple(gets[0], c.list(updates))
	})
}

func defListAccessors(m *textModule) {
	m.def("all", 0, func(call) term.Term {
		return allAccessor("all/0", func(call, int) func(int, term.Term) bool {
			return func(int, term.Term) bool { return true }
		})
	})
	m.def("filter", 1, func(c call) term.Term {
		f, ok := c.a[0].(*term.Fun)
		if !ok {
			return c.noClause()
		}
		return allAccessor("filter/1", func(c call, _ int) func(int, term.Term) bool {
			return func(_ int, e term.Term) bool { return c.truthy(f, e) }
		})
	})
	at := func(i, n int) int {
		if i < 0 {
			i += n
		}
		if i < 0 || i >= n {
			return -1
		}
		return i
	}
	m.def("at", 1, func(c call) term.Term {
		i := c.int(0)
		return oneAccessor("at/1", func(_ call, s []term.Term) int { return at(i, len(s)) })
	})
	m.def("at!", 1, func(c call) term.Term {
		i := c.int(0)
		return oneAccessor("at!/1", func(c call, s []term.Term) int {
			n := at(i, len(s))
			if n < 0 {
				c.t.RaiseNew("Enum.OutOfBoundsError")
			}
			return n
		})
	})
	m.def("find", 1, func(c call) term.Term {
		f := c.fun(0, 1)
		return oneAccessor("find/1", func(c call, s []term.Term) int {
			for i, e := range s {
				if c.truthy(f, e) {
					return i
				}
			}
			return -1
		})
	})
	m.def("slice", 1, func(c call) term.Term {
		first, last, step, ok := rangeOf(c.a[0])
		if !ok {
			return c.noClause()
		}
		if step < 0 {
			return c.raiseArgument("Access.slice/1 does not accept ranges with negative steps, got: %s", c.inspect(c.a[0]))
		}
		pick := func(_ call, n int) func(int, term.Term) bool {
			start, count := sliceBounds(n, first, last)
			return func(i int, _ term.Term) bool { return i >= start && i < start+count && (i-start)%step == 0 }
		}
		f := allAccessor("slice/1", pick)
		return interp.NewFun(3, func(t *interp.Thread, a []term.Term) term.Term {
			if _, ok := a[1].(*term.List); !ok {
				t.RaiseArgument("Access.slice/1 expected a list, got: %s", t.Inspect(a[1], term.InspectOptions{}))
			}
			return t.Call(f, a...)
		})
	})
}
