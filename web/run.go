package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"sync"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
	"streamsplayground/engine/transport"
	"streamsplayground/inspector"
)

// recorded is how many transactions a recording keeps.
const recorded = 1000

// run is one reader's running page: a node with its processes, the sockets of
// the stage's clients, and the recording. Readers share nothing but the code.
type run struct {
	recorder *inspector.Recorder

	mu   sync.Mutex
	app  *app
	node *node.Node
	http *transport.Handler
	// jars are the cookies of a project's clients, by name. They outlive a save.
	jars map[string]*cookiejar.Jar
	// failed is why the app could not be started, "" if it was.
	failed string
	used   time.Time
}

// newRun returns a run of the app, which may be nil while its code does not
// compile.
func newRun(a *app, opts runOptions) *run {
	r := &run{recorder: inspector.NewRecorder(recorded), used: time.Now()}
	r.start(a, opts)
	return r
}

// runOptions are what runs of one server have in common.
type runOptions struct {
	secret []byte
	scope  string // of the tokens: the reader and the page
	hosts  []string
	log    *slog.Logger
}

// start puts the app on a node of its own and starts its applications, as the
// release of a Phoenix project does.
func (r *run) start(a *app, opts runOptions) {
	r.app, r.failed = a, ""
	if a == nil {
		return
	}
	server := &live.Server{Router: a.Routes, RouterModule: a.Routes.Module, Endpoint: a.Endpoint, Bare: !a.Program.Project(), Tracer: r.recorder,
		Tokens: transport.NewTokens(opts.secret, opts.scope)}
	server.SetProgram(a.Program)
	r.recorder.SetPrint(printer(a.Program))
	r.node = node.New(node.Options{Program: server.Program, Tracer: r.recorder})
	server.Node = r.node
	r.http = transport.New(transport.Options{Live: server, Tokens: server.Tokens.(*transport.Tokens), Layout: guestPage,
		Hosts: opts.hosts, Trusted: trustedGuest, Client: guestName, Log: opts.log})
	if err := a.Start(r.node); err != nil && !a.NeedsAbsent(err) {
		r.failed = explain(err)
	}
}

// printer shows terms as code of the program would.
func printer(p *interp.Program) inspector.Print {
	return func(v term.Term, o term.InspectOptions) string {
		t := interp.NewThread(p, printLimits)
		text, err := t.Run(func() term.Term { return term.Binary(t.Inspect(v, o)) })
		var e *interp.Exception
		if errors.As(err, &e) && e.Limit == "" { // an Inspect of the reader's that raises
			text, err = t.Run(func() term.Term { return term.Binary(term.InspectWith(v, o)) })
		}
		if s, ok := text.(term.Binary); ok && err == nil {
			return string(s)
		}
		return "…"
	}
}

// printLimits bound the work that one term in the inspector may be.
var printLimits = interp.Limits{Reductions: 2_000_000, Bytes: 64 << 20, Time: 200 * time.Millisecond}

// swap replaces the code: the old node ends with all that ran on it.
func (r *run) swap(a *app, opts runOptions) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), swapTimeout)
	defer cancel()
	r.stop(ctx)
	r.start(a, opts)
}

// swapTimeout is how long views have to end when their code is replaced.
const swapTimeout = 2 * time.Second

// stop ends the node and the sockets; views have until ctx ends.
func (r *run) stop(ctx context.Context) {
	if r.http != nil {
		r.http.Shutdown(ctx) //nolint:errcheck // what is left after the time is closed with the node
		r.http = nil
	}
	if r.node != nil {
		r.node.Close()
		r.node = nil
	}
}

// close ends the run; views have until ctx ends.
func (r *run) close(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop(ctx)
}

// handler returns what serves the stage's clients now, or why nothing does.
func (r *run) handler() (http.Handler, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used = time.Now()
	switch {
	case r.app == nil:
		return nil, fmt.Errorf("the code does not compile; the page says why")
	case r.failed != "":
		return nil, fmt.Errorf("the application did not start\n\n%s", r.failed)
	}
	return r.http, nil
}

// style returns the views' own style sheet, nil if they have none.
func (r *run) style() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.app == nil {
		return nil
	}
	return r.app.style
}

// colocated returns the scripts that stand in the views' templates.
func (r *run) colocated() []interp.Colocated {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.app == nil {
		return nil
	}
	return r.app.Program.Colocated()
}

// project reports whether a Phoenix project runs, which has layouts and a
// session of its own.
func (r *run) project() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.app != nil && r.app.Program.Project()
}

func (r *run) styled() bool { return r.style() != nil }

// guestKey is the key of a guest in a request's context.
type guestKey struct{}

// guest is a client on the stage.
type guest struct {
	base string // the prefix of its URLs
	name string
	// styled says that the views bring a style sheet of their own.
	styled bool
	// hooks says that scripts stand in the views' templates.
	hooks bool
	// project says that the views are a Phoenix project's.
	project bool
}

func guestOf(r *http.Request) (guest, bool) {
	g, ok := r.Context().Value(guestKey{}).(guest)
	return g, ok
}

// trustedGuest gives a client of the stage its session. Its page is sandboxed
// and sends no cookies; the signed token in its URL says whose it is. The
// session of a project is in cookies: see serveProject.
func trustedGuest(r *http.Request) (*term.Map, bool) {
	g, ok := guestOf(r)
	if !ok || g.project {
		return nil, false
	}
	return term.NewMap(term.Binary("user"), term.Binary(g.name)), true
}

func guestName(r *http.Request) string {
	g, _ := guestOf(r)
	return g.name
}
