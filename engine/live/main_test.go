package live_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

// TestMain checks that no view, task or timer outlives its node.
func TestMain(m *testing.M) {
	code := m.Run()
	if stacks := leaked(); stacks != "" && code == 0 {
		fmt.Fprintf(os.Stderr, "goroutines are left:\n%s", stacks)
		code = 1
	}
	os.Exit(code)
}

// leaked returns the stacks of goroutines that run the engine, after giving
// them a moment to end.
func leaked() (stacks string) {
	for range 100 {
		buf := make([]byte, 1<<20)
		stacks = ""
		for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")[1:] {
			if strings.Contains(g, "streamsplayground/engine") {
				stacks += g + "\n\n"
			}
		}
		if stacks == "" {
			return ""
		}
		runtime.Gosched()
	}
	return stacks
}
