package node

import (
	"slices"
	"sync"
	"time"

	"streamsplayground/engine/term"
)

// timer sends a message later, once or at every interval.
type timer struct {
	node     *Node
	ref      term.Ref
	due      time.Time
	interval time.Duration // 0 for once
	to       term.Term     // a PID, or the atom of a name
	msg      term.Term
	t        *time.Timer
	stopped  bool
}

// fireOrder makes timers that are due together send in the order of their due
// times, and then of their start: each runs on a goroutine of its own.
var fireOrder sync.Mutex

func (t *timer) stop() { t.stopped = true; t.t.Stop() }

func sortTimers(ts []*timer) {
	slices.SortFunc(ts, func(a, b *timer) int {
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return int(a.ref.N) - int(b.ref.N)
	})
}

// SendAfter sends a message to a pid or name after a time, and returns the
// reference to cancel it with: Process.send_after/3.
func (n *Node) SendAfter(to term.Term, msg term.Term, d time.Duration) term.Ref {
	return n.start(&timer{node: n, to: to, msg: msg}, d)
}

// SendInterval sends a message at every interval until it is cancelled or the
// process ends: :timer.send_interval/3.
func (n *Node) SendInterval(to term.PID, msg term.Term, d time.Duration) term.Ref {
	return n.start(&timer{node: n, to: to, msg: msg, interval: max(d, time.Millisecond)}, d)
}

func (n *Node) start(t *timer, d time.Duration) term.Ref {
	t.ref = term.NewRef()
	t.due = time.Now().Add(d)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return t.ref
	}
	if t.interval > 0 {
		p, ok := n.procs[t.to.(term.PID).N]
		if !ok {
			return t.ref
		}
		if p.timers == nil {
			p.timers = map[uint64]*timer{}
		}
		p.timers[t.ref.N] = t
	}
	n.timers[t.ref.N] = t
	t.t = time.AfterFunc(d, t.fire)
	return t.ref
}

// fire sends the timer's message, after those of all timers that were due
// before it.
func (t *timer) fire() {
	fireOrder.Lock()
	defer fireOrder.Unlock()
	n := t.node
	n.mu.Lock()
	var due []*timer
	if !t.stopped && n.timers[t.ref.N] == t {
		due = n.dueBefore(t)
	}
	n.mu.Unlock()
	for _, d := range due {
		d.send()
	}
}

// dueBefore returns t and the timers that come before it, in order, and takes
// them out or sets them to their next turn.
func (n *Node) dueBefore(t *timer) []*timer {
	var due []*timer
	for _, x := range n.timers {
		if x.due.Before(t.due) || x.due.Equal(t.due) && x.ref.N <= t.ref.N {
			due = append(due, x)
		}
	}
	sortTimers(due)
	for _, x := range due {
		x.t.Stop()
		if x.interval == 0 {
			delete(n.timers, x.ref.N)
			continue
		}
		x.due = x.due.Add(x.interval)
		x.t.Reset(max(0, time.Until(x.due)))
	}
	return due
}

func (t *timer) send() {
	switch to := t.to.(type) {
	case term.PID:
		t.node.Send(to, t.msg)
	case term.Atom:
		if pid, ok := t.node.Whereis(to); ok {
			t.node.Send(pid, t.msg)
		}
	}
}

// CancelTimer stops a timer and returns the time that was left, and false
// when it has fired or never was.
func (n *Node) CancelTimer(ref term.Ref) (left time.Duration, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	t, ok := n.timers[ref.N]
	if !ok {
		return 0, false
	}
	t.stop()
	delete(n.timers, ref.N)
	if pid, isPID := t.to.(term.PID); isPID {
		if p, ok := n.procs[pid.N]; ok {
			delete(p.timers, ref.N)
		}
	}
	return max(0, time.Until(t.due)), true
}

// ReadTimer returns the time until a timer fires, and false when there is no
// such timer.
func (n *Node) ReadTimer(ref term.Ref) (left time.Duration, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	t, ok := n.timers[ref.N]
	if !ok {
		return 0, false
	}
	return max(0, time.Until(t.due)), true
}
