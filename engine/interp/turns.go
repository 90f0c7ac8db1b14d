package interp

import (
	"runtime"
	"slices"
	"sync"
	"time"

	"streamsplayground/engine/term"
)

// turnstile lets threads that run for long take turns, so that those which only
// handle an event now and then find a processor free: a thread that has run for
// a while needs one of the turns, of which there are fewer than processors, and
// gives it back after a moment for the next one that waits.
type turnstile struct {
	mu   sync.Mutex
	free int
	held []*turn
	// parties are those that wait, the next one first.
	parties []*Party
}

var turns = turnstile{free: max(1, runtime.GOMAXPROCS(0)-1)}

const (
	// politeTime is how long a call may run before it takes turns, and
	// partyTime how much those of one party may run so together within
	// partyWindow.
	politeTime  = 2 * time.Millisecond
	partyTime   = 10 * time.Millisecond
	partyWindow = 100 * time.Millisecond
	turnTime    = 5 * time.Millisecond
	// lostAfter is how long a turn may be held before another takes its place:
	// the thread that has it is in a native that takes long and does not look
	// at the clock.
	lostAfter = 200 * time.Millisecond
)

// turn is what a thread holds while it runs for long. Its fields are guarded by
// the turnstile, but for began, which never changes.
type turn struct {
	began time.Time
	lost  bool
}

// Party is threads that take turns as one, such as those of a view and of all
// that it has started: each party gets as many turns as another, however many
// threads it has. The zero value is ready.
type Party struct {
	waiting []*waiter // guarded by the turnstile

	mu    sync.Mutex
	since time.Time // when the window began
	ran   time.Duration
}

// waiter is a thread that waits for a turn.
type waiter struct {
	given  chan *turn
	cancel chan struct{}
}

// polite reports whether a thread may run without a turn, which has just done
// so for some time.
func (p *Party) polite(now time.Time, d time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Sub(p.since) > partyWindow {
		p.since, p.ran = now, 0
	}
	p.ran += min(d, longGap)
	return p.ran <= partyTime
}

// take waits for a turn. It returns nil when the thread was cancelled.
func (s *turnstile) take(t *Thread) *turn {
	s.mu.Lock()
	if s.free > 0 {
		s.free--
		given := s.hold()
		s.mu.Unlock()
		return given
	}
	w := &waiter{make(chan *turn, 1), make(chan struct{}, 1)}
	if len(t.party.waiting) == 0 {
		s.parties = append(s.parties, t.party)
	}
	t.party.waiting = append(t.party.waiting, w)
	s.mu.Unlock()
	t.waiter.Store(w)
	defer t.waiter.Store(nil)
	if t.cancelled.Load() {
		return s.leave(t.party, w)
	}
	look := time.NewTicker(lostAfter)
	defer look.Stop()
	for {
		select {
		case given := <-w.given:
			return given
		case <-w.cancel:
			return s.leave(t.party, w)
		case <-look.C:
			s.replaceLost()
		}
	}
}

// hold is a turn that begins. mu is held.
func (s *turnstile) hold() *turn {
	given := &turn{began: time.Now()}
	s.held = append(s.held, given)
	return given
}

// give takes a turn back.
func (s *turnstile) give(back *turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !back.lost {
		s.drop(back)
		s.next()
	}
}

func (s *turnstile) drop(x *turn) {
	s.held = slices.DeleteFunc(s.held, func(h *turn) bool { return h == x })
}

// next gives a turn that is free to the first thread of the next party. mu is
// held.
func (s *turnstile) next() {
	if len(s.parties) == 0 {
		s.free++
		return
	}
	p := s.parties[0]
	s.parties = slices.Delete(s.parties, 0, 1)
	w := p.waiting[0]
	p.waiting = slices.Delete(p.waiting, 0, 1)
	if len(p.waiting) > 0 {
		s.parties = append(s.parties, p)
	}
	w.given <- s.hold()
}

// leave takes a thread out of the queue. Where it has just been given a turn,
// it returns that.
func (s *turnstile) leave(p *Party, w *waiter) *turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(p.waiting, w)
	if i < 0 {
		return <-w.given
	}
	p.waiting = slices.Delete(p.waiting, i, i+1)
	if len(p.waiting) == 0 {
		s.parties = slices.DeleteFunc(s.parties, func(x *Party) bool { return x == p })
	}
	return nil
}

// replaceLost gives others the turns that are held for too long.
func (s *turnstile) replaceLost() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for _, h := range slices.Clone(s.held) {
		if now.Sub(h.began) >= lostAfter {
			h.lost = true
			s.drop(h)
			s.next()
		}
	}
}

// takeTurn is called by a thread that runs, now and then, and returns when it
// goes on. Waiting for a turn does not count as running.
func (t *Thread) takeTurn(now time.Time) time.Time {
	switch {
	case t.turn != nil:
		if now.Sub(t.turn.began) < turnTime {
			return now
		}
		t.endTurn()
		runtime.Gosched()
	case !t.hog && t.limits.Time-t.deadline.Sub(now) < politeTime && t.party.polite(now, now.Sub(t.looked)):
		return now
	}
	t.turn = turns.take(t)
	began := time.Now()
	t.deadline = t.deadline.Add(began.Sub(now))
	return began
}

func (t *Thread) endTurn() {
	if t.turn != nil {
		turns.give(t.turn)
		t.turn = nil
	}
}

// Join makes the thread one of a party. Each is alone before.
func (t *Thread) Join(p *Party) { t.party = p }

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
	t.meter = meter{}
	t.looked, t.patience = time.Now(), min(4*t.limits.Time, maxPatience)
	t.deadline = t.looked.Add(t.limits.Time)
}

// Held calls f with the terms that the functions on the stack hold.
func (t *Thread) Held(f func(term.Term)) {
	for _, v := range t.stack[:t.sp] {
		if v != nil {
			f(v)
		}
	}
}

// Spent returns about how many bytes the thread has taken for terms since it
// was made.
func (t *Thread) Spent() int { return t.spent + t.limits.Bytes - t.bytes }
