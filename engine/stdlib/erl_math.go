package stdlib

import (
	"math"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// erlangModule starts the table of a module of Erlang, whose name has no
// "Elixir." in front.
func erlangModule(name string) *textModule { return newTextModule(":" + name) }

func mathModule() *interp.NativeModule {
	m := erlangModule("math")
	m.def("pi", 0, func(call) term.Term { return term.Float(math.Pi) })
	m.def("tau", 0, func(call) term.Term { return term.Float(2 * math.Pi) })
	for name, fn := range map[string]func(float64) float64{
		"acos": math.Acos, "acosh": math.Acosh, "asin": math.Asin, "asinh": math.Asinh, "atan": math.Atan,
		"atanh": math.Atanh, "ceil": math.Ceil, "cos": math.Cos, "cosh": math.Cosh, "exp": math.Exp,
		"floor": math.Floor, "log": math.Log, "log10": math.Log10, "log2": math.Log2, "sin": math.Sin,
		"sinh": math.Sinh, "sqrt": math.Sqrt, "tan": math.Tan, "tanh": math.Tanh, "erf": math.Erf, "erfc": math.Erfc,
	} {
		m.def(name, 1, func(c call) term.Term { return c.mathCall(fn(c.mathArg(0))) })
	}
	for name, fn := range map[string]func(x, y float64) float64{
		"atan2": math.Atan2, "pow": math.Pow, "fmod": math.Mod,
	} {
		m.def(name, 2, func(c call) term.Term {
			x, y := c.mathArg(0), c.mathArg(1)
			return c.mathCall(fn(x, y))
		})
	}
	return m.m
}

func (c call) mathArg(i int) float64 {
	f, ok := term.ToFloat(c.a[i])
	if !ok {
		c.badArg(i+1, "not a number")
	}
	return f
}

// mathCall is mathResult for :math.
func (c call) mathCall(f float64) term.Term {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return c.badArith()
	}
	return term.Float(f)
}
