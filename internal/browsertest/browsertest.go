// Package browsertest drives pages in Chromium, for tests. A test package has one
// browser, started at first use and ended by Main; its tabs are used again, since
// making one takes long.
//
// Where no Chromium is found, or the official LiveView client is not installed,
// the tests that need it are skipped; where CI is set they fail.
package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

var browser struct {
	once sync.Once
	ctx  context.Context
	err  error
	stop []func()
}

// Main runs the tests of a package and ends its browser; TestMain calls it.
func Main(m *testing.M) {
	code := m.Run()
	for i := len(browser.stop) - 1; i >= 0; i-- {
		browser.stop[i]()
	}
	os.Exit(code)
}

// Browser returns the context of the package's browser. Without a Chromium it
// skips the test, or fails it where CI is set.
func Browser(t *testing.T) context.Context {
	t.Helper()
	browser.once.Do(func() {
		name := find()
		if name == "" {
			browser.err = errors.New("no chromium on PATH")
			return
		}
		opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(name), chromedp.NoSandbox,
			chromedp.WindowSize(1440, 900),
			// Frames without an origin stay in the page's process, where one session sees all.
			chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,IsolateSandboxedIframes"))
		alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
		ctx, stop := chromedp.NewContext(alloc)
		browser.ctx, browser.stop = ctx, []func(){stopAlloc, stop}
		browser.err = chromedp.Do(ctx)
	})
	if browser.err != nil {
		missing(t, fmt.Sprintf("starting the browser: %v", browser.err))
	}
	return browser.ctx
}

func find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	return ""
}

// Official returns the folder with the official client's npm packages, which
// PLAYGROUND_NPM names. Without them it skips the test, or fails it where CI is
// set.
func Official(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PLAYGROUND_NPM")
	for _, name := range []string{"phoenix", "phoenix_live_view"} {
		if _, err := os.Stat(filepath.Join(dir, name)); dir == "" || err != nil {
			missing(t, "PLAYGROUND_NPM does not name a folder with the npm packages phoenix and phoenix_live_view")
		}
	}
	return dir
}

// missing skips a test that lacks a tool, or fails it where CI is set.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip("skipped: " + what)
}
