package exunit

import (
	"sync"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// exits is what is to be done when the processes of tests have ended.
type exits struct {
	mu    sync.Mutex
	procs map[uint64]*exitState
}

type exitState struct {
	supervisor term.PID
	callbacks  []exitCallback
}

type exitCallback struct{ key, fun term.Term }

func (e *exits) register(pid term.PID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.procs[pid.N] = &exitState{}
}

// take returns what is to be done for a process, and forgets it.
func (e *exits) take(pid term.PID) *exitState {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.procs[pid.N]
	delete(e.procs, pid.N)
	if s == nil {
		return &exitState{}
	}
	return s
}

// update changes what is to be done for a process, and reports whether it is
// one of a test.
func (e *exits) update(pid term.PID, f func(*exitState)) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.procs[pid.N]
	if s != nil {
		f(s)
	}
	return s != nil
}

// ofTest changes what is to be done for the process of the test that the thread
// runs.
func ofTest(t *interp.Thread, f func(*exitState)) bool {
	s, p := suiteOf(t), node.Of(t)
	return s != nil && s.exits.update(p.PID(), f)
}

// testSupervisor returns the supervisor of the test that the thread runs,
// starting it when there is none yet.
func testSupervisor(t *interp.Thread) (pid term.PID, ok bool) {
	if !ofTest(t, func(s *exitState) { pid = s.supervisor }) {
		return pid, false
	}
	if pid != (term.PID{}) {
		return pid, true
	}
	r := t.Apply(term.NewModule("Supervisor"), "start_link", term.Empty, term.Keyword("strategy", atomTerm("one_for_one"),
		"max_restarts", term.Int(1_000_000), "max_seconds", term.Int(1)))
	_, v, _ := pair(r)
	pid, ok = v.(term.PID)
	ofTest(t, func(s *exitState) { s.supervisor = pid })
	return pid, ok
}

// exitFuncs are the functions of ExUnit.Callbacks that a test calls.
func exitFuncs() []interp.NativeFunc {
	var out []interp.NativeFunc
	def := func(name string, f interp.Native, arities ...int) {
		for _, n := range arities {
			out = append(out, interp.NativeFunc{Name: name, Arity: n, Fn: f})
		}
	}
	def("on_exit", onExit, 1, 2)
	def("start_supervised", func(t *interp.Thread, a []term.Term) term.Term { return startSupervised(t, a) }, 1, 2)
	def("start_supervised!", func(t *interp.Thread, a []term.Term) term.Term { return startSupervisedBang(t, a) }, 1, 2)
	def("start_link_supervised!", func(t *interp.Thread, a []term.Term) term.Term {
		pid := startSupervisedBang(t, a)
		t.Apply(term.NewModule("Process"), "link", pid)
		return pid
	}, 1, 2)
	def("stop_supervised", func(t *interp.Thread, a []term.Term) term.Term { return stopSupervised(t, a[0]) }, 1)
	def("stop_supervised!", func(t *interp.Thread, a []term.Term) term.Term {
		r := stopSupervised(t, a[0])
		if r != term.Term(term.OK) {
			raise(t, "could not stop child ID %s because it was not found", inspect(t, a[0]))
		}
		return r
	}, 1)
	return out
}

func onExit(t *interp.Thread, a []term.Term) term.Term {
	key, fun := term.Term(term.NewRef()), a[len(a)-1]
	if len(a) == 2 {
		key = a[0]
	}
	if f, ok := fun.(*term.Fun); !ok || f.Arity != 0 {
		t.RaiseFunctionClause("ExUnit.Callbacks", "on_exit", []term.Term{key, fun})
	}
	ok := ofTest(t, func(s *exitState) {
		for i, c := range s.callbacks {
			if term.StrictEqual(c.key, key) {
				s.callbacks[i].fun = fun
				return
			}
		}
		s.callbacks = append(s.callbacks, exitCallback{key, fun})
	})
	if !ok {
		t.RaiseArgument("on_exit/2 callback can only be invoked from the test process")
	}
	return term.OK
}

func startSupervised(t *interp.Thread, a []term.Term) term.Term {
	sup, ok := testSupervisor(t)
	if !ok {
		t.RaiseArgument("start_supervised/2 can only be invoked from the test process")
	}
	opts := term.Term(term.Empty)
	if len(a) == 2 {
		opts = a[1]
	}
	supervisor := term.NewModule("Supervisor")
	return t.Apply(supervisor, "start_child", sup, t.Apply(supervisor, "child_spec", a[0], opts))
}

func startSupervisedBang(t *interp.Thread, a []term.Term) term.Term {
	r, _ := startSupervised(t, a).(term.Tuple)
	if len(r) >= 2 && r[0] == term.Term(term.OK) {
		return r[1]
	}
	text := interp.FormatExit(term.Tuple{atomTerm("start_spec"), r[1]})
	if why, child, ok := pair(r[1]); ok {
		if _, isTuple := child.(term.Tuple); isTuple {
			if tag, inner, ok := pair(why); ok && isAtom(tag, "EXIT") {
				why = inner
			}
			text = interp.FormatExit(why)
		}
	}
	raise(t, "failed to start child with the spec %s.\nReason: %s", inspect(t, a[0]), text)
	return nil
}

func stopSupervised(t *interp.Thread, id term.Term) term.Term {
	var sup term.PID
	if !ofTest(t, func(s *exitState) { sup = s.supervisor }) {
		t.RaiseArgument("stop_supervised/1 can only be invoked from the test process")
	}
	missing := term.Tuple{term.Err, atomTerm("not_found")}
	if sup == (term.PID{}) {
		return missing
	}
	supervisor := term.NewModule("Supervisor")
	for _, c := range elements(t.Apply(supervisor, "which_children", sup)) {
		child, _ := c.(term.Tuple)
		if len(child) != 4 || !term.StrictEqual(child[0], id) {
			continue
		}
		if pid, ok := child[1].(term.PID); ok {
			t.Apply(term.NewModule("Process"), "unlink", pid)
		}
	}
	r := t.Apply(supervisor, "terminate_child", sup, id)
	if r == term.Term(term.OK) {
		t.Apply(supervisor, "delete_child", sup, id)
	}
	return r
}
