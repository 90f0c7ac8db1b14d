package stdlib

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func integerModule() *interp.NativeModule {
	m := newTextModule("Integer")
	ten := term.Term(term.Int(10))
	m.def("parse", 2, integerParse, ten)
	m.def("to_string", 2, func(c call) term.Term { return bin(integerText(c)) }, ten)
	m.def("to_charlist", 2, func(c call) term.Term { return term.Charlist(integerText(c)) }, ten)
	m.def("digits", 2, integerDigits, ten)
	m.def("undigits", 2, integerUndigits, ten)
	m.def("pow", 2, func(c call) term.Term { return integerPow(c, c.big(0), c.big(1)) })
	m.def("gcd", 2, func(c call) term.Term {
		x, y := new(big.Int).Abs(c.big(0)), new(big.Int).Abs(c.big(1))
		c.t.Burn(1 + x.BitLen()/256*(y.BitLen()/256))
		return term.NewBig(new(big.Int).GCD(nil, nil, x, y))
	})
	m.def("extended_gcd", 2, integerExtendedGCD)
	m.def("mod", 2, func(c call) term.Term {
		x, y := c.operands()
		_, r := new(big.Int).QuoRem(x, y, new(big.Int))
		if r.Sign()*y.Sign() < 0 {
			r.Add(r, y)
		}
		return term.NewBig(r)
	})
	m.def("floor_div", 2, func(c call) term.Term {
		x, y := c.operands()
		q, r := new(big.Int).QuoRem(x, y, new(big.Int))
		if r.Sign()*y.Sign() < 0 {
			q.Sub(q, big.NewInt(1))
		}
		return term.NewBig(q)
	})
	// The functions stand for the macros where those are captured, and where their
	// argument must run once.
	for _, name := range []string{"is_odd", "__is_odd__"} {
		m.def(name, 1, func(c call) term.Term { return parity(c.a[0], 1) })
	}
	for _, name := range []string{"is_even", "__is_even__"} {
		m.def(name, 1, func(c call) term.Term { return parity(c.a[0], 0) })
	}
	m.m.Macros = parityMacros()
	return m.m
}

// parity reports whether v is an integer whose last bit is the given one.
func parity(v term.Term, bit uint) term.Term {
	n, ok := bigOf(v)
	return term.Bool(ok && n.Bit(0) == bit)
}

// operands returns both arguments of an integer operation.
func (c call) operands() (x, y *big.Int) {
	x, ok1 := bigOf(c.a[0])
	y, ok2 := bigOf(c.a[1])
	if !ok1 || !ok2 || y.Sign() == 0 {
		c.badArith()
	}
	return x, y
}

func (c call) badArith() term.Term {
	c.t.RaiseNew("ArithmeticError")
	return nil
}

// sized raises when an integer would have more bits than one may have.
func (c call) sized(bits int) {
	if bits > interp.MaxBits {
		c.t.RaiseNew("SystemLimitError")
	}
}

func integerPow(c call, x, n *big.Int) term.Term {
	if n.Sign() < 0 {
		return c.badArith()
	}
	if x.BitLen() > 1 && (!n.IsInt64() || n.Int64() > interp.MaxBits) {
		c.sized(math.MaxInt)
	}
	if x.BitLen() <= 1 {
		if x.Sign() >= 0 && n.Sign() > 0 || n.Bit(0) == 1 {
			return term.NewBig(x)
		}
		return term.Int(1)
	}
	// A number of n bits is at least 2 to the power of n-1.
	c.sized((x.BitLen() - 1) * int(n.Int64()))
	c.reserve(x.BitLen() * int(n.Int64()) / 8)
	return term.NewBig(new(big.Int).Exp(x, n, nil))
}

func integerText(c call) string {
	base, ok := c.a[1].(term.Int)
	if !isInteger(c.a[0]) {
		c.badArg(1, "not an integer")
	}
	if !ok || base < 2 || base > 36 {
		c.badArg(2, "not an integer in the range 2 through 36")
	}
	if n, ok := c.a[0].(term.Int); ok {
		return strings.ToUpper(strconv.FormatInt(int64(n), int(base)))
	}
	n := c.big(0)
	c.t.Burn(1 + n.BitLen()*n.BitLen()>>16)
	return strings.ToUpper(n.Text(int(base)))
}

func (c call) base(i int) int {
	n := c.int(i)
	if n < 2 {
		c.noClause()
	}
	return n
}

func integerDigits(c call) term.Term {
	n, base := new(big.Int).Set(c.big(0)), big.NewInt(int64(c.base(1)))
	if n.Sign() == 0 {
		return term.NewList(term.Int(0))
	}
	out := term.Empty
	for n.Sign() != 0 {
		r := new(big.Int)
		n.QuoRem(n, base, r)
		out = &term.List{Head: term.NewBig(r), Tail: out}
		c.t.Burn(1 + n.BitLen()/512)
	}
	return out
}

func integerUndigits(c call) term.Term {
	elems, base := c.slice(0), c.base(1)
	n := new(big.Int)
	for _, e := range elems {
		d, ok := bigOf(e)
		if !ok {
			return c.noClause()
		}
		if d.Cmp(big.NewInt(int64(base))) >= 0 {
			c.raiseArgument("invalid digit %s in base %d", d, base)
		}
		n.Add(n.Mul(n, big.NewInt(int64(base))), d)
		c.t.Burn(1 + n.BitLen()/512)
		c.sized(n.BitLen())
	}
	return term.NewBig(n)
}

func integerParse(c call) term.Term {
	base, ok := c.a[1].(term.Int)
	if !ok || base < 2 || base > 36 {
		c.raiseArgument("invalid base %s", c.inspect(c.a[1]))
	}
	s := c.str(0)
	i := 0
	if s != "" && (s[0] == '+' || s[0] == '-') {
		i = 1
	}
	start := i
	for i < len(s) && digitValue(s[i]) < int(base) {
		i++
	}
	if i == start {
		return term.Err
	}
	return tuple(binaryToInteger(c, s[:i], int(base)), bin(s[i:]))
}

func integerExtendedGCD(c call) term.Term {
	a, b := c.big(0), c.big(1)
	switch {
	case a.Sign() == 0 && b.Sign() == 0:
		return tuple(term.Int(0), term.Int(0), term.Int(0))
	case a.Sign() == 0:
		return tuple(c.a[1], term.Int(0), term.Int(1))
	case b.Sign() == 0:
		return tuple(c.a[0], term.Int(1), term.Int(0))
	}
	r1, r0 := b, a
	s1, s0, t1, t0 := big.NewInt(0), big.NewInt(1), big.NewInt(1), big.NewInt(0)
	for {
		c.t.Burn(1 + (r0.BitLen()+s0.BitLen())/512)
		q, r2 := new(big.Int).QuoRem(r0, r1, new(big.Int))
		if r2.Sign() == 0 {
			break
		}
		r1, r0 = r2, r1
		s1, s0 = new(big.Int).Sub(s0, new(big.Int).Mul(q, s1)), s1
		t1, t0 = new(big.Int).Sub(t0, new(big.Int).Mul(q, t1)), t1
	}
	if r1.Sign() < 0 {
		r1, s1, t1 = new(big.Int).Neg(r1), new(big.Int).Neg(s1), new(big.Int).Neg(t1)
	}
	return tuple(term.NewBig(r1), term.NewBig(s1), term.NewBig(t1))
}
