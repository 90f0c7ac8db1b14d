package lessons

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long files must be quiet before a change is reported: editors
// write, rename and touch in bursts.
const settle = 100 * time.Millisecond

// Watch calls changed after files below any of the roots were saved, until ctx
// ends. A root may be a file. Folders are watched, not files, because editors
// replace files when they save. Calls come one at a time.
func Watch(ctx context.Context, changed func(), roots ...string) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watching files: %w", err)
	}
	for _, root := range roots {
		if err := watchTree(w, root); err != nil {
			w.Close()
			return fmt.Errorf("watching %s: %w", root, err)
		}
	}
	go func() {
		defer w.Close()
		watchLoop(ctx, w, changed)
	}()
	return nil
}

func watchTree(w *fsnotify.Watcher, root string) error {
	return filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != root && hidden(name):
			return filepath.SkipDir
		case d.IsDir():
			return w.Add(name)
		case name == root:
			return w.Add(filepath.Dir(name))
		}
		return nil
	})
}

func hidden(name string) bool {
	base := filepath.Base(name)
	return strings.HasPrefix(base, ".") || strings.HasSuffix(base, "~") || base == "node_modules"
}

func watchLoop(ctx context.Context, w *fsnotify.Watcher, changed func()) {
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-w.Events:
			if !ok {
				return
			}
			if hidden(e.Name) || e.Op == fsnotify.Chmod {
				continue
			}
			if e.Has(fsnotify.Create) {
				watchTree(w, e.Name) //nolint:errcheck // it may be gone again, and is no folder most of the time
			}
			quiet.Reset(settle)
		case _, ok := <-w.Errors:
			if !ok {
				return
			}
			quiet.Reset(settle) // events were lost, so something changed
		case <-quiet.C:
			changed()
		}
	}
}
