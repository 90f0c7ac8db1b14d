package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
)

// absentMacros stand for functions of a module that are not part of the
// playground: a call of one is an error that says so.
func absentMacros(of, instead string, names ...string) []interp.NativeMacro {
	var out []interp.NativeMacro
	for _, name := range names {
		what := name
		if name == "__using__" {
			what = "use Phoenix.Controller"
		}
		out = append(out, interp.NativeMacro{Name: name, Arity: -1, Expand: func(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
			return nil, &source.Diagnostic{Span: call.NameAt, Unsupported: true, Hint: instead,
				Message: "`" + what + "` is " + of + ", but not part of this playground"}
		}})
	}
	return out
}
