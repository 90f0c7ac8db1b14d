package node

import "streamsplayground/engine/term"

// SendWhileMonitored sends to the process that watches with an alias, as a
// message to a reference does on the BEAM, as long as the monitor stands:
// :erlang.monitor/3 with alias: :demonitor.
func (n *Node) SendWhileMonitored(watcher term.PID, ref term.Ref, msg term.Term) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if p, ok := n.procs[watcher.N]; ok {
		if m, ok := p.monitoring[ref.N]; ok && m.alias {
			p.deliver(msg)
		}
	}
}
