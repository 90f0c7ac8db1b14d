package transport

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// poll is a session of long polling: frames come in the bodies of POST requests,
// and wait for the GET requests of the client. It is the sender of its conn. As
// Phoenix.Transports.LongPoll.Server.
type poll struct {
	conn  *conn
	ctx   context.Context // of the session, not of a request
	token string

	in sync.Mutex // held while a request's frames are handled, in order

	mu     sync.Mutex
	frames []string
	size   int           // bytes of the frames that wait
	ready  chan struct{} // closed when there is something to tell a waiting poll
	polled time.Time     // when the last poll began
	gone   bool
	idle   *time.Timer
}

const (
	// pollBody is how much a request may bring, as Plug.Conn.read_body/2 has it.
	pollBody = 8_000_000
	// pollBatch is how many frames of one request are read.
	pollBatch = 100
	// ndjson is the type of a body with one frame a line.
	ndjson = "application/x-ndjson"
)

// pollAnswer is the body of all answers: their HTTP status is 200.
type pollAnswer struct {
	Status   int       `json:"status"`
	Token    *string   `json:"token,omitempty"`
	Messages *[]string `json:"messages,omitempty"`
}

func (a pollAnswer) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=0, private, must-revalidate")
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.Encode(a) //nolint:errcheck // the client is gone
}

// servePoll is Phoenix.Transports.LongPoll.call/2. Other origins are told no by
// the answer itself, so that they may read it.
func (h *Handler) servePoll(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	who := h.identify(r)
	if !h.allowedOrigin(r, who) {
		pollAnswer{Status: http.StatusForbidden}.write(w)
		return
	}
	switch r.Method {
	case http.MethodOptions:
		w.Header().Set("Access-Control-Allow-Headers", strings.Join(r.Header.Values("Access-Control-Request-Headers"), ", "))
		w.Header().Set("Access-Control-Allow-Methods", "get, post, options")
		w.Header().Set("Access-Control-Max-Age", "3600")
	case http.MethodGet:
		if p := h.pollOf(r); p != nil {
			p.listen(w, r)
			return
		}
		h.startPoll(w, r, who)
	case http.MethodPost:
		p := h.pollOf(r)
		if p == nil {
			pollAnswer{Status: http.StatusGone}.write(w)
			return
		}
		p.publish(w, r)
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
}

// pollOf returns the session that a request goes on with, nil when there is
// none or it has ended.
func (h *Handler) pollOf(r *http.Request) *poll {
	token := r.Header.Get("X-Phoenix-Longpoll-Token")
	if token == "" {
		token = r.URL.Query().Get("token")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.polls[token]
}

// startPoll makes a session. Its answer says "gone", which is how a client
// learns the token.
func (h *Handler) startPoll(w http.ResponseWriter, r *http.Request, who identity) {
	p := h.newPoll(r, who)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !supportedVsn(r.URL.Query().Get("vsn")) || !h.add(p.conn) {
		p.conn.cancel()
		pollAnswer{Status: http.StatusForbidden}.write(w)
		return
	}
	h.mu.Lock()
	h.polls[p.token] = p
	h.mu.Unlock()
	p.idle = time.AfterFunc(p.patience(), p.checkIdle)
	pollAnswer{Status: http.StatusGone, Token: &p.token, Messages: &[]string{}}.write(w)
}

func (h *Handler) newPoll(r *http.Request, who identity) *poll {
	ctx, cancel := context.WithCancel(context.Background())
	id := make([]byte, 24)
	rand.Read(id)
	p := &poll{ctx: ctx, token: base64.RawURLEncoding.EncodeToString(id), ready: make(chan struct{}), polled: time.Now()}
	p.conn = h.newConn(r, who, p, cancel)
	p.conn.transport = h.opts.Live.NewTransport()
	return p
}

// patience is how long a client may not poll.
func (p *poll) patience() time.Duration { return p.conn.h.opts.PollWindow * 3 / 2 }

func (p *poll) checkIdle() {
	p.mu.Lock()
	left := p.patience() - time.Since(p.polled)
	if left > 0 && !p.gone {
		p.idle.Reset(left)
	}
	p.mu.Unlock()
	if left <= 0 {
		p.end()
	}
}

// listen answers a poll with the frames that wait, or with those that come
// within the window.
func (p *poll) listen(w http.ResponseWriter, r *http.Request) {
	window := time.NewTimer(p.conn.h.opts.PollWindow)
	defer window.Stop()
	p.mu.Lock()
	p.polled = time.Now()
	ready := p.ready
	p.mu.Unlock()
	select {
	case <-ready:
	case <-window.C:
	case <-r.Context().Done():
		return // what waits is for the next poll
	}
	status, frames := p.takeFrames()
	pollAnswer{Status: status, Token: &p.token, Messages: &frames}.write(w)
}

func (p *poll) takeFrames() (status int, frames []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.gone:
		return http.StatusGone, []string{}
	case len(p.frames) == 0:
		return http.StatusNoContent, []string{}
	}
	frames = p.frames
	p.frames, p.size, p.ready = nil, 0, make(chan struct{})
	return http.StatusOK, frames
}

// publish handles the frames of a request.
func (p *poll) publish(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, pollBody))
	if err != nil {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	frames := []string{string(body)}
	if r.Header.Get("Content-Type") == ndjson {
		frames = strings.Split(strings.ReplaceAll(frames[0], "\r\n", "\n"), "\n")
		frames = frames[:min(len(frames), pollBatch)]
	}
	answer := pollAnswer{Status: http.StatusOK}
	switch err := p.takeAll(frames, r.Header.Get("Content-Type") == ndjson); {
	case errors.Is(err, errNoBase64):
		http.Error(w, "", http.StatusBadRequest)
		return
	case err != nil:
		answer.Status = http.StatusRequestTimeout
	}
	answer.write(w)
}

var (
	errNoBase64 = errors.New("a line is neither a frame nor base64")
	errNoFrame  = errors.New("what came is no frame")
)

// takeAll handles frames in their order. In a body with a frame a line those
// that are no JSON are binary.
func (p *poll) takeAll(frames []string, lines bool) error {
	p.in.Lock()
	defer p.in.Unlock()
	for _, text := range frames {
		frame, binary := []byte(text), lines && !strings.HasPrefix(text, "[")
		if lines && text == "" {
			continue
		}
		if binary {
			var err error
			if frame, err = base64.StdEncoding.DecodeString(text); err != nil {
				return errNoBase64
			}
		}
		if p.ctx.Err() != nil {
			return errNoFrame
		}
		if _, ok := p.conn.take(p.ctx, frame, binary); !ok {
			return errNoFrame
		}
	}
	return nil
}

// put implements sender.
func (p *poll) put(frame []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone {
		return false
	}
	if p.size += len(frame); p.size > MaxQueue {
		go p.end()
		return false
	}
	p.frames = append(p.frames, string(frame))
	if len(p.frames) == 1 {
		close(p.ready)
	}
	return true
}

// close implements sender. There is no status to tell: the next poll makes a
// new session, which the client takes for a connection that was lost.
func (p *poll) close(websocket.StatusCode) { go p.end() }

// abort implements sender.
func (p *poll) abort() { go p.end() }

// end ends the session with its views.
func (p *poll) end() {
	p.mu.Lock()
	if p.gone {
		p.mu.Unlock()
		return
	}
	if len(p.frames) == 0 {
		close(p.ready)
	}
	p.gone, p.frames = true, nil
	p.idle.Stop()
	p.mu.Unlock()
	h := p.conn.h
	h.mu.Lock()
	delete(h.polls, p.token)
	h.mu.Unlock()
	p.in.Lock() // nothing is joined any more
	p.conn.closeChannels()
	p.in.Unlock()
	h.remove(p.conn)
}
