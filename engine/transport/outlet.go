package transport

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"time"

	"streamsplayground/engine/wire"
)

// outlet is a connection whose Write never blocks: a view writes to its client
// itself, and a client that does not read must hold up nobody. What the system
// does not take at once is sent by a goroutine that lives only as long as
// something waits.
type outlet struct {
	net.Conn
	// raw writes without waiting; nil where that cannot be.
	raw syscall.RawConn
	// try is a call of raw, made once: it writes buf.
	try   func(fd uintptr) bool
	early []byte // came before the connection was taken over

	mu        sync.Mutex
	buf       *wire.Buffer // is to be sent next, nil for nothing
	sent      int          // what try wrote of it
	tryErr    error
	underway  int // bytes that the goroutine is sending
	sending   bool
	gathering bool
	err       error // why nothing is sent any more
	wg        sync.WaitGroup
}

const (
	// writeTimeout is how long a client may take nothing at all.
	writeTimeout = 30 * time.Second
	// writePiece is how much is written under one such timeout.
	writePiece = 64 << 10
	// readBuffer and writeBuffer are small, because a connection is idle most of
	// the time: a frame of an event fits into the first, the head of a frame into
	// the second, and the outlet puts what is written together again.
	readBuffer  = 512
	writeBuffer = 16
)

var errSlow = errors.New("the client does not read what is sent")

// outlets makes the connection of a request an outlet when it is taken over.
type outlets struct {
	http.ResponseWriter
	out *outlet
}

// Hijack implements http.Hijacker.
func (w *outlets) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	early, err := rw.Reader.Peek(rw.Reader.Buffered())
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	o := w.out
	o.mu.Lock()
	o.Conn, o.early = conn, slices.Clone(early)
	o.openRaw()
	o.mu.Unlock()
	return o, bufio.NewReadWriter(bufio.NewReaderSize(o, readBuffer), bufio.NewWriterSize(o, writeBuffer)), nil
}

// Read implements net.Conn.
func (o *outlet) Read(p []byte) (int, error) {
	if len(o.early) > 0 {
		n := copy(p, o.early)
		o.early = o.early[n:]
		return n, nil
	}
	return o.Conn.Read(p)
}

// Write implements net.Conn. It keeps no part of p.
func (o *outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil && o.waiting()+len(p) > MaxQueue {
		o.fail(errSlow)
	}
	if o.err != nil {
		return 0, o.err
	}
	if o.buf == nil {
		o.buf = wire.TakeBuffer()
	}
	o.buf.B = append(o.buf.B, p...)
	if !o.gathering {
		o.flush()
	}
	return len(p), o.err
}

// waiting is how many bytes have not left. mu is held.
func (o *outlet) waiting() int {
	if o.buf == nil {
		return o.underway
	}
	return o.underway + len(o.buf.B)
}

// gather has all Writes until release go out together.
func (o *outlet) gather() {
	o.mu.Lock()
	o.gathering = true
	o.mu.Unlock()
}

// release sends what was written since gather.
func (o *outlet) release() {
	o.mu.Lock()
	o.gathering = false
	o.flush()
	o.mu.Unlock()
}

// flush sends what it can, and has the goroutine send the rest. mu is held.
func (o *outlet) flush() {
	if o.sending || o.buf == nil || o.err != nil {
		return
	}
	o.sent, o.tryErr = 0, nil
	if o.raw != nil {
		err := o.raw.Write(o.try)
		if err == nil {
			err = o.tryErr
		}
		if err != nil {
			o.fail(err)
			return
		}
	}
	if o.sent == len(o.buf.B) {
		o.buf.Give()
		o.buf = nil
		return
	}
	o.sending = true
	o.wg.Go(o.send)
}

// send sends what waits, until nothing does.
func (o *outlet) send() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.buf != nil && o.err == nil {
		buf, sent := o.buf, o.sent
		o.buf, o.sent, o.underway = nil, 0, len(buf.B)-sent
		o.mu.Unlock()
		err := o.sendAll(buf.B[sent:])
		buf.Give()
		o.mu.Lock()
		o.underway = 0
		if err != nil {
			o.fail(err)
		}
	}
	o.sending = false
}

func (o *outlet) sendAll(p []byte) error {
	for piece := range slices.Chunk(p, writePiece) {
		if err := o.Conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
			return err
		}
		if _, err := o.Conn.Write(piece); err != nil {
			return err
		}
	}
	return o.Conn.SetWriteDeadline(time.Time{})
}

// fail cuts the connection off. mu is held.
func (o *outlet) fail(err error) {
	if o.err == nil {
		o.err, o.buf = err, nil
		o.Conn.Close()
	}
}

// cut ends the connection, with what waits unsent.
func (o *outlet) cut() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Conn != nil {
		o.fail(net.ErrClosed)
	}
}
