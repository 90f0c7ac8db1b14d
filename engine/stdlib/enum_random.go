package stdlib

import (
	"math"
	"slices"

	"streamsplayground/engine/term"
)

func defEnumRandom(m *textModule) {
	m.def("random", 1, func(c call) term.Term {
		if first, last, step, ok := rangeOf(c.a[0]); ok && rangeSize(first, last, step) > 0 {
			return term.Int(first + step*(c.uniformInt(rangeSize(first, last, step))-1))
		}
		elems := c.elems(0)
		if len(elems) == 0 {
			return c.emptyError()
		}
		return elems[c.uniformInt(len(elems))-1]
	})
	m.def("shuffle", 1, func(c call) term.Term {
		type drawn struct {
			at float64
			e  term.Term
		}
		var all []drawn
		c.each(0, func(e term.Term) bool {
			c.t.Grow(2 * cellBytes)
			all = append(all, drawn{c.uniform(), e})
			return true
		})
		slices.Reverse(all)
		slices.SortStableFunc(all, func(a, b drawn) int {
			switch {
			case a.at < b.at:
				return -1
			case a.at > b.at:
				return 1
			}
			return 0
		})
		k := c.collect()
		for _, d := range all {
			k.add(d.e)
		}
		return k.list()
	})
	m.def("take_random", 2, func(c call) term.Term {
		switch n := c.nonNeg(1); n {
		case 0:
			return term.Empty
		case 1:
			return takeOneRandom(c)
		default:
			return takeRandom(c, n)
		}
	})
}

// skipRandom draws how many elements a sample of a size passes by until the
// next one that it takes: algorithm L of reservoir sampling.
func (c call) skipRandom(index int, w float64, size int) (next int, nextW float64) {
	w *= math.Exp(math.Log(c.uniform()) / float64(size))
	return index + int(math.Min(math.Floor(math.Log(c.uniform())/math.Log(1-w)), 1<<53)) + 1, w
}

func takeOneRandom(c call) term.Term {
	var taken term.Term
	i, next, w := 0, 0, 1.0
	c.each(0, func(e term.Term) bool {
		if i == next {
			next, w = c.skipRandom(i, w, 1)
			taken = e
		}
		i++
		return true
	})
	if taken == nil {
		return term.Empty
	}
	return c.list([]term.Term{taken})
}

func takeRandom(c call, size int) term.Term {
	sample := c.collect()
	i, next, w := 0, size-1, 1.0
	c.each(0, func(e term.Term) bool {
		switch {
		case i < size:
			sample.add(e)
			at := 0
			if i > 0 {
				at = c.uniformInt(i+1) - 1
			}
			sample.out[i], sample.out[at] = sample.out[at], e
			if i == next {
				next, w = c.skipRandom(i, w, size)
			}
		case i == next:
			at := c.uniformInt(size) - 1
			next, w = c.skipRandom(i, w, size)
			sample.out[at] = e
		}
		i++
		return true
	})
	return sample.list()
}
