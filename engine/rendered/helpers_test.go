package rendered_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	. "streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// block returns a new block, so with a fingerprint of its own.
func block(statics ...string) *Block { return &Block{Statics: statics} }

func rootBlock(statics ...string) *Block { return &Block{Statics: statics, Root: true} }

// show renders a block with values that are always computed.
func show(b *Block, dyns ...Dyn) *Rendered {
	return &Rendered{Block: b, Dynamic: func(bool) []Dyn { return dyns }}
}

// tracked renders a block of which only some values changed.
func tracked(b *Block, all, changed []Dyn) *Rendered {
	return &Rendered{Block: b, Dynamic: func(track bool) []Dyn {
		if track {
			return changed
		}
		return all
	}}
}

// row is an entry whose values depend on one variable, named x.
func row(key, x term.Term, render func(changed bool) []Dyn) Entry {
	return Entry{Key: key, Vars: term.NewMap(term.NewAtom("x"), x), Render: func(changed *term.Map, track bool) []Dyn {
		return render(!track || changed == nil || changed.Len() > 0)
	}}
}

// texts are rows of one text each, keyed by the text's first byte.
func texts(values ...string) []Entry {
	var out []Entry
	for _, v := range values {
		out = append(out, row(term.Binary(v[:1]), term.Binary(v), func(changed bool) []Dyn {
			if changed {
				return []Dyn{Text(v)}
			}
			return []Dyn{nil}
		}))
	}
	return out
}

func wantJSON(t *testing.T, d *Diff, want string) {
	t.Helper()
	got := d.AppendJSON(nil)
	var a, b any
	if err := json.Unmarshal(got, &a); err != nil {
		t.Fatalf("diff is not JSON: %v\n%s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatalf("want is not JSON: %v\n%s", err, want)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("diff\n got %s\nwant %s", got, want)
	}
}

// socket is the socket of the test's components.
type socket struct {
	cid     int
	assigns map[string]any
	changed bool
	events  []Event
}

// module is the behaviour of a test's component.
type module struct {
	mount  func(*socket)
	render func(*socket) *Rendered
}

// host runs components of Go functions, and notes the calls.
type host struct {
	modules map[string]module
	calls   []string
}

func (h *host) note(format string, args ...any) {
	h.calls = append(h.calls, fmt.Sprintf(format, args...))
}

func (h *host) MountComponent(m term.Atom, cid int) any {
	h.note("mount %d", cid)
	s := &socket{cid: cid, assigns: map[string]any{}}
	if mount := h.modules[m.Name()].mount; mount != nil {
		mount(s)
	}
	return s
}

func (h *host) UpdateComponents(m term.Atom, updates []Update) []any {
	out := make([]any, len(updates))
	for i, u := range updates {
		h.note("update %d", u.CID)
		s := u.Socket.(*socket)
		for k, v := range u.Assigns.All() {
			name := k.(term.Atom).Name()
			if !reflect.DeepEqual(s.assigns[name], v) {
				s.assigns[name], s.changed = v, true
			}
		}
		out[i] = s
	}
	return out
}

func (h *host) ComponentEvents(s any) []Event   { return s.(*socket).events }
func (h *host) ComponentChanged(s any) bool     { return s.(*socket).changed }
func (h *host) ComponentRendered(s any) any     { s.(*socket).changed = false; return s }
func (h *host) SettleComponent(s any) any       { s.(*socket).events = nil; return s }
func (h *host) Raise(exception, message string) { panic(exception + ": " + message) }

func (h *host) RenderComponent(m term.Atom, s any) *Rendered {
	h.note("render %d", s.(*socket).cid)
	return h.modules[m.Name()].render(s.(*socket))
}

func place(name string, id term.Term, assigns ...term.Term) *Component {
	return &Component{Module: term.NewAtom(name), ID: id, Assigns: term.NewMap(assigns...)}
}

func atom(s string) term.Atom { return term.NewAtom(s) }

func wantPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := recover(); got != want {
			t.Errorf("panic\n got %v\nwant %v", got, want)
		}
	}()
	f()
}
