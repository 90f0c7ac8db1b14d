package interp

import (
	"fmt"
	"time"
)

// checkTime raises when the time is over.
func (t *Thread) checkTime() {
	t.checkCancelled()
	now := time.Now()
	t.forgive(now)
	if now.After(t.deadline) {
		t.raiseLimit("time", fmt.Sprintf("the code ran for more than %v", t.limits.Time))
	}
	t.looked = t.takeTurn(now)
	t.meter.mark()
	t.checkCancelled()
}

func (t *Thread) checkCancelled() {
	if t.cancelled.Load() {
		t.raiseLimit("time", "the code ran for too long")
	}
}

const (
	// longGap is how much time between two looks at the clock counts as running
	// at least. Code that runs looks many times as often, so in the rest of a
	// longer gap the machine did something else, or a native worked for long.
	longGap = 5 * time.Millisecond
	// maxPatience bounds how much is not counted, because it may be a native.
	maxPatience = 4 * time.Second
)

// meter tells the two apart, once there was a long gap: it knows how long the
// system's thread had run at the last look at the clock. The zero value does
// not.
type meter struct {
	on     bool
	thread int
	ran    time.Duration
}

// mark is called at each look at the clock.
func (m *meter) mark() {
	if m.on {
		m.thread, m.ran, m.on = cpuNow()
	}
}

// since returns how long the thread has run since mark, at most, if it is known.
func (m *meter) since() time.Duration {
	if !m.on {
		m.on = true
		return 0
	}
	if thread, ran, ok := cpuNow(); ok && thread == m.thread {
		return ran - m.ran
	}
	return 0
}

// forgive does not count the time in which others had the processor: on a busy
// machine honest code takes as many steps as on a quiet one, but much longer.
func (t *Thread) forgive(now time.Time) {
	gap := now.Sub(t.looked)
	if gap <= longGap {
		return
	}
	ran := max(longGap, t.meter.since())
	if lost := min(gap-ran, t.patience); lost > 0 {
		t.patience -= lost
		t.deadline = t.deadline.Add(lost)
	}
}

// Waited says that the thread has waited, which the time limit does not count.
func (t *Thread) Waited(d time.Duration) {
	t.looked, t.deadline = t.looked.Add(d), t.deadline.Add(d)
}
