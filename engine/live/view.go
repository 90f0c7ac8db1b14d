package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// View is a live view or LiveComponent written in Go. Its callbacks are
// optional interfaces, named as Phoenix names them, and mean what they mean
// there. They run in the view's process and may raise through the thread; a
// module written in Elixir is the other way to have a view.
type View interface {
	// Render returns the view's template, filled in. assigns hold __changed__
	// and socket, as in Elixir.
	Render(t *interp.Thread, assigns *term.Map) *rendered.Rendered
}

// ViewMounter is a View with mount/3. params is the atom not_mounted_at_router
// for a view that was not routed, and else a map.
type ViewMounter interface {
	Mount(t *interp.Thread, params term.Term, session *term.Map, s Socket) Socket
}

// ComponentMounter is a LiveComponent with mount/1. A View that is one, or an
// Updater, is a LiveComponent.
type ComponentMounter interface {
	MountComponent(t *interp.Thread, s Socket) Socket
}

// Updater is a LiveComponent with update/2.
type Updater interface {
	Update(t *interp.Thread, assigns *term.Map, s Socket) Socket
}

// ParamsHandler is a View with handle_params/3.
type ParamsHandler interface {
	HandleParams(t *interp.Thread, params *term.Map, uri string, s Socket) Socket
}

// EventHandler is a View with handle_event/3. reply is nil for {:noreply, …}.
type EventHandler interface {
	HandleEvent(t *interp.Thread, event string, value term.Term, s Socket) (next Socket, reply *term.Map)
}

// InfoHandler is a View with handle_info/2. msg may be any term, those of
// other packages among them: Node.Send is how Go code talks to a view.
type InfoHandler interface {
	HandleInfo(t *interp.Thread, msg term.Term, s Socket) Socket
}

// Terminator is a View with terminate/2.
type Terminator interface {
	Terminate(t *interp.Thread, reason term.Term, s Socket)
}
