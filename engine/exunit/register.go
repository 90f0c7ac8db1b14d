package exunit

import (
	"fmt"
	"slices"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// place carries a span to a function that runs in a module's body.
type place struct{ at source.Span }

// Kind implements term.Term.
func (*place) Kind() term.Kind { return term.KindRef }

func warning(at source.Span, message string) *source.Diagnostic {
	return &source.Diagnostic{Severity: source.Warning, Span: at, Message: message}
}

// raise raises a RuntimeError.
func raise(t *interp.Thread, format string, args ...any) {
	t.RaiseNew("RuntimeError", "message", term.Binary(fmt.Sprintf(format, args...)))
}

// newTest is a test to register.
type newTest struct {
	module term.Term
	file   string
	line   int
	kind   term.Term
	name   string
	tags   []term.Term
}

// registerTest is ExUnit.Case.register_test/6: it notes the test with the tags
// that are set now and returns the name of its function.
func registerTest(t *interp.Thread, n newTest) term.Term {
	s, env := stateOf(t, n.module)
	kind, _ := n.kind.(term.Atom)
	if s == nil || !s.isCase {
		raise(t, `cannot define %s. Please make sure you have invoked "use ExUnit.Case" in the current module`, kind.Name())
	}
	if suite := suiteOf(t); suite != nil {
		n.file = suite.absolute(n.file)
	}
	registered := registeredValues(env)
	tags := append(slices.Clone(n.tags), elements(env.TakeAttribute("tag"))...)
	name := kind.Name() + " " + n.name
	var describe, describeLine term.Term = term.Nil, term.Nil
	if d := s.describe; d != nil {
		name = kind.Name() + " " + d.message + " " + n.name
		describe, describeLine = term.Binary(d.message), term.Int(d.line)
		tags = append(tags, elements(env.Attribute("describetag"))...)
	}
	tags = append(tags, elements(env.Attribute("moduletag"))...)
	if len([]rune(name)) > 255 {
		t.RaiseNew("SystemLimitError", "message", term.Binary("the computed name of a test (which includes its type, the name of its parent describe block if present, and the test name itself) must be shorter than 255 characters, got: "+term.Inspect(term.Binary(name))))
	}
	if env.Defines(name, 1) {
		mod, _ := env.Module()
		t.RaiseArgument("%q is already defined in %s", name, term.Inspect(mod))
	}
	all := validTags(t, normalizeTags(t, tags))
	for k, v := range map[string]term.Term{"line": term.Int(n.line), "file": term.Binary(n.file), "registered": registered,
		"describe": describe, "describe_line": describeLine, "test_type": kind} {
		all = all.Put(atomTerm(k), v)
	}
	mod, _ := env.Module()
	s.tests = append(s.tests, t.Program().Struct(testStruct).Put(atomTerm("name"), term.NewAtom(name)).
		Put(atomTerm("module"), mod).Put(atomTerm("case"), mod).Put(atomTerm("tags"), all))
	for _, a := range elements(env.Attribute(registeredTest)) {
		env.TakeAttribute(a.(term.Atom).Name())
	}
	return term.NewAtom(name)
}

// registeredValues are the values of the attributes that were registered.
func registeredValues(env *interp.Env) *term.Map {
	out := term.EmptyMap
	for _, key := range []string{registeredModule, registeredDescribe, registeredTest} {
		for _, a := range elements(env.Attribute(key)) {
			v := env.Attribute(a.(term.Atom).Name())
			if v == nil {
				v = term.Nil
			}
			out = out.Put(a, v)
		}
	}
	return out
}

// registerAttribute is ExUnit.Case.register_attribute/3 and its like.
func registerAttribute(t *interp.Thread, kind string, a []term.Term) term.Term {
	_, env := stateOf(t, a[0])
	name, ok := a[1].(term.Atom)
	if env == nil || !ok {
		t.RaiseArgument("register_attribute expects the module that is being compiled and the name of an attribute")
	}
	for _, other := range []string{registeredModule, registeredDescribe, registeredTest} {
		if other != kind && slices.Contains(elements(env.Attribute(other)), term.Term(name)) {
			t.RaiseArgument("cannot register attribute %s multiple times", term.Inspect(name))
		}
	}
	if env.HasAttribute(name.Name()) {
		raise(t, "you must set @%s after it has been registered", name.Name())
	}
	env.QuietAttribute(name.Name())
	if len(a) == 3 {
		if opts, ok := a[2].(*term.List); ok {
			if v, ok := term.KeywordGet(opts, atomTerm("accumulate")); ok && term.Truthy(v) {
				env.RegisterAttribute(name.Name())
			}
		}
	}
	env.PutAttribute(kind, name)
	return term.OK
}

// normalizeTags makes a map of tags: the first of a list counts.
func normalizeTags(t *interp.Thread, tags []term.Term) *term.Map {
	out := term.EmptyMap
	for _, tag := range slices.Backward(tags) {
		switch x := tag.(type) {
		case term.Tuple:
			if len(x) == 2 {
				out = out.Put(x[0], x[1])
				continue
			}
		case term.Atom:
			out = out.Put(x, term.True)
			continue
		case *term.List:
			for _, e := range elements(x) {
				if k, v, ok := pair(e); ok {
					out = out.Put(k, v)
				} else {
					t.RaiseArgument("expected a keyword list of tags, got: %s", term.Inspect(x))
				}
			}
			continue
		}
		t.RaiseFunctionClause("ExUnit.Case", "-normalize_tags/1-fun-0-", []term.Term{tag, out})
	}
	return out
}

var reservedTags = []string{"module", "file", "line", "test", "async", "registered", "describe"}

func validTags(t *interp.Thread, tags *term.Map) *term.Map {
	for _, name := range reservedTags {
		if tags.Has(atomTerm(name)) {
			raise(t, "cannot set tag :%s because it is reserved by ExUnit", name)
		}
	}
	if v, ok := tags.Get(atomTerm("test_type")); ok {
		if _, isAtom := v.(term.Atom); !isAtom {
			raise(t, `value for tag ":test_type" must be an atom`)
		}
	}
	return tags
}

// beginDescribe is what describe runs before its block.
func beginDescribe(t *interp.Thread, a []term.Term) term.Term {
	s, env := stateOf(t, a[0])
	if s == nil {
		raise(t, `cannot call "describe" outside of a module with "use ExUnit.Case"`)
	}
	if s.describe != nil {
		raise(t, `cannot call "describe" inside another "describe". See the documentation for ExUnit.Case.describe/2 on named setups and how to handle hierarchies`)
	}
	message, ok := a[2].(term.Binary)
	if !ok {
		t.RaiseArgument("describe name must be a string, got: %s", t.Inspect(a[2], term.InspectOptions{}))
	}
	mod, _ := env.Module()
	for _, d := range s.describes {
		if d.message == string(message) {
			t.RaiseArgument("describe %s is already defined in %s", term.Inspect(message), term.Inspect(mod))
		}
	}
	if len(elements(env.Attribute("describetag"))) > 0 {
		raise(t, "@describetag must be set inside describe/2 blocks")
	}
	if len(elements(env.Attribute("tag"))) > 0 {
		t.Apply(term.NewModule("IO"), "warn", term.Binary(`found unused @tag before "describe", did you mean to use @describetag?`))
	}
	at := a[1].(*place).at
	s.describe = &describeState{message: string(message), line: at.Pos().Line, at: at, nth: len(s.describes), outer: s.setup}
	s.setup = nil
	return term.OK
}

// endDescribe is what describe runs after its block.
func endDescribe(t *interp.Thread, a []term.Term) term.Term {
	s, env := stateOf(t, a[0])
	d := s.describe
	d.setup, s.setup, s.describe = s.setup, d.outer, nil
	s.describes = append(s.describes, d)
	env.TakeAttribute("describetag")
	for _, name := range elements(env.Attribute(registeredDescribe)) {
		env.TakeAttribute(name.(term.Atom).Name())
	}
	return term.OK
}

// nameSetup is what setup do … end runs: it notes the callback and returns the
// name of its function.
func nameSetup(t *interp.Thread, a []term.Term) term.Term {
	s, _ := stateOf(t, a[0])
	if s == nil {
		raise(t, `setup is for modules with "use ExUnit.Case"`)
	}
	name := fmt.Sprintf("__ex_unit_setup_%d", len(s.setup))
	if s.describe != nil {
		name = fmt.Sprintf("__ex_unit_setup_%d_%d", s.describe.nth, len(s.setup))
	}
	s.setup = append(s.setup, callback{name: name})
	return term.NewAtom(name)
}

func nameSetupAll(t *interp.Thread, a []term.Term) term.Term {
	s := outsideDescribe(t, a[0])
	name := fmt.Sprintf("__ex_unit_setup_all_%d", len(s.setupAll))
	s.setupAll = append(s.setupAll, callback{name: name})
	return term.NewAtom(name)
}

func outsideDescribe(t *interp.Thread, mod term.Term) *caseState {
	s, _ := stateOf(t, mod)
	if s == nil {
		raise(t, `setup_all is for modules with "use ExUnit.Case"`)
	}
	if s.describe != nil {
		raise(t, "cannot invoke setup_all/1-2 inside describe as setup_all always applies to all tests in a module")
	}
	return s
}

// addSetup is setup :name, setup {Mod, :name} and lists of them.
func addSetup(t *interp.Thread, a []term.Term) term.Term {
	s, _ := stateOf(t, a[0])
	if s == nil {
		raise(t, `setup is for modules with "use ExUnit.Case"`)
	}
	s.setup = append(s.setup, validCallbacks(t, a[1])...)
	return term.OK
}

func addSetupAll(t *interp.Thread, a []term.Term) term.Term {
	s := outsideDescribe(t, a[0])
	s.setupAll = append(s.setupAll, validCallbacks(t, a[1])...)
	return term.OK
}

func validCallbacks(t *interp.Thread, v term.Term) []callback {
	list := []term.Term{v}
	switch l := v.(type) {
	case *term.List:
		list = elements(l)
	case term.Atom:
		if l == term.Nil {
			list = nil
		}
	}
	var out []callback
	for _, k := range list {
		if name, ok := k.(term.Atom); ok {
			out = append(out, callback{name: name.Name()})
			continue
		}
		mod, fun, _ := pair(k)
		m, isMod := mod.(term.Atom)
		f, isFun := fun.(term.Atom)
		if !isMod || !isFun {
			t.RaiseArgument("setup/setup_all expect a callback as an atom, a {module, function} tuple or a list of callbacks, got: %s", strings.TrimSpace(t.Inspect(k, term.InspectOptions{})))
		}
		out = append(out, callback{module: m, name: f.Name()})
	}
	return out
}
