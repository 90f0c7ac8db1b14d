package exunit

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// stateKey is the attribute that holds the caseState of a module.
const stateKey = "ex_unit_state"

// caseState is what a test module, or a template of one, has declared so far.
// It is kept in an attribute of the module while its body runs.
type caseState struct {
	setup, setupAll []callback
	describe        *describeState // the one that is open
	describes       []*describeState
	opts            *term.List // of use ExUnit.Case
	isCase          bool
	tests           []*term.Map
}

// Kind implements term.Term.
func (*caseState) Kind() term.Kind { return term.KindMap }

// callback is a function to call with the context; the module is the zero Atom
// for one of the test module itself.
type callback struct {
	module term.Atom
	name   string
}

// describeState is a describe block.
type describeState struct {
	message string
	line    int
	at      source.Span
	nth     int
	setup   []callback
	outer   []callback // the setup of the module, put back at the end
}

// stateOf returns the state of the module whose body runs, nil if it has none.
func stateOf(t *interp.Thread, mod term.Term) (*caseState, *interp.Env) {
	name, ok := mod.(term.Atom)
	if !ok {
		if m, isMap := mod.(*term.Map); isMap { // __ENV__
			name, ok = m.GetAtom(term.NewAtom("module")).(term.Atom)
		}
	}
	if !ok {
		return nil, nil
	}
	env := t.ModuleEnv(name)
	if env == nil {
		return nil, nil
	}
	s, _ := env.Attribute(stateKey).(*caseState)
	return s, env
}

// newState sets a module up for callbacks, unless it is already.
func newState(env *interp.Env) *caseState {
	if s, ok := env.Attribute(stateKey).(*caseState); ok {
		return s
	}
	s := &caseState{opts: term.Empty}
	env.PutAttribute(stateKey, s)
	return s
}

// The attributes that tests have.
var tagAttributes = []string{"tag", "describetag", "moduletag", registeredTest, registeredDescribe, registeredModule}

const (
	registeredTest     = "ex_unit_registered_test_attributes"
	registeredDescribe = "ex_unit_registered_describe_attributes"
	registeredModule   = "ex_unit_registered_module_attributes"
)

// elements returns the elements of a list, none for anything else.
func elements(v term.Term) []term.Term {
	l, ok := v.(*term.List)
	if !ok {
		return nil
	}
	out, _ := l.Slice()
	return out
}

func isAtom(v term.Term, name string) bool {
	a, ok := v.(term.Atom)
	return ok && a.Name() == name
}

func atomTerm(name string) term.Atom { return term.NewAtom(name) }

func pair(v term.Term) (a, b term.Term, ok bool) {
	t, isTuple := v.(term.Tuple)
	if !isTuple || len(t) != 2 {
		return nil, nil, false
	}
	return t[0], t[1], true
}
