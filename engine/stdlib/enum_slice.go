package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func defEnumSlices(m *textModule) {
	m.def("take", 2, func(c call) term.Term {
		n := c.int(1)
		if n >= 0 {
			return c.list(firstOf(c, n))
		}
		elems := c.elems(0)
		return c.list(elems[max(len(elems)+n, 0):])
	})
	m.def("drop", 2, func(c call) term.Term {
		n := c.int(1)
		elems := c.elems(0)
		if n < 0 {
			return c.list(elems[:max(len(elems)+n, 0)])
		}
		return c.list(elems[min(n, len(elems)):])
	})
	m.def("split", 2, func(c call) term.Term {
		n := c.int(1)
		elems := c.elems(0)
		if n < 0 {
			n = max(len(elems)+n, 0)
		}
		n = min(n, len(elems))
		return tuple(c.list(elems[:n]), c.list(elems[n:]))
	})
	m.def("take_while", 2, func(c call) term.Term {
		k := c.collect()
		c.each(0, func(e term.Term) bool {
			if !c.truthy(c.a[1], e) {
				return false
			}
			k.add(e)
			return true
		})
		return k.list()
	})
	m.def("drop_while", 2, func(c call) term.Term {
		k, dropping := c.collect(), true
		c.each(0, func(e term.Term) bool {
			dropping = dropping && c.truthy(c.a[1], e)
			if !dropping {
				k.add(e)
			}
			return true
		})
		return k.list()
	})
	m.def("split_while", 2, func(c call) term.Term {
		left, right := c.collect(), c.collect()
		c.each(0, func(e term.Term) bool {
			if len(right.out) == 0 && c.truthy(c.a[1], e) {
				left.add(e)
			} else {
				right.add(e)
			}
			return true
		})
		return tuple(left.list(), right.list())
	})
	every := func(take bool) textFunc {
		return func(c call) term.Term {
			n := c.nonNeg(1)
			k, i := c.collect(), 0
			c.each(0, func(e term.Term) bool {
				if (n > 0 && i%n == 0) == take {
					k.add(e)
				}
				i++
				return true
			})
			return k.list()
		}
	}
	m.def("take_every", 2, every(true))
	m.def("drop_every", 2, every(false))
	m.def("slice", 2, enumSliceRange)
	m.def("slice", 3, func(c call) term.Term {
		start, n := c.int(1), c.nonNeg(2)
		if start >= 0 {
			elems := firstOf(c, start+min(n, 1<<40))
			return c.list(elems[min(start, len(elems)):])
		}
		elems := c.elems(0)
		start = max(start+len(elems), 0)
		return c.list(elems[start:min(start+n, len(elems))])
	})
	m.def("reverse_slice", 3, func(c call) term.Term {
		start, n := c.nonNeg(1), c.nonNeg(2)
		elems := append([]term.Term(nil), c.elems(0)...)
		if start < len(elems) {
			part := elems[start:min(start+n, len(elems))]
			for i, j := 0, len(part)-1; i < j; i, j = i+1, j-1 {
				part[i], part[j] = part[j], part[i]
			}
		}
		return c.list(elems)
	})
	m.def("slide", 3, enumSlide)
}

// firstOf returns the first n elements, reading no more of them.
func firstOf(c call, n int) []term.Term {
	k := c.collect()
	if n == 0 {
		return nil
	}
	c.each(0, func(e term.Term) bool {
		k.add(e)
		return len(k.out) < n
	})
	return k.out
}

func enumSliceRange(c call) term.Term {
	first, last, step, ok := rangeOf(c.a[1])
	if !ok {
		return c.noClause()
	}
	if step < 0 && !(step == -1 && first > last) {
		return c.raiseArgument("Enum.slice/2 does not accept ranges with negative steps, got: %s", rangeText(first, last, step))
	}
	if step < 0 { // as Elixir before 1.12 read 3..1
		step = 1
	}
	if f, l, s, isRange := rangeOf(c.a[0]); isRange {
		size := rangeSize(f, l, s)
		start, n := sliceBounds(size, first, last)
		k := c.collect()
		for i := 0; i < n; i += step {
			c.t.Burn(1)
			k.add(term.Int(f + (start+i)*s))
		}
		return k.list()
	}
	var elems []term.Term
	if first >= 0 && last >= 0 {
		// What lies behind the range is not read: there may be no end.
		elems = firstOf(c, max(0, last+1))
	} else {
		elems = c.elems(0)
	}
	start, n := sliceBounds(len(elems), first, last)
	k := c.collect()
	for i := 0; i < n; i += step {
		k.add(elems[start+i])
	}
	return k.list()
}

// enumSlide moves the elements of a range of indices to another index.
func enumSlide(c call) term.Term {
	to := c.int(2)
	first, last := 0, 0
	if n, ok := c.a[1].(term.Int); ok {
		first, last = int(n), int(n)
	} else {
		f, l, step, ok := rangeOf(c.a[1])
		if !ok {
			return c.noClause()
		}
		if step != 1 {
			return c.raiseArgument("Enum.slide/3 does not accept ranges with custom steps, got: %s", rangeText(f, l, step))
		}
		first, last = f, l
	}
	elems := c.elems(0)
	n := len(elems)
	if first < 0 {
		first = max(first+n, 0)
	}
	if last < 0 {
		last += n
	}
	if to < 0 {
		to += n
	}
	if to >= first && to <= last || first >= n || first < 0 || first > last {
		if to > first && to <= last && first != last {
			return c.raiseArgument("insertion index for slide must be outside the range being moved "+
				"(tried to insert %s at %d)", rangeText(first, last, 1), to)
		}
		return c.list(elems)
	}
	last = min(last, n-1)
	moved := elems[first : last+1]
	rest := append(append([]term.Term(nil), elems[:first]...), elems[last+1:]...)
	at := to
	if to > first {
		at = to - len(moved) + 1
	}
	at = min(max(at, 0), len(rest))
	out := append(append(append([]term.Term(nil), rest[:at]...), moved...), rest[at:]...)
	return c.list(out)
}

// entryBytes is what an entry of a map is charged while it is built: its place
// in the builder and its node.
const entryBytes = 96

// mapBuilder builds a map and charges for its entries.
type mapBuilder struct {
	t *interp.Thread
	b *term.MapBuilder
}

func builderOf(t *interp.Thread, m *term.Map) *mapBuilder {
	b := &mapBuilder{t, term.NewMapBuilder(m.Len())}
	t.Burn(m.Len() / 8)
	for k, v := range m.All() {
		b.b.Put(k, v)
	}
	return b
}

func (b *mapBuilder) put(k, v term.Term) {
	b.t.Grow(entryBytes)
	b.b.Put(k, v)
}

func (b *mapBuilder) m() *term.Map { return b.b.Map() }
