//go:build unix

package transport

import (
	"errors"
	"syscall"
)

// openRaw makes the outlet write without waiting, if its connection can.
func (o *outlet) openRaw() {
	sc, ok := o.Conn.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return
	}
	o.raw = raw
	o.try = func(fd uintptr) bool {
		for o.sent < len(o.buf.B) {
			n, err := syscall.Write(int(fd), o.buf.B[o.sent:])
			switch {
			case errors.Is(err, syscall.EINTR):
			case errors.Is(err, syscall.EAGAIN):
				return true // and do not wait until it can be written
			case err != nil:
				o.tryErr = err
				return true
			default:
				o.sent += n
			}
		}
		return true
	}
}
