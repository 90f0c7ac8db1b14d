// Package heex turns HEEx source into a template tree, checked as Phoenix
// LiveView 1.2 checks it. It knows tags, attributes, components, slots and EEx
// tags; the Elixir in them is parsed by package syntax. It neither splits a
// template into statics and dynamics nor runs it: package interp does.
//
// Parsing has the steps of LiveView: EEx tags are found first, everywhere in
// the source (eex.go); the text between them is cut into tags and expressions
// (tokenizer.go); the tokens are nested (parse.go); attributes are checked
// (check.go). Where LiveView stops at the first error this package goes on when
// it can, and reports all.
//
// LiveView prints the lines around an error of a ~H sigil as if the sigil
// started on the first line of the file; this package prints the lines of the
// file.
package heex

import (
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
)

// Template is the tree of one template.
type Template struct {
	Nodes []Node
	// Source is the text that was parsed.
	Source *source.Fragment
	// Root is set when the template is exactly one tag without :if, :for and
	// :key, with nothing but blank text around it.
	Root bool
	// Warnings are what LiveView warns about while it compiles the template.
	Warnings source.Errors
}

// Node is a part of a template: *Text, *Expr, *Block or *Element.
type Node interface {
	// Span says where the node stands.
	Span() source.Span
}

type (
	// Text is HTML to be sent as it is.
	Text struct {
		syntax.At
		Text string
	}
	// Expr is {expr}, <%= expr %> or <% expr %>.
	Expr struct {
		syntax.At
		X syntax.Node
		// Output is false for <% expr %>, whose value is dropped.
		Output bool
	}
	// Block is an EEx block: <%= if … do %> … <% end %>. In X, the template's
	// parts are Holes, numbered as Bodies.
	Block struct {
		syntax.At
		X      syntax.Node
		Bodies [][]Node
		Output bool
	}
	// Element is a tag, component or slot.
	Element struct {
		syntax.At // the opening tag, from < to >
		Kind      ElementKind
		// Name is that of the tag, of the local component or slot without "." or
		// ":", and of the remote component as written: Mod.Sub.name.
		Name   string
		NameAt source.Span
		// Attrs has no :if, :for, :key and :let, and none of the attributes that
		// speak to the compiler only, such as phx-no-format.
		Attrs    []*Attr
		Children []Node
		Closing  Closing
		// For is the generator pattern <- enumerable.
		For *syntax.Binary
		// If, Key and Let are nil when not given; Type is the module of a macro
		// component, which only tags have.
		If, Key, Let, Type syntax.Node
		CloseAt            source.Span // the closing tag, zero without one
	}
)

// ElementKind says what an Element is.
type ElementKind uint8

// The kinds of elements.
const (
	Tag ElementKind = iota
	Local
	Remote
	Slot
)

// Closing says how an Element ends.
type Closing uint8

// The ways to end.
const (
	Paired Closing = iota // <p></p>
	Self                  // <p />
	Void                  // <br>
)

// Special reports whether the element has :for, :if or :key.
func (e *Element) Special() bool { return e.For != nil || e.If != nil || e.Key != nil }

// Attr is an attribute. Name is "" for {expr}, which has all its attributes in
// one value.
type Attr struct {
	At   source.Span // of the name, or of {expr}
	Name string
	// X is the expression of name={expr} and {expr}, nil for the others.
	X syntax.Node
	// Text is the value as written between quotes, valid when Quote is not 0.
	Text  string
	Quote byte
	// TextAt is the place of Text.
	TextAt source.Span
}
