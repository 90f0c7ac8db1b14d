package node_test

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// Timers send in the order of their times, whatever the order of their start
// and whichever of them are cancelled.
func TestManyTimersFireInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := node.New(node.Options{})
		defer n.Close()
		in(t, n, func(p *node.Process) {
			const count = 3000
			cancelled := 0
			for i, at := range rand.Perm(count) {
				ref, err := p.SendAfter(p.PID(), term.Int(at), time.Duration(at)*time.Millisecond)
				if err != nil {
					t.Fatal(err)
				}
				if i%3 == 0 {
					if _, ok := n.CancelTimer(ref); !ok {
						t.Error("a timer was not there")
					}
					cancelled++
				}
			}
			last := term.Int(-1)
			for range count - cancelled {
				at, ok := p.Next().(term.Int)
				if !ok || at <= last {
					t.Fatalf("got %v, %v after %d", at, ok, last)
				}
				last = at
			}
		})
	})
}

func TestIntervalsGoOnBesideOtherTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := node.New(node.Options{})
		defer n.Close()
		in(t, n, func(p *node.Process) {
			ref, err := p.SendInterval(p.PID(), atom("tick"), 10*time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.SendAfter(p.PID(), atom("once"), 25*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			for _, want := range []string{"tick", "tick", "once", "tick", "tick"} {
				if msg := p.Next(); msg != term.Term(atom(want)) {
					t.Errorf("got %v, want %s", msg, want)
				}
			}
			if took := time.Since(start); took != 40*time.Millisecond {
				t.Errorf("took %v", took)
			}
			if left, ok := n.CancelTimer(ref); !ok || left != 10*time.Millisecond {
				t.Errorf("%v were left, %v", left, ok)
			}
		})
	})
}

func TestDelay(t *testing.T) {
	for _, c := range []struct {
		ms   term.Term
		want time.Duration
		bad  string
	}{
		{term.Int(0), 0, ""},
		{term.Int(1500), 1500 * time.Millisecond, ""},
		{term.Int(-1), 0, "out of range"},
		{term.Int(1 << 50), 0, "exceeds the maximum supported time value"},
		{atom("soon"), 0, "not an integer"},
		{term.Float(1.5), 0, "not an integer"},
	} {
		if d, bad := node.Delay(c.ms); d != c.want || bad != c.bad {
			t.Errorf("%v: got %v, %q", c.ms, d, bad)
		}
	}
}

// BenchmarkTimers starts ten thousand timers that are due together, and waits
// until all have fired.
func BenchmarkTimers(b *testing.B) {
	n := node.New(node.Options{})
	defer n.Close()
	done := make(chan bool)
	_, err := n.Spawn(func(p *node.Process) term.Term {
		defer close(done)
		for b.Loop() {
			const count = 9_000
			for i := range count {
				if _, err := p.SendAfter(p.PID(), term.Int(i), time.Duration(i%10)*time.Microsecond); err != nil {
					b.Error(err)
				}
			}
			for range count {
				p.Next()
			}
		}
		return node.Normal
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	<-done
}
