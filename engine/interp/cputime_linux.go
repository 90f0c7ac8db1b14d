package interp

import (
	"syscall"
	"time"
)

// ofThread asks for the use of the thread that calls.
const ofThread = 1

// cpuNow returns which thread of the system this goroutine runs on now, and how
// long that has run.
func cpuNow() (thread int, ran time.Duration, ok bool) {
	var u syscall.Rusage
	if syscall.Getrusage(ofThread, &u) != nil {
		return 0, 0, false
	}
	return syscall.Gettid(), time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}
