package interp

import "streamsplayground/engine/term"

// structShape says how inspect shows a struct of the program: its fields in
// the order of defstruct, and what @derive {Inspect, …} hides. It returns nil
// for structs of modules that it does not know.
func (t *Thread) structShape(module term.Atom) *term.StructShape {
	if t.prog == nil || term.CoreShape(module) != nil {
		return nil
	}
	m := t.prog.modules[module]
	if m == nil || m.fields == nil {
		return nil
	}
	s := &term.StructShape{Fields: m.fieldOrder}
	opts, ok := t.prog.Derived(atomInspect, module)
	l, isList := opts.(*term.List)
	if !ok || !isList {
		return s
	}
	for _, o := range []struct {
		key  string
		into *[]term.Atom
	}{{"only", &s.Only}, {"except", &s.Except}} {
		v, ok := term.KeywordGet(l, term.NewAtom(o.key))
		names, isList := v.(*term.List)
		if !ok || !isList {
			continue
		}
		*o.into = []term.Atom{}
		for n := range names.All() {
			if a, ok := n.(term.Atom); ok {
				*o.into = append(*o.into, a)
			}
		}
	}
	if v, ok := term.KeywordGet(l, term.NewAtom("optional")); ok {
		s.Optional = optionalFields(m.fields, v)
	}
	return s
}

// optionalFields are the fields of optional: with their defaults.
func optionalFields(defaults *term.Map, v term.Term) map[term.Atom]term.Term {
	out := map[term.Atom]term.Term{}
	if v == term.Term(term.NewAtom("all")) {
		for k, d := range defaults.All() {
			if a, ok := k.(term.Atom); ok && a != term.StructKey {
				out[a] = d
			}
		}
		return out
	}
	names, _ := v.(*term.List)
	for n := range names.All() {
		if a, ok := n.(term.Atom); ok {
			out[a] = defaults.GetAtom(a)
		}
	}
	return out
}
