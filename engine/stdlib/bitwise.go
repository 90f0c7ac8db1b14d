package stdlib

import (
	"math"
	"math/big"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// bitOps are the functions of Bitwise and of :erlang on the bits of integers,
// with the operators that stand for them.
var bitOps = []struct {
	name, operator string
	op             func(c call, x, y *big.Int) *big.Int
}{
	{"band", "&&&", func(_ call, x, y *big.Int) *big.Int { return new(big.Int).And(x, y) }},
	{"bor", "|||", func(_ call, x, y *big.Int) *big.Int { return new(big.Int).Or(x, y) }},
	{"bxor", "^^^", func(_ call, x, y *big.Int) *big.Int { return new(big.Int).Xor(x, y) }},
	{"bsl", "<<<", func(c call, x, y *big.Int) *big.Int { return shift(c, x, y, false) }},
	{"bsr", ">>>", func(c call, x, y *big.Int) *big.Int { return shift(c, x, y, true) }},
}

// shift shifts x by y bits, to the left unless right is set; a negative y turns
// it round.
func shift(c call, x, y *big.Int, right bool) *big.Int {
	if y.Sign() < 0 {
		right = !right
	}
	by := new(big.Int).Abs(y)
	if x.Sign() == 0 {
		return x
	}
	if right {
		if !by.IsInt64() || by.Int64() > int64(x.BitLen()) {
			by = big.NewInt(int64(x.BitLen()) + 1)
		}
		return new(big.Int).Rsh(x, uint(by.Int64()))
	}
	if !by.IsInt64() || by.Int64() > interp.MaxBits {
		c.sized(math.MaxInt)
	}
	c.sized(x.BitLen() + int(by.Int64()))
	c.reserve((x.BitLen() + int(by.Int64())) / 8)
	return new(big.Int).Lsh(x, uint(by.Int64()))
}

func bitwiseModule() *interp.NativeModule {
	m := newTextModule("Bitwise")
	defBitOps(m, true)
	// use Bitwise is import Bitwise, deprecated but in many books.
	m.m.Macros = []interp.NativeMacro{{Name: "__using__", Arity: -1, Expand: func(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
		at := syntax.At{At: call.Span()}
		module := &syntax.Alias{At: at, Segs: []string{"Bitwise"}}
		return &syntax.Call{At: at, Name: "import", NameAt: call.Span(), Args: []syntax.Node{module}}, nil
	}}}
	return m.m
}

func defBitOps(m *textModule, operators bool) {
	for _, o := range bitOps {
		fn := func(c call) term.Term {
			if x, ok := c.a[0].(term.Int); ok {
				if y, ok := c.a[1].(term.Int); ok {
					if v, ok := smallBits(o.name, int64(x), int64(y)); ok {
						return term.Int(v)
					}
				}
			}
			x, ok1 := bigOf(c.a[0])
			y, ok2 := bigOf(c.a[1])
			if !ok1 || !ok2 {
				return c.badArith()
			}
			return term.NewBig(o.op(c, x, y))
		}
		m.def(o.name, 2, fn)
		if operators {
			m.def(o.operator, 2, fn)
		}
	}
	not := func(c call) term.Term {
		n, ok := bigOf(c.a[0])
		if !ok {
			return c.badArith()
		}
		return term.NewBig(new(big.Int).Not(n))
	}
	m.def("bnot", 1, not)
	if operators {
		m.def("~~~", 1, not)
	}
}

// smallBits computes the operations whose result fits in 64 bits for sure.
func smallBits(name string, x, y int64) (int64, bool) {
	switch name {
	case "band":
		return x & y, true
	case "bor":
		return x | y, true
	case "bxor":
		return x ^ y, true
	case "bsr":
		if y >= 0 {
			return x >> min(y, 63), true
		}
	}
	return 0, false
}
