package exunit

import (
	"errors"
	"io/fs"
	"path"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// codeModule lays the functions of Code that read files over those of the
// language: a suite knows where its files are. What is loaded already, such as
// the helper, is not loaded again.
func codeModule() *interp.NativeModule {
	m := &interp.NativeModule{Name: "Code"}
	for _, n := range []int{1, 2} {
		m.Funcs = append(m.Funcs,
			interp.NativeFunc{Name: "require_file", Arity: n, Fn: func(t *interp.Thread, a []term.Term) term.Term {
				name := fileArgument(t, "require_file", a)
				s := suiteOf(t)
				if s == nil || s.required(name) {
					return term.Nil
				}
				return s.compileFile(t, name)
			}},
			interp.NativeFunc{Name: "compile_file", Arity: n, Fn: func(t *interp.Thread, a []term.Term) term.Term {
				name := fileArgument(t, "compile_file", a)
				if s := suiteOf(t); s != nil {
					return s.compileFile(t, name)
				}
				return loadError(t, name, "enoent")
			}})
	}
	return m
}

// fileArgument is the path that the arguments of Code.require_file/2 name.
func fileArgument(t *interp.Thread, fun string, a []term.Term) string {
	name, ok := a[0].(term.Binary)
	if !ok {
		t.RaiseFunctionClause("Code", fun, a)
	}
	if len(a) > 1 {
		if to, ok := a[1].(term.Binary); ok && !path.IsAbs(string(name)) {
			return path.Join(string(to), string(name))
		}
	}
	return path.Clean(string(name))
}

// required reports whether a file was loaded, and notes that it is from now on.
func (s *Suite) required(name string) bool {
	name = s.relative(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.files[name] != nil || s.requires[name]
	s.requires[name] = true
	return known
}

// compileFile compiles one more file, and takes its test modules up.
func (s *Suite) compileFile(t *interp.Thread, name string) term.Term {
	f, err := s.open(s.relative(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return loadError(t, s.absolute(name), "enoent")
	case err != nil:
		raise(t, "%s", err)
	}
	s.mu.Lock()
	s.files[f.Name()] = f
	s.mu.Unlock()
	return t.CompileFile(f)
}

func (s *Suite) open(name string) (*source.File, error) {
	if s.opts.Open == nil {
		return nil, fs.ErrNotExist
	}
	return s.opts.Open(name)
}

func loadError(t *interp.Thread, name, reason string) term.Term {
	t.RaiseNew("Code.LoadError", "file", term.Binary(name), "reason", atomTerm(reason), "message", term.Binary("could not load "+name+". Reason: "+reason))
	return nil
}
