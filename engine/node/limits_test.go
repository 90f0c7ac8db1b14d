package node_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// console keeps what is logged.
type console struct {
	mu   sync.Mutex
	text string
}

func (c *console) Trace(e trace.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text += e.Text + "\n"
}

func TestTimersAreBoundedAndEndWithTheirProcess(t *testing.T) {
	n := node.New(node.Options{})
	defer n.Close()
	in(t, n, func(p *node.Process) {
		var err error
		for range 20_000 {
			if _, err = p.SendAfter(p.PID(), atom("x"), time.Hour); err != nil {
				break
			}
		}
		if !errors.Is(err, node.ErrTimers) {
			t.Errorf("got %v", err)
		}
		in(t, n, func(other *node.Process) {
			if _, err := other.SendAfter(other.PID(), atom("x"), time.Hour); err != nil {
				t.Errorf("in another family: %v", err)
			}
		})
	})
	in(t, n, func(p *node.Process) {
		if _, err := p.SendAfter(p.PID(), atom("x"), time.Hour); err != nil {
			t.Errorf("after the process ended: %v", err)
		}
	})
}

func TestMessagesOfTimersAreBounded(t *testing.T) {
	n := node.New(node.Options{})
	defer n.Close()
	in(t, n, func(p *node.Process) {
		big := term.Binary(strings.Repeat("x", 1<<20))
		var err error
		for range 100 {
			if _, err = p.SendAfter(p.PID(), big, time.Hour); err != nil {
				break
			}
		}
		if !errors.Is(err, node.ErrTimers) {
			t.Errorf("got %v", err)
		}
	})
}

func TestFullMailboxIsLogged(t *testing.T) {
	log := &console{}
	n := node.New(node.Options{MaxMailbox: 3, Tracer: log})
	defer n.Close()
	p, err := n.Spawn(func(p *node.Process) term.Term {
		for range 5 {
			n.Send(p.PID(), atom("x"))
		}
		p.Next()
		return node.Normal
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if got := log.text; !strings.Contains(got, "more than 3 messages waited in its mailbox") {
		t.Errorf("got %q", got)
	}
}
