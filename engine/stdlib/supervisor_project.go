package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// leftOut reports whether a child of a supervisor is of a module that is not
// there, in a project of which parts are left out. The others start.
func leftOut(t *interp.Thread, child term.Term) bool {
	if !t.Program().Project() {
		return false
	}
	mod, ok := child.(term.Atom)
	switch x := child.(type) {
	case term.Tuple:
		if len(x) == 2 {
			mod, ok = x[0].(term.Atom)
		}
	case *term.Map:
		start, _ := x.GetAtom(atomTerm("start").(term.Atom)).(term.Tuple)
		if len(start) == 3 {
			mod, ok = start[0].(term.Atom)
		}
	}
	if !ok || t.Program().Exists(mod) {
		return false
	}
	if p := node.Of(t); p != nil {
		p.Log("info", "not started, since it is left out: "+term.Inspect(mod))
	}
	return true
}

// needsLeftOut reports whether a child did not start because it called what is
// left out of a project. The others start.
func needsLeftOut(t *interp.Thread, id, result term.Term) bool {
	if !t.Program().Project() {
		return false
	}
	tag, reason, ok := pairOf(result)
	if !ok || tag != term.Term(term.Err) {
		return false
	}
	tag, stack, ok := pairOf(reason)
	if !ok || !isAtom(tag, "undef") {
		return false
	}
	frames, isList := stack.(*term.List)
	if !isList || frames == term.Empty {
		return false
	}
	call, isTuple := frames.Head.(term.Tuple)
	if !isTuple || len(call) < 3 {
		return false
	}
	mod, ok := call[0].(term.Atom)
	if !ok || t.Program().Exists(mod) {
		return false
	}
	if p := node.Of(t); p != nil {
		p.Log("info", "not started, since "+term.Inspect(mod)+" is left out, which it needs: "+term.Inspect(id))
	}
	return true
}
