package stdlib

import (
	"time"

	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// outcome waits for a task: its reply, or why it ended. Neither is set when
// the time is over.
func (c call) outcome(ref term.Ref, timeout time.Duration) (reply, reason term.Term) {
	p := c.process()
	p.Receive(func(msg term.Term) bool {
		_, reply, reason = taskNews(msg, func(r term.Ref) bool { return r == ref })
		return reply != nil || reason != nil
	}, timeout)
	if reply != nil {
		p.Demonitor(ref, true)
	}
	return reply, reason
}

// taskNews reads a message about one of the tasks that are asked for: its
// reply, or why it ended.
func taskNews(msg term.Term, asked func(ref term.Ref) bool) (ref term.Ref, reply, reason term.Term) {
	x, _ := msg.(term.Tuple)
	switch {
	case len(x) == 2:
		if ref, ok := x[0].(term.Ref); ok && asked(ref) {
			return ref, x[1], nil
		}
	case len(x) == 5 && isAtom(x[0], "DOWN"):
		if ref, ok := x[1].(term.Ref); ok && asked(ref) {
			return ref, nil, x[4]
		}
	}
	return term.Ref{}, nil, nil
}

func (c call) exitFrom(reason term.Term, fun string, args ...term.Term) term.Term {
	c.t.Exit(tuple(reason, tuple(term.NewModule("Task"), atomTerm(fun), term.NewList(args...))))
	return nil
}

func defTaskWaits(m *textModule) {
	five := term.Term(term.Int(5000))
	m.def("await", 2, func(c call) term.Term {
		task, ref := c.task(c.a[0])
		reply, reason := c.outcome(ref, c.millis(1))
		switch {
		case reply != nil:
			return reply
		case reason == nil:
			c.process().Demonitor(ref, true)
			reason = timeoutAtom
		}
		return c.exitFrom(reason, "await", task, c.a[1])
	}, five)
	m.def("await_many", 2, taskAwaitMany, five)
	m.def("yield", 2, func(c call) term.Term {
		_, ref := c.task(c.a[0])
		reply, reason := c.outcome(ref, c.millis(1))
		return yielded(reply, reason)
	}, five)
	m.def("yield_many", 2, taskYieldMany, five)
	m.def("shutdown", 2, taskShutdown, five)
	m.def("ignore", 1, taskIgnore)
}

// yielded is what yield and its like say of a task.
func yielded(reply, reason term.Term) term.Term {
	switch {
	case reply != nil:
		return okTuple(reply)
	case reason != nil:
		return tuple(atomTerm("exit"), reason)
	}
	return term.Nil
}

// taskRefs returns the references of a list of tasks, with which their order
// comes back.
func (c call) taskRefs() ([]term.Ref, map[term.Ref]bool) {
	var refs []term.Ref
	waiting := map[term.Ref]bool{}
	for _, v := range c.slice(0) {
		_, ref := c.task(v)
		refs = append(refs, ref)
		waiting[ref] = true
	}
	return refs, waiting
}

// deadline returns how long is left of a timeout that began to run now.
func deadline(timeout time.Duration) func() time.Duration {
	end := time.Now().Add(timeout)
	return func() time.Duration {
		if timeout < 0 {
			return timeout
		}
		return max(time.Until(end), 0)
	}
}

// nextNews waits for a message about a task that is waited for.
func (c call) nextNews(waiting map[term.Ref]bool, left time.Duration) (ref term.Ref, reply, reason term.Term) {
	c.process().Receive(func(msg term.Term) bool {
		ref, reply, reason = taskNews(msg, func(r term.Ref) bool { return waiting[r] })
		return reply != nil || reason != nil
	}, left)
	if reply != nil {
		c.process().Demonitor(ref, true)
	}
	return ref, reply, reason
}

func taskAwaitMany(c call) term.Term {
	left := deadline(c.millis(1))
	refs, waiting := c.taskRefs()
	replies := map[term.Ref]term.Term{}
	for len(waiting) > 0 {
		ref, reply, reason := c.nextNews(waiting, left())
		if reply == nil {
			for r := range waiting {
				c.process().Demonitor(r, true)
			}
			if reason == nil {
				reason = timeoutAtom
			}
			return c.exitFrom(reason, "await_many", c.a[0], c.a[1])
		}
		delete(waiting, ref)
		replies[ref] = reply
	}
	k := c.collect()
	for _, ref := range refs {
		k.add(replies[ref])
	}
	return k.list()
}

func taskYieldMany(c call) term.Term {
	opts, ok := c.a[1].(*term.List)
	if !ok {
		opts = term.Keyword("timeout", c.a[1])
	}
	timeout := call{c.t, []term.Term{c.a[0], option(opts, "timeout", term.Int(5000))}, c.name}.millis(1)
	left := deadline(timeout)
	refs, waiting := c.taskRefs()
	limit := len(waiting)
	if n, ok := option(opts, "limit", term.Nil).(term.Int); ok {
		limit = int(n)
	}
	results := map[term.Ref]term.Term{}
	late := false
	for ; limit > 0 && len(waiting) > 0 && !late; limit-- {
		ref, reply, reason := c.nextNews(waiting, left())
		if late = reply == nil && reason == nil; !late {
			delete(waiting, ref)
			results[ref] = yielded(reply, reason)
		}
	}
	k := c.collect()
	for i, task := range c.slice(0) {
		result := results[refs[i]]
		if result == nil {
			result = term.Nil
			one := call{c.t, []term.Term{task}, c.name}
			switch how := option(opts, "on_timeout", term.Nil); {
			case late && isAtom(how, "kill_task"):
				one.a = append(one.a, atomTerm("brutal_kill"))
				result = taskShutdown(one)
			case late && isAtom(how, "ignore"):
				result = taskIgnore(one)
			}
		}
		k.add(tuple(task, result))
	}
	return k.list()
}

// taskIgnore lets a task go: it runs on, and nobody hears of it.
func taskIgnore(c call) term.Term {
	task, ref := c.task(c.a[0])
	reply, reason := c.outcome(ref, 0)
	p := c.process()
	p.Demonitor(ref, true)
	if pid, ok := task.GetAtom(term.NewAtom("pid")).(term.PID); ok {
		p.Unlink(pid)
		if reply != nil || reason != nil {
			dropExit(p, pid)
		}
	}
	return yielded(reply, reason)
}

func taskShutdown(c call) term.Term {
	task, ref := c.task(c.a[0])
	pid, ok := task.GetAtom(term.NewAtom("pid")).(term.PID)
	if !ok {
		return c.raiseArgument("task %s does not have an associated task process", c.inspect(task))
	}
	p := c.process()
	signal, wait := node.Shutdown, node.Infinity
	if isAtom(c.a[1], "brutal_kill") {
		signal = node.Kill
	} else {
		wait = c.millis(1)
	}
	p.Unlink(pid)
	p.SendExit(pid, signal)
	reply, reason := c.outcome(ref, wait)
	if reply == nil && reason == nil {
		p.SendExit(pid, node.Kill)
		reply, reason = c.outcome(ref, node.Infinity)
	}
	dropExit(p, pid)
	if isAtom(reason, "shutdown") || isAtom(reason, "killed") && signal == node.Kill {
		return term.Nil
	}
	return yielded(reply, reason)
}
