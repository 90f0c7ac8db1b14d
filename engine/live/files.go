package live

import (
	"errors"

	"streamsplayground/engine/files"
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// posix are the errors of files as people read them, as :file.format_error/1
// has them.
var posix = map[error]string{
	files.ErrNotFound: "no such file or directory",
	files.ErrFull:     "no space left on device",
	files.ErrIsDir:    "illegal operation on a directory",
	files.ErrNotDir:   "not a directory",
	files.ErrExists:   "file already exists",
}

// fileModule is File.Memory, on which the prelude's File stands.
func fileModule() *interp.NativeModule {
	return &interp.NativeModule{Name: "File.Memory", Funcs: []interp.NativeFunc{
		{Name: "describe", Arity: 1, Fn: describeFileError},
		{Name: "read", Arity: 1, Fn: onFiles(func(s *files.Store, a []string) (term.Term, error) {
			data, err := s.Read(a[0])
			return term.Tuple{term.OK, term.Binary(data)}, err
		})},
		{Name: "write", Arity: 3, Fn: writeFile},
		{Name: "copy", Arity: 2, Fn: onFiles(func(s *files.Store, a []string) (term.Term, error) {
			data, err := s.Read(a[0])
			if err != nil {
				return nil, err
			}
			return term.OK, s.Write(a[1], data, false)
		})},
		{Name: "rename", Arity: 2, Fn: onFiles(func(s *files.Store, a []string) (term.Term, error) { return term.OK, s.Rename(a[0], a[1]) })},
		{Name: "rm", Arity: 1, Fn: onFiles(func(s *files.Store, a []string) (term.Term, error) {
			err := s.Remove(a[0])
			if errors.Is(err, files.ErrIsDir) {
				return term.Tuple{term.Err, term.NewAtom("eperm")}, nil
			}
			return term.OK, err
		})},
		{Name: "mkdir_p", Arity: 1, Fn: onFiles(func(s *files.Store, a []string) (term.Term, error) { return term.OK, s.MkdirAll(a[0]) })},
		{Name: "ls", Arity: 1, Fn: onFiles(func(s *files.Store, a []string) (term.Term, error) {
			names, err := s.List(a[0])
			out := make([]term.Term, len(names))
			for i, name := range names {
				out[i] = str(name)
			}
			return term.Tuple{term.OK, term.NewList(out...)}, err
		})},
		{Name: "stat", Arity: 1, Fn: onFiles(func(s *files.Store, a []string) (term.Term, error) {
			size, isDir, err := s.Stat(a[0])
			kind := "regular"
			if isDir {
				kind = "directory"
			}
			return term.Tuple{term.OK, term.NewAtom(kind), term.Int(size)}, err
		})},
	}}
}

// filesOf returns the files of the process that the thread runs for.
func filesOf(t *interp.Thread) *files.Store {
	p := node.Of(t)
	if p == nil {
		t.RaiseArgument("there are no files while code is compiled; put the data into the module, or read the file when the program runs")
	}
	return files.Of(p.Node())
}

// onFiles makes a native of a function on paths.
func onFiles(f func(s *files.Store, paths []string) (term.Term, error)) interp.Native {
	return func(t *interp.Thread, a []term.Term) term.Term {
		paths := make([]string, len(a))
		for i := range a {
			p, _ := a[i].(term.Binary)
			paths[i] = string(p)
		}
		v, err := f(filesOf(t), paths)
		if err != nil {
			return fileError(t, paths[0], err)
		}
		if pair, ok := v.(term.Tuple); ok && len(pair) == 2 {
			if data, ok := pair[1].(term.Binary); ok {
				t.Grow(len(data))
			}
		}
		return v
	}
}

func writeFile(t *interp.Thread, a []term.Term) term.Term {
	path, _ := a[0].(term.Binary)
	data, _ := a[1].(term.Binary)
	if err := filesOf(t).Write(string(path), []byte(data), term.Truthy(a[2])); err != nil {
		return fileError(t, string(path), err)
	}
	return term.OK
}

// fileError returns {:error, reason}. Who expects a file of the disk is told
// that there are none.
func fileError(t *interp.Thread, path string, err error) term.Term {
	if errors.Is(err, files.ErrNotFound) {
		node.Of(t).Log("warning", "the disk is not part of this playground: there are only files that were uploaded, and those that the program wrote; "+
			term.Inspect(term.Binary(path))+" is not among them")
	}
	return term.Tuple{term.Err, term.NewAtom(err.Error())}
}

func describeFileError(t *interp.Thread, a []term.Term) term.Term {
	name, _ := a[0].(term.Atom)
	for err, text := range posix {
		if err.Error() == name.Name() {
			return str(text)
		}
	}
	if name.Name() == "eperm" {
		return str("not owner")
	}
	return str("unknown POSIX error " + t.ToString(a[0]))
}
