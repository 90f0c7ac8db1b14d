package interp

import (
	"fmt"

	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// Doc is what @doc or @moduledoc says.
type Doc struct {
	Name  string // of the function or macro; "" for @moduledoc
	Arity int
	Text  string
	At    source.Span // of the attribute
}

// Docs returns the documentation of a module compiled from source: @moduledoc
// first, then those of its functions and macros in the order in which they are
// defined.
func (p *Program) Docs(mod term.Atom) []Doc {
	if m := p.modules[mod]; m != nil {
		return m.docs
	}
	return nil
}

// noteDoc gives the @doc that was set last to a function or macro.
func (m *moduleState) noteDoc(kind, name string, arity int) {
	text, ok := m.attribute("doc").(term.Binary)
	if ok && (kind == "defp" || kind == "defmacrop") && !m.docAt.IsZero() {
		m.b.report(&source.Diagnostic{Severity: source.Warning, Span: m.docAt, Mark: source.MarkLine, In: FormatMFA(m.name, name, arity, nil),
			Message: fmt.Sprintf("%s %s/%d is private, @doc attribute is always discarded for private functions/macros/types", kind, name, arity)})
		m.docAt = source.Span{}
		return
	}
	if !ok || kind != "def" && kind != "defmacro" || m.docAt.IsZero() {
		return
	}
	m.docs = append(m.docs, Doc{Name: name, Arity: arity, Text: string(text), At: m.docAt})
	m.docAt = source.Span{}
}

// allDocs are the docs of a module whose body has run.
func (m *moduleState) allDocs() []Doc {
	if text, ok := m.attribute("moduledoc").(term.Binary); ok && !m.moduledocAt.IsZero() {
		return append([]Doc{{Text: string(text), At: m.moduledocAt}}, m.docs...)
	}
	return m.docs
}
