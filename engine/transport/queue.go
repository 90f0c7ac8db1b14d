package transport

import (
	"context"
	"sync"

	"github.com/coder/websocket"
)

// statusServiceRestart is the close code that makes a client reconnect.
const statusServiceRestart = websocket.StatusServiceRestart

// sender takes the frames for a client. Its methods never block.
type sender interface {
	// put sends a frame, and reports whether it is on its way. The sender keeps
	// no part of it.
	put(frame []byte) bool
	// close closes the connection with a status, after the frames that wait.
	close(status websocket.StatusCode)
	// abort breaks the connection, even while a frame is being sent.
	abort()
}

// queue sends frames through a WebSocket and its outlet. A client that lets too
// much wait is cut off.
type queue struct {
	out outlet
	// ended is called when the connection is closed or broken from this side.
	ended func()

	mu     sync.Mutex
	ws     *websocket.Conn // nil until the WebSocket is open
	closed bool
	status websocket.StatusCode
	wg     sync.WaitGroup
}

func newQueue(ended func()) *queue { return &queue{ended: ended} }

// open gives the queue its WebSocket. It may be closed already.
func (q *queue) open(ws *websocket.Conn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ws = ws
	if q.closed {
		q.wg.Go(q.shake)
	}
}

// put implements sender.
func (q *queue) put(frame []byte) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.out.gather()
	// A context that can end would cost a timer for each frame, and there is
	// nothing to wait for.
	err := q.ws.Write(context.Background(), websocket.MessageText, frame)
	q.out.release()
	if err != nil {
		q.closed = true
		q.ended()
	}
	return err == nil
}

// close implements sender.
func (q *queue) close(status websocket.StatusCode) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.closed, q.status = true, status
	if q.ws != nil {
		q.wg.Go(q.shake)
	}
}

// shake closes the WebSocket and waits for the client to agree.
func (q *queue) shake() {
	q.ws.Close(q.status, "")
	q.ended()
}

// abort implements sender.
func (q *queue) abort() {
	q.out.cut()
	q.ended()
}

// wait waits until nothing is being sent any more. The WebSocket is closed.
func (q *queue) wait() {
	// From here on nobody starts anything that would have to be waited for.
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.out.cut()
	q.wg.Wait()
	q.out.wg.Wait()
}
