package source

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// headings are the words with which Elixir introduces its syntax errors.
var headings = map[string]string{
	"SyntaxError":              "invalid syntax found on ",
	"TokenMissingError":        "token missing on ",
	"MismatchedDelimiterError": "mismatched delimiter found on ",
}

// Text returns the diagnostic for a terminal, in the form of Elixir 1.18:
//
//	   error: undefined variable "conut"
//	   │
//	12 │     {:noreply, assign(socket, :count, conut + 1)}
//	   │                                       ^^^^^
//	   │
//	   └─ lib/counter_live.ex:12:39
//
// A diagnostic with a Kind starts with a line that names it, as an exception
// does.
func (d *Diagnostic) Text() string {
	var b strings.Builder
	d.write(&b)
	for i := range d.Notes {
		b.WriteString("\n\n")
		d.Notes[i].write(&b)
	}
	return b.String()
}

func (d *Diagnostic) write(b *strings.Builder) {
	message := d.Message
	if d.Hint != "" {
		message += "\n\nhint: " + d.Hint
	}
	heading, isSyntax := headings[d.Kind]
	label := d.Severity.String() + ": "
	switch {
	case d.Span.IsZero() && d.Kind != "":
		fmt.Fprintf(b, "** (%s) %s", d.Kind, message)
		return
	case d.Span.IsZero():
		b.WriteString(label + message)
		return
	case d.Kind == templateError:
		d.writeTemplate(b, message)
		return
	case isSyntax:
		fmt.Fprintf(b, "** (%s) %s%s:\n", d.Kind, heading, d.location())
	case d.Kind != "":
		fmt.Fprintf(b, "** (%s) %s\n", d.Kind, message)
		label, message = "", ""
	}
	if d.Opening != nil {
		d.writeDelimiters(b, label+message)
		return
	}
	d.writeSnippet(b, label, message, isSyntax)
}

func (d *Diagnostic) location() string {
	p := d.Span.Pos()
	if d.Mark == MarkLine || d.Mark == MarkColumn {
		return fmt.Sprintf("%s:%d", d.Span.File.Name(), p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", d.Span.File.Name(), p.Line, p.Column)
}

// plainLocation is the place in a file of which nothing is shown: as much as is
// known of it.
func (d *Diagnostic) plainLocation(pos Position) string {
	text := d.Span.File.Name()
	if pos.Line > 0 && d.Mark != MarkFile {
		text += fmt.Sprintf(":%d", pos.Line)
	}
	if d.Span.File.grid && pos.Column > 0 && d.Mark < MarkLine {
		text += fmt.Sprintf(":%d", pos.Column)
	}
	return text
}

// writeSnippet shows the line of the span. As elixir_errors:format_snippet/6.
func (d *Diagnostic) writeSnippet(b *strings.Builder, label, message string, narrow bool) {
	pos := d.Span.Pos()
	if (d.Span.File.plain || d.Mark == MarkFile) && label != "" && !narrow {
		fmt.Fprintf(b, "%s%s\n└─ %s", label, message, d.plainLocation(pos))
		if d.In != "" {
			b.WriteString(": " + d.In)
		}
		return
	}
	line, trimmed := shownLine(d.Span.File.Line(pos.Line))
	number := fmt.Sprint(pos.Line)
	digits := len(number)
	padding := strings.Repeat(" ", max(2, digits)+2)
	if strings.TrimSpace(line) == "" {
		fmt.Fprintf(b, "   %s%s\n   └─ %s", label, strings.ReplaceAll(message, "\n", "\n   "), d.location())
		return
	}
	if digits == 1 {
		number = " " + number
	}
	if label != "" || message != "" {
		b.WriteString(padding + label + padMessage(message, max(4, digits+2)) + "\n")
	}
	before, width := max(pos.Column-trimmed-1, 0), 1
	switch {
	case d.Mark == MarkLine:
		rest := strings.TrimLeft(line, " \t")
		before, width = len(line)-len(rest), utf8.RuneCountInString(rest)
	case !narrow && d.Mark == MarkSpan:
		width = d.caretWidth(pos)
	}
	mark := "^"
	if d.Severity != Error {
		mark = "~"
	}
	fmt.Fprintf(b, "%s│\n %s │ %s\n%s│ %s%s\n%s│\n%s└─ %s", padding, number, line, padding,
		strings.Repeat(" ", before), strings.Repeat(mark, width), padding, padding, d.location())
	if d.In != "" {
		b.WriteString(": " + d.In)
	}
}

// padMessage indents the lines of a message after the first; of an empty line
// only the next one is.
func padMessage(message string, width int) string {
	lines := strings.Split(message, "\n")
	var b strings.Builder
	for i, line := range lines {
		b.WriteString(line)
		if i == len(lines)-1 {
			break
		}
		b.WriteByte('\n')
		if lines[i+1] != "" {
			b.WriteString(strings.Repeat(" ", width))
		}
	}
	return b.String()
}

// Lines that are indented further than this are shown with "..." in place of
// most of their indentation.
const (
	longIndent  = 27
	shownIndent = 22
)

// shownLine shortens the indentation of a line, and returns by how much.
func shownLine(line string) (string, int) {
	rest := strings.TrimLeft(line, " \t")
	width := 0
	for _, c := range line[:len(line)-len(rest)] {
		if c == '\t' {
			width += 7
		}
		width++
	}
	if width < longIndent {
		return line, 0
	}
	return "..." + strings.Repeat(" ", shownIndent-len("...")) + rest, width - shownIndent
}

// caretWidth is the length of the span, or 1 if it has several lines.
func (d *Diagnostic) caretWidth(pos Position) int {
	text := d.Span.Text()
	if strings.Contains(text, "\n") {
		return 1
	}
	return max(1, utf8.RuneCountInString(text))
}

// writeDelimiters shows the opening delimiter and where its partner should be.
// As Exception.format_snippet/7.
func (d *Diagnostic) writeDelimiters(b *strings.Builder, message string) {
	open, end := d.Opening.Span.Pos(), d.Span.Pos()
	digits := len(fmt.Sprint(end.Line))
	padding := strings.Repeat(" ", max(2, digits)+2)
	fmt.Fprintf(b, "%s%s\n%s│\n", padding, strings.ReplaceAll(message, "\n", "\n"+padding), padding)
	const openText = "└ unclosed delimiter"
	endText := "└ missing closing delimiter (expected "
	if d.Kind == "MismatchedDelimiterError" {
		endText = "└ mismatched closing delimiter (expected "
	}
	endText += delimiterText(d.Opening.Expected) + ")"
	file := d.Span.File
	mark := func(column int, text string) {
		fmt.Fprintf(b, "%s│ %s%s\n", padding, strings.Repeat(" ", max(column-1, 0)), text)
	}
	line := func(n int) { fmt.Fprintf(b, "%s%d │ %s\n", linePadding(n, digits), n, file.Line(n)) }
	line(open.Line)
	switch {
	case open.Line == end.Line:
		gap := strings.Repeat(" ", max(end.Column-open.Column-1, 0))
		mark(open.Column, "│"+gap+endText)
		mark(open.Column, openText)
	case end.Line-open.Line < 5:
		mark(open.Column, openText)
		for n := open.Line + 1; n <= end.Line; n++ {
			line(n)
		}
		mark(end.Column, endText)
	default:
		mark(open.Column, openText)
		b.WriteString(" ...\n")
		line(end.Line)
		mark(end.Column, endText)
	}
	fmt.Fprintf(b, "%s│\n%s└─ %s", padding, padding, d.location())
}

func linePadding(n, maxDigits int) string {
	digits := len(fmt.Sprint(n))
	if digits == 1 {
		return strings.Repeat(" ", max(2, maxDigits))
	}
	return strings.Repeat(" ", max(maxDigits-digits+1, 0))
}

// delimiterText quotes a delimiter unless it is itself a quote.
func delimiterText(text string) string {
	if strings.ContainsAny(text, "\"'") {
		return text
	}
	return `"` + text + `"`
}
