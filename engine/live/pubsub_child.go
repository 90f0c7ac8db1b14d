package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// pubsubSupervisor is what a child {Phoenix.PubSub, name: …} of an application
// starts. PubSub itself is part of the node and runs under every name, so this
// is a process that holds its place under the supervisor and does nothing.
func pubsubSupervisor() *interp.NativeModule {
	return &interp.NativeModule{Name: "Phoenix.PubSub.Supervisor", Funcs: []interp.NativeFunc{
		{Name: "start_link", Arity: 1, Fn: func(t *interp.Thread, _ []term.Term) term.Term {
			p := node.Of(t)
			if p == nil {
				return term.Tuple{term.Err, node.NoProc}
			}
			child, err := p.Spawn(func(self *node.Process) term.Term {
				for {
					self.Next()
				}
			}, true)
			if err != nil {
				t.RaiseNew("SystemLimitError", "message", term.Binary("a system limit has been reached: "+err.Error()))
			}
			return term.Tuple{term.OK, child.PID()}
		}},
	}}
}

// pubsubChildSpec is Phoenix.PubSub.child_spec/1.
func pubsubChildSpec(_ *interp.Thread, a []term.Term) term.Term {
	id := term.Term(term.NewModule("Phoenix.PubSub.Supervisor"))
	if opts, ok := a[0].(*term.List); ok {
		if name, given := term.KeywordGet(opts, term.NewAtom("name")); given {
			id = name
		}
	}
	return term.NewMap(term.NewAtom("id"), id, term.NewAtom("type"), term.NewAtom("supervisor"),
		term.NewAtom("start"), term.Tuple{term.NewModule("Phoenix.PubSub.Supervisor"), term.NewAtom("start_link"), term.NewList(a[0])})
}
