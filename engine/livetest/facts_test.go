package livetest_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"streamsplayground/engine/live"
	"streamsplayground/engine/livetest"
	"streamsplayground/engine/livetest/streamfacts"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/transport"
)

// TestFacts plays what is known of streams.
func TestFacts(t *testing.T) {
	app, _, err := live.NewApp(source.NewFile("facts.ex", streamfacts.Views))
	if err != nil {
		t.Fatal(source.Diagnostics(err).Text(), err)
	}
	tokens := transport.NewTokens(nil, "")
	server := &live.Server{Router: app.Routes, RouterModule: app.Routes.Module, Tokens: tokens}
	server.Node = node.New(node.Options{Program: server.Program})
	server.SetProgram(app.Program)
	t.Cleanup(server.Node.Close)
	streamfacts.Run(t, func(t *testing.T, path string) streamfacts.Page {
		heard := &listener{Transport: &livetest.Server{Live: server, Tokens: tokens}}
		v, err := livetest.Live(t.Context(), heard, path, livetest.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { v.Client().Close() })
		return &factsPage{t: t, c: v.Client(), heard: heard, kept: map[string]*html.Node{}}
	})
}

// listener is a transport that keeps what came over it.
type listener struct {
	livetest.Transport
	page   string
	frames []string
}

func (l *listener) Get(ctx context.Context, address, flash string) (*livetest.Page, error) {
	page, err := l.Transport.Get(ctx, address, flash)
	if err == nil {
		l.page = page.HTML
	}
	return page, err
}

func (l *listener) Dial(ctx context.Context, params url.Values) (livetest.Conn, error) {
	conn, err := l.Transport.Dial(ctx, params)
	return &heardConn{conn, l}, err
}

type heardConn struct {
	livetest.Conn
	l *listener
}

func (c *heardConn) Receive(ctx context.Context) ([]byte, error) {
	frame, err := c.Conn.Receive(ctx)
	if err == nil {
		c.l.frames = append(c.l.frames, string(frame))
	}
	return frame, err
}

// factsPage implements streamfacts.Page.
type factsPage struct {
	t     *testing.T
	c     *livetest.Client
	heard *listener
	kept  map[string]*html.Node
}

func (p *factsPage) Served() string   { return p.heard.page }
func (p *factsPage) Document() string { return p.c.HTML() }
func (p *factsPage) Problems() string { return strings.Join(p.c.Problems(), "\n") }
func (p *factsPage) Frames() []string { return slices.Clone(p.heard.frames) }
func (p *factsPage) Keep(id string)   { p.kept[id] = p.c.Node(id) }

func (p *factsPage) Kept(id string) bool {
	return p.kept[id] != nil && p.kept[id] == p.c.Node(id)
}

func (p *factsPage) Push(event string, value map[string]any) {
	p.t.Helper()
	var err error
	if event == "ops" {
		_, err = p.c.Root().Element("#ctl").Click(p.t.Context(), value)
	} else {
		_, err = p.c.Root().Event(p.t.Context(), "click", event, value)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *factsPage) Reconnect() {
	p.t.Helper()
	if err := p.c.Reconnect(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}
