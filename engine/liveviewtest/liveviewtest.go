// Package liveviewtest runs tests that are written in Elixir with
// Phoenix.LiveViewTest and Phoenix.ConnTest against live views in the same
// process.
//
// A test's live/2 renders the page as a request would and starts a process that
// stands for the browser, as Phoenix.LiveViewTest.ClientProxy does: it joins the
// views of the page, keeps the page as a tree and patches it by the rules of
// LiveViewTest, which in details are not those of the JavaScript client. What
// the view sends is told to the test as messages, so that assert_patch/2 and
// its like look into the test's own mailbox. Views, proxy and test are processes
// of one node, linked and monitored as in Phoenix: a crash of a view ends the
// test unless it traps exits.
//
// HTML and selectors are those of package livetest. There is no browser to
// open. Requests go through the router and its pipelines, not through the plugs
// of an endpoint; what a browser keeps of the session in a cookie, a recycled
// conn keeps itself.
package liveviewtest

import (
	"crypto/rand"
	"embed"
	"sync"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
	"streamsplayground/engine/transport"
)

// Suite is what the tests of a node run against. It is not changed once tests
// run.
type Suite struct {
	// Live has the views and their routes.
	Live *live.Server
	// Tokens are those of Live.
	Tokens *transport.Tokens

	proxies sync.Map // *proxy by ref, of tests that are not over
	uploads sync.Map // *live.Channel by pid, of files on their way
}

// New returns a suite of all that a program has: its live views, by the routes
// of its router. Of several routers the last one counts; without one the only
// view is at "/".
func New(n *node.Node, p *interp.Program) *Suite {
	tokens := transport.NewTokens([]byte(rand.Text()), "test")
	s := &Suite{Tokens: tokens, Live: &live.Server{Node: n, Tokens: tokens}}
	s.Live.SetProgram(p)
	for _, m := range p.Modules() {
		if p.Exports(m, "struct_url", 0) && p.Exports(m, "static_lookup", 1) {
			s.Live.Endpoint = m
		}
	}
	routers := live.Routers(p)
	if len(routers) > 0 {
		table := routers[len(routers)-1]
		s.Live.Router, s.Live.RouterModule = table, table.Module
		return s
	}
	table := &live.RouteTable{}
	for _, v := range live.Views(p) {
		table.AddLive("/", live.Route{View: v})
	}
	s.Live.Router = table
	return s
}

type suiteKey struct{}

// Attach makes the tests that run on the suite's node run against it.
func (s *Suite) Attach() { s.Live.Node.Values().Store(suiteKey{}, s) }

// suiteOf returns what the tests of the thread's node run against.
func suiteOf(t *interp.Thread) (*Suite, *node.Process) {
	p := node.Of(t)
	if p == nil {
		t.RaiseArgument("LiveView helpers can only be invoked from the test process")
	}
	s, found := p.Node().Values().Load(suiteKey{})
	if !found {
		t.RaiseNew("RuntimeError", "message", term.Binary("there are no live views to test here: run the file with playground test"))
	}
	return s.(*Suite), p
}

//go:embed prelude/*.ex
var preludeFiles embed.FS

// Prelude returns the modules that are written in Elixir. They are compiled
// after those of Modules and of ExUnit.
func Prelude() []*source.File { return source.Embedded(preludeFiles, "prelude/*.ex") }
