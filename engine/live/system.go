package live

import "streamsplayground/engine/term"

var (
	atomSystem       = term.NewAtom("system")
	atomGetState     = term.NewAtom("get_state")
	atomReplaceState = term.NewAtom("replace_state")
	atomTerminate    = term.NewAtom("terminate")
)

// system answers what :sys and GenServer.stop/3 ask of a view's process. It
// returns the reason to end with, or nil.
func (c *channel) system(from, request term.Term) term.Term {
	if request == term.Term(atomGetState) {
		c.proc.Node().Reply(from, term.Tuple{term.OK, c.stateTerm()})
		return nil
	}
	t, ok := request.(term.Tuple)
	if !ok || len(t) != 2 {
		return nil
	}
	switch t[0] {
	case term.Term(atomTerminate):
		return c.stop(t[1])
	case term.Term(atomReplaceState):
		return c.guard(func() term.Term {
			next, _ := c.t.Call(t[1], c.stateTerm()).(*term.Map)
			if s, ok := SocketOf(orNil(orEmpty(next).GetAtom(atomSocketKey))); ok {
				c.socket = s
			}
			c.proc.Node().Reply(from, term.Tuple{term.OK, c.stateTerm()})
			return nil
		})
	}
	return nil
}

// stateTerm is the state of the process, as code that looks into it sees it.
func (c *channel) stateTerm() *term.Map {
	return term.NewMap(atomSocketKey, c.socket.m, term.NewAtom("topic"), str(c.req.Topic), term.NewAtom("join_ref"), str(c.req.Ref),
		term.NewAtom("redirect_count"), term.Int(c.redirects), term.NewAtom("upload_names"), term.EmptyMap, term.NewAtom("upload_pids"), term.EmptyMap)
}
