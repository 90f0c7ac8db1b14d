package rendered

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"streamsplayground/engine/term"
)

// Decode reads a diff from the JSON of the wire. It does not check that the
// diff can be merged into any tree.
func Decode(data []byte) (*Diff, error) {
	var top map[string]json.RawMessage
	if err := json.Unmarshal(data, &top); err != nil {
		return nil, fmt.Errorf("decoding diff: %w", err)
	}
	d := &Diff{Reply: top["r"], Title: top["t"]}
	if string(d.Reply) == "1" {
		d.Root, d.Reply = true, nil
	}
	var err error
	if d.Events, err = decodeEvents(top["e"]); err != nil {
		return nil, fmt.Errorf("decoding diff: e: %w", err)
	}
	rest := map[string]any{}
	for k, raw := range top {
		if k == "r" || k == "t" || k == "e" {
			continue
		}
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, fmt.Errorf("decoding diff: %w", err)
		}
		rest[k] = v
	}
	dec := decoder{}
	if c, ok := rest["c"].(map[string]any); ok {
		d.Components = dec.components(c)
	}
	delete(rest, "c")
	if n := dec.node(rest, Template); n != nil {
		root := d.Root
		d.Node = *n
		d.Root = root
	}
	if dec.err != nil {
		return nil, fmt.Errorf("decoding diff: %w", dec.err)
	}
	return d, nil
}

func decodeEvents(raw json.RawMessage) ([]Event, error) {
	if raw == nil {
		return nil, nil
	}
	var list [][]json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	events := make([]Event, len(list))
	for i, e := range list {
		if len(e) != 2 && len(e) != 3 {
			return nil, fmt.Errorf("event of %d parts", len(e))
		}
		if err := json.Unmarshal(e[0], &events[i].Name); err != nil {
			return nil, err
		}
		events[i].Payload, events[i].Before = e[1], len(e) == 3
	}
	return events, nil
}

// decoder turns generic JSON into nodes and keeps the first error.
type decoder struct{ err error }

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

func (d *decoder) components(c map[string]any) []ComponentDiff {
	var out []ComponentDiff
	for k, v := range c {
		out = append(out, ComponentDiff{d.number(k), d.node(v, Shared)})
	}
	slices.SortFunc(out, func(a, b ComponentDiff) int { return a.CID - b.CID })
	return out
}

func (d *decoder) number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || strconv.Itoa(n) != s {
		d.fail("key %q is not an index", s)
	}
	return n
}

// maxIndex bounds indexes, so that a bad diff cannot ask for much memory.
const maxIndex = 1 << 20

// node reads a node in which a number as s has the given form.
func (d *decoder) node(v any, number StaticForm) *Node {
	m, ok := v.(map[string]any)
	if !ok {
		d.fail("%T where a node was expected", v)
		return &Node{}
	}
	n := &Node{}
	for k, v := range m {
		switch k {
		case "s":
			n.Static = d.static(v, number)
		case "r":
			n.Root = true
		case "k":
			n.Keyed = d.keyed(v)
		case "stream":
			n.Stream = d.stream(v)
		case "p":
			n.Templates = d.templates(v)
		default:
			n.Fields = append(n.Fields, d.field(k, v))
		}
	}
	slices.SortFunc(n.Fields, func(a, b Field) int { return a.Index - b.Index })
	return n
}

func (d *decoder) static(v any, number StaticForm) Static {
	switch v := v.(type) {
	case float64:
		return Static{Form: number, Ref: int(v)}
	case []any:
		return Static{Form: Inline, Strings: d.strings(v)}
	}
	d.fail("s is %T", v)
	return Static{}
}

func (d *decoder) strings(v any) []string {
	list, ok := v.([]any)
	if !ok {
		d.fail("%T where a list of strings was expected", v)
	}
	out := make([]string, len(list))
	for i, e := range list {
		if out[i], ok = e.(string); !ok {
			d.fail("%T where a string was expected", e)
		}
	}
	return out
}

func (d *decoder) templates(v any) [][]string {
	m, _ := v.(map[string]any)
	out := make([][]string, len(m))
	for k, list := range m {
		i := d.number(k)
		if i < 0 || i >= len(out) {
			d.fail("template %s of %d", k, len(out))
			continue
		}
		out[i] = d.strings(list)
	}
	return out
}

func (d *decoder) field(k string, v any) Field {
	f := Field{Index: d.number(k)}
	if f.Index > maxIndex {
		d.fail("index %d", f.Index)
	}
	switch v := v.(type) {
	case string:
		f.Value = Text(v)
	case float64:
		f.Value = CID(v)
	default:
		f.Value = d.node(v, Template)
	}
	return f
}

func (d *decoder) fields(v any) []Field {
	n := d.node(v, Template)
	return n.Fields
}

func (d *decoder) keyed(v any) *Keyed {
	m, ok := v.(map[string]any)
	count, isNumber := m["kc"].(float64)
	if !ok || !isNumber || count < 0 || count > maxIndex {
		d.fail("k without kc")
		return &Keyed{}
	}
	keyed := &Keyed{Count: int(count)}
	for k, v := range m {
		if k == "kc" {
			continue
		}
		if k == "km" {
			keyed.Moved = true
			continue
		}
		e := KeyedEntry{Index: d.number(k), From: -1}
		switch v := v.(type) {
		case float64:
			e.From = int(v)
		case []any:
			from, ok := float64(0), false
			if len(v) == 2 {
				from, ok = v[0].(float64)
			}
			if !ok {
				d.fail("entry %s is a list of %d", k, len(v))
				continue
			}
			e.From, e.Fields = int(from), d.fields(v[1])
		default:
			e.Fields = d.fields(v)
		}
		if e.From < -1 || e.Index < 0 {
			d.fail("entry %s", k)
		}
		keyed.Entries = append(keyed.Entries, e)
	}
	slices.SortFunc(keyed.Entries, func(a, b KeyedEntry) int { return a.Index - b.Index })
	return keyed
}

func (d *decoder) stream(v any) *Stream {
	list, ok := v.([]any)
	if !ok || len(list) < 3 || len(list) > 4 {
		d.fail("stream is %T", v)
		return &Stream{}
	}
	s := &Stream{Deletes: d.strings(list[2]), Reset: len(list) == 4}
	if s.Ref, ok = list[0].(string); !ok {
		d.fail("stream ref is %T", list[0])
	}
	inserts, _ := list[1].([]any)
	for _, v := range inserts {
		ins, _ := v.([]any)
		if len(ins) != 4 {
			d.fail("stream insert of %d parts", len(ins))
			return s
		}
		id, isString := ins[0].(string)
		at, isNumber := ins[1].(float64)
		if !isString || !isNumber {
			d.fail("stream insert %v", ins)
		}
		s.Inserts = append(s.Inserts, StreamInsert{DOMID: id, At: int(at), Limit: option(ins[2]), UpdateOnly: option(ins[3])})
	}
	return s
}

func option(v any) term.Term {
	switch v := v.(type) {
	case bool:
		return term.Bool(v)
	case float64:
		return term.Int(v)
	}
	return nil
}
