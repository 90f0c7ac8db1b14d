package stdlib

import (
	"math"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// randModule is :rand. Numbers are random but not those of Erlang's
// algorithms, which a seed would tell apart: after :rand.seed/2 the same seed
// gives the same numbers here, on one thread.
func randModule() *interp.NativeModule {
	m := erlangModule("rand")
	m.def("uniform", 0, func(c call) term.Term { return term.Float(c.random().Float64()) })
	m.def("uniform_real", 0, func(c call) term.Term { return term.Float(1 - c.random().Float64()) })
	m.def("uniform", 1, func(c call) term.Term {
		n := c.int(0)
		if n < 1 {
			return c.noClause()
		}
		return term.Int(c.random().IntN(n) + 1)
	})
	m.def("normal", 0, func(c call) term.Term { return term.Float(c.random().NormFloat64()) })
	m.def("normal", 2, func(c call) term.Term {
		mean, ok1 := term.ToFloat(c.a[0])
		variance, ok2 := term.ToFloat(c.a[1])
		if !ok1 || !ok2 || variance < 0 {
			return c.noClause()
		}
		return term.Float(mean + math.Sqrt(variance)*c.random().NormFloat64())
	})
	m.def("bytes", 1, func(c call) term.Term {
		n := c.nonNeg(0)
		c.reserve(n)
		out := make([]byte, n)
		r := c.random()
		for i := range out {
			out[i] = byte(r.Uint32())
		}
		return bin(string(out))
	})
	m.def("seed", 1, func(c call) term.Term { c.seed(term.Nil); return c.a[0] })
	m.def("seed", 2, func(c call) term.Term { c.seed(c.a[1]); return c.a[0] })
	return m.m
}
