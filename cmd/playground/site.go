package main

import (
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"unicode"

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
}

// assetsPath is where the client's modules are served.
const assetsPath = "/assets/"

func newSite(files []*source.File, c client, stdout, stderr io.Writer) (*site, error) {
	base, err := live.Base()
	if err != nil {
		return nil, fmt.Errorf("preparing LiveView: %w", err)
	}
	program, warnings, err := base.Compile(files...)
	if len(warnings) > 0 {
		fmt.Fprintln(stderr, warnings.Text())
	}
	if err != nil {
		return nil, err
	}
	s := &site{}
	if s.routes, s.list, err = findRoutes(live.Routers(program), live.Views(program)); err != nil {
		return nil, err
	}
	tracer := &console{out: stdout, err: stderr}
	server := &live.Server{Router: s.routes, RouterModule: s.routes.Module, Tracer: tracer}
	s.node = node.New(node.Options{Program: server.Program, Tracer: tracer})
	server.Node = s.node
	server.SetProgram(program)
	tokens := transport.NewTokens(nil, "")
	server.Tokens = tokens
	s.opts = transport.Options{Live: server, Tokens: tokens, Layout: transport.Page(c.assets()),
		Log: slog.New(slog.NewTextHandler(stderr, nil))}
	s.mux = http.NewServeMux()
	s.mux.Handle(assetsPath, http.StripPrefix(assetsPath, c.handler()))
	return s, nil
}

// findRoutes returns the routes of the one router, or those of the views when
// there is none.
func findRoutes(routers []*live.RouteTable, views []term.Atom) (routes *live.RouteTable, list bool, err error) {
	if len(routers) > 1 {
		var names []string
		for _, r := range routers {
			names = append(names, term.Inspect(r.Module))
		}
		return nil, false, fmt.Errorf("more than one router: %s; run the files of one of them", strings.Join(names, ", "))
	}
	if len(routers) == 1 {
		return routers[0], false, nil
	}
	routes = &live.RouteTable{}
	if len(views) == 0 {
		return nil, false, errors.New("no live view in these files: a module with \"use Phoenix.LiveView\"")
	}
	if len(views) == 1 {
		routes.AddLive("/", live.Route{View: views[0]})
		return routes, false, nil
	}
	for _, v := range views {
		routes.AddLive("/"+pathOf(v), live.Route{View: v})
	}
	return routes, true, nil
}

// pathOf is a path for a view that no router names: "rooms-list" for
// ChatWeb.RoomsListLive.
func pathOf(view term.Atom) string {
	name := term.Inspect(view)
	name = name[strings.LastIndex(name, ".")+1:]
	if short := strings.TrimSuffix(name, "Live"); short != "" {
		name = short
	}
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
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

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

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
	root := "http://" + addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		root = fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
	}
	var b strings.Builder
	for _, r := range s.routes.Routes() {
		if r.Live {
			fmt.Fprintf(&b, "%s  %s\n", root+r.Path, term.Inspect(r.View))
		}
	}
	return b.String()
}

// console prints what views print, and why they crash.
type console struct{ out, err io.Writer }

// Trace implements trace.Tracer.
func (c *console) Trace(e trace.Event) {
	switch e.Step {
	case trace.Log:
		fmt.Fprintln(c.out, e.Text)
	case trace.Crash:
		fmt.Fprintln(c.err, e.Text)
	}
}
