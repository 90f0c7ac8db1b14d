package node

import "streamsplayground/engine/term"

// serving is what a main returns that Serve takes over from. No code can make
// this term.
var serving term.Term = &term.Map{}

// Serve has handle called with each message that comes, in the order in which
// they come, until it returns an exit reason. It is the end of a main: main
// returns what Serve returns. While nothing comes, the process takes neither a
// goroutine nor its stack.
func (p *Process) Serve(handle func(msg term.Term) (reason term.Term)) term.Term {
	p.handle = handle
	return serving
}

// run runs the process until it has ended, which it reports, or has nothing to
// do.
func (p *Process) run() (ended bool) {
	reason := serving
	if main := p.main; main != nil {
		p.main = nil
		reason = p.protect(main)
	}
	for reason == serving {
		if p.becomeIdle() {
			return false
		}
		reason = p.protect((*Process).serveNext)
	}
	if p.onExit != nil {
		p.protect(func(*Process) term.Term { p.onExit(reason); return nil })
	}
	for _, f := range p.atExit {
		f()
	}
	p.finish(reason)
	close(p.done)
	return true
}

// serveNext handles messages until none is left.
func (p *Process) serveNext() term.Term {
	for {
		msg := p.first()
		if msg == nil {
			p.streak.waits()
			return serving
		}
		p.took()
		if reason := p.handle(msg); reason != nil {
			return reason
		}
	}
}

// first takes the first message, nil when there is none. An exit signal unwinds
// the process from here.
func (p *Process) first() (msg term.Term) {
	p.mu.Lock()
	reason := p.exit
	if len(p.queue) == 0 {
		p.takeLocked()
	}
	if reason == nil && len(p.queue) > 0 {
		msg = p.queue[0]
		p.dropFirst()
		if p.size--; p.size <= countedAfter {
			p.bytes = 0
		}
	}
	p.mu.Unlock()
	if reason != nil {
		panic(exitSignal{reason})
	}
	return msg
}

// becomeIdle reports whether there is nothing to do. Then whatever comes next
// has the process run again.
func (p *Process) becomeIdle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = p.size == 0 && p.exit == nil
	return p.idle
}

// leaveIdle reports whether the process was idle. mu is held.
func (p *Process) leaveIdle() bool {
	was := p.idle
	p.idle = false
	return was
}
