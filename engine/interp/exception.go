package interp

import (
	"fmt"
	"strings"
	"time"

	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// raised is the panic that carries what code raised, threw or exited up to the
// try or the Run that handles it.
type raised struct {
	kind  term.Atom
	value term.Term
	stack []Frame
	limit string
	// written says that code raised it with raise/1, not the language itself.
	written bool
	// foreign is a panic of the engine's own, a mistake in it, on its way to
	// Run, and goStack where it came from.
	foreign any
	goStack []byte
}

var (
	atomThrow   = term.NewAtom("throw")
	atomExit    = term.NewAtom("exit")
	atomMessage = term.NewAtom("message")
)

// exception makes the error that Run returns, asking the exception's module
// for its message.
func (x *raised) exception(t *Thread) *Exception {
	e := &Exception{Kind: x.kind, Value: x.value, Stack: x.stack, Limit: x.limit, written: x.written}
	if x.kind == term.Err {
		e.message = t.lastMessage(x)
	}
	return e
}

// lastMessage returns the message of what nobody rescued, with its hints. What
// the exception's module and implementations of Inspect do for it has a small
// budget of its own, for the code may have spent the other; it cannot fail.
func (t *Thread) lastMessage(x *raised) string {
	if m, ok := term.AsMap(x.value); ok && x.limit != "" {
		if text, ok := m.GetAtom(atomMessage).(term.Binary); ok {
			return string(text)
		}
	}
	defer t.grace()()
	var text, more string
	if _, failed := t.attempt(func(t *Thread) term.Term { text = t.message(x.value); return nil }); failed != nil {
		why := "an error"
		if name, ok := structName(failed.value); ok {
			why = moduleText(name)
		}
		text = fmt.Sprintf("got %s while retrieving Exception.message/1 for %s", why, term.Inspect(x.value))
	}
	t.attempt(func(t *Thread) term.Term { more = t.blame(x); return nil })
	return text + more
}

// What lastMessage may use at least.
const (
	graceReductions = 200_000
	graceBytes      = 8 << 20
	graceTime       = 100 * time.Millisecond
)

// grace lets the thread run a little longer, until the function that it returns
// puts back the budget that was left.
func (t *Thread) grace() (end func()) {
	fuel, reductions, bytes, deadline := t.fuel, t.reductions, t.bytes, t.deadline
	t.reductions, t.bytes = max(reductions, graceReductions), max(bytes, graceBytes)
	now := time.Now()
	t.looked = now
	if soon := now.Add(graceTime); deadline.Before(soon) {
		t.deadline = soon
	}
	return func() { t.fuel, t.reductions, t.bytes, t.deadline = fuel, reductions, bytes, deadline }
}

// message returns the message of an exception, or says that getting it failed,
// as Exception.message/1.
func (t *Thread) message(v term.Term) string { return t.messageAfter(v, 0) }

// maxCaught is how many exceptions may come in the way of a message, each in
// that of the one before.
const maxCaught = 20

func (t *Thread) messageAfter(v term.Term, caught int) string {
	m, ok := term.AsMap(v)
	if !ok {
		return "got " + term.Inspect(v)
	}
	name, _ := m.StructName()
	if t.prog == nil || t.prog.export(name, "message", 1) == nil {
		if s, ok := m.GetAtom(atomMessage).(term.Binary); ok {
			return string(s)
		}
		return "got " + term.Inspect(v)
	}
	out, x := t.attempt(func(t *Thread) term.Term { return t.Apply(name, "message", v) })
	if x != nil {
		return t.noMessage(v, x, caught+1)
	}
	if s, ok := out.(term.Binary); ok {
		return string(s)
	}
	return fmt.Sprintf("got %s while retrieving Exception.message/1 for %s (expected a string)",
		t.Inspect(out, term.InspectOptions{}), t.Inspect(v, term.InspectOptions{}))
}

// noMessage says what came in the way of message/1. Only what code can rescue
// does not go on.
func (t *Thread) noMessage(v term.Term, x *raised, caught int) string {
	if x.limit != "" || x.kind != term.Err {
		panic(x)
	}
	if caught > maxCaught {
		t.raiseLimit("depth", fmt.Sprintf("message/1 raised more than %d times", maxCaught))
	}
	name, _ := structName(x.value)
	return fmt.Sprintf("got %s with message %s while retrieving Exception.message/1 for %s. Stacktrace:\n%s",
		moduleText(name), term.Inspect(term.Binary(t.messageAfter(x.value, caught))), t.Inspect(v, term.InspectOptions{}), formatFrames(x.stack))
}

// formatFrames returns a stack as Exception.format_stacktrace/1.
func formatFrames(frames []Frame) string {
	if len(frames) == 0 {
		return "\n"
	}
	var b strings.Builder
	for _, f := range frames {
		b.WriteString("    " + f.String() + "\n")
	}
	return b.String()
}

// Raise raises an exception struct. It does not return.
func (t *Thread) Raise(exception term.Term) {
	panic(&raised{kind: term.Err, value: exception, stack: t.stackTrace()})
}

// RaiseNew raises a new exception of a module given as it is written, with
// alternating field names and values: RaiseNew("ArgumentError", "message",
// term.Binary("…")). It does not return.
func (t *Thread) RaiseNew(module string, fields ...any) {
	t.Raise(t.NewException(module, fields...))
}

// NewException returns the struct of an exception module with the fields set
// and the module's defaults for the others.
func (t *Thread) NewException(module string, fields ...any) *term.Map {
	name := term.NewModule(module)
	m := term.NewStruct(module)
	if mod := t.prog.modules[name]; mod != nil && mod.fields != nil {
		m = mod.fields
	} else {
		m = m.Put(term.ExceptionKey, term.True)
	}
	for i := 0; i+1 < len(fields); i += 2 {
		m = m.Put(term.NewAtom(fields[i].(string)), fields[i+1].(term.Term))
	}
	return m
}

// RaiseArgument raises an ArgumentError with the message. It does not return.
func (t *Thread) RaiseArgument(format string, args ...any) {
	t.RaiseNew("ArgumentError", "message", term.Binary(fmt.Sprintf(format, args...)))
}

// RaiseArguments raises the ArgumentError of a built-in function with an
// explanation for each argument that is wrong, "" for those that are not:
// RaiseArguments("not a list") says "1st argument: not a list". It does not
// return.
func (t *Thread) RaiseArguments(why ...string) {
	var b strings.Builder
	b.WriteString("errors were found at the given arguments:\n")
	for i, w := range why {
		if w != "" {
			fmt.Fprintf(&b, "\n  * %s argument: %s", ordinal(i+1), w)
		}
	}
	b.WriteString("\n")
	t.RaiseNew("ArgumentError", "message", term.Binary(b.String()))
}

func ordinal(n int) string {
	switch n {
	case 1:
		return "1st"
	case 2:
		return "2nd"
	case 3:
		return "3rd"
	}
	return fmt.Sprintf("%dth", n)
}

// RaiseFunctionClause raises the FunctionClauseError of mod.name/arity. It does
// not return.
func (t *Thread) RaiseFunctionClause(mod, name string, args []term.Term) {
	t.raiseFunctionClause(moduleAtom(mod), name, args)
}

func (t *Thread) raiseFunctionClause(mod term.Atom, name string, args []term.Term) {
	kept := append([]term.Term{}, args...)
	e := t.NewException("FunctionClauseError", "module", mod, "function", term.NewAtom(name), "arity", term.Int(len(args)))
	stack := t.stackTrace()
	top := Frame{Module: mod, Name: name, Arity: len(args), Args: kept}
	if len(stack) > 0 && stack[0].Module == mod && stack[0].Name == name && stack[0].Arity == len(args) {
		top.Span = stack[0].Span
		stack = stack[1:]
	}
	panic(&raised{kind: term.Err, value: e, stack: append([]Frame{top}, stack...)})
}

// Throw throws a value. It does not return.
func (t *Thread) Throw(v term.Term) {
	panic(&raised{kind: atomThrow, value: v, stack: t.stackTrace()})
}

// Exit ends the process with a reason, as exit/1. It does not return.
func (t *Thread) Exit(reason term.Term) {
	panic(&raised{kind: atomExit, value: reason, stack: t.stackTrace()})
}

// Reraise raises again what Run returned, with its stack. It does not return.
func (t *Thread) Reraise(e *Exception) {
	panic(&raised{kind: e.Kind, value: e.Value, stack: e.Stack, limit: e.Limit, written: e.written})
}

// Try calls f and returns what it raised, threw or exited, or nil. A spent
// limit and a mistake in the engine pass through: nobody may catch them.
func (t *Thread) Try(f func() term.Term) (v term.Term, e *Exception) {
	v, x := t.attempt(func(*Thread) term.Term { return f() })
	if x == nil {
		return v, nil
	}
	if x.limit != "" {
		panic(x)
	}
	return nil, x.exception(t)
}

// raiseLimit ends the code because a limit was spent.
func (t *Thread) raiseLimit(name, message string) { panic(t.spentLimit(name, message)) }

// RaiseLimit ends the code because a limit was spent that others count. Code
// cannot rescue it. It does not return.
func (t *Thread) RaiseLimit(name, message string) { t.raiseLimit(name, message) }

// limitOf makes the exception of a limit of what recover returned, when it is
// an operation on terms that took too much.
func (t *Thread) limitOf(r any) any {
	if x, ok := r.(term.Exhausted); ok {
		return t.spentLimit(x.Limit, x.Message)
	}
	return r
}

func (t *Thread) spentLimit(name, message string) *raised {
	stack := t.stackTrace()
	t.fuel, t.bytes = fuelSlice, t.bytes+1<<20
	if at := t.Where(); !at.IsZero() {
		pos := at.Pos()
		message += fmt.Sprintf(" (at %s:%d:%d)", at.File.Name(), pos.Line, pos.Column)
	}
	value := t.NewException("SystemLimitError", "message", term.Binary("a system limit has been reached: "+message))
	return &raised{kind: term.Err, value: value, stack: stack, limit: name}
}

// Error returns the exception as Exception.format_banner/2 does: "** (KeyError)
// key :x not found in: %{}".
func (e *Exception) Error() string {
	if e.Internal {
		return "** (internal error) " + e.message
	}
	switch e.Kind {
	case atomThrow:
		return "** (throw) " + term.Inspect(e.Value)
	case atomExit:
		return "** (exit) " + FormatExit(e.Value)
	}
	return "** (" + e.Name() + ") " + e.message
}

// Message returns the text of the exception alone, as Exception.message/1.
func (e *Exception) Message() string {
	if e.Kind == term.Err {
		return e.message
	}
	return term.Inspect(e.Value)
}

// Name returns the name of the exception's module, "KeyError"; for throw and
// exit it is the kind.
func (e *Exception) Name() string {
	if m, ok := term.AsMap(e.Value); ok && e.Kind == term.Err {
		if n, ok := m.StructName(); ok {
			return moduleText(n)
		}
	}
	return e.Kind.Name()
}

// Format returns the banner and the stack trace as Exception.format/3 does.
func (e *Exception) Format() string {
	var b strings.Builder
	b.WriteString(e.Error())
	for _, f := range e.Stack {
		b.WriteString("\n    " + f.String())
	}
	return b.String()
}

// Span returns the innermost place of the stack that stands in source, of a
// library only where nothing else is.
func (e *Exception) Span() source.Span {
	var library source.Span
	for _, f := range e.Stack {
		switch {
		case f.Span.IsZero():
		case !f.Span.File.Library():
			return f.Span
		case library.IsZero():
			library = f.Span
		}
	}
	return library
}

// String returns the frame as Exception.format_stacktrace_entry/1 does.
func (f Frame) String() string {
	where := "(elixir 1.18.4) "
	if !f.Span.IsZero() {
		where = fmt.Sprintf("%s:%d: ", f.Span.File.Name(), f.Span.Pos().Line)
	} else if f.Name == "" {
		where = ""
	}
	return where + FormatMFA(f.Module, f.Name, f.Arity, f.Args)
}

// FormatMFA returns "Mod.name/2", or "Mod.name(1, 2)" when the arguments are
// known, as Exception.format_mfa/3.
func FormatMFA(mod term.Atom, name string, arity int, args []term.Term) string {
	tail := fmt.Sprintf("/%d", arity)
	if args != nil {
		parts := make([]string, len(args))
		for i, a := range args {
			parts[i] = term.Inspect(a)
		}
		tail = "(" + strings.Join(parts, ", ") + ")"
	}
	if rest, ok := strings.CutPrefix(name, "-"); ok {
		if i := strings.Index(rest, "-fun-"); i >= 0 {
			in := rest[:i]
			if j := strings.LastIndexByte(in, '/'); j >= 0 {
				in = functionText(in[:j]) + in[j:]
			}
			return "anonymous fn" + tail + " in " + term.Inspect(mod) + "." + in
		}
	}
	if name == "__MODULE__" {
		return moduleText(mod) + " (module)"
	}
	return term.Inspect(mod) + "." + functionText(name) + tail
}

// functionText shows a function's name as it is called after a dot.
func functionText(name string) string {
	s := term.Inspect(term.NewAtom(name))
	if strings.HasPrefix(s, ":\"") {
		return s[1:]
	}
	return name
}

// moduleText shows a module's name without the prefix of aliases.
func moduleText(a term.Atom) string {
	if n, ok := strings.CutPrefix(a.Name(), "Elixir."); ok {
		return n
	}
	return term.Inspect(a)
}
