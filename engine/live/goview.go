package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// goExports says which callbacks a view written in Go has.
func goExports(v View, name string, arity int) bool {
	ok := false
	switch name {
	case "render":
		ok = arity == 1
	case "mount":
		if _, isComp := v.(ComponentMounter); isComp {
			return arity == 1
		}
		_, ok = v.(ViewMounter)
		ok = ok && arity == 3
	case "update":
		_, ok = v.(Updater)
		ok = ok && arity == 2
	case "handle_params":
		_, ok = v.(ParamsHandler)
		ok = ok && arity == 3
	case "handle_event":
		_, ok = v.(EventHandler)
		ok = ok && arity == 3
	case "handle_info":
		_, ok = v.(InfoHandler)
		ok = ok && arity == 2
	case "terminate":
		_, ok = v.(Terminator)
		ok = ok && arity == 2
	}
	return ok
}

// isComponent reports whether a Go view is a LiveComponent.
func isComponent(v View) bool {
	_, mounts := v.(ComponentMounter)
	_, updates := v.(Updater)
	return mounts || updates
}

// goApply calls a callback of a view written in Go with the terms that an
// Elixir one gets, and returns what it would return.
func goApply(t *interp.Thread, v View, mod term.Atom, name string, a []term.Term) term.Term {
	if !goExports(v, name, len(a)) {
		t.RaiseNew("UndefinedFunctionError", "module", mod, "function", term.NewAtom(name), "arity", term.Int(len(a)))
	}
	s, _ := SocketOf(a[len(a)-1])
	switch name {
	case "render":
		return v.Render(t, a[0].(*term.Map))
	case "mount":
		if len(a) == 1 {
			return term.Tuple{term.OK, v.(ComponentMounter).MountComponent(t, s).m}
		}
		session, _ := a[1].(*term.Map)
		return term.Tuple{term.OK, v.(ViewMounter).Mount(t, a[0], session, s).m}
	case "update":
		return term.Tuple{term.OK, v.(Updater).Update(t, a[0].(*term.Map), s).m}
	case "handle_params":
		params, _ := a[0].(*term.Map)
		uri, _ := a[1].(term.Binary)
		return term.Tuple{atomNoReply, v.(ParamsHandler).HandleParams(t, params, string(uri), s).m}
	case "handle_event":
		event, _ := a[0].(term.Binary)
		next, reply := v.(EventHandler).HandleEvent(t, string(event), a[1], s)
		if reply != nil {
			return term.Tuple{atomReply, reply, next.m}
		}
		return term.Tuple{atomNoReply, next.m}
	case "handle_info":
		return term.Tuple{atomNoReply, v.(InfoHandler).HandleInfo(t, a[0], s).m}
	}
	v.(Terminator).Terminate(t, a[0], s)
	return term.OK
}
