package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Severity says how bad a diagnostic is.
type Severity uint8

// The severities, worst first.
const (
	Error Severity = iota
	Warning
	Note
)

// String returns the word that the terminal shows, as Elixir does.
func (s Severity) String() string { return [...]string{"error", "warning", "note"}[s] }

// MarshalText makes a severity its word in JSON.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Diagnostic is one thing to tell the author of some source text. It is an
// error; its message is the first line of what Text shows, with the place.
type Diagnostic struct {
	Severity Severity
	// Kind is the name of the exception that Elixir would raise, such as
	// "SyntaxError", "TokenMissingError" or "CompileError"; "" prints none.
	Kind string
	Span Span
	// Message is Elixir's or LiveView's own text where they have one. It may
	// have several lines.
	Message string
	// Hint says what to do; "" for none.
	Hint string
	// Notes point at other places that matter, such as the opening delimiter.
	Notes []Diagnostic
	// Unsupported marks valid Elixir that this engine does not run.
	Unsupported bool
	// Mark says what of the span the terminal marks.
	Mark Mark
	// In is the function that the span is in, as Mod.fun/1; "" prints none.
	In string
	// Opening is the delimiter that Span does not close, for a
	// MismatchedDelimiterError or TokenMissingError; nil for none.
	Opening *Delimiter
}

// Mark says what of a span the terminal marks.
type Mark uint8

// What there is to mark.
const (
	MarkSpan   Mark = iota // all of it
	MarkStart              // where it starts
	MarkLine               // the line, whose column is not told
	MarkColumn             // where it starts, but the column is not told either
	MarkFile               // nothing: only the file is told
)

// Delimiter is an opening delimiter and what should close it.
type Delimiter struct {
	Span     Span
	Text     string
	Expected string
}

// Error returns "file:line:column: message".
func (d *Diagnostic) Error() string {
	return d.place() + d.Message
}

func (d *Diagnostic) place() string {
	if d.Span.IsZero() {
		return ""
	}
	p := d.Span.Pos()
	return fmt.Sprintf("%s:%d:%d: ", d.Span.File.Name(), p.Line, p.Column)
}

// MarshalJSON writes what an editor needs: file, zero-width-safe start and end
// positions, message, hint, notes and the terminal's text.
func (d *Diagnostic) MarshalJSON() ([]byte, error) {
	type out struct {
		Severity    Severity      `json:"severity"`
		Kind        string        `json:"kind,omitempty"`
		File        string        `json:"file,omitempty"`
		Start       Position      `json:"start"`
		End         Position      `json:"end"`
		Message     string        `json:"message"`
		Hint        string        `json:"hint,omitempty"`
		Notes       []*Diagnostic `json:"notes,omitempty"`
		Unsupported bool          `json:"unsupported,omitempty"`
		Text        string        `json:"text"`
	}
	o := out{Severity: d.Severity, Kind: d.Kind, Message: d.Message, Hint: d.Hint, Unsupported: d.Unsupported, Text: d.Text()}
	if !d.Span.IsZero() {
		o.File, o.Start, o.End = d.Span.File.Name(), d.Span.Pos(), d.Span.File.Position(d.Span.End)
	}
	for i := range d.Notes {
		o.Notes = append(o.Notes, &d.Notes[i])
	}
	return json.Marshal(o)
}

// Errors is a list of diagnostics, as an error. Sort it before showing it.
type Errors []*Diagnostic

// MaxErrors is the number of errors that are worth reporting at once.
const MaxErrors = 20

// Error returns the messages, a line each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, d := range e {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Text returns all diagnostics for a terminal, with an empty line between.
func (e Errors) Text() string {
	parts := make([]string, len(e))
	for i, d := range e {
		parts[i] = d.Text()
	}
	return strings.Join(parts, "\n\n")
}

// Sort orders the list by file and place.
func (e Errors) Sort() {
	sort.SliceStable(e, func(i, j int) bool {
		a, b := e[i].Span, e[j].Span
		if a.File != b.File {
			return fileName(a.File) < fileName(b.File)
		}
		return a.Start < b.Start
	})
}

func fileName(f *File) string {
	if f == nil {
		return ""
	}
	return f.Name()
}

// Err returns the list as an error, sorted and cut to MaxErrors, or nil when
// it has nothing of severity Error.
func (e Errors) Err() error {
	var out Errors
	for _, d := range e {
		if d.Severity == Error {
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		return nil
	}
	out.Sort()
	return out[:min(len(out), MaxErrors)]
}

// Diagnostics returns the diagnostics in err, or nil when it holds none.
func Diagnostics(err error) Errors {
	var list Errors
	if errors.As(err, &list) {
		return list
	}
	var d *Diagnostic
	if errors.As(err, &d) {
		return Errors{d}
	}
	return nil
}
