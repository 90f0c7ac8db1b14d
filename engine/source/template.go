package source

import (
	"fmt"
	"strings"
)

// templateError is the Kind of what LiveView finds wrong with a template.
const templateError = "Phoenix.LiveView.TagEngine.Tokenizer.ParseError"

// templateContext is how many lines before that of the error are shown.
const templateContext = 3

// writeTemplate shows an error in a template as LiveView does: the place, the
// message, and the lines that lead up to a caret.
func (d *Diagnostic) writeTemplate(b *strings.Builder, message string) {
	pos := d.Span.Pos()
	fmt.Fprintf(b, "** (%s) %s: %s", d.Kind, d.location(), message)
	digits := len(fmt.Sprint(pos.Line))
	gutter := "\n " + strings.Repeat(" ", digits) + "|"
	b.WriteString(gutter)
	for n := max(pos.Line-templateContext, 1); n <= pos.Line; n++ {
		fmt.Fprintf(b, "\n%*d | %s", digits, n, d.Span.File.Line(n))
	}
	b.WriteString(gutter + " " + strings.Repeat(" ", pos.Column-1) + "^")
}
