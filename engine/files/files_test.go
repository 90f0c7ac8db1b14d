package files_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"streamsplayground/engine/files"
	"streamsplayground/engine/node"
)

func newStore(t *testing.T) *files.Store {
	n := node.New(node.Options{})
	t.Cleanup(n.Close)
	s := files.Of(n)
	if again := files.Of(n); again != s {
		t.Fatal("a node has two stores")
	}
	return s
}

func TestStoreIsBounded(t *testing.T) {
	s := newStore(t)
	half := make([]byte, files.Max/2)
	var names []string
	for range 2 {
		name, err := s.Temp()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Write(name, half, true); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	a, b := names[0], names[1]
	if err := s.Write(a, []byte("x"), true); !errors.Is(err, files.ErrFull) {
		t.Errorf("one byte too many: %v", err)
	}
	if err := s.Write(a, append(half, 'x'), false); !errors.Is(err, files.ErrFull) {
		t.Errorf("one byte too many in place of the old ones: %v", err)
	}
	if err := s.Remove(b); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(a, []byte("x"), true); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if data, err := s.Read(a); err != nil || !bytes.Equal(data, append(half, 'x')) {
		t.Errorf("read %d bytes, %v", len(data), err)
	}
	if err := s.Remove(b); !errors.Is(err, files.ErrNotFound) {
		t.Errorf("removing it again: %v", err)
	}
}

func TestNumberOfFilesIsBounded(t *testing.T) {
	s := newStore(t)
	for i := range files.MaxFiles {
		if err := s.Write(fmt.Sprint(i), nil, false); err != nil {
			if i < files.MaxFiles-2 || !errors.Is(err, files.ErrFull) {
				t.Fatalf("file %d: %v", i, err)
			}
			return
		}
	}
	t.Error("there was no end")
}

func TestTree(t *testing.T) {
	s := newStore(t)
	if err := s.Write("a/b.txt", []byte("1"), false); !errors.Is(err, files.ErrNotFound) {
		t.Errorf("writing where no directory is: %v", err)
	}
	if err := s.MkdirAll("a/c"); err != nil {
		t.Fatal(err)
	}
	if err := s.Write("a/b.txt", []byte("12"), false); err != nil {
		t.Fatal(err)
	}
	if err := s.Write("a/./c/../b.txt", []byte("3"), true); err != nil {
		t.Fatal(err)
	}
	if names, err := s.List("/a"); err != nil || !slices.Equal(names, []string{"b.txt", "c"}) {
		t.Errorf("a holds %v, %v", names, err)
	}
	if err := s.Rename("a/b.txt", "a/c/d"); err != nil {
		t.Fatal(err)
	}
	if data, err := s.Read("a/c/d"); err != nil || string(data) != "123" {
		t.Errorf("read %q, %v", data, err)
	}
	for _, c := range []struct {
		what string
		err  error
		want error
	}{
		{"reading a directory", second(s.Read("a")), files.ErrIsDir},
		{"reading what was renamed", second(s.Read("a/b.txt")), files.ErrNotFound},
		{"writing to a directory", s.Write("a", nil, false), files.ErrIsDir},
		{"listing a file", second(s.List("a/c/d")), files.ErrNotDir},
		{"listing nothing", second(s.List("x")), files.ErrNotFound},
		{"a directory in place of a file", s.MkdirAll("a/c/d"), files.ErrExists},
		{"a directory below a file", s.MkdirAll("a/c/d/e"), files.ErrNotDir},
		{"renaming to a directory", s.Rename("a/c/d", "a"), files.ErrIsDir},
		{"renaming to nowhere", s.Rename("a/c/d", "x/y"), files.ErrNotFound},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", c.what, c.err, c.want)
		}
	}
	if size, isDir, err := s.Stat("a/c/d"); size != 3 || isDir || err != nil {
		t.Errorf("stat: %d, %v, %v", size, isDir, err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestRenameWhileFilesGo renames and removes the same files at once: whatever
// comes first, the store knows what it holds.
func TestRenameWhileFilesGo(t *testing.T) {
	s := newStore(t)
	for range 200 {
		if err := s.Write("a", make([]byte, 1<<10), false); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { s.Rename("a", "b") })
			wg.Go(func() { s.Remove("a") })
		}
		wg.Wait()
		s.Remove("b")
	}
	if err := s.Write("a", make([]byte, files.Max), false); err != nil {
		t.Errorf("all of an empty store: %v", err)
	}
	if err := s.Write("b", []byte("x"), false); !errors.Is(err, files.ErrFull) {
		t.Errorf("one byte too many: %v", err)
	}
}
