package interp

import (
	"runtime"
	"time"
)

// Threads that run for long take turns, so that those which only handle an
// event now and then find a processor free: a thread that has run for a while
// needs one of the turns, of which there are fewer than processors, and gives
// it back after a moment for the next one that waits.
var turns = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))

const (
	// politeTime is how long a call may run before it takes turns.
	politeTime = 2 * time.Millisecond
	turnTime   = 5 * time.Millisecond
	// maxTurnWait is when a thread goes on without a turn, for as long: whoever
	// has it may be in a native that takes long and does not look at the clock.
	maxTurnWait = 200 * time.Millisecond
)

// takeTurn is called by a thread that runs, now and then, and returns when it
// goes on. Waiting for a turn does not count as running.
func (t *Thread) takeTurn(now time.Time) time.Time {
	if t.limits.Time-t.deadline.Sub(now) < politeTime && !t.hog {
		return now
	}
	if t.hasTurn {
		if now.Sub(t.turnBegan) < turnTime {
			return now
		}
		t.endTurn()
		runtime.Gosched()
	} else if now.Before(t.free) {
		return now
	}
	select {
	case turns <- struct{}{}:
		t.hasTurn = true
	default:
		t.waitForTurn()
	}
	t.turnBegan = time.Now()
	t.deadline = t.deadline.Add(t.turnBegan.Sub(now))
	return t.turnBegan
}

func (t *Thread) waitForTurn() {
	timer := time.NewTimer(maxTurnWait)
	defer timer.Stop()
	select {
	case turns <- struct{}{}:
		t.hasTurn = true
	case <-timer.C:
		t.free = time.Now().Add(maxTurnWait)
	}
}

func (t *Thread) endTurn() {
	if t.hasTurn {
		t.hasTurn = false
		<-turns
	}
}

// Rest says that the thread is about to wait: for a message, or for another
// thread.
func (t *Thread) Rest() { t.endTurn() }

// Breathe lets others run. A process that handles message after message
// without ever waiting calls it now and then; busy says that it has done so
// for long.
func (t *Thread) Breathe(busy bool) {
	t.hog = busy
	if busy && t.running > 0 {
		t.looked = t.takeTurn(time.Now())
	}
	runtime.Gosched()
}

// Renew gives the code that runs a fresh budget. A process that is one long
// call, such as that of spawn/1, has a budget for each of the things it does
// between two waits.
func (t *Thread) Renew() {
	t.spent += t.limits.Bytes - t.bytes
	t.reductions, t.fuel, t.bytes = t.limits.Reductions-fuelSlice, fuelSlice, t.limits.Bytes
	t.looked, t.patience = time.Now(), min(4*t.limits.Time, maxPatience)
	t.deadline = t.looked.Add(t.limits.Time)
}

// Spent returns about how many bytes the thread has taken for terms since it
// was made.
func (t *Thread) Spent() int { return t.spent + t.limits.Bytes - t.bytes }
