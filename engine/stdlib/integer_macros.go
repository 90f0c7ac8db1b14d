package stdlib

import (
	"math/big"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
)

// parityMacros are Integer.is_odd/1 and is_even/1, macros because guards may
// call them.
func parityMacros() []interp.NativeMacro {
	macro := func(name string, bit int64) interp.NativeMacro {
		return interp.NativeMacro{Name: name, Arity: 1, Expand: func(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
			return parityTest(call, name, bit), nil
		}}
	}
	return []interp.NativeMacro{macro("is_odd", 1), macro("is_even", 0)}
}

// parityTest returns is_integer(x) and abs(rem(x, 2)) == bit, as guards can
// have it. Where x has effects it is passed to a function instead, so that it
// runs once.
func parityTest(call *syntax.Call, name string, bit int64) syntax.Node {
	at := syntax.At{At: call.Span()}
	x := call.Args[0]
	local := func(name string, args ...syntax.Node) syntax.Node {
		return &syntax.Call{
			At: at, Name: name, NameAt: call.NameAt, Args: args, Parens: true,
			Target: &syntax.Atom{At: at, Name: "Elixir.Kernel"},
		}
	}
	if !repeatable(x) {
		return &syntax.Call{
			At: at, Name: "__" + name + "__", NameAt: call.NameAt, Args: []syntax.Node{x}, Parens: true,
			Target: &syntax.Atom{At: at, Name: "Elixir.Integer"},
		}
	}
	number := func(n int64) syntax.Node { return &syntax.Int{At: at, Value: big.NewInt(n)} }
	return &syntax.Binary{
		At: at, Op: "and", OpAt: call.NameAt,
		L: local("is_integer", x),
		R: &syntax.Binary{
			At: at, Op: "==", OpAt: call.NameAt,
			L: local("abs", local("rem", x, number(2))), R: number(bit),
		},
	}
}

// guardCalls are functions without effects that guards often have.
var guardCalls = map[string]bool{
	"abs": true, "byte_size": true, "div": true, "elem": true, "hd": true, "length": true, "map_size": true,
	"rem": true, "round": true, "trunc": true, "tuple_size": true,
}

// repeatable reports whether an expression may be computed twice.
func repeatable(n syntax.Node) bool {
	switch x := n.(type) {
	case *syntax.Var, *syntax.Int, *syntax.Float, *syntax.Atom, *syntax.Attr, *syntax.CaptureArg:
		return true
	case *syntax.Unary:
		return repeatable(x.X)
	case *syntax.Binary:
		return repeatable(x.L) && repeatable(x.R)
	case *syntax.Call:
		if x.Target != nil {
			return !x.Parens && len(x.Args) == 0 && repeatable(x.Target)
		}
		for _, a := range x.Args {
			if !repeatable(a) {
				return false
			}
		}
		return guardCalls[x.Name]
	}
	return false
}
