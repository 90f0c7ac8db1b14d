package node

import (
	"errors"
	"slices"
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

// maxTimers is how many timers a node may have at once.
const maxTimers = 10_000

// ErrTimers is why a timer is not started.
var ErrTimers = errors.New("too many timers")

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
func (n *Node) SendAfter(to term.Term, msg term.Term, d time.Duration) (term.Ref, error) {
	return n.start(&timer{node: n, to: to, msg: msg}, d)
}

// SendInterval sends a message at every interval until it is cancelled or the
// process ends: :timer.send_interval/3.
func (n *Node) SendInterval(to term.PID, msg term.Term, d time.Duration) (term.Ref, error) {
	return n.start(&timer{node: n, to: to, msg: msg, interval: max(d, time.Millisecond)}, d)
}

func (n *Node) start(t *timer, d time.Duration) (term.Ref, error) {
	t.ref = term.NewRef()
	t.due = time.Now().Add(d)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return t.ref, nil
	}
	if len(n.timers) >= maxTimers {
		return t.ref, ErrTimers
	}
	if pid, ok := t.to.(term.PID); ok {
		p, alive := n.procs[pid.N]
		if !alive {
			return t.ref, nil
		}
		if p.timers == nil {
			p.timers = map[uint64]*timer{}
		}
		p.timers[t.ref.N] = t
	}
	n.timers[t.ref.N] = t
	t.t = time.AfterFunc(d, t.fire)
	return t.ref, nil
}

// fire sends the timer's message, after those of all timers that were due
// before it.
func (t *timer) fire() {
	n := t.node
	n.fireOrder.Lock()
	defer n.fireOrder.Unlock()
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
			n.forget(x)
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
	n.forget(t)
	return max(0, time.Until(t.due)), true
}

// forget takes a timer out. n.mu is held.
func (n *Node) forget(t *timer) {
	delete(n.timers, t.ref.N)
	if pid, ok := t.to.(term.PID); ok {
		if p, alive := n.procs[pid.N]; alive {
			delete(p.timers, t.ref.N)
		}
	}
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
