package node

import (
	"context"
	"runtime"
	"sync"
	"time"
)

// crew are the goroutines that run a node's processes: few, with stacks that
// have grown. A broadcast to a thousand idle views is worked off by them, where
// a goroutine for each would have to grow a stack first. A process that waits
// in the middle of its code keeps its goroutine, and another takes its place.
type crew struct {
	wg sync.WaitGroup
	// handed takes a process to a goroutine that has none.
	handed chan *Process

	mu sync.Mutex
	// running is how many goroutines run a process that does not wait, spare how
	// many have none.
	running, spare int
	// queue are the processes that nobody runs, and fresh those for which a
	// goroutine was started: it takes the first of them, because the last
	// goroutine that was started is often the first that runs.
	queue, fresh line
	// taken counts what was taken from the queue, and seen is what the watch saw
	// of it last.
	taken, seen uint64
	watched     bool
}

// maxSpare is how many goroutines wait for processes that have something to do,
// and stall how long a queue from which nobody takes may be: those that run
// compute for long, or wait where the crew does not notice.
const (
	maxSpare = 8
	stall    = time.Millisecond
)

// maxRunning is how many goroutines run processes before others queue up.
var maxRunning = 4 * runtime.GOMAXPROCS(0)

// start runs a process on a goroutine of its own.
func (c *crew) start(ctx context.Context, p *Process) {
	c.mu.Lock()
	c.launch(ctx, p)
	c.mu.Unlock()
}

// launch starts a goroutine, so that p runs after those that were launched
// before it. mu is held.
func (c *crew) launch(ctx context.Context, p *Process) {
	c.running++
	c.fresh.push(p)
	c.wg.Go(func() {
		c.mu.Lock()
		p := c.fresh.pop()
		c.mu.Unlock()
		c.work(ctx, p)
	})
}

// run has a process run that has something to do.
func (c *crew) run(ctx context.Context, p *Process) {
	select {
	case c.handed <- p:
		return
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running < maxRunning {
		c.launch(ctx, p)
		return
	}
	c.queue.push(p)
	if !c.watched {
		c.watched, c.seen = true, c.taken
		time.AfterFunc(stall, func() { c.watch(ctx) })
	}
}

// watch starts another goroutine when nobody takes from the queue, as long as
// there is one.
func (c *crew) watch(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.taken == c.seen {
		c.relieve(ctx)
	}
	c.seen = c.taken
	c.watched = !c.queue.empty()
	if c.watched {
		time.AfterFunc(stall, func() { c.watch(ctx) })
	}
}

// relieve starts a goroutine for the first of the queue. mu is held.
func (c *crew) relieve(ctx context.Context) {
	if p := c.first(); p != nil {
		c.launch(ctx, p)
	}
}

// first takes the first of the queue, nil when it is empty. mu is held.
func (c *crew) first() *Process {
	p := c.queue.pop()
	if p != nil {
		c.taken++
	}
	return p
}

// line is a queue of processes.
type line struct {
	all  []*Process
	head int
}

func (l *line) empty() bool { return l.head == len(l.all) }

func (l *line) push(p *Process) { l.all = append(l.all, p) }

// pop takes the first process, nil when there is none.
func (l *line) pop() *Process {
	if l.empty() {
		return nil
	}
	p := l.all[l.head]
	l.all[l.head] = nil
	if l.head++; l.empty() {
		l.all, l.head = l.all[:0], 0
	}
	return p
}

// pause says that the process that runs waits, and resume that it goes on.
func (c *crew) pause(ctx context.Context) {
	c.mu.Lock()
	c.running--
	c.relieve(ctx)
	c.mu.Unlock()
}

func (c *crew) resume() {
	c.mu.Lock()
	c.running++
	c.mu.Unlock()
}

// work is a goroutine that runs p, and others after it.
func (c *crew) work(ctx context.Context, p *Process) {
	for p != nil {
		n := p.node
		if p.run() {
			n.wg.Done()
		}
		p = c.next(ctx)
	}
}

// next waits for a process that has something to do, and returns nil when
// enough others wait.
func (c *crew) next(ctx context.Context) *Process {
	c.mu.Lock()
	if p := c.first(); p != nil {
		c.mu.Unlock()
		return p
	}
	c.running--
	if c.spare == maxSpare {
		c.mu.Unlock()
		return nil
	}
	c.spare++
	c.mu.Unlock()
	var p *Process
	select {
	case p = <-c.handed:
	case <-ctx.Done():
	}
	c.mu.Lock()
	c.spare--
	if p != nil {
		c.running++
	}
	c.mu.Unlock()
	return p
}
