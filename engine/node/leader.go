package node

import "streamsplayground/engine/term"

// GroupLeader returns the process that IO without a device goes to. The zero
// PID is the console, to which Log writes. A process that is spawned has the
// group leader of its parent.
func (p *Process) GroupLeader() term.PID { return term.PID{N: p.leader.Load()} }

// SetGroupLeader makes another process answer the IO of p; the zero PID is the
// console.
func (p *Process) SetGroupLeader(pid term.PID) { p.leader.Store(pid.N) }
