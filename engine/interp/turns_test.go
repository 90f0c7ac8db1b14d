package interp

import (
	"errors"
	"sync"
	"testing"
	"time"

	"streamsplayground/engine/term"
)

// inUse returns how many turns are held.
func inUse() int {
	turns.mu.Lock()
	defer turns.mu.Unlock()
	return len(turns.held)
}

// holdAll holds all turns, as if since a while ago, until the test ends.
func holdAll(t *testing.T, ago time.Duration) {
	t.Helper()
	turns.mu.Lock()
	defer turns.mu.Unlock()
	if len(turns.held) > 0 {
		t.Fatal("somebody has a turn")
	}
	var all []*turn
	for ; turns.free > 0; turns.free-- {
		x := turns.hold()
		x.began = x.began.Add(-ago)
		all = append(all, x)
	}
	t.Cleanup(func() {
		for _, x := range all {
			turns.give(x)
		}
	})
}

// look runs for a moment and looks at the clock.
func look(t *Thread) {
	time.Sleep(2 * politeTime)
	term.Toil(1)
	t.Burn(1)
}

// TestNoTurnIsHeldAfterACall has calls that ran for long fail, so that messages
// are made of what they raised: a turn that is taken for that goes back too.
func TestNoTurnIsHeldAfterACall(t *testing.T) {
	message := func(t *Thread, _ []term.Term) term.Term {
		look(t)
		return term.Binary("boom")
	}
	p, err := NewProgram(&NativeModule{Name: "Boom", Funcs: []NativeFunc{{"message", 1, message}}})
	if err != nil {
		t.Fatal(err)
	}
	th := NewThread(p, Limits{})
	_, err = th.Run(func() term.Term {
		look(th)
		th.Raise(term.NewStruct("Boom").Put(term.ExceptionKey, term.True))
		return term.Nil
	})
	var x *Exception
	if !errors.As(err, &x) || x.Message() != "boom" {
		t.Errorf("got %v", err)
	}
	if n := inUse(); n > 0 || th.turn != nil {
		t.Errorf("%d turns are held", n)
	}
}

// TestATurnThatIsHeldForLongIsReplaced has natives hold all turns: another
// thread goes on all the same, and there are no more turns afterwards.
func TestATurnThatIsHeldForLongIsReplaced(t *testing.T) {
	before := turns.free
	t.Run("held", func(t *testing.T) {
		holdAll(t, time.Hour)
		th := NewThread(&Program{}, Limits{})
		if _, err := th.Run(func() term.Term {
			for range 10 {
				look(th)
			}
			return term.OK
		}); err != nil {
			t.Error(err)
		}
	})
	if turns.free != before || inUse() > 0 {
		t.Errorf("%d turns are free and %d held, want %d and 0", turns.free, inUse(), before)
	}
}

// TestAThreadThatWaitsForATurnCanBeCancelled cancels one that would wait for
// ever.
func TestAThreadThatWaitsForATurnCanBeCancelled(t *testing.T) {
	holdAll(t, -time.Hour)
	th := NewThread(&Program{modules: map[term.Atom]*module{}}, Limits{})
	done := make(chan error)
	go func() {
		_, err := th.Run(func() term.Term { look(th); return term.OK })
		done <- err
	}()
	for th.waiter.Load() == nil {
		time.Sleep(time.Millisecond)
	}
	th.Cancel()
	var x *Exception
	if err := <-done; !errors.As(err, &x) || x.Limit != "time" {
		t.Errorf("got %v", err)
	}
	turns.mu.Lock()
	defer turns.mu.Unlock()
	if len(turns.parties) > 0 || len(th.party.waiting) > 0 {
		t.Error("it still waits")
	}
}

// TestPartiesHaveEquallyManyTurns has one thread run beside twenty of another
// party.
func TestPartiesHaveEquallyManyTurns(t *testing.T) {
	// On a machine that is busy with other things, one thread may have been held up
	// by the system: a party that is passed over is so every time.
	for try := range 3 {
		alone, others := crowdSteps()
		if alone >= others/10 {
			return
		}
		t.Logf("try %d: alone it made %d steps, the others together %d", try, alone, others)
	}
	t.Error("the one that is alone is passed over")
}

// crowdSteps has one thread and a party of twenty run for a second, and returns
// how far they came.
func crowdSteps() (alone, others int) {
	var wg sync.WaitGroup
	var crowd Party
	steps := make([]int, 21)
	end := time.Now().Add(time.Second)
	for i := range steps {
		th := NewThread(&Program{}, Limits{Reductions: 1 << 40, Time: time.Hour})
		if i > 0 {
			th.Join(&crowd)
		}
		wg.Go(func() {
			th.Run(func() term.Term {
				for ; time.Now().Before(end); steps[i]++ {
					th.Burn(100_000)
				}
				return term.OK
			})
		})
	}
	wg.Wait()
	for _, n := range steps[1:] {
		others += n
	}
	return steps[0], others
}
