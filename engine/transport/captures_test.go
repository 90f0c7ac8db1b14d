package transport_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/transport"
	"streamsplayground/engine/transport/captures"
)

var capturedProgram = sync.OnceValues(func() (*interp.Program, error) {
	names, err := filepath.Glob("testdata/captures/live/*.ex")
	if err != nil {
		return nil, err
	}
	var files []*source.File
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, source.NewFile(filepath.Base(name), string(text)))
	}
	base, err := live.BaseFor(files...)
	if err != nil {
		return nil, err
	}
	p, warnings, err := base.Compile(files...)
	if err == nil && len(warnings) > 0 {
		return nil, warnings
	}
	return p, err
})

// startServer serves the captured live views, and checks at the end that no
// goroutine of theirs is left.
func startServer(t *testing.T) (*httptest.Server, *transport.Handler) {
	t.Helper()
	program, err := capturedProgram()
	if err != nil {
		var found source.Errors
		if errors.As(err, &found) {
			t.Fatal(found.Text())
		}
		t.Fatal(err)
	}
	routers := live.Routers(program)
	if len(routers) != 1 {
		t.Fatalf("%d routers", len(routers))
	}
	tokens := transport.NewTokens(nil, "")
	server := &live.Server{Router: routers[0], RouterModule: routers[0].Module, Tokens: tokens}
	server.Node = node.New(node.Options{Program: server.Program})
	server.SetProgram(program)
	h := transport.New(transport.Options{Live: server, Tokens: tokens})
	web := httptest.NewServer(h)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := h.Shutdown(ctx); err != nil {
			t.Errorf("shutting down: %v", err)
		}
		web.Close()
		server.Node.Close()
	})
	return web, h
}

// browser is a captures.Browser with what only the tests of this package need.
type browser struct{ *captures.Browser }

func newBrowser(t *testing.T, web *httptest.Server) *browser {
	return &browser{captures.NewBrowser(t, web.URL)}
}

// TestCaptures replays what was recorded from Phoenix and expects the same
// frames.
func TestCaptures(t *testing.T) {
	names, err := filepath.Glob("testdata/captures/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".json"), func(t *testing.T) {
			web, _ := startServer(t)
			captures.Replay(t, web.URL, name)
		})
	}
}
