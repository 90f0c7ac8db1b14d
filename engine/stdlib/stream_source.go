package stdlib

import (
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

func defStreamSources(m *textModule) {
	m.def("cycle", 1, func(c call) term.Term {
		enum := c.a[0]
		if l, ok := enum.(*term.List); ok && l == nil {
			return c.raiseArgument("cannot cycle over an empty enumerable")
		}
		return newSource("cycle/1", func(t *interp.Thread) puller {
			in := pull(t, enum)
			get := func() (term.Term, bool) {
				e, ok := in.next()
				if ok {
					return e, true
				}
				in.close()
				t.Burn(lazyCost)
				in = pull(t, enum)
				e, ok = in.next()
				if !ok {
					t.RaiseArgument("cannot cycle over an empty enumerable")
				}
				return e, ok
			}
			return &pullFunc{get: get, done: func() { in.close() }}
		})
	})
	m.def("iterate", 2, func(c call) term.Term {
		start, f := c.a[0], c.fun(1, 1)
		return newSource("iterate/2", func(t *interp.Thread) puller {
			var v term.Term
			return &pullFunc{get: func() (term.Term, bool) {
				if v == nil {
					v = start
				} else {
					v = t.Call(f, v)
				}
				return v, true
			}}
		})
	})
	m.def("repeatedly", 1, func(c call) term.Term {
		f := c.fun(0, 0)
		return newSource("repeatedly/1", func(t *interp.Thread) puller {
			return &pullFunc{get: func() (term.Term, bool) { return t.Call(f), true }}
		})
	})
	m.def("unfold", 2, func(c call) term.Term {
		start, f := c.a[0], c.fun(1, 1)
		return newSource("unfold/2", func(t *interp.Thread) puller {
			acc, ended := start, false
			return &pullFunc{get: func() (term.Term, bool) {
				if ended {
					return nil, false
				}
				r := t.Call(f, acc)
				if r == term.Term(term.Nil) {
					ended = true
					return nil, false
				}
				v, next, ok := pairOf(r)
				if !ok {
					t.RaiseNew("CaseClauseError", "term", r)
				}
				acc = next
				return v, true
			}}
		})
	})
	m.def("from_index", 1, func(c call) term.Term {
		f, start := c.a[0], 0
		if !isFun(f, 1) {
			start = c.int(0)
		}
		return newSource("unfold/2", func(t *interp.Thread) puller {
			i := start - 1
			return &pullFunc{get: func() (term.Term, bool) {
				i++
				if isFun(f, 1) {
					return t.Call(f, term.Int(i)), true
				}
				return term.Int(i), true
			}}
		})
	}, term.Int(0))
	m.def("duplicate", 2, func(c call) term.Term {
		v, n := c.a[0], c.nonNeg(1)
		return newSource("unfold/2", func(*interp.Thread) puller {
			left := n
			return &pullFunc{get: func() (term.Term, bool) { left--; return v, left >= 0 }}
		})
	})
	m.def("resource", 3, func(c call) term.Term {
		start, next, after := c.fun(0, 0), c.fun(1, 1), c.fun(2, 1)
		return newSource("resource/3", func(t *interp.Thread) puller {
			return pullTransform(t, nil, start, next, nil, after)
		})
	})
	m.def("interval", 1, func(c call) term.Term { return ticking("interval/1", c.millis(0), -1) })
	m.def("timer", 1, func(c call) term.Term { return ticking("timer/1", c.millis(0), 1) })
}

// ticking is a stream of 0, 1, 2, … that waits before each; count below 0 is
// endless.
func ticking(name string, pause time.Duration, count int) term.Term {
	return newSource(name, func(t *interp.Thread) puller {
		i := -1
		return &pullFunc{get: func() (term.Term, bool) {
			i++
			if i == count {
				return nil, false
			}
			sleep(t, pause)
			return term.Int(i), true
		}}
	})
}

func sleep(t *interp.Thread, d time.Duration) {
	if p := node.Of(t); p != nil {
		p.Sleep(d)
	}
}
