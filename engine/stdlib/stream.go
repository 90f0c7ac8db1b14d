package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func streamModule() *interp.NativeModule {
	m := newTextModule("Stream")
	m.m.Struct = term.NewStruct("Stream", "enum", term.Nil, "funs", term.Empty, "accs", term.Empty, "done", term.Nil)
	defStreamMaps(m)
	defStreamSlices(m)
	defStreamSources(m)
	defStreamJoins(m)
	defStreamChunks(m)
	return m.m
}

// stage is a stream that hands on what f makes of each element: skip leaves it
// out, stop ends the stream.
func stage(name string, enum term.Term, start func(t *interp.Thread) func(e term.Term) (out term.Term, skip, stop bool)) *lazy {
	return newLazy(name, enum, func(t *interp.Thread, in puller) puller {
		f := start(t)
		ended := false
		return &pullFunc{done: in.close, get: func() (term.Term, bool) {
			for !ended {
				t.Burn(1)
				e, ok := in.next()
				if !ok {
					break
				}
				out, skip, stop := f(e)
				switch {
				case stop:
					ended = true
					in.close()
				case !skip:
					return out, true
				}
			}
			return nil, false
		}}
	})
}

func defStreamMaps(m *textModule) {
	m.def("map", 2, func(c call) term.Term {
		f := c.fun(1, 1)
		return stage("map/2", c.a[0], func(t *interp.Thread) func(term.Term) (term.Term, bool, bool) {
			return func(e term.Term) (term.Term, bool, bool) { return t.Call(f, e), false, false }
		})
	})
	m.def("each", 2, func(c call) term.Term {
		f := c.fun(1, 1)
		return stage("each/2", c.a[0], func(t *interp.Thread) func(term.Term) (term.Term, bool, bool) {
			return func(e term.Term) (term.Term, bool, bool) { t.Call(f, e); return e, false, false }
		})
	})
	for _, name := range []string{"filter", "reject"} {
		m.def(name, 2, func(c call) term.Term {
			f := c.fun(1, 1)
			return stage(name+"/2", c.a[0], func(t *interp.Thread) func(term.Term) (term.Term, bool, bool) {
				return func(e term.Term) (term.Term, bool, bool) {
					return e, term.Truthy(t.Call(f, e)) == (name == "reject"), false
				}
			})
		})
	}
	key := func(t *interp.Thread, f term.Term, e term.Term) term.Term {
		if absent(f) {
			return e
		}
		return t.Call(f, e)
	}
	uniq := func(name string) textFunc {
		return func(c call) term.Term {
			f := c.a[1]
			return stage(name, c.a[0], func(t *interp.Thread) func(term.Term) (term.Term, bool, bool) {
				seen := newTermCounts(0)
				return func(e term.Term) (term.Term, bool, bool) {
					t.Grow(cellBytes)
					return e, seen.add(key(t, f, e), 1) > 0, false
				}
			})
		}
	}
	m.def("uniq", 2, uniq("uniq_by/2"), nothing)
	m.def("uniq_by", 2, uniq("uniq_by/2"))
	dedup := func(c call) term.Term {
		f := c.a[1]
		return stage("dedup_by/2", c.a[0], func(t *interp.Thread) func(term.Term) (term.Term, bool, bool) {
			var last term.Term
			return func(e term.Term) (term.Term, bool, bool) {
				k := key(t, f, e)
				same := last != nil && term.StrictEqual(k, last)
				last = k
				return e, same, false
			}
		})
	}
	m.def("dedup", 2, dedup, nothing)
	m.def("dedup_by", 2, dedup)
	m.remove("dedup", 2)
	m.def("map_every", 3, func(c call) term.Term {
		n, f := c.nonNeg(1), c.fun(2, 1)
		return counted("map_every/3", c.a[0], func(t *interp.Thread, i int, e term.Term) (term.Term, bool, bool) {
			if n > 0 && i%n == 0 {
				e = t.Call(f, e)
			}
			return e, false, false
		})
	})
	m.def("with_index", 2, func(c call) term.Term {
		f, start := c.a[1], 0
		if !isFun(f, 2) {
			start = c.int(1)
		}
		return counted("with_index/2", c.a[0], func(t *interp.Thread, i int, e term.Term) (term.Term, bool, bool) {
			if isFun(f, 2) {
				return t.Call(f, e, term.Int(i)), false, false
			}
			return tuple(e, term.Int(start+i)), false, false
		})
	}, term.Int(0))
	scan := func(acc, f term.Term, enum term.Term) term.Term {
		return stage("scan/2", enum, func(t *interp.Thread) func(term.Term) (term.Term, bool, bool) {
			acc := acc
			return func(e term.Term) (term.Term, bool, bool) {
				if acc == nil {
					acc = e
				} else {
					acc = t.Call(f, e, acc)
				}
				return acc, false, false
			}
		})
	}
	m.def("scan", 2, func(c call) term.Term { return scan(nil, c.fun(1, 2), c.a[0]) })
	m.def("scan", 3, func(c call) term.Term { return scan(c.a[1], c.fun(2, 2), c.a[0]) })
	m.def("run", 1, func(c call) term.Term {
		c.each(0, func(term.Term) bool { return true })
		return term.OK
	})
}

func (m *textModule) remove(name string, arity int) {
	for i, f := range m.m.Funcs {
		if f.Name == name && f.Arity == arity {
			m.m.Funcs = append(m.m.Funcs[:i], m.m.Funcs[i+1:]...)
			return
		}
	}
}

// counted is a stage that knows how many elements came before.
func counted(name string, enum term.Term, f func(t *interp.Thread, i int, e term.Term) (term.Term, bool, bool)) *lazy {
	return stage(name, enum, func(t *interp.Thread) func(term.Term) (term.Term, bool, bool) {
		i := -1
		return func(e term.Term) (term.Term, bool, bool) { i++; return f(t, i, e) }
	})
}

func defStreamSlices(m *textModule) {
	m.def("take", 2, streamTake)
	m.def("drop", 2, func(c call) term.Term {
		n := c.int(1)
		if n >= 0 {
			return counted("drop/2", c.a[0], func(_ *interp.Thread, i int, e term.Term) (term.Term, bool, bool) {
				return e, i < n, false
			})
		}
		return newLazy("drop/2", c.a[0], func(t *interp.Thread, in puller) puller {
			var held []term.Term
			return &pullFunc{done: in.close, get: func() (term.Term, bool) {
				for {
					t.Burn(1)
					e, ok := in.next()
					if !ok {
						return nil, false
					}
					t.Grow(cellBytes)
					held = append(held, e)
					if len(held) > -n {
						e, held = held[0], held[1:]
						return e, true
					}
				}
			}}
		})
	})
	m.def("take_while", 2, func(c call) term.Term {
		f := c.fun(1, 1)
		return stage("take_while/2", c.a[0], func(t *interp.Thread) func(term.Term) (term.Term, bool, bool) {
			return func(e term.Term) (term.Term, bool, bool) { return e, false, !term.Truthy(t.Call(f, e)) }
		})
	})
	m.def("drop_while", 2, func(c call) term.Term {
		f := c.fun(1, 1)
		return stage("drop_while/2", c.a[0], func(t *interp.Thread) func(term.Term) (term.Term, bool, bool) {
			dropping := true
			return func(e term.Term) (term.Term, bool, bool) {
				dropping = dropping && term.Truthy(t.Call(f, e))
				return e, dropping, false
			}
		})
	})
	every := func(name string, take bool) {
		m.def(name, 2, func(c call) term.Term {
			n := c.nonNeg(1)
			return counted(name+"/2", c.a[0], func(_ *interp.Thread, i int, e term.Term) (term.Term, bool, bool) {
				return e, (n > 0 && i%n == 0) != take, take && n == 0
			})
		})
	}
	every("take_every", true)
	every("drop_every", false)
}

func streamTake(c call) term.Term {
	n := c.int(1)
	switch {
	case n == 0:
		return &lazy{open: func(t *interp.Thread) puller { return pullList(t, term.Empty) }, enum: term.Empty}
	case n > 0:
		return newLazy("take/2", c.a[0], func(_ *interp.Thread, in puller) puller {
			left := n
			return &pullFunc{done: in.close, get: func() (term.Term, bool) {
				if left == 0 {
					return nil, false
				}
				left--
				e, ok := in.next()
				if left == 0 {
					in.close()
				}
				return e, ok
			}}
		})
	}
	enum := c.a[0]
	return newSource("take/2", func(t *interp.Thread) puller {
		elems := elemsOf(t, enum)
		return pullList(t, term.NewList(elems[max(len(elems)+n, 0):]...))
	})
}
