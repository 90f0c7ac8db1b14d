package lessons_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"streamsplayground/engine/source"
	"streamsplayground/lessons"
)

func TestContent(t *testing.T) {
	lib, err := lessons.Load(lessons.Content(), "lessons/content")
	if err != nil {
		t.Fatal(source.Diagnostics(err).Text())
	}
	var ids []string
	for _, l := range lib.Lessons {
		ids = append(ids, l.ID)
		if l.Title == "" || l.Body == "" || len(l.Files) == 0 || l.Minutes == 0 {
			t.Errorf("lesson %s is not whole: %+v", l.ID, l)
		}
	}
	if got, want := strings.Join(ids, " "), "insert update delete limit scrollback"; got != want {
		t.Errorf("lessons are %q, want %q", got, want)
	}
	if l := lib.Lesson("update"); lib.Previous(l).ID != "insert" || lib.Next(l).ID != "delete" {
		t.Error("the order of lessons is wrong around update")
	}
}

func TestBody(t *testing.T) {
	body := load(t, "---\ntitle: A\n---\n\nHi *there*.\n\n## Do\n\n```heex\n<b :if={@x}>1</b>\n```\n\n## Other\n\nend\n")
	for _, want := range []string{
		"<em>there</em>", `<section class="step" data-step="do">`, `<span class="k">:if</span>`, `<h2 id="other">Other</h2>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in:\n%s", want, body)
		}
	}
	if i, j := strings.Index(body, "</section>"), strings.Index(body, "Other"); i < 0 || i > j {
		t.Errorf("the step does not end before the next heading:\n%s", body)
	}
}

func load(t *testing.T, lesson string) string {
	t.Helper()
	lib, err := lessons.Load(fstest.MapFS{
		"a/lesson.md": {Data: []byte(lesson)}, "a/a_live.ex": {Data: []byte("defmodule A do\nend\n")},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	return string(lib.Lessons[0].Body)
}

func TestErrors(t *testing.T) {
	code := &fstest.MapFile{Data: []byte("defmodule A do\nend\n")}
	tests := []struct{ name, lesson, want string }{
		{"no front matter", "hello\n", "a/lesson.md:1:1: the lesson has no front matter"},
		{"not closed", "---\ntitle: x\n", "a/lesson.md:1:1: the front matter is not closed"},
		{"unknown key", "---\ntitle: x\nminuets: 3\n---\n", `a/lesson.md:3:1: unknown key "minuets" in the front matter`},
		{"wrong type", "---\ntitle: x\nminutes: many\n---\n", "a/lesson.md:3:1: front matter: cannot unmarshal"},
		{"bad yaml", "---\ntitle: [\n---\n", "a/lesson.md:"},
		{"no title", "---\nminutes: 3\n---\n", "a/lesson.md:1:1: the front matter has no title"},
		{"no view folder", "---\ntitle: x\nview: ../chat\n---\n", `a/lesson.md:3:1: view: no folder "../chat"`},
		{"no shown file", "---\ntitle: x\nshow: b.ex\n---\n", `a/lesson.md:3:1: show: there is no file "b.ex"`},
		{"bad path", "---\ntitle: x\npath: rooms\n---\n", `a/lesson.md:3:1: path must start with /`},
		{"html", "---\ntitle: x\n---\n\n<script>x</script>\n", "a/lesson.md:5:1: HTML in a lesson is not shown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := lessons.Load(fstest.MapFS{"a/lesson.md": {Data: []byte(tt.lesson)}, "a/a_live.ex": code}, "")
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s…", err, tt.want)
			}
		})
	}
}

func TestNoLessons(t *testing.T) {
	if _, err := lessons.Load(fstest.MapFS{}, "dir"); err == nil || !strings.Contains(err.Error(), "no lesson found: dir") {
		t.Errorf("got %v", err)
	}
}

func TestWatch(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "lesson.md")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	changed := make(chan struct{}, 10)
	if err := lessons.Watch(context.WithoutCancel(t.Context()), func() { changed <- struct{}{} }, filepath.Join(dir, "missing")); err == nil {
		t.Error("watching a missing folder gave no error")
	}
	if err := lessons.Watch(t.Context(), func() { changed <- struct{}{} }, dir); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"two", "three"} {
		write(text)
		select {
		case <-changed:
		case <-time.After(5 * time.Second):
			t.Fatalf("no change was reported after saving %q", text)
		}
	}
}
