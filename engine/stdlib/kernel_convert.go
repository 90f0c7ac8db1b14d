package stdlib

import (
	"strings"

	"streamsplayground/engine/term"
)

func defBinaries(m *textModule) {
	m.def("byte_size", 1, func(c call) term.Term {
		switch x := c.a[0].(type) {
		case term.Binary:
			return term.Int(len(x))
		case *term.Bits:
			return term.Int(len(x.Bytes))
		}
		return c.badArg(1, "not a bitstring")
	})
	m.def("bit_size", 1, func(c call) term.Term {
		switch x := c.a[0].(type) {
		case term.Binary:
			return term.Int(8 * len(x))
		case *term.Bits:
			return term.Int(x.Len)
		}
		return c.badArg(1, "not a bitstring")
	})
	m.def("binary_part", 3, func(c call) term.Term {
		b, ok := c.a[0].(term.Binary)
		if !ok {
			return c.badArg(1, "not a binary")
		}
		start, ok1 := c.a[1].(term.Int)
		n, ok2 := c.a[2].(term.Int)
		switch {
		case !ok1:
			return c.badArg(2, "not an integer")
		case !ok2:
			return c.badArg(3, "not an integer")
		case start < 0 || int(start) > len(b):
			return c.badArg(2, "out of range")
		case int(start+n) > len(b) || start+n < 0:
			return c.badArg(3, "out of range")
		case n < 0:
			return b[start+n : start]
		}
		return b[start : start+n]
	})
	m.def("binary_slice", 2, func(c call) term.Term {
		b := c.str(0)
		first, last, step, ok := rangeOf(c.a[1])
		if !ok {
			return c.noClause()
		}
		if step < 0 {
			return c.raiseArgument("binary_slice/2 does not accept ranges with negative steps, got: %s", c.inspect(c.a[1]))
		}
		from, n := sliceBounds(len(b), first, last)
		part := b[from : from+n]
		if step == 1 {
			return term.Binary(part)
		}
		var out []byte
		for i := 0; i < len(part); i += step {
			out = append(out, part[i])
		}
		return term.Binary(out)
	})
	m.def("binary_slice", 3, func(c call) term.Term {
		b, start, n := c.str(0), c.int(1), c.nonNeg(2)
		if start < 0 {
			start = max(start+len(b), 0)
		}
		if start >= len(b) {
			return term.Binary("")
		}
		return term.Binary(b[start : start+min(n, len(b)-start)])
	})
	m.def("=~", 2, func(c call) term.Term {
		text := c.str(0)
		if pattern, ok := c.a[1].(term.Binary); ok {
			return term.Bool(strings.Contains(text, string(pattern)))
		}
		return c.t.Apply(term.NewModule("Regex"), "match?", c.a[1], c.a[0])
	})
	m.def("<>", 2, func(c call) term.Term {
		for _, v := range c.a {
			if _, ok := v.(term.Binary); !ok {
				c.t.RaiseArgument("expected binary argument in <> operator but got: %s", c.inspect(v))
			}
		}
		return c.result(c.str(0) + c.str(1))
	})
}

func toCharlist(c call) term.Term {
	switch x := c.a[0].(type) {
	case term.Binary:
		return term.Charlist(string(x))
	case *term.List:
		return x
	case term.Int, *term.Big, term.Float, term.Atom:
		return term.Charlist(c.t.ToString(x))
	}
	return c.t.Apply(term.NewModule("List.Chars"), "to_charlist", c.a[0])
}

// toTimeout is Kernel.to_timeout/1: a duration in milliseconds.
func toTimeout(c call) term.Term {
	units := map[string]int{"millisecond": 1, "second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000}
	switch x := c.a[0].(type) {
	case term.Int:
		if x >= 0 {
			return x
		}
	case term.Atom:
		if isAtom(x, "infinity") {
			return x
		}
	case *term.List:
		return listTimeout(c, x, units)
	case *term.Map:
		if _, ok := structOf(x, "Duration"); !ok {
			break
		}
		for _, name := range []string{"year", "month"} {
			if n, _ := x.GetAtom(term.NewAtom(name)).(term.Int); n != 0 {
				return c.raiseArgument("duration with a non-zero %s cannot be reliably converted to timeouts", name)
			}
		}
		var sum term.Term = term.Int(0)
		if us, ok := x.GetAtom(term.NewAtom("microsecond")).(term.Tuple); ok && len(us) == 2 {
			n, _ := us[0].(term.Int)
			sum = term.Int(floorDiv(int64(n), 1000))
		}
		for name, factor := range units {
			if v := x.GetAtom(term.NewAtom(name)); v != nil {
				sum = c.t.Arith("+", sum, c.t.Arith("*", v, term.Int(factor)))
			}
		}
		return sum
	}
	return c.noClause()
}

func listTimeout(c call, l *term.List, units map[string]int) term.Term {
	var sum term.Term = term.Int(0)
	seen := map[string]bool{}
	for e := range l.All() {
		k, v, ok := pairOf(e)
		key, isAtomKey := k.(term.Atom)
		if !ok {
			return c.noClause()
		}
		if !isAtomKey || !isInteger(v) || term.Compare(v, term.Int(0)) < 0 {
			return c.raiseArgument("timeout component %s must be a non-negative integer, got: %s", c.inspect(k), c.inspect(v))
		}
		factor, known := units[key.Name()]
		switch {
		case !known:
			return c.raiseArgument("timeout component %s is not a valid timeout component, valid values are: "+
				":week, :day, :hour, :minute, :second, :millisecond", c.inspect(key))
		case seen[key.Name()]:
			return c.raiseArgument("timeout component %s is duplicated", c.inspect(key))
		}
		seen[key.Name()] = true
		sum = c.t.Arith("+", sum, c.t.Arith("*", v, term.Int(factor)))
	}
	return sum
}
