package node

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// family is a process from outside, such as a view, and all that it and those
// it has started have started. One that starts processes without end runs
// into the limits of its family, and takes no places from others.
type family struct {
	// Guarded by node.mu.
	procs  int
	starts int // within the second that began at since
	since  time.Time
	// timers are those that its processes have started and that have not fired.
	timers     int
	timerBytes int

	held  atomic.Int64 // bytes that its processes keep, as far as measured
	log   logQuota
	party interp.Party
}

// LimitError is a limit of a process or its family that was reached.
type LimitError struct{ Message string }

// Error returns the limit that was reached.
func (e *LimitError) Error() string { return e.Message }

func familyOf(parent *Process) *family {
	if parent == nil {
		return &family{}
	}
	return parent.family
}

// join counts a process that starts. node.mu is held.
func (f *family) join(opts Options) error {
	if f.procs >= opts.MaxFamily {
		return &LimitError{fmt.Sprintf("more than %d processes that one process has started, or these in turn, are alive at once", opts.MaxFamily)}
	}
	f.starts++
	if f.starts > opts.MaxStarts {
		now := time.Now()
		if now.Sub(f.since) < time.Second {
			return &LimitError{fmt.Sprintf("more than %d processes were started within a second", opts.MaxStarts)}
		}
		f.starts, f.since = 1, now
	}
	f.procs++
	return nil
}

const (
	// countedAfter messages wait before those that come are measured, each up
	// to so many parts.
	countedAfter    = 16
	countedParts    = 64
	maxMailboxBytes = 64 << 20
)

// A process may keep so much, and a family so much together. Between two
// measurements it takes at least measureAfter bytes.
const (
	maxHeld       = 64 << 20
	maxFamilyHeld = 256 << 20
	measureAfter  = 4 << 20
)

// Keeps says what the process keeps from one message to the next, besides its
// dictionary. It is measured after the process has taken much memory only, and
// so costs next to nothing. It returns an error when it is more than a process
// may keep.
func (p *Process) Keeps(roots func() []term.Term) error {
	if p.thread == nil {
		return nil
	}
	p.roots = roots
	spent := p.thread.Spent()
	if spent < p.measureAt {
		return nil
	}
	held := int64(term.Size(maxHeld, append(roots(), p.Dict())...))
	together := p.family.held.Add(held - p.held)
	p.held = held
	p.measureAt = spent + max(measureAfter, int(held))
	switch {
	case held >= maxHeld:
		return &LimitError{fmt.Sprintf("the process keeps more than %d MB", maxHeld>>20)}
	case together >= maxFamilyHeld:
		return &LimitError{fmt.Sprintf("the process, and those that were started by the same one, keep more than %d MB", maxFamilyHeld>>20)}
	}
	return nil
}

// Memory is about how many bytes the process keeps, with its dictionary and the
// messages that wait. It is for the process itself.
func (p *Process) Memory() int {
	terms := append(p.Messages(), p.Dict())
	if p.roots != nil {
		terms = append(terms, p.roots()...)
	}
	return term.Size(maxHeld, terms...)
}

// watchLimit is the exit reason of a process that watches or listens to more
// than maxWatched: so many monitors it may have, and so many subscriptions.
var watchLimit = term.NewAtom("watch_limit")

const maxWatched = 100_000

// logQuota bounds how much a family writes to the log within a second.
type logQuota struct {
	mu    sync.Mutex
	since time.Time
	lines int
	bytes int
	full  bool
}

const (
	maxLogLines = 5_000
	maxLogBytes = 8 << 20
)

// What a quota says to a line: it may be written, it is the first for which
// there is no room, or another one.
const (
	quotaFree = iota
	quotaLast
	quotaFull
)

func (q *logQuota) take(bytes int) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lines++
	q.bytes += bytes
	if q.lines <= maxLogLines && q.bytes <= maxLogBytes {
		return quotaFree
	}
	if now := time.Now(); now.Sub(q.since) > time.Second {
		q.since, q.lines, q.bytes, q.full = now, 1, bytes, false
		return quotaFree
	}
	if q.full {
		return quotaFull
	}
	q.full = true
	return quotaLast
}

// logLimit says in the log when it was a limit that ended the process.
func (p *Process) logLimit(reason term.Term) {
	what := ""
	switch reason {
	case mailboxLimit:
		what = fmt.Sprintf("more than %d messages waited in its mailbox", p.node.opts.MaxMailbox)
	case mailboxBytes:
		what = fmt.Sprintf("messages of more than %d MB waited in its mailbox", maxMailboxBytes>>20)
	case streakLimit:
		what = fmt.Sprintf("it handled messages for more than %v without once waiting for one", p.node.opts.MaxStreak)
	case watchLimit:
		what = fmt.Sprintf("it had more than %d monitors, or as many subscriptions", maxWatched)
	case fedLimit:
		what = fmt.Sprintf("it sent itself a message with each that it handled, for more than %v%s", maxFed, p.streak.place())
	default:
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Process %s terminating\n** (SystemLimitError) a system limit has been reached: %s", p.Inspect(), what)
	if p.thread != nil {
		for _, f := range p.thread.LastStack() {
			b.WriteString("\n    " + f.String())
		}
	}
	crash := trace.Event{Step: trace.Crash, Text: b.String()}
	if at := p.streak.fedAt; reason == fedLimit && !at.IsZero() {
		pos := at.Pos()
		crash.File, crash.Line, crash.Column = at.File.Name(), pos.Line, pos.Column
	}
	p.scope.Trace(crash)
	p.logEvent(trace.Event{Step: trace.Log, Level: "error", Text: b.String(), File: crash.File, Line: crash.Line})
}
