package lessons_test

import (
	"testing"

	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/lessons"
)

// chat returns the Elixir files of the talk's chat, and their size.
func chat(b *testing.B) (files []*source.File, size int64) {
	b.Helper()
	library, err := lessons.Load(lessons.Content(), "lessons")
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range library.Lessons[0].Files {
		if f.Source != nil && len(f.Name) > 3 && f.Name[len(f.Name)-3:] == ".ex" {
			files = append(files, f.Source)
			size += int64(len(f.Source.Text()))
		}
	}
	if len(files) == 0 {
		b.Fatal("the first lesson has no Elixir files")
	}
	return files, size
}

// BenchmarkParseChat reads the five files of the chat into trees.
func BenchmarkParseChat(b *testing.B) {
	files, size := chat(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range files {
			if _, err := syntax.Parse(source.Whole(f)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkCompileChat makes a program of them: parsed, expanded, templates and all.
func BenchmarkCompileChat(b *testing.B) {
	base, err := live.Base()
	if err != nil {
		b.Fatal(err)
	}
	files, size := chat(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := base.Compile(files...); err != nil {
			b.Fatal(err)
		}
	}
}
