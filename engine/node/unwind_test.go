package node_test

import (
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// TestExitInTry ends a process that waits inside of a try: no rescue or catch
// holds it, and the reason is that of the signal.
func TestExitInTry(t *testing.T) {
	program, err := interp.NewProgram()
	if err != nil {
		t.Fatal(err)
	}
	n := newNode(t, node.Options{Program: func() *interp.Program { return program }})
	watcher, reasons := make(chan struct{}), make(chan term.Term, 1)
	p, err := n.Spawn(func(p *node.Process) term.Term {
		p.OnExit(func(reason term.Term) { reasons <- reason })
		close(watcher)
		_, err := p.Thread().Run(func() term.Term {
			v, _ := p.Thread().Try(func() term.Term { return p.Next() })
			return v
		})
		return term.Binary("went on: " + err.Error())
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	<-watcher
	n.Exit(p.PID(), term.NewAtom("boom"))
	if got := <-reasons; got != term.Term(term.NewAtom("boom")) {
		t.Errorf("exit reason: got %s, want :boom", term.Inspect(got))
	}
}
