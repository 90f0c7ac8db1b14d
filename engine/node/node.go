// Package node is what one reader's code runs on: processes with mailboxes,
// names, links, monitors and exit signals; timers; and PubSub. It follows what
// Erlang/OTP documents for them, for one node that is never connected to
// another.
//
// A process is a mailbox and an interp.Thread, and runs on one goroutine; while
// one that serves has nothing to do, on none. Code that runs in it finds it with
// Of. Messages from one process to another arrive in
// the order in which they were sent; so do signals. Delivery never blocks.
//
// Exit signals are seen when the process next receives, sleeps or ends a
// callback, not between two instructions as on the BEAM; the budget of its
// thread bounds how long that can take.
//
// Closing the node ends every process and timer and waits for them: no
// goroutine outlives it.
package node

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// Options configure a node. The zero value means the defaults.
type Options struct {
	// Program returns the code that new processes run; nil means none, for
	// nodes whose processes run Go code only.
	Program func() *interp.Program
	// Limits bound each call into the language. Where it is zero the node has
	// defaults of its own, which end a runaway callback within about a second.
	Limits interp.Limits
	// MaxProcesses is how many processes may live at once; 0 means 10,000.
	MaxProcesses int
	// MaxFamily is how many processes may live at once that one process from
	// outside, such as a view, has started, those that these have started
	// included; 0 means 1,000. MaxStarts is how many of them may start within a
	// second; 0 means 20,000.
	MaxFamily, MaxStarts int
	// MaxMailbox is how many messages may wait for one process; one more ends
	// it. 0 means 100,000.
	MaxMailbox int
	// MaxStreak is how long a process may handle one message after the other
	// without once waiting for one; 0 means 5 seconds.
	MaxStreak time.Duration
	// Tracer gets the console output of processes that have no scope of their
	// own. nil means none.
	Tracer trace.Tracer
}

const (
	defaultProcesses = 10_000
	defaultFamily    = 1_000
	defaultStarts    = 20_000
	defaultMailbox   = 100_000
	defaultStreak    = 5 * time.Second

	defaultReductions = 10_000_000
	defaultBytes      = 128 << 20
	defaultTime       = time.Second
)

// Node runs the processes of one reader. Its methods are safe for concurrent
// use.
type Node struct {
	opts   Options
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup // of processes
	pids   atomic.Uint64

	mu     sync.Mutex
	closed bool
	procs  map[uint64]*Process
	names  map[term.Atom]*Process
	timers map[uint64]*timer
	queue  timerQueue // the same timers
	wake   *time.Timer
	topics map[topic]*subscribers

	values sync.Map
	late   interp.Late // the modules that processes define while they run

	// fireOrder keeps what two rings of the clock send in order.
	fireOrder sync.Mutex

	crew crew
}

// ErrClosed and ErrTooMany are why Spawn fails; see LimitError too.
var (
	ErrClosed  = errors.New("the node is closed")
	ErrTooMany = errors.New("too many processes")
)

// New returns a node that runs until Close.
func New(opts Options) *Node {
	if opts.MaxProcesses == 0 {
		opts.MaxProcesses = defaultProcesses
	}
	if opts.MaxMailbox == 0 {
		opts.MaxMailbox = defaultMailbox
	}
	opts.MaxFamily = cmp.Or(opts.MaxFamily, defaultFamily)
	opts.MaxStreak = cmp.Or(opts.MaxStreak, defaultStreak)
	opts.MaxStarts = cmp.Or(opts.MaxStarts, defaultStarts)
	if opts.Limits.Reductions == 0 {
		opts.Limits.Reductions = defaultReductions
	}
	if opts.Limits.Bytes == 0 {
		opts.Limits.Bytes = defaultBytes
	}
	if opts.Limits.Time == 0 {
		opts.Limits.Time = defaultTime
	}
	n := &Node{
		opts:   opts,
		procs:  map[uint64]*Process{},
		names:  map[term.Atom]*Process{},
		timers: map[uint64]*timer{},
		topics: map[topic]*subscribers{},

		crew: crew{handed: make(chan *Process)},
	}
	n.ctx, n.cancel = context.WithCancel(context.Background())
	n.pids.Store(100)
	return n
}

// Close kills every process, stops every timer and waits until all have
// ended. Only the first call does anything; all wait.
func (n *Node) Close() {
	n.mu.Lock()
	n.closed = true
	procs := make([]*Process, 0, len(n.procs))
	for _, p := range n.procs {
		procs = append(procs, p)
	}
	if n.wake != nil {
		n.wake.Stop()
	}
	n.mu.Unlock()
	n.cancel()
	for _, p := range procs {
		p.signalExit(Killed, true)
	}
	n.wg.Wait()
	n.crew.wg.Wait()
}

// NewPID returns a pid that no process has, to stand for something that is
// not a process, such as a connection. Messages to it are dropped.
func (n *Node) NewPID() term.PID { return term.PID{N: n.pids.Add(1)} }

// Process returns the process with the pid, and false when it has ended or
// never was.
func (n *Node) Process(pid term.PID) (*Process, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p, ok := n.procs[pid.N]
	return p, ok
}

// Processes returns the pids of all living processes, oldest first.
func (n *Node) Processes() []term.PID {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := make([]term.PID, 0, len(n.procs))
	for i := range n.procs {
		out = append(out, term.PID{N: i})
	}
	sortPIDs(out)
	return out
}

// Whereis returns the process registered under the name.
func (n *Node) Whereis(name term.Atom) (term.PID, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if p, ok := n.names[name]; ok {
		return p.pid, true
	}
	return term.PID{}, false
}

// Register gives a process a name, as Process.register/2. It reports false
// when the process has ended or has a name already, or the name is taken.
func (n *Node) Register(pid term.PID, name term.Atom) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	p, ok := n.procs[pid.N]
	if !ok || n.names[name] != nil || !p.name.IsZero() {
		return false
	}
	p.name, n.names[name] = name, p
	return true
}

// Unregister takes a name back and reports whether it was given.
func (n *Node) Unregister(name term.Atom) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	p, ok := n.names[name]
	if ok {
		p.name = term.Atom{}
		delete(n.names, name)
	}
	return ok
}

// Registered returns all names in use, unordered.
func (n *Node) Registered() []term.Atom {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := make([]term.Atom, 0, len(n.names))
	for a := range n.names {
		out = append(out, a)
	}
	return out
}

// Send puts a message into a process's mailbox, and drops it when the process
// has ended.
func (n *Node) Send(to term.PID, msg term.Term) {
	if p, ok := n.Process(to); ok {
		p.deliver(msg)
	}
}

// Exit sends an exit signal from outside of any process, as Process.exit/2.
// Killed kills, whatever the process traps.
func (n *Node) Exit(to term.PID, reason term.Term) {
	if p, ok := n.Process(to); ok {
		p.exitFrom(n.NewPID(), reason, false)
	}
}

// Spawn starts a process that runs main. Its exit reason is what main
// returns. The process inherits the scope given, which may be nil.
func (n *Node) Spawn(main func(*Process) term.Term, scope *trace.Scope) (*Process, error) {
	return n.spawn(main, scope, nil, false, nil)
}

func (n *Node) spawn(main func(*Process) term.Term, scope *trace.Scope, parent *Process, link bool, mon *monitor) (*Process, error) {
	p := &Process{
		node: n, pid: n.NewPID(), wake: make(chan struct{}, 1), done: make(chan struct{}),
		scope: scope, main: main,
	}
	p.family = familyOf(parent)
	if parent != nil {
		p.leader.Store(parent.leader.Load())
	}
	if n.opts.Program != nil {
		if prog := n.opts.Program(); prog != nil {
			p.thread = interp.NewThread(prog, n.opts.Limits)
			p.thread.Join(&p.family.party)
			p.thread.Share(&n.late)
			p.thread.Owner = p
			p.thread.Receive = mailbox{p}
		}
	}
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return nil, ErrClosed
	}
	if len(n.procs) >= n.opts.MaxProcesses {
		n.mu.Unlock()
		return nil, ErrTooMany
	}
	if err := p.family.join(n.opts); err != nil {
		n.mu.Unlock()
		return nil, err
	}
	if link {
		p.links = map[uint64]*Process{parent.pid.N: parent}
		parent.addLink(p)
	}
	if mon != nil {
		mon.target = p.pid
		p.monitors = map[uint64]*monitor{mon.ref.N: mon}
		parent.addMonitoring(mon)
	}
	n.procs[p.pid.N] = p
	n.wg.Add(1)
	n.mu.Unlock()
	n.crew.start(n.ctx, p)
	return p, nil
}
