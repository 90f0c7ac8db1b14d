package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// eventName is the name of an event of Phoenix: [:phoenix, of, what].
func eventName(of, what string) term.Term {
	return term.NewList(term.NewAtom("phoenix"), term.NewAtom(of), term.NewAtom(what))
}

// The events that are told of views and components.
var (
	eventMount           = eventName("live_view", "mount")
	eventParams          = eventName("live_view", "handle_params")
	eventEvent           = eventName("live_view", "handle_event")
	eventRender          = eventName("live_view", "render")
	eventComponentEvent  = eventName("live_component", "handle_event")
	eventComponentUpdate = eventName("live_component", "update")
	eventDestroyed       = eventName("live_component", "destroyed")
	atomTelemetry        = term.NewAtom("telemetry")
	keySocket            = term.NewAtom("socket")
	keyURI               = term.NewAtom("uri")
	atomForced           = term.NewAtom("force?")
	atomWasChanged       = term.NewAtom("changed?")
)

// observed reports whether anybody may be told of events, so that nothing is
// made for nobody.
func (r *runtime) observed() bool { return r.handlers.count.Load() > 0 }

// span runs f between the events of :telemetry.span/3. f returns what the
// metadata has at the end.
func (r *runtime) span(event term.Term, metadata *term.Map, f func() *term.Map) {
	fun := interp.NewFun(0, func(*interp.Thread, []term.Term) term.Term { return term.Tuple{term.OK, f()} })
	r.t.Apply(atomTelemetry, "span", event, metadata, fun)
}

// spanSocket is span for what makes a socket of one, which the metadata has.
func (r *runtime) spanSocket(event term.Term, metadata *term.Map, s Socket, f func() Socket) Socket {
	r.span(event, metadata.Put(keySocket, s.m), func() *term.Map {
		s = f()
		return metadata.Put(keySocket, s.m)
	})
	return s
}

// spanEvent is span for handle_event/3 of the view, or of a component.
func (r *runtime) spanEvent(s Socket, mod term.Atom, cid int, event, params term.Term, f func() (Socket, term.Term)) (next Socket, reply term.Term) {
	metadata := term.NewMap(term.NewAtom("event"), event, atomParams, params)
	name := eventEvent
	if cid != 0 {
		metadata, name = metadata.Put(term.NewAtom("component"), mod), eventComponentEvent
	}
	next = r.spanSocket(name, metadata, s, func() Socket {
		next, reply = f()
		return next
	})
	return next, reply
}

// spanRender is span for a render of the view.
func (r *runtime) spanRender(force bool, f func()) {
	if !r.observed() {
		f()
		return
	}
	metadata := term.NewMap(atomForced, term.Bool(force), atomWasChanged, term.Bool(r.socket.isChanged()))
	r.spanSocket(eventRender, metadata, r.socket, func() Socket {
		f()
		return r.socket
	})
}

// spanComponent is span for a render of one component that changed by itself.
func (r *runtime) spanComponent(info rendered.ComponentInfo, s Socket, f func()) {
	if !r.observed() || !s.isChanged() {
		f()
		return
	}
	metadata := term.NewMap(keySocket, r.socket.m, term.NewAtom("component"), info.Module, atomID, info.ID, term.NewAtom("cid"), term.Int(info.CID),
		atomForced, term.False, atomWasChanged, term.True)
	r.span(eventRender, metadata, func() *term.Map {
		f()
		return metadata
	})
}

// spanUpdate is span for update/2 or update_many/1 of components. f returns the
// sockets that they made; all says that the metadata has those at the end.
func (r *runtime) spanUpdate(module term.Atom, given []term.Term, all bool, f func() []term.Term) {
	metadata := term.NewMap(keySocket, r.socket.m, term.NewAtom("component"), module, term.NewAtom("assigns_sockets"), term.NewList(given...))
	r.span(eventComponentUpdate, metadata, func() *term.Map {
		made := f()
		if !all {
			return metadata
		}
		return metadata.Put(term.NewAtom("sockets"), term.NewList(made...))
	})
}

// tellDestroyed tells of a component that has left the page.
func (r *runtime) tellDestroyed(info rendered.ComponentInfo) {
	if !r.observed() {
		return
	}
	r.t.Apply(atomTelemetry, "execute", eventDestroyed, term.EmptyMap, term.NewMap(keySocket, r.rebase(info.Socket).m,
		term.NewAtom("component"), info.Module, term.NewAtom("cid"), term.Int(info.CID), term.NewAtom("live_view_socket"), r.socket.m))
}
