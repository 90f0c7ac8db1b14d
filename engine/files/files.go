// Package files keeps the files of one node: those that clients sent, and what
// the reader's code wrote. They are in memory, bounded, and gone with the node;
// the disk is never touched.
package files

import (
	"crypto/rand"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"streamsplayground/engine/node"
)

// Max is how many bytes a Store keeps, of all files together, and MaxFiles how
// many files and directories.
const (
	Max      = 64 << 20
	MaxFiles = 10_000
)

// TempDir is the directory for what is not kept. Every Store has it.
const TempDir = "/tmp"

// Why a Store refuses; what POSIX calls them is the name of the error.
var (
	ErrNotFound = errors.New("enoent")
	ErrFull     = errors.New("enospc")
	ErrIsDir    = errors.New("eisdir")
	ErrNotDir   = errors.New("enotdir")
	ErrExists   = errors.New("eexist")
)

// Store is a tree of files. Paths are those of Unix; a relative one begins at
// the root. Its methods are safe for concurrent use.
type Store struct {
	mu    sync.Mutex
	files map[string][]byte
	dirs  map[string]bool // those made, and those above files
	size  int
}

type storeKey struct{}

// Of returns the files of a node.
func Of(n *node.Node) *Store {
	s, _ := n.Values().LoadOrStore(storeKey{}, &Store{files: map[string][]byte{}, dirs: map[string]bool{"/": true, TempDir: true}})
	return s.(*Store)
}

// Clean returns the path as the Store knows it.
func Clean(p string) string { return path.Clean("/" + p) }

// Temp makes an empty file and returns its path, which has the form of those
// that Plug.Upload makes.
func (s *Store) Temp() (string, error) {
	var b [6]byte
	rand.Read(b[:])
	now := time.Now().Unix()
	name := fmt.Sprintf("%s/plug-%d-%x/live_view_upload-%d-%d-1", TempDir, now/100_000, b[:2], now,
		uint32(b[2])<<24|uint32(b[3])<<16|uint32(b[4])<<8|uint32(b[5]))
	if err := s.MkdirAll(path.Dir(name)); err != nil {
		return "", err
	}
	return name, s.Write(name, nil, false)
}

// Read returns a file's bytes, which the caller must not change.
func (s *Store) Read(name string) ([]byte, error) {
	name = Clean(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.files[name]
	if !ok {
		return nil, s.missing(name)
	}
	return data[:len(data):len(data)], nil
}

// missing says why there is no file with the name. s.mu is held.
func (s *Store) missing(name string) error {
	if s.dirs[name] {
		return ErrIsDir
	}
	return ErrNotFound
}

// Write puts bytes into a file, at its end or in place of what it holds. The
// directory must be there.
func (s *Store) Write(name string, data []byte, atEnd bool) error {
	name = Clean(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	old, known := s.files[name]
	switch {
	case s.dirs[name]:
		return ErrIsDir
	case !s.dirs[path.Dir(name)]:
		return ErrNotFound
	case !known && len(s.files)+len(s.dirs) >= MaxFiles:
		return ErrFull
	}
	if !atEnd {
		s.size -= len(old)
		old = nil
	}
	if s.size+len(data) > Max {
		s.size += len(s.files[name]) - len(old)
		return ErrFull
	}
	s.files[name] = append(old, data...)
	s.size += len(data)
	return nil
}

// Remove forgets a file.
func (s *Store) Remove(name string) error {
	name = Clean(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.files[name]
	if !ok {
		return s.missing(name)
	}
	s.size -= len(data)
	delete(s.files, name)
	return nil
}

// Rename gives a file another name, in place of what had that name.
func (s *Store) Rename(from, to string) error {
	from, to = Clean(from), Clean(to)
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.files[from]
	switch {
	case !ok:
		return s.missing(from)
	case from == to:
		return nil
	case s.dirs[to]:
		return ErrIsDir
	case !s.dirs[path.Dir(to)]:
		return ErrNotFound
	}
	s.size -= len(s.files[to])
	s.files[to] = data
	delete(s.files, from)
	return nil
}

// MkdirAll makes a directory and those above it.
func (s *Store) MkdirAll(name string) error {
	name = Clean(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	for dir := name; dir != "/"; dir = path.Dir(dir) {
		if _, isFile := s.files[dir]; isFile {
			if dir == name {
				return ErrExists
			}
			return ErrNotDir
		}
	}
	for dir := name; !s.dirs[dir]; dir = path.Dir(dir) {
		if len(s.files)+len(s.dirs) >= MaxFiles {
			return ErrFull
		}
		s.dirs[dir] = true
	}
	return nil
}

// List returns the names in a directory, in order.
func (s *Store) List(name string) ([]string, error) {
	name = Clean(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.dirs[name] {
		if _, isFile := s.files[name]; isFile {
			return nil, ErrNotDir
		}
		return nil, ErrNotFound
	}
	prefix := strings.TrimSuffix(name, "/") + "/"
	var names []string
	note := func(p string) {
		if rest, ok := strings.CutPrefix(p, prefix); ok && rest != "" && !strings.Contains(rest, "/") {
			names = append(names, rest)
		}
	}
	for p := range s.files {
		note(p)
	}
	for p := range s.dirs {
		note(p)
	}
	slices.Sort(names)
	return names, nil
}

// Stat returns the size of a file, and whether the name is a directory's.
func (s *Store) Stat(name string) (size int, isDir bool, err error) {
	name = Clean(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dirs[name] {
		return 0, true, nil
	}
	data, ok := s.files[name]
	if !ok {
		return 0, false, ErrNotFound
	}
	return len(data), false, nil
}
