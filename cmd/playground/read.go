package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// maxRead is how much of a file is read: more than the compiler takes, which
// then says so.
const maxRead = 9 << 20

// readText reads a source file. What is not a file, such as a pipe or a device,
// may have no end, or never begin.
func readText(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s: not a file", name)
	}
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxRead))
	if err != nil {
		return "", err
	}
	if len(text) < maxRead && !utf8.Valid(text) {
		return "", fmt.Errorf("%s: not a text in UTF-8", name)
	}
	return string(text), nil
}

// isSource reports whether an entry of a folder is one of its sources: a file
// that can be read, and none that an editor hides there for itself.
func isSource(name string, d fs.DirEntry) bool {
	if d.IsDir() || strings.HasPrefix(filepath.Base(name), ".") {
		return false
	}
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// vanished reports whether a file that was there is not there any more.
func vanished(err error) bool { return errors.Is(err, fs.ErrNotExist) }
