package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

var atomStop = term.NewAtom("stop")

// thrown takes what a callback threw for what it returned, as GenServer does.
// As GenServer then holds a socket where the channel expects its own state, the
// message stays without an answer, and the next one finds no clause. ok is false
// for values that GenServer takes for none of its own.
func (c *channel) thrown(v term.Term) (stop term.Term, ok bool) {
	t, _ := v.(term.Tuple)
	call, isCall := c.last.(term.Tuple)
	isCall = isCall && len(call) == 3 && call[0] == term.Term(genCall)
	switch {
	case len(t) == 2 && t[0] == term.Term(atomNoReply):
		c.stray = t[1]
		return nil, true
	case len(t) == 3 && t[0] == term.Term(atomReply) && isCall:
		c.stray = t[2]
		c.proc.Node().Reply(call[1], t[1])
		return nil, true
	case len(t) == 3 && t[0] == term.Term(atomStop):
		c.stray = t[2]
		return c.stopThrown(t[1]), true
	case len(t) == 4 && t[0] == term.Term(atomStop) && isCall:
		c.stray = t[3]
		c.proc.Node().Reply(call[1], t[2])
		return c.stopThrown(t[1]), true
	}
	return nil, false
}

// stopThrown ends the view for a reason that was thrown: terminate/2 of the
// view does not run, and a reason that is no order is logged.
func (c *channel) stopThrown(reason term.Term) term.Term {
	if isShutdown(reason) {
		c.exited(reason)
		return reason
	}
	return c.crash(&interp.Exception{Kind: atomExit, Value: reason})
}

// handleStray handles a message of a channel whose state was lost to a throw.
func (c *channel) handleStray(msg term.Term) term.Term {
	if !c.joined {
		// Whoever waits for the answer to the join hears of nothing else.
		if _, gone := msg.(hangUp); gone {
			return node.Normal
		}
		return nil
	}
	name, args := "handle_info", []term.Term{msg, c.stray}
	if m, ok := msg.(*incoming); ok {
		args[0] = m.AsMap()
	}
	if t, ok := msg.(term.Tuple); ok {
		switch {
		case len(t) == 3 && t[0] == term.Term(genCall):
			name, args = "handle_call", []term.Term{t[2], t[1], c.stray}
		case len(t) == 2 && t[0] == term.Term(genCast):
			name, args = "handle_cast", []term.Term{t[1], c.stray}
		case len(t) == 3 && t[0] == term.Term(atomSystem):
			return c.system(t[1], t[2])
		}
	}
	if _, gone := msg.(hangUp); gone {
		c.quiet = true
	}
	return c.guard(func() term.Term {
		c.t.RaiseFunctionClause("Phoenix.LiveView.Channel", name, args)
		return nil
	})
}
