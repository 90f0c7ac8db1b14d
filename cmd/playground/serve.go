package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/lessons"
	"streamsplayground/web"
)

// servePage is the command without a name: the page with the lessons.
func servePage(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	set := newFlags("playground")
	addr := set.String("addr", defaultAddr, "address to listen on")
	folder := set.String("lessons", "", "folder of other lessons")
	open := set.Bool("open", false, "open the page in the browser")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return fmt.Errorf("unknown command %q; see playground help", set.Arg(0))
	}
	opts := web.Options{Lessons: lessons.Content(), LessonsName: "lessons"}
	var watch []string
	if *folder != "" {
		info, err := os.Stat(*folder)
		if err != nil {
			return plainError(*folder, err)
		}
		if !info.IsDir() {
			return fmt.Errorf("%s: not a folder of lessons", *folder)
		}
		opts.Lessons, opts.LessonsName = os.DirFS(*folder), filepath.ToSlash(*folder)
		watch = []string{*folder}
	}
	return serveSite(ctx, opts, *addr, watch, *open, stdout, stderr)
}

// inspectViews is the run command with the inspector beside the views.
func inspectViews(ctx context.Context, o runOptions, stdout, stderr io.Writer) error {
	p := findProject(o.paths)
	read := func() (string, []*lessons.File, error) {
		files, err := readProject(p, o.paths)
		if p != nil && err == nil {
			return p.dir, p.lessonFiles(files), nil
		}
		return strings.Join(o.paths, " "), lessonFiles(files), err
	}
	files, err := readProject(p, o.paths)
	if err != nil {
		return err
	}
	opts, compile := web.Options{Views: read}, live.NewApp
	if p != nil {
		opts.Project, opts.Static, compile = true, p.static(p.staged()), live.NewProject
	}
	app, _, err := compile(files...)
	if p != nil && app != nil {
		tell(app, stderr)
	}
	// What is wrong in the code is shown on the page, until it is mended there.
	if err != nil && len(source.Diagnostics(err)) == 0 {
		return err
	}
	return serveSite(ctx, opts, o.addr, o.paths, o.open, stdout, stderr)
}

// lessonFiles gives source files the short names that the code panel shows.
func lessonFiles(files []*source.File) []*lessons.File {
	var out []*lessons.File
	for _, f := range files {
		out = append(out, &lessons.File{Name: filepath.Base(f.Name()), Source: f})
	}
	return out
}

// serveSite serves a web.Server until ctx ends, reloading it when something
// that it watches is saved.
func serveSite(ctx context.Context, opts web.Options, addr string, watch []string, open bool, stdout, stderr io.Writer) error {
	if host, _, err := net.SplitHostPort(addr); err == nil && host != "" {
		opts.Hosts = append(opts.Hosts, host)
	}
	opts.Log = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	site, err := web.New(opts)
	if err != nil {
		return err
	}
	defer site.Close()
	listener, err := listen(addr)
	if err != nil {
		return err
	}
	if text := site.Problems(); text != "" {
		fmt.Fprintln(stderr, text)
	}
	if len(watch) > 0 {
		changed := func() {
			site.Reload()
			if text := site.Problems(); text != "" {
				fmt.Fprintln(stderr, text)
			}
		}
		if err := lessons.Watch(ctx, changed, watch...); err != nil {
			listener.Close()
			return err
		}
	}
	url := rootURL(listener.Addr()) + "/"
	fmt.Fprintf(stdout, "Streams Playground: %s\n", url)
	if open {
		openBrowser(url)
	}
	return serveHTTP(ctx, listener, site, func(context.Context) { site.Close() })
}

// serveHTTP serves until ctx ends; then end is called, to close what would
// otherwise keep connections open.
func serveHTTP(ctx context.Context, listener net.Listener, handler http.Handler, end func(context.Context)) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	end(ending)
	// Not Shutdown, which waits for connections that a browser opened to spare.
	server.Close()
	return nil
}

// rootURL is where a browser on this machine finds the address.
func rootURL(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
	}
	return "http://" + addr.String()
}

// openBrowser asks the system to open a URL. It is a courtesy: when it does
// not work, the URL was printed.
func openBrowser(url string) {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	cmd := exec.Command(name, args...)
	if cmd.Start() == nil {
		go cmd.Wait() //nolint:errcheck // nothing depends on it
	}
}
