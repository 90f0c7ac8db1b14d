package stdlib

import (
	"slices"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// useServer is the __using__ of GenServer and its like: it defines
// child_spec/1, with the options of use set in it.
func useServer() interp.NativeMacro {
	return interp.NativeMacro{Name: "__using__", Arity: -1, Expand: func(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
		mod, _ := env.Module()
		var opts *term.List
		if len(call.Args) > 0 {
			v, err := env.Eval(call.Args[0])
			if err != nil {
				return nil, err
			}
			opts, _ = v.(*term.List)
		}
		env.Define(interp.NativeFunc{Name: "child_spec", Arity: 1, Fn: func(_ *interp.Thread, a []term.Term) term.Term {
			return withOptions(childSpec(mod, "start_link", a[0]), opts)
		}})
		at := syntax.At{At: call.Span()}
		return &syntax.Call{At: at, Name: "require", NameAt: call.Span(), Args: []syntax.Node{
			&syntax.Alias{At: at, Segs: []string{"Kernel"}}}}, nil
	}}
}

// withOptions is Supervisor.child_spec/2 on a spec.
func withOptions(spec *term.Map, opts *term.List) *term.Map {
	for o := range opts.All() {
		if k, v, ok := pairOf(o); ok {
			spec = spec.Put(k, v)
		}
	}
	return spec
}

// specOf returns the map that describes a child: from a map, a module or a
// {module, argument}.
func specOf(t *interp.Thread, v term.Term) *term.Map {
	switch x := v.(type) {
	case *term.Map:
		return x
	case term.Atom:
		return mapOf(t, t.Apply(x, "child_spec", term.Empty))
	case term.Tuple:
		if mod, arg, ok := pairOf(x); ok {
			if m, isModule := mod.(term.Atom); isModule {
				return mapOf(t, t.Apply(m, "child_spec", arg))
			}
		}
	}
	t.RaiseArgument("supervisors expect each child to be one of the following:\n\n  * a module\n  * a {module, arg} tuple\n"+
		"  * a child specification as a map with at least the :id and :start fields\n  * or a tuple with 6 elements equivalent to "+
		"a child specification in Erlang\n\nGot: %s\n", term.Inspect(v))
	return nil
}

// supervisor is the state of a supervisor process. It is owned by that
// process, and its state as a server is the atom :supervisor.
type supervisor struct {
	strategy string
	max      int
	within   time.Duration
	children []*child
	restarts []time.Time
}

type child struct {
	spec *term.Map
	pid  term.PID
	live bool
}

func supervisorServer(children []term.Term, opts *term.List) serverDef {
	s := &supervisor{strategy: "one_for_one", max: 3, within: 5 * time.Second}
	if a, ok := option(opts, "strategy", term.Nil).(term.Atom); ok {
		s.strategy = a.Name()
	}
	if n, ok := option(opts, "max_restarts", term.Int(3)).(term.Int); ok {
		s.max = int(n)
	}
	if n, ok := option(opts, "max_seconds", term.Int(5)).(term.Int); ok {
		s.within = time.Duration(n) * time.Second
	}
	state := atomTerm("supervisor")
	noreply := tuple(atomTerm("noreply"), state)
	return serverDef{
		init: func(t *interp.Thread) term.Term {
			node.Of(t).TrapExit(true)
			for _, v := range children {
				if leftOut(t, v) {
					continue
				}
				c := &child{spec: specOf(t, v)}
				if r := c.start(t); !c.live && !isAtom(r, "ignore") {
					if needsLeftOut(t, c.id(), r) {
						continue
					}
					s.stopAll(t)
					return tuple(atomTerm("stop"), tuple(atomTerm("shutdown"), tuple(atomTerm("failed_to_start_child"), c.id(), reasonOf(r))))
				}
				s.children = append(s.children, c)
			}
			return okTuple(state)
		},
		call: func(t *interp.Thread, req, _, _ term.Term) term.Term {
			return tuple(atomTerm("reply"), s.answer(t, req), state)
		},
		cast: func(*interp.Thread, term.Term, term.Term) term.Term { return noreply },
		info: func(t *interp.Thread, msg, _ term.Term) term.Term {
			x, _ := msg.(term.Tuple)
			if len(x) == 3 && isAtom(x[0], "EXIT") && !s.exited(t, x[1], x[2]) {
				return tuple(atomTerm("stop"), node.Shutdown, state)
			}
			return noreply
		},
		terminate: func(t *interp.Thread, _, _ term.Term) { s.stopAll(t) },
	}
}

func reasonOf(r term.Term) term.Term {
	if _, why, ok := pairOf(r); ok {
		return why
	}
	return r
}

func (c *child) field(name string, def term.Term) term.Term {
	if v := c.spec.GetAtom(term.NewAtom(name)); v != nil {
		return v
	}
	return def
}

func (c *child) id() term.Term { return c.field("id", term.Nil) }

// start runs the start function of the spec.
func (c *child) start(t *interp.Thread) term.Term {
	c.live = false
	mfa, _ := c.field("start", term.Nil).(term.Tuple)
	if len(mfa) != 3 {
		return tuple(term.Err, tuple(atomTerm("invalid_mfa"), c.field("start", term.Nil)))
	}
	mod, _ := mfa[0].(term.Atom)
	fun, _ := mfa[1].(term.Atom)
	l, _ := mfa[2].(*term.List)
	args, _ := l.Slice()
	r, e := t.Try(func() term.Term { return t.Apply(mod, fun.Name(), args...) })
	if e != nil {
		return tuple(term.Err, tuple(atomTerm("EXIT"), node.ExitReason(e)))
	}
	tag, pid, ok := pairOf(r)
	if p, isPID := pid.(term.PID); ok && isPID && isAtom(tag, "ok") {
		c.pid, c.live = p, true
	}
	return r
}

// startable reports whether the spec names a function to call.
func (c *child) startable() bool {
	mfa, _ := c.field("start", term.Nil).(term.Tuple)
	return len(mfa) == 3
}

// record is the child as Erlang's supervisor shows it in its errors.
func (c *child) record() term.Term {
	kind := c.field("type", atomTerm("worker"))
	shutdown := term.Term(term.Int(5000))
	if isAtom(kind, "supervisor") {
		shutdown = atomTerm("infinity")
	}
	return tuple(atomTerm("child"), atomTerm("undefined"), c.id(), c.field("start", term.Nil), c.field("restart", atomTerm("permanent")),
		term.False, c.field("shutdown", shutdown), kind, c.field("modules", term.NewList(c.module())))
}

// exited handles the end of a child, and reports whether the supervisor goes
// on.
func (s *supervisor) exited(t *interp.Thread, pid, reason term.Term) bool {
	i := slices.IndexFunc(s.children, func(c *child) bool { return c.live && term.Term(c.pid) == pid })
	if i < 0 {
		return true
	}
	c := s.children[i]
	c.live = false
	normal := isAtom(reason, "normal") || isAtom(reason, "shutdown")
	if tag, _, ok := pairOf(reason); ok && isAtom(tag, "shutdown") {
		normal = true
	}
	restart, _ := c.field("restart", atomTerm("permanent")).(term.Atom)
	if restart.Name() == "temporary" || restart.Name() == "transient" && normal {
		if restart.Name() == "temporary" {
			s.children = slices.Delete(s.children, i, i+1)
		}
		return true
	}
	now := time.Now()
	s.restarts = slices.DeleteFunc(append(s.restarts, now), func(at time.Time) bool { return now.Sub(at) > s.within })
	if len(s.restarts) > s.max {
		return false
	}
	from, to := i, i+1
	switch s.strategy {
	case "one_for_all":
		from, to = 0, len(s.children)
	case "rest_for_one":
		to = len(s.children)
	}
	for k := to - 1; k >= from; k-- {
		s.children[k].stop(t)
	}
	for _, c := range s.children[from:to] {
		if r := c.start(t); !c.live && !isAtom(r, "ignore") {
			return false
		}
	}
	return true
}

// stop ends a child and waits for it.
func (c *child) stop(t *interp.Thread) {
	if !c.live {
		return
	}
	c.live = false
	self := node.Of(t)
	p, ok := self.Node().Process(c.pid)
	if !ok {
		return
	}
	ref := self.Monitor(c.pid)
	self.SendExit(c.pid, node.Shutdown)
	gone := func(msg term.Term) bool {
		x, ok := msg.(term.Tuple)
		return ok && len(x) == 5 && x[1] == term.Term(ref)
	}
	if !self.Receive(gone, 5*time.Second) {
		self.SendExit(p.PID(), node.Kill)
		self.Receive(gone, node.Infinity)
	}
	dropExit(self, c.pid)
}

func (s *supervisor) stopAll(t *interp.Thread) {
	for _, c := range slices.Backward(s.children) {
		c.stop(t)
	}
}

// answer handles the calls of Supervisor's functions.
func (s *supervisor) answer(t *interp.Thread, req term.Term) term.Term {
	tag, arg, _ := pairOf(req)
	find := func() int {
		return slices.IndexFunc(s.children, func(c *child) bool { return term.StrictEqual(c.id(), arg) })
	}
	switch name, _ := tag.(term.Atom); name.Name() {
	case "start_child":
		c := &child{spec: specOf(t, arg)}
		if i := slices.IndexFunc(s.children, func(o *child) bool { return term.StrictEqual(o.id(), c.id()) }); i >= 0 {
			if s.children[i].live {
				return tuple(term.Err, tuple(atomTerm("already_started"), s.children[i].pid))
			}
			return errorTuple("already_present")
		}
		r := c.start(t)
		if c.live {
			s.children = append(s.children, c)
		} else if tag, why, ok := pairOf(r); ok && isAtom(tag, "error") && c.startable() {
			return tuple(tag, tuple(why, c.record()))
		}
		return r
	case "terminate_child", "restart_child", "delete_child":
		i := find()
		if i < 0 {
			return errorTuple("not_found")
		}
		c := s.children[i]
		switch {
		case name.Name() == "terminate_child":
			c.stop(t)
			return term.OK
		case c.live:
			return errorTuple("running")
		case name.Name() == "restart_child":
			return c.start(t)
		}
		s.children = slices.Delete(s.children, i, i+1)
		return term.OK
	case "which_children":
		l := term.Empty
		for _, c := range s.children {
			var pid term.Term = term.NewAtom("undefined")
			if c.live {
				pid = c.pid
			}
			l = &term.List{Head: tuple(c.id(), pid, c.field("type", atomTerm("worker")), c.field("modules", term.NewList(c.module()))), Tail: l}
		}
		return l
	case "count_children":
		n, live := len(s.children), 0
		for _, c := range s.children {
			if c.live {
				live++
			}
		}
		return term.NewMap(atomTerm("active"), term.Int(live), atomTerm("specs"), term.Int(n),
			atomTerm("supervisors"), term.Int(0), atomTerm("workers"), term.Int(n))
	}
	return term.Err
}

func (c *child) module() term.Term {
	if mfa, ok := c.field("start", term.Nil).(term.Tuple); ok && len(mfa) == 3 {
		return mfa[0]
	}
	return term.Nil
}

func supervisorModule() *interp.NativeModule {
	m := newTextModule("Supervisor")
	m.def("start_link", 2, func(c call) term.Term {
		if mod, ok := c.a[0].(term.Atom); ok {
			return startModuleSupervisor(c, mod, c.a[1], term.Empty)
		}
		return c.startServer(supervisorServer(c.slice(0), c.opts(1)), c.opts(1), true)
	}, term.Empty)
	m.def("start_link", 3, func(c call) term.Term { return startModuleSupervisor(c, c.atom(0), c.a[1], c.opts(2)) })
	m.def("init", 2, func(c call) term.Term { return okTuple(tuple(atomTerm("$supervisor"), c.cells(0), c.opts(1))) })
	for _, name := range []string{"start_child", "terminate_child", "restart_child", "delete_child"} {
		m.def(name, 2, func(c call) term.Term {
			return c.callServer(c.a[0], tuple(atomTerm(name), c.a[1]), node.Infinity)
		})
	}
	for _, name := range []string{"which_children", "count_children"} {
		m.def(name, 1, func(c call) term.Term {
			return c.callServer(c.a[0], tuple(atomTerm(name), term.Nil), node.Infinity)
		})
	}
	m.def("stop", 3, func(c call) term.Term { return c.stopServer("GenServer") }, node.Normal, atomTerm("infinity"))
	m.def("child_spec", 2, func(c call) term.Term { return withOptions(specOf(c.t, c.a[0]), c.opts(1)) })
	m.m.Macros = []interp.NativeMacro{useBehaviour("Supervisor", "")}
	m.m.Callbacks = []interp.NativeCallback{required("init", 1)}
	return m.m
}

// startModuleSupervisor starts a supervisor whose children a module's init/1
// names.
func startModuleSupervisor(c call, mod term.Atom, arg term.Term, opts *term.List) term.Term {
	r := c.t.Apply(mod, "init", arg)
	if isAtom(r, "ignore") {
		return r
	}
	_, v, _ := pairOf(r)
	x, ok := v.(term.Tuple)
	if !ok || len(x) != 3 || !isAtom(x[0], "$supervisor") {
		return tuple(term.Err, tuple(atomTerm("bad_return"), tuple(mod, atomTerm("init"), r)))
	}
	children, _ := x[1].(*term.List).Slice()
	return c.startServer(supervisorServer(children, x[2].(*term.List)), opts, true)
}
