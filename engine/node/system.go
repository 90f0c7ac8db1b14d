package node

import (
	"time"

	"streamsplayground/engine/term"
)

var atomSystem = term.NewAtom("system")

// System sends a system message to a process and waits for its answer, as
// :sys does. dest is a pid or a registered name; reason says why there is no
// answer, nil when there is one.
func (p *Process) System(dest, request term.Term, timeout time.Duration) (reply, reason term.Term) {
	pid, ok := p.node.Resolve(dest)
	switch {
	case !ok:
		return nil, NoProc
	case pid == p.pid:
		return nil, term.NewAtom("calling_self")
	}
	ref := p.MonitorAlias(pid, atomDOWN)
	p.node.Send(pid, term.Tuple{atomSystem, term.Tuple{p.pid, &term.List{Head: aliasAtom, Tail: ref}}, request})
	got := p.Receive(func(msg term.Term) bool {
		t, ok := msg.(term.Tuple)
		switch {
		case ok && len(t) == 2 && t[0] == term.Term(ref):
			reply = t[1]
		case ok && len(t) == 5 && t[0] == term.Term(atomDOWN) && t[1] == term.Term(ref):
			reason = t[4]
		}
		return reply != nil || reason != nil
	}, timeout)
	p.Demonitor(ref, true)
	if !got {
		reason = term.NewAtom("timeout")
	}
	return reply, reason
}
