package stdlib

import (
	"math"
	"math/big"
	"strconv"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func floatModule() *interp.NativeModule {
	m := newTextModule("Float")
	m.def("max_finite", 0, func(call) term.Term { return term.Float(math.MaxFloat64) })
	m.def("min_finite", 0, func(call) term.Term { return term.Float(-math.MaxFloat64) })
	m.def("parse", 1, func(c call) term.Term { return floatParse(c.str(0)) })
	m.def("pow", 2, func(c call) term.Term {
		return c.mathResult(math.Pow(c.float(0), c.number(1)))
	})
	m.def("floor", 2, func(c call) term.Term { return floatRound(c, roundFloor) }, term.Int(0))
	m.def("ceil", 2, func(c call) term.Term { return floatRound(c, roundCeil) }, term.Int(0))
	m.def("round", 2, func(c call) term.Term { return floatRound(c, roundHalfUp) }, term.Int(0))
	m.def("ratio", 1, func(c call) term.Term {
		r := new(big.Rat)
		r.SetFloat64(c.float(0))
		return tuple(term.NewBig(r.Num()), term.NewBig(r.Denom()))
	})
	m.def("to_string", 1, func(c call) term.Term { return bin(c.floatText()) })
	m.def("to_charlist", 1, func(c call) term.Term { return term.Charlist(c.floatText()) })
	return m.m
}

func (c call) float(i int) float64 {
	if f, ok := c.a[i].(term.Float); ok {
		return float64(f)
	}
	c.noClause()
	return 0
}

// number returns a number of any type as a float.
func (c call) number(i int) float64 {
	f, ok := term.ToFloat(c.a[i])
	if !ok {
		c.noClause()
	}
	return f
}

// mathResult returns f, and raises where the BEAM has no such float.
func (c call) mathResult(f float64) term.Term {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return c.badArith()
	}
	return term.Float(f)
}

func (c call) floatText() string {
	f, ok := c.a[0].(term.Float)
	if !ok {
		c.badArg(1, "not a float")
	}
	return term.FloatText(float64(f))
}

func floatParse(s string) term.Term {
	i := 0
	if s != "" && (s[0] == '+' || s[0] == '-') {
		i = 1
	}
	whole := digitRun(s[i:])
	if whole == 0 {
		return term.Err
	}
	i += whole
	if i < len(s) && s[i] == '.' {
		if n := digitRun(s[i+1:]); n > 0 {
			i += 1 + n
		}
	}
	exponent := false
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if n := digitRun(s[j:]); n > 0 {
			i, exponent = j+n, true
		}
	}
	f, err := strconv.ParseFloat(s[:i], 64)
	if err != nil && (exponent || math.IsInf(f, 0)) {
		return term.Err
	}
	return tuple(term.Float(f), bin(s[i:]))
}

type rounding uint8

const (
	roundHalfUp rounding = iota
	roundFloor
	roundCeil
)

func floatRound(c call, how rounding) term.Term {
	f := c.float(0)
	precision, ok := c.a[1].(term.Int)
	if !ok || precision < 0 || precision > 15 {
		c.raiseArgument("precision %s is out of valid range of 0..15", c.t.ToString(c.a[1]))
	}
	if precision > 0 {
		return term.Float(roundDecimal(f, int(precision), how))
	}
	switch how {
	case roundFloor:
		return term.Float(math.Floor(f))
	case roundCeil:
		return term.Float(math.Ceil(f))
	}
	return term.Float(math.Round(f))
}

// roundDecimal rounds the exact value of f to a number of decimals, and returns
// the float next to the result.
func roundDecimal(f float64, precision int, how rounding) float64 {
	exact := new(big.Rat)
	if f == 0 || exact.SetFloat64(f) == nil {
		return f
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision)), nil)
	scaled := new(big.Int).Mul(new(big.Int).Abs(exact.Num()), unit)
	q, r := new(big.Int).QuoRem(scaled, exact.Denom(), new(big.Int))
	if r.Sign() == 0 {
		return f
	}
	up := false
	switch how {
	case roundHalfUp:
		up = r.Lsh(r, 1).Cmp(exact.Denom()) >= 0
	case roundFloor:
		up = f < 0
	case roundCeil:
		up = f > 0
	}
	if up {
		q.Add(q, big.NewInt(1))
	}
	rounded, _ := new(big.Rat).SetFrac(q, unit).Float64()
	return math.Copysign(rounded, f)
}
