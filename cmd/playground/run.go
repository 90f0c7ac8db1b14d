package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"streamsplayground/engine/source"
)

// runOptions are the flags of the run command.
type runOptions struct {
	paths    []string
	addr     string
	plain    bool
	official string
	open     bool
}

// defaultAddr is where the playground listens unless told otherwise.
const defaultAddr = "127.0.0.1:4000"

func parseRun(args []string) (runOptions, error) {
	var o runOptions
	set := newFlags("run")
	set.StringVar(&o.addr, "addr", defaultAddr, "address to listen on")
	set.BoolVar(&o.plain, "plain", false, "serve the views alone, each at its own path")
	set.StringVar(&o.official, "official", "", "use the official client, from the npm packages in this folder")
	set.BoolVar(&o.open, "open", false, "open the page in the browser")
	// Flags may stand among the files.
	for len(args) > 0 {
		if err := set.Parse(args); err != nil {
			return o, err
		}
		args = set.Args()
		if len(args) > 0 {
			o.paths, args = append(o.paths, args[0]), args[1:]
		}
	}
	if len(o.paths) == 0 {
		return o, errors.New("run needs a file or a folder of live views")
	}
	return o, nil
}

// shutdownTimeout is how long views and requests have to end after Ctrl-C.
const shutdownTimeout = 100 * time.Millisecond

// runViews is the run command.
func runViews(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opts, err := parseRun(args)
	if err != nil {
		return err
	}
	if !opts.plain && opts.official == "" {
		return inspectViews(ctx, opts, stdout, stderr)
	}
	p := findProject(opts.paths)
	files, err := readProject(p, opts.paths)
	if err != nil {
		return err
	}
	client, err := findClient(opts.official)
	if err != nil {
		return err
	}
	site, err := newSite(files, p, client, stdout, stderr)
	if err != nil {
		return err
	}
	defer site.close()
	listener, err := listen(opts.addr)
	if err != nil {
		return err
	}
	site.allow(opts.addr)
	fmt.Fprint(stdout, site.welcome(listener.Addr()))
	if opts.open {
		openBrowser(rootURL(listener.Addr()))
	}
	return serveHTTP(ctx, listener, site, func(ctx context.Context) {
		site.views.Shutdown(ctx) //nolint:errcheck // what is left after the time is closed with the node
	})
}

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program; choose another address with -addr", addr)
	}
	var wrong *net.AddrError
	if errors.As(err, &wrong) {
		return nil, fmt.Errorf("%q is no address to listen on: %s; -addr takes HOST:PORT, such as 127.0.0.1:4001", addr, wrong.Err)
	}
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", addr, err)
	}
	return l, nil
}

// readProject reads the sources of a project, or those at the paths when it is
// nil.
func readProject(p *project, paths []string) ([]*source.File, error) {
	if p != nil {
		return p.sources()
	}
	return readSources(paths)
}

// readSources reads the files, and of folders all Elixir files and templates below.
func readSources(paths []string) ([]*source.File, error) {
	var out []*source.File
	for _, path := range paths {
		names, err := sourceNames(path)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := readText(name)
			if vanished(err) && name != path {
				continue
			}
			if err != nil {
				return nil, plainError(name, err)
			}
			out = append(out, source.NewFile(filepath.ToSlash(name), text))
		}
	}
	return out, nil
}

func sourceNames(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, plainError(path, err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var names []string
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() && name != path && (strings.HasPrefix(base, ".") || slices.Contains([]string{"_build", "deps", "node_modules"}, base)) {
			return fs.SkipDir
		}
		if isSource(name, d) && slices.Contains([]string{".ex", ".exs", ".heex"}, filepath.Ext(base)) {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, plainError(path, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no Elixir files in this folder", path)
	}
	return names, nil
}

func plainError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: no such file or folder", path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: permission denied", path)
	}
	if strings.HasPrefix(err.Error(), path+": ") {
		return err
	}
	return fmt.Errorf("reading %s: %w", path, err)
}
