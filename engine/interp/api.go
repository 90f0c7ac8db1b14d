// Package interp runs Elixir. It resolves the tree of engine/syntax, compiles
// it to Go closures over slots on one stack owned by a Thread, and runs them
// under a budget.
package interp

import (
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// Native is an Elixir function written in Go. It gets as many arguments as its
// arity, which it must not keep or change after it returns, and raises through
// the Thread.
type Native func(t *Thread, a []term.Term) term.Term

// NativeFunc is a function of a NativeModule. Functions with default arguments
// have one entry per arity.
type NativeFunc struct {
	Name  string
	Arity int
	Fn    Native
}

// NativeMacro is a macro written in Go. Expand gets the call as written and
// returns the tree to compile in its place. "__using__" is run by use. Arity
// is the number of arguments without the do-block, or -1 for any.
type NativeMacro struct {
	Name   string
	Arity  int
	Expand func(env *Env, call *syntax.Call) (syntax.Node, error)
}

// NativeCallback is a callback of a behaviour.
type NativeCallback struct {
	Name     string
	Arity    int
	Optional bool
}

// NativeModule is an Elixir module written in Go, registered with a Program. A
// protocol's implementation is a module as in Elixir: "Enumerable.MapSet".
type NativeModule struct {
	Name   string // as written: "Enum"
	Funcs  []NativeFunc
	Macros []NativeMacro
	// Struct gives the fields and defaults of the module's struct, nil if it
	// has none. Exceptions have one with term.ExceptionKey.
	Struct *term.Map
	// Callbacks are what the module asks of those that name it in @behaviour.
	// None means that the module says nothing, and nothing is checked.
	Callbacks []NativeCallback
	// Protocol marks a module as a protocol. Each of its functions looks for an
	// implementation for its first argument's type, such as a module
	// "Inspect.Mod" or one from source, before the Go function runs; what the
	// Go function handles are the types built in.
	Protocol bool
	// Types are those that the Go functions of a protocol handle, for impl_for/1.
	Types []string
	// Each yields the elements of a value of the module's struct, when the
	// module is an implementation of Enumerable; it stops when yield returns
	// false. nil means that reduce/3 is called.
	Each func(t *Thread, v term.Term, yield func(term.Term) bool)
}

// Exception is what Run returns when code raised, threw or exited.
type Exception struct {
	Kind  term.Atom // error, throw or exit
	Value term.Term // for error the exception struct
	Stack []Frame
	// Limit names the limit that was spent: "reductions", "depth", "bytes" or
	// "time"; "" if none was.
	Limit string
	// Internal marks a mistake in the engine, never the learner's.
	Internal bool

	message string
	written bool // by code, with raise/1
}

// Frame is one call of a stack trace.
type Frame struct {
	Module term.Atom
	Name   string
	Arity  int
	Args   []term.Term // only for the innermost frame of a FunctionClauseError
	Span   source.Span
	// Cause is the exception that a reason which says less stands for, only for
	// the innermost frame; nil for none.
	Cause *term.Map
}
