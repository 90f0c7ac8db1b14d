package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"streamsplayground/engine/exunit"
	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// testPlan is which files to load: those of the project and its support, the
// helper, the tests.
type testPlan struct {
	lib, helper, tests []*source.File
	locations          []term.Term
}

// planTests finds the files: all of the folder's project when none is named.
func planTests(paths []string) (*testPlan, error) {
	p := &testPlan{}
	var named []string
	for _, path := range paths {
		name, line, ok := cutLine(path)
		if ok {
			p.locations = append(p.locations, exunit.LocationFilter(filepath.ToSlash(name), line))
		}
		named = append(named, name)
	}
	if len(named) == 0 {
		if !isFolder("test") {
			return nil, errors.New("test needs files, or a folder with test/")
		}
		named = []string{"test"}
	}
	if isFolder("lib") && (len(paths) == 0 || insideTests(named)) {
		if err := add(&p.lib, "lib"); err != nil {
			return nil, err
		}
	}
	for _, name := range named {
		if err := p.addNamed(name); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// cutLine takes FILE:LINE apart.
func cutLine(path string) (name string, line int, ok bool) {
	i := strings.LastIndexByte(path, ':')
	if i < 0 {
		return path, 0, false
	}
	n, err := strconv.Atoi(path[i+1:])
	if err != nil {
		return path, 0, false
	}
	return path[:i], n, true
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// insideTests reports whether all paths lie in test/.
func insideTests(paths []string) bool {
	return !slices.ContainsFunc(paths, func(p string) bool {
		p = filepath.ToSlash(filepath.Clean(p))
		return p != "test" && !strings.HasPrefix(p, "test/")
	})
}

func add(to *[]*source.File, path string) error {
	files, err := readSources([]string{path})
	*to = append(*to, files...)
	return err
}

// addNamed adds a file, or what a folder holds: tests, and beside them a helper
// and support.
func (p *testPlan) addNamed(name string) error {
	if !isFolder(name) {
		files, err := readSources([]string{name})
		if err != nil {
			return err
		}
		if err := p.addSupport(filepath.Dir(name)); err != nil {
			return err
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name(), ".exs") {
				p.tests = append(p.tests, f)
			} else {
				p.lib = append(p.lib, f)
			}
		}
		return nil
	}
	files, err := readSources([]string{name})
	if err != nil {
		return err
	}
	if err := p.addSupport(name); err != nil {
		return err
	}
	for _, f := range files {
		switch base := filepath.Base(f.Name()); {
		case strings.HasSuffix(base, "_test.exs"):
			p.tests = append(p.tests, f)
		case base == "test_helper.exs", strings.HasSuffix(base, ".exs"), p.has(f):
		default:
			p.lib = append(p.lib, f)
		}
	}
	return nil
}

func (p *testPlan) has(f *source.File) bool {
	return slices.ContainsFunc(p.lib, func(o *source.File) bool { return o.Name() == f.Name() })
}

// addSupport adds the helper and the support of the tests below a folder: those
// of the nearest folder upwards that has them, as far as test/.
func (p *testPlan) addSupport(dir string) error {
	if len(p.helper) > 0 {
		return nil
	}
	for {
		helper := filepath.Join(dir, "test_helper.exs")
		if _, err := os.Stat(helper); err == nil {
			if err := add(&p.helper, helper); err != nil {
				return err
			}
			return p.addModules(filepath.Join(dir, "support"))
		}
		parent := filepath.Dir(dir)
		if filepath.Base(dir) == "test" || parent == dir {
			return nil
		}
		dir = parent
	}
}

// addModules adds the modules in a folder of support, if there is one.
func (p *testPlan) addModules(dir string) error {
	files, err := readFolder(dir, []string{".ex", ".heex"})
	for _, f := range files {
		if !p.has(f) {
			p.lib = append(p.lib, f)
		}
	}
	return err
}

// files are all that will be compiled.
func (p *testPlan) files() []*source.File { return slices.Concat(p.lib, p.helper, p.tests) }

// load compiles the files in the order in which mix test does.
func (p *testPlan) load(s *exunit.Suite, stderr io.Writer) error {
	for _, files := range [][]*source.File{p.lib, p.helper, p.tests} {
		if len(files) == 0 {
			continue
		}
		warnings, err := s.Load(files...)
		if len(warnings) > 0 {
			fmt.Fprintln(stderr, warnings.Text())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// project compiles the code of a Phoenix project and what supports its tests:
// what cannot run here is left out and told, as by the run command. app is nil
// where there is no mix.exs; then base is as it was given.
func (p *testPlan) project(base *interp.Program, stderr io.Writer) (app *live.App, next *interp.Program, err error) {
	if _, err := os.Stat("mix.exs"); err != nil || len(p.lib) == 0 {
		return nil, base, nil
	}
	files := p.lib
	if isFolder("config") {
		config, err := readFolder("config", []string{".exs"})
		if err != nil {
			return nil, nil, err
		}
		files = append(config, files...)
	}
	app, warnings, err := live.NewProjectOn(base, files...)
	if len(warnings) > 0 {
		fmt.Fprintln(stderr, warnings.Text())
	}
	if err != nil && !errors.Is(err, live.ErrNoView) {
		return nil, nil, err
	}
	tell(app, stderr)
	p.lib = nil
	return app, app.Program, nil
}
