package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func defNested(m *textModule) {
	m.def("get_in", 2, func(c call) term.Term { return getIn(c, c.a[0], c.path(1)) })
	m.def("put_in", 3, func(c call) term.Term {
		v := c.a[2]
		return c.updated(interp.NewFun(1, func(*interp.Thread, []term.Term) term.Term { return tuple(term.Nil, v) }))
	})
	m.def("update_in", 3, func(c call) term.Term {
		f := c.fun(2, 1)
		return c.updated(interp.NewFun(1, func(t *interp.Thread, a []term.Term) term.Term {
			return tuple(term.Nil, t.Call(f, a[0]))
		}))
	})
	m.def("get_and_update_in", 3, func(c call) term.Term {
		return getAndUpdateIn(c, c.a[0], c.path(1), c.fun(2, 1))
	})
	m.def("pop_in", 2, func(c call) term.Term {
		r := popIn(c, c.a[0], c.path(1))
		return r
	})
}

// path returns the keys of a nested access: a list with at least one.
func (c call) path(i int) []term.Term {
	s := c.slice(i)
	if len(s) == 0 {
		c.noClause()
	}
	return s
}

func (c call) updated(f term.Term) term.Term {
	r := getAndUpdateIn(c, c.a[0], c.path(1), f)
	_, v, _ := pairOf(r)
	return v
}

func getIn(c call, data term.Term, path []term.Term) term.Term {
	if isFun(path[0], 3) {
		next := func(t *interp.Thread, a []term.Term) term.Term {
			if len(path) == 1 {
				return a[0]
			}
			return getIn(call{t, c.a, c.name}, a[0], path[1:])
		}
		return c.t.Call(path[0], atomTerm("get"), data, interp.NewFun(1, next))
	}
	if data == term.Term(term.Nil) {
		return term.Nil
	}
	v := accessGet(c, data, path[0], term.Nil)
	if len(path) == 1 {
		return v
	}
	return getIn(c, v, path[1:])
}

// getAndUpdateIn is Kernel.get_and_update_in/3.
func getAndUpdateIn(c call, data term.Term, path []term.Term, f term.Term) term.Term {
	next := f
	if len(path) > 1 {
		next = interp.NewFun(1, func(t *interp.Thread, a []term.Term) term.Term {
			return getAndUpdateIn(call{t, c.a, c.name}, a[0], path[1:], f)
		})
	}
	if isFun(path[0], 3) {
		return c.t.Call(path[0], atomTerm("get_and_update"), data, next)
	}
	return accessUpdate(c, data, path[0], next)
}

// popIn is Kernel.pop_in/2: nothing is made on the way to a key that is not
// there.
func popIn(c call, data term.Term, path []term.Term) term.Term {
	if data == term.Term(term.Nil) {
		return tuple(term.Nil, term.Nil)
	}
	if len(path) == 1 {
		if isFun(path[0], 3) {
			pop := interp.NewFun(1, func(*interp.Thread, []term.Term) term.Term { return atomTerm("pop") })
			return c.t.Call(path[0], atomTerm("get_and_update"), data, pop)
		}
		return accessPop(c, data, path[0])
	}
	next := interp.NewFun(1, func(t *interp.Thread, a []term.Term) term.Term {
		inner := call{t, c.a, c.name}
		if a[0] == term.Term(term.Nil) {
			if isFun(path[0], 3) {
				return tuple(term.Nil, term.Nil)
			}
			return atomTerm("pop")
		}
		return popIn(inner, a[0], path[1:])
	})
	if isFun(path[0], 3) {
		return c.t.Call(path[0], atomTerm("get_and_update"), data, next)
	}
	return accessUpdate(c, data, path[0], next)
}
