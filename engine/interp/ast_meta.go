package interp

import (
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// nameMeta is what a quote knew of a name: the Meta of a Call or an Alias.
type nameMeta struct {
	// context is the module whose quote wrote the name, counter the expansion
	// that put it here.
	context term.Atom
	counter int
	// imports are the modules that the name came from where the quote stands,
	// by arity; alias is what an alias meant there, false if it was none.
	imports *term.List
	alias   term.Term
	// generated says that code of a macro is to be told of less.
	generated bool
}

// readMeta takes what matters to the compiler out of the metadata of a call or
// an alias; nil when there is nothing.
func readMeta(meta *term.List) any {
	var q nameMeta
	found := false
	for e := range meta.All() {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			continue
		}
		switch kv[0] {
		case term.Term(atomContext):
			q.context, _ = kv[1].(term.Atom)
		case term.Term(atomCounter):
			n, _ := kv[1].(term.Int)
			q.counter = int(n)
		case term.Term(atomImports):
			q.imports, _ = kv[1].(*term.List)
		case term.Term(atomAlias):
			q.alias = kv[1]
		case term.Term(atomGenerated):
			q.generated = kv[1] == term.Term(term.True)
		default:
			continue
		}
		found = true
	}
	if !found {
		return nil
	}
	return &q
}

// onto puts the metadata in front of the place.
func (q *nameMeta) onto(meta *term.List) *term.List {
	out := meta
	put := func(k term.Atom, v term.Term) {
		out = &term.List{Head: term.Tuple{k, v}, Tail: out}
	}
	if q.alias != nil {
		put(atomAlias, q.alias)
	}
	if q.imports != nil {
		put(atomImports, q.imports)
	}
	if !q.context.IsZero() {
		put(atomContext, q.context)
	}
	if q.counter != 0 {
		put(atomCounter, term.Int(q.counter))
	}
	if q.generated {
		put(atomGenerated, term.True)
	}
	return out
}

// receiver is the module that a quoted call is of, whatever is imported where
// it is put.
func (q *nameMeta) receiver(arity int) (term.Atom, bool) {
	if q.imports == nil || q.context.IsZero() {
		return term.Atom{}, false
	}
	for e := range q.imports.All() {
		kv, ok := e.(term.Tuple)
		if ok && len(kv) == 2 && kv[0] == term.Term(term.Int(arity)) {
			mod, ok := kv[1].(term.Atom)
			return mod, ok
		}
	}
	return term.Atom{}, false
}

// WrittenBy says that a module's macro wrote a definition, not the author.
func WrittenBy(x *syntax.Call, module string) { x.Meta = &nameMeta{context: moduleAtom(module)} }

// captureReceiver is the module of a name that is captured in quoted code.
func captureReceiver(x *syntax.Call, arity int) (term.Atom, bool) {
	if q, ok := x.Meta.(*nameMeta); ok && x.Target == nil {
		return q.receiver(arity)
	}
	return term.Atom{}, false
}

// metaGet returns a key of metadata, nil if it is not there.
func metaGet(meta *term.List, key term.Atom) term.Term {
	v, ok := term.KeywordGet(meta, key)
	if !ok {
		return nil
	}
	return v
}

// metaStore replaces the value of a key, or adds it at the end.
func metaStore(meta *term.List, key term.Atom, v term.Term) *term.List {
	var out []term.Term
	found := false
	for e := range meta.All() {
		if kv, ok := e.(term.Tuple); ok && len(kv) == 2 && kv[0] == term.Term(key) && !found {
			e, found = term.Tuple{key, v}, true
		}
		out = append(out, e)
	}
	if !found {
		out = append(out, term.Tuple{key, v})
	}
	return term.NewList(out...)
}

// metaNew adds a key in front unless it is there.
func metaNew(meta *term.List, key term.Atom, v term.Term) *term.List {
	if metaGet(meta, key) != nil {
		return meta
	}
	return &term.List{Head: term.Tuple{key, v}, Tail: meta}
}

func metaDelete(meta *term.List, key term.Atom) *term.List {
	if metaGet(meta, key) == nil {
		return meta
	}
	var out []term.Term
	for e := range meta.All() {
		if kv, ok := e.(term.Tuple); ok && len(kv) == 2 && kv[0] == term.Term(key) {
			continue
		}
		out = append(out, e)
	}
	return term.NewList(out...)
}

// counterOf is the expansion that wrote a name, 0 if none did.
func counterOf(meta any) int {
	if q, ok := meta.(*nameMeta); ok {
		return q.counter
	}
	return 0
}
