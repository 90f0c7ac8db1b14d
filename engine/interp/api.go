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

// NativeModule is an Elixir module written in Go, registered with a Program. A
// protocol's implementation is a module as in Elixir: "Enumerable.MapSet".
type NativeModule struct {
	Name   string // as written: "Enum"
	Funcs  []NativeFunc
	Macros []NativeMacro
	// Struct gives the fields and defaults of the module's struct, nil if it
	// has none. Exceptions have one with term.ExceptionKey.
	Struct *term.Map
	// Each yields the elements of a value of the module's struct, when the
	// module is an implementation of Enumerable; it stops when yield returns
	// false. nil means that reduce/3 is called.
	Each func(t *Thread, v term.Term, yield func(term.Term) bool)
}

// Program is a code table: native modules and compiled ones. It is immutable
// and shared by all threads; compiling more code makes a new Program.
type Program struct{}

// NewProgram returns a program of native modules only.
func NewProgram(mods ...*NativeModule) (*Program, error) { panic("not yet") }

// Compile returns a program with the modules of the files added, replacing
// modules of the same name. Module bodies run while compiling, files in the
// order their modules need each other. The error is source.Errors with
// everything found; warnings are returned with or without an error.
func (p *Program) Compile(files ...*source.File) (next *Program, warnings source.Errors, err error) {
	panic("not yet")
}

// Modules returns the modules that were compiled from source, in the order of
// their definition.
func (p *Program) Modules() []term.Atom { panic("not yet") }

// Exports reports whether the module exists and exports name/arity.
func (p *Program) Exports(mod term.Atom, name string, arity int) bool { panic("not yet") }

// Env is what is known at a place in the code while it is compiled: module,
// function, aliases, imports. Macros get it.
type Env struct{}

// Limits bound what one call from Go may use. The zero value means the
// defaults.
type Limits struct {
	Reductions int // calls and loop turns
	Depth      int // of calls
	Bytes      int // allocated for terms, counted roughly
}

// Thread runs code, for one process or for none. It is used by one goroutine
// at a time.
type Thread struct {
	// Owner is the process that the thread runs for; package node sets it. nil
	// while modules are compiled.
	Owner any
}

// NewThread returns a thread that runs the program.
func NewThread(p *Program, limits Limits) *Thread { panic("not yet") }

// Program returns the code that the thread runs.
func (t *Thread) Program() *Program { panic("not yet") }

// SetProgram makes the thread run other code from its next call on.
func (t *Thread) SetProgram(p *Program) { panic("not yet") }

// Run calls f with a fresh budget and returns what it raised as an *Exception.
// All calls from Go into the language go through it, once.
func (t *Thread) Run(f func() term.Term) (v term.Term, err error) { panic("not yet") }

// Call calls a function value. Inside Run only, as all that follow.
func (t *Thread) Call(fun term.Term, args ...term.Term) term.Term { panic("not yet") }

// Apply calls mod.name(args...).
func (t *Thread) Apply(mod term.Atom, name string, args ...term.Term) term.Term { panic("not yet") }

// Raise raises an exception struct. It does not return.
func (t *Thread) Raise(exception term.Term) { panic("not yet") }

// RaiseNew raises a new exception of a module given as it is written, with
// alternating field names and values: RaiseNew("ArgumentError", "message",
// term.Binary("…")). It does not return.
func (t *Thread) RaiseNew(module string, fields ...any) { panic("not yet") }

// RaiseArgument raises an ArgumentError with the message. It does not return.
func (t *Thread) RaiseArgument(format string, args ...any) { panic("not yet") }

// RaiseFunctionClause raises the FunctionClauseError of mod.name/arity. It does
// not return.
func (t *Thread) RaiseFunctionClause(mod, name string, args []term.Term) { panic("not yet") }

// Throw throws a value, and Exit ends the process with a reason. Neither
// returns.
func (t *Thread) Throw(v term.Term) { panic("not yet") }

// Exit ends the process with a reason, as exit/1. It does not return.
func (t *Thread) Exit(reason term.Term) { panic("not yet") }

// Burn spends n reductions; natives call it in loops, about once per element.
func (t *Thread) Burn(n int) { panic("not yet") }

// Grow accounts for about n bytes of new terms; natives that build big values
// call it.
func (t *Thread) Grow(n int) { panic("not yet") }

// Each yields the elements of any Enumerable until yield returns false, and
// raises Protocol.UndefinedError for what is none.
func (t *Thread) Each(enumerable term.Term, yield func(term.Term) bool) { panic("not yet") }

// Inspect returns what inspect/2 returns, implementations of the Inspect
// protocol included.
func (t *Thread) Inspect(v term.Term, opts term.InspectOptions) string { panic("not yet") }

// ToString returns what to_string/1 returns, through String.Chars.
func (t *Thread) ToString(v term.Term) string { panic("not yet") }

// Where returns the place in the source of the innermost call that runs.
func (t *Thread) Where() source.Span { panic("not yet") }

// Exception is what Run returns when code raised, threw or exited.
type Exception struct {
	Kind  term.Atom // error, throw or exit
	Value term.Term // for error the exception struct
	Stack []Frame
	// Limit names the limit that was spent, "" if none was.
	Limit string
}

// Frame is one call of a stack trace.
type Frame struct {
	Module term.Atom
	Name   string
	Arity  int
	Args   []term.Term // only for the innermost frame of a FunctionClauseError
	Span   source.Span
}

// Error returns the exception as Exception.format_banner/2 does: "** (KeyError)
// key :x not found in: %{}".
func (e *Exception) Error() string { panic("not yet") }
