package rendered

import (
	"strconv"

	"streamsplayground/engine/term"
)

// Diff is one message for the client: what a render changed, ready to be
// written as JSON. A Diff is made by State and belongs to the caller, who may
// add events, a reply and a title before it is written.
type Diff struct {
	Node
	// Components holds the bodies of components by CID: the c of the wire.
	Components []ComponentDiff
	// Events are pushed events, in order: e.
	Events []Event
	// Reply and Title are JSON, nil when there is none: r and t. A reply takes
	// the place of the root flag, as in Phoenix.
	Reply, Title []byte
}

// ComponentDiff is the body of one component, or what changed in it.
type ComponentDiff struct {
	CID int
	*Node
}

// Event is one pushed event. Payload is JSON.
type Event struct {
	Name    string
	Payload []byte
	// Before is set for dispatch: :before.
	Before bool
}

// Node is the diff of one template block, one comprehension or one component.
type Node struct {
	Static Static
	// Root is the r flag.
	Root bool
	// Fields are the dynamics that are sent, by ascending index.
	Fields []Field
	// Keyed and Stream are set for comprehensions.
	Keyed  *Keyed
	Stream *Stream
	// Templates are the statics that Static indexes: the p of the root, or of a
	// comprehension in a component.
	Templates [][]string
}

// Field is one dynamic: a Text, a CID or a *Node.
type Field struct {
	Index int
	Value any
}

// CID is a component's number, as the value of a dynamic.
type CID int

// Static is the s of a node. At most one of its forms is in use.
type Static struct {
	Form StaticForm
	// Strings are the statics themselves, for Inline.
	Strings []string
	// Ref is the index of a template, or ±CID.
	Ref int
}

// StaticForm says how a node gives its statics.
type StaticForm uint8

// The forms of s.
const (
	// Known means no s: the client has the statics.
	Known StaticForm = iota
	// Inline is a list of strings.
	Inline
	// Template is an index into p.
	Template
	// Shared is the CID of a component whose tree is taken over, negative for
	// one that the client had before this message.
	Shared
)

// Keyed is the k of a comprehension.
type Keyed struct {
	Entries []KeyedEntry
	Count   int
	Moved   bool
}

// KeyedEntry is what is sent for one position. From is the position that the
// entry had before if it was moved, and else -1.
type KeyedEntry struct {
	Index, From int
	Fields      []Field
}

// Empty reports whether there is nothing to send.
func (d *Diff) Empty() bool {
	return d.Node.empty() && len(d.Components) == 0 && len(d.Events) == 0 && d.Reply == nil && d.Title == nil
}

func (n *Node) empty() bool {
	return n.Static.Form == Known && !n.Root && len(n.Fields) == 0 && n.Keyed == nil && n.Stream == nil && len(n.Templates) == 0
}

// MarshalJSON returns AppendJSON's text.
func (d *Diff) MarshalJSON() ([]byte, error) { return d.AppendJSON(nil), nil }

// AppendJSON appends the diff as it goes over the wire.
func (d *Diff) AppendJSON(b []byte) []byte {
	root := d.Node
	root.Root = root.Root && d.Reply == nil
	o := object{b: append(b, '{')}
	root.appendMembers(&o)
	if len(d.Components) > 0 {
		c := object{b: append(o.key("c"), '{')}
		for _, comp := range d.Components {
			c.index(comp.CID)
			c.b = comp.Node.appendJSON(c.b)
		}
		o.b = append(c.b, '}')
	}
	if len(d.Events) > 0 {
		o.b = AppendEvents(o.key("e"), d.Events)
	}
	if d.Reply != nil {
		o.b = append(o.key("r"), d.Reply...)
	}
	if d.Title != nil {
		o.b = append(o.key("t"), d.Title...)
	}
	return append(o.b, '}')
}

// AppendEvents appends pushed events as the JSON list that e holds.
func AppendEvents(b []byte, events []Event) []byte {
	b = append(b, '[')
	for i, e := range events {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendString(append(b, '['), e.Name)
		b = append(append(b, ','), e.Payload...)
		if e.Before {
			b = append(b, ",true"...)
		}
		b = append(b, ']')
	}
	return append(b, ']')
}

// object writes the members of a JSON object with commas between.
type object struct {
	b    []byte
	more bool
}

func (o *object) comma() {
	if o.more {
		o.b = append(o.b, ',')
	}
	o.more = true
}

func (o *object) key(k string) []byte {
	o.comma()
	o.b = append(append(append(o.b, '"'), k...), '"', ':')
	return o.b
}

func (o *object) index(i int) {
	o.comma()
	o.b = append(strconv.AppendInt(append(o.b, '"'), int64(i), 10), '"', ':')
}

func (n *Node) appendJSON(b []byte) []byte {
	o := object{b: append(b, '{')}
	n.appendMembers(&o)
	return append(o.b, '}')
}

func (n *Node) appendMembers(o *object) {
	appendFields(o, n.Fields)
	switch n.Static.Form {
	case Inline:
		o.b = appendStrings(o.key("s"), n.Static.Strings)
	case Template, Shared:
		o.b = strconv.AppendInt(o.key("s"), int64(n.Static.Ref), 10)
	}
	if n.Root {
		o.b = append(o.key("r"), '1')
	}
	if n.Keyed != nil {
		o.b = n.Keyed.appendJSON(o.key("k"))
	}
	if n.Stream != nil {
		o.b = n.Stream.appendJSON(o.key("stream"))
	}
	if len(n.Templates) > 0 {
		p := object{b: append(o.key("p"), '{')}
		for i, statics := range n.Templates {
			p.index(i)
			p.b = appendStrings(p.b, statics)
		}
		o.b = append(p.b, '}')
	}
}

func appendFields(o *object, fields []Field) {
	for _, f := range fields {
		o.index(f.Index)
		switch v := f.Value.(type) {
		case Text:
			o.b = AppendString(o.b, string(v))
		case CID:
			o.b = strconv.AppendInt(o.b, int64(v), 10)
		case *Node:
			o.b = v.appendJSON(o.b)
		}
	}
}

func (k *Keyed) appendJSON(b []byte) []byte {
	o := object{b: append(b, '{')}
	for i := range k.Entries {
		e := &k.Entries[i]
		o.index(e.Index)
		if e.From >= 0 && len(e.Fields) == 0 {
			o.b = strconv.AppendInt(o.b, int64(e.From), 10)
			continue
		}
		if e.From >= 0 {
			o.b = append(strconv.AppendInt(append(o.b, '['), int64(e.From), 10), ',')
		}
		inner := object{b: append(o.b, '{')}
		appendFields(&inner, e.Fields)
		o.b = append(inner.b, '}')
		if e.From >= 0 {
			o.b = append(o.b, ']')
		}
	}
	o.b = strconv.AppendInt(o.key("kc"), int64(k.Count), 10)
	if k.Moved {
		o.b = append(o.key("km"), "true"...)
	}
	return append(o.b, '}')
}

func (s *Stream) appendJSON(b []byte) []byte {
	b = AppendString(append(b, '['), s.Ref)
	b = append(b, ",["...)
	for i, ins := range s.Inserts {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendString(append(b, '['), ins.DOMID)
		b = strconv.AppendInt(append(b, ','), int64(ins.At), 10)
		b = appendOption(append(b, ','), ins.Limit)
		b = appendOption(append(b, ','), ins.UpdateOnly)
		b = append(b, ']')
	}
	b = appendStrings(append(b, "],"...), s.Deletes)
	if s.Reset {
		b = append(b, ",true"...)
	}
	return append(b, ']')
}

// appendOption writes the value of an option of stream_insert/4.
func appendOption(b []byte, t term.Term) []byte {
	switch v := t.(type) {
	case term.Int:
		return strconv.AppendInt(b, int64(v), 10)
	case term.Float:
		return strconv.AppendFloat(b, float64(v), 'g', -1, 64)
	case term.Binary:
		return AppendString(b, string(v))
	case term.Atom:
		if v == term.True || v == term.False {
			return append(b, v.Name()...)
		}
		if v != term.Nil {
			return AppendString(b, v.Name())
		}
	}
	return append(b, "null"...)
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendString(b, s)
	}
	return append(b, ']')
}
