package interp

import (
	"runtime"
	"testing"
	"time"

	"streamsplayground/engine/term"
)

// TestTimeOfNativesIsNotForgiven has natives work for long between two looks at
// the clock: that is no time of others.
func TestTimeOfNativesIsNotForgiven(t *testing.T) {
	runtime.LockOSThread() // else the scheduler may move it, and nothing is known
	defer runtime.UnlockOSThread()
	th := NewThread(&Program{modules: map[term.Atom]*module{}}, Limits{Time: 300 * time.Millisecond})
	steps := 0
	_, err := th.Run(func() term.Term {
		for ; steps < 100; steps++ {
			_, began, _ := cpuNow()
			for now := began; now-began < 50*time.Millisecond; {
				_, now, _ = cpuNow()
			}
			th.Burn(fuelSlice)
		}
		return term.OK
	})
	if err == nil || steps > 12 {
		t.Errorf("%d steps of 50 ms: %v", steps, err)
	}
}
