package interp

import (
	"fmt"
	"slices"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// exceptionModules returns the exceptions of the language itself, with the
// fields and messages of Elixir 1.18 (lib/elixir/lib/exception.ex).
func exceptionModules() []*NativeModule {
	inspected := func(field, format string) func(*Thread, *term.Map) string {
		return func(t *Thread, m *term.Map) string {
			return fmt.Sprintf(format, t.inspectField(field, m))
		}
	}
	return []*NativeModule{
		messageException("RuntimeError", "runtime error"),
		messageException("ArgumentError", "argument error"),
		messageException("ArithmeticError", "bad argument in arithmetic expression"),
		messageException("SystemLimitError", "a system limit has been reached"),
		messageException("Enum.OutOfBoundsError", "out of bounds error"),
		messageException("Enum.EmptyError", "empty error"),
		exceptionModule("BadFunctionError", inspected("term", "expected a function, got: %s"), "term", term.Nil),
		exceptionModule("BadStructError", func(t *Thread, m *term.Map) string {
			return fmt.Sprintf("expected a struct named %s, got: %s", t.inspectField("struct", m), t.inspectField("term", m))
		}, "struct", term.Nil, "term", term.Nil),
		exceptionModule("BadMapError", inspected("term", "expected a map, got: %s"), "term", term.Nil),
		exceptionModule("BadBooleanError", func(t *Thread, m *term.Map) string {
			return fmt.Sprintf("expected a boolean on left-side of %q, got: %s", t.ToString(field(m, "operator")), t.inspectField("term", m))
		}, "term", term.Nil, "operator", term.Nil),
		exceptionModule("MatchError", inspected("term", "no match of right hand side value: %s"), "term", term.Nil),
		exceptionModule("CaseClauseError", inspected("term", "no case clause matching: %s"), "term", term.Nil),
		exceptionModule("WithClauseError", inspected("term", "no with clause matching: %s"), "term", term.Nil),
		exceptionModule("CondClauseError", func(*Thread, *term.Map) string { return "no cond clause evaluated to a truthy value" }),
		exceptionModule("TryClauseError", inspected("term", "no try clause matching: %s"), "term", term.Nil),
		exceptionModule("BadArityError", badArityMessage, "function", term.Nil, "args", term.Nil),
		exceptionModule("UndefinedFunctionError", undefinedMessage, "module", term.Nil, "function", term.Nil,
			"arity", term.Nil, "reason", term.Nil, "message", term.Nil),
		exceptionModule("FunctionClauseError", functionClauseMessage, "module", term.Nil, "function", term.Nil,
			"arity", term.Nil, "kind", term.Nil, "args", term.Nil, "clauses", term.Nil),
		exceptionModule("KeyError", keyMessage, "key", term.Nil, "term", term.Nil, "message", term.Nil),
		exceptionModule("ErlangError", func(t *Thread, m *term.Map) string {
			s := "Erlang error: " + t.inspectField("original", m)
			if r, ok := field(m, "reason").(term.Binary); ok {
				s += string(r)
			}
			return s
		}, "original", term.Nil, "reason", term.Nil),
		exceptionModule("Protocol.UndefinedError", protocolMessage, "protocol", term.Nil, "value", term.Nil, "description", term.Binary("")),
	}
}

// messageException is an exception whose only field is its message.
func messageException(name, message string) *NativeModule {
	m := exceptionModule(name, func(t *Thread, m *term.Map) string { return "" }, "message", term.Binary(message))
	fields := m.Struct
	m.Funcs[0].Fn = func(t *Thread, a []term.Term) term.Term {
		x, ok := term.AsMap(a[0])
		if !ok {
			t.RaiseFunctionClause(name, "message", a)
		}
		return field(x, "message")
	}
	m.Funcs[1].Fn = func(t *Thread, a []term.Term) term.Term {
		if s, ok := a[0].(term.Binary); ok {
			return fields.Put(atomMessage, s)
		}
		return newFromOpts(t, fields, a[0])
	}
	return m
}

// exceptionModule is a native exception: its struct, message/1, exception/1.
func exceptionModule(name string, message func(*Thread, *term.Map) string, defaults ...any) *NativeModule {
	fields := term.NewStruct(name, defaults...).Put(term.ExceptionKey, term.True)
	return &NativeModule{Name: name, Struct: fields, Funcs: []NativeFunc{
		{"message", 1, func(t *Thread, a []term.Term) term.Term {
			x, ok := term.AsMap(a[0])
			if !ok {
				t.RaiseFunctionClause(name, "message", a)
			}
			return term.Binary(message(t, x))
		}},
		{"exception", 1, func(t *Thread, a []term.Term) term.Term { return newFromOpts(t, fields, a[0]) }},
	}}
}

// newFromOpts sets the fields named in a keyword list or map, as the
// exception/1 that defexception defines. Keys that are no fields are left out.
func newFromOpts(t *Thread, fields *term.Map, opts term.Term) term.Term {
	t.Each(opts, func(e term.Term) bool {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			name, _ := fields.StructName()
			t.raiseFunctionClause(name, "exception", []term.Term{opts})
		}
		if fields.Has(kv[0]) && kv[0] != term.Term(term.StructKey) {
			fields = fields.Put(kv[0], kv[1])
		}
		return true
	})
	return fields
}

func field(m *term.Map, name string) term.Term {
	if v := m.GetAtom(term.NewAtom(name)); v != nil {
		return v
	}
	return term.Nil
}

func (t *Thread) inspectField(name string, m *term.Map) string {
	return t.Inspect(field(m, name), term.InspectOptions{})
}

func badArityMessage(t *Thread, m *term.Map) string {
	fun, _ := field(m, "function").(*term.Fun)
	args, _ := field(m, "args").(*term.List)
	if fun == nil {
		return "bad arity"
	}
	elems, _ := args.Slice()
	parts := make([]string, len(elems))
	for i, e := range elems {
		parts[i] = t.Inspect(e, term.InspectOptions{})
	}
	s := term.Inspect(fun)
	switch len(parts) {
	case 0:
		return fmt.Sprintf("%s with arity %d called with no arguments", s, fun.Arity)
	case 1:
		return fmt.Sprintf("%s with arity %d called with 1 argument (%s)", s, fun.Arity, parts[0])
	}
	return fmt.Sprintf("%s with arity %d called with %d arguments (%s)", s, fun.Arity, len(parts), strings.Join(parts, ", "))
}

func functionClauseMessage(t *Thread, m *term.Map) string {
	name, ok := field(m, "function").(term.Atom)
	if !ok || name == term.Nil {
		return "no function clause matches"
	}
	mod, _ := field(m, "module").(term.Atom)
	arity, _ := field(m, "arity").(term.Int)
	s := "no function clause matching in " + FormatMFA(mod, name.Name(), int(arity), nil)
	if l, ok := field(m, "args").(*term.List); ok {
		args, _ := l.Slice()
		s += t.blameArgs(Frame{Module: mod, Name: name.Name(), Arity: len(args), Args: args})
	}
	return s
}

func keyMessage(t *Thread, m *term.Map) string {
	if s, ok := field(m, "message").(term.Binary); ok {
		return string(s)
	}
	key, in := field(m, "key"), field(m, "term")
	msg := "key " + t.Inspect(key, term.InspectOptions{}) + " not found"
	if in == term.Term(term.Nil) {
		return msg
	}
	if a, ok := in.(term.Atom); ok {
		if k, ok := key.(term.Atom); ok {
			s := term.Inspect(a)
			return fmt.Sprintf("%s in: %s (if instead you want to invoke %s.%s(), make sure to add parentheses after the function name)",
				msg, s, s, k.Name())
		}
	}
	return msg + " in: " + t.Inspect(in, term.InspectOptions{Pretty: true, Limit: -1})
}

func protocolMessage(t *Thread, m *term.Map) string {
	v := field(m, "value")
	name, isStruct := typeOf(v)
	kind := moduleText(name)
	if isStruct {
		kind = term.Inspect(name) + " (a struct)"
	}
	desc := t.ToString(field(m, "description"))
	if desc != "" {
		desc = ", " + desc
	}
	lines := strings.Split(t.Inspect(v, term.InspectOptions{Pretty: true}), "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = "    " + l
		}
	}
	return fmt.Sprintf("protocol %s not implemented for type %s%s\n\nGot value:\n\n%s\n",
		t.inspectField("protocol", m), kind, desc, strings.Join(lines, "\n"))
}

func undefinedMessage(t *Thread, m *term.Map) string {
	if s, ok := field(m, "message").(term.Binary); ok {
		return string(s)
	}
	mod, _ := field(m, "module").(term.Atom)
	name, okName := field(m, "function").(term.Atom)
	arity, okArity := field(m, "arity").(term.Int)
	if !okName || !okArity || name == term.Nil {
		return "undefined function"
	}
	mfa := FormatMFA(mod, name.Name(), int(arity), nil)
	if r, ok := field(m, "reason").(term.Binary); ok {
		return "function " + mfa + " is undefined (" + string(r) + ")" + missingAlias(mod)
	}
	switch {
	case mod == term.Nil:
		return "function " + mfa + " is undefined" + missingAlias(mod)
	case t.prog.Exists(mod):
		return "function " + mfa + " is undefined or private"
	}
	if t.compiling != nil && slices.ContainsFunc(t.compiling.b.open, func(m *moduleState) bool { return m.name == mod }) {
		return "function " + mfa + " is undefined (function not available)" + missingAlias(mod)
	}
	if lib := absentModule(mod); lib != nil {
		why := "`" + moduleText(mod) + "` is " + lib.name + ", but not part of this playground"
		if lib.instead != "" {
			why += ": " + lib.instead
		}
		return "function " + mfa + " is undefined (" + why + ")"
	}
	return "function " + mfa + " is undefined (module " + term.Inspect(mod) + " is not available)" + missingAlias(mod)
}

func missingAlias(mod term.Atom) string {
	rest, ok := strings.CutPrefix(mod.Name(), "Elixir.")
	if !ok || strings.Contains(rest, ".") {
		return ""
	}
	return ". Make sure the module name is correct and has been specified in full (or that an alias has been defined)"
}

// raiseUndefined raises UndefinedFunctionError.
func (t *Thread) raiseUndefined(mod term.Atom, name string, arity int) {
	stack := append([]Frame{{Module: mod, Name: name, Arity: arity}}, t.stackTrace()...)
	e := t.NewException("UndefinedFunctionError", "module", mod, "function", term.NewAtom(name), "arity", term.Int(arity))
	panic(&raised{kind: term.Err, value: e, stack: stack})
}

// blame is what Exception.blame/3 adds to the message of an uncaught
// exception: arguments, operands, and what was probably meant.
func (t *Thread) blame(x *raised) string {
	m, ok := term.AsMap(x.value)
	if !ok {
		return ""
	}
	name, _ := m.StructName()
	switch name.Name() {
	case "Elixir.KeyError":
		return blameKey(m)
	case "Elixir.ArithmeticError":
		if len(x.stack) > 0 {
			return t.blameArith(x.stack[0])
		}
	case "Elixir.UndefinedFunctionError":
		return t.blameUndefined(m)
	case "Elixir.FunctionClauseError":
		if len(x.stack) > 0 && x.stack[0].Args != nil && field(m, "args") == term.Term(term.Nil) {
			return t.blameArgs(x.stack[0])
		}
	}
	return ""
}

func (t *Thread) blameArgs(f Frame) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n\nThe following arguments were given to %s:\n", FormatMFA(f.Module, f.Name, f.Arity, nil))
	for i, a := range f.Args {
		text := strings.ReplaceAll(t.Inspect(a, term.InspectOptions{}), "\n", "\n    ")
		fmt.Fprintf(&b, "\n    # %d\n    %s\n", i+1, text)
	}
	return b.String() + t.attemptedClauses(f)
}

func blameKey(m *term.Map) string {
	key, ok := field(m, "key").(term.Atom)
	if _, given := field(m, "message").(term.Binary); given || !ok {
		return ""
	}
	var names []string
	add := func(k term.Term) bool {
		a, ok := k.(term.Atom)
		if ok {
			names = append(names, a.Name())
		}
		return ok
	}
	switch in := field(m, "term").(type) {
	case *term.Map:
		for k := range in.All() {
			if !add(k) {
				return ""
			}
		}
	case *term.List:
		for e := range in.All() {
			kv, ok := e.(term.Tuple)
			if !ok || len(kv) != 2 || !add(kv[0]) {
				return ""
			}
		}
	}
	var lines []string
	for _, n := range source.Nearest(key.Name(), names) {
		lines = append(lines, "      * "+term.Inspect(term.NewAtom(n))+"\n")
	}
	if len(lines) == 0 {
		return ""
	}
	return ". Did you mean:\n\n" + strings.Join(lines, "")
}

func (t *Thread) blameUndefined(m *term.Map) string {
	mod, _ := field(m, "module").(term.Atom)
	name, ok := field(m, "function").(term.Atom)
	if _, given := field(m, "message").(term.Binary); given || !ok {
		return ""
	}
	arity, _ := field(m, "arity").(term.Int)
	if mod == term.Nil && arity == 0 {
		return ". If you are using the dot syntax, such as module.function(), make sure the left-hand side of the dot is a module atom"
	}
	if !t.prog.Exists(mod) {
		if o := t.prog.left[mod]; o != nil {
			why := strings.TrimSuffix(o.Why, ".")
			if o.Hint != "" {
				why += "; " + o.Hint
			}
			return ". It was left out: " + why
		}
		return t.prog.moduleHint(mod, name.Name(), int(arity))
	}
	return t.prog.functionHint(mod, name.Name(), int(arity))
}

// moduleHint names modules that end as a missing one does and have the
// function. The message already says the rest.
func (p *Program) moduleHint(mod term.Atom, name string, arity int) string {
	short := strings.TrimPrefix(mod.Name(), "Elixir.")
	var names []string
	for a, m := range p.modules {
		if (strings.EqualFold(a.Name(), mod.Name()) || strings.HasSuffix(a.Name(), "."+short)) && m.export(name, arity) != nil {
			names = append(names, a.Name())
		}
	}
	if len(names) == 0 {
		return ""
	}
	sortStrings(names)
	var b strings.Builder
	b.WriteString(". Did you mean:\n")
	for _, n := range names[:min(len(names), 5)] {
		b.WriteString("\n      * " + FormatMFA(term.NewAtom(n), name, arity, nil))
	}
	return b.String() + "\n"
}

// functionHint says which functions of a module look like a missing one.
func (p *Program) functionHint(mod term.Atom, name string, arity int) string {
	m := p.modules[mod]
	if d := m.macro(name, arity); d != nil && (d.fn == nil || !d.fn.private) {
		return ". However, there is a macro with the same name and arity. Be sure to require " + term.Inspect(mod) +
			" if you intend to invoke this macro"
	}
	for _, b := range m.behaviour {
		if bm := p.modules[b]; bm != nil {
			for _, cb := range bm.callbacks {
				if cb == (funcKey{name, arity}) {
					return ", but the behaviour " + term.Inspect(b) + " expects it to be present"
				}
			}
		}
	}
	list := p.near(m, name)
	if len(list) == 0 {
		return ""
	}
	return ". Did you mean:\n\n" + strings.Join(list, "")
}

// near lists the functions of the same name, or of names near it.
func (p *Program) near(m *module, name string) []string {
	var same []string
	names := map[string]bool{}
	arities := map[string][]int{}
	for _, f := range p.Functions(m.name) {
		names[f.Name] = true
		arities[f.Name] = append(arities[f.Name], f.Arity)
	}
	line := func(n string, arity int) string { return fmt.Sprintf("      * %s/%d\n", functionText(n), arity) }
	for _, a := range arities[name] {
		same = append(same, line(name, a))
	}
	if len(same) > 0 {
		return same[:min(len(same), 5)]
	}
	var cands []string
	for n := range names {
		cands = append(cands, n)
	}
	var out []string
	for _, n := range source.Nearest(name, cands) {
		for _, a := range arities[n] {
			out = append(out, line(n, a))
		}
	}
	return out[:min(len(out), 5)]
}

// FormatExit returns the text of an exit reason, as Exception.format_exit/1.
func FormatExit(reason term.Term) string {
	switch r := reason.(type) {
	case term.Atom:
		switch r.Name() {
		case "normal", "shutdown", "killed":
			return r.Name()
		case "calling_self":
			return "process attempted to call itself"
		case "timeout":
			return "time out"
		case "noconnection":
			return "no connection"
		case "noproc":
			return "no process: the process is not alive or there's no process currently associated with the given name, " +
				"possibly because its application isn't started"
		}
	case term.Tuple:
		if s, ok := formatExitTuple(r); ok {
			return s
		}
	}
	return term.Inspect(reason)
}

func formatExitTuple(r term.Tuple) (string, bool) {
	if len(r) != 2 {
		return "", false
	}
	if why, ok := r[1].(term.Tuple); ok && r[0] == term.Term(term.NewAtom("supervisor_data")) && len(why) == 2 && why[0] == term.Term(term.NewAtom("invalid_strategy")) {
		return "bad supervisor configuration, invalid strategy: " + term.Inspect(why[1]), true
	}
	if mfa, ok := r[1].(term.Tuple); ok && len(mfa) == 3 {
		mod, ok1 := mfa[0].(term.Atom)
		name, ok2 := mfa[1].(term.Atom)
		args, ok3 := mfa[2].(*term.List)
		if ok1 && ok2 && ok3 {
			a, _ := args.Slice()
			return "exited in: " + FormatMFA(mod, name.Name(), len(a), append([]term.Term{}, a...)) +
				"\n    ** (EXIT) " + strings.ReplaceAll(FormatExit(r[0]), "\n", "\n    "), true
		}
	}
	tag, ok := r[0].(term.Atom)
	if !ok {
		return "", false
	}
	heads := map[string]string{
		"shutdown": "shutdown: ", "already_started": "already started: ",
		"bad_return_value": "bad return value: ", "bad_call": "bad call: ", "bad_cast": "bad cast: ",
	}
	if head, ok := heads[tag.Name()]; ok {
		return head + term.Inspect(r[1]), true
	}
	return "", false
}
