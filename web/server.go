// Package web is the playground's site: the page with lesson, stage and
// inspector, the stage's clients in their sandboxes, the assets, and the news
// that a lesson was saved. Each reader has runs of their own, one for each page
// they opened; readers share nothing but the compiled code.
package web

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
	"streamsplayground/engine/transport"
	"streamsplayground/inspector"
	"streamsplayground/lessons"
)

// Options configure a Server. Either Lessons or Views must be set.
type Options struct {
	// Lessons is the folder of lessons, and LessonsName how messages call it.
	Lessons     fs.FS
	LessonsName string
	// Views returns the files of live views to run instead of lessons, and
	// their title.
	Views func() (title string, files []*lessons.File, err error)
	// Project says that the files are those of a Phoenix project, of which what
	// cannot run here is left out.
	Project bool
	// Static serves what nothing else does, such as a project's pictures; it may
	// be nil.
	Static http.Handler
	// Hosts are names that the server is known by, beside loopback names.
	Hosts []string
	// Log gets what goes wrong; nil for nowhere.
	Log *slog.Logger
}

// idleRun is how long a run stays that nobody uses.
const idleRun = 30 * time.Minute

// maxRuns bounds the runs of all readers; the one not used for longest goes.
const maxRuns = 400

// Server serves the site. It is safe for concurrent use; end it with Close.
type Server struct {
	opts    Options
	secret  []byte
	mux     *http.ServeMux
	changes hub
	// inspector serves the main page, whose live view the inspector is.
	inspector *transport.Handler
	nodes     *node.Node

	mu    sync.Mutex
	site  *site
	runs  map[runKey]*run
	ended bool
}

// runKey names a run.
type runKey struct{ reader, page string }

func (k runKey) String() string { return k.reader + "/" + k.page }

// New returns a server with its pages loaded. What is wrong with a lesson or a
// view does not keep it from serving the rest: see Problems.
func New(opts Options) (*Server, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{opts: opts, secret: make([]byte, 32), runs: map[runKey]*run{}}
	rand.Read(s.secret)
	if err := s.startInspector(); err != nil {
		return nil, err
	}
	s.site = s.load(nil)
	if len(s.site.pages) == 0 {
		s.nodes.Close()
		return nil, s.site.err
	}
	s.routes()
	return s, nil
}

// startInspector makes the live view in the page's inspector pane ready. It
// runs on a node of its own, which nobody records.
func (s *Server) startInspector() error {
	base, err := live.Base()
	if err != nil {
		return fmt.Errorf("compiling the standard library: %w", err)
	}
	program, _, err := base.Compile(inspector.Templates())
	if err != nil {
		return fmt.Errorf("compiling the inspector: %w", err)
	}
	tokens := transport.NewTokens(s.secret, "inspector")
	server := &live.Server{Tokens: tokens, Views: map[term.Atom]live.View{
		inspector.Module: &inspector.Pane{Recorder: s.recorder},
	}}
	server.SetProgram(program)
	s.nodes = node.New(node.Options{Program: func() *interp.Program { return program }})
	server.Node = s.nodes
	s.inspector = transport.New(transport.Options{Live: server, Tokens: tokens, Layout: s.layout, Hosts: s.opts.Hosts, Log: s.opts.Log})
	return nil
}

// recorder finds the recording that an inspector's session names.
func (s *Server) recorder(name string) *inspector.Recorder {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, r := range s.runs {
		if k.String() == name {
			return r.recorder
		}
	}
	return nil
}

func (s *Server) routes() {
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("GET /{$}", s.serveHome)
	s.mux.HandleFunc("GET /lessons/{id}", s.serveLesson)
	s.mux.HandleFunc("GET /changes", s.serveChanges)
	s.mux.HandleFunc("GET /assets/", s.serveAsset)
	s.mux.HandleFunc("/stage/", s.serveStage)
	s.mux.Handle("GET /live/websocket", s.inspector)
	if s.opts.Static != nil {
		s.mux.HandleFunc("/", s.serveStatic)
	}
}

// ServeHTTP implements http.Handler. A request for a host that is not this
// server's is refused, whatever it asks for.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.inspector.AllowedHost(r.Host) {
		http.Error(w, "unknown host", http.StatusForbidden)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// Problems returns what is wrong with the lessons or views, in the form of a
// terminal, "" if nothing is.
func (s *Server) Problems() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.site.problems()
}

// closeTimeout is how long views have to end when the server is closed: who
// pressed Ctrl-C is not to wait for them.
const closeTimeout = 100 * time.Millisecond

// Close ends all runs and sockets.
func (s *Server) Close() {
	s.mu.Lock()
	s.ended = true
	runs := s.runs
	s.runs = map[runKey]*run{}
	s.mu.Unlock()
	s.changes.close()
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	var wg sync.WaitGroup
	for _, r := range runs {
		wg.Go(func() { r.close(ctx) })
	}
	wg.Wait()
	s.inspector.Shutdown(ctx) //nolint:errcheck // what is left after the time is closed with the node
	s.nodes.Close()
}

// run returns a reader's run of a page, starting it if need be, or nil if there
// is no such page.
func (s *Server) run(reader, page string) *run {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := runKey{reader, page}
	if r := s.runs[k]; r != nil || s.ended {
		return r
	}
	p := s.site.pages[page]
	if p == nil {
		return nil
	}
	s.makeRoom()
	r := newRun(p.app, s.runOptions(k))
	s.runs[k] = r
	return r
}

func (s *Server) runOptions(k runKey) runOptions {
	return runOptions{secret: s.secret, scope: k.String(), hosts: s.opts.Hosts, log: s.opts.Log}
}

// makeRoom lets go of runs that nobody uses.
func (s *Server) makeRoom() {
	var oldest runKey
	var at time.Time
	for k, r := range s.runs {
		r.mu.Lock()
		used := r.used
		if r.http != nil && r.http.Connections() > 0 {
			used = time.Now()
		}
		r.mu.Unlock()
		if time.Since(used) > idleRun {
			delete(s.runs, k)
			go r.close(context.Background())
		} else if at.IsZero() || used.Before(at) {
			oldest, at = k, used
		}
	}
	if len(s.runs) >= maxRuns {
		go s.runs[oldest].close(context.Background())
		delete(s.runs, oldest)
	}
}

const readerCookie = "_playground_reader"

// reader returns who asks: a random name in a cookie, made at the first visit.
func reader(w http.ResponseWriter, r *http.Request) string {
	if c, err := r.Cookie(readerCookie); err == nil && len(c.Value) == 22 {
		return c.Value
	}
	var b [16]byte
	rand.Read(b[:])
	name := base64.RawURLEncoding.EncodeToString(b[:])
	http.SetCookie(w, &http.Cookie{Name: readerCookie, Value: name, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: 365 * 24 * 3600})
	return name
}
