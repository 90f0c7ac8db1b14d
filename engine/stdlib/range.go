package stdlib

import (
	"math"
	"strconv"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

var (
	rangeAtom = term.NewModule("Range")
	firstKey  = term.NewAtom("first")
	lastKey   = term.NewAtom("last")
	stepKey   = term.NewAtom("step")
)

// rangeOf takes a range apart.
func rangeOf(v term.Term) (first, last, step int, ok bool) {
	m, isMap := v.(*term.Map)
	if !isMap {
		return 0, 0, 0, false
	}
	if name, _ := m.StructName(); name != rangeAtom {
		return 0, 0, 0, false
	}
	f, ok1 := m.GetAtom(firstKey).(term.Int)
	l, ok2 := m.GetAtom(lastKey).(term.Int)
	s, ok3 := m.GetAtom(stepKey).(term.Int)
	return int(f), int(l), int(s), ok1 && ok2 && ok3 && s != 0
}

func newRange(first, last, step int) *term.Map {
	return term.NewStruct("Range", "first", term.Int(first), "last", term.Int(last), "step", term.Int(step))
}

// rangeSize returns the number of elements of a range.
func rangeSize(first, last, step int) int {
	if step > 0 && first > last || step < 0 && first < last {
		return 0
	}
	n := (float64(last) - float64(first)) / float64(step)
	if n >= math.MaxInt64/2 {
		return math.MaxInt64 / 2
	}
	return (last-first)/step + 1
}

// sliceBounds returns the start and length of the slice first..last of n
// elements, where negative indices count from the end.
func sliceBounds(n, first, last int) (start, count int) {
	if first < 0 {
		first = max(first+n, 0)
	}
	if last < 0 {
		last += n
	}
	last = min(last, n-1)
	if first > last {
		return 0, 0
	}
	return first, last - first + 1
}

func (c call) rangeParts(i int) (first, last, step int) {
	first, last, step, ok := rangeOf(c.a[i])
	if !ok {
		c.noClause()
	}
	return first, last, step
}

func rangeModule() *interp.NativeModule {
	m := newTextModule("Range")
	m.m.Struct = term.NewStruct("Range", "first", term.Nil, "last", term.Nil, "step", term.Nil)
	m.def("new", 2, func(c call) term.Term {
		first, ok1 := c.a[0].(term.Int)
		last, ok2 := c.a[1].(term.Int)
		if !ok1 || !ok2 {
			return c.raiseArgument("ranges (first..last) expect both sides to be integers, got: %s..%s", c.inspect(c.a[0]), c.inspect(c.a[1]))
		}
		step := 1
		if first > last {
			step = -1
		}
		return newRange(int(first), int(last), step)
	})
	m.def("new", 3, func(c call) term.Term {
		first, ok1 := c.a[0].(term.Int)
		last, ok2 := c.a[1].(term.Int)
		step, ok3 := c.a[2].(term.Int)
		if !ok1 || !ok2 || !ok3 || step == 0 {
			return c.raiseArgument("ranges (first..last//step) expect both sides to be integers and the step to be a "+
				"non-zero integer, got: %s..%s//%s", c.inspect(c.a[0]), c.inspect(c.a[1]), c.inspect(c.a[2]))
		}
		return newRange(int(first), int(last), int(step))
	})
	m.def("size", 1, func(c call) term.Term {
		return term.Int(rangeSize(c.rangeParts(0)))
	})
	m.def("to_list", 1, func(c call) term.Term {
		c.rangeParts(0)
		return term.NewList(c.elems(0)...)
	})
	m.def("shift", 2, func(c call) term.Term {
		first, last, step := c.rangeParts(0)
		n := c.int(1)
		return newRange(first+n*step, last+n*step, step)
	})
	m.def("disjoint?", 2, rangeDisjoint)
	m.def("split", 2, func(c call) term.Term {
		first, last, step := c.rangeParts(0)
		n := c.int(1)
		size := rangeSize(first, last, step)
		if size == 0 {
			return tuple(newRange(first, first-step, step), newRange(last+step, last, step))
		}
		if n < 0 {
			n += size
		}
		mid := first + step*(n-1)
		if step > 0 {
			mid = max(min(mid, last), first-step)
		} else {
			mid = min(max(mid, last), first-step)
		}
		return tuple(newRange(first, mid, step), newRange(mid+step, last, step))
	})
	return m.m
}

// rangeDisjoint reports whether two ranges have no element in common.
func rangeDisjoint(c call) term.Term {
	f1, l1, s1 := normalRange(c.rangeParts(0))
	f2, l2, s2 := normalRange(c.rangeParts(1))
	if l1 < f1 || l2 < f2 || l1 < f2 || l2 < f1 {
		return term.True
	}
	// The first common element is f1 + k*s1 with f1 + k*s1 ≡ f2 (mod s2), for
	// some k below s2.
	lo, hi := max(f1, f2), min(l1, l2)
	g := gcd(s1, s2)
	if (f1-f2)%g != 0 {
		return term.True
	}
	start := f1
	for k := 0; k < s2/g; k++ {
		c.t.Burn(1)
		if (start-f2)%s2 == 0 {
			break
		}
		start += s1
	}
	lcm := s1 / g * s2
	if start < lo {
		start += (lo - start + lcm - 1) / lcm * lcm
	} else {
		start -= (start - lo) / lcm * lcm
	}
	return term.Bool(start > hi)
}

// normalRange returns the range upwards, ending at its last element.
func normalRange(first, last, step int) (int, int, int) {
	n := rangeSize(first, last, step)
	if n == 0 {
		return 1, 0, 1
	}
	end := first + (n-1)*step
	if step < 0 {
		return end, first, -step
	}
	return first, end, step
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// rangeText shows a range for messages.
func rangeText(first, last, step int) string {
	s := strconv.Itoa(first) + ".." + strconv.Itoa(last)
	if step != 1 {
		s += "//" + strconv.Itoa(step)
	}
	return s
}
