// Package source holds source text and says where things stand in it: files,
// fragments of files (a sigil's body, a lesson's code block), spans, and the
// diagnostics shown to the person who wrote the text. It knows no language.
//
// Positions are byte offsets into a File; line and column are computed only
// when something is shown. Nothing here is changed after it is made, so all of
// it may be shared between goroutines.
package source

import (
	"embed"
	"io/fs"
	"math"
	"sort"
	"strings"
	"unicode/utf8"
)

// File is one named text. It is immutable and safe for concurrent use.
type File struct {
	name  string
	text  string
	lines []int // byte offset of the start of each line
	plain bool
	grid  bool
}

// NewPlainFile returns a File of which diagnostics show the line alone, without
// the column and the code, as those of code that is evaluated do.
func NewPlainFile(name, text string) *File {
	f := NewFile(name, text)
	f.plain = true
	return f
}

// gridWidth is how many places a line of a grid has.
const gridWidth = 1 << 16

// NewGrid returns a File of which nothing is known but places in it, as of the
// file that quoted code says it is from. Its text is empty, and place 0 is line
// 0, which stands for no line.
func NewGrid(name string) *File { return &File{name: name, lines: []int{0}, plain: true, grid: true} }

// Embedded returns the files that a program has in it and whose names match a
// pattern, in the order of their names.
func Embedded(files embed.FS, pattern string) []*File {
	names, err := fs.Glob(files, pattern)
	if err != nil {
		panic(err) // a pattern of the program's own
	}
	out := make([]*File, len(names))
	for i, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		out[i] = NewFile(name, string(text))
	}
	return out
}

// NewFile returns a File. The name is what diagnostics print, so it should be
// the path as its author would write it.
func NewFile(name, text string) *File {
	lines := []int{0}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			lines = append(lines, i+1)
		}
	}
	return &File{name: name, text: text, lines: lines}
}

// Name returns the name given to NewFile.
func (f *File) Name() string { return f.name }

// Text returns the whole text.
func (f *File) Text() string { return f.text }

// LineCount returns the number of lines; a text without newline has one.
func (f *File) LineCount() int {
	if f.grid {
		return math.MaxInt32
	}
	return len(f.lines)
}

// Line returns the text of a line, 1-based, without its line ending, or ""
// when there is no such line.
func (f *File) Line(n int) string {
	if n < 1 || n > len(f.lines) || f.grid {
		return ""
	}
	start, end := f.lines[n-1], len(f.text)
	if n < len(f.lines) {
		end = f.lines[n] - 1
	}
	return strings.TrimSuffix(f.text[start:end], "\r")
}

// Offset returns the byte offset of the start of a line, 1-based, clamped to
// the text.
func (f *File) Offset(line int) int {
	switch {
	case f.grid:
		return max(line, 0) * gridWidth
	case line < 1:
		return 0
	case line > len(f.lines):
		return len(f.text)
	}
	return f.lines[line-1]
}

// Position is a place as people count it: Line and Column start at 1, Column
// counts code points.
type Position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// At returns the byte offset of a place, clamped to the line's end. A column
// that is not known is 0.
func (f *File) At(line, column int) int {
	at := f.Offset(line)
	if f.grid {
		return at + min(max(column, 0), gridWidth-1)
	}
	text := f.Line(line)
	n := 0
	for i := 1; i < column && n < len(text); i++ {
		_, size := utf8.DecodeRuneInString(text[n:])
		n += size
	}
	return at + n
}

// Position returns the place of a byte offset, clamped to the text.
func (f *File) Position(offset int) Position {
	if f.grid {
		return Position{Line: offset / gridWidth, Column: offset % gridWidth}
	}
	offset = min(max(offset, 0), len(f.text))
	i := sort.Search(len(f.lines), func(i int) bool { return f.lines[i] > offset }) - 1
	return Position{Line: i + 1, Column: 1 + utf8.RuneCountInString(f.text[f.lines[i]:offset])}
}

// Span is a range of bytes in a file, End exclusive. The zero Span belongs to
// no file and stands for code that nobody wrote.
type Span struct {
	File       *File
	Start, End int
}

// IsZero reports whether the span belongs to no file.
func (s Span) IsZero() bool { return s.File == nil }

// Text returns the bytes of the span.
func (s Span) Text() string {
	if s.File == nil || s.File.grid {
		return ""
	}
	return s.File.text[s.Start:s.End]
}

// Pos returns the place where the span starts, or the zero Position.
func (s Span) Pos() Position {
	if s.File == nil {
		return Position{}
	}
	return s.File.Position(s.Start)
}

// To returns the span from the start of s to the end of e. When they are not
// in the same file, or e is zero, it returns s.
func (s Span) To(e Span) Span {
	if s.File == nil {
		return e
	}
	if e.File != s.File {
		return s
	}
	return Span{File: s.File, Start: min(s.Start, e.Start), End: max(s.End, e.End)}
}

// Fragment is text to be parsed that came out of a file, perhaps with parts of
// it left out: the body of a heredoc, whose indentation is stripped, maps back
// to the file line by line. Scanners work on Text and make spans with Span.
type Fragment struct {
	File *File
	Text string
	segs []Segment
}

// Segment says that the bytes of a Fragment's text from Text on stand in the
// file from File on, up to the next segment.
type Segment struct{ Text, File int }

// Whole returns the fragment that is the entire file.
func Whole(f *File) *Fragment { return &Fragment{File: f, Text: f.text} }

// NewFragment returns a fragment with the given mapping. Segments are in order
// of Text and the first starts at 0; none means that text and file agree from
// the first byte on.
func NewFragment(f *File, text string, segs []Segment) *Fragment {
	return &Fragment{File: f, Text: text, segs: segs}
}

// Sub returns the fragment of the bytes start to end of this one.
func (fr *Fragment) Sub(start, end int) *Fragment {
	segs := []Segment{{Text: 0, File: fr.offset(start)}}
	for _, s := range fr.segs {
		if s.Text > start && s.Text < end {
			segs = append(segs, Segment{Text: s.Text - start, File: s.File})
		}
	}
	return &Fragment{File: fr.File, Text: fr.Text[start:end], segs: segs}
}

// Cut is Sub without the given ranges of bytes, which are in order and do not
// overlap: the body of a heredoc without its indentation.
func (fr *Fragment) Cut(start, end int, cuts [][2]int) *Fragment {
	parts := make([]*Fragment, 0, len(cuts)+1)
	for _, c := range cuts {
		if c[0] > start {
			parts = append(parts, fr.Sub(start, c[0]))
		}
		start = c[1]
	}
	return Join(append(parts, fr.Sub(start, end)), "")
}

// Join returns the fragments of one file as one, with sep between them. A byte
// of a separator stands where the fragment before it ends.
func Join(parts []*Fragment, sep string) *Fragment {
	var b strings.Builder
	out := &Fragment{}
	for i, p := range parts {
		if i > 0 {
			out.segs = append(out.segs, Segment{Text: b.Len(), File: parts[i-1].offset(len(parts[i-1].Text))})
			b.WriteString(sep)
		}
		out.File = p.File
		out.segs = append(out.segs, Segment{Text: b.Len(), File: p.offset(0)})
		for _, s := range p.segs {
			if s.Text > 0 && s.Text < len(p.Text) {
				out.segs = append(out.segs, Segment{Text: b.Len() + s.Text, File: s.File})
			}
		}
		b.WriteString(p.Text)
	}
	out.Text = b.String()
	return out
}

// Span returns the span in the file of the bytes start to end of the text.
func (fr *Fragment) Span(start, end int) Span {
	s := Span{File: fr.File, Start: fr.offset(start)}
	if end > start { // the place after the last byte, not the start of what follows it
		s.End = fr.offset(end-1) + 1
	} else {
		s.End = s.Start
	}
	return s
}

// Line returns the line in the file, 1-based, of byte i of the text. Unlike
// Span and Pos, it does not look at the line's text.
func (fr *Fragment) Line(i int) int {
	at := fr.offset(i)
	return sort.Search(len(fr.File.lines), func(k int) bool { return fr.File.lines[k] > at })
}

func (fr *Fragment) offset(i int) int {
	if len(fr.segs) == 0 {
		return i
	}
	k := sort.Search(len(fr.segs), func(k int) bool { return fr.segs[k].Text > i }) - 1
	return fr.segs[max(k, 0)].File + i - fr.segs[max(k, 0)].Text
}

// LineSpan returns the span of a line, 1-based, without its line ending.
func (f *File) LineSpan(n int) Span {
	start := f.Offset(n)
	return Span{File: f, Start: start, End: start + len(f.Line(n))}
}

// Library reports whether the file is one of those that come with the engine,
// which readers did not write.
func (f *File) Library() bool { return strings.HasPrefix(f.name, "prelude/") }
