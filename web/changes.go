package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// change tells an open page what was saved. Its JSON form is the Change of
// ui/reload.js.
type change struct {
	Lesson bool   `json:"lesson"` // prose or files are other ones
	Code   bool   `json:"code"`   // the clients must load again
	Errors string `json:"errors"` // what is wrong now, "" if nothing is
}

// hub passes changes on to the pages that are open. The zero value is ready.
type hub struct {
	mu     sync.Mutex
	closed bool
	subs   map[chan change]string // the page that each is of
}

func (h *hub) subscribe(page string) (<-chan change, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := make(chan change, 16)
	if h.closed {
		close(c)
		return c, func() {}
	}
	if h.subs == nil {
		h.subs = map[chan change]string{}
	}
	h.subs[c] = page
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.subs, c)
	}
}

// publish tells all pages of a key. One that does not listen misses it.
func (h *hub) publish(page string, c change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for sub, of := range h.subs {
		if of != page {
			continue
		}
		select {
		case sub <- c:
		default:
		}
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for sub := range h.subs {
		close(sub)
	}
	h.subs = nil
}

// keepAlive is how often a page that waits for changes gets a sign of life, so
// that proxies keep the connection and a gone browser is noticed.
const keepAlive = 20 * time.Second

// serveChanges streams changes of a page as server-sent events.
func (s *Server) serveChanges(w http.ResponseWriter, r *http.Request) {
	changes, cancel := s.changes.subscribe(r.URL.Query().Get("page"))
	defer cancel()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	fmt.Fprint(w, "retry: 1000\n\n")
	out.Flush() //nolint:errcheck // the client is gone, which the next write shows
	tick := time.NewTicker(keepAlive)
	defer tick.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
			fmt.Fprint(w, ":\n\n")
		case c, open := <-changes:
			if !open {
				return
			}
			data, err := json.Marshal(c)
			if err != nil {
				return
			}
			fmt.Fprintf(w, "event: change\ndata: %s\n\n", data)
		}
		if out.Flush() != nil {
			return
		}
	}
}

// Reload loads the lessons or views anew and tells the pages that are open.
// What does not compile is not taken; the last good version runs on.
func (s *Server) Reload() {
	s.mu.Lock()
	old := s.site
	s.mu.Unlock()
	next := s.load(old)
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return
	}
	s.site = next
	swap := map[*run]func(){}
	for k, r := range s.runs {
		p, was := next.pages[k.page], old.pages[k.page]
		if p != nil && (was == nil || was.app != p.app) {
			swap[r] = func() { r.swap(p.app, s.runOptions(k)) }
		}
	}
	s.mu.Unlock()
	for _, f := range swap {
		f()
	}
	for _, key := range next.order {
		p, was := next.pages[key], old.pages[key]
		if was == nil {
			continue
		}
		c := change{Errors: next.problemsOf(p), Code: was.app != p.app, Lesson: !sameLesson(was, p)}
		if c.Code || c.Lesson || c.Errors != old.problemsOf(was) {
			s.changes.publish(key, c)
		}
	}
}

func sameLesson(a, b *page) bool {
	if !sameFiles(a.files, b.files) || a.title != b.title || (a.lesson == nil) != (b.lesson == nil) {
		return false
	}
	return a.lesson == nil || a.lesson.Body == b.lesson.Body
}
