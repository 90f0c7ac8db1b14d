package term

import (
	"fmt"
	"sync/atomic"
)

// toil counts the work that terms have cost which no thread has paid for.
var toil atomic.Uint64

// Toil says that n steps of work were done at once, by an operation that has
// no budget to charge them to. Small numbers of steps need not be told.
func Toil(n int) { toil.Add(uint64(n)) }

// Toiled returns a number that changes with every Toil. Whoever runs code
// under a budget looks at the clock when it has changed: an operation may have
// taken much longer than is usual.
func Toiled() uint64 { return toil.Load() }

// Exhausted is the panic of an operation on terms that went beyond what any
// honest term needs. The interpreter turns it into the exception of the limit.
type Exhausted struct {
	Limit   string // "depth" or "time"
	Message string
}

// Error returns the message.
func (e Exhausted) Error() string { return e.Message }

// tellLong tells of n steps when they are many.
func tellLong(n int) {
	if n > 1<<12 {
		Toil(n)
	}
}

// Meter bounds a walk through a term that calls itself for what is within: a
// term can be nested deeper than Go's stack, and hold another so often that
// the walk has no end. The zero value is ready.
type Meter struct{ steps, depth int }

// maxWalk is how many steps a walk may have, which take some tenths of a
// second.
const maxWalk = 1 << 24

// Step counts a step.
func (m *Meter) Step() { m.Steps(1) }

// Steps counts n steps.
func (m *Meter) Steps(n int) {
	const slice = 1 << 10
	before := m.steps
	if m.steps += n; m.steps/slice == before/slice {
		return
	}
	Toil(slice)
	if m.steps >= maxWalk {
		panic(Exhausted{Limit: "time", Message: fmt.Sprintf("a term of more than %d parts was walked through", maxWalk)})
	}
}

// Enter counts a step into what is within; Leave ends it.
func (m *Meter) Enter() {
	m.Step()
	if m.depth++; m.depth > maxDepth {
		panic(Exhausted{Limit: "depth", Message: fmt.Sprintf("a term is nested more than %d deep", maxDepth)})
	}
}

// Leave ends what Enter began.
func (m *Meter) Leave() { m.depth-- }

// Room raises the limit of memory when a text that is built has grown beyond
// all that a program may use.
func (m *Meter) Room(size int) {
	const most = 256 << 20
	if size > most {
		panic(Exhausted{Limit: "bytes", Message: fmt.Sprintf("a text of more than %d MB was built", most>>20)})
	}
}
