package interp

import (
	"fmt"

	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// function is a function of a module, or the code of a fn. Its frame holds the
// arguments, then what a fn captured, then locals.
type function struct {
	module  term.Atom
	name    string
	arity   int
	slots   int
	body    code
	native  Native
	private bool
	macro   bool
	span    source.Span
	// parent is the function that a fn stands in.
	parent *function
	nth    int
	// clauses are kept for the text of errors.
	heads []string
}

// shownName is the name in stack traces: a fn has that of its function.
func (f *function) shownName() string {
	if f.parent != nil {
		return fmt.Sprintf("-%s/%d-fun-%d-", f.parent.name, f.parent.arity, f.nth)
	}
	return f.name
}

// invoke calls f with the arguments. The slice may be on the stack; it is not
// kept.
func (t *Thread) invoke(f *function, args []term.Term, at *source.Span) term.Term {
	if f.native != nil {
		return t.callNative(f, args, at)
	}
	frame, sp := t.frame, t.sp
	fr := t.alloc(f.slots)
	copy(fr, args)
	t.frame = fr
	v := t.exec(f, at)
	t.frame, t.sp = frame, sp
	return v
}

// callNative calls a Go function, with its own entry in the stack trace.
func (t *Thread) callNative(f *function, args []term.Term, at *source.Span) term.Term {
	d := t.depth
	t.trace[d].at = at
	if d+1 >= len(t.trace) {
		t.deepen()
	}
	t.depth = d + 1
	t.trace[d+1] = record{fn: f, at: at}
	if t.fuel--; t.fuel < 0 {
		t.refuel()
	}
	frame, sp := t.frame, t.sp
	v := f.native(t, args)
	t.depth = d
	t.frame, t.sp = frame, sp
	return v
}

// Call calls a function value. Inside Run only, as all that follow.
func (t *Thread) Call(fun term.Term, args ...term.Term) term.Term {
	return t.callFun(fun, args, t.trace[t.depth].at)
}

func (t *Thread) callFun(fun term.Term, args []term.Term, at *source.Span) term.Term {
	fn, ok := fun.(*term.Fun)
	if !ok || fn.Arity != len(args) {
		t.at(at)
		t.badCall(fun, args)
	}
	f, ok := fn.Code.(*function)
	if !ok {
		f = t.external(fn, at)
	}
	if f.native != nil {
		return t.callNative(f, args, at)
	}
	frame, sp := t.frame, t.sp
	fr := t.alloc(f.slots)
	copy(fr, args)
	copy(fr[len(args):], fn.Env)
	t.frame = fr
	v := t.exec(f, at)
	t.frame, t.sp = frame, sp
	return v
}

// external finds the function that &Mod.name/1 stands for in the code that the
// thread runs now.
func (t *Thread) external(fn *term.Fun, at *source.Span) *function {
	if f := t.prog.export(fn.Module, fn.Name.Name(), fn.Arity); f != nil {
		return f
	}
	t.at(at)
	t.raiseUndefined(fn.Module, fn.Name.Name(), fn.Arity)
	return nil
}

// badCall raises the error of f.(args) where f is no function of that arity.
func (t *Thread) badCall(fun term.Term, args []term.Term) {
	if _, ok := fun.(*term.Fun); ok {
		t.RaiseNew("BadArityError", "function", fun, "args", term.NewList(append([]term.Term(nil), args...)...))
	}
	t.RaiseNew("BadFunctionError", "term", fun)
}

// Apply calls mod.name(args...).
func (t *Thread) Apply(mod term.Atom, name string, args ...term.Term) term.Term {
	f := t.prog.export(mod, name, len(args))
	if f == nil {
		t.raiseUndefined(mod, name, len(args))
	}
	return t.invoke(f, args, t.trace[t.depth].at)
}

// NewFun returns a function value that runs a Go function. fn may be called
// from several threads.
func NewFun(arity int, fn Native) *term.Fun {
	f := &function{module: erlErl, name: "native", arity: arity, native: fn}
	return &term.Fun{Arity: arity, Module: erlErl, Name: term.NewAtom("native"), Code: f}
}

var erlErl = term.NewAtom("erl_eval")
