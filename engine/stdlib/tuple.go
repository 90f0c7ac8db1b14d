package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func tupleModule() *interp.NativeModule {
	m := newTextModule("Tuple")
	m.def("to_list", 1, func(c call) term.Term {
		t, ok := c.a[0].(term.Tuple)
		if !ok {
			return c.badArg(1, "not a tuple")
		}
		return c.list(t)
	})
	m.def("duplicate", 2, func(c call) term.Term {
		n := c.nonNeg(1)
		if n > 1<<24-1 {
			return c.badArg(1, "out of range")
		}
		c.reserve(16 * n)
		out := make(term.Tuple, n)
		for i := range out {
			out[i] = c.a[0]
		}
		return out
	})
	m.def("insert_at", 3, func(c call) term.Term {
		t, i := c.tupleIndex(0, 1, 1)
		c.t.Grow(16 * (len(t) + 1))
		return append(append(append(make(term.Tuple, 0, len(t)+1), t[:i]...), c.a[2]), t[i:]...)
	})
	m.def("append", 2, func(c call) term.Term {
		t, ok := c.a[0].(term.Tuple)
		if !ok {
			return c.badArg(1, "not a tuple")
		}
		c.t.Grow(16 * (len(t) + 1))
		return append(append(make(term.Tuple, 0, len(t)+1), t...), c.a[1])
	})
	m.def("delete_at", 2, func(c call) term.Term {
		t, i := c.tupleIndex(0, 1, 0)
		c.t.Grow(16 * len(t))
		return append(append(make(term.Tuple, 0, len(t)-1), t[:i]...), t[i+1:]...)
	})
	fold := func(op string, acc term.Term) textFunc {
		return func(c call) term.Term {
			t, ok := c.a[0].(term.Tuple)
			if !ok {
				return c.badArg(1, "not a tuple")
			}
			out := acc
			for _, e := range t {
				out = c.t.Arith(op, out, e)
			}
			return out
		}
	}
	m.def("sum", 1, fold("+", term.Int(0)))
	m.def("product", 1, fold("*", term.Int(1)))
	return m.m
}
