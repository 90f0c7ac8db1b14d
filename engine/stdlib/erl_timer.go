package stdlib

import (
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// timerModule is :timer.
func timerModule() *interp.NativeModule {
	m := erlangModule("timer")
	m.def("sleep", 1, func(c call) term.Term {
		d := c.millis(0)
		if p := node.Of(c.t); p != nil {
			p.Sleep(d)
		}
		return term.OK
	})
	for name, ms := range map[string]int{"seconds": 1000, "minutes": 60_000, "hours": 3_600_000} {
		m.def(name, 1, func(c call) term.Term { return term.Int(c.int(0) * ms) })
	}
	m.def("hms", 3, func(c call) term.Term {
		return term.Int(((c.int(0)*60+c.int(1))*60 + c.int(2)) * 1000)
	})
	m.def("send_after", 2, func(c call) term.Term { return timerSend(c, nil, c.a[1], false) })
	m.def("send_after", 3, func(c call) term.Term { return timerSend(c, c.a[1], c.a[2], false) })
	m.def("send_interval", 2, func(c call) term.Term { return timerSend(c, nil, c.a[1], true) })
	m.def("send_interval", 3, func(c call) term.Term { return timerSend(c, c.a[1], c.a[2], true) })
	m.def("exit_after", 2, func(c call) term.Term { return timerExit(c, c.process().PID(), c.a[1]) })
	m.def("exit_after", 3, func(c call) term.Term { return timerExit(c, c.a[1], c.a[2]) })
	m.def("kill_after", 1, func(c call) term.Term { return timerExit(c, c.process().PID(), node.Kill) })
	m.def("kill_after", 2, func(c call) term.Term { return timerExit(c, c.a[1], node.Kill) })
	m.def("apply_after", 2, func(c call) term.Term {
		f := c.a[1]
		return timerApply(c, false, func(t *interp.Thread) { t.Call(f) })
	})
	m.def("apply_interval", 2, func(c call) term.Term {
		f := c.a[1]
		return timerApply(c, true, func(t *interp.Thread) { t.Call(f) })
	})
	for name, repeat := range map[string]bool{"apply_after": false, "apply_interval": true} {
		m.def(name, 3, func(c call) term.Term {
			f, args := c.a[1], c.slice(2)
			return timerApply(c, repeat, func(t *interp.Thread) { t.Call(f, args...) })
		})
		m.def(name, 4, func(c call) term.Term {
			mod, fun, args := c.atom(1), c.atom(2).Name(), c.slice(3)
			return timerApply(c, repeat, func(t *interp.Thread) { t.Apply(mod, fun, args...) })
		})
	}
	m.def("cancel", 1, timerCancel)
	m.def("tc", 1, func(c call) term.Term { return timerTC(c, func() term.Term { return c.t.Call(c.a[0]) }) })
	m.def("tc", 2, func(c call) term.Term {
		args := c.slice(1)
		return timerTC(c, func() term.Term { return c.t.Call(c.a[0], args...) })
	})
	m.def("tc", 3, func(c call) term.Term {
		args := c.slice(2)
		return timerTC(c, func() term.Term { return c.t.Apply(c.atom(0), c.atom(1).Name(), args...) })
	})
	return m.m
}

// validTime reports whether the first argument is a time; :timer returns an
// error for others.
func (c call) validTime() bool {
	n, ok := c.a[0].(term.Int)
	return ok && n >= 0
}

func badTimer() term.Term { return errorTuple("badarg") }

func timerSend(c call, to, msg term.Term, repeat bool) term.Term {
	p := c.process()
	if !c.validTime() {
		return badTimer()
	}
	if to == nil {
		to = p.PID()
	}
	if !repeat {
		ref, err := p.SendAfter(to, msg, c.millis(0))
		return okTuple(tuple(atomTerm("once"), c.timer(ref, err)))
	}
	pid, ok := p.Node().Resolve(to)
	if !ok {
		return badTimer()
	}
	ref, err := p.SendInterval(pid, msg, max(c.millis(0), time.Millisecond))
	return okTuple(tuple(atomTerm("interval"), c.timer(ref, err)))
}

// timerApply runs f later, in a process of its own.
func timerApply(c call, repeat bool, f func(t *interp.Thread)) term.Term {
	p := c.process()
	if !c.validTime() {
		return badTimer()
	}
	d := c.millis(0)
	if repeat {
		d = max(d, time.Millisecond)
	}
	pid, _, err := p.SpawnRun(node.SpawnOptions{}, func(t *interp.Thread) term.Term {
		me := node.Of(t)
		for {
			me.Sleep(d)
			f(t)
			if !repeat {
				return term.OK
			}
		}
	})
	if err != nil {
		c.t.RaiseNew("SystemLimitError")
	}
	return okTuple(tuple(atomTerm("instant"), pid))
}

// timerExit sends a process an exit signal later.
func timerExit(c call, to, reason term.Term) term.Term {
	n := c.process().Node()
	target, ok := n.Resolve(to)
	if !ok {
		return tuple(term.Err, atomTerm("badarg"))
	}
	return timerApply(c, false, func(*interp.Thread) { n.Exit(target, reason) })
}

func timerCancel(c call) term.Term {
	p := c.process()
	ref, ok := c.a[0].(term.Tuple)
	if !ok || len(ref) != 2 {
		return badTimer()
	}
	switch x := ref[1].(type) {
	case term.Ref:
		p.Node().CancelTimer(x)
	case term.PID:
		p.Node().Exit(x, atomTerm("kill"))
	default:
		return badTimer()
	}
	return okTuple(atomTerm("cancel"))
}

func timerTC(c call, f func() term.Term) term.Term {
	start := time.Now()
	v := f()
	return tuple(term.Int(time.Since(start).Microseconds()), v)
}
