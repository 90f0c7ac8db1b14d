package stdlib

import (
	"math"
	"math/big"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func kernelModule() *interp.NativeModule {
	m := newTextModule("Kernel")
	defOperators(m)
	defTypeChecks(m)
	defNumbers(m)
	defTuplesAndLists(m)
	defBinaries(m)
	defNested(m)
	defStructs(m)
	defProcesses(m)
	m.def("apply", 2, func(c call) term.Term { return c.t.Call(c.a[0], c.argList(1)...) })
	m.def("apply", 3, func(c call) term.Term {
		mod, ok := c.a[0].(term.Atom)
		if !ok {
			return c.badArg(1, "not an atom")
		}
		fun, ok := c.a[1].(term.Atom)
		if !ok {
			return c.badArg(2, "not an atom")
		}
		return c.t.Apply(mod, fun.Name(), c.argList(2)...)
	})
	m.def("inspect", 2, func(c call) term.Term {
		return c.result(c.t.Inspect(c.a[0], term.InspectOptions{}.With(c.opts(1))))
	}, term.Empty)
	m.def("to_string", 1, func(c call) term.Term { return c.result(c.t.ToString(c.a[0])) })
	m.def("to_charlist", 1, toCharlist)
	m.def("throw", 1, func(c call) term.Term { c.t.Throw(c.a[0]); return nil })
	m.def("exit", 1, func(c call) term.Term { c.t.Exit(c.a[0]); return nil })
	exported := func(c call) term.Term {
		mod, ok1 := c.a[0].(term.Atom)
		fun, ok2 := c.a[1].(term.Atom)
		arity, ok3 := c.a[2].(term.Int)
		if !ok1 || !ok2 || !ok3 {
			return c.noClause()
		}
		return term.Bool(c.t.Program().Exports(mod, fun.Name(), int(arity)))
	}
	m.def("function_exported?", 3, exported)
	m.def("macro_exported?", 3, func(c call) term.Term {
		mod, name, arity := c.atom(0), c.atom(1).Name(), c.nonNeg(2)
		if mod == term.NewModule("Kernel") {
			return term.Bool(interp.KernelExports(name, arity) && !c.t.Program().Exports(mod, name, arity))
		}
		return term.Bool(c.t.Program().ExportsMacro(mod, name, arity))
	})
	m.def("to_timeout", 1, toTimeout)
	return m.m
}

// argList returns the arguments of apply.
func (c call) argList(i int) []term.Term {
	l, ok := c.a[i].(*term.List)
	if !ok {
		c.badArg(i+1, "not a list")
	}
	s, ok := l.Slice()
	if !ok {
		c.badArg(i+1, "not a proper list")
	}
	return s
}

func defOperators(m *textModule) {
	for _, op := range []string{"+", "-", "*", "/"} {
		m.def(op, 2, func(c call) term.Term { return c.t.Arith(op, c.a[0], c.a[1]) })
	}
	m.def("+", 1, func(c call) term.Term { return c.t.Arith("+", nil, c.a[0]) })
	m.def("-", 1, func(c call) term.Term { return c.t.Arith("-", nil, c.a[0]) })
	m.def("div", 2, func(c call) term.Term { return c.t.Arith("div", c.a[0], c.a[1]) })
	m.def("rem", 2, func(c call) term.Term { return c.t.Arith("rem", c.a[0], c.a[1]) })
	m.def("**", 2, power)
	for op, test := range map[string]func(n int) bool{
		"<": func(n int) bool { return n < 0 }, ">": func(n int) bool { return n > 0 },
		"<=": func(n int) bool { return n <= 0 }, ">=": func(n int) bool { return n >= 0 },
	} {
		m.def(op, 2, func(c call) term.Term { return term.Bool(test(term.Compare(c.a[0], c.a[1]))) })
	}
	m.def("==", 2, func(c call) term.Term { return term.Bool(term.Equal(c.a[0], c.a[1])) })
	m.def("!=", 2, func(c call) term.Term { return term.Bool(!term.Equal(c.a[0], c.a[1])) })
	m.def("===", 2, func(c call) term.Term { return term.Bool(term.StrictEqual(c.a[0], c.a[1])) })
	m.def("!==", 2, func(c call) term.Term { return term.Bool(!term.StrictEqual(c.a[0], c.a[1])) })
	m.def("not", 1, func(c call) term.Term {
		a, ok := c.a[0].(term.Atom)
		if !ok || a != term.True && a != term.False {
			return c.badArg(1, "not a boolean")
		}
		return term.Bool(a == term.False)
	})
	m.def("max", 2, func(c call) term.Term {
		if term.Compare(c.a[0], c.a[1]) >= 0 {
			return c.a[0]
		}
		return c.a[1]
	})
	m.def("min", 2, func(c call) term.Term {
		if term.Compare(c.a[0], c.a[1]) <= 0 {
			return c.a[0]
		}
		return c.a[1]
	})
	m.def("++", 2, func(c call) term.Term {
		left, ok := c.a[0].(*term.List)
		if !ok {
			return c.badArg(1, "not a list")
		}
		s, ok := left.Slice()
		if !ok {
			return c.badArg(1, "not a proper list")
		}
		c.t.Burn(1 + len(s)/8)
		c.t.Grow(cellBytes * len(s))
		tail := c.a[1]
		for i := len(s) - 1; i >= 0; i-- {
			tail = &term.List{Head: s[i], Tail: tail}
		}
		return tail
	})
	m.def("--", 2, func(c call) term.Term { return c.list(subtract(c.t, c.properList(0), c.properList(1))) })
}

// subtract removes from xs the first occurrence of each element of ys.
func subtract(t *interp.Thread, xs, ys []term.Term) []term.Term {
	counts := newTermCounts(len(ys))
	for _, y := range ys {
		counts.add(y, 1)
	}
	t.Burn(len(xs) + len(ys))
	out := make([]term.Term, 0, len(xs))
	for _, x := range xs {
		if counts.get(x) > 0 {
			counts.add(x, -1)
			continue
		}
		out = append(out, x)
	}
	return out
}

func power(c call) term.Term {
	x, ok1 := bigOf(c.a[0])
	n, ok2 := bigOf(c.a[1])
	if ok1 && ok2 && n.Sign() >= 0 {
		return integerPow(c, x, n)
	}
	f, ok1 := term.ToFloat(c.a[0])
	g, ok2 := term.ToFloat(c.a[1])
	if !ok1 || !ok2 {
		return c.badArith()
	}
	r := math.Pow(f, g)
	if math.IsNaN(r) || math.IsInf(r, 0) {
		return c.badArith()
	}
	return term.Float(r)
}

func defTypeChecks(m *textModule) {
	check := func(name string, test func(v term.Term) bool) {
		m.def(name, 1, func(c call) term.Term { return term.Bool(test(c.a[0])) })
	}
	check("is_atom", func(v term.Term) bool { return isKind(v, term.KindAtom) })
	check("is_binary", func(v term.Term) bool { _, ok := v.(term.Binary); return ok })
	check("is_bitstring", func(v term.Term) bool { return isKind(v, term.KindBits) })
	check("is_boolean", func(v term.Term) bool { return v == term.Term(term.True) || v == term.Term(term.False) })
	check("is_float", func(v term.Term) bool { _, ok := v.(term.Float); return ok })
	check("is_function", func(v term.Term) bool { return isKind(v, term.KindFun) })
	check("is_integer", isInteger)
	check("is_list", func(v term.Term) bool { return isKind(v, term.KindList) })
	check("is_map", func(v term.Term) bool { return isKind(v, term.KindMap) })
	check("is_nil", func(v term.Term) bool { return v == term.Term(term.Nil) })
	check("is_number", func(v term.Term) bool { return isKind(v, term.KindNumber) })
	check("is_pid", func(v term.Term) bool { return isKind(v, term.KindPID) })
	check("is_port", func(term.Term) bool { return false })
	check("is_reference", func(v term.Term) bool { return isKind(v, term.KindRef) })
	check("is_tuple", func(v term.Term) bool { return isKind(v, term.KindTuple) })
	check("is_struct", func(v term.Term) bool { _, ok := structName(v); return ok })
	check("is_exception", isException)
	check("is_non_struct_map", func(v term.Term) bool {
		_, isStruct := structName(v)
		return isKind(v, term.KindMap) && !isStruct
	})
	m.def("is_struct", 2, func(c call) term.Term {
		name, ok := structName(c.a[0])
		return term.Bool(ok && term.Term(name) == c.a[1])
	})
	m.def("is_exception", 2, func(c call) term.Term {
		name, _ := structName(c.a[0])
		return term.Bool(isException(c.a[0]) && term.Term(name) == c.a[1])
	})
	m.def("is_function", 2, func(c call) term.Term {
		n, ok := c.a[1].(term.Int)
		if !ok {
			return c.badArg(2, "not an integer")
		}
		if n < 0 {
			return c.badArg(2, "out of range")
		}
		return term.Bool(isFun(c.a[0], int(n)))
	})
	m.def("is_map_key", 2, func(c call) term.Term { return term.Bool(c.mapArg(0).Has(c.a[1])) })
}

func structName(v term.Term) (term.Atom, bool) {
	if m, ok := term.AsMap(v); ok {
		return m.StructName()
	}
	return term.Atom{}, false
}

func isException(v term.Term) bool {
	m, ok := term.AsMap(v)
	if !ok {
		return false
	}
	_, isStruct := m.StructName()
	return isStruct && m.GetAtom(term.ExceptionKey) == term.Term(term.True)
}

func defNumbers(m *textModule) {
	m.def("abs", 1, func(c call) term.Term {
		switch x := c.a[0].(type) {
		case term.Float:
			return term.Float(math.Abs(float64(x)))
		case term.Int:
			if x >= 0 {
				return x
			}
			return c.t.Arith("-", nil, x)
		case *term.Big:
			return term.NewBig(new(big.Int).Abs(x.Big()))
		}
		return c.badArg(1, "not a number")
	})
	for name, round := range map[string]func(float64) float64{
		"ceil": math.Ceil, "floor": math.Floor, "round": math.Round, "trunc": math.Trunc,
	} {
		m.def(name, 1, func(c call) term.Term {
			f, ok := c.a[0].(term.Float)
			switch {
			case ok:
				n, _ := new(big.Float).SetFloat64(round(float64(f))).Int(nil)
				return term.NewBig(n)
			case isInteger(c.a[0]):
				return c.a[0]
			}
			return c.badArg(1, "not a number")
		})
	}
}

func defTuplesAndLists(m *textModule) {
	m.def("hd", 1, func(c call) term.Term {
		if l, ok := c.a[0].(*term.List); ok && l != nil {
			return l.Head
		}
		return c.badArg(1, "not a nonempty list")
	})
	m.def("tl", 1, func(c call) term.Term {
		if l, ok := c.a[0].(*term.List); ok && l != nil {
			return l.Tail
		}
		return c.badArg(1, "not a nonempty list")
	})
	m.def("length", 1, func(c call) term.Term {
		l, ok := c.a[0].(*term.List)
		if !ok {
			return c.badArg(1, "not a list")
		}
		n, ok := l.Len()
		if !ok {
			return c.badArg(1, "not a proper list")
		}
		c.t.Burn(n / 16)
		return term.Int(n)
	})
	m.def("elem", 2, func(c call) term.Term {
		t, i := c.tupleIndex(0, 1, 0)
		return t[i]
	})
	m.def("put_elem", 3, func(c call) term.Term {
		t, i := c.tupleIndex(0, 1, 0)
		out := append(term.Tuple(nil), t...)
		c.t.Grow(16 * len(out))
		out[i] = c.a[2]
		return out
	})
	m.def("tuple_size", 1, func(c call) term.Term {
		t, ok := c.a[0].(term.Tuple)
		if !ok {
			return c.badArg(1, "not a tuple")
		}
		return term.Int(len(t))
	})
	m.def("map_size", 1, func(c call) term.Term { return term.Int(c.mapArg(0).Len()) })
}

// tupleIndex returns a tuple argument and an index into it, which may be up to
// extra past the last element.
func (c call) tupleIndex(at, index, extra int) (term.Tuple, int) {
	t, ok := c.a[at].(term.Tuple)
	i, okInt := c.a[index].(term.Int)
	tupleWhy, indexWhy := "", ""
	if !ok {
		tupleWhy = "not a tuple"
	}
	switch {
	case !isInteger(c.a[index]):
		indexWhy = "not an integer"
	case ok && (!okInt || i < 0 || int(i) >= len(t)+extra), i < 0:
		indexWhy = "out of range"
	}
	// Erlang's functions take the index first.
	if tupleWhy != "" || indexWhy != "" {
		c.t.RaiseArguments(indexWhy, tupleWhy)
	}
	return t, int(i)
}

func defStructs(m *textModule) {
	m.def("struct", 2, func(c call) term.Term { return c.buildStruct(false) }, term.Empty)
	m.def("struct!", 2, func(c call) term.Term { return c.buildStruct(true) }, term.Empty)
}

// buildStruct is struct/2, and struct!/2 when checked.
func (c call) buildStruct(checked bool) term.Term {
	fields := c.a[1]
	m, isStruct := term.AsMap(c.a[0])
	if isStruct {
		if _, ok := m.StructName(); !ok {
			c.t.RaiseFunctionClause("Kernel", "struct", []term.Term{c.a[0], fields, term.Nil})
		}
	} else {
		mod, ok := c.a[0].(term.Atom)
		if !ok {
			return c.noClause()
		}
		if m = c.t.Program().Struct(mod); m == nil {
			m = mapOf(c.t, c.t.Apply(mod, "__struct__"))
		}
	}
	eachOf(c.t, fields, func(e term.Term) bool {
		k, v, ok := pairOf(e)
		switch {
		case !ok:
			c.noClause()
		case k == term.Term(term.StructKey):
		case m.Has(k):
			m = m.Put(k, v)
		case checked && !isStruct:
			c.keyError(k, term.Nil)
		case checked:
			c.keyError(k, m)
		}
		return true
	})
	return m
}
