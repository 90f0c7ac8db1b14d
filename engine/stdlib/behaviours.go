package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// required and optional make the callbacks of a behaviour.
func required(name string, arity int) interp.NativeCallback {
	return interp.NativeCallback{Name: name, Arity: arity}
}

func optional(name string, arity int) interp.NativeCallback {
	return interp.NativeCallback{Name: name, Arity: arity, Optional: true}
}

var serverCallbacks = []interp.NativeCallback{
	required("init", 1), optional("handle_call", 3), optional("handle_cast", 2), optional("handle_info", 2), optional("handle_continue", 2),
	optional("terminate", 2), optional("code_change", 3), optional("format_status", 1), optional("format_status", 2),
}

// useBehaviour is the __using__ of a behaviour whose processes are children of
// supervisors: useServer, and @behaviour. missing is the text about an init/1
// that is not there, "" where its lack is told as that of any callback.
func useBehaviour(behaviour, missing string) interp.NativeMacro {
	use := useServer()
	child := use.Expand
	use.Expand = func(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
		if _, err := child(env, call); err != nil {
			return nil, err
		}
		if missing != "" {
			env.AtEnd(func(env *interp.Env) (syntax.Node, error) {
				mod, _ := env.Module()
				if env.Defines("init", 1) {
					return nil, nil
				}
				env.Report(&source.Diagnostic{Severity: source.Warning, Span: env.Span(),
					Message: "function init/1 required by behaviour " + behaviour + " is not implemented (in module " + term.Inspect(mod) + ")." + missing})
				return defaultInit(env), nil
			})
		}
		at := syntax.At{At: call.Span()}
		return &syntax.Attr{At: at, Name: "behaviour", Value: interp.Value(term.NewModule(behaviour), call.Span())}, nil
	}
	return use
}

// defaultInit is the init/1 that GenServer adds to a module without one.
func defaultInit(env *interp.Env) syntax.Node {
	at := syntax.At{At: env.Span()}
	arg := &syntax.Var{At: at, Name: "init_arg"}
	body := &syntax.Tuple{At: at, Elems: []syntax.Node{&syntax.Atom{At: at, Name: "ok"}, arg}}
	head := &syntax.Call{At: at, Name: "init", NameAt: env.Span(), Parens: true, Args: []syntax.Node{arg}}
	interp.WrittenBy(head, "GenServer")
	return &syntax.Call{At: at, Name: "def", NameAt: env.Span(), Parens: true, Args: []syntax.Node{head},
		Do: &syntax.Do{At: env.Span(), Sections: []syntax.Section{{Name: "do", At: env.Span(), Body: body}}}}
}

const missingServerInit = "\n\nWe will inject a default implementation for now:\n\n    def init(init_arg) do\n      {:ok, init_arg}\n    end\n\n" +
	"You can copy the implementation above or define your own that converts the arguments given to GenServer.start_link/3 to the server state.\n"
