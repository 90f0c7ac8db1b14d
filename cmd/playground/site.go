package main

import (
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"

	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
	"streamsplayground/engine/transport"
)

// site serves the live views of some files, and the client for them.
type site struct {
	node   *node.Node
	routes *live.RouteTable
	views  *transport.Handler
	mux    *http.ServeMux
	opts   transport.Options
	// list is set when several views were found and no router: they have paths
	// made of their names, and the page at / lists them.
	list bool
	// project is the folder that is served, nil for single files, and script its
	// JavaScript.
	project *project
	script  *appJS
}

// assetsPath is where the client's modules are served.
const assetsPath = "/assets/"

func newSite(files []*source.File, p *project, c client, stdout, stderr io.Writer) (*site, error) {
	compile := live.NewApp
	if p != nil {
		compile = live.NewProject
	}
	app, warnings, err := compile(files...)
	if len(warnings) > 0 {
		fmt.Fprintln(stderr, warnings.Text())
	}
	if p != nil && app != nil {
		tell(app, stderr)
	}
	if err != nil {
		return nil, err
	}
	s := &site{routes: app.Routes, list: app.Listed, project: p}
	// Nobody watches the views, which costs them nothing then: the console has
	// only what their processes log.
	server := &live.Server{Router: s.routes, RouterModule: s.routes.Module, Endpoint: app.Endpoint}
	s.node = node.New(node.Options{Program: server.Program, Tracer: &console{out: stdout, err: stderr}})
	server.Node = s.node
	server.SetProgram(app.Program)
	tokens := transport.NewTokens(nil, "")
	server.Tokens = tokens
	s.opts = transport.Options{Live: server, Tokens: tokens, Layout: transport.Page(c.assets()),
		Log: slog.New(slog.NewTextHandler(stderr, nil))}
	if err := app.Start(s.node); err != nil {
		if !app.NeedsAbsent(err) {
			s.node.Close()
			return nil, err
		}
		fmt.Fprintf(stderr, "%s. It and its processes are left out.\n", err)
	}
	s.mux = http.NewServeMux()
	assets := http.StripPrefix(assetsPath, c.handler())
	s.mux.Handle(assetsPath, assets)
	s.script = &appJS{client: c, scripts: app.Program.Colocated()}
	if p != nil {
		s.script.dir = p.assets()
	}
	return s, nil
}

// allow makes the host of the address one that pages may be asked for by.
func (s *site) allow(addr string) {
	if host, _, err := net.SplitHostPort(addr); err == nil && host != "" {
		s.opts.Hosts = append(s.opts.Hosts, host)
	}
	s.views = transport.New(s.opts)
	s.mux.Handle("/", s.views)
	if s.list {
		s.mux.HandleFunc("GET /{$}", s.serveList)
	}
}

// ServeHTTP implements http.Handler. A request for a host that is not this
// server's is refused, whatever it asks for.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.views.AllowedHost(r.Host) {
		http.Error(w, "unknown host", http.StatusForbidden)
		return
	}
	next := http.Handler(s.mux)
	if s.script.serves(r.URL.Path) {
		next = s.script
	}
	if s.project != nil {
		next = s.project.static(next)
	}
	next.ServeHTTP(w, r)
}

func (s *site) close() { s.node.Close() }

// serveList shows the views that were found.
func (s *site) serveList(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Live views</title>\n</head>\n<body>\n<h1>Live views</h1>\n<ul>\n")
	for _, r := range s.routes.Routes() {
		fmt.Fprintf(w, "<li><a href=\"%s\">%s</a></li>\n", html.EscapeString(r.Path), html.EscapeString(term.Inspect(r.View)))
	}
	fmt.Fprint(w, "</ul>\n</body>\n</html>\n")
}

// welcome says where what is served.
func (s *site) welcome(addr net.Addr) string {
	root := rootURL(addr)
	var b strings.Builder
	for _, r := range s.routes.Routes() {
		if r.Live || s.project != nil && r.Method == http.MethodGet {
			fmt.Fprintf(&b, "%s  %s\n", root+r.Path, term.Inspect(r.View))
		}
	}
	if b.Len() == 0 {
		fmt.Fprintf(&b, "%s/\n", root)
	}
	return b.String()
}

// console prints what views print, and why they crash.
type console struct {
	mu       sync.Mutex
	out, err io.Writer
}

// Trace implements trace.Tracer.
func (c *console) Trace(e trace.Event) {
	if e.Step != trace.Log {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	to := c.out
	if e.Level == "error" {
		to = c.err
	}
	fmt.Fprintln(to, e.Text)
}
