package interp_test

import (
	"errors"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// newThread returns a thread over a few native functions.
func newThread(t *testing.T, limits interp.Limits, funcs ...interp.NativeFunc) *interp.Thread {
	t.Helper()
	p, err := interp.NewProgram(&interp.NativeModule{Name: "Mod", Funcs: funcs})
	if err != nil {
		t.Fatal(err)
	}
	return interp.NewThread(p, limits)
}

var modMod = term.NewModule("Mod")

func TestApplyNative(t *testing.T) {
	th := newThread(t, interp.Limits{}, interp.NativeFunc{Name: "twice", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
		return t.Arith("*", a[0], term.Int(2))
	}})
	v, err := th.Run(func() term.Term { return th.Apply(modMod, "twice", term.Int(21)) })
	if err != nil || v != term.Term(term.Int(42)) {
		t.Fatalf("got %v, %v", v, err)
	}
}

func TestRaiseReachesRun(t *testing.T) {
	th := newThread(t, interp.Limits{}, interp.NativeFunc{Name: "fail", Arity: 0, Fn: func(t *interp.Thread, _ []term.Term) term.Term {
		t.RaiseArgument("no %s", "way")
		return nil
	}})
	_, err := th.Run(func() term.Term { return th.Apply(modMod, "fail") })
	if err == nil || err.Error() != "** (ArgumentError) no way" {
		t.Fatalf("got %v", err)
	}
	var x *interp.Exception
	if !errors.As(err, &x) || len(x.Stack) == 0 || x.Stack[0].Name != "fail" {
		t.Fatalf("got stack %v", x.Stack)
	}
}

func TestBudgetOfNatives(t *testing.T) {
	spin := interp.NewFun(0, func(t *interp.Thread, _ []term.Term) term.Term {
		for {
			t.Burn(1)
		}
	})
	th := newThread(t, interp.Limits{Reductions: 10_000})
	_, err := th.Run(func() term.Term { return th.Call(spin) })
	var x *interp.Exception
	if !errors.As(err, &x) || x.Limit != "reductions" {
		t.Fatalf("got %v", err)
	}
}
