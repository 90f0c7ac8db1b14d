package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// liveViewFuncs are the functions of Phoenix.LiveView.
func liveViewFuncs() []interp.NativeFunc {
	return []interp.NativeFunc{
		{Name: "connected?", Arity: 1, Fn: connected},
		{Name: "render_with", Arity: 2, Fn: renderWith},
		{Name: "put_private", Arity: 3, Fn: putPrivate},
		{Name: "put_flash", Arity: 3, Fn: putFlash},
		{Name: "clear_flash", Arity: 1, Fn: clearFlash},
		{Name: "clear_flash", Arity: 2, Fn: clearFlash},
		{Name: "push_event", Arity: 3, Fn: pushEvent},
		{Name: "push_event", Arity: 4, Fn: pushEvent},
		{Name: "redirect", Arity: 1, Fn: redirect2},
		{Name: "redirect", Arity: 2, Fn: redirect2},
		{Name: "push_patch", Arity: 2, Fn: pushPatch},
		{Name: "push_navigate", Arity: 2, Fn: pushNavigate("push_navigate")},
		{Name: "push_redirect", Arity: 2, Fn: pushNavigate("push_redirect")},
		{Name: "get_connect_params", Arity: 1, Fn: getConnectParams},
		{Name: "get_connect_info", Arity: 2, Fn: getConnectInfo},
		{Name: "static_changed?", Arity: 1, Fn: staticChanged},
		{Name: "navigation_type", Arity: 2, Fn: navigationType},
		{Name: "send_update", Arity: 2, Fn: sendUpdate},
		{Name: "send_update", Arity: 3, Fn: sendUpdate},
		{Name: "send_update_after", Arity: 3, Fn: sendUpdateAfter},
		{Name: "send_update_after", Arity: 4, Fn: sendUpdateAfter},
		{Name: "transport_pid", Arity: 1, Fn: transportPID},
		{Name: "attach_hook", Arity: 4, Fn: attachHook4},
		{Name: "detach_hook", Arity: 3, Fn: detachHook3},
		{Name: "stream", Arity: 3, Fn: stream4},
		{Name: "stream", Arity: 4, Fn: stream4},
		{Name: "stream_configure", Arity: 3, Fn: streamConfigure},
		{Name: "stream_insert", Arity: 3, Fn: streamInsert},
		{Name: "stream_insert", Arity: 4, Fn: streamInsert},
		{Name: "stream_delete", Arity: 3, Fn: streamDelete},
		{Name: "stream_delete_by_dom_id", Arity: 3, Fn: streamDeleteByDOMID},
		{Name: "cancel_async", Arity: 2, Fn: cancelAsync},
		{Name: "cancel_async", Arity: 3, Fn: cancelAsync},
	}
}

// ComponentFuncs returns the functions of Phoenix.Component that are written
// in Go: assigns and nested views.
func ComponentFuncs() []interp.NativeFunc {
	return []interp.NativeFunc{
		{Name: "assign", Arity: 2, Fn: assign2},
		{Name: "assign", Arity: 3, Fn: assign3},
		{Name: "assign_new", Arity: 3, Fn: assignNew},
		{Name: "update", Arity: 3, Fn: update3},
		{Name: "changed?", Arity: 2, Fn: changed2},
		{Name: "assigns_to_attributes", Arity: 1, Fn: assignsToAttributes},
		{Name: "assigns_to_attributes", Arity: 2, Fn: assignsToAttributes},
		{Name: "live_flash", Arity: 2, Fn: liveFlash},
		{Name: "live_render", Arity: 2, Fn: liveRender},
		{Name: "live_render", Arity: 3, Fn: liveRender},
	}
}

// sendUpdate is send_update/2 and send_update/3.
func sendUpdate(t *interp.Thread, a []term.Term) term.Term {
	to, what, assigns := splitUpdate(t, a, "send_update")
	msg := updateMessage(t, what, assigns, "send_update")
	node.Of(t).Send(to, msg)
	return msg
}

// sendUpdateAfter is send_update_after/3 and send_update_after/4.
func sendUpdateAfter(t *interp.Thread, a []term.Term) term.Term {
	last := len(a) - 1
	to, what, assigns := splitUpdate(t, a[:last], "send_update_after")
	d, problem := node.Delay(a[last])
	if problem == "not an integer" {
		t.RaiseFunctionClause(liveView, "send_update_after", a)
	} else if problem != "" {
		t.RaiseArgument("errors were found at the given arguments:\n\n  * 1st argument: %s\n", problem)
	}
	msg := updateMessage(t, what, assigns, "send_update_after")
	ref, err := node.Of(t).SendAfter(to, msg, d)
	if err != nil {
		t.RaiseNew("SystemLimitError", "message", str("a system limit has been reached: "+err.Error()))
	}
	return ref
}

func splitUpdate(t *interp.Thread, a []term.Term, name string) (to term.PID, what, assigns term.Term) {
	p := node.Of(t)
	if p == nil {
		t.RaiseArgument("%s needs a process", name)
	}
	if len(a) == 2 {
		return p.PID(), a[0], a[1]
	}
	to, ok := a[0].(term.PID)
	if !ok {
		t.RaiseFunctionClause(liveView, name, a)
	}
	return to, a[1], a[2]
}

func updateMessage(t *interp.Thread, what, assigns term.Term, name string) term.Term {
	m := term.NewMapBuilder(4)
	t.Each(assigns, func(e term.Term) bool {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			t.RaiseArgument("expected a keyword list or map of assigns, got: %s", inspect(t, assigns))
		}
		m.Put(kv[0], kv[1])
		return true
	})
	given := m.Map()
	ref := what
	if cidOf(what) == 0 {
		mod, ok := what.(term.Atom)
		if !ok {
			t.RaiseFunctionClause(liveView, name, []term.Term{what, assigns})
		}
		id := given.GetAtom(atomID)
		if id == nil || !term.Truthy(id) {
			t.RaiseArgument("missing required :id in %s. Got: %s", name, inspect(t, given))
		}
		ref = term.Tuple{mod, id}
	}
	return term.Tuple{atomPhoenix, atomSendUpdate, term.Tuple{ref, given}}
}

func transportPID(t *interp.Thread, a []term.Term) term.Term {
	socketArg(t, liveView, "transport_pid", a, 0)
	if p := node.Of(t); p != nil {
		if l, ok := p.Dict().GetAtom(term.NewAtom("$callers")).(*term.List); ok && l != nil {
			return l.Head
		}
	}
	t.RaiseArgument("transport_pid/1 may only be called when the socket is connected.")
	return nil
}

// navigationType is navigation_type/2.
func navigationType(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, liveView, "navigation_type", a, 0)
	path := validateLocalURL(t, a[1], "navigation_type/2")
	name := s.private().GetAtom(atomSessionName)
	if name == nil {
		return term.NewAtom("href")
	}
	route, ok := socketRoute(t, s, parseURL(path))
	switch {
	case !ok || term.Term(term.NewAtom(route.LiveSession)) != name:
		return term.NewAtom("href")
	case route.View == s.view():
		return atomPatch
	}
	return term.NewAtom("navigate")
}

// socketRoute finds the live route of a path in the router of a socket, on the
// host that the socket is of.
func socketRoute(t *interp.Thread, s Socket, u parsedURL) (*Route, bool) {
	router, _ := s.field(atomRouter).(term.Atom)
	if b, ok := t.Program().Attribute(router, routesAttribute).(*routerBuild); ok {
		uri, mounted := s.field(atomHostURI).(*term.Map)
		if !mounted {
			return nil, false
		}
		host, _ := uri.GetAtom(term.NewAtom("host")).(term.Binary)
		r, ok := b.table.findOn("GET", string(host), u.path)
		return &r.route, ok && r.Live
	}
	r := runtimeOf(t)
	if r == nil {
		return nil, false
	}
	found, ok := r.server.lookup(u)
	if !ok {
		return nil, false
	}
	return found.Route, true
}

const pubsubModule = "Phoenix.PubSub"

// pubsub returns the functions of Phoenix.PubSub. A PubSub of any name is
// taken as running.
func pubsub() *interp.NativeModule {
	name := func(t *interp.Thread, fn string, a []term.Term) (term.Atom, string) {
		ps, ok := a[0].(term.Atom)
		topic, isStr := a[1].(term.Binary)
		if !ok || !isStr {
			t.RaiseFunctionClause(pubsubModule, fn, a)
		}
		return ps, string(topic)
	}
	subscribe := func(t *interp.Thread, a []term.Term) term.Term {
		ps, topic := name(t, "subscribe", a)
		if p := node.Of(t); p != nil {
			p.Subscribe(ps, topic)
		}
		return term.OK
	}
	unsubscribe := func(t *interp.Thread, a []term.Term) term.Term {
		ps, topic := name(t, "unsubscribe", a)
		if p := node.Of(t); p != nil {
			p.Unsubscribe(ps, topic)
		}
		return term.OK
	}
	broadcast := func(fn string, from bool) interp.Native {
		return func(t *interp.Thread, a []term.Term) term.Term {
			var except term.PID
			args := a
			if from {
				pid, ok := a[1].(term.PID)
				if !ok {
					t.RaiseFunctionClause(pubsubModule, fn, a)
				}
				except = pid
				args = append([]term.Term{a[0]}, a[2:]...)
			}
			ps, topic := name(t, fn, args)
			if p := node.Of(t); p != nil {
				p.Node().Broadcast(ps, topic, args[2], except)
			}
			return term.OK
		}
	}
	m := &interp.NativeModule{Name: pubsubModule, Funcs: []interp.NativeFunc{
		{Name: "subscribe", Arity: 2, Fn: subscribe}, {Name: "subscribe", Arity: 3, Fn: subscribe},
		{Name: "unsubscribe", Arity: 2, Fn: unsubscribe}, {Name: "child_spec", Arity: 1, Fn: pubsubChildSpec},
	}}
	for _, b := range []struct {
		name  string
		arity int
	}{{"broadcast", 3}, {"broadcast!", 3}, {"local_broadcast", 3}, {"broadcast_from", 4}, {"broadcast_from!", 4}, {"local_broadcast_from", 4}} {
		fn := broadcast(b.name, b.arity == 4)
		m.Funcs = append(m.Funcs,
			interp.NativeFunc{Name: b.name, Arity: b.arity, Fn: fn},
			interp.NativeFunc{Name: b.name, Arity: b.arity + 1, Fn: fn}) // with a dispatcher, ignored
	}
	return m
}
