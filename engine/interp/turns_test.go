package interp

import (
	"errors"
	"testing"
	"time"

	"streamsplayground/engine/term"
)

// TestNoTurnIsHeldAfterACall has calls that ran for long fail, so that messages
// are made of what they raised: a turn that is taken for that goes back too.
func TestNoTurnIsHeldAfterACall(t *testing.T) {
	look := func(t *Thread, _ []term.Term) term.Term {
		time.Sleep(2 * politeTime)
		term.Toil(1)
		t.Burn(1)
		return term.Binary("boom")
	}
	p, err := NewProgram(&NativeModule{Name: "Boom", Funcs: []NativeFunc{{"message", 1, look}}})
	if err != nil {
		t.Fatal(err)
	}
	th := NewThread(p, Limits{Time: time.Second})
	_, err = th.Run(func() term.Term {
		look(th, nil)
		th.Raise(term.NewStruct("Boom").Put(term.ExceptionKey, term.True))
		return term.Nil
	})
	var x *Exception
	if !errors.As(err, &x) || x.Message() != "boom" {
		t.Errorf("got %v", err)
	}
	if n := len(turns); n > 0 || th.hasTurn {
		t.Errorf("%d turns are held", n)
	}
}

// TestThreadsGoOnBesideALongNative has natives hold all turns.
func TestThreadsGoOnBesideALongNative(t *testing.T) {
	for range cap(turns) {
		turns <- struct{}{}
	}
	defer func() {
		for range cap(turns) {
			<-turns
		}
	}()
	th := NewThread(&Program{}, Limits{})
	began := time.Now()
	if _, err := th.Run(func() term.Term {
		for range 20 {
			time.Sleep(politeTime)
			term.Toil(1)
			th.Burn(1)
		}
		return term.OK
	}); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took < maxTurnWait || took > 20*maxTurnWait {
		t.Errorf("took %v, with turns that never come after %v", took, maxTurnWait)
	}
}
