package syntax

import "streamsplayground/engine/source"

const tooDeep = "the code is nested too deeply to be read"

// reporter collects what is wrong with a text.
type reporter struct {
	list   source.Errors
	errors int
}

func (r *reporter) add(d *source.Diagnostic) {
	if d.Severity != source.Error {
		r.list = append(r.list, d)
	} else if !r.full() {
		r.errors++
		r.list = append(r.list, d)
	}
}

// full reports whether there are as many errors as are worth reporting.
func (r *reporter) full() bool { return r.errors >= source.MaxErrors }

// syntax adds a SyntaxError.
func (r *reporter) syntax(span source.Span, message string) {
	r.add(&source.Diagnostic{Kind: "SyntaxError", Span: span, Message: message})
}

// addUnlessSameLine adds what the parser found, except on lines where the
// scanner had found something, which is most likely the cause.
func (r *reporter) addUnlessSameLine(list source.Errors) {
	lines := map[int]bool{}
	for _, d := range r.list {
		if d.Severity == source.Error {
			lines[d.Span.Pos().Line] = true
		}
	}
	for _, d := range list {
		if !lines[d.Span.Pos().Line] {
			r.add(d)
		}
	}
}
