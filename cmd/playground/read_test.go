package main

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"streamsplayground/engine/source"
)

// TestFoldersWithOddEntries reads the sources of folders in which there is more:
// links without a target or without an end, devices that never end, folders with
// the names of files, and what editors keep there.
func TestFoldersWithOddEntries(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a.ex", "defmodule A do\nend\n")
	write(".#a.ex", "not Elixir \xff")
	if err := os.Mkdir(filepath.Join(dir, "b.ex"), 0o755); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		for name, target := range map[string]string{"c.ex": "nothing", "d.ex": os.DevNull, "e.ex": "e.ex", "f": ".", "g.ex": "/dev/zero", "h.ex": "a.ex"} {
			if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for what, read := range map[string]func() ([]*source.File, error){
		"sources": func() ([]*source.File, error) { return readSources([]string{dir}) },
		"project": func() ([]*source.File, error) { return readFolder(dir, []string{".ex"}) },
	} {
		files, err := read()
		var names []string
		for _, f := range files {
			names = append(names, filepath.Base(f.Name()))
		}
		want := []string{"a.ex", "h.ex"}
		if runtime.GOOS == "windows" {
			want = want[:1]
		}
		if err != nil || !slices.Equal(names, want) {
			t.Errorf("%s: got %v, %v", what, names, err)
		}
	}
	if files, err := readFolder(filepath.Join(dir, "none"), []string{".ex"}); err != nil || len(files) > 0 {
		t.Errorf("a folder that is not there: %v, %v", files, err)
	}
	if runtime.GOOS != "windows" {
		if _, err := readSources([]string{filepath.Join(dir, "g.ex")}); err == nil || !strings.HasSuffix(err.Error(), "g.ex: not a file") {
			t.Errorf("a device: %v", err)
		}
	}
	write("large.ex", strings.Repeat("#", 2*maxRead))
	if text, err := readText(filepath.Join(dir, "large.ex")); err != nil || len(text) != maxRead {
		t.Errorf("a large file: %d bytes, %v", len(text), err)
	}
}
