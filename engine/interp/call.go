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
	// nest is how deep the expressions of its body stand within each other.
	nest int
	// def is the definition, for what a crash says of it; nil for most.
	def *defEntry
	// captures are the slots of what a fn captured.
	captures []int
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

// args evaluates the arguments of a call onto the stack. The caller puts sp
// back.
func (t *Thread) args(codes []code) []term.Term {
	out := t.alloc(len(codes))
	for i, f := range codes {
		out[i] = f(t)
	}
	return out
}

// reframe makes the running function's frame fit the function that replaces it
// in a tail call.
func (t *Thread) reframe(slots int) []term.Term {
	n := len(t.frame)
	if slots > n {
		base := t.sp - n
		t.sp = base
		t.frame = t.alloc(slots)
	}
	return t.frame
}

// tailCall leaves f and its arguments for the loop in exec.
func (t *Thread) tailCall(f *function, args []term.Term) term.Term {
	fr := t.reframe(f.slots)
	copy(fr, args)
	t.tail = f
	return nil
}

// tailFun is callFun in tail position. The arguments lie above the frame, from
// sp on.
func (t *Thread) tailFun(fun term.Term, args []term.Term, at *source.Span) term.Term {
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
	t.sp -= len(args)
	fr := t.reframe(f.slots)
	copy(fr, args)
	for i, s := range f.captures {
		fr[s] = fn.Env[i]
	}
	t.tail = f
	return nil
}

// callNative calls a Go function, with its own entry in the stack trace.
func (t *Thread) callNative(f *function, args []term.Term, at *source.Span) term.Term {
	d := t.depth
	t.trace[d].at = at
	if d+1 >= len(t.trace) {
		t.deepen()
	}
	t.depth = d + 1
	t.trace[d+1] = record{fn: f, at: at, room: t.trace[d].room - nativeStack}
	if t.trace[d+1].room < 0 {
		t.stackFull()
	}
	if t.fuel--; t.fuel < 0 || term.Toiled() != t.toiled {
		t.refuel()
	}
	if t.natives++; t.natives >= nativeSlice {
		t.natives = 0
		t.checkTime()
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
	for i, s := range f.captures {
		fr[s] = fn.Env[i]
	}
	t.frame = fr
	v := t.exec(f, at)
	t.frame, t.sp = frame, sp
	return v
}

// external finds the function that &Mod.name/1 stands for in the code that the
// thread runs now.
func (t *Thread) external(fn *term.Fun, at *source.Span) *function {
	if f := t.export(fn.Module, fn.Name.Name(), fn.Arity); f != nil {
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
	f := t.export(mod, name, len(args))
	if f == nil {
		t.raiseUndefined(mod, name, len(args))
	}
	return t.invoke(f, args, t.trace[t.depth].at)
}

// export finds an exported function, nil if there is none. Code that runs while
// files are compiled waits for the module, as Kernel.ErrorHandler does.
func (t *Thread) export(mod term.Atom, name string, arity int) *function {
	if t.compiling != nil {
		t.compiling.b.ensure(mod)
	}
	return t.prog.export(mod, name, arity)
}

// NewFun returns a function value that runs a Go function. fn may be called
// from several threads.
func NewFun(arity int, fn Native) *term.Fun {
	f := &function{module: erlErl, name: "native", arity: arity, native: fn}
	return &term.Fun{Arity: arity, Module: erlErl, Name: term.NewAtom("native"), Code: f}
}

var erlErl = term.NewAtom("erl_eval")
