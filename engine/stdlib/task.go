package stdlib

import (
	"fmt"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

var taskShape = term.NewStruct("Task", "mfa", term.Nil, "owner", term.Nil, "pid", term.Nil, "ref", term.Nil)

func taskModule() *interp.NativeModule {
	m := newTextModule("Task")
	m.m.Struct = taskShape
	defTaskStarts(m)
	defTaskWaits(m)
	for name, link := range map[string]bool{"async_stream": true} {
		m.def(name, 3, func(c call) term.Term {
			f := c.fun(1, 1)
			return taskStream(c.a[0], c.opts(2), link, func(t *interp.Thread, e term.Term) term.Term { return t.Call(f, e) })
		}, term.Empty)
		m.def(name, 5, func(c call) term.Term {
			mod, fun, args := c.atom(1), c.atom(2), c.argList(3)
			return taskStream(c.a[0], c.opts(4), link, func(t *interp.Thread, e term.Term) term.Term {
				return t.Apply(mod, fun.Name(), append([]term.Term{e}, args...)...)
			})
		}, term.Empty)
	}
	m.def("child_spec", 1, func(c call) term.Term {
		return childSpec(term.NewModule("Task"), "start_link", c.a[0]).Put(atomTerm("restart"), atomTerm("temporary"))
	})
	return m.m
}

// taskReport is what the log says when a task fails.
func taskReport(owner term.PID, f term.Term) func(p *node.Process, e *interp.Exception) string {
	return func(p *node.Process, e *interp.Exception) string {
		return fmt.Sprintf("Task %s started from %s terminating\n%s\nFunction: %s\n    Args: []",
			p.Inspect(), term.Inspect(owner), node.FormatException(e), term.Inspect(f))
	}
}

func mfaOf(f term.Term) term.Term {
	if x, ok := f.(*term.Fun); ok && x.External {
		return tuple(x.Module, x.Name, term.Int(x.Arity))
	}
	return tuple(term.NewAtom("erlang"), atomTerm("apply"), term.Int(2))
}

var callersKey = term.NewAtom("$callers")

// callers lists this process and those on whose behalf it runs.
func (c call) callers() term.Term {
	p := c.process()
	before, _ := p.Dict().Get(callersKey)
	l, ok := before.(*term.List)
	if !ok {
		l = term.Empty
	}
	return &term.List{Head: p.PID(), Tail: l}
}

// startTask starts a process that sends {ref, result} to this one.
func (c call) startTask(mfa, shown term.Term, link bool, body func(t *interp.Thread) term.Term) (ref term.Ref, pid term.PID) {
	p := c.process()
	owner := p.PID()
	callers := c.callers()
	given := make(chan term.Ref, 1)
	pid, _ = c.spawned(node.SpawnOptions{Link: link, Report: taskReport(owner, shown)}, func(t *interp.Thread) term.Term {
		ref := <-given
		self := node.Of(t)
		self.SetDict(self.Dict().Put(callersKey, callers))
		v := body(t)
		self.Node().SendWhileMonitored(owner, ref, tuple(ref, v))
		return v
	})
	ref = p.MonitorAlias(pid, atomTerm("DOWN"))
	given <- ref
	return ref, pid
}

func (c call) newTask(mfa, shown term.Term, body func(t *interp.Thread) term.Term) term.Term {
	ref, pid := c.startTask(mfa, shown, true, body)
	return term.NewStruct("Task", "mfa", mfa, "owner", c.process().PID(), "pid", pid, "ref", ref)
}

func defTaskStarts(m *textModule) {
	m.def("async", 1, func(c call) term.Term {
		f := c.fun(0, 0)
		return c.newTask(mfaOf(f), f, func(t *interp.Thread) term.Term { return t.Call(f) })
	})
	m.def("async", 3, func(c call) term.Term {
		mod, fun, args := c.atom(0), c.atom(1), c.argList(2)
		shown := &term.Fun{Module: mod, Name: fun, Arity: len(args), External: true}
		return c.newTask(tuple(mod, fun, term.Int(len(args))), shown, func(t *interp.Thread) term.Term {
			return t.Apply(mod, fun.Name(), args...)
		})
	})
	for name, link := range map[string]bool{"start": false, "start_link": true} {
		start := func(c call, f term.Term, body func(t *interp.Thread) term.Term) term.Term {
			opts := node.SpawnOptions{Link: link, Report: taskReport(c.process().PID(), f)}
			callers := c.callers()
			pid, _ := c.spawned(opts, func(t *interp.Thread) term.Term {
				self := node.Of(t)
				self.SetDict(self.Dict().Put(callersKey, callers))
				return body(t)
			})
			return okTuple(pid)
		}
		m.def(name, 1, func(c call) term.Term {
			f := c.fun(0, 0)
			return start(c, f, func(t *interp.Thread) term.Term { return t.Call(f) })
		})
		m.def(name, 3, func(c call) term.Term {
			mod, fun, args := c.atom(0), c.atom(1), c.argList(2)
			f := &term.Fun{Module: mod, Name: fun, Arity: len(args), External: true}
			return start(c, f, func(t *interp.Thread) term.Term { return t.Apply(mod, fun.Name(), args...) })
		})
	}
	m.def("completed", 1, func(c call) term.Term {
		ref := term.NewRef()
		p := c.process()
		p.Node().Send(p.PID(), tuple(ref, c.a[0]))
		return term.NewStruct("Task", "mfa", tuple(term.NewModule("Task"), atomTerm("completed"), term.Int(1)),
			"owner", p.PID(), "pid", term.Nil, "ref", ref)
	})
}

// task takes a %Task{} argument apart and checks that this process owns it.
func (c call) task(v term.Term) (m *term.Map, ref term.Ref) {
	m, ok := structOf(v, "Task")
	if !ok {
		c.noClause()
	}
	ref, ok = m.GetAtom(term.NewAtom("ref")).(term.Ref)
	if !ok {
		c.noClause()
	}
	if self := c.process().PID(); m.GetAtom(term.NewAtom("owner")) != term.Term(self) {
		c.raiseArgument("task %s must be queried from the owner but was queried from %s", c.inspect(m), c.inspect(self))
	}
	return m, ref
}

// taskStream is Task.async_stream/3: up to max_concurrency tasks run at a
// time.
func taskStream(enum term.Term, opts *term.List, link bool, f func(t *interp.Thread, e term.Term) term.Term) term.Term {
	return newSource("async_stream/3", func(t *interp.Thread) puller {
		c := call{t, nil, &callName{"Task", "async_stream"}}
		s := &taskRun{c: c, in: pull(t, enum), f: f, link: link, width: 1, wait: 5 * time.Second}
		if n, ok := option(opts, "max_concurrency", term.Int(4)).(term.Int); ok && n > 0 {
			s.width = int(n)
		}
		switch n := option(opts, "timeout", term.Int(5000)).(type) {
		case term.Int:
			s.wait = time.Duration(n) * time.Millisecond
		case term.Atom:
			s.wait = node.Infinity
		}
		s.kill = isAtom(option(opts, "on_timeout", term.Nil), "kill_task")
		return &pullFunc{get: s.next, done: s.close}
	})
}

type taskRun struct {
	c       call
	in      puller
	f       func(t *interp.Thread, e term.Term) term.Term
	link    bool
	kill    bool
	width   int
	wait    time.Duration
	running []runningTask
	ended   bool
}

type runningTask struct {
	ref term.Ref
	pid term.PID
}

func (s *taskRun) next() (term.Term, bool) {
	for !s.ended && len(s.running) < s.width {
		e, ok := s.in.next()
		if !ok {
			s.ended = true
			break
		}
		f := s.f
		ref, pid := s.c.startTask(term.Nil, term.Nil, s.link, func(t *interp.Thread) term.Term { return f(t, e) })
		s.running = append(s.running, runningTask{ref, pid})
	}
	if len(s.running) == 0 {
		return nil, false
	}
	task := s.running[0]
	s.running = s.running[1:]
	reply, reason := s.c.outcome(task.ref, s.wait)
	switch {
	case reply != nil:
		return okTuple(reply), true
	case reason != nil:
		return tuple(atomTerm("exit"), reason), true
	}
	s.stop(task)
	if !s.kill {
		s.close()
		s.c.t.Exit(tuple(timeoutAtom, tuple(term.NewModule("Task.Supervised"), atomTerm("stream"), term.NewList(term.Int(s.wait.Milliseconds())))))
	}
	return tuple(atomTerm("exit"), timeoutAtom), true
}

func (s *taskRun) stop(task runningTask) {
	p := s.c.process()
	p.Unlink(task.pid)
	p.SendExit(task.pid, node.Kill)
	p.Demonitor(task.ref, true)
}

func (s *taskRun) close() {
	for _, task := range s.running {
		s.stop(task)
	}
	s.running, s.ended = nil, true
	s.in.close()
}
