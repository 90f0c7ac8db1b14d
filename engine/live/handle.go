package live

import (
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

var (
	genCall = term.NewAtom("$gen_call")
	genCast = term.NewAtom("$gen_cast")
	// atomPing is what a test asks to know that all before it was handled.
	atomPing = term.NewAtom("ping")
)

// handleMessage handles one message of the mailbox in a transaction. It
// returns the reason to end with, or nil.
func (c *channel) handleMessage(msg term.Term) term.Term {
	if c.stray != nil {
		return c.handleStray(msg)
	}
	switch m := msg.(type) {
	case *incoming:
		return c.handleFrame(m)
	case hangUp:
		c.quiet = true
		return c.stop(shutdownTuple(atomClosed))
	case term.Tuple:
		if reason, ok := c.handleOwn(m); ok {
			return reason
		}
	}
	c.begin(trace.Info, "handle_info", 0, nil)
	return c.guard(func() term.Term { return c.handleInfo(msg) })
}

// stop ends the view in order.
func (c *channel) stop(reason term.Term) term.Term {
	c.begin(trace.Leave, "terminate", 0, nil)
	return c.guard(func() term.Term { return reason })
}

// handleFrame handles a frame from the client.
func (c *channel) handleFrame(m *incoming) term.Term {
	payload, _ := m.Payload.(*term.Map)
	switch m.Event {
	case "lvp:dom":
		if c.scope.On() {
			c.scope.Trace(trace.Event{Step: trace.DOM, Data: m.Frame})
		}
		return nil
	case "phx_leave":
		c.begin(trace.Leave, m.Event, 0, m.Frame)
		return c.guard(func() term.Term {
			c.finish(Left)
			return shutdownTuple(atomLeft)
		})
	case "live_patch":
		c.begin(trace.Params, m.Event, 0, m.Frame)
		return c.guard(func() term.Term { return c.livePatch(m.Ref, payload) })
	case "allow_upload", "progress":
		c.begin(trace.Upload, m.Event, 0, m.Frame)
		return c.guard(func() term.Term { return c.uploadMessage(m, payload) })
	case "cids_will_destroy", "cids_destroyed":
		c.begin(trace.Other, m.Event, 0, m.Frame)
		return c.guard(func() term.Term { return c.destroyed(m, payload) })
	case "event":
		name, _ := get(payload, "event").(term.Binary)
		cid, _ := get(payload, "cid").(term.Int)
		c.begin(trace.EventMsg, string(name), int(cid), m.Frame)
		return c.guard(func() term.Term { return c.event(m, payload) })
	}
	// Phoenix passes what it does not know to handle_info/2.
	c.begin(trace.Info, m.Event, 0, m.Frame)
	return c.guard(func() term.Term { return c.handleInfo(m.AsMap()) })
}

// fetch returns a key of a payload and raises a MatchError when it is missing.
func (c *channel) fetch(payload *term.Map, m *incoming, keys ...string) []term.Term {
	out := make([]term.Term, len(keys))
	for i, k := range keys {
		if out[i] = get(payload, k); out[i] == nil {
			c.t.RaiseNew("MatchError", "term", orNil(m.Payload))
		}
	}
	return out
}

// destroyed is the handshake about components that leave the page.
func (c *channel) destroyed(m *incoming, payload *term.Map) term.Term {
	var gone []term.Term
	cids, _ := c.fetch(payload, m, "cids")[0].(*term.List)
	for e := range cids.All() {
		n, ok := e.(term.Int)
		switch {
		case !ok:
		case m.Event == "cids_will_destroy":
			c.state.MarkForDeletion(int(n))
		default:
			info, _ := c.state.Component(int(n))
			c.cancelUploadsOf(int(n))
			if c.state.Delete(int(n)) {
				c.tellDestroyed(info)
				gone = append(gone, n)
			}
		}
	}
	if m.Event == "cids_will_destroy" {
		c.reply(m.Ref, "ok", []byte("{}"))
		return nil
	}
	c.reply(m.Ref, "ok", append(c.appendJSON([]byte(`{"cids":`), term.NewList(gone...)), '}'))
	return nil
}

// livePatch handles a click on a link that patches.
func (c *channel) livePatch(ref string, payload *term.Map) term.Term {
	url, _ := get(payload, "url").(term.Binary)
	if c.socket.field(atomRouter) == term.Term(term.Nil) {
		c.raiseNotRouted(c.view)
	}
	route, ok := c.server.lookup(parseURL(string(url)))
	if !ok {
		c.raiseNoRoute(c.inspect(url))
	}
	if route.View != c.view || !c.sameSession(route) {
		c.reply(ref, "ok", []byte(`{"link_redirect":true}`))
		return nil
	}
	s := c.socket.assign(atomLiveAction, route.action()).clearFlash()
	c.socket = s
	return c.changed(c.patchParams(s, route.params, string(url)), ref, nil)
}

// event handles an event of the page.
func (c *channel) event(m *incoming, payload *term.Map) term.Term {
	parts := c.fetch(payload, m, "value", "event", "type")
	value := parts[0]
	if parts[2] == typeForm {
		encoded, ok := value.(term.Binary)
		if !ok {
			c.t.RaiseFunctionClause("Plug.Conn.Query", "decode", []term.Term{value})
		}
		value = c.formParams(string(encoded), payload)
	}
	if cid := get(payload, "cid"); cid != nil && cid != term.Term(term.Nil) {
		n, ok := cid.(term.Int)
		if !ok {
			c.t.RaiseFunctionClause("Phoenix.LiveView.Diff", "write_component", []term.Term{cid})
		}
		return c.componentEvent(int(n), m.Ref, parts[1], value, payload)
	}
	c.socket = c.noteChosen(c.socket, payload)
	next, reply := c.handleEvent(c.socket, c.view, 0, parts[1], value)
	if reply != nil {
		next = next.putReply(reply)
	}
	return c.changed(next, m.Ref, nil)
}

// handleEvent runs the hooks and handle_event/3 of the view or a component.
func (c *channel) handleEvent(s Socket, mod term.Atom, cid int, event, value term.Term) (next Socket, reply term.Term) {
	name, _ := event.(term.Binary)
	if len(name) >= 3 && name[:3] == "lv:" {
		return c.ownEvent(s, name, value), nil
	}
	if c.observed() {
		return c.spanEvent(s, mod, cid, event, value, func() (Socket, term.Term) { return c.runEvent(s, mod, cid, event, value) })
	}
	return c.runEvent(s, mod, cid, event, value)
}

func (c *channel) runEvent(s Socket, mod term.Atom, cid int, event, value term.Term) (next Socket, reply term.Term) {
	next, halted, reply := runHooks(c.t, s, stageEvent, event, value)
	if halted {
		if reply != nil && !isMap(reply) {
			c.raiseBadEvent(term.Tuple{atomReply, reply, next.m}, mod, cid)
		}
		return next, reply
	}
	result := c.call(cid, mod, "handle_event", event, value, next.m)
	if n, ok := noReply(result); ok {
		return n, nil
	}
	if t, ok := result.(term.Tuple); ok && len(t) == 3 && t[0] == term.Term(atomReply) && isMap(t[1]) {
		if n, ok := SocketOf(t[2]); ok {
			return n, t[1]
		}
	}
	c.raiseBadEvent(result, mod, cid)
	return Socket{}, nil
}

func (c *channel) raiseBadEvent(result term.Term, mod term.Atom, cid int) {
	last := "{:reply, map, %Socket{}}"
	if cid != 0 {
		last = "{:reply, map, %Socket}"
	}
	c.t.RaiseArgument("invalid return from %s.handle_event/3 callback.\n\nExpected one of:\n\n    {:noreply, %%Socket{}}\n    %s\n\nGot: %s\n",
		term.Inspect(mod), last, c.inspect(result))
}

// ownEvent handles the events that are LiveView's own.
func (c *channel) ownEvent(s Socket, name term.Binary, value term.Term) Socket {
	if name != "lv:clear-flash" {
		c.t.RaiseArgument("received unknown LiveView event %s.\nThe following LiveView events are supported: lv:clear-flash.\n",
			c.inspect(name))
	}
	if m, ok := value.(*term.Map); ok {
		if key := get(m, "key"); key != nil {
			return s.clearFlashKey(c.t, key)
		}
	}
	return s.clearFlash()
}

// withComponent changes a component's socket with f, and renders and sends
// it. As component_handle/4.
func (c *channel) withComponent(cid int, ref string, f func(s Socket, mod term.Atom) Socket) term.Term {
	info, ok := c.state.Component(cid)
	if !ok {
		c.reply(ref, "ok", []byte("{}"))
		return nil
	}
	s := f(c.rebase(info.Socket), info.Module)
	redirected, flash := s.redirected(), s.flash()
	own := s.isRedirected()
	if own {
		s = s.clearFlash()
	}
	d := c.renderComponent(cid, s)
	if !own {
		c.pushDiff(d, ref)
		return nil
	}
	c.pushDiff(d, "")
	return c.redirect(redirected, flash, ref)
}

func (c *channel) componentEvent(cid int, ref string, event, value term.Term, payload *term.Map) term.Term {
	return c.withComponent(cid, ref, func(s Socket, mod term.Atom) Socket {
		next, reply := c.handleEvent(c.noteChosen(s, payload), mod, cid, event, value)
		if reply != nil {
			next = next.putReply(reply)
		}
		return next
	})
}

// handleInfo runs the hooks and handle_info/2. As view_handle_info/2.
func (c *channel) handleInfo(msg term.Term) term.Term {
	s, halted, _ := runHooks(c.t, c.socket, stageInfo, msg)
	if halted {
		return c.changed(s, "", nil)
	}
	if !c.exports(c.view, "handle_info", 2) {
		c.proc.Log("debug", "warning: undefined handle_info in "+term.Inspect(c.view)+". Unhandled message: "+c.inspect(msg))
		return c.changed(s, "", nil)
	}
	return c.result(c.call(0, c.view, "handle_info", msg, s.m), "handle_info", 2)
}

// result takes {:noreply, socket} of a callback. As handle_result/3.
func (c *channel) result(result term.Term, name string, arity int) term.Term {
	next, ok := noReply(result)
	if !ok {
		want := "    {:noreply, %Socket{}}\n"
		if name == "handle_call" {
			want += "    {:reply, map, %Socket{}}\n"
		}
		c.t.RaiseArgument("invalid noreply from %s.%s/%d callback.\n\nExpected one of:\n\n%s\nGot: %s\n",
			term.Inspect(c.view), name, arity, want, c.inspect(result))
	}
	return c.changed(next, "", nil)
}

// handleOwn handles the messages that LiveView sends to itself, and those of
// GenServer. ok is false for all others.
func (c *channel) handleOwn(m term.Tuple) (reason term.Term, ok bool) {
	switch {
	case len(m) == 3 && m[0] == term.Term(atomPhoenix) && m[1] == term.Term(atomSendUpdate):
		c.begin(trace.Component, "send_update", 0, nil)
		return c.guard(func() term.Term { return c.sendUpdate(m[2]) }), true
	case len(m) == 3 && m[0] == term.Term(atomPhoenix) && m[1] == term.Term(atomAsyncRes):
		c.begin(trace.Async, "handle_async", 0, nil)
		return c.guard(func() term.Term { return c.asyncResult(m[2]) }), true
	case len(m) == 4 && m[0] == term.Term(atomPhoenix) && m[1] == term.Term(atomRedirect):
		flash, _ := m[3].(*term.Map)
		c.begin(trace.Params, "push_patch", 0, nil)
		return c.guard(func() term.Term { return c.redirect(m[2], flash, "") }), true
	case len(m) > 2 && m[0] == term.Term(atomPhoenix):
		if handle, name := c.ownUpload(m); handle != nil {
			c.begin(trace.Upload, name, 0, nil)
			return c.guard(handle), true
		}
	case len(m) == 5 && m[0] == term.Term(atomDown):
		if held, ok := c.heldUpload(m[3]); ok {
			c.begin(trace.Upload, "ended", 0, nil)
			return c.guard(func() term.Term { return c.uploadEnded(m[3].(term.PID), held, m[4]) }), true
		}
	case len(m) == 2 && m[0] == term.Term(atomPhoenix):
		if q, isQuery := m[1].(asyncQuery); isQuery {
			q.answer <- c.asyncPIDs()
			return nil, true
		}
	case len(m) == 5 && m[2] == term.Term(atomProcess):
		if tag, isTag := m[0].(term.Tuple); isTag && len(tag) == 4 && tag[0] == term.Term(atomAsync) {
			c.begin(trace.Async, "handle_async", 0, nil)
			return c.guard(func() term.Term { return c.asyncDown(tag, m[1], m[4]) }), true
		}
	case len(m) == 3 && m[0] == term.Term(genCall):
		trigger, name := trace.Other, "handle_call"
		if request, ok := m[2].(term.Tuple); ok && len(request) > 1 && request[0] == term.Term(atomPhoenix) && request[1] == term.Term(atomRegisterEntry) {
			trigger, name = trace.Upload, "begins"
		}
		c.begin(trigger, name, 0, nil)
		return c.guard(func() term.Term { return c.handleCall(m[1], m[2]) }), true
	case len(m) == 3 && m[0] == term.Term(atomSystem):
		return c.system(m[1], m[2]), true
	case len(m) == 2 && m[0] == term.Term(genCast):
		c.begin(trace.Other, "handle_cast", 0, nil)
		return c.guard(func() term.Term {
			return c.result(c.call(0, c.view, "handle_cast", m[1], c.socket.m), "handle_cast", 2)
		}), true
	}
	return nil, false
}

// handleCall answers GenServer.call/3.
func (c *channel) handleCall(from, msg term.Term) term.Term {
	if t, ok := msg.(term.Tuple); ok && len(t) == 2 && t[0] == term.Term(atomPhoenix) && t[1] == term.Term(atomPing) {
		c.proc.Node().Reply(from, term.OK)
		return nil
	}
	if t, ok := msg.(term.Tuple); ok && len(t) == 4 && t[0] == term.Term(atomPhoenix) && t[1] == term.Term(atomChildMount) {
		keys, _ := t[3].(*term.List)
		taken := term.EmptyMap
		for k := range keys.All() {
			if v, ok := c.socket.Assigns().Get(k); ok {
				taken = taken.Put(k, v)
			}
		}
		c.proc.Node().Reply(from, term.Tuple{term.OK, taken})
		return nil
	}
	if t, ok := msg.(term.Tuple); ok && len(t) == 4 && t[0] == term.Term(atomPhoenix) && t[1] == term.Term(atomFetchUpload) {
		c.proc.Node().Reply(from, c.fetchUploadConfig(t[2], t[3]))
		return nil
	}
	if t, ok := msg.(term.Tuple); ok && len(t) == 4 && t[0] == term.Term(atomPhoenix) && t[1] == term.Term(atomRegisterEntry) {
		return c.registerUpload(from, t[2], t[3])
	}
	result := c.call(0, c.view, "handle_call", msg, from, c.socket.m)
	if t, ok := result.(term.Tuple); ok && len(t) == 3 && t[0] == term.Term(atomReply) {
		if next, ok := SocketOf(t[2]); ok {
			stop := c.changed(next, "", nil)
			c.proc.Node().Reply(from, t[1])
			return stop
		}
	}
	return c.result(result, "handle_call", 3)
}

// sendUpdate updates a component. As update_component/3 of
// Phoenix.LiveView.Diff.
func (c *channel) sendUpdate(v term.Term) term.Term {
	pair, _ := v.(term.Tuple)
	if len(pair) != 2 {
		return nil
	}
	assigns, _ := pair[1].(*term.Map)
	cid, module, id := cidOf(pair[0]), term.Atom{}, term.Term(nil)
	if to, ok := pair[0].(term.Tuple); ok && len(to) == 2 {
		module, _ = to[0].(term.Atom)
		id = to[1]
		cid, _ = c.state.FindComponent(module, id)
	}
	info, ok := c.state.Component(cid)
	if !ok {
		c.updateNoop(cid, module, id)
		return nil
	}
	return c.withComponent(cid, "", func(s Socket, mod term.Atom) Socket {
		if !c.observed() {
			return c.updateComponent(info.CID, mod, s, orEmpty(assigns))
		}
		c.spanUpdate(mod, []term.Term{term.Tuple{orEmpty(assigns), s.m}}, false, func() []term.Term {
			s = c.updateComponent(info.CID, mod, s, orEmpty(assigns))
			return nil
		})
		return s
	})
}

func (c *channel) updateNoop(cid int, module term.Atom, id term.Term) {
	if id == nil {
		c.proc.Log("debug", "send_update failed because component with CID "+term.Inspect(term.Int(cid))+
			" does not exist or it has been removed")
		return
	}
	if _, ok := c.config(module); !ok {
		c.t.RaiseArgument("send_update failed (module %s is not available)", term.Inspect(module))
	}
	c.proc.Log("debug", "send_update failed because component "+term.Inspect(module)+" with ID "+c.inspect(id)+
		" does not exist or it has been removed")
}
