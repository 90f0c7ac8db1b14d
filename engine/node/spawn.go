package node

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// SpawnOptions say how SpawnRun starts a process. The zero value is spawn/1.
type SpawnOptions struct {
	Link    bool
	Monitor bool
	// Report returns what the log says when the process ends with an
	// exception; nil stands for "Process #PID<…> raised an exception".
	Report func(p *Process, e *interp.Exception) string
}

// SpawnRun starts a process that runs body under a budget. What body raises
// ends the process and is logged, as on the BEAM. ref is set for Monitor.
func (p *Process) SpawnRun(opts SpawnOptions, body func(t *interp.Thread) term.Term) (pid term.PID, ref term.Ref, err error) {
	main := func(child *Process) term.Term { return child.runBody(opts, body) }
	var m *monitor
	if opts.Monitor {
		m = &monitor{ref: term.NewRef(), tag: atomDOWN, watcher: p}
		ref = m.ref
	}
	child, err := p.node.spawn(main, p.scope.Outside(), p, opts.Link, m)
	if err != nil {
		return term.PID{}, term.Ref{}, err
	}
	return child.pid, ref, nil
}

// SpawnFun starts a process that calls a function value.
func (p *Process) SpawnFun(opts SpawnOptions, fun term.Term, args ...term.Term) (term.PID, term.Ref, error) {
	return p.SpawnRun(opts, func(t *interp.Thread) term.Term { return t.Call(fun, args...) })
}

func (p *Process) runBody(opts SpawnOptions, body func(t *interp.Thread) term.Term) term.Term {
	p.renews = true
	_, err := p.thread.Run(func() term.Term { return body(p.thread) })
	p.Check()
	var e *interp.Exception
	switch {
	case err == nil:
		return Normal
	case !errors.As(err, &e):
		p.Log("error", "internal error: "+err.Error())
		return term.Tuple{term.NewAtom("internal_error"), term.Binary(err.Error())}
	}
	if e.Kind != kindExit {
		text := ""
		if opts.Report != nil {
			text = opts.Report(p, e)
		} else {
			text = fmt.Sprintf("Process %s raised an exception\n%s", p.Inspect(), p.FormatException(e))
		}
		p.LogException(text, e)
	}
	return ExitReason(e)
}

// LogException writes a line about an exception to the console, with the
// place where it was raised.
func (p *Process) LogException(text string, e *interp.Exception) {
	ev := trace.Event{Step: trace.Log, Level: "error", Text: text}
	if f, ok := firstPlace(e); ok {
		ev.File, ev.Line = f.Span.File.Name(), f.Span.Pos().Line
	}
	p.logEvent(ev)
}

// Crash is the event of an exception that ended a process, with the first
// place in the source that the stack has.
func Crash(text string, e *interp.Exception) trace.Event {
	ev := trace.Event{Step: trace.Crash, Text: text, Result: term.Nil}
	if e.Value != nil {
		ev.Result = e.Value
	}
	if f, ok := firstPlace(e); ok {
		at := f.Span.Pos()
		ev.File, ev.Line, ev.Column = f.Span.File.Name(), at.Line, at.Column
	}
	return ev
}

func firstPlace(e *interp.Exception) (interp.Frame, bool) {
	for _, f := range e.Stack {
		if !f.Span.IsZero() {
			return f, true
		}
	}
	return interp.Frame{}, false
}

// Inspect returns the process's pid as inspect/1 shows it.
func (p *Process) Inspect() string { return term.Inspect(p.pid) }

var (
	kindExit  = term.NewAtom("exit")
	kindThrow = term.NewAtom("throw")
	noCatch   = term.NewAtom("nocatch")
)

// ExitReason returns the reason that a process ends with when e is not
// rescued: {exception, stacktrace}, with :undef and the like for errors of the
// BEAM, {{:nocatch, value}, stacktrace}, or what exit/1 was given.
func ExitReason(e *interp.Exception) term.Term {
	switch e.Kind {
	case kindExit:
		return e.Value
	case kindThrow:
		return term.Tuple{term.Tuple{noCatch, e.Value}, StackTerm(e.Stack)}
	}
	return term.Tuple{e.Reason(), StackTerm(e.Stack)}
}

// StackTerm returns a stack as __STACKTRACE__ gives it.
func StackTerm(frames []interp.Frame) *term.List {
	out := make([]term.Term, len(frames))
	for i, f := range frames {
		var arity term.Term = term.Int(f.Arity)
		if f.Args != nil {
			arity = term.NewList(f.Args...)
		}
		place := term.Empty
		if !f.Span.IsZero() {
			place = term.Keyword("file", term.Charlist(f.Span.File.Name()), "line", term.Int(f.Span.Pos().Line))
		}
		out[i] = term.Tuple{f.Module, term.NewAtom(f.Name), arity, place}
	}
	return term.NewList(out...)
}

// FormatException returns the banner and the stack of an exception as the log
// shows them. The arguments that did not match any clause stand in the stack,
// and nowhere else.
func FormatException(e *interp.Exception) string {
	return formatException(e, func(v term.Term) string { return term.Inspect(v) })
}

// FormatException is the function of that name, with implementations of
// Inspect for the arguments.
func (p *Process) FormatException(e *interp.Exception) (text string) {
	show := func(v term.Term) string { return p.thread.Inspect(v, term.InspectOptions{}) }
	if _, err := p.thread.Run(func() term.Term { text = formatException(e, show); return term.Nil }); err != nil {
		return FormatException(e) // an implementation raised
	}
	return text
}

func formatException(e *interp.Exception, show func(term.Term) string) string {
	banner := e.Error()
	if e.Name() == "FunctionClauseError" {
		banner, _, _ = strings.Cut(banner, "\n")
	}
	var b strings.Builder
	b.WriteString(banner)
	for _, f := range e.Stack {
		b.WriteString("\n    " + formatFrame(f, show))
	}
	return b.String()
}

// formatFrame returns a frame as Exception.format_stacktrace_entry/1 does,
// with arguments as the Inspect protocol shows them.
func formatFrame(f interp.Frame, show func(term.Term) string) string {
	args := f.Args
	f.Args = nil
	s := f.String()
	if strings.HasPrefix(f.Module.Name(), "Elixir.Phoenix.") {
		s = strings.Replace(s, "(elixir 1.18.4) ", "(phoenix_live_view 1.2.10) ", 1)
	}
	if args == nil {
		return s
	}
	shown := make([]string, len(args))
	for i, a := range args {
		shown[i] = show(a)
	}
	return strings.TrimSuffix(s, fmt.Sprintf("/%d", f.Arity)) + "(" + strings.Join(shown, ", ") + ")"
}

// Infinity is the timeout that never comes.
const Infinity = time.Duration(-1)

var (
	genCall   = term.NewAtom("$gen_call")
	aliasAtom = term.NewAtom("alias")
	genServer = term.NewModule("GenServer")
)

// Call sends a request to a process and waits for its reply, with the messages
// that GenServer uses. dest is a pid or a registered name. exit is the reason
// to exit with when there is no reply.
func (p *Process) Call(dest, request term.Term, timeout time.Duration) (reply, exit term.Term) {
	limit := term.Term(term.NewAtom("infinity"))
	if timeout >= 0 {
		limit = term.Int(timeout.Milliseconds())
	}
	fail := func(reason term.Term) (term.Term, term.Term) {
		return nil, term.Tuple{reason, term.Tuple{genServer, term.NewAtom("call"), term.NewList(dest, request, limit)}}
	}
	pid, ok := p.node.Resolve(dest)
	if !ok {
		return fail(NoProc)
	}
	if pid == p.pid {
		return fail(term.NewAtom("calling_self"))
	}
	ref := p.MonitorAlias(pid, atomDOWN)
	tag := &term.List{Head: aliasAtom, Tail: ref}
	p.node.Send(pid, term.Tuple{genCall, term.Tuple{p.pid, tag}, request})
	var down term.Term
	got := p.Receive(func(msg term.Term) bool {
		t, ok := msg.(term.Tuple)
		switch {
		case !ok:
		case len(t) == 2 && t[0] == term.Term(ref):
			reply = t[1]
			return true
		case len(t) == 5 && t[0] == term.Term(atomDOWN) && t[1] == term.Term(ref):
			down = t[4]
			return true
		}
		return false
	}, timeout)
	switch {
	case !got:
		p.Demonitor(ref, true)
		return fail(term.NewAtom("timeout"))
	case down != nil:
		p.Demonitor(ref, false)
		return fail(down)
	}
	return reply, nil
}

// Reply answers a request of Call; from is the second element of its message.
func (n *Node) Reply(from, reply term.Term) {
	t, ok := from.(term.Tuple)
	if !ok || len(t) != 2 {
		return
	}
	pid, ok := t[0].(term.PID)
	if !ok {
		return
	}
	if tag, ok := t[1].(*term.List); ok && tag != nil {
		if ref, ok := tag.Tail.(term.Ref); ok {
			n.SendAlias(pid, ref, term.Tuple{ref, reply})
			return
		}
	}
	n.Send(pid, term.Tuple{t[1], reply})
}

// Resolve returns the pid of a destination, which is a pid or a registered
// name, and false when no such process lives.
func (n *Node) Resolve(dest term.Term) (term.PID, bool) {
	switch d := dest.(type) {
	case term.PID:
		_, ok := n.Process(d)
		return d, ok
	case term.Atom:
		return n.Whereis(d)
	}
	return term.PID{}, false
}
