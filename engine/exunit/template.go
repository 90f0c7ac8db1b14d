package exunit

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
)

// templateModule is ExUnit.CaseTemplate.
func templateModule() *interp.NativeModule {
	return &interp.NativeModule{Name: "ExUnit.CaseTemplate", Macros: []interp.NativeMacro{
		{Name: "__using__", Arity: -1, Expand: useTemplate},
		{Name: "__proxy__", Arity: 2, Expand: expandProxy},
		{Name: "using", Arity: 0, Expand: expandUsing},
		{Name: "using", Arity: 1, Expand: expandUsing},
		{Name: "using", Arity: 2, Expand: expandUsing},
	}}
}

// useTemplate expands use ExUnit.CaseTemplate.
func useTemplate(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	mod, ok := env.Module()
	if !ok {
		return nil, argumentError(call, "use ExUnit.CaseTemplate is for modules")
	}
	newState(env)
	env.AtEnd(finishTemplate)
	env.DefineMacro(interp.NativeMacro{Name: "__using__", Arity: 1, Expand: func(_ *interp.Env, use *syntax.Call) (syntax.Node, error) {
		m := makerAt(use)
		return m.call("ExUnit.CaseTemplate", "__proxy__", m.constant(mod), use.Args[0]), nil
	}})
	m := makerAt(call)
	return m.block(
		m.importing("ExUnit.Callbacks"),
		m.importing("ExUnit.Assertions"),
		m.importing("ExUnit.CaseTemplate"),
	), nil
}

// expandProxy is what a module that uses a template gets: it is a test module
// that calls the template's callbacks.
func expandProxy(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
	m := makerAt(call)
	parent, opts := call.Args[0], call.Args[1]
	hook := func(kind string) syntax.Node {
		x := &syntax.Call{At: m.at, Target: parent, Name: "__ex_unit__", NameAt: m.at.At,
			Args: []syntax.Node{m.atom(kind), m.context()}, Parens: true}
		out := m.call("ExUnit.Callbacks", kind, m.context())
		out.Do = m.do(x)
		return out
	}
	return m.block(
		m.local("use", m.alias("ExUnit.Case"), m.call("ExUnit.Case", "__keys__", opts)),
		hook("setup_all"),
		hook("setup"),
	), nil
}

// expandUsing expands using opts do … end to the __using__ macro of a template:
//
//	defmacro __using__(context = opts) do
//	  parent = quote do: proxy(__MODULE__, unquote(opts))
//	  result = …
//	  quote do: (unquote(parent); unquote(result))
//	end
func expandUsing(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
	do := call.Section("do")
	if do == nil {
		return nil, argumentError(call, "using expects a do-block")
	}
	m := makerAt(call)
	var pattern syntax.Node = m.variable("_")
	if args := call.Rest(); len(args) > 0 {
		pattern = args[0]
	}
	quoted := func(n syntax.Node) syntax.Node {
		q := m.local("quote")
		q.Do = m.do(n)
		return q
	}
	unquote := func(n syntax.Node) syntax.Node { return m.local("unquote", n) }
	opts, parent, result := m.hidden("opts"), m.hidden("parent"), m.hidden("result")
	return m.def("defmacro", m.local("__using__", m.match(pattern, opts)), m.do(m.block(
		m.match(parent, quoted(m.call("ExUnit.CaseTemplate", "__proxy__", unquote(m.module()), unquote(opts)))),
		m.match(result, do.Body),
		quoted(m.block(unquote(parent), unquote(result))),
	))), nil
}
