package interp

import (
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// meta is the metadata that a quote keeps.
func (q *quoteOptions) meta(meta *term.List) *term.List {
	if q.escaping {
		return meta
	}
	meta = metaDelete(meta, atomColumn)
	line := metaGet(meta, atomLine)
	if q.file != nil {
		number := term.Term(term.Int(0))
		switch {
		case q.line == term.Term(term.True):
			if line != nil {
				number = line
			}
		case q.line != term.Term(term.False):
			number = q.line
		}
		keep := term.Tuple{term.NewAtom("keep"), term.Tuple{q.file, number}}
		meta = &term.List{Head: keep, Tail: metaDelete(meta, atomLine)}
	} else if q.line == term.Term(term.False) {
		meta = metaDelete(meta, atomLine)
	} else if q.line != term.Term(term.True) {
		meta = metaStore(meta, atomLine, q.line)
	}
	if q.generated {
		meta = &term.List{Head: term.Tuple{atomGenerated, term.True}, Tail: meta}
	}
	return meta
}

// captureMeta notes the import that &name/arity captures.
func (q *quoteOptions) captureMeta(meta *term.List, args *term.List) *term.List {
	if args == nil {
		return meta
	}
	slash, ok := args.Head.(term.Tuple)
	if !ok || len(slash) != 3 || slash[0] != term.Term(term.NewAtom("/")) {
		return meta
	}
	l, _ := slash[2].(*term.List)
	sides, _ := l.Slice()
	if len(sides) != 2 {
		return meta
	}
	f, ok := sides[0].(term.Tuple)
	n, isInt := sides[1].(term.Int)
	if !ok || !isInt || len(f) != 3 {
		return meta
	}
	name, ok := f[0].(term.Atom)
	if _, isVar := f[2].(term.Atom); !ok || !isVar {
		return meta
	}
	for _, imp := range q.c.quotedImports(name.Name()) {
		if imp.arity == int(n) {
			list := term.NewList(term.Tuple{n, imp.module})
			return metaStore(metaStore(meta, atomImports, list), atomContext, q.context)
		}
	}
	return meta
}

// importMeta notes the modules that a name comes from where the quote stands.
func (q *quoteOptions) importMeta(name string, arity int, meta *term.List) *term.List {
	if metaGet(meta, atomImports) == nil {
		if f, ok := forms[name]; ok && f.core || reservedForms[name] {
			return meta
		}
		if found := q.c.quotedImports(name); len(found) > 0 {
			list := make([]term.Term, len(found))
			for i, imp := range found {
				list[i] = term.Tuple{term.Int(imp.arity), imp.module}
			}
			return metaStore(metaStore(meta, atomContext, q.context), atomImports, term.NewList(list...))
		}
	}
	return meta
}

// reservedForms are special forms that the compiler has nodes for.
var reservedForms = map[string]bool{
	"{}": true, "%{}": true, "%": true, "<<>>": true, "fn": true, "->": true, "::": true, "=": true, "^": true, ".": true,
	"&": true, "__aliases__": true, "unquote_splicing": true, "__DIR__": true, "__STACKTRACE__": true, "|": true, "when": true,
}

// quotedImport is a function or macro that can be called without its module.
type quotedImport struct {
	arity  int
	module term.Atom
}

// quotedImports returns what a name may mean by import, sorted by arity.
func (c *compiler) quotedImports(name string) []quotedImport {
	var out []quotedImport
	for i := len(c.env.imports) - 1; i >= 0; i-- {
		imp := c.env.imports[i]
		m := c.b.prog.modules[imp.module]
		if m == nil || imp.module == kernel {
			continue
		}
		add := func(arity int) {
			for _, o := range out {
				if o.arity == arity {
					return
				}
			}
			if imp.allows(funcKey{name, arity}) {
				imp.used = true
				out = append(out, quotedImport{arity, imp.module})
			}
		}
		for arity := range 10 {
			k := funcKey{name, arity}
			if f := m.funcs[k]; imp.kind != "macros" && f != nil && !f.private && !f.macro {
				add(arity)
			}
			if d := m.macros[k]; imp.kind != "functions" && d != nil && (d.fn == nil || !d.fn.private) {
				add(arity)
			}
		}
	}
	for _, arity := range kernelArities[name] {
		taken := c.excluded(name, arity)
		for _, o := range out {
			taken = taken || o.arity == arity
		}
		if !taken {
			out = append(out, quotedImport{arity, kernel})
		}
	}
	for i := 1; i < len(out); i++ {
		for k := i; k > 0 && out[k].arity < out[k-1].arity; k-- {
			out[k], out[k-1] = out[k-1], out[k]
		}
	}
	return out
}

// quotedAlias is what an alias means where the quote stands: a module, or false
// if it is no alias there.
func (c *compiler) quotedAlias(meta *term.List, segs *term.List) term.Term {
	x := &syntax.Alias{Meta: readMeta(meta)}
	for s := range segs.All() {
		a, ok := s.(term.Atom)
		if !ok {
			return term.False
		}
		x.Segs = append(x.Segs, a.Name())
	}
	if mod, ok := c.env.aliased(x); ok {
		return mod
	}
	return term.False
}
