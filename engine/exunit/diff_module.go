package exunit

import (
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// side is a shown side as a term.
type side struct{ *shown }

// Kind implements term.Term.
func (side) Kind() term.Kind { return term.KindMap }

// diffModule is ExUnit.Diff, for those who show differences on their own.
func diffModule() *interp.NativeModule {
	diffStruct := term.NewStruct("ExUnit.Diff", "equivalent?", term.True, "left", term.Nil, "right", term.Nil)
	return &interp.NativeModule{Name: "ExUnit.Diff", Struct: diffStruct, Funcs: []interp.NativeFunc{
		{Name: "compute", Arity: 3, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			d := &differ{t: t, until: time.Now().Add(diffTime)}
			res, e := d.diff(a[0], a[1], newDiffEnv(a[2]))
			vars := term.EmptyMap
			for k, v := range e.vars {
				vars = vars.Put(term.Tuple{term.NewAtom(k), term.Nil}, v)
			}
			hints := term.Empty
			for _, h := range e.hints {
				hints = &term.List{Head: atomTerm(h), Tail: hints}
			}
			env := term.NewMap(atomTerm("current_vars"), vars, atomTerm("hints"), hints)
			return term.Tuple{diffStruct.Put(atomTerm("equivalent?"), term.Bool(res.same)).Put(atomTerm("left"), side{res.left}).
				Put(atomTerm("right"), side{res.right}), env}
		}},
		{Name: "to_algebra", Arity: 2, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			s, ok := a[0].(side)
			if !ok {
				t.RaiseFunctionClause("ExUnit.Diff", "to_algebra", a)
			}
			p := &painter{t: t, wrap: func(doc term.Term) term.Term { return t.Call(a[1], doc) }}
			return p.doc(s.shown)
		}},
	}}
}
