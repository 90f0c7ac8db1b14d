package syntax

import "streamsplayground/engine/source"

const tooDeep = "the code is nested too deeply to be read"

// reporter collects what is wrong with a text.
type reporter struct{ list source.Errors }

func (r *reporter) add(d *source.Diagnostic) {
	errors := 0
	for _, e := range r.list {
		if e.Severity == source.Error {
			errors++
		}
	}
	if d.Severity == source.Error && errors >= source.MaxErrors {
		return
	}
	r.list = append(r.list, d)
}

// syntax adds a SyntaxError.
func (r *reporter) syntax(span source.Span, message string) {
	r.add(&source.Diagnostic{Kind: "SyntaxError", Span: span, Message: message})
}

func (r *reporter) full() bool { return len(r.list) >= source.MaxErrors }
