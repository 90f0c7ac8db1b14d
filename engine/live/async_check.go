package live

import (
	"fmt"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// asyncMacros are start_async and its like: calls of the functions of
// Phoenix.LiveView.Async, with what can be seen wrong in the function that is
// given. As Phoenix.LiveView.Async.start_async/5.
func asyncMacros() []interp.NativeMacro {
	var out []interp.NativeMacro
	for _, name := range []string{"assign_async", "start_async", "stream_async"} {
		for _, arity := range []int{3, 4} {
			out = append(out, interp.NativeMacro{Name: name, Arity: arity, Expand: func(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
				args := append([]syntax.Node{}, call.Args...)
				checkAsyncFunction(env, call, args[2])
				if len(args) == 3 {
					args = append(args, emptyList(call.Span()))
				}
				return remoteCall(call.NameAt, moduleNode(call.Span(), asyncModule), name, args...), nil
			}})
		}
	}
	return out
}

// asyncFuncs are the functions of Phoenix.LiveView.Async.
func asyncFuncs() *interp.NativeModule {
	return &interp.NativeModule{Name: asyncModule, Funcs: []interp.NativeFunc{
		{Name: "assign_async", Arity: 4, Fn: assignAsync},
		{Name: "start_async", Arity: 4, Fn: startAsync},
		{Name: "stream_async", Arity: 4, Fn: streamAsync},
	}}
}

// checkAsyncFunction warns where a function that will run in a process of its
// own takes the socket along.
func checkAsyncFunction(env *interp.Env, call *syntax.Call, fun syntax.Node) {
	if capture, isCapture := fun.(*syntax.Unary); isCapture && capture.Op != "&" {
		return
	} else if _, isFn := fun.(*syntax.Fn); !isFn && !isCapture {
		return
	}
	interp.Walk(fun, func(n syntax.Node) bool {
		if v, ok := n.(*syntax.Var); ok && interp.PlainName(v.Name) == "socket" {
			env.Report(&source.Diagnostic{Severity: source.Warning, Span: v.Span(), Message: asyncAdvice("the LiveView Socket", "whole socket", "socket.assigns", call.Name), Mark: source.MarkColumn, In: "(file)"})
		}
		return true
	})
}

// asyncAdvice is the warning about what a function should not take along.
func asyncAdvice(what, copied, in, op string) string {
	return fmt.Sprintf(`you are accessing %s inside a function given to %s.

This is an expensive operation because the %s is copied to the new process.

Instead of:

    %s(socket, :key, fn ->
      do_something(%s.my_assign)
    end)

You should do:

    my_assign = %s.my_assign

    %s(socket, :key, fn ->
      do_something(my_assign)
    end)

For more information, see https://elixir.hexdocs.pm/1.16.1/process-anti-patterns.html#sending-unnecessary-data.
`, what, op, copied, op, in, in, op)
}

// checkAsyncRuntime is the check of a function by what it has captured, where
// the project's config asks for expensive checks.
func checkAsyncRuntime(t *interp.Thread, s Socket, fun term.Term, op string) {
	f, ok := fun.(*term.Fun)
	if !ok || len(f.Env) == 0 || s.field(atomTransportPID) == term.Term(term.Nil) || !expensiveChecks(t) {
		return
	}
	warn := func(text string) { t.Apply(term.NewModule("IO"), "warn", str(text)) }
	for _, v := range f.Env {
		if _, isSocket := SocketOf(v); isSocket {
			warn(asyncAdvice("the LiveView Socket", "whole socket", "socket.assigns", op))
			return
		}
	}
	for _, v := range f.Env {
		if m, isMap := v.(*term.Map); isMap && m.Has(atomChanged) {
			warn(asyncAdvice("an assigns map", "whole map", "assigns", op))
			return
		}
	}
}

func expensiveChecks(t *interp.Thread) bool {
	v := t.Apply(term.NewModule("Application"), "get_env", term.NewAtom("phoenix_live_view"), term.NewAtom("enable_expensive_runtime_checks"), term.False)
	return term.Truthy(v)
}
