package browsertest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamsplayground/internal/browsertest"
	"streamsplayground/lessons"
	"streamsplayground/web"
)

// TestSavingALesson saves files as an editor does; the open page follows without
// a reload by hand.
func TestSavingALesson(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, lessons.Content()); err != nil {
		t.Fatal(err)
	}
	site, url := serve(t, web.Options{Lessons: os.DirFS(dir), LessonsName: "mine"})
	if err := lessons.Watch(t.Context(), site.Reload, dir); err != nil {
		t.Fatal(err)
	}
	l := &lesson{Page: browsertest.Open(t, url+"/lessons/limit"), t: t}
	reader := l.client("reader")
	reader.Until(`document.querySelector(".phx-connected")`)
	l.Do(`window.kept = true`)

	change(t, filepath.Join(dir, "04-limit/lesson.md"), "A log that only grows", "A diary that only grows")
	l.Until(`document.querySelector(".lesson").textContent.includes("A diary that only grows")`)

	// The client loads its page again. Its socket may come back before that, so
	// that the old document shows the new code for a moment.
	view := filepath.Join(dir, "04-limit/ticker_live.ex")
	reader.Do(`window.old = true`)
	change(t, view, `text: "line #{n}"`, `text: "entry #{n}"`)
	l.Until(`document.querySelector(".sources").textContent.includes("entry #{n}")`)
	reader.Until(`!window.old && document.querySelector(".phx-connected") && document.querySelector("#lines-1").textContent === "entry 1"`)

	// What is broken is shown where it is; the last good version runs on.
	change(t, view, "|> assign(:next, 6)\n     |> stream(:lines, Enum.map(1..5, &line/1))}", "|> assign(:next, 6\n     |> stream(:lines, Enum.map(1..5, &line/1))}")
	l.Until(`!document.querySelector(".notice").hidden && document.querySelector(".notice pre").textContent.includes("ticker_live.ex:")`)
	reader.Click(`[phx-value-at="-1"]:not([phx-value-limit])`)
	reader.Until(`document.querySelector("#lines").lastElementChild.textContent === "entry 6"`)

	reader.Do(`window.old = true`)
	change(t, view, "|> assign(:next, 6\n     |> stream(:lines, Enum.map(1..5, &line/1))}", "|> assign(:next, 6)\n     |> stream(:lines, Enum.map(1..3, &line/1))}")
	l.Until(`document.querySelector(".notice").hidden`)
	reader.Until(`!window.old && document.querySelector(".phx-connected") && document.querySelectorAll("#lines > *").length === 3`)
	l.Want("window.kept", "true")
}

// change replaces a text in a file, which must be there.
func change(t *testing.T, name, old, new string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(data), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}
