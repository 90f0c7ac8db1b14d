package node

import (
	"container/heap"
	"errors"
	"time"

	"streamsplayground/engine/term"
)

// timer sends a message later, once or at every interval.
type timer struct {
	ref      term.Ref
	due      time.Time
	interval time.Duration // 0 for once
	to       term.Term     // a PID, or the atom of a name
	msg      term.Term
	bytes    int     // of msg, as far as measured
	family   *family // that started it; nil when no process did
	at       int     // its place in the node's queue
}

// A node may have so many timers at once, and a family so many, with messages
// of so many bytes together.
const (
	maxTimers        = 100_000
	maxFamilyTimers  = 10_000
	maxTimerMessages = 64 << 20
)

// ErrTimers is why a timer is not started.
var ErrTimers = errors.New("too many timers")

// timerQueue is a heap of timers: the one that is due first is at its top. Of
// those due together, the one that was started first.
type timerQueue []*timer

// Len implements heap.Interface.
func (q timerQueue) Len() int { return len(q) }

// Less implements heap.Interface.
func (q timerQueue) Less(i, j int) bool {
	if c := q[i].due.Compare(q[j].due); c != 0 {
		return c < 0
	}
	return q[i].ref.N < q[j].ref.N
}

// Swap implements heap.Interface.
func (q timerQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].at, q[j].at = i, j
}

// Push implements heap.Interface.
func (q *timerQueue) Push(x any) {
	t := x.(*timer)
	t.at = len(*q)
	*q = append(*q, t)
}

// Pop implements heap.Interface.
func (q *timerQueue) Pop() any {
	last := len(*q) - 1
	t := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return t
}

// maxDelay is the longest time of a timer, in milliseconds.
const maxDelay = 1<<63/1_000_000 - 1

// Delay returns the time of a timer that code gives in milliseconds, or what
// is wrong with it, as :erlang.send_after/3 says it.
func Delay(ms term.Term) (d time.Duration, problem string) {
	switch n := ms.(type) {
	case term.Int:
		switch {
		case n < 0:
			return 0, "out of range"
		case n <= maxDelay:
			return time.Duration(n) * time.Millisecond, ""
		}
	case *term.Big:
		if term.Compare(n, term.Int(0)) < 0 {
			return 0, "out of range"
		}
	default:
		return 0, "not an integer"
	}
	return 0, "exceeds the maximum supported time value"
}

// SendAfter sends a message to a pid or name after a time, and returns the
// reference to cancel it with: Process.send_after/3. No process starts it.
func (n *Node) SendAfter(to term.Term, msg term.Term, d time.Duration) (term.Ref, error) {
	return n.start(&timer{to: to, msg: msg}, d)
}

// SendAfter is Node.SendAfter for a timer that the process starts. It counts
// with those of its family.
func (p *Process) SendAfter(to term.Term, msg term.Term, d time.Duration) (term.Ref, error) {
	return p.node.start(&timer{to: to, msg: msg, family: p.family}, d)
}

// SendInterval sends a message at every interval until it is cancelled or the
// process that gets it ends: :timer.send_interval/3.
func (p *Process) SendInterval(to term.PID, msg term.Term, d time.Duration) (term.Ref, error) {
	d = max(d, time.Millisecond)
	return p.node.start(&timer{to: to, msg: msg, interval: d, family: p.family}, d)
}

func (n *Node) start(t *timer, d time.Duration) (term.Ref, error) {
	t.ref = term.NewRef()
	t.due = time.Now().Add(d)
	t.bytes = term.SizeUpTo(t.msg, countedParts)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return t.ref, nil
	}
	if len(n.timers) >= maxTimers || t.family != nil && t.family.fullOfTimers(t.bytes) {
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
	if t.family != nil {
		t.family.timers++
		t.family.timerBytes += t.bytes
	}
	heap.Push(&n.queue, t)
	if t.at == 0 {
		n.ring(d)
	}
	return t.ref, nil
}

func (f *family) fullOfTimers(bytes int) bool {
	return f.timers >= maxFamilyTimers || f.timerBytes+bytes > maxTimerMessages
}

// ring sets the clock, which is one for all timers. n.mu is held.
func (n *Node) ring(d time.Duration) {
	if n.wake == nil {
		n.wake = time.AfterFunc(d, n.fire)
		return
	}
	n.wake.Reset(d)
}

// fire sends the messages of the timers that are due, in order.
func (n *Node) fire() {
	n.fireOrder.Lock()
	defer n.fireOrder.Unlock()
	for _, t := range n.takeDue(time.Now()) {
		n.sendTo(t.to, t.msg)
	}
}

// takeDue returns the timers that are due, in order, and takes them out or
// sets them to their next turn.
func (n *Node) takeDue(now time.Time) []*timer {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil
	}
	var due []*timer
	for len(n.queue) > 0 && !n.queue[0].due.After(now) {
		t := n.queue[0]
		due = append(due, t)
		if t.interval == 0 {
			n.forget(t)
			continue
		}
		t.due = t.due.Add(t.interval)
		heap.Fix(&n.queue, 0)
	}
	if len(n.queue) > 0 {
		n.ring(max(0, time.Until(n.queue[0].due)))
	}
	return due
}

func (n *Node) sendTo(to, msg term.Term) {
	switch to := to.(type) {
	case term.PID:
		n.Send(to, msg)
	case term.Atom:
		if pid, ok := n.Whereis(to); ok {
			n.Send(pid, msg)
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
	n.forget(t)
	if len(n.queue) == 0 {
		n.wake.Stop()
	}
	return max(0, time.Until(t.due)), true
}

// forget takes a timer out. The clock may then ring for nothing. n.mu is held.
func (n *Node) forget(t *timer) {
	delete(n.timers, t.ref.N)
	heap.Remove(&n.queue, t.at)
	if t.family != nil {
		t.family.timers--
		t.family.timerBytes -= t.bytes
	}
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
