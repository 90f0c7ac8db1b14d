package transport

import (
	"sync"

	"github.com/coder/websocket"
)

// statusServiceRestart is the close code that makes a client reconnect.
const statusServiceRestart = websocket.StatusServiceRestart

// queue holds the frames that wait for the writer of a connection. Putting a
// frame in never blocks; a client that lets too much wait is cut off.
type queue struct {
	mu     sync.Mutex
	frames [][]byte
	bytes  int
	wake   chan struct{}
	closed bool
	status websocket.StatusCode
	// abort breaks the connection, even while a frame is being written.
	abort func()
}

func newQueue(abort func()) *queue { return &queue{wake: make(chan struct{}, 1), abort: abort} }

// put appends a frame, and reports whether it will be sent.
func (q *queue) put(frame []byte) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.frames = append(q.frames, frame)
	if q.bytes += len(frame); q.bytes > MaxQueue {
		q.closed, q.status, q.frames = true, websocket.StatusPolicyViolation, nil
		q.abort()
	}
	q.signal()
	return !q.closed
}

// close has the connection closed with a status, after the frames that wait.
func (q *queue) close(status websocket.StatusCode) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.closed, q.status = true, status
		q.signal()
	}
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// take returns all frames that wait, and whether the queue is closed.
func (q *queue) take() (frames [][]byte, closed bool, status websocket.StatusCode) {
	q.mu.Lock()
	defer q.mu.Unlock()
	frames, q.frames, q.bytes = q.frames, nil, 0
	return frames, q.closed, q.status
}
