package node

import (
	"fmt"
	"time"

	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// streak is what a process did since it waited last.
type streak struct {
	messages int // that were there already when it asked for them
	began    time.Time
	looked   time.Time
	// feeds says that the process has sent itself something since it took the
	// last message, fed how many it took one after the other for which that is
	// so, and fedFor how long that has gone on. fedAt is a place where it did.
	feeds  bool
	fed    int
	fedFor time.Duration
	fedAt  source.Span
}

const (
	// lookEvery and longStreak are how many messages a process handles between
	// two looks at the clock, and until it counts as busy.
	lookEvery  = 64
	longStreak = 512
	// maxFed is how long a process may send itself a message with each that it
	// handles. Of the time between two looks no more than fedGap counts, for the
	// machine may be busy with something else.
	maxFed = time.Second
	fedGap = 20 * time.Millisecond
)

// streakLimit is the exit reason of processes that never waited, and fedLimit
// that of those that would go on for ever without anybody else.
var (
	streakLimit = term.NewAtom("message_streak_limit")
	fedLimit    = term.NewAtom("message_loop_limit")
)

// took counts a message that was there already when the process asked for it.
func (p *Process) took() {
	s := &p.streak
	s.messages++
	if s.feeds {
		s.fed++
	} else {
		s.fed, s.fedFor = 0, 0
	}
	s.feeds = false
	if s.messages%lookEvery != 0 || p.thread == nil {
		return
	}
	now := time.Now()
	if s.messages == lookEvery {
		s.began, s.looked = now, now
	}
	if s.fed >= lookEvery {
		s.fedFor += min(now.Sub(s.looked), fedGap)
	}
	s.looked = now
	p.thread.Breathe(s.messages >= longStreak)
	p.renew()
	switch {
	case s.fedFor > maxFed:
		p.signalExit(fedLimit, true)
		p.Check()
	case now.Sub(s.began) > p.node.opts.MaxStreak:
		p.signalExit(streakLimit, true)
		p.Check()
	}
}

// waits ends a streak.
func (s *streak) waits() {
	if s.messages > 0 {
		*s = streak{}
	}
}

// Send puts a message into a process's mailbox, as the process p.
func (p *Process) Send(to term.PID, msg term.Term) {
	if s := &p.streak; to == p.pid {
		s.feeds = true
		if s.messages > longStreak && s.messages%lookEvery == 0 && p.thread != nil {
			s.fedAt = p.thread.Where()
		}
	}
	p.node.Send(to, msg)
}

func (s *streak) place() string {
	if s.fedAt.IsZero() {
		return ""
	}
	pos := s.fedAt.Pos()
	return fmt.Sprintf(" (at %s:%d:%d)", s.fedAt.File.Name(), pos.Line, pos.Column)
}
