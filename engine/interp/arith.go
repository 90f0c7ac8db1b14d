package interp

import (
	"math"
	"math/big"
	"sort"
	"strings"

	"streamsplayground/engine/term"
)

func sortStrings(s []string) { sort.Strings(s) }

// Arith computes a op b for + - * / div rem and the bitwise operators band bor
// bxor bsl bsr, and raises ArithmeticError as Elixir does. For the unary - +
// and bnot, a is nil.
func (t *Thread) Arith(op string, a, b term.Term) term.Term {
	if v := arith(op, a, b); v != nil {
		return v
	}
	t.raiseArith(op, a, b)
	return nil
}

// raiseArith raises ArithmeticError; the operands show when it is uncaught.
func (t *Thread) raiseArith(op string, a, b term.Term) {
	args := []term.Term{b}
	if a != nil {
		args = []term.Term{a, b}
	}
	t.raiseErlang(op, args, t.NewException("ArithmeticError"))
}

var erlang = term.NewAtom("erlang")

// raiseErlang raises an exception from inside a function of :erlang, which the
// stack trace shows with its arguments.
func (t *Thread) raiseErlang(name string, args []term.Term, e term.Term) {
	top := Frame{Module: erlang, Name: name, Arity: len(args), Args: append([]term.Term{}, args...)}
	panic(&raised{kind: term.Err, value: e, stack: append([]Frame{top}, t.stackTrace()...)})
}

// blameArith is the expression that failed, from the frame of the operator.
func (t *Thread) blameArith(f Frame) string {
	if f.Module != erlang || len(f.Args) == 0 {
		return ""
	}
	parts := make([]string, len(f.Args))
	for i, a := range f.Args {
		parts[i] = t.Inspect(a, term.InspectOptions{})
	}
	switch f.Name {
	case "+", "-", "*", "/":
		if len(parts) == 2 {
			return ": " + parts[0] + " " + f.Name + " " + parts[1]
		}
	case "band", "bor", "bxor", "bsl", "bsr", "bnot":
		return ": Bitwise." + f.Name + "(" + strings.Join(parts, ", ") + ")"
	}
	return ": " + f.Name + "(" + strings.Join(parts, ", ") + ")"
}

// arith computes a op b, or returns nil where that is an error.
func arith(op string, a, b term.Term) term.Term {
	switch op {
	case "+":
		if a == nil {
			return number(b)
		}
		return add(a, b)
	case "-":
		if a == nil {
			return negate(b)
		}
		return sub(a, b)
	case "*":
		return mul(a, b)
	case "/":
		return divide(a, b)
	case "div", "rem":
		return divRem(op == "div", a, b)
	}
	return bitwise(op, a, b)
}

func number(v term.Term) term.Term {
	if v.Kind() == term.KindNumber {
		return v
	}
	return nil
}

func add(a, b term.Term) term.Term {
	if x, ok := a.(term.Int); ok {
		if y, ok := b.(term.Int); ok {
			if s := x + y; (s > x) == (y > 0) {
				return s
			}
		}
	}
	return slowArith(a, b, (*big.Int).Add, func(x, y float64) float64 { return x + y })
}

func sub(a, b term.Term) term.Term {
	if x, ok := a.(term.Int); ok {
		if y, ok := b.(term.Int); ok {
			if s := x - y; (s < x) == (y > 0) {
				return s
			}
		}
	}
	return slowArith(a, b, (*big.Int).Sub, func(x, y float64) float64 { return x - y })
}

func mul(a, b term.Term) term.Term {
	if x, ok := a.(term.Int); ok {
		if y, ok := b.(term.Int); ok {
			if x == 0 || y == 0 {
				return term.Int(0)
			}
			if p := x * y; p/y == x && !(x == -1 && y == math.MinInt64) && !(y == -1 && x == math.MinInt64) {
				return p
			}
		}
	}
	return slowArith(a, b, (*big.Int).Mul, func(x, y float64) float64 { return x * y })
}

// toilOf tells of arithmetic on integers so large that it takes long.
func toilOf(x, y *big.Int) {
	if n := x.BitLen() + y.BitLen(); n > 1<<14 {
		term.Toil(n / 64)
	}
}

// MaxBits bounds the size of integers, as the BEAM does since OTP 27.
const MaxBits = 1 << 22

func slowArith(a, b term.Term, ints func(z, x, y *big.Int) *big.Int, floats func(x, y float64) float64) term.Term {
	x, okx := toBig(a)
	y, oky := toBig(b)
	if okx && oky {
		if x.BitLen()+y.BitLen() > MaxBits {
			return nil
		}
		toilOf(x, y)
		return term.NewBig(ints(new(big.Int), x, y))
	}
	f, okf := term.ToFloat(a)
	g, okg := term.ToFloat(b)
	if !okf || !okg {
		return nil
	}
	return floatResult(floats(f, g))
}

func floatResult(f float64) term.Term {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return nil
	}
	return term.Float(f)
}

func toBig(v term.Term) (*big.Int, bool) {
	switch x := v.(type) {
	case term.Int:
		return big.NewInt(int64(x)), true
	case *term.Big:
		return x.Big(), true
	}
	return nil, false
}

func divide(a, b term.Term) term.Term {
	x, ok := term.ToFloat(a)
	y, ok2 := term.ToFloat(b)
	if !ok || !ok2 || y == 0 {
		return nil
	}
	return floatResult(x / y)
}

func divRem(div bool, a, b term.Term) term.Term {
	x, ok := a.(term.Int)
	y, ok2 := b.(term.Int)
	if ok && ok2 && y != 0 && !(y == -1 && x == math.MinInt64) {
		if div {
			return x / y
		}
		return x % y
	}
	p, ok := toBig(a)
	q, ok2 := toBig(b)
	if !ok || !ok2 || q.Sign() == 0 {
		return nil
	}
	toilOf(p, q)
	if div {
		return term.NewBig(new(big.Int).Quo(p, q))
	}
	return term.NewBig(new(big.Int).Rem(p, q))
}

func negate(v term.Term) term.Term {
	switch x := v.(type) {
	case term.Int:
		if x != math.MinInt64 {
			return -x
		}
		return term.NewBig(new(big.Int).Neg(big.NewInt(int64(x))))
	case *term.Big:
		return term.NewBig(new(big.Int).Neg(x.Big()))
	case term.Float:
		return -x
	}
	return nil
}

func bitwise(op string, a, b term.Term) term.Term {
	if op == "bnot" {
		if x, ok := toBig(b); ok {
			return term.NewBig(new(big.Int).Not(x))
		}
		return nil
	}
	x, ok := toBig(a)
	y, ok2 := toBig(b)
	if !ok || !ok2 {
		return nil
	}
	toilOf(x, y)
	z := new(big.Int)
	switch op {
	case "band":
		z.And(x, y)
	case "bor":
		z.Or(x, y)
	case "bxor":
		z.Xor(x, y)
	case "bsl", "bsr":
		if !y.IsInt64() {
			return nil
		}
		n := y.Int64()
		if op == "bsr" {
			n = -n
		}
		switch {
		case n > MaxBits && x.Sign() != 0:
			return nil
		case n >= 0:
			z.Lsh(x, uint(n))
		default:
			z.Rsh(x, uint(min(-n, MaxBits*2)))
		}
	default:
		return nil
	}
	return term.NewBig(z)
}

// compareFast is term.Compare with a shorter way for small integers.
func compareFast(a, b term.Term) int {
	if x, ok := a.(term.Int); ok {
		if y, ok := b.(term.Int); ok {
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		}
	}
	return term.Compare(a, b)
}

// strictEqual is term.StrictEqual with a shorter way for what is compared most.
func strictEqual(a, b term.Term) bool {
	switch x := a.(type) {
	case term.Atom:
		y, ok := b.(term.Atom)
		return ok && x == y
	case term.Int:
		y, ok := b.(term.Int)
		return ok && x == y
	case term.Binary:
		y, ok := b.(term.Binary)
		return ok && x == y
	}
	return term.StrictEqual(a, b)
}

// equal is term.Equal with a shorter way for what is compared most.
func equal(a, b term.Term) bool {
	switch x := a.(type) {
	case term.Atom:
		y, ok := b.(term.Atom)
		return ok && x == y
	case term.Binary:
		y, ok := b.(term.Binary)
		return ok && x == y
	case term.Int:
		if y, ok := b.(term.Int); ok {
			return x == y
		}
	}
	return term.Equal(a, b)
}
