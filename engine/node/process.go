package node

import (
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// The exit reasons that the node itself gives a meaning.
var (
	Normal   = term.NewAtom("normal")
	Shutdown = term.NewAtom("shutdown")
	// Kill as the reason of Exit kills a process that traps exits too; its own
	// exit reason is then Killed.
	Kill   = term.NewAtom("kill")
	Killed = term.NewAtom("killed")
	NoProc = term.NewAtom("noproc")
)

var (
	atomEXIT    = term.NewAtom("EXIT")
	atomDOWN    = term.NewAtom("DOWN")
	atomProcess = term.NewAtom("process")
	// mailboxLimit is the exit reason of a process whose mailbox is full.
	mailboxLimit = term.NewAtom("message_queue_limit")
	// mailboxBytes is that of one whose mailbox takes too much memory.
	mailboxBytes = term.NewAtom("message_queue_memory_limit")
)

// Process is one process. The methods that act as the process, from Receive
// on, are for the goroutine it runs on; the others are safe everywhere.
type Process struct {
	node   *Node
	pid    term.PID
	thread *interp.Thread
	wake   chan struct{} // a token says: look at inbox and exit again
	done   chan struct{}
	trap   atomic.Bool

	mu    sync.Mutex
	inbox []term.Term
	size  int       // of inbox and queue together
	bytes int       // about what of it came after the first few takes
	exit  term.Term // the reason of a signal that ends the process
	// idle says that the process serves and has nothing to do: it has no
	// goroutine until something comes.
	idle bool

	// Guarded by node.mu.
	name       term.Atom
	dead       bool
	links      map[uint64]*Process
	monitors   map[uint64]*monitor // by others, of this process
	monitoring map[uint64]*monitor // by this process
	timers     map[uint64]*timer   // that send to this process
	topics     map[topic]int       // subscriptions
	listens    int                 // what these count for

	// Owned by the process's goroutine. main is what it begins with, and handle
	// what Serve was given.
	main   func(*Process) term.Term
	handle func(msg term.Term) term.Term
	array  []term.Term // what queue is a part of
	queue  []term.Term
	dict   *term.Map
	scope  *trace.Scope
	onExit func(reason term.Term)
	atExit []func()
	family *family
	// roots are what the process keeps from one message to the next.
	roots func() []term.Term
	// held is what the process kept when that was last measured, in bytes. It is
	// measured again when its thread has spent measureAt bytes.
	held      int64
	measureAt int
	// renews says that the process has a new budget after each wait.
	renews bool
	streak streak
	label  string
	// leader is the pid of the group leader, 0 for the console.
	leader atomic.Uint64
	// Data is what the owner of the process keeps with it: the view that it
	// runs. It is for the goroutine of the process.
	Data any
}

type monitor struct {
	ref     term.Ref
	tag     term.Term
	alias   bool
	watcher *Process
	target  term.PID
}

// exitSignal unwinds the goroutine of a process that is told to end.
type exitSignal struct{ reason term.Term }

// Unwind implements interp.Unwind.
func (exitSignal) Unwind() {}

// mailbox is the process's mailbox as the receive of the language sees it.
type mailbox struct{ p *Process }

// Receive implements interp.Mailbox.
func (m mailbox) Receive(_ *interp.Thread, timeout int64, accept func(term.Term) bool) bool {
	d := Infinity
	if timeout >= 0 {
		d = time.Duration(timeout) * time.Millisecond
	}
	return m.p.Receive(accept, d)
}

// Of returns the process that the thread runs for, and nil while modules are
// compiled.
func Of(t *interp.Thread) *Process {
	p, _ := t.Owner.(*Process)
	return p
}

// PID returns the process's pid.
func (p *Process) PID() term.PID { return p.pid }

// Node returns the node that the process runs on.
func (p *Process) Node() *Node { return p.node }

// Thread returns the thread that runs the process's code, nil on a node
// without a program.
func (p *Process) Thread() *interp.Thread { return p.thread }

// Done is closed when the process has ended and everybody linked to it or
// monitoring it was told.
func (p *Process) Done() <-chan struct{} { return p.done }

// MailboxLen returns how many messages wait.
func (p *Process) MailboxLen() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.size
}

// Links returns the pids of the processes linked to p.
func (p *Process) Links() []term.PID {
	p.node.mu.Lock()
	defer p.node.mu.Unlock()
	out := make([]term.PID, 0, len(p.links))
	for _, l := range p.links {
		out = append(out, l.pid)
	}
	sortPIDs(out)
	return out
}

// Name returns the name that the process is registered under, and false when
// it has none.
func (p *Process) Name() (term.Atom, bool) {
	p.node.mu.Lock()
	defer p.node.mu.Unlock()
	return p.name, !p.name.IsZero()
}

// TrapExit sets whether exit signals come as {:EXIT, pid, reason} messages,
// and returns what it was.
func (p *Process) TrapExit(on bool) (was bool) { return p.trap.Swap(on) }

// Scope returns where the process's events go; nil for nowhere.
func (p *Process) Scope() *trace.Scope { return p.scope }

// OnExit sets what runs on the process's goroutine when it ends, before
// others are told.
func (p *Process) OnExit(f func(reason term.Term)) { p.onExit = f }

// AtExit runs f when the process has ended, before those that are linked to it
// or watch it hear of it. f must not call code.
func (p *Process) AtExit(f func()) { p.atExit = append(p.atExit, f) }

// SetLabel names the process in the log; "" goes back to its pid.
func (p *Process) SetLabel(label string) { p.label = label }

// deliver appends a message. A full mailbox ends the process.
func (p *Process) deliver(msg term.Term) {
	p.mu.Lock()
	var limit term.Term
	if p.size >= p.node.opts.MaxMailbox {
		limit = mailboxLimit
	} else {
		p.inbox = append(p.inbox, msg)
		p.size++
		if p.size > countedAfter {
			p.bytes += term.SizeUpTo(msg, countedParts)
			if p.bytes > maxMailboxBytes {
				limit = mailboxBytes
			}
		}
	}
	idle := p.leaveIdle()
	p.mu.Unlock()
	if limit != nil {
		p.signalExit(limit, true)
	}
	p.poke(idle)
}

// poke makes the process look at its mailbox again.
func (p *Process) poke(idle bool) {
	if idle {
		p.node.crew.run(p.node.ctx, p)
		return
	}
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// signalExit makes the process end at its next check. Only kill overrides a
// reason that is already there.
func (p *Process) signalExit(reason term.Term, kill bool) {
	p.mu.Lock()
	if p.exit == nil || kill {
		p.exit = reason
	}
	idle := p.leaveIdle()
	p.mu.Unlock()
	if p.thread != nil {
		p.thread.Cancel()
	}
	p.poke(idle)
}

// exitFrom handles an exit signal; linked says that it came along a link.
func (p *Process) exitFrom(from term.PID, reason term.Term, linked bool) {
	switch {
	case !linked && reason == term.Term(Kill):
		p.signalExit(Killed, true)
	case p.trap.Load():
		p.deliver(term.Tuple{atomEXIT, from, reason})
	case reason == term.Term(Normal) && from != p.pid:
	default:
		p.signalExit(reason, false)
	}
}

// protect runs f and turns an exit signal into a reason. Any other panic is a
// bug in the engine: it is logged with its Go stack, and ends the process
// alone.
func (p *Process) protect(f func(*Process) term.Term) (reason term.Term) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case exitSignal:
			reason = x.reason
			p.logLimit(reason)
		default:
			p.Log("error", fmt.Sprintf("internal error: %v\n\n%s", x, debug.Stack()))
			reason = term.Tuple{term.NewAtom("internal_error"), term.Binary(fmt.Sprint(x))}
		}
	}()
	return f(p)
}

// finish tells everybody that the process has ended.
func (p *Process) finish(reason term.Term) {
	n := p.node
	n.mu.Lock()
	defer n.mu.Unlock()
	p.dead = true
	p.family.procs--
	p.family.held.Add(-p.held)
	delete(n.procs, p.pid.N)
	if !p.name.IsZero() {
		delete(n.names, p.name)
	}
	for t := range p.topics {
		n.dropSubscriber(t, p)
	}
	for _, t := range p.timers {
		n.forget(t)
	}
	for _, m := range p.monitoring {
		if target, ok := n.procs[m.target.N]; ok {
			delete(target.monitors, m.ref.N)
		}
	}
	for _, l := range byPID(p.links) {
		delete(l.links, p.pid.N)
		l.exitFrom(p.pid, reason, true)
	}
	for _, m := range byRef(p.monitors) {
		delete(m.watcher.monitoring, m.ref.N)
		m.watcher.deliver(m.down(reason))
	}
}

func (m *monitor) down(reason term.Term) term.Term {
	return term.Tuple{m.tag, m.ref, atomProcess, m.target, reason}
}

func byPID(m map[uint64]*Process) []*Process {
	out := make([]*Process, 0, len(m))
	for _, p := range m {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *Process) int { return int(a.pid.N) - int(b.pid.N) })
	return out
}

func byRef(m map[uint64]*monitor) []*monitor {
	out := make([]*monitor, 0, len(m))
	for _, x := range m {
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b *monitor) int { return int(a.ref.N) - int(b.ref.N) })
	return out
}

func sortPIDs(pids []term.PID) {
	slices.SortFunc(pids, func(a, b term.PID) int { return int(a.N) - int(b.N) })
}

// Receive takes the first message for which match returns true, waiting up to
// timeout for one to come; below 0 it waits for ever. It reports false when
// the time is over. This is Elixir's receive: messages that don't match stay
// where they are. An exit signal unwinds the process from here.
func (p *Process) Receive(match func(term.Term) bool, timeout time.Duration) bool {
	var timer *time.Timer
	var expired <-chan time.Time
	for seen := 0; ; {
		p.Check()
		p.take()
		for ; seen < len(p.queue); seen++ {
			if match(p.queue[seen]) {
				p.drop(seen)
				p.took()
				return true
			}
		}
		if timeout == 0 {
			return false
		}
		if timeout > 0 && timer == nil {
			timer = time.NewTimer(timeout)
			defer timer.Stop()
			expired = timer.C
		}
		p.streak.waits()
		p.wait(func() {
			select {
			case <-p.wake:
			case <-expired:
				timeout = 0
			}
		})
		p.renew()
	}
}

// renew gives a process that is one long call a new budget, if it does not keep
// too much from what it had before.
func (p *Process) renew() {
	if p.thread == nil || !p.renews {
		return
	}
	p.thread.Renew()
	err := p.Keeps(func() (held []term.Term) {
		p.thread.Held(func(v term.Term) { held = append(held, v) })
		return held
	})
	if err != nil {
		p.thread.RaiseLimit("memory", err.Error())
	}
}

// wait calls f, which waits for something. Meanwhile others run in its place.
func (p *Process) wait(f func()) {
	began := time.Now()
	if p.thread != nil {
		p.thread.Rest()
	}
	p.node.crew.pause(p.node.ctx)
	f()
	p.node.crew.resume()
	if p.thread != nil {
		p.thread.Waited(time.Since(began))
	}
}

// Await waits until a channel is closed, for no longer than atMost. What natives
// wait for that is no message goes through it, so that others can run.
func (p *Process) Await(closed <-chan struct{}, atMost time.Duration) {
	select {
	case <-closed:
		return
	default:
	}
	timer := time.NewTimer(atMost)
	defer timer.Stop()
	p.wait(func() {
		select {
		case <-closed:
		case <-timer.C:
		}
	})
}

// Next takes the first message, waiting for it.
func (p *Process) Next() (msg term.Term) {
	p.Receive(func(m term.Term) bool { msg = m; return true }, -1)
	return msg
}

// take moves what has arrived to the end of the queue.
func (p *Process) take() {
	p.mu.Lock()
	p.takeLocked()
	p.mu.Unlock()
}

func (p *Process) takeLocked() {
	if len(p.queue) == 0 {
		// The two arrays take turns.
		p.queue, p.inbox, p.array = p.inbox, p.array[:0], p.inbox
		return
	}
	if len(p.queue)+len(p.inbox) > cap(p.queue) {
		p.array = nil
	}
	p.queue = append(p.queue, p.inbox...)
	clear(p.inbox)
	p.inbox = p.inbox[:0]
}

// drop removes a message from the queue.
func (p *Process) drop(i int) {
	if i == 0 {
		p.dropFirst()
	} else {
		p.queue = slices.Delete(p.queue, i, i+1)
	}
	p.mu.Lock()
	if p.size--; p.size <= countedAfter {
		p.bytes = 0
	}
	p.mu.Unlock()
}

func (p *Process) dropFirst() {
	p.queue[0] = nil
	p.queue = p.queue[1:]
}

// Messages returns a copy of the messages that wait.
func (p *Process) Messages() []term.Term {
	p.take()
	return slices.Clone(p.queue)
}

// Check unwinds the process when a signal told it to end. Long-running
// natives call it.
func (p *Process) Check() {
	p.mu.Lock()
	reason := p.exit
	p.mu.Unlock()
	if reason != nil {
		panic(exitSignal{reason})
	}
}

// Sleep waits; an exit signal unwinds the process from here.
func (p *Process) Sleep(d time.Duration) {
	never := func(term.Term) bool { return false }
	if d == 0 {
		p.Check()
		return
	}
	p.Receive(never, d)
}

// Exit ends the process itself with a reason, whatever it traps. It does not
// return. Code of the language uses Thread.Exit, which it can catch.
func (p *Process) Exit(reason term.Term) { panic(exitSignal{reason}) }

// Dict returns the process dictionary; SetDict replaces it.
func (p *Process) Dict() *term.Map {
	if p.dict == nil {
		return term.EmptyMap
	}
	return p.dict
}

// SetDict replaces the process dictionary.
func (p *Process) SetDict(m *term.Map) { p.dict = m }

// Log writes a line to the console: level is one of Logger's, or "inspect",
// "puts" or "write" for IO.
func (p *Process) Log(level, text string) {
	e := trace.Event{Step: trace.Log, Level: level, Text: text, Line: 0}
	if p.thread != nil {
		if at := p.thread.Where(); !at.IsZero() {
			e.File, e.Line = at.File.Name(), at.Pos().Line
		}
	}
	switch p.family.log.take(len(text)) {
	case quotaFull:
		return
	case quotaLast:
		e.Level, e.Text = "warning", fmt.Sprintf("more than %d lines or %d MB were logged within a second; what is too much is left out", maxLogLines, maxLogBytes>>20)
	}
	p.logEvent(e)
}

func (p *Process) logEvent(e trace.Event) {
	if p.scope.On() {
		p.scope.Trace(e)
	} else if t := p.node.opts.Tracer; t != nil {
		(&trace.Scope{Tracer: t}).Trace(e)
	}
}
