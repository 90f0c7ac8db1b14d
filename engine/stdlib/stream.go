package stdlib

import (
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
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

func defStreamChunks(m *textModule) {
	m.def("chunk_every", 2, func(c call) term.Term { return chunkEvery(c.a[0], c.positive(1), c.positive(1), term.Empty) })
	m.def("chunk_every", 4, func(c call) term.Term {
		return chunkEvery(c.a[0], c.positive(1), c.positive(2), c.a[3])
	}, term.Empty)
	m.def("chunk_by", 2, func(c call) term.Term { return chunkBy(c.a[0], c.fun(1, 1)) })
	m.def("chunk_while", 4, func(c call) term.Term { return chunkWhile(c.a[0], c.a[1], c.fun(2, 2), c.fun(3, 1)) })
}

func (c call) positive(i int) int {
	n := c.int(i)
	if n < 1 {
		c.noClause()
	}
	return n
}

// chunkEvery is a stream of lists of count elements, each starting step after
// the one before. The last is filled up from leftover.
func chunkEvery(enum term.Term, count, step int, leftover term.Term) *lazy {
	return newLazy("chunk_while/4", enum, func(t *interp.Thread, in puller) puller {
		var buf []term.Term
		n, ended := 0, false
		limit := max(count, step)
		return &pullFunc{done: in.close, get: func() (term.Term, bool) {
			for !ended {
				t.Burn(1)
				e, ok := in.next()
				if !ok {
					ended = true
					if isAtom(leftover, "discard") || n == 0 || n >= count {
						return nil, false
					}
					buf = append(buf, takeOf(t, leftover, count-n)...)
					return term.NewList(buf...), true
				}
				t.Grow(cellBytes)
				if n++; n <= count {
					buf = append(buf, e)
				}
				var out term.Term
				if n == count {
					out = term.NewList(buf...)
				}
				if n == limit {
					n = max(count-step, 0)
					buf = append([]term.Term(nil), buf[count-n:]...)
				}
				if out != nil {
					return out, true
				}
			}
			return nil, false
		}}
	})
}

func takeOf(t *interp.Thread, v term.Term, n int) []term.Term {
	var out []term.Term
	if n <= 0 {
		return nil
	}
	eachOf(t, v, func(e term.Term) bool {
		out = append(out, e)
		return len(out) < n
	})
	return out
}

func chunkBy(enum, f term.Term) *lazy {
	return newLazy("chunk_while/4", enum, func(t *interp.Thread, in puller) puller {
		var buf []term.Term
		var key term.Term
		ended := false
		return &pullFunc{done: in.close, get: func() (term.Term, bool) {
			for !ended {
				t.Burn(1)
				e, ok := in.next()
				if !ok {
					ended = true
					return term.NewList(buf...), len(buf) > 0
				}
				t.Grow(cellBytes)
				k := t.Call(f, e)
				if key != nil && !term.StrictEqual(key, k) {
					out := term.NewList(buf...)
					key, buf = k, []term.Term{e}
					return out, true
				}
				key, buf = k, append(buf, e)
			}
			return nil, false
		}}
	})
}

func chunkWhile(enum, acc, f, after term.Term) *lazy {
	return newLazy("chunk_while/4", enum, func(t *interp.Thread, in puller) puller {
		acc, ended := acc, false
		// step takes the result of either function apart.
		step := func(r term.Term) (out term.Term, emit bool) {
			x, ok := r.(term.Tuple)
			switch {
			case ok && len(x) == 2 && isAtom(x[0], "cont"):
				acc = x[1]
			case ok && len(x) == 3 && isAtom(x[0], "cont"):
				acc = x[2]
				return x[1], true
			case ok && len(x) == 2 && isAtom(x[0], "halt"):
				acc, ended = x[1], true
			default:
				t.RaiseNew("CaseClauseError", "term", r)
			}
			return nil, false
		}
		finished := false
		return &pullFunc{done: in.close, get: func() (term.Term, bool) {
			for !ended {
				t.Burn(1)
				e, ok := in.next()
				if !ok {
					ended = true
					break
				}
				if out, emit := step(t.Call(f, e, acc)); emit {
					return out, true
				}
			}
			if finished {
				return nil, false
			}
			finished = true
			in.close()
			return step(t.Call(after, acc))
		}}
	})
}
