package livetest

import (
	"context"
	"errors"
	"net/url"
	"sync"
)

// Transport is how a Client reaches a server. A Transport stands
// for one browser, whose Clients are its tabs; it is used by one goroutine at a
// time.
type Transport interface {
	// Get loads a page. flash is the token that a redirect took along, or "".
	// Redirects are not followed.
	Get(ctx context.Context, address, flash string) (*Page, error)
	// Dial opens a socket for the page that was loaded last. params are those of
	// the socket.
	Dial(ctx context.Context, params url.Values) (Conn, error)
	// Base is the address of the server, such as "http://127.0.0.1:4000".
	Base() string
}

// Conn is an open socket. Receive may be called while Send is, and both by one
// goroutine only.
type Conn interface {
	Send(ctx context.Context, frame []byte) error
	// Receive waits for the next frame. When ctx is done it returns the cause,
	// and no frame is lost.
	Receive(ctx context.Context) ([]byte, error)
	// Close ends the connection and everything that it started.
	Close() error
}

// namer is a Conn that knows which module a view is.
type namer interface {
	viewName(topic string) string
}

// asyncer is a Conn that can wait until the tasks of a view have ended.
type asyncer interface {
	awaitAsync(ctx context.Context, topic string) error
}

// Page is the answer to a Get.
type Page struct {
	Status int
	// Location is where a redirect leads, and Flash its token if it is known.
	Location, Flash string
	HTML            string
}

var errClosed = errors.New("the connection is closed")

// queue hands frames from those who send them to Receive.
type queue struct {
	frames chan struct{} // has an entry while list may have frames
	lock   sync.Mutex
	list   [][]byte
	err    error
}

func newQueue() *queue {
	return &queue{frames: make(chan struct{}, 1)}
}

// put adds a frame.
func (q *queue) put(frame []byte) { q.change(func() { q.list = append(q.list, frame) }) }

// fail has Receive return an error once the frames are used up.
func (q *queue) fail(err error) {
	q.change(func() {
		if q.err == nil {
			q.err = err
		}
	})
}

func (q *queue) change(f func()) {
	q.lock.Lock()
	f()
	q.lock.Unlock()
	select {
	case q.frames <- struct{}{}:
	default:
	}
}

// Receive implements Conn.
func (q *queue) Receive(ctx context.Context) ([]byte, error) {
	for {
		q.lock.Lock()
		if len(q.list) > 0 {
			frame := q.list[0]
			q.list = q.list[1:]
			q.lock.Unlock()
			return frame, nil
		}
		err := q.err
		q.lock.Unlock()
		if err != nil {
			return nil, err
		}
		select {
		case <-q.frames:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}
