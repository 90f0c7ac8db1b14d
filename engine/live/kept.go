package live

import (
	"errors"
	"fmt"

	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// checkKept ends a view that keeps too much in its assigns and in those of its
// components. It returns the reason, or nil.
func (c *channel) checkKept() term.Term {
	err := c.proc.Keeps(c.kept)
	var limit *node.LimitError
	if !errors.As(err, &limit) {
		return nil
	}
	c.begin(trace.Other, "memory", 0, nil)
	return c.guard(func() term.Term {
		c.t.RaiseLimit("memory", limit.Message+c.largest())
		return nil
	})
}

// kept returns what the view keeps between two messages.
func (c *channel) kept() []term.Term {
	out := []term.Term{c.socket.m}
	for _, info := range c.state.Components() {
		if s, ok := info.Socket.(Socket); ok && s.m != nil {
			out = append(out, s.m)
		}
	}
	return out
}

// largest names the assign of the view that takes the most memory.
func (c *channel) largest() string {
	const most = 64 << 20
	var name term.Term
	size := 0
	for k, v := range c.socket.Assigns().All() {
		if n := term.Size(most, v); n > size {
			name, size = k, n
		}
	}
	if size < 1<<20 {
		return ""
	}
	return fmt.Sprintf(", %d MB of it in the assign %s of %s. Streams are not kept: see stream/4, or keep the latest only",
		size>>20, term.Inspect(name), term.Inspect(c.view))
}
