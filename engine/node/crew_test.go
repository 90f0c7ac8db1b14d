package node_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// Processes that wait, be it where the node does not notice, or compute hold up
// no others.
func TestNobodyWaitsForThoseThatWait(t *testing.T) {
	n := newNode(t, node.Options{})
	release := make(chan struct{})
	held, answered := make(chan struct{}, 100), make(chan struct{}, 100)
	handle := func(p *node.Process, msg term.Term) term.Term {
		switch msg {
		case term.Term(atom("hold")):
			held <- struct{}{}
			<-release
		case term.Term(atom("receive")):
			held <- struct{}{}
			p.Receive(func(m term.Term) bool { return m == term.Term(atom("go")) }, -1)
		case term.Term(atom("ask")):
			answered <- struct{}{}
		}
		return nil
	}
	const many = 100
	wait := func(c chan struct{}, what string) {
		t.Helper()
		for i := range many {
			select {
			case <-c:
			case <-time.After(20 * time.Second):
				t.Fatalf("only %d of %d %s", i, many, what)
			}
		}
	}
	for _, how := range []string{"hold", "receive"} {
		for range many {
			p, _ := serve(t, n, handle)
			n.Send(p.PID(), atom(how))
		}
		wait(held, how)
		for range many {
			p, _ := serve(t, n, handle)
			n.Send(p.PID(), atom("ask"))
		}
		wait(answered, "answered")
	}
	close(release)
}

// Processes that are started one after the other run in that order while no
// other processor takes part, as on a scheduler of Erlang.
func TestProcessesBeginInTheOrderOfTheirStart(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	n := newNode(t, node.Options{})
	var began []int
	in(t, n, func(p *node.Process) {
		for i := range 4 {
			if _, err := n.Spawn(func(*node.Process) term.Term {
				began = append(began, i)
				n.Send(p.PID(), atom("began"))
				return node.Normal
			}, nil); err != nil {
				t.Error(err)
			}
		}
		for range 4 {
			p.Receive(func(term.Term) bool { return true }, -1)
		}
	})
	if got := fmt.Sprint(began); got != "[0 1 2 3]" {
		t.Errorf("they began in the order %s", got)
	}
}
