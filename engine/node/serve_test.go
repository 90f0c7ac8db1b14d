package node_test

import (
	"slices"
	"sync"
	"testing"

	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// serve starts a process that tells what it handles.
func serve(t *testing.T, n *node.Node, handle func(p *node.Process, msg term.Term) term.Term) (p *node.Process, reason func() term.Term) {
	t.Helper()
	var ended term.Term
	p, err := n.Spawn(func(p *node.Process) term.Term {
		p.OnExit(func(r term.Term) { ended = r })
		return p.Serve(func(msg term.Term) term.Term { return handle(p, msg) })
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p, func() term.Term { <-p.Done(); return ended }
}

func TestServeHandlesMessagesInOrder(t *testing.T) {
	n := newNode(t, node.Options{})
	const senders, each = 4, 500
	got := make([][]int, senders)
	left := senders * each
	p, reason := serve(t, n, func(_ *node.Process, msg term.Term) term.Term {
		m := msg.(term.Tuple)
		from := int(m[0].(term.Int))
		got[from] = append(got[from], int(m[1].(term.Int)))
		if left--; left == 0 {
			return node.Shutdown
		}
		return nil
	})
	var group sync.WaitGroup
	for s := range senders {
		group.Go(func() {
			for i := range each {
				n.Send(p.PID(), term.Tuple{term.Int(s), term.Int(i)})
			}
		})
	}
	group.Wait()
	wantTerm(t, reason(), ":shutdown")
	for s := range senders {
		if len(got[s]) != each || !slices.IsSorted(got[s]) {
			t.Errorf("sender %d: %d messages, in order: %v", s, len(got[s]), slices.IsSorted(got[s]))
		}
	}
}

// A process that serves can receive on its own, and takes up what it left.
func TestServeAndReceive(t *testing.T) {
	n := newNode(t, node.Options{})
	var got []string
	p, reason := serve(t, n, func(p *node.Process, msg term.Term) term.Term {
		got = append(got, show(msg))
		if msg == term.Term(atom("first")) {
			p.Receive(func(m term.Term) bool { return m == term.Term(atom("third")) }, -1)
		}
		if msg == term.Term(atom("last")) {
			return node.Normal
		}
		return nil
	})
	for _, m := range []string{"first", "second", "third", "last"} {
		n.Send(p.PID(), atom(m))
	}
	wantTerm(t, reason(), ":normal")
	if want := []string{":first", ":second", ":last"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestIdleProcessHearsSignals(t *testing.T) {
	n := newNode(t, node.Options{})
	asked := make(chan struct{}, 1)
	tell := func(p *node.Process, msg term.Term) term.Term {
		asked <- struct{}{}
		return nil
	}
	p, reason := serve(t, n, tell)
	n.Send(p.PID(), atom("x"))
	<-asked
	n.Exit(p.PID(), node.Kill)
	wantTerm(t, reason(), ":killed")

	p, reason = serve(t, n, tell)
	in(t, n, func(watcher *node.Process) {
		ref := watcher.Monitor(p.PID())
		n.Exit(p.PID(), atom("enough"))
		down := watcher.Next().(term.Tuple)
		if down[1] != term.Term(ref) || down[4] != term.Term(atom("enough")) {
			t.Errorf("got %v", show(down))
		}
	})
	wantTerm(t, reason(), ":enough")
}

func TestCloseEndsIdleProcesses(t *testing.T) {
	n := newNode(t, node.Options{})
	var reasons []func() term.Term
	asked := make(chan struct{})
	for range 50 {
		p, reason := serve(t, n, func(*node.Process, term.Term) term.Term { asked <- struct{}{}; return nil })
		n.Send(p.PID(), atom("x"))
		reasons = append(reasons, reason)
	}
	for range reasons {
		<-asked
	}
	n.Close()
	for _, reason := range reasons {
		wantTerm(t, reason(), ":killed")
	}
}
