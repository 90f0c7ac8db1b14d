// Package rendered holds what a template renders to, statics and dynamics, and
// computes the diff between two renders as it goes over the wire.
package rendered

import "streamsplayground/engine/term"

// Dyn is the value of one dynamic part: nil when change tracking found that
// nothing it reads has changed, and else a Text, *Rendered, *Comprehension or
// *Component.
type Dyn any

// Text is HTML, already escaped where it had to be.
type Text string

// Rendered is %Phoenix.LiveView.Rendered{}: one template block with its values.
// A Rendered is made by running code and used once, by the process that made
// it.
type Rendered struct {
	*Block
	// Dynamic computes the values of the dynamic parts, one fewer than Statics.
	// With track set, parts whose assigns have not changed may be nil. It runs
	// the reader's code and panics as the interpreter's raise does.
	Dynamic func(track bool) []Dyn
}

// Block is the part of a template that never changes. Its address is its
// fingerprint: two renders of one compiled block share one Block.
type Block struct {
	Statics []string
	// Root is set for the body of a function component, LiveView or
	// LiveComponent that is exactly one static tag: the r flag of the wire.
	Root bool
	// Name says what the block is in messages: "Chat.render/1", "for at …".
	Name string
}

// Comprehension is %Phoenix.LiveView.Comprehension{}: a for in a template.
type Comprehension struct {
	*Block
	// Stream is set when the generator was a stream; its entries are then sent
	// in full and not remembered.
	Stream *Stream
	// Keyed is set when the template gave a :key; else the key of an entry is
	// its index.
	Keyed   bool
	Entries []Entry
}

// Entry is one turn of a comprehension.
type Entry struct {
	Key term.Term
	// Vars are the variables that the generators bind, by name, compared from
	// render to render.
	Vars *term.Map
	// Render computes the dynamic parts. changed is nil when the entry is new or
	// tracking is off, and else holds the variables that changed, as
	// Phoenix.LiveView.Engine's vars_changed.
	Render func(changed *term.Map, track bool) []Dyn
}

// Stream is the pending work of a stream, as its comprehension sends it. The
// lists are in the struct's order, newest first.
type Stream struct {
	Ref     string
	Inserts []StreamInsert
	Deletes []string
	Reset   bool
}

// StreamInsert is [dom_id, at, limit, update_only] of the wire. Limit and
// UpdateOnly are integers, booleans or nil, as given to stream_insert/4.
type StreamInsert struct {
	DOMID      string
	At         int
	Limit      term.Term
	UpdateOnly term.Term
}

// Component is %Phoenix.LiveView.Component{}: a place for a LiveComponent.
type Component struct {
	Module  term.Atom
	ID      term.Term
	Assigns *term.Map
}

// Kind implements term.Term: to the language a Rendered is a struct.
func (*Rendered) Kind() term.Kind { return term.KindMap }

// AsMap implements term.Struct.
func (r *Rendered) AsMap() *term.Map {
	statics := make([]term.Term, len(r.Statics))
	for i, s := range r.Statics {
		statics[i] = term.Binary(s)
	}
	root := term.Term(term.Nil)
	if r.Root {
		root = term.True
	}
	return term.NewStruct("Phoenix.LiveView.Rendered", "static", term.NewList(statics...),
		"root", root, "caller", term.NewAtom("not_available"))
}

// Kind implements term.Term.
func (*Comprehension) Kind() term.Kind { return term.KindMap }

// AsMap implements term.Struct.
func (c *Comprehension) AsMap() *term.Map {
	return term.NewStruct("Phoenix.LiveView.Comprehension", "has_key?", term.Bool(c.Keyed))
}

// Kind implements term.Term.
func (*Component) Kind() term.Kind { return term.KindMap }

// AsMap implements term.Struct.
func (c *Component) AsMap() *term.Map {
	return term.NewStruct("Phoenix.LiveView.Component", "component", c.Module, "id", c.ID, "assigns", c.Assigns)
}
