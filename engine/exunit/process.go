package exunit

import (
	"errors"
	"strings"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// outcome is how the process of a test ended.
type outcome struct {
	context  *term.Map // of setup_all
	failures []failure
	time     time.Duration
}

// testProcess is the process of a test, or of setup_all.
type testProcess struct {
	proc    *node.Process
	results chan *outcome
	gone    chan term.Term
}

// spawn starts a process that runs body. With leave it then lives on until
// that is closed and a message comes.
func (r *runner) spawn(body func(p *node.Process) *outcome, leave <-chan struct{}) *testProcess {
	tp := &testProcess{results: make(chan *outcome, 1), gone: make(chan term.Term, 1)}
	started := make(chan struct{})
	p, err := r.s.node.Spawn(func(p *node.Process) term.Term {
		p.OnExit(func(reason term.Term) { tp.gone <- reason })
		p.SetGroupLeader(r.leader)
		<-started
		tp.results <- body(p)
		for leave != nil {
			p.Next()
			select {
			case <-leave:
				leave = nil
			default:
			}
		}
		return node.Shutdown
	}, nil)
	if err != nil {
		tp.results <- &outcome{failures: []failure{{kind: term.Err, value: term.Binary(err.Error())}}}
		return tp
	}
	tp.proc = p
	close(started)
	return tp
}

// wait returns what the process did, what killed it, or nil when the time is
// over; below 0 it never is.
func (p *testProcess) wait(timeout time.Duration) *outcome {
	var late <-chan time.Time
	if timeout >= 0 {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case out := <-p.results:
		return out
	case reason := <-p.gone:
		select {
		case out := <-p.results:
			return out
		default:
		}
		return &outcome{failures: []failure{{kind: term.Tuple{atomTerm("EXIT"), p.proc.PID()}, value: reason}}}
	case <-late:
		return nil
	}
}

// kill ends a process that took too long, and returns where it was.
func (p *testProcess) kill() []interp.Frame {
	p.proc.Node().Exit(p.proc.PID(), node.Kill)
	<-p.proc.Done()
	select {
	case out := <-p.results:
		for _, f := range out.failures {
			if f.thrown != nil && f.thrown.Limit != "" {
				return f.stack
			}
		}
	default:
	}
	return prune(p.proc.Thread().LastStack(), "")
}

// failuresOf are the failures that an error of Run stands for: several for an
// ExUnit.MultiError.
func failuresOf(t *interp.Thread, err error) []failure {
	var e *interp.Exception
	if !errors.As(err, &e) {
		return []failure{{kind: term.Err, value: term.Binary(err.Error())}}
	}
	if m, ok := e.Value.(*term.Map); ok && e.Kind == term.Err {
		if name, _ := m.StructName(); name == term.NewModule("ExUnit.MultiError") {
			var out []failure
			for _, x := range elements(m.GetAtom(atomTerm("errors"))) {
				if f, ok := x.(*multiFailure); ok {
					out = append(out, f.failure)
				}
			}
			return out
		}
	}
	return []failure{{kind: e.Kind, value: e.Value, stack: prune(e.Stack, e.Message()), thrown: e}}
}

// multiFailure is one of the errors of an ExUnit.MultiError.
type multiFailure struct{ failure }

// Kind implements term.Term.
func (*multiFailure) Kind() term.Kind { return term.KindTuple }

// prune leaves the frames of ExUnit's assertions out, and names its other
// functions as they are called there.
func prune(stack []interp.Frame, message string) []interp.Frame {
	out := []interp.Frame{}
	for _, f := range stack {
		switch {
		case f.Module == term.NewModule(assertions):
			continue
		case f.Module == callbacks && f.Name == "__merge__":
			if strings.HasPrefix(message, "expected ExUnit") {
				out = append(out, interp.Frame{Module: callbacks, Name: "raise_merge_failed!", Arity: 3})
				continue
			}
			out = append(out, interp.Frame{Module: callbacks, Name: "raise_merge_reserved!", Arity: 4},
				interp.Frame{Module: term.NewAtom("maps"), Name: "merge_with_1", Arity: 4})
			continue
		}
		out = append(out, f)
	}
	return out
}

var callbacks = term.NewModule("ExUnit.Callbacks")

// exitFrames stand below the frames of an on_exit callback.
var exitFrames = []interp.Frame{
	{Module: term.NewModule("ExUnit.OnExitHandler"), Name: "exec_callback", Arity: 1},
	{Module: term.NewModule("ExUnit.OnExitHandler"), Name: "on_exit_runner_loop", Arity: 0},
}

// runnerFrames stand below the frames of a test.
var runnerFrames = []interp.Frame{
	{Module: term.NewModule("ExUnit.Runner"), Name: "exec_test", Arity: 2},
	{Module: term.NewAtom("timer"), Name: "tc", Arity: 1},
	{Module: term.NewModule("ExUnit.Runner"), Name: "spawn_test_monitor", Arity: 6},
}

// runTest runs one test in a process of its own.
func (r *runner) runTest(x *test, context *term.Map) {
	timeout := r.timeout(x.tags)
	tp := r.spawn(func(p *node.Process) *outcome {
		r.s.exits.register(p.PID())
		return r.exec(p, x, context)
	}, nil)
	out := tp.wait(timeout)
	if out == nil {
		stack := append(tp.kill(), runnerFrames...)
		out = &outcome{time: timeout, failures: []failure{r.timeoutFailure(timeout, x.text("test_type"), stack)}}
	} else if tp.proc != nil {
		<-tp.proc.Done()
	}
	x.time, x.failures = out.time, out.failures
	x.failures = append(x.failures, r.onExit(tp, timeout, len(x.failures) > 0)...)
}

// exec is the body of a test's process.
func (r *runner) exec(p *node.Process, x *test, context *term.Map) *outcome {
	t := p.Thread()
	for k, v := range x.tags.All() {
		context = context.Put(k, v)
	}
	context = context.Put(atomTerm("test_pid"), p.PID())
	stop := r.captureLog(context)
	defer stop() // when the process is killed while it waits
	start := time.Now()
	_, err := t.Run(func() term.Term {
		checkTmpDir(t, context)
		ctx := t.Apply(x.module, "__ex_unit__", atomTerm("setup"), context)
		return t.Apply(x.module, x.name.Name(), ctx)
	})
	out := &outcome{time: time.Since(start)}
	x.logs = stop()
	if err != nil {
		out.failures = failuresOf(t, err)
	}
	if x.tags.Has(atomTerm("not_implemented")) {
		for i := range out.failures {
			out.failures[i].stack = nil // its call of flunk/1 leaves no frame on the BEAM
		}
	}
	return out
}

// checkTmpDir says that there are no files here.
func checkTmpDir(t *interp.Thread, context *term.Map) {
	v, ok := context.Get(atomTerm("tmp_dir"))
	switch v.(type) {
	case term.Binary:
	case term.Atom:
		if v == term.Term(term.False) {
			return
		}
		if v != term.Term(term.True) {
			t.RaiseArgument("expected :tmp_dir to be a boolean or a string, got: %s", inspect(t, v))
		}
	default:
		if ok {
			t.RaiseArgument("expected :tmp_dir to be a boolean or a string, got: %s", inspect(t, v))
		}
		return
	}
	raise(t, "@tag :tmp_dir is ExUnit, but not part of this playground: its code reads and writes no files")
}

// captureLog gathers the log of a test that has the tag for it.
func (r *runner) captureLog(context *term.Map) (stop func() string) {
	v, ok := context.Get(atomTerm("capture_log"))
	if !ok {
		v = r.s.settings.get("capture_log")
	}
	if v == term.Term(term.False) || v == term.Term(term.Nil) {
		return func() string { return "" }
	}
	return r.s.console.capture(v)
}

func (r *runner) timeoutFailure(timeout time.Duration, what string, stack []interp.Frame) failure {
	var e term.Term
	r.report.locked(func(t *interp.Thread) {
		e = t.NewException("ExUnit.TimeoutError", "timeout", term.Int(timeout.Milliseconds()), "type", term.Binary(what))
	})
	return failure{kind: term.Err, value: e, stack: stack}
}

// onExit ends the supervisor of a process that has ended and runs its on_exit
// callbacks, the last first. It returns what failed, unless something failed
// before.
func (r *runner) onExit(p *testProcess, timeout time.Duration, failed bool) []failure {
	if p.proc == nil {
		return nil
	}
	var out []failure
	state := r.s.exits.take(p.proc.PID())
	if sup, ok := r.s.node.Process(state.supervisor); ok {
		select {
		case <-sup.Done():
		case <-after(timeout):
			out = append(out, r.timeoutFailure(timeout, "supervisor shutdown", nil))
		}
	}
	var runner *exitRunner
	for i := len(state.callbacks) - 1; i >= 0; i-- {
		if runner == nil {
			runner = r.newExitRunner()
		}
		f, alive := runner.call(r, state.callbacks[i].fun, timeout)
		out = append(out, f...)
		if !alive {
			runner = nil
		}
	}
	if runner != nil {
		runner.p.proc.Node().Exit(runner.p.proc.PID(), node.Kill)
		<-runner.p.proc.Done()
	}
	if failed || len(out) == 0 {
		return nil
	}
	return out[:1]
}

// after is time.After, never for a negative time.
func after(d time.Duration) <-chan time.Time {
	if d < 0 {
		return nil
	}
	return time.After(d)
}

// exitRunner is the process that runs on_exit callbacks.
type exitRunner struct{ p *testProcess }

func (r *runner) newExitRunner() *exitRunner {
	e := &exitRunner{}
	e.p = r.spawn(func(p *node.Process) *outcome {
		for {
			var fun term.Term
			p.Receive(func(msg term.Term) bool {
				tag, f, ok := pair(msg)
				if ok && isAtom(tag, "$ex_unit_run") {
					fun = f
				}
				return fun != nil
			}, node.Infinity)
			out := &outcome{}
			if _, err := p.Thread().Run(func() term.Term { return p.Thread().Call(fun) }); err != nil {
				out.failures = failuresOf(p.Thread(), err)
				for i := range out.failures {
					out.failures[i].stack = append(out.failures[i].stack, exitFrames...)
				}
			}
			e.p.results <- out
		}
	}, nil)
	return e
}

// call runs one callback; alive says that the process can run another.
func (e *exitRunner) call(r *runner, fun term.Term, timeout time.Duration) (f []failure, alive bool) {
	if e.p.proc != nil {
		r.s.node.Send(e.p.proc.PID(), term.Tuple{atomTerm("$ex_unit_run"), fun})
	}
	out := e.p.wait(timeout)
	if out == nil {
		return []failure{r.timeoutFailure(timeout, "on_exit callback", e.p.kill())}, false
	}
	if len(out.failures) > 0 {
		if _, isExit := out.failures[0].kind.(term.Tuple); isExit {
			return out.failures, false
		}
	}
	return out.failures, e.p.proc != nil
}
