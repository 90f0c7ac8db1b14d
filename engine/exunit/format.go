package exunit

import (
	"fmt"
	"slices"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// format writes failures, as ExUnit.Formatter. Its methods are called inside
// of Run of its thread.
type format struct {
	t       *interp.Thread
	colors  *colors // nil for none
	width   int     // 0 for no limit
	app     string
	file    func(name string) *source.File // of those that were loaded
	counter string                         // what lines are indented with
}

// plainFormat is the format of the message of an ExUnit.AssertionError.
func plainFormat(t *interp.Thread) *format { return &format{t: t} }

func withCounter(n int, text string) string { return fmt.Sprintf("%3d) %s", n, text) }

// testFailure is ExUnit.Formatter.format_test_failure/5.
func (f *format) testFailure(x *test, n int) string {
	text := f.colors.paint("test_info", withCounter(n, x.name.Name()+" ("+term.Inspect(x.module)+")")) + "\n" +
		f.parameters(x.params) +
		"     " + f.colors.paint("location_info", fmt.Sprintf("%s:%d", x.file, x.line())) + "\n"
	return text + f.failures(x.failures, x.module, x.name)
}

// moduleFailure is ExUnit.Formatter.format_test_all_failure/5.
func (f *format) moduleFailure(m *testModule, n int) string {
	head := withCounter(n, term.Inspect(m.name)+": ")
	return f.colors.paint("test_module_info", head) + "failure on setup_all callback, all tests have been invalidated\n" +
		f.parameters(m.params) + f.failures(m.failures, m.name, term.Atom{})
}

func (f *format) parameters(params *term.Map) string {
	if params.Len() == 0 {
		return ""
	}
	return "     " + f.colors.paint("parameters_info", "Parameters: "+inspect(f.t, params)) + "\n"
}

func (f *format) failures(list []failure, module, name term.Atom) string {
	var b strings.Builder
	for i, x := range list {
		if len(list) > 1 {
			fmt.Fprintf(&b, "\n     Failure #%d\n", i+1)
		}
		text, stack := f.failure(x, module, name)
		b.WriteString(text)
		b.WriteString(f.stacktrace(stack, module, name))
	}
	return b.String()
}

// failure formats one failure, and returns the stack to show after it.
func (f *format) failure(x failure, module, name term.Atom) (string, []interp.Frame) {
	if x.kind == term.Term(term.Err) {
		if e, isError := asException(x.value); isError {
			if text, ok := f.exception(e, x.stack, module, name); ok {
				return text, withoutArgs(x.stack)
			}
		}
	}
	if text, ok := f.linkedExit(x, module, name); ok {
		return text, x.stack
	}
	return f.errorInfo(f.banner(x)) + f.code(x.stack, module, name), x.stack
}

func asException(v term.Term) (*term.Map, bool) {
	m, ok := v.(*term.Map)
	if !ok {
		return nil, false
	}
	_, ok = m.StructName()
	return m, ok
}

// banner is Exception.format_banner/3 of a failure, with hints.
func (f *format) banner(x failure) string {
	if x.thrown != nil {
		return x.thrown.Error()
	}
	if t, ok := x.kind.(term.Tuple); ok && len(t) == 2 {
		return "** (EXIT from " + term.Inspect(t[1]) + ") " + interp.FormatExit(x.value)
	}
	return f.t.ToString(f.t.Apply(term.NewModule("Exception"), "format_banner", x.kind, x.value))
}

// exception formats the exceptions that ExUnit knows; ok is false for others.
func (f *format) exception(e *term.Map, stack []interp.Frame, module, name term.Atom) (text string, ok bool) {
	mod, _ := e.StructName()
	switch mod {
	case term.NewModule("ExUnit.AssertionError"):
		return f.assertionWith(e, f.sourceLine(stack, module, name)), true
	case term.NewModule("FunctionClauseError"):
		blamed := f.t.Blame(e, stack)
		message := messageOf(f.t, blamed)
		head, rest, _ := strings.Cut(message, "\n")
		text := f.errorInfo("** (FunctionClauseError) " + head)
		if rest = strings.TrimLeft(rest, "\n"); rest != "" {
			text += "\n" + pad(rest)
		} else {
			text += "\n" + pad("")
		}
		return text + f.code(stack, module, name), true
	}
	return "", false
}

// linkedExit formats the exit of a process that another one took along with an
// exception.
func (f *format) linkedExit(x failure, module, name term.Atom) (string, bool) {
	header := ""
	value := x.value
	t, isExit := x.kind.(term.Tuple)
	switch {
	case isExit && len(t) == 2:
		header = "** (EXIT from " + term.Inspect(t[1]) + ") an exception was raised:\n"
	case isAtom(x.kind, "exit"):
		inner, mfa, ok := pair(value)
		call, isCall := mfa.(term.Tuple)
		if !ok || !isCall || len(call) != 3 {
			return "", false
		}
		value = inner
		header = "** (exit) exited in: " + f.t.ToString(f.t.Apply(term.NewModule("Exception"), "format_mfa", call...)) + "\n   ** (EXIT) an exception was raised:"
	default:
		return "", false
	}
	reason, stackTerm, ok := pair(value)
	if !ok {
		return "", false
	}
	stack := interp.StackFrames(stackTerm)
	e, ok := asException(reason)
	if !ok || len(stack) == 0 {
		return "", false
	}
	text, ok := f.exception(e, stack, module, name)
	if !ok {
		return "", false
	}
	return f.errorInfo(header) + pad(text+f.stacktrace(stack, module, name)), true
}

// code is the line of the test in which a failure happened.
func (f *format) code(stack []interp.Frame, module, name term.Atom) string {
	line := f.sourceLine(stack, module, name)
	if line == "" {
		return ""
	}
	return "     " + f.colors.paint("extra_info", "code: ") + line + "\n"
}

func (f *format) sourceLine(stack []interp.Frame, module, name term.Atom) string {
	for _, x := range stack {
		if x.Module == module && x.Name == name.Name() && !name.IsZero() && !x.Span.IsZero() {
			if known := f.file(x.Span.File.Name()); known != nil {
				return strings.TrimSpace(known.Line(x.Span.Pos().Line))
			}
			return "" // of a doctest, whose code stands in no file
		}
	}
	return ""
}

func (f *format) stacktrace(stack []interp.Frame, module, name term.Atom) string {
	if len(stack) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(pad(f.colors.paint("extra_info", "stacktrace:")))
	for _, x := range stack {
		line := ""
		if x.Module == module && !name.IsZero() && x.Name == name.Name() && !x.Span.IsZero() {
			line = fmt.Sprintf("%s:%d: (test)", x.Span.File.Name(), x.Span.Pos().Line)
		} else {
			line = f.frame(x)
		}
		if line != "" {
			b.WriteString("       " + f.colors.paint("stacktrace_info", line) + "\n")
		}
	}
	return b.String()
}

// withoutArgs is a stack after Exception.blame/3: the arguments that no clause
// took stand in the message.
func withoutArgs(stack []interp.Frame) []interp.Frame {
	if len(stack) == 0 || stack[0].Args == nil {
		return stack
	}
	out := slices.Clone(stack)
	out[0].Args = nil
	return out
}

// places are those of functions of Elixir in which tests often wait, and of
// those that run a test, which stand below one that took too long.
var places = map[string]string{
	"ExUnit.Runner.exec_test/2":                  "(ex_unit 1.18.4) lib/ex_unit/runner.ex:511: ExUnit.Runner.exec_test/2",
	":timer.tc/1":                                "(stdlib 4.2) timer.erl:235: :timer.tc/1",
	"ExUnit.Runner.spawn_test_monitor/6":         "(ex_unit 1.18.4) lib/ex_unit/runner.ex:433: anonymous fn/6 in ExUnit.Runner.spawn_test_monitor/4",
	"ExUnit.OnExitHandler.exec_callback/1":       "(ex_unit 1.18.4) lib/ex_unit/on_exit_handler.ex:136: ExUnit.OnExitHandler.exec_callback/1",
	"ExUnit.OnExitHandler.on_exit_runner_loop/0": "(ex_unit 1.18.4) lib/ex_unit/on_exit_handler.ex:122: ExUnit.OnExitHandler.on_exit_runner_loop/0",
	"ExUnit.Callbacks.raise_merge_failed!/3":     "(ex_unit 1.18.4) lib/ex_unit/callbacks.ex:740: ExUnit.Callbacks.raise_merge_failed!/3",
	"ExUnit.Callbacks.raise_merge_reserved!/4":   "(ex_unit 1.18.4) lib/ex_unit/callbacks.ex:745: ExUnit.Callbacks.raise_merge_reserved!/4",
	":maps.merge_with_1/4":                       "(stdlib 4.2) maps.erl:190: :maps.merge_with_1/4",
	"ExUnit.Callbacks.start_supervised!/1":       "(ex_unit 1.18.4) lib/ex_unit/callbacks.ex:590: ExUnit.Callbacks.start_supervised!/2",
	"ExUnit.Callbacks.start_supervised!/2":       "(ex_unit 1.18.4) lib/ex_unit/callbacks.ex:590: ExUnit.Callbacks.start_supervised!/2",
	"ExUnit.Callbacks.stop_supervised!/1":        "(ex_unit 1.18.4) lib/ex_unit/callbacks.ex:678: ExUnit.Callbacks.stop_supervised!/1",
	"Process.sleep/1":                            "(elixir 1.18.4) lib/process.ex:327: Process.sleep/1",
	"GenServer.call/2":                           "(elixir 1.18.4) lib/gen_server.ex:1121: GenServer.call/3",
	"GenServer.call/3":                           "(elixir 1.18.4) lib/gen_server.ex:1121: GenServer.call/3",
	"GenServer.stop/1":                           "(elixir 1.18.4) lib/gen_server.ex:1089: GenServer.stop/3",
}

// frame is a line of the stack trace, with the application for the files of
// the project.
func (f *format) frame(x interp.Frame) string {
	text := x.String()
	if strings.HasPrefix(x.Name, "__ex_unit_describe_") { // its code stands nowhere
		return interp.FormatMFA(x.Module, x.Name, x.Arity, nil)
	}
	if x.Span.IsZero() {
		if place := places[interp.FormatMFA(x.Module, x.Name, x.Arity, nil)]; place != "" {
			return place
		}
		if p := f.t.Program(); !p.Exists(x.Module) || !p.Span(x.Module).IsZero() {
			text = interp.FormatMFA(x.Module, x.Name, x.Arity, x.Args)
			if x.Arity == 0 && x.Args == nil { // a call of what is not there has its arguments
				text = strings.TrimSuffix(text, "/0") + "()"
			}
		}
	}
	if f.app != "" && x.Name != "__MODULE__" && !x.Span.IsZero() && strings.HasSuffix(x.Span.File.Name(), ".ex") && !x.Span.File.Library() {
		return f.app + text
	}
	return text
}

// field is one part of an assertion error: label, and text.
type field struct{ label, text string }

// assertion formats an ExUnit.AssertionError for its message.
func (f *format) assertion(e *term.Map) string { return f.assertionWith(e, "") }

// assertionWith formats an ExUnit.AssertionError; line stands in for code that
// it does not have.
func (f *format) assertionWith(e *term.Map, line string) string {
	get := func(name string) term.Term { return e.GetAtom(atomTerm(name)) }
	labelWidth := 6
	if get("right") != term.Term(noValue) {
		labelWidth = 7
	}
	padding := labelWidth + len("     ")
	var fields []field
	if v := get("message"); v != term.Term(noValue) {
		text := padMultiline(f.t.ToString(v), 5)
		if !strings.Contains(text, "\x1b[0m") {
			text = f.colors.paint("error_info", text)
		}
		fields = append(fields, field{"message", text})
	}
	if v := get("doctest"); v != term.Term(noValue) {
		fields = append(fields, field{"doctest", padMultiline(f.t.ToString(v), 7)})
	}
	if v := get("expr"); v != term.Term(noValue) {
		text := ""
		if get("doctest") != term.Term(noValue) {
			text = padMultiline(f.t.ToString(v), padding)
		} else {
			text = padMultiline(f.codeText(v), padding)
		}
		fields = append(fields, field{"code", text})
	} else if line != "" {
		fields = append(fields, field{"code", line})
	}
	if v := get("args"); v != term.Term(noValue) {
		fields = append(fields, field{"arguments", f.arguments(elements(v))})
	}
	fields = append(fields, f.sides(e, padding)...)
	var b strings.Builder
	for _, x := range fields {
		label := ""
		if x.label != "message" {
			label = f.colors.paint("extra_info", fmt.Sprintf("%-*s", labelWidth, x.label+":"))
		}
		b.WriteString(f.counter + label + x.text + "\n")
	}
	return b.String()
}

var assertNames = []string{"assert", "assert_raise", "assert_receive", "assert_received", "refute", "refute_receive", "refute_received"}

// codeText is the code of an assertion: "assert a == b".
func (f *format) codeText(v term.Term) string {
	if x, ok := v.(term.Tuple); ok && len(x) == 3 {
		name, isAtom := x[0].(term.Atom)
		args := elements(x[2])
		if isAtom && len(args) == 1 && slices.Contains(assertNames, name.Name()) {
			return name.Name() + " " + printQuoted(args[0])
		}
	}
	return printQuoted(v)
}

// inspectMultiline inspects a value to stand behind a label.
func (f *format) inspectMultiline(v term.Term, padding int) string {
	width := -1
	if f.width > 0 {
		width = f.width - padding
	}
	doc := f.t.ToDoc(v, term.InspectOptions{Pretty: true, Width: width})
	return f.layout(term.Tuple{atomTerm("doc_group"), doc, atomTerm("self")}, padding)
}

// layout formats a document that stands behind a label.
func (f *format) layout(doc term.Term, padding int) string {
	width := -1
	if f.width > 0 {
		width = f.width - padding
	}
	nested := term.Tuple{atomTerm("doc_nest"), doc, term.Int(padding), atomTerm("always")}
	text, _ := term.FormatDoc(nested, width)
	return text
}

// indentLines indents all lines but the first, as a nested document.
func indentLines(text string, n int) string {
	lines := strings.Split(text, "\n")
	for i := 1; i < len(lines); i++ {
		if lines[i] != "" {
			lines[i] = strings.Repeat(" ", n) + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

func (f *format) arguments(args []term.Term) string {
	var b strings.Builder
	b.WriteString("\n")
	for i, a := range args {
		fmt.Fprintf(&b, "\n         # %d\n         %s\n", i+1, f.inspectMultiline(a, 9))
	}
	return b.String()
}

// sides are left and right, or the mailbox.
func (f *format) sides(e *term.Map, padding int) []field {
	left, right := e.GetAtom(atomTerm("left")), e.GetAtom(atomTerm("right"))
	context := e.GetAtom(atomTerm("context"))
	c, isTuple := context.(term.Tuple)
	if isTuple && len(c) == 3 && isAtom(c[0], "mailbox") {
		return f.mailbox(left, c[1], elements(c[2]), padding)
	}
	l, r, hints := f.bothSides(left, right, context, padding)
	var out []field
	if left != term.Term(noValue) {
		out = append(out, field{"left", l})
	}
	if right != term.Term(noValue) {
		out = append(out, field{"right", r})
	}
	for _, h := range hints {
		out = append(out, field{"hint", h})
	}
	return out
}

func (f *format) mailbox(pattern, pins term.Term, messages []term.Term, padding int) []field {
	if len(messages) == 0 {
		return nil
	}
	parts := make([]string, len(messages))
	label := func(s string) string { return f.colors.paint("extra_info", fmt.Sprintf("%-9s", s)) }
	for i, m := range messages {
		l, r, _ := f.bothSides(pattern, m, matchContext(pins), padding+5)
		parts[i] = "\n       " + label("pattern:") + l + "\n       " + label("value:") + r
	}
	return []field{{"mailbox", strings.Join(parts, "\n")}}
}

// bothSides formats left and right, with their difference where there are
// colours.
func (f *format) bothSides(left, right, context term.Term, padding int) (l, r string, hints []string) {
	_, isMatch := context.(term.Tuple)
	if f.colors != nil && f.colors.enabled && left != term.Term(noValue) && right != term.Term(noValue) {
		if l, r, hints, ok := f.diff(left, right, context, padding); ok {
			return l, r, hints
		}
	}
	if left != term.Term(noValue) {
		if isMatch {
			l = padMultiline(f.codeText(left), padding)
		} else {
			l = f.inspectMultiline(left, padding)
		}
	}
	if right != term.Term(noValue) {
		r = f.inspectMultiline(right, padding)
	}
	return l, r, nil
}

func (f *format) errorInfo(text string) string { return pad(f.colors.paint("error_info", text)) }

func pad(text string) string { return "     " + padMultiline(text, 5) + "\n" }

// padMultiline indents all lines but the first and the empty ones.
func padMultiline(text string, n int) string { return indentLines(text, n) }
