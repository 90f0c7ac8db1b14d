package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"
)

const (
	// heapRoom is how much garbage may gather before a collection. A few views
	// hold so little that Go would collect dozens of times a second, for the
	// sake of 5 MB: a third of the server's time.
	heapRoom = 24 << 20
	// restTime is how long after a collection, with none since, the server has
	// nothing to do and gives what it does not need back to the system.
	restTime = time.Second
)

// tendMemory has collections begin after heapRoom bytes of garbage, or as much
// as there are live ones when that is more, as Go has it by default. GOGC in the
// environment overrides it.
func tendMemory() {
	if os.Getenv("GOGC") != "" {
		return
	}
	k := &keeper{percent: 100}
	k.rest = time.AfterFunc(restTime, k.release)
	k.watch()
}

// keeper adapts the garbage collector after each collection.
type keeper struct {
	percent  int
	rest     *time.Timer
	released atomic.Bool // this collection is the keeper's own
}

// watch has collected called after the next collection: it makes an object that
// is garbage then.
func (k *keeper) watch() {
	type sentinel struct{ *keeper }
	runtime.SetFinalizer(&sentinel{k}, func(s *sentinel) { s.collected() })
}

func (k *keeper) collected() {
	// The live heap, and the roots, which count alike.
	read := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/globals:bytes"}, {Name: "/gc/scan/stack:bytes"}}
	metrics.Read(read)
	live := uint64(0)
	for _, m := range read {
		live += m.Value.Uint64()
	}
	percent := 100
	if live > 0 {
		percent = max(100, int(heapRoom*100/live))
	}
	if percent > k.percent*5/4 || percent < k.percent*4/5 {
		k.percent = percent
		debug.SetGCPercent(percent)
	}
	if !k.released.Swap(false) {
		k.rest.Reset(restTime)
	}
	k.watch()
}

func (k *keeper) release() {
	k.released.Store(true)
	debug.FreeOSMemory()
}
