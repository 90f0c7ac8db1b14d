package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func defStreamChunks(m *textModule) {
	m.def("chunk_every", 2, func(c call) term.Term { return chunkEvery(c.a[0], c.positive(1), c.positive(1), term.Empty) })
	m.def("chunk_every", 4, func(c call) term.Term {
		return chunkEvery(c.a[0], c.positive(1), c.positive(2), c.a[3])
	}, term.Empty)
	m.def("chunk_by", 2, func(c call) term.Term { return chunkBy(c.a[0], c.fun(1, 1)) })
	m.def("chunk_while", 4, func(c call) term.Term { return chunkWhile(c.a[0], c.a[1], c.fun(2, 2), c.fun(3, 1)) })
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
