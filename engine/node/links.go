package node

import (
	"streamsplayground/engine/term"
)

// Spawn starts a process that runs main, linked to p when link is set.
func (p *Process) Spawn(main func(*Process) term.Term, link bool) (*Process, error) {
	return p.node.spawn(main, p.scope.Outside(), p, link, nil)
}

// SpawnMonitor starts a process that p monitors from its first instruction.
func (p *Process) SpawnMonitor(main func(*Process) term.Term) (*Process, term.Ref, error) {
	m := &monitor{ref: term.NewRef(), tag: atomDOWN, watcher: p}
	child, err := p.node.spawn(main, p.scope.Outside(), p, false, m)
	return child, m.ref, err
}

// addLink and addMonitoring are called with node.mu held.
func (p *Process) addLink(other *Process) {
	if p.links == nil {
		p.links = map[uint64]*Process{}
	}
	p.links[other.pid.N] = other
}

func (p *Process) addMonitoring(m *monitor) {
	if p.monitoring == nil {
		p.monitoring = map[uint64]*monitor{}
	}
	p.monitoring[m.ref.N] = m
	if len(p.monitoring) > maxWatched {
		p.signalExit(watchLimit, true)
	}
}

// Link links p with a process, as Process.link/1. It reports false when that
// process has ended and p does not trap exits; a trapping p gets the exit
// message with reason :noproc.
func (p *Process) Link(pid term.PID) bool {
	n := p.node
	n.mu.Lock()
	other, ok := n.procs[pid.N]
	if ok && other != p {
		p.addLink(other)
		other.addLink(p)
	}
	n.mu.Unlock()
	if !ok && p.trap.Load() {
		p.deliver(term.Tuple{atomEXIT, pid, NoProc})
		return true
	}
	return ok
}

// Unlink removes the link, as Process.unlink/1.
func (p *Process) Unlink(pid term.PID) {
	n := p.node
	n.mu.Lock()
	defer n.mu.Unlock()
	if other, ok := p.links[pid.N]; ok {
		delete(p.links, pid.N)
		delete(other.links, p.pid.N)
	}
}

// Monitor makes p get {:DOWN, ref, :process, pid, reason} when the process
// ends, at once with :noproc when it has ended already.
func (p *Process) Monitor(pid term.PID) term.Ref { return p.monitor(pid, atomDOWN, false) }

// MonitorAlias is Monitor with a tag in place of :DOWN and a reference that
// SendAlias can send to: :erlang.monitor/3 with :tag and alias:
// :reply_demonitor.
func (p *Process) MonitorAlias(pid term.PID, tag term.Term) term.Ref {
	return p.monitor(pid, tag, true)
}

func (p *Process) monitor(pid term.PID, tag term.Term, alias bool) term.Ref {
	m := &monitor{ref: term.NewRef(), tag: tag, alias: alias, watcher: p, target: pid}
	n := p.node
	n.mu.Lock()
	other, ok := n.procs[pid.N]
	if ok {
		if other.monitors == nil {
			other.monitors = map[uint64]*monitor{}
		}
		other.monitors[m.ref.N] = m
	}
	if ok || alias {
		p.addMonitoring(m)
	}
	n.mu.Unlock()
	if !ok {
		p.deliver(m.down(NoProc))
	}
	return m.ref
}

// Demonitor stops monitoring; flush also removes a message that has come
// already. It reports whether the monitor was still there.
func (p *Process) Demonitor(ref term.Ref, flush bool) bool {
	n := p.node
	n.mu.Lock()
	m, ok := p.monitoring[ref.N]
	if ok {
		n.dropMonitor(m)
	}
	n.mu.Unlock()
	if flush {
		p.Receive(func(msg term.Term) bool {
			t, ok := msg.(term.Tuple)
			return ok && len(t) == 5 && t[1] == term.Term(ref) && t[2] == term.Term(atomProcess)
		}, 0)
	}
	return ok
}

func (n *Node) dropMonitor(m *monitor) {
	delete(m.watcher.monitoring, m.ref.N)
	if other, ok := n.procs[m.target.N]; ok {
		delete(other.monitors, m.ref.N)
	}
}

// SendAlias sends to the process that made the alias, as a message to a
// reference does on the BEAM, and ends its monitor. It drops the message when
// the alias is no longer active.
func (n *Node) SendAlias(watcher term.PID, ref term.Ref, msg term.Term) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p, ok := n.procs[watcher.N]
	if !ok {
		return
	}
	if m, ok := p.monitoring[ref.N]; ok && m.alias {
		n.dropMonitor(m)
		p.deliver(msg)
	}
}

// SendExit sends an exit signal as p, as Process.exit/2.
func (p *Process) SendExit(to term.PID, reason term.Term) {
	if other, ok := p.node.Process(to); ok {
		other.exitFrom(p.pid, reason, false)
	}
	if to == p.pid {
		p.Check()
	}
}
