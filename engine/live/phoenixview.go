package live

import (
	"path"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// viewNatives is what Phoenix.View, which is written in Elixir, needs of the
// compiler.
func viewNatives() *interp.NativeModule {
	return &interp.NativeModule{Name: "Phoenix.View.Native", Macros: []interp.NativeMacro{
		{Name: "embed", Arity: 1, Expand: embedView},
	}}
}

// embedView defines a function for each template of a view: those in the folder
// of its name below the root, as Phoenix.View.__template_options__/2.
func embedView(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	v, err := env.Eval(call.Args[0])
	if err != nil {
		return nil, err
	}
	opts, ok := v.(*term.List)
	root, isText := keyword(opts, "root").(term.Binary)
	if !ok || !isText {
		return nil, argumentError(call, "expected :root to be given as an option")
	}
	module, _ := env.Module()
	name := strings.TrimSuffix(strings.TrimPrefix(module.Name(), "Elixir."), "View")
	namespace, _ := keyword(opts, "namespace").(term.Atom)
	prefix := strings.TrimPrefix(namespace.Name(), "Elixir.")
	if prefix == "" {
		prefix, _, _ = strings.Cut(name, ".")
	}
	folder := interp.Underscore(strings.TrimPrefix(strings.TrimPrefix(name, prefix), "."))
	if p, ok := keyword(opts, "path").(term.Binary); ok {
		folder = string(p)
	}
	if root != "" {
		interp.EmbedFolder(env, path.Join(string(root), folder))
	}
	return &syntax.Atom{At: syntax.At{At: call.Span()}, Name: "ok"}, nil
}
