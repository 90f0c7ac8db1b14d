//go:build !linux

package interp

import "time"

// cpuNow knows nothing of the threads of this system.
func cpuNow() (thread int, ran time.Duration, ok bool) { return 0, 0, false }
