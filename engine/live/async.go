package live

import (
	"fmt"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// emptyAsync is %Phoenix.LiveView.AsyncResult{}.
var emptyAsync = term.NewStruct("Phoenix.LiveView.AsyncResult", "ok?", term.False, "loading", term.Nil,
	"failed", term.Nil, "result", term.Nil)

func asyncLoading(was *term.Map, state term.Term) *term.Map {
	return was.Put(atomLoading, state).Put(atomFailed, term.Nil)
}

func asyncFailed(was *term.Map, reason term.Term) *term.Map {
	return was.Put(atomFailed, reason).Put(atomLoading, term.Nil)
}

func asyncOK(was *term.Map, value term.Term) *term.Map {
	return was.Put(atomFailed, term.Nil).Put(atomLoading, term.Nil).Put(atomOKField, term.True).Put(atomResult, value)
}

const asyncModule = "Phoenix.LiveView.Async"

// startAsync is start_async/4.
func startAsync(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, asyncModule, "start_async", a, 0)
	if !isFun(a[2], 0) {
		t.RaiseFunctionClause(asyncModule, "start_async", a)
	}
	checkAsyncRuntime(t, s, a[2], "start_async")
	return runAsync(t, s, a[1], a[2], atomStart, nil).m
}

// assignAsync is assign_async/4.
func assignAsync(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, asyncModule, "assign_async", a, 0)
	keys, ok := a[1].(*term.List)
	if k, isAtom := a[1].(term.Atom); isAtom {
		keys, ok = term.NewList(k), true
		if k == term.Nil {
			keys = term.Empty
		}
	}
	if !ok || !isFun(a[2], 0) {
		t.RaiseFunctionClause(asyncModule, "assign_async", a)
	}
	checkAsyncRuntime(t, s, a[2], "assign_async")
	reset := option(optsArg(t, "assign_async", a, 3), atomResetOpt, term.False)
	for k := range keys.All() {
		fresh := term.Truthy(reset)
		if only, isList := reset.(*term.List); isList {
			fresh = contains(only, k)
		}
		next := asyncLoading(emptyAsync, keys)
		if old, ok := loadedAsync(s, k); ok && !fresh {
			next = asyncLoading(old, keys)
		}
		s, _ = SocketOf(assignKey(t, s.m, k, next))
	}
	return runAsync(t, s, keys, a[2], atomAssign, checkAssigned).m
}

func contains(l *term.List, v term.Term) bool {
	for e := range l.All() {
		if term.StrictEqual(e, v) {
			return true
		}
	}
	return false
}

// loadedAsync returns an assign that holds an AsyncResult which was ok once.
func loadedAsync(s Socket, key term.Term) (*term.Map, bool) {
	v, _ := s.Assigns().Get(key)
	m, ok := isStruct(v, atomAsyncResult)
	return m, ok && m.GetAtom(atomOKField) == term.Term(term.True)
}

// checkAssigned checks what the function of assign_async returned.
func checkAssigned(t *interp.Thread, key, result term.Term) term.Term {
	r, _ := result.(term.Tuple)
	if len(r) == 2 && r[0] == term.Term(term.Err) {
		return result
	}
	if len(r) == 2 && r[0] == term.Term(term.OK) {
		if m, ok := term.AsMap(r[1]); ok {
			for k := range key.(*term.List).All() {
				if !m.Has(k) {
					t.RaiseArgument("expected assign_async to return map of assigns for all keys\nin %s, but got: %s\n",
						inspect(t, key), inspect(t, r[1]))
				}
			}
			return result
		}
	}
	t.RaiseArgument("expected assign_async to return {:ok, map} of\nassigns for %s or {:error, reason}, got: %s\n",
		inspect(t, key), inspect(t, result))
	return nil
}

// streamAsync is stream_async/4.
func streamAsync(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, asyncModule, "stream_async", a, 0)
	key, ok := a[1].(term.Atom)
	if !ok || !isFun(a[2], 0) {
		t.RaiseFunctionClause(asyncModule, "stream_async", a)
	}
	checkAsyncRuntime(t, s, a[2], "stream_async")
	next := asyncLoading(emptyAsync, term.True)
	if old, ok := loadedAsync(s, key); ok && !term.Truthy(option(optsArg(t, "stream_async", a, 3), atomResetOpt, term.False)) {
		next = asyncLoading(old, term.True)
	}
	s, _ = SocketOf(assignKey(t, s.m, key, next))
	if streams := s.streams(); streams == nil || !streams.Has(key) {
		s = streamAssign(t, s, key, term.Empty, term.Empty)
	}
	return runAsync(t, s, key, a[2], atomStream, checkStreamed).m
}

// checkStreamed checks what the function of stream_async returned.
func checkStreamed(t *interp.Thread, _, result term.Term) term.Term {
	r, _ := result.(term.Tuple)
	switch {
	case len(r) == 2 && r[0] == term.Term(term.Err):
		return result
	case len(r) == 2 && r[0] == term.Term(term.OK):
		checkEnumerable(t, r[1])
		return term.Tuple{term.OK, r[1], term.Empty}
	case len(r) == 3 && r[0] == term.Term(term.OK):
		if _, isList := r[2].(*term.List); isList {
			checkEnumerable(t, r[1])
			return result
		}
	}
	t.RaiseArgument("expected stream_async to return {:ok, Enumerable.t()}, {:ok, Enumerable.t(), opts} or {:error, reason}, got: %s\n",
		inspect(t, result))
	return nil
}

func checkEnumerable(t *interp.Thread, v term.Term) {
	ok := false
	switch x := v.(type) {
	case *term.List, *term.Fun:
		ok = true
	case *term.Map:
		_, isStruct := x.StructName()
		ok = !isStruct
	}
	if !ok {
		_, ok = t.Program().ImplFor(term.NewModule("Enumerable"), v)
	}
	if !ok {
		t.RaiseArgument("expected stream_async to return {:ok, Enumerable.t()}, {:ok, Enumerable.t(), opts} or {:error, reason} but the result\n" +
			"does not implement the Enumerable protocol\n")
	}
}

// runAsync starts the task of a connected view. As run_async_task/5 of
// Phoenix.LiveView.Async: the task is linked to the view while it runs, and
// reports through an alias that ends with its monitor.
func runAsync(t *interp.Thread, s Socket, key, fun term.Term, kind term.Atom, check func(t *interp.Thread, key, v term.Term) term.Term) Socket {
	p := node.Of(t)
	if !s.Connected() || p == nil {
		return s
	}
	cid := term.Term(term.Nil)
	if n := s.cid(); n != 0 {
		cid = term.Int(n)
	}
	view := p.PID()
	body := func(t *interp.Thread) term.Term {
		child := node.Of(t)
		ref, _ := child.Next().(term.Ref)
		report := func(result term.Term) {
			info := term.Tuple{ref, cid, key, result}
			child.Node().SendAlias(view, ref, term.Tuple{atomPhoenix, atomAsyncRes, term.Tuple{kind, info}})
			child.Unlink(view)
		}
		v, e := t.Try(func() term.Term {
			v := t.Call(fun)
			if check != nil {
				v = check(t, key, v)
			}
			return v
		})
		if e != nil {
			report(term.Tuple{atomExit, node.ExitReason(e)})
			t.Reraise(e)
		}
		report(term.Tuple{term.OK, v})
		return v
	}
	pid, _, err := p.SpawnRun(node.SpawnOptions{Link: true, Report: taskReport(p.PID(), fun)}, body)
	if err != nil {
		t.RaiseNew("RuntimeError", "message", str(err.Error()))
	}
	ref := p.MonitorAlias(pid, term.Tuple{atomAsync, key, cid, kind})
	p.Node().Send(pid, ref)
	running, _ := s.private().GetAtom(atomLiveAsync).(*term.Map)
	return s.putPrivate(atomLiveAsync, orEmpty(running).Put(key, term.Tuple{ref, pid, kind}))
}

// taskReport is what the log says of a task that crashed.
func taskReport(from term.PID, fun term.Term) func(*node.Process, *interp.Exception) string {
	return func(p *node.Process, e *interp.Exception) string {
		return fmt.Sprintf("Task %s started from %s terminating\n%s\nFunction: %s\n    Args: []",
			p.Inspect(), term.Inspect(from), p.FormatException(e), term.Inspect(fun))
	}
}

func asyncOf(s Socket, key term.Term) (term.Tuple, bool) {
	running, _ := s.private().GetAtom(atomLiveAsync).(*term.Map)
	v, _ := orEmpty(running).Get(key)
	t, ok := v.(term.Tuple)
	return t, ok && len(t) == 3
}

// cancelAsync is cancel_async/2 and cancel_async/3.
func cancelAsync(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, asyncModule, "cancel_async", a, 0)
	reason := term.Term(shutdownTuple(term.NewAtom("cancel")))
	if len(a) > 2 {
		reason = a[2]
	}
	key := a[1]
	if m, ok := isStruct(key, atomAsyncResult); ok {
		keys, isList := m.GetAtom(atomLoading).(*term.List)
		if !isList {
			return s.m
		}
		for k := range keys.All() {
			s, _ = SocketOf(assignKey(t, s.m, k, asyncFailed(m, term.Tuple{atomExit, reason})))
		}
		key = keys
	}
	if running, ok := asyncOf(s, key); ok {
		if p := node.Of(t); p != nil {
			pid := running[1].(term.PID)
			p.Unlink(pid)
			p.SendExit(pid, reason)
		}
	}
	return s.m
}

// asyncResult handles what a task reported.
func (c *channel) asyncResult(v term.Term) term.Term {
	outer, _ := v.(term.Tuple)
	info, _ := outer[1].(term.Tuple)
	return c.finishAsync(outer[0], info[0], info[1], info[2], info[3])
}

// asyncDown handles the end of a task that did not report, such as one that
// was cancelled.
func (c *channel) asyncDown(tag term.Tuple, ref, reason term.Term) term.Term {
	return c.finishAsync(tag[3], ref, tag[2], tag[1], term.Tuple{atomExit, reason})
}

func (c *channel) finishAsync(kind, ref, cid, key, result term.Term) term.Term {
	if n, ok := cid.(term.Int); ok {
		return c.withComponent(int(n), "", func(s Socket, mod term.Atom) Socket {
			return c.handleAsync(s, mod, int(n), kind, ref, key, result)
		})
	}
	return c.changed(c.handleAsync(c.socket, c.view, 0, kind, ref, key, result), "", nil)
}

// handleAsync gives the result to the socket, unless the task was replaced by
// a later one under the same key. As handle_async/6.
func (c *channel) handleAsync(s Socket, mod term.Atom, cid int, kind, ref, key, result term.Term) Socket {
	running, ok := asyncOf(s, key)
	if !ok || running[0] != ref {
		return s
	}
	all, _ := s.private().GetAtom(atomLiveAsync).(*term.Map)
	s = s.putPrivate(atomLiveAsync, all.Delete(key))
	switch kind {
	case term.Term(atomStart):
		return c.callHandleAsync(s, mod, cid, key, result)
	case term.Term(atomAssign):
		return c.assignResults(s, key, result)
	}
	return c.streamResult(s, key, result)
}

func (c *channel) callHandleAsync(s Socket, mod term.Atom, cid int, key, result term.Term) Socket {
	s, halted, _ := runHooks(c.t, s, stageAsync, key, result)
	if halted {
		return s
	}
	v := c.call(cid, mod, "handle_async", key, result, s.m)
	next, ok := noReply(v)
	if !ok {
		c.t.RaiseArgument("expected %s.handle_async/3 to return {:noreply, socket}, got:\n\n    %s\n", term.Inspect(mod), c.inspect(v))
	}
	return next
}

// outcome takes a task's result apart: {:ok, value}, or the reason it failed.
func outcome(result term.Term) (ok term.Tuple, failed term.Term) {
	t, _ := result.(term.Tuple)
	if len(t) == 2 && t[0] == term.Term(term.OK) {
		inner, _ := t[1].(term.Tuple)
		if len(inner) > 0 && inner[0] == term.Term(term.OK) {
			return inner, nil
		}
		return nil, inner
	}
	return nil, result
}

func (c *channel) currentAsync(s Socket, key term.Term) *term.Map {
	v, ok := s.Assigns().Get(key)
	if !ok {
		c.t.RaiseArgument("missing async assign %s", c.inspect(key))
	}
	if m, ok := isStruct(v, atomAsyncResult); ok {
		return m
	}
	return asyncLoading(emptyAsync, key)
}

func (c *channel) assignResults(s Socket, keys, result term.Term) Socket {
	ok, failed := outcome(result)
	if failed != nil {
		list, _ := keys.(*term.List)
		for k := range list.All() {
			s, _ = SocketOf(assignKey(c.t, s.m, k, asyncFailed(c.currentAsync(s, k), failed)))
		}
		return s
	}
	values, _ := term.AsMap(ok[1])
	for k, v := range values.All() {
		s, _ = SocketOf(assignKey(c.t, s.m, k, asyncOK(c.currentAsync(s, k), v)))
	}
	return s
}

func (c *channel) streamResult(s Socket, key, result term.Term) Socket {
	ok, failed := outcome(result)
	if failed != nil {
		s, _ = SocketOf(assignKey(c.t, s.m, key, asyncFailed(c.currentAsync(s, key), failed)))
		return s
	}
	s, _ = SocketOf(assignKey(c.t, s.m, key, asyncOK(c.currentAsync(s, key), term.True)))
	opts, _ := ok[2].(*term.List)
	return streamAssign(c.t, s, key, ok[1], opts)
}
