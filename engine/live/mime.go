package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
	"streamsplayground/engine/upload"
)

// mime is the module MIME, of the library of that name.
func mime() *interp.NativeModule {
	text := func(name string, f func(string) term.Term) interp.NativeFunc {
		return interp.NativeFunc{Name: name, Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			s, ok := a[0].(term.Binary)
			if !ok {
				t.RaiseFunctionClause("MIME", name, a)
			}
			return f(string(s))
		}}
	}
	return &interp.NativeModule{Name: "MIME", Funcs: []interp.NativeFunc{
		text("type", func(ext string) term.Term {
			if kind := upload.MIMEType(ext); kind != "" {
				return str(kind)
			}
			return str("application/octet-stream")
		}),
		text("has_type?", func(ext string) term.Term { return term.Bool(upload.MIMEType(ext) != "") }),
		text("from_path", func(path string) term.Term { return str(upload.MIMETypeOfPath(path)) }),
		text("extensions", func(kind string) term.Term {
			var out []term.Term
			for _, ext := range upload.MIMEExtensions(kind) {
				out = append(out, str(ext))
			}
			return term.NewList(out...)
		}),
	}}
}
