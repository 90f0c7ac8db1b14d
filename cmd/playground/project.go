package main

import (
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/lessons"
)

// project is the folder of a Phoenix project: one with a mix.exs.
type project struct {
	dir string
	// apps are the folders with code: the project's own, or those of an
	// umbrella.
	apps []string
}

// findProject returns the project that is to be run, nil when the paths are
// not the folder of one.
func findProject(paths []string) *project {
	if len(paths) != 1 {
		return nil
	}
	dir := paths[0]
	if _, err := os.Stat(filepath.Join(dir, "mix.exs")); err != nil {
		return nil
	}
	p := &project{dir: dir, apps: []string{dir}}
	more, _ := filepath.Glob(filepath.Join(dir, "apps", "*", "mix.exs"))
	for _, name := range more {
		p.apps = append(p.apps, filepath.Dir(name))
	}
	return p
}

// sources reads the code and templates in lib, and the config files.
func (p *project) sources() ([]*source.File, error) {
	var out []*source.File
	for _, app := range p.apps {
		for dir, exts := range map[string][]string{"lib": {".ex", ".heex"}, "config": {".exs"}} {
			files, err := readFolder(filepath.Join(app, dir), exts)
			if err != nil {
				return nil, err
			}
			out = append(out, files...)
		}
	}
	if !slices.ContainsFunc(out, func(f *source.File) bool { return strings.HasSuffix(f.Name(), ".ex") }) {
		return nil, fmt.Errorf("%s: no Elixir files in lib/", p.dir)
	}
	slices.SortStableFunc(out, func(a, b *source.File) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

// lessonFiles gives the sources the names that the code panel shows, and adds
// the style sheets.
func (p *project) lessonFiles(files []*source.File) []*lessons.File {
	var out []*lessons.File
	for _, f := range append(files, p.styles()...) {
		name, err := filepath.Rel(p.dir, filepath.FromSlash(f.Name()))
		if err != nil {
			name = f.Name()
		}
		out = append(out, &lessons.File{Name: filepath.ToSlash(name), Source: f})
	}
	slices.SortStableFunc(out, func(a, b *lessons.File) int { return showOrder(a) - showOrder(b) })
	return out
}

// showOrder puts what a reader looks for first: the live views, where they are
// routed, and settings after all other code.
func showOrder(f *lessons.File) int {
	switch {
	case strings.HasSuffix(f.Name, ".css"):
		return 4
	case strings.HasSuffix(f.Name, ".exs"):
		return 3
	case strings.Contains(f.Source.Text(), ", :live_view\n"), strings.Contains(f.Source.Text(), "\n  use Phoenix.LiveView\n"):
		return 0
	case strings.HasSuffix(f.Name, "/router.ex"):
		return 1
	}
	return 2
}

// styles are the style sheets that the project's build left in priv/static, or
// else those that it is made of.
func (p *project) styles() []*source.File {
	for _, dir := range []string{"priv/static/assets", "priv/static/css", "assets/css"} {
		var out []*source.File
		for _, app := range p.apps {
			files, err := readFolder(filepath.Join(app, filepath.FromSlash(dir)), []string{".css"})
			if err == nil {
				out = append(out, files...)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// readFolder reads the files below a folder that end in one of the extensions;
// a folder that is not there has none.
func readFolder(dir string, exts []string) ([]*source.File, error) {
	var out []*source.File
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if vanished(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if !isSource(name, d) || !slices.Contains(exts, filepath.Ext(name)) {
			return nil
		}
		text, err := readText(name)
		if vanished(err) {
			return nil
		}
		if err != nil {
			return err
		}
		out = append(out, source.NewFile(filepath.ToSlash(name), text))
		return nil
	})
	return out, err
}

// tell prints what is left out, a line each.
func tell(app *live.App, w io.Writer) {
	for _, o := range app.Left {
		fmt.Fprintln(w, o.String())
	}
}

// assets is the folder of the project's JavaScript.
func (p *project) assets() string {
	for _, app := range p.apps {
		dir := filepath.Join(app, "assets")
		if _, err := os.Stat(filepath.Join(dir, "js", "app.js")); err == nil {
			return dir
		}
	}
	return filepath.Join(p.dir, "assets")
}

// static serves the files in priv/static, and passes on what is not there.
func (p *project) static(next http.Handler) http.Handler {
	var roots []string
	for _, app := range p.apps {
		roots = append(roots, filepath.Join(app, "priv", "static"))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := staticFile(roots, r.URL.Path); name != "" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			w.Header().Set("Cache-Control", "no-cache")
			w.Header().Set("X-Content-Type-Options", "nosniff")
			http.ServeFile(w, r, name)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// staticFile is the file of a path, "" for none. Names that begin with a dot
// are not served.
func staticFile(roots []string, path string) string {
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, ".") || strings.ContainsAny(part, "\\\x00") {
			return ""
		}
	}
	for _, root := range roots {
		name := filepath.Join(root, filepath.FromSlash(path))
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			return name
		}
	}
	return ""
}
