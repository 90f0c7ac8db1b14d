// Package exunit is ExUnit: test files written for it run as they are and
// report as it does. Its modules are Go functions and macros (Modules); a Suite
// compiles test files onto a program that has them and runs their tests.
//
// Each test runs in a process of its own, and so does what setup_all starts for
// a module. Tests of a module run one after the other, in an order that the
// seed gives; modules that say async run at the same time as others.
//
// It differs from ExUnit 1.18 where that needs what the language has not here:
// no files (tmp_dir), no formatters of one's own, no manifest of failures. A
// test that loops for ever is stopped at its timeout, as there.
package exunit

import (
	"fmt"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// The modules of ExUnit's structs.
var (
	testStruct   = term.NewModule("ExUnit.Test")
	moduleStruct = term.NewModule("ExUnit.TestModule")
)

// noValue stands in an AssertionError for what it does not have.
var noValue = term.NewAtom("ex_unit_no_meaningful_value")

// Modules returns the native modules of ExUnit, to be added to a program with
// Program.WithModules.
func Modules() []*interp.NativeModule {
	return []*interp.NativeModule{
		exunitModule(), caseModule(), callbacksModule(), templateModule(), assertionsModule(), doctestModule(),
		captureIOModule(), captureLogModule(),
		{Name: "ExUnit.Test", Struct: term.NewStruct("ExUnit.Test", "name", term.Nil, "case", term.Nil, "module", term.Nil,
			"state", term.Nil, "time", term.Int(0), "tags", term.EmptyMap, "logs", term.Binary(""), "parameters", term.EmptyMap)},
		{Name: "ExUnit.TestModule", Struct: term.NewStruct("ExUnit.TestModule", "file", term.Nil, "name", term.Nil,
			"setup_all?", term.Nil, "state", term.Nil, "parameters", term.EmptyMap, "tags", term.EmptyMap, "tests", term.Empty)},
		assertionErrorModule(), multiErrorModule(), timeoutErrorModule(), codeModule(), diffModule(), serverModule(),
	}
}

// exceptionModule is a native exception, whose message a function gives.
func exceptionModule(name string, message func(t *interp.Thread, e *term.Map) string, fields ...any) *interp.NativeModule {
	s := term.NewStruct(name, fields...).Put(term.ExceptionKey, term.True)
	return &interp.NativeModule{Name: name, Struct: s, Funcs: []interp.NativeFunc{
		{Name: "exception", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			return t.Apply(term.NewModule("Kernel"), "struct!", s, a[0])
		}},
		{Name: "message", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			e, ok := a[0].(*term.Map)
			if !ok {
				t.RaiseFunctionClause(name, "message", a)
			}
			return term.Binary(message(t, e))
		}},
	}}
}

func assertionErrorModule() *interp.NativeModule {
	m := exceptionModule("ExUnit.AssertionError", func(t *interp.Thread, e *term.Map) string {
		return "\n\n" + plainFormat(t).assertion(e)
	}, "left", noValue, "right", noValue, "message", noValue, "expr", noValue, "args", noValue, "doctest", noValue,
		"context", term.NewAtom("=="))
	m.Funcs = append(m.Funcs, interp.NativeFunc{Name: "no_value", Arity: 0, Fn: func(*interp.Thread, []term.Term) term.Term { return noValue }})
	return m
}

func multiErrorModule() *interp.NativeModule {
	return exceptionModule("ExUnit.MultiError", func(t *interp.Thread, e *term.Map) string {
		text := "got the following errors:\n\n"
		for i, x := range elements(e.GetAtom(atomTerm("errors"))) {
			parts, _ := x.(term.Tuple)
			if len(parts) != 3 {
				continue
			}
			if i > 0 {
				text += "\n\n"
			}
			text += t.ToString(t.Apply(term.NewModule("Exception"), "format_banner", parts...))
		}
		return text
	}, "errors", term.Empty)
}

func timeoutErrorModule() *interp.NativeModule {
	return exceptionModule("ExUnit.TimeoutError", func(t *interp.Thread, e *term.Map) string {
		return fmt.Sprintf(`%s timed out after %sms. You can change the timeout:

  1. per test by setting "@tag timeout: x" (accepts :infinity)
  2. per test module by setting "@moduletag timeout: x" (accepts :infinity)
  3. globally via "ExUnit.start(timeout: x)" configuration
  4. by running "mix test --timeout x" which sets timeout
  5. or by running "mix test --trace" which sets timeout to infinity
     (useful when using IEx.pry/0)

where "x" is the timeout given as integer in milliseconds (defaults to 60_000).
`, t.ToString(e.GetAtom(atomTerm("type"))), inspect(t, e.GetAtom(atomTerm("timeout"))))
	}, "timeout", term.Nil, "type", term.Nil)
}
