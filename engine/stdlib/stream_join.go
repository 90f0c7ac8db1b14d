package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func defStreamJoins(m *textModule) {
	m.def("concat", 1, func(c call) term.Term { return flatMap("concat/1", c.a[0], nil) })
	m.def("concat", 2, func(c call) term.Term { return flatMap("concat/2", term.NewList(c.a[0], c.a[1]), nil) })
	m.def("flat_map", 2, func(c call) term.Term { return flatMap("flat_map/2", c.a[0], c.fun(1, 1)) })
	zip := func(name string, enums func(t *interp.Thread) []term.Term, f func(t *interp.Thread, elems []term.Term) term.Term) term.Term {
		return newSource(name, func(t *interp.Thread) puller {
			var pulls []puller
			for _, e := range enums(t) {
				pulls = append(pulls, pull(t, e))
			}
			closeAll := func() {
				for _, p := range pulls {
					p.close()
				}
				pulls = nil
			}
			return &pullFunc{done: closeAll, get: func() (term.Term, bool) {
				elems := make([]term.Term, len(pulls))
				for i, p := range pulls {
					v, ok := p.next()
					if !ok {
						closeAll()
						return nil, false
					}
					elems[i] = v
				}
				if len(elems) == 0 {
					return nil, false
				}
				return f(t, elems), true
			}}
		})
	}
	asTuple := func(_ *interp.Thread, elems []term.Term) term.Term { return term.Tuple(elems) }
	fixed := func(enums ...term.Term) func(*interp.Thread) []term.Term {
		return func(*interp.Thread) []term.Term { return enums }
	}
	listed := func(v term.Term) func(t *interp.Thread) []term.Term {
		return func(t *interp.Thread) []term.Term { return elemsOf(t, v) }
	}
	m.def("zip", 1, func(c call) term.Term { return zip("zip_with/2", listed(c.a[0]), asTuple) })
	m.def("zip", 2, func(c call) term.Term { return zip("zip_with/3", fixed(c.a[0], c.a[1]), asTuple) })
	m.def("zip_with", 2, func(c call) term.Term {
		f := c.fun(1, 1)
		return zip("zip_with/2", listed(c.a[0]), func(t *interp.Thread, e []term.Term) term.Term { return t.Call(f, term.NewList(e...)) })
	})
	m.def("zip_with", 3, func(c call) term.Term {
		f := c.fun(2, 2)
		return zip("zip_with/3", fixed(c.a[0], c.a[1]), func(t *interp.Thread, e []term.Term) term.Term { return t.Call(f, e[0], e[1]) })
	})
	m.def("intersperse", 2, func(c call) term.Term {
		sep := c.a[1]
		return newLazy("intersperse/2", c.a[0], func(_ *interp.Thread, in puller) puller {
			var held term.Term
			started := false
			return &pullFunc{done: in.close, get: func() (term.Term, bool) {
				if held != nil {
					e := held
					held = nil
					return e, true
				}
				e, ok := in.next()
				if !ok || !started {
					started = true
					return e, ok
				}
				held = e
				return sep, true
			}}
		})
	})
	m.def("into", 3, streamInto, nothing)
	m.def("transform", 3, func(c call) term.Term {
		enum, acc, f := c.a[0], c.a[1], c.fun(2, 2)
		return newSource("transform/3", func(t *interp.Thread) puller {
			start := interp.NewFun(0, func(*interp.Thread, []term.Term) term.Term { return acc })
			return pullTransform(t, pull(t, enum), start, f, nil, nil)
		})
	})
	m.def("transform", 4, func(c call) term.Term {
		enum, start, f, after := c.a[0], c.fun(1, 0), c.fun(2, 2), c.fun(3, 1)
		return newSource("transform/4", func(t *interp.Thread) puller {
			return pullTransform(t, pull(t, enum), start, f, nil, after)
		})
	})
	m.def("transform", 5, func(c call) term.Term {
		enum, start, f, last, after := c.a[0], c.fun(1, 0), c.fun(2, 2), c.fun(3, 1), c.fun(4, 1)
		return newSource("transform/5", func(t *interp.Thread) puller {
			return pullTransform(t, pull(t, enum), start, f, last, after)
		})
	})
}

func flatMap(name string, enum term.Term, f *term.Fun) term.Term {
	return newSource(name, func(t *interp.Thread) puller {
		outer := pull(t, enum)
		var inner puller
		return &pullFunc{
			get: func() (term.Term, bool) {
				for {
					t.Burn(1)
					if inner != nil {
						if e, ok := inner.next(); ok {
							return e, true
						}
						inner.close()
						inner = nil
					}
					e, ok := outer.next()
					if !ok {
						return nil, false
					}
					if f != nil {
						e = t.Call(f, e)
					}
					inner = pull(t, e)
				}
			},
			done: func() {
				if inner != nil {
					inner.close()
					inner = nil
				}
				outer.close()
			},
		}
	})
}

// pullTransform is Stream.transform/5, and Stream.resource/3 without in: step
// returns {elements, acc} or {:halt, acc}.
func pullTransform(t *interp.Thread, in puller, start, step, last, after *term.Fun) puller {
	x := &transformer{t: t, in: in, start: start, step: step, last: last, after: after}
	return &pullFunc{get: x.get, done: x.finish}
}

type transformer struct {
	t                        *interp.Thread
	in                       puller
	start, step, last, after *term.Fun
	acc                      term.Term
	inner                    puller
	ending, ended            bool
}

func (x *transformer) get() (term.Term, bool) {
	if x.ended {
		return nil, false
	}
	if x.acc == nil {
		x.acc = x.t.Call(x.start)
	}
	defer func() {
		if r := recover(); r != nil {
			x.finish()
			panic(r)
		}
	}()
	for {
		x.t.Burn(1)
		if x.inner != nil {
			if e, ok := x.inner.next(); ok {
				return e, true
			}
			x.inner.close()
			x.inner = nil
		}
		if x.ending || !x.advance() {
			x.finish()
			return nil, false
		}
	}
}

// advance asks for more elements, and returns false when there are none.
func (x *transformer) advance() bool {
	var r term.Term
	if x.in == nil {
		r = x.t.Call(x.step, x.acc)
	} else if e, ok := x.in.next(); ok {
		r = x.t.Call(x.step, e, x.acc)
	} else if x.last != nil {
		x.ending = true
		r = x.t.Call(x.last, x.acc)
	} else {
		return false
	}
	elems, acc, ok := pairOf(r)
	if !ok {
		x.t.RaiseNew("CaseClauseError", "term", r)
	}
	x.acc = acc
	if isAtom(elems, "halt") {
		return false
	}
	x.inner = pull(x.t, elems)
	return true
}

func (x *transformer) finish() {
	if x.ended {
		return
	}
	x.ended = true
	if x.inner != nil {
		x.inner.close()
	}
	if x.in != nil {
		x.in.close()
	}
	if x.after != nil && x.acc != nil {
		x.t.Call(x.after, x.acc)
	}
}

// streamInto hands elements on while a Collectable gathers them.
func streamInto(c call) term.Term {
	into, f := c.a[1], c.a[2]
	return newLazy("into/3", c.a[0], func(t *interp.Thread, in puller) puller {
		pair, _ := t.Apply(term.NewModule("Collectable"), "into", into).(term.Tuple)
		if len(pair) != 2 {
			t.RaiseNew("MatchError", "term", pair)
		}
		acc, collect, ended := pair[0], pair[1], false
		end := func(how string) {
			if !ended {
				ended = true
				t.Call(collect, acc, atomTerm(how))
			}
		}
		return &pullFunc{
			get: func() (term.Term, bool) {
				e, ok := in.next()
				if !ok {
					end("done")
					return nil, false
				}
				v := e
				if !absent(f) {
					v = t.Call(f, e)
				}
				acc = t.Call(collect, acc, tuple(atomTerm("cont"), v))
				return e, true
			},
			done: func() { end("done"); in.close() },
		}
	})
}
