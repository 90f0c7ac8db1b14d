// Package lessons loads lessons: a folder each, with lesson.md (front matter
// and Markdown) and the Elixir and HEEx files that run beside it. The lessons
// of the playground are in the folder content and part of the program.
//
// A lesson says with "view" which folder holds its code, so that several
// lessons can share one live view; without it the code is in its own folder.
package lessons

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"sort"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/lessons/highlight"
)

//go:embed all:content
var content embed.FS

// Content returns the playground's own lessons.
func Content() fs.FS {
	sub, err := fs.Sub(content, "content")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Library is a set of lessons in their order. It is immutable.
type Library struct {
	Lessons []*Lesson
}

// Lesson is one lesson, ready to show.
type Lesson struct {
	// ID names the lesson in URLs.
	ID      string
	Title   string
	Minutes int
	// Talk names the part of the talk that the lesson goes with, "" for none.
	Talk string
	// Teaches lists the misconceptions it is about, as "C1".
	Teaches []string
	// Path is where the stage's clients start, such as "/rooms/1".
	Path string
	// Clients are the names of the people on the stage, one page each.
	Clients []string
	// Body is the prose.
	Body template.HTML
	// Files are those that run, the one to show first in front.
	Files []*File
	// Number is the place in the library, from 1.
	Number int
}

// File is one file of a lesson's live view.
type File struct {
	Name   string // as shown: "chat_live.ex"
	Source *source.File
}

// Runs reports whether the file is code for the engine, not style or a picture.
func (f *File) Runs() bool {
	return strings.HasSuffix(f.Name, ".ex") || strings.HasSuffix(f.Name, ".heex")
}

// Lines returns the file's lines as highlighted HTML.
func (f *File) Lines() []template.HTML {
	lines := highlight.Lines(highlight.Language(f.Name), f.Source.Text())
	out := make([]template.HTML, len(lines))
	for i, l := range lines {
		out[i] = template.HTML(l)
	}
	return out
}

// Lesson returns the lesson with the ID, or nil.
func (l *Library) Lesson(id string) *Lesson {
	for _, x := range l.Lessons {
		if x.ID == id {
			return x
		}
	}
	return nil
}

// Next returns the lesson after x, or nil.
func (l *Library) Next(x *Lesson) *Lesson {
	if x.Number < len(l.Lessons) {
		return l.Lessons[x.Number]
	}
	return nil
}

// Previous returns the lesson before x, or nil.
func (l *Library) Previous(x *Lesson) *Lesson {
	if x.Number > 1 {
		return l.Lessons[x.Number-2]
	}
	return nil
}

// Load reads all lessons below a folder. prefix is put before file names in
// messages, so that they are as the author knows them. The error is
// source.Errors with everything found; the library has the lessons that are
// sound.
func Load(fsys fs.FS, prefix string) (*Library, error) {
	l := &loader{fsys: fsys, prefix: prefix, seen: map[string]string{}}
	lib := &Library{}
	for _, dir := range l.folders() {
		if lesson := l.lesson(dir); lesson != nil {
			lib.Lessons = append(lib.Lessons, lesson)
			lesson.Number = len(lib.Lessons)
		}
	}
	if len(lib.Lessons) == 0 && len(l.errs) == 0 {
		l.errs = append(l.errs, &source.Diagnostic{
			Message: fmt.Sprintf("no lesson found: %s has no folder with a lesson.md", orDot(prefix)),
			Hint:    "a lesson is a folder with a lesson.md and the live view beside it; the README shows one",
		})
	}
	return lib, l.errs.Err()
}

type loader struct {
	fsys   fs.FS
	prefix string
	errs   source.Errors
	seen   map[string]string // folder by lesson ID
}

// folders returns the folders with a lesson.md, in the order of their names;
// "." if the root is a lesson itself.
func (l *loader) folders() []string {
	if _, err := fs.Stat(l.fsys, "lesson.md"); err == nil {
		return []string{"."}
	}
	var dirs []string
	found, err := fs.Glob(l.fsys, "*/lesson.md")
	if err != nil {
		return nil // the pattern is sound
	}
	for _, f := range found {
		dirs = append(dirs, path.Dir(f))
	}
	sort.Strings(dirs)
	return dirs
}

func (l *loader) read(name string) (*source.File, bool) {
	data, err := fs.ReadFile(l.fsys, name)
	if err != nil {
		l.errs = append(l.errs, &source.Diagnostic{Message: fmt.Sprintf("reading %s: %v", path.Join(l.prefix, name), err)})
		return nil, false
	}
	return source.NewFile(path.Join(l.prefix, name), string(data)), true
}

func (l *loader) lesson(dir string) *Lesson {
	file, ok := l.read(path.Join(dir, "lesson.md"))
	if !ok {
		return nil
	}
	meta, body, errs := parseFrontMatter(file)
	l.errs = append(l.errs, errs...)
	if len(errs) > 0 {
		return nil
	}
	lesson := &Lesson{
		ID: meta.ID, Title: meta.Title, Minutes: meta.Minutes, Talk: meta.Talk, Teaches: meta.Teaches,
		Path: meta.Path, Clients: meta.Clients,
	}
	if lesson.ID == "" {
		lesson.ID = strings.TrimLeft(path.Base(dir), "0123456789-_")
	}
	if other, dup := l.seen[lesson.ID]; dup {
		l.errs = append(l.errs, &source.Diagnostic{Span: file.LineSpan(1),
			Message: fmt.Sprintf("lesson id %q is taken by %s", lesson.ID, other)})
		return nil
	}
	l.seen[lesson.ID] = dir
	view := dir
	if meta.View != "" {
		view = path.Join(dir, meta.View)
	}
	files, ok := l.files(view, meta, file)
	if !ok {
		return nil
	}
	lesson.Files = files
	html, errs := renderMarkdown(file, body)
	l.errs = append(l.errs, errs...)
	lesson.Body = html
	return lesson
}

// files reads the code of a lesson, with the file that the front matter shows
// in front.
func (l *loader) files(dir string, meta frontMatter, lesson *source.File) ([]*File, bool) {
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil {
		l.errs = append(l.errs, &source.Diagnostic{Span: meta.span("view"), Message: fmt.Sprintf("view: no folder %q beside the lesson", meta.View)})
		return nil, false
	}
	var files []*File
	for _, e := range entries {
		if e.IsDir() || !isCode(e.Name()) {
			continue
		}
		f, ok := l.read(path.Join(dir, e.Name()))
		if !ok {
			return nil, false
		}
		files = append(files, &File{Name: e.Name(), Source: f})
	}
	sort.SliceStable(files, func(i, j int) bool { return rank(files[i], meta.Show) < rank(files[j], meta.Show) })
	if len(files) == 0 || !files[0].Runs() {
		l.errs = append(l.errs, &source.Diagnostic{Span: lesson.LineSpan(1), Message: "the lesson has no .ex file beside it",
			Hint: `put the live view into its folder, or name the folder that has it with "view:"`})
		return nil, false
	}
	if meta.Show != "" && files[0].Name != meta.Show {
		l.errs = append(l.errs, &source.Diagnostic{Span: meta.span("show"), Message: fmt.Sprintf("show: there is no file %q", meta.Show)})
	}
	return files, true
}

// rank orders files: the shown one, live views, other code, style.
func rank(f *File, show string) int {
	switch {
	case f.Name == show:
		return 0
	case strings.HasSuffix(f.Name, "_live.ex"):
		return 1
	case strings.HasSuffix(f.Name, ".heex"):
		return 2
	case f.Runs():
		return 3
	}
	return 4
}

func isCode(name string) bool {
	return !strings.HasPrefix(name, ".") && (strings.HasSuffix(name, ".ex") || strings.HasSuffix(name, ".heex") || strings.HasSuffix(name, ".css"))
}

func orDot(s string) string {
	if s == "" {
		return "."
	}
	return s
}
