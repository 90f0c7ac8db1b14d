package stdlib

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func enumModule() *interp.NativeModule {
	m := newTextModule("Enum")
	defEnumTests(m)
	defEnumAccess(m)
	defEnumMaps(m)
	defEnumReduce(m)
	defEnumGroups(m)
	defEnumOrder(m)
	defEnumSlices(m)
	defEnumChunks(m)
	defEnumZip(m)
	defEnumRandom(m)
	return m.m
}

// nothing stands for an argument that was left out where nil is a value.
var nothing = term.NewAtom("$absent")

func absent(v term.Term) bool { a, ok := v.(term.Atom); return ok && a == nothing }

func defEnumTests(m *textModule) {
	m.def("all?", 2, func(c call) term.Term {
		all := true
		c.each(0, func(e term.Term) bool {
			all = c.applied(1, e)
			return all
		})
		return term.Bool(all)
	}, nothing)
	m.def("any?", 2, func(c call) term.Term {
		found := false
		c.each(0, func(e term.Term) bool {
			found = c.applied(1, e)
			return !found
		})
		return term.Bool(found)
	}, nothing)
	m.def("empty?", 1, func(c call) term.Term {
		if n, ok := c.asked(c.a[0], "slice"); ok {
			return term.Bool(n == term.Term(term.Int(0)))
		}
		empty := true
		c.each(0, func(term.Term) bool { empty = false; return false })
		return term.Bool(empty)
	})
	m.def("member?", 2, func(c call) term.Term { return term.Bool(c.member(c.a[0], c.a[1])) })
	m.def("count", 2, func(c call) term.Term {
		if absent(c.a[1]) {
			return term.Int(c.size(c.a[0]))
		}
		n := 0
		c.each(0, func(e term.Term) bool {
			if c.truthy(c.a[1], e) {
				n++
			}
			return true
		})
		return term.Int(n)
	}, nothing)
	countUntil := func(c call, limit int, test func(e term.Term) bool) term.Term {
		if limit < 1 {
			return c.noClause()
		}
		n := 0
		c.each(0, func(e term.Term) bool {
			if test(e) {
				n++
			}
			return n < limit
		})
		return term.Int(n)
	}
	m.def("count_until", 2, func(c call) term.Term {
		return countUntil(c, c.int(1), func(term.Term) bool { return true })
	})
	m.def("count_until", 3, func(c call) term.Term {
		return countUntil(c, c.int(2), func(e term.Term) bool { return c.truthy(c.a[1], e) })
	})
}

// applied reports whether a function argument returns a true value, or the
// element is one where the function was left out.
func (c call) applied(fun int, e term.Term) bool {
	if absent(c.a[fun]) {
		return term.Truthy(e)
	}
	return c.truthy(c.a[fun], e)
}

// size counts an enumerable, without a walk where its size is known.
func (c call) size(v term.Term) int {
	if first, last, step, ok := rangeOf(v); ok {
		return rangeSize(first, last, step)
	}
	switch x := v.(type) {
	case *term.Map:
		if inner, ok := setOf(x); ok {
			return inner.Len()
		}
		if _, isStruct := x.StructName(); !isStruct {
			return x.Len()
		}
	}
	if n, ok := c.asked(v, "count"); ok {
		if i, isInt := n.(term.Int); isInt {
			return int(i)
		}
	}
	n := 0
	eachOf(c.t, v, func(term.Term) bool { n++; return true })
	return n
}

func (c call) member(v, e term.Term) bool {
	if first, last, step, ok := rangeOf(v); ok {
		n, isInt := e.(term.Int)
		i := int(n)
		return isInt && rangeSize(first, last, step) > 0 && i >= min(first, last) && i <= max(first, last) && (i-first)%step == 0
	}
	if m, ok := v.(*term.Map); ok {
		if inner, ok := setOf(m); ok {
			return inner.Has(e)
		}
	}
	if found, ok := c.asked(v, "member?", e); ok {
		return term.Truthy(found)
	}
	found := false
	eachOf(c.t, v, func(x term.Term) bool {
		found = term.StrictEqual(x, e)
		return !found
	})
	return found
}

func defEnumAccess(m *textModule) {
	m.def("at", 3, func(c call) term.Term {
		if v, ok := c.fetchAt(c.a[0], c.int(1)); ok {
			return v
		}
		return c.a[2]
	}, term.Nil)
	m.def("fetch", 2, func(c call) term.Term {
		if v, ok := c.fetchAt(c.a[0], c.int(1)); ok {
			return okTuple(v)
		}
		return term.Err
	})
	m.def("fetch!", 2, func(c call) term.Term {
		v, ok := c.fetchAt(c.a[0], c.int(1))
		if !ok {
			c.t.RaiseNew("Enum.OutOfBoundsError")
		}
		return v
	})
	m.def("find", 3, func(c call) term.Term {
		out := c.a[1]
		c.each(0, func(e term.Term) bool {
			if c.truthy(c.a[2], e) {
				out = e
				return false
			}
			return true
		})
		return out
	})
	m.def("find_value", 3, func(c call) term.Term {
		out := c.a[1]
		c.each(0, func(e term.Term) bool {
			if v := c.t.Call(c.a[2], e); term.Truthy(v) {
				out = v
				return false
			}
			return true
		})
		return out
	})
	for _, name := range []string{"find", "find_value"} {
		m.middleDefault(name, 3, term.Nil)
	}
	m.def("find_index", 2, func(c call) term.Term {
		i, found := 0, false
		c.each(0, func(e term.Term) bool {
			if found = c.truthy(c.a[1], e); !found {
				i++
			}
			return !found
		})
		if !found {
			return term.Nil
		}
		return term.Int(i)
	})
}

// middleDefault adds the lower arity of a function whose second argument has a
// default.
func (m *textModule) middleDefault(name string, arity int, def term.Term) {
	for _, f := range m.m.Funcs {
		if f.Name == name && f.Arity == arity {
			fn := f.Fn
			m.add(name, arity-1, func(t *interp.Thread, a []term.Term) term.Term {
				full := append(make([]term.Term, 0, arity), a[0], def)
				return fn(t, append(full, a[1:]...))
			})
			return
		}
	}
}

// fetchAt returns the element at an index, counted from the end if negative.
func (c call) fetchAt(v term.Term, i int) (out term.Term, ok bool) {
	c.asked(v, "slice") // which may raise
	if i < 0 {
		elems := elemsOf(c.t, v)
		if i += len(elems); i < 0 {
			return nil, false
		}
		return elems[i], true
	}
	if first, last, step, isRange := rangeOf(v); isRange {
		return term.Int(first + i*step), i < rangeSize(first, last, step)
	}
	eachOf(c.t, v, func(e term.Term) bool {
		if i == 0 {
			out, ok = e, true
		}
		i--
		return !ok
	})
	return out, ok
}

func defEnumMaps(m *textModule) {
	m.def("map", 2, func(c call) term.Term {
		k := c.collect()
		c.each(0, func(e term.Term) bool { k.add(c.t.Call(c.a[1], e)); return true })
		return k.list()
	})
	m.def("each", 2, func(c call) term.Term {
		c.each(0, func(e term.Term) bool { c.t.Call(c.a[1], e); return true })
		return term.OK
	})
	filter := func(keep bool) textFunc {
		return func(c call) term.Term {
			k := c.collect()
			c.each(0, func(e term.Term) bool {
				if c.truthy(c.a[1], e) == keep {
					k.add(e)
				}
				return true
			})
			return k.list()
		}
	}
	m.def("filter", 2, filter(true))
	m.def("reject", 2, filter(false))
	m.def("flat_map", 2, func(c call) term.Term {
		k := c.collect()
		c.each(0, func(e term.Term) bool {
			eachOf(c.t, c.t.Call(c.a[1], e), func(x term.Term) bool { k.add(x); return true })
			return true
		})
		return k.list()
	})
	m.def("concat", 1, func(c call) term.Term {
		k := c.collect()
		c.each(0, func(e term.Term) bool {
			eachOf(c.t, e, func(x term.Term) bool { k.add(x); return true })
			return true
		})
		return k.list()
	})
	m.def("concat", 2, func(c call) term.Term {
		if l, ok := c.a[1].(*term.List); ok {
			return term.ListOnto(c.elems(0), l)
		}
		return c.list(append(c.elems(0), c.elems(1)...))
	})
	m.def("map_every", 3, func(c call) term.Term {
		n := c.nonNeg(1)
		k, i := c.collect(), 0
		c.each(0, func(e term.Term) bool {
			if n > 0 && i%n == 0 {
				e = c.t.Call(c.a[2], e)
			}
			i++
			k.add(e)
			return true
		})
		return k.list()
	})
	m.def("intersperse", 2, func(c call) term.Term { return c.interspersed(func(e term.Term) term.Term { return e }) })
	m.def("map_intersperse", 3, func(c call) term.Term {
		return c.interspersed(func(e term.Term) term.Term { return c.t.Call(c.a[2], e) })
	})
	m.def("with_index", 2, enumWithIndex, term.Int(0))
	m.def("to_list", 1, func(c call) term.Term {
		if l, ok := c.a[0].(*term.List); ok {
			return l
		}
		return c.list(c.elems(0))
	})
	m.def("reverse", 2, func(c call) term.Term {
		var tail term.Term = term.Empty
		if l, ok := c.a[1].(*term.List); ok {
			tail = l
		} else {
			tail = term.NewList(c.elems(1)...)
		}
		c.each(0, func(e term.Term) bool {
			c.t.Grow(cellBytes)
			tail = &term.List{Head: e, Tail: tail}
			return true
		})
		return tail
	}, term.Empty)
	m.def("join", 2, func(c call) term.Term {
		return c.joined(c.str(1), func(e term.Term) term.Term { return e })
	}, term.Binary(""))
	m.def("map_join", 3, func(c call) term.Term {
		return c.joined(c.str(1), func(e term.Term) term.Term { return c.t.Call(c.a[2], e) })
	})
	m.middleDefault("map_join", 3, term.Binary(""))
	m.def("into", 2, func(c call) term.Term {
		return c.into(c.a[1], func(e term.Term) term.Term { return e })
	})
	m.def("into", 3, func(c call) term.Term {
		return c.into(c.a[1], func(e term.Term) term.Term {
			v := c.t.Call(c.a[2], e)
			if target, ok := c.a[1].(*term.Map); ok && isKind(c.a[0], term.KindList) && target.Len() > 0 {
				if _, isStruct := target.StructName(); !isStruct {
					if _, _, ok := pairOf(v); !ok {
						c.t.RaiseNew("MatchError", "term", v)
					}
				}
			}
			return v
		})
	})
	m.def("unzip", 1, func(c call) term.Term {
		left, right := c.collect(), c.collect()
		c.each(0, func(e term.Term) bool {
			a, b, ok := pairOf(e)
			if !ok {
				c.t.RaiseFunctionClause("Enum", "unzip", []term.Term{c.a[0], left.list(), right.list()})
			}
			left.add(a)
			right.add(b)
			return true
		})
		return tuple(left.list(), right.list())
	})
}

func (c call) interspersed(f func(e term.Term) term.Term) term.Term {
	k := c.collect()
	c.each(0, func(e term.Term) bool {
		if len(k.out) > 0 {
			k.add(c.a[1])
		}
		k.add(f(e))
		return true
	})
	return k.list()
}

func enumWithIndex(c call) term.Term {
	k := c.collect()
	if f, ok := c.a[1].(*term.Fun); ok {
		if f.Arity != 2 {
			return c.noClause()
		}
		c.each(0, func(e term.Term) bool {
			k.add(c.t.Call(f, e, term.Int(len(k.out))))
			return true
		})
		return k.list()
	}
	i := c.int(1)
	c.each(0, func(e term.Term) bool {
		c.t.Grow(32)
		k.add(tuple(e, term.Int(i)))
		i++
		return true
	})
	return k.list()
}

func (c call) joined(sep string, f func(e term.Term) term.Term) term.Term {
	var b strings.Builder
	first := true
	c.each(0, func(e term.Term) bool {
		if !first {
			b.WriteString(sep)
		}
		first = false
		s := c.t.ToString(f(e))
		c.t.Grow(len(s) + len(sep))
		b.WriteString(s)
		return true
	})
	return term.Binary(b.String())
}

func (c call) into(target term.Term, f func(e term.Term) term.Term) term.Term {
	if m, ok := target.(*term.Map); ok {
		if inner, isSet := setOf(m); isSet {
			b := builderOf(c.t, inner)
			c.each(0, func(e term.Term) bool { b.put(f(e), term.Empty); return true })
			return newSet(b.m())
		}
		if _, isStruct := m.StructName(); !isStruct && isPlain(c.a[0]) {
			b := builderOf(c.t, m)
			c.addPairs(b, f)
			return b.m()
		}
	}
	return c.t.Into(target, func(yield func(term.Term)) {
		c.each(0, func(e term.Term) bool {
			c.t.Grow(cellBytes)
			yield(f(e))
			return true
		})
	})
}

// isPlain reports whether an enumerable is a list or a map that is no struct.
func isPlain(v term.Term) bool {
	if m, ok := v.(*term.Map); ok {
		_, isStruct := m.StructName()
		return !isStruct
	}
	return isKind(v, term.KindList)
}

func defEnumReduce(m *textModule) {
	m.def("reduce", 2, func(c call) term.Term {
		var acc term.Term
		c.each(0, func(e term.Term) bool {
			if acc == nil {
				acc = e
			} else {
				acc = c.t.Call(c.a[1], e, acc)
			}
			return true
		})
		if acc == nil {
			return c.emptyError()
		}
		return acc
	})
	m.def("reduce", 3, func(c call) term.Term {
		acc, f := c.a[1], c.a[2]
		c.each(0, func(e term.Term) bool { acc = c.t.Call(f, e, acc); return true })
		return acc
	})
	m.def("reduce_while", 3, func(c call) term.Term {
		acc, f := c.a[1], c.a[2]
		c.each(0, func(e term.Term) bool {
			r := c.t.Call(f, e, acc)
			tag, v, ok := pairOf(r)
			switch {
			case ok && isAtom(tag, "cont"):
				acc = v
				return true
			case ok && isAtom(tag, "halt"):
				acc = v
				return false
			}
			c.t.RaiseFunctionClause("Enumerable.List", "reduce", []term.Term{term.Empty, r, f})
			return false
		})
		return acc
	})
	m.def("map_reduce", 3, func(c call) term.Term {
		acc, f, k := c.a[1], c.a[2], c.collect()
		c.each(0, func(e term.Term) bool {
			r := c.t.Call(f, e, acc)
			v, next, ok := pairOf(r)
			if !ok {
				c.t.RaiseNew("MatchError", "term", r)
			}
			k.add(v)
			acc = next
			return true
		})
		return tuple(k.list(), acc)
	})
	m.def("flat_map_reduce", 3, enumFlatMapReduce)
	m.def("scan", 2, func(c call) term.Term {
		var acc term.Term
		return c.scanned(acc, c.a[1])
	})
	m.def("scan", 3, func(c call) term.Term { return c.scanned(c.a[1], c.a[2]) })
	sum := func(op string, start term.Term, by bool) textFunc {
		return func(c call) term.Term {
			acc := start
			if first, last, step, ok := rangeOf(c.a[0]); ok && op == "+" && !by {
				return rangeSum(c, first, last, step)
			}
			c.each(0, func(e term.Term) bool {
				if by {
					e = c.t.Call(c.a[1], e)
				}
				acc = c.t.Arith(op, e, acc)
				return true
			})
			return acc
		}
	}
	m.def("sum", 1, sum("+", term.Int(0), false))
	m.def("sum_by", 2, sum("+", term.Int(0), true))
	m.def("product", 1, sum("*", term.Int(1), false))
	m.def("product_by", 2, sum("*", term.Int(1), true))
}

func rangeSum(c call, first, last, step int) term.Term {
	n := rangeSize(first, last, step)
	if n == 0 {
		return term.Int(0)
	}
	end := c.t.Arith("+", term.Int(first), c.t.Arith("*", term.Int(n-1), term.Int(step)))
	return c.t.Arith("div", c.t.Arith("*", term.Int(n), c.t.Arith("+", term.Int(first), end)), term.Int(2))
}

func (c call) emptyError() term.Term {
	c.t.RaiseNew("Enum.EmptyError")
	return nil
}

func (c call) scanned(acc, f term.Term) term.Term {
	k := c.collect()
	c.each(0, func(e term.Term) bool {
		if acc == nil {
			acc = e
		} else {
			acc = c.t.Call(f, e, acc)
		}
		k.add(acc)
		return true
	})
	return k.list()
}

func enumFlatMapReduce(c call) term.Term {
	acc, f, k := c.a[1], c.a[2], c.collect()
	c.each(0, func(e term.Term) bool {
		r := c.t.Call(f, e, acc)
		first, next, ok := pairOf(r)
		if !ok {
			c.t.RaiseNew("CaseClauseError", "term", r)
		}
		acc = next
		if isAtom(first, "halt") {
			return false
		}
		eachOf(c.t, first, func(x term.Term) bool { k.add(x); return true })
		return true
	})
	return tuple(k.list(), acc)
}
