package stdlib

import (
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// process returns the process that the call runs in, and raises where there is
// none, as while modules are compiled.
func (c call) process() *node.Process {
	p := node.Of(c.t)
	if p == nil {
		c.runtimeError("%s.%s/%d needs a process, and there is none while modules are compiled", c.name.mod, c.name.fun, len(c.a))
	}
	return p
}

// dest returns the pid of a pid or registered name, and false for none.
func (c call) dest(v term.Term) (term.PID, bool) {
	switch x := v.(type) {
	case term.PID:
		return x, true
	case term.Atom:
		return c.process().Node().Whereis(x)
	case term.Tuple:
		if len(x) == 2 {
			return c.dest(x[0])
		}
	}
	c.badArg(1, "invalid destination")
	return term.PID{}, false
}

// millis returns a timeout argument; infinity is below 0.
func (c call) millis(i int) time.Duration {
	if isAtom(c.a[i], "infinity") {
		return node.Infinity
	}
	n := c.nonNeg(i)
	if n > 1<<32-1 {
		c.badArg(i+1, "out of range")
	}
	return time.Duration(n) * time.Millisecond
}

func (c call) pid(i int) term.PID {
	p, ok := c.a[i].(term.PID)
	if !ok {
		c.badArg(i+1, "not a pid")
	}
	return p
}

func (c call) sent(to, msg term.Term) term.Term {
	pid, ok := c.dest(to)
	if !ok {
		c.badArg(1, "invalid destination")
	}
	c.process().Send(pid, msg)
	return msg
}

// spawned starts a process and returns its pid and, for Monitor, a reference.
func (c call) spawned(opts node.SpawnOptions, body func(t *interp.Thread) term.Term) (term.PID, term.Ref) {
	pid, ref, err := c.process().SpawnRun(opts, body)
	if err != nil {
		c.t.RaiseNew("SystemLimitError", "message", term.Binary("a system limit has been reached: "+err.Error()))
	}
	return pid, ref
}

func defProcesses(m *textModule) {
	m.def("self", 0, func(c call) term.Term { return c.process().PID() })
	m.def("node", 0, func(call) term.Term { return atomTerm("nonode@nohost") })
	m.def("node", 1, func(call) term.Term { return atomTerm("nonode@nohost") })
	m.def("make_ref", 0, func(call) term.Term { return term.NewRef() })
	m.def("send", 2, func(c call) term.Term { return c.sent(c.a[0], c.a[1]) })
	for name, opts := range map[string]node.SpawnOptions{
		"spawn": {}, "spawn_link": {Link: true}, "spawn_monitor": {Monitor: true},
	} {
		start := func(c call, body func(t *interp.Thread) term.Term) term.Term {
			pid, ref := c.spawned(opts, body)
			if opts.Monitor {
				return tuple(pid, ref)
			}
			return pid
		}
		m.def(name, 1, func(c call) term.Term {
			f := c.a[0]
			if !isFun(f, 0) {
				return c.badArg(1, "not a fun of arity 0")
			}
			return start(c, func(t *interp.Thread) term.Term { return t.Call(f) })
		})
		m.def(name, 3, func(c call) term.Term {
			mod, fun, args := c.atom(0), c.atom(1), c.argList(2)
			return start(c, func(t *interp.Thread) term.Term { return t.Apply(mod, fun.Name(), args...) })
		})
	}
}

func processModule() *interp.NativeModule {
	m := newTextModule("Process")
	defProcessLife(m)
	defProcessTimers(m)
	defProcessNames(m)
	defProcessDictionary(m)
	return m.m
}

func defProcessLife(m *textModule) {
	m.def("alive?", 1, func(c call) term.Term {
		pid := c.pid(0)
		_, ok := c.process().Node().Process(pid)
		return term.Bool(ok)
	})
	m.def("monitor", 2, func(c call) term.Term {
		pid, _ := c.dest(c.a[0])
		return c.process().Monitor(pid)
	}, term.Empty)
	m.def("demonitor", 2, func(c call) term.Term {
		ref, ok := c.a[0].(term.Ref)
		if !ok {
			return c.badArg(1, "not a reference")
		}
		flush, info := false, false
		for o := range c.opts(1).All() {
			flush = flush || isAtom(o, "flush")
			info = info || isAtom(o, "info")
		}
		had := c.process().Demonitor(ref, flush)
		return term.Bool(had || !info)
	}, term.Empty)
	m.def("link", 1, func(c call) term.Term {
		pid := c.pid(0)
		if !c.process().Link(pid) {
			c.t.RaiseNew("ErlangError", "original", atomTerm("noproc"), "reason", term.Nil)
		}
		return term.True
	})
	m.def("unlink", 1, func(c call) term.Term {
		c.process().Unlink(c.pid(0))
		return term.True
	})
	m.def("exit", 2, func(c call) term.Term {
		c.process().SendExit(c.pid(0), c.a[1])
		c.process().Check()
		return term.True
	})
	m.def("flag", 2, func(c call) term.Term { return c.processFlag(0, c.process()) })
	m.def("flag", 3, func(c call) term.Term {
		p, ok := c.process().Node().Process(c.pid(0))
		if !ok {
			return c.badArg(1, "not a pid")
		}
		return c.processFlag(1, p)
	})
	m.def("list", 0, func(c call) term.Term {
		k := c.collect()
		for _, pid := range c.process().Node().Processes() {
			k.add(pid)
		}
		return k.list()
	})
	m.def("sleep", 1, func(c call) term.Term {
		c.process().Sleep(c.millis(0))
		return term.OK
	})
	m.def("group_leader", 0, func(c call) term.Term { return c.process().GroupLeader() })
	m.def("group_leader", 2, func(c call) term.Term {
		p, ok := c.process().Node().Process(c.pid(0))
		if !ok {
			return c.badArg(1, "not a pid")
		}
		p.SetGroupLeader(c.pid(1))
		return term.True
	})
	spawn := func(c call, opts *term.List, body func(t *interp.Thread) term.Term) term.Term {
		how := node.SpawnOptions{}
		for o := range opts.All() {
			how.Link = how.Link || isAtom(o, "link")
			how.Monitor = how.Monitor || isAtom(o, "monitor")
		}
		pid, ref := c.spawned(how, body)
		if how.Monitor {
			return tuple(pid, ref)
		}
		return pid
	}
	m.def("spawn", 2, func(c call) term.Term {
		f := c.a[0]
		if !isFun(f, 0) {
			return c.badArg(1, "not a fun")
		}
		return spawn(c, c.opts(1), func(t *interp.Thread) term.Term { return t.Call(f) })
	})
	m.def("spawn", 4, func(c call) term.Term {
		mod, fun, args := c.atom(0), c.atom(1), c.argList(2)
		return spawn(c, c.opts(3), func(t *interp.Thread) term.Term { return t.Apply(mod, fun.Name(), args...) })
	})
	m.def("set_label", 1, func(c call) term.Term {
		c.process().SetLabel(c.inspect(c.a[0]))
		return term.OK
	})
	m.def("info", 1, func(c call) term.Term {
		p, ok := c.process().Node().Process(c.pid(0))
		if !ok {
			return term.Nil
		}
		info := []any{"current_function", tuple(term.Nil, term.Nil, term.Int(0)), "status", atomTerm("running"),
			"message_queue_len", term.Int(p.MailboxLen()), "links", pidList(p.Links())}
		if name, ok := p.Name(); ok {
			info = append([]any{"registered_name", name}, info...)
		}
		return term.Keyword(info...)
	})
	m.def("info", 2, func(c call) term.Term {
		p, ok := c.process().Node().Process(c.pid(0))
		if !ok {
			return term.Nil
		}
		items, isList := c.a[1].(*term.List)
		if !isList {
			return c.processItem(p, c.atom(1))
		}
		k := c.collect()
		for item := range items.All() {
			key, ok := item.(term.Atom)
			if !ok {
				return c.badArg(2, "invalid item or item list")
			}
			k.add(c.processItem(p, key))
		}
		return k.list()
	})
}

// processItem is one item of Process.info/2, with its name.
func (c call) processItem(p *node.Process, key term.Atom) term.Term {
	own := p == c.process()
	switch key.Name() {
	case "message_queue_len":
		return tuple(key, term.Int(p.MailboxLen()))
	case "links":
		return tuple(key, pidList(p.Links()))
	case "registered_name":
		if name, ok := p.Name(); ok {
			return tuple(key, name)
		}
		return tuple(key, term.Empty)
	case "current_stacktrace":
		if own {
			return tuple(key, c.t.CurrentStacktrace())
		}
		return tuple(key, term.Empty)
	case "status":
		if own {
			return tuple(key, atomTerm("running"))
		}
		return tuple(key, atomTerm("waiting"))
	case "trap_exit":
		on := p.TrapExit(false)
		p.TrapExit(on)
		return tuple(key, term.Bool(on))
	case "group_leader":
		return tuple(key, p.GroupLeader())
	}
	if own {
		switch key.Name() {
		case "messages":
			return tuple(key, term.NewList(p.Messages()...))
		case "dictionary":
			return tuple(key, term.NewList(pairsOf(p.Dict())...))
		case "memory":
			return tuple(key, term.Int(p.Memory()))
		}
	}
	return c.badArg(2, "invalid item or item list")
}

// processFlags are the flags of a process that change nothing here, with the
// values that they have.
var processFlags = map[string]term.Term{
	"priority": atomTerm("normal"), "message_queue_data": atomTerm("on_heap"), "min_heap_size": term.Int(233),
	"min_bin_vheap_size": term.Int(46422), "max_heap_size": term.NewMap(atomTerm("error_logger"), term.True,
		atomTerm("include_shared_binaries"), term.False, atomTerm("kill"), term.True, atomTerm("size"), term.Int(0)),
	"sensitive": term.False, "error_handler": atomTerm("error_handler"), "fullsweep_after": term.Int(65535), "save_calls": term.Int(0),
}

// processFlag sets the flag that argument i names, and returns what it was.
func (c call) processFlag(i int, p *node.Process) term.Term {
	name, _ := c.a[i].(term.Atom)
	if name.Name() == "trap_exit" {
		if a, ok := c.a[i+1].(term.Atom); ok && (a == term.True || a == term.False) {
			return term.Bool(p.TrapExit(a == term.True))
		}
		return c.badArg(i+2, "invalid value for this process flag")
	}
	if was, ok := processFlags[name.Name()]; ok {
		return was
	}
	return c.badArg(i+1, "invalid process flag")
}

func pidList(pids []term.PID) *term.List {
	out := make([]term.Term, len(pids))
	for i, p := range pids {
		out[i] = p
	}
	return term.NewList(out...)
}

// timer is the reference of a timer that could be started.
func (c call) timer(ref term.Ref, err error) term.Term {
	if err != nil {
		c.t.RaiseNew("SystemLimitError", "message", term.Binary("a system limit has been reached: "+err.Error()))
	}
	return ref
}

func defProcessTimers(m *textModule) {
	m.def("send", 3, func(c call) term.Term { c.sent(c.a[0], c.a[1]); return term.OK })
	m.def("send_after", 4, func(c call) term.Term {
		c.opts(3)
		switch c.a[0].(type) {
		case term.PID, term.Atom:
		default:
			return c.badArg(2, "not a pid or an atom")
		}
		d, problem := node.Delay(c.a[2])
		if problem != "" {
			return c.badArg(1, problem)
		}
		ref, err := c.process().SendAfter(c.a[0], c.a[1], d)
		return c.timer(ref, err)
	}, term.Empty)
	left := func(c call, look func(n *node.Node, ref term.Ref) (time.Duration, bool)) term.Term {
		ref, ok := c.a[0].(term.Ref)
		if !ok {
			return c.badArg(1, "not a reference")
		}
		d, ok := look(c.process().Node(), ref)
		if !ok {
			return term.False
		}
		return term.Int(d.Milliseconds())
	}
	m.def("cancel_timer", 2, func(c call) term.Term {
		return left(c, func(n *node.Node, ref term.Ref) (time.Duration, bool) { return n.CancelTimer(ref) })
	}, term.Empty)
	m.def("read_timer", 1, func(c call) term.Term {
		return left(c, func(n *node.Node, ref term.Ref) (time.Duration, bool) { return n.ReadTimer(ref) })
	})
}

func defProcessNames(m *textModule) {
	m.def("register", 2, func(c call) term.Term {
		pid, name := c.pid(0), c.atom(1)
		if name == term.Nil || name == term.NewAtom("undefined") || !c.process().Node().Register(pid, name) {
			return c.raiseArgument("could not register %s with name %s because it is not alive, the name is already taken, or it "+
				"has already been given another name", c.inspect(pid), c.inspect(name))
		}
		return term.True
	})
	m.def("unregister", 1, func(c call) term.Term {
		name := c.atom(0)
		if !c.process().Node().Unregister(name) {
			return c.badArg(1, "not a pid") // Erlang's own words for a name that is not registered
		}
		return term.True
	})
	m.def("whereis", 1, func(c call) term.Term {
		pid, ok := c.process().Node().Whereis(c.atom(0))
		if !ok {
			return term.Nil
		}
		return pid
	})
	m.def("registered", 0, func(c call) term.Term {
		k := c.collect()
		for _, name := range c.process().Node().Registered() {
			k.add(name)
		}
		return k.list()
	})
}

func defProcessDictionary(m *textModule) {
	orNil := func(v term.Term, ok bool) term.Term {
		if !ok {
			return term.Nil
		}
		return v
	}
	m.def("put", 2, func(c call) term.Term {
		p := c.process()
		old := orNil(p.Dict().Get(c.a[0]))
		p.SetDict(c.putIn(p.Dict(), c.a[0], c.a[1]))
		return old
	})
	m.def("get", 2, func(c call) term.Term {
		if v, ok := c.process().Dict().Get(c.a[0]); ok {
			return v
		}
		return c.a[1]
	}, term.Nil)
	m.def("get", 0, func(c call) term.Term { return c.list(pairsOf(c.process().Dict())) })
	m.def("get_keys", 0, func(c call) term.Term {
		k := c.collect()
		for key := range c.process().Dict().All() {
			k.add(key)
		}
		return k.list()
	})
	m.def("get_keys", 1, func(c call) term.Term {
		k := c.collect()
		for key, v := range c.process().Dict().All() {
			if term.StrictEqual(v, c.a[0]) {
				k.add(key)
			}
		}
		return k.list()
	})
	m.def("delete", 1, func(c call) term.Term {
		p := c.process()
		old := orNil(p.Dict().Get(c.a[0]))
		p.SetDict(p.Dict().Delete(c.a[0]))
		return old
	})
}
