package node

import (
	"slices"

	"streamsplayground/engine/term"
)

// topic is a topic of one PubSub; a PubSub of any name is taken as running.
type topic struct {
	pubsub term.Atom
	name   string
}

// subscribers are the processes subscribed to a topic, in the order in which
// they subscribed; a process that did so twice stands there twice.
type subscribers struct{ procs []*Process }

// Subscribe subscribes p to a topic: Phoenix.PubSub.subscribe/2.
func (p *Process) Subscribe(pubsub term.Atom, name string) {
	t := topic{pubsub, name}
	n := p.node
	n.mu.Lock()
	defer n.mu.Unlock()
	if p.topics == nil {
		p.topics = map[topic]int{}
	}
	p.topics[t]++
	if p.listens += t.weight(); p.listens > maxWatched {
		p.signalExit(watchLimit, true)
	}
	s := n.topics[t]
	if s == nil {
		s = &subscribers{}
		n.topics[t] = s
	}
	s.procs = append(s.procs, p)
}

// Unsubscribe removes all of p's subscriptions to a topic.
func (p *Process) Unsubscribe(pubsub term.Atom, name string) {
	t := topic{pubsub, name}
	p.node.mu.Lock()
	defer p.node.mu.Unlock()
	p.listens -= p.topics[t] * t.weight()
	delete(p.topics, t)
	p.node.dropSubscriber(t, p)
}

// weight is what a subscription counts for: a long name takes as much as
// several short ones.
func (t topic) weight() int { return 1 + len(t.name)/128 }

func (n *Node) dropSubscriber(t topic, p *Process) {
	s := n.topics[t]
	if s == nil {
		return
	}
	s.procs = slices.DeleteFunc(s.procs, func(x *Process) bool { return x == p })
	if len(s.procs) == 0 {
		delete(n.topics, t)
	}
}

// Broadcast sends a message to every subscriber of a topic but from, which may
// be the zero PID. Two broadcasts of one process reach every subscriber in
// their order.
func (n *Node) Broadcast(pubsub term.Atom, name string, msg term.Term, from term.PID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.topics[topic{pubsub, name}]
	if s == nil {
		return
	}
	for _, p := range s.procs {
		if p.pid != from {
			p.deliver(msg)
		}
	}
}

// Subscribers returns how many subscriptions a topic has.
func (n *Node) Subscribers(pubsub term.Atom, name string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s := n.topics[topic{pubsub, name}]; s != nil {
		return len(s.procs)
	}
	return 0
}
