package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// utilsModule is Phoenix.LiveView.Utils: of its functions those that components
// call, and those with which code outside of a view makes a socket.
func utilsModule() *interp.NativeModule {
	def := func(name string, f func(s Socket) Socket) interp.NativeFunc {
		return interp.NativeFunc{Name: name, Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			return f(socketArg(t, "Phoenix.LiveView.Utils", name, a, 0)).m
		}}
	}
	return &interp.NativeModule{Name: "Phoenix.LiveView.Utils", Funcs: []interp.NativeFunc{
		{Name: "valid_destination!", Arity: 2, Fn: validDestination},
		{Name: "valid_live_navigation_destination!", Arity: 2, Fn: validNavigation},
		{Name: "random_id", Arity: 0, Fn: func(*interp.Thread, []term.Term) term.Term { return str(newID()) }},
		{Name: "configure_socket", Arity: 5, Fn: configureSocket},
		def("clear_changed", Socket.clearChanged),
		def("post_mount_prune", func(s Socket) Socket { return s.clearChanged().clearTemp().postMountPrune() }),
		{Name: "changed?", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			return term.Bool(socketArg(t, "Phoenix.LiveView.Utils", "changed?", a, 0).isChanged())
		}},
	}}
}

// configureSocket is configure_socket/5: a socket with what is private to it,
// the action, the flash and where it is.
func configureSocket(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, "Phoenix.LiveView.Utils", "configure_socket", a, 0)
	if id := s.field(atomID); id == nil || id == term.Term(term.Nil) {
		s = s.put(atomID, str(newID()))
	}
	at := a[4]
	if uri, ok := at.(*term.Map); ok {
		if host := uri.GetAtom(term.NewAtom("host")); host == nil || host == term.Term(term.Nil) {
			t.RaiseNew("RuntimeError", "message", str("client did not send full URL, missing host in "+t.ToString(uri)))
		}
		kept := t.Program().Struct(term.NewModule("URI"))
		for _, k := range []string{"host", "port", "scheme"} {
			kept = kept.Put(term.NewAtom(k), orNil(uri.GetAtom(term.NewAtom(k))))
		}
		at = kept
	}
	assigns := s.Assigns().Put(atomLiveAction, a[2]).Put(atomFlash, a[3])
	return s.put(atomHostURI, at).put(atomPrivate, a[1]).withAssigns(assigns).m
}
