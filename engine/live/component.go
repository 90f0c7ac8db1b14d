package live

import (
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// componentSocket returns the root's socket with the assigns and the private
// data of a component. As configure_socket_for_component/3 of
// Phoenix.LiveView.Diff.
func (r *runtime) componentSocket(assigns, private *term.Map) Socket {
	s := r.socket.put(atomAssigns, assigns.Put(atomChanged, term.EmptyMap))
	return s.put(atomPrivate, private).put(atomRedirected, term.Nil)
}

// rebase puts a component's socket, as it was stored, over the root's of now.
func (r *runtime) rebase(stored any) Socket {
	s := stored.(Socket)
	return r.componentSocket(s.Assigns(), s.private())
}

// MountComponent implements rendered.Host.
func (r *runtime) MountComponent(module term.Atom, cid int) any {
	from := r.socket.private()
	private := term.NewMap(
		atomConnSession, orNil(from.GetAtom(atomConnSession)), atomRootView, orNil(from.GetAtom(atomRootView)),
		atomSessionName, orNil(from.GetAtom(atomSessionName)), atomLiveTemp, term.EmptyMap,
		atomChildrenCIDs, term.Empty, atomLifecycle, emptyLifecycle)
	s := r.componentSocket(term.NewMap(atomMyself, cidTerm(cid)), private).assign(atomFlash, term.EmptyMap)
	if r.exports(module, "mount", 1) {
		s = r.mounted(r.call(cid, module, "mount", s.m), module, 1)
	}
	return s
}

// UpdateComponents implements rendered.Host.
func (r *runtime) UpdateComponents(module term.Atom, updates []rendered.Update) []any {
	if !r.observed() {
		return r.updateComponents(module, updates)
	}
	given := make([]term.Term, len(updates))
	for i := range updates {
		u := &updates[i]
		if !u.New {
			u.Socket = r.rebase(u.Socket)
		}
		given[i] = term.Tuple{u.Assigns, u.Socket.(Socket).m}
	}
	var sockets []any
	r.spanUpdate(module, given, true, func() []term.Term {
		sockets = r.updateComponents(module, updates)
		made := make([]term.Term, len(sockets))
		for i, s := range sockets {
			made[i] = s.(Socket).m
		}
		return made
	})
	return sockets
}

func (r *runtime) updateComponents(module term.Atom, updates []rendered.Update) []any {
	sockets := make([]any, len(updates))
	many := r.exports(module, "update_many", 1)
	var pairs []term.Term
	for i, u := range updates {
		s := u.Socket.(Socket)
		if !u.New {
			s = r.rebase(s)
		}
		if many {
			pairs = append(pairs, term.Tuple{u.Assigns, s.m})
			continue
		}
		sockets[i] = r.updateComponent(u.CID, module, s, u.Assigns)
	}
	if !many {
		return sockets
	}
	result := r.call(updates[0].CID, module, "update_many", term.NewList(pairs...))
	list, ok := result.(*term.List)
	var all []term.Term
	if ok {
		all, ok = list.Slice()
	}
	ok = ok && len(all) == len(updates)
	for i := range sockets {
		var s Socket
		if ok {
			s, ok = SocketOf(all[i])
		}
		sockets[i] = s
	}
	if !ok {
		r.raise("RuntimeError", "%s.update_many/1 must return a list of Phoenix.LiveView.Socket "+
			"of the same length as the input list, got mismatched return type", term.Inspect(module))
	}
	return sockets
}

// updateComponent runs update/2, or assigns what was given. As
// Phoenix.LiveView.Utils.maybe_call_update!/3.
func (r *runtime) updateComponent(cid int, module term.Atom, s Socket, assigns *term.Map) Socket {
	switch {
	case r.exports(module, "update_many", 1):
		result := r.call(cid, module, "update_many", term.NewList(term.Tuple{assigns, s.m}))
		if l, ok := result.(*term.List); ok && l != nil && l.Tail == term.Term(term.Empty) {
			if next, ok := SocketOf(l.Head); ok {
				return next
			}
		}
		r.raise("RuntimeError", "%s.update_many/1 must return a list of Phoenix.LiveView.Socket "+
			"of the same length as the input list, got: %s", term.Inspect(module), r.inspect(result))
	case r.exports(module, "update", 2):
		result := r.call(cid, module, "update", assigns, s.m)
		t, _ := result.(term.Tuple)
		var next Socket
		ok := len(t) == 2 && t[0] == term.Term(term.OK)
		if ok {
			next, ok = SocketOf(t[1])
		}
		if !ok {
			r.t.RaiseArgument("invalid result returned from %s.update/2.\n\nExpected {:ok, socket}, got: %s\n",
				term.Inspect(module), r.inspect(result))
		}
		if next.isRedirected() {
			r.raise("RuntimeError", "cannot redirect socket on update. Redirect before `update/2` is called"+
				" or use `send/2` and redirect in the `handle_info/2` response")
		}
		return next
	}
	for k, v := range assigns.All() {
		if key, ok := k.(term.Atom); ok {
			s = s.assign(key, v)
		}
	}
	return s
}

// ComponentEvents implements rendered.Host.
func (r *runtime) ComponentEvents(socket any) []rendered.Event { return r.events(socket.(Socket)) }

// ComponentChanged implements rendered.Host.
func (r *runtime) ComponentChanged(socket any) bool { return socket.(Socket).isChanged() }

// RenderComponent implements rendered.Host.
func (r *runtime) RenderComponent(module term.Atom, socket any) *rendered.Rendered {
	s := socket.(Socket)
	cid := s.cid()
	if r.scope.On() {
		r.scope.Trace(trace.Event{Step: trace.Pending, CID: cid, Module: module, Socket: s.m})
	}
	return r.toRendered(s, module, cid)
}

// ComponentRendered implements rendered.Host.
func (r *runtime) ComponentRendered(socket any) any {
	return runAfterRender(r.t, socket.(Socket)).clearChanged()
}

// SettleComponent implements rendered.Host.
func (r *runtime) SettleComponent(socket any) any { return socket.(Socket).clearTemp() }

// Raise implements rendered.Host.
func (r *runtime) Raise(exception, message string) { r.t.RaiseNew(exception, "message", str(message)) }
