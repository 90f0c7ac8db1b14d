package stdlib

import (
	"errors"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// serverDef is what a server process does. GenServer, Agent and Supervisor
// each make one.
type serverDef struct {
	init func(t *interp.Thread) term.Term
	// The others return what the callbacks of GenServer do. terminate may be
	// nil.
	call      func(t *interp.Thread, req, from, state term.Term) term.Term
	cast      func(t *interp.Thread, req, state term.Term) term.Term
	info      func(t *interp.Thread, msg, state term.Term) term.Term
	cont      func(t *interp.Thread, arg, state term.Term) term.Term
	terminate func(t *interp.Thread, reason, state term.Term)
}

var (
	genCastTag  = term.NewAtom("$gen_cast")
	systemTag   = term.NewAtom("system")
	timeoutAtom = term.NewAtom("timeout")
)

// startServer starts a process and waits until its init has run: {:ok, pid},
// :ignore or {:error, reason}. A process that trapped nothing and is linked
// dies with what it started.
func (c call) startServer(def serverDef, opts *term.List, link bool) term.Term {
	p := c.process()
	name := option(opts, "name", term.Nil)
	c.checkName(name)
	ack := term.NewRef()
	parent := p.PID()
	child, err := p.Spawn(func(s *node.Process) term.Term {
		srv := &server{p: s, def: def, parent: parent}
		return srv.run(name, func(v term.Term) { s.Node().Send(parent, tuple(ack, v)) })
	}, link)
	if err != nil {
		c.t.RaiseNew("SystemLimitError", "message", term.Binary("a system limit has been reached: "+err.Error()))
	}
	var out term.Term
	p.Receive(func(msg term.Term) bool {
		ref, v, ok := pairOf(msg)
		if ok && ref == term.Term(ack) {
			out = v
			return true
		}
		return false
	}, -1)
	if isAtom(out, "ok") {
		return okTuple(child.PID())
	}
	if link {
		p.Await(child.Done(), startTimeout)
		dropExit(p, child.PID())
	}
	return out
}

// startTimeout is how long the start of a server that failed waits for its end,
// which is there at once.
const startTimeout = 5 * time.Second

// dropExit removes the exit message of a process that failed to start.
func dropExit(p *node.Process, pid term.PID) {
	p.Receive(func(msg term.Term) bool {
		x, ok := msg.(term.Tuple)
		return ok && len(x) == 3 && isAtom(x[0], "EXIT") && x[1] == term.Term(pid)
	}, 0)
}

// server is a running server process.
type server struct {
	p      *node.Process
	def    serverDef
	parent term.PID
	state  term.Term
	// wait is the timeout that the last callback asked for; below 0 is none.
	wait time.Duration
	next term.Term // the argument of handle_continue, or nil
}

// run is the process. started is told "ok" or why the server did not start.
func (s *server) run(name term.Term, started func(term.Term)) term.Term {
	if holder, ok := s.register(name); !ok {
		started(tuple(term.Err, tuple(atomTerm("already_started"), holder)))
		return node.Normal
	}
	reason, ok := s.start(started)
	if !ok {
		return reason
	}
	for {
		reason, stop := s.turn()
		if stop {
			return reason
		}
	}
}

func (s *server) start(started func(term.Term)) (reason term.Term, ok bool) {
	v, err := s.p.Thread().Run(func() term.Term { return s.def.init(s.p.Thread()) })
	if err != nil {
		why := exitOf(err)
		s.p.Node().Unregister(nameOf(s.p))
		started(tuple(term.Err, why))
		return why, false
	}
	x, isTuple := v.(term.Tuple)
	switch {
	case isTuple && len(x) >= 2 && len(x) <= 3 && isAtom(x[0], "ok"):
		s.state = x[1]
		s.option(x[2:])
		started(term.OK)
		return nil, true
	case isAtom(v, "ignore"):
		started(v)
		return node.Normal, false
	case isTuple && len(x) == 2 && isAtom(x[0], "stop"):
		started(tuple(term.Err, x[1]))
		return x[1], false
	case isTuple && len(x) == 2 && isAtom(x[0], "error"):
		started(v)
		return node.Normal, false
	}
	why := tuple(atomTerm("bad_return_value"), v)
	started(tuple(term.Err, why))
	return why, false
}

func nameOf(p *node.Process) term.Atom {
	name, _ := p.Name()
	return name
}

func exitOf(err error) term.Term {
	var e *interp.Exception
	if errors.As(err, &e) {
		return node.ExitReason(e)
	}
	return tuple(atomTerm("internal_error"), bin(err.Error()))
}

// option takes the last element of a callback's result: a timeout, :hibernate
// or {:continue, arg}.
func (s *server) option(rest []term.Term) {
	s.wait, s.next = -1, nil
	if len(rest) == 0 {
		return
	}
	switch x := rest[0].(type) {
	case term.Int:
		s.wait = time.Duration(x) * time.Millisecond
	case term.Tuple:
		if len(x) == 2 && isAtom(x[0], "continue") {
			s.next = x[1]
		}
	}
}

// turn handles one message, or the continue that the last one asked for.
func (s *server) turn() (reason term.Term, stop bool) {
	if s.next != nil {
		arg := s.next
		s.next = nil
		return s.do(nil, func(t *interp.Thread) term.Term { return s.def.cont(t, arg, s.state) })
	}
	var msg term.Term
	if !s.p.Receive(func(m term.Term) bool { msg = m; return true }, s.wait) {
		msg = timeoutAtom
	}
	x, _ := msg.(term.Tuple)
	switch {
	case len(x) == 3 && isAtom(x[0], "$gen_call"):
		return s.do(x[1], func(t *interp.Thread) term.Term { return s.def.call(t, x[2], x[1], s.state) })
	case len(x) == 2 && isAtom(x[0], "$gen_cast"):
		return s.do(nil, func(t *interp.Thread) term.Term { return s.def.cast(t, x[1], s.state) })
	case len(x) == 3 && isAtom(x[0], "system"):
		if tag, why, ok := pairOf(x[2]); ok && isAtom(tag, "terminate") {
			s.end(why)
			return why, true
		}
		s.system(x[1], x[2])
		return nil, false
	case len(x) == 3 && isAtom(x[0], "EXIT") && x[1] == term.Term(s.parent):
		s.end(x[2])
		return x[2], true
	}
	return s.do(nil, func(t *interp.Thread) term.Term { return s.def.info(t, msg, s.state) })
}

// system answers what :sys asks.
func (s *server) system(from, request term.Term) {
	tag, f, _ := pairOf(request)
	switch {
	case isAtom(request, "get_state"):
		s.p.Node().Reply(from, okTuple(s.state))
	case isAtom(tag, "replace_state"):
		v, err := s.p.Thread().Run(func() term.Term { return s.p.Thread().Call(f, s.state) })
		if err == nil {
			s.state = v
		}
		s.p.Node().Reply(from, okTuple(s.state))
	}
}

// do runs a callback and does what its result says.
func (s *server) do(from term.Term, f func(t *interp.Thread) term.Term) (reason term.Term, stop bool) {
	t := s.p.Thread()
	v, err := t.Run(func() term.Term {
		if err := s.p.Keeps(func() []term.Term { return []term.Term{s.state} }); err != nil {
			t.RaiseLimit("memory", err.Error())
		}
		return f(t)
	})
	if err != nil {
		return s.crash(err), true
	}
	x, _ := v.(term.Tuple)
	n := len(x)
	switch {
	case n >= 3 && n <= 4 && isAtom(x[0], "reply") && from != nil:
		s.p.Node().Reply(from, x[1])
		s.state = x[2]
		s.option(x[3:])
		return nil, false
	case n >= 2 && n <= 3 && isAtom(x[0], "noreply"):
		s.state = x[1]
		s.option(x[2:])
		return nil, false
	case n == 3 && isAtom(x[0], "stop"):
		s.state = x[2]
		s.end(x[1])
		return x[1], true
	case n == 4 && isAtom(x[0], "stop") && from != nil:
		s.state = x[3]
		s.end(x[1])
		s.p.Node().Reply(from, x[2])
		return x[1], true
	}
	why := tuple(atomTerm("bad_return_value"), v)
	s.p.Log("error", "GenServer "+s.label()+" terminating\n** (stop) bad return value: "+term.Inspect(v))
	s.end(why)
	return why, true
}

func (s *server) label() string {
	if name, ok := s.p.Name(); ok {
		return term.Inspect(name)
	}
	return s.p.Inspect()
}

func (s *server) crash(err error) term.Term {
	why := exitOf(err)
	var e *interp.Exception
	if errors.As(err, &e) && e.Kind.Name() != "exit" {
		s.p.LogException("GenServer "+s.label()+" terminating\n"+node.FormatException(e)+"\nState: "+term.Inspect(s.state), e)
	}
	s.end(why)
	return why
}

// end runs the terminate callback.
func (s *server) end(reason term.Term) {
	if s.def.terminate != nil {
		s.p.Thread().Run(func() term.Term { //nolint:errcheck // the process ends with its reason in any case
			s.def.terminate(s.p.Thread(), reason, s.state)
			return term.OK
		})
	}
}

// callServer is GenServer.call/3.
func (c call) callServer(dest, req term.Term, timeout time.Duration) term.Term {
	reply, exit := c.process().Call(c.serverDest(dest), req, timeout)
	if exit != nil {
		c.t.Exit(exit)
	}
	return reply
}

func (c call) castServer(dest, req term.Term) term.Term {
	if pid, ok := c.process().Node().Resolve(c.serverDest(dest)); ok {
		c.process().Send(pid, tuple(genCastTag, req))
	}
	return term.OK
}

// stopServer is GenServer.stop/3.
func (c call) stopServer(module string) term.Term {
	p := c.process()
	fail := func(why term.Term) {
		c.t.Exit(tuple(why, tuple(term.NewModule(module), atomTerm("stop"), term.NewList(c.a...))))
	}
	pid, ok := p.Node().Resolve(c.serverDest(c.a[0]))
	if !ok {
		fail(node.NoProc)
	}
	ref := p.Monitor(pid)
	p.Node().Send(pid, tuple(systemTag, tuple(p.PID(), ref), tuple(atomTerm("terminate"), c.a[1])))
	var why term.Term
	got := p.Receive(func(msg term.Term) bool {
		x, ok := msg.(term.Tuple)
		if ok && len(x) == 5 && x[1] == term.Term(ref) {
			why = x[4]
			return true
		}
		return false
	}, c.millis(2))
	switch {
	case !got:
		p.Demonitor(ref, true)
		fail(timeoutAtom)
	case !term.StrictEqual(why, c.a[1]):
		fail(why)
	}
	return term.OK
}

func genServerModule() *interp.NativeModule {
	m := newTextModule("GenServer")
	start := func(link bool) textFunc {
		return func(c call) term.Term { return c.startServer(moduleServer(c.atom(0), c.a[1]), c.opts(2), link) }
	}
	m.def("start_link", 3, start(true), term.Empty)
	m.def("start", 3, start(false), term.Empty)
	m.def("call", 3, func(c call) term.Term { return c.callServer(c.a[0], c.a[1], c.millis(2)) }, term.Int(5000))
	m.def("cast", 2, func(c call) term.Term { return c.castServer(c.a[0], c.a[1]) })
	m.def("reply", 2, func(c call) term.Term { c.process().Node().Reply(c.a[0], c.a[1]); return term.OK })
	m.def("stop", 3, func(c call) term.Term { return c.stopServer("GenServer") }, node.Normal, atomTerm("infinity"))
	m.def("whereis", 1, func(c call) term.Term {
		pid, ok := c.process().Node().Resolve(c.serverDest(c.a[0]))
		if !ok {
			return term.Nil
		}
		return pid
	})
	m.m.Macros = []interp.NativeMacro{useBehaviour("GenServer", missingServerInit)}
	m.m.Callbacks = serverCallbacks
	return m.m
}

// moduleServer is the server that a module with GenServer's callbacks makes.
func moduleServer(mod term.Atom, arg term.Term) serverDef {
	has := func(t *interp.Thread, fun string, arity int) bool { return t.Program().Exports(mod, fun, arity) }
	missing := func(t *interp.Thread, fun, what string, arg term.Term) {
		t.RaiseNew("RuntimeError", "message", binFormat("attempted to %s GenServer %s but no %s clause was provided",
			what, t.Inspect(node.Of(t).PID(), term.InspectOptions{}), fun))
	}
	return serverDef{
		init: func(t *interp.Thread) term.Term { return t.Apply(mod, "init", arg) },
		call: func(t *interp.Thread, req, from, state term.Term) term.Term {
			if !has(t, "handle_call", 3) {
				missing(t, "handle_call/3", "call", req)
			}
			return t.Apply(mod, "handle_call", req, from, state)
		},
		cast: func(t *interp.Thread, req, state term.Term) term.Term {
			if !has(t, "handle_cast", 2) {
				missing(t, "handle_cast/2", "cast", req)
			}
			return t.Apply(mod, "handle_cast", req, state)
		},
		info: func(t *interp.Thread, msg, state term.Term) term.Term {
			if !has(t, "handle_info", 2) {
				p := node.Of(t)
				p.Log("error", term.Inspect(mod)+" "+p.Inspect()+" received unexpected message in handle_info/2: "+t.Inspect(msg, term.InspectOptions{}))
				return tuple(atomTerm("noreply"), state)
			}
			return t.Apply(mod, "handle_info", msg, state)
		},
		cont: func(t *interp.Thread, arg, state term.Term) term.Term {
			return t.Apply(mod, "handle_continue", arg, state)
		},
		terminate: func(t *interp.Thread, reason, state term.Term) {
			if has(t, "terminate", 2) {
				t.Apply(mod, "terminate", reason, state)
			}
		},
	}
}
