package stdlib

import "streamsplayground/engine/term"

var enumerableAtom = term.NewModule("Enumerable")

// asked calls count/1, member?/2 or slice/1 of a struct's own implementation of
// Enumerable, as Enum does before it reduces. ok is false when there is none,
// or it answers {:error, module}.
func (c call) asked(v term.Term, fn string, more ...term.Term) (answer term.Term, ok bool) {
	m, isMap := v.(*term.Map)
	if !isMap {
		return nil, false
	}
	if _, isStruct := m.StructName(); !isStruct {
		return nil, false
	}
	impl, found := c.t.Program().ImplFor(enumerableAtom, v)
	if !found || !c.t.Program().Exports(impl, fn, 1+len(more)) {
		return nil, false
	}
	t, _ := c.t.Apply(impl, fn, append([]term.Term{v}, more...)...).(term.Tuple)
	if len(t) < 2 || t[0] != term.Term(term.OK) {
		return nil, false
	}
	return t[1], true
}
