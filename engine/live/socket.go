package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// Socket is a %Phoenix.LiveView.Socket{} struct, with the functions of
// Phoenix.LiveView and Phoenix.Component as methods for views written in Go.
// It is immutable: each method returns the next socket.
type Socket struct{ m *term.Map }

var emptyAssigns = term.NewMap(atomChanged, term.EmptyMap)

// socketStruct is the struct's default.
var socketStruct = term.NewStruct("Phoenix.LiveView.Socket",
	"id", term.Nil, "endpoint", term.Nil, "view", term.Nil, "parent_pid", term.Nil,
	"root_pid", term.Nil, "router", term.Nil, "assigns", emptyAssigns,
	"private", term.NewMap(atomLiveTemp, term.EmptyMap), "redirected", term.Nil,
	"host_uri", term.Nil, "transport_pid", term.Nil, "sticky?", term.False)

// SocketOf returns the term as a Socket, and false when it is no socket.
func SocketOf(v term.Term) (Socket, bool) {
	m, ok := v.(*term.Map)
	if !ok || m.GetAtom(term.StructKey) != term.Term(atomSocket) {
		return Socket{}, false
	}
	return Socket{m}, true
}

// Term returns the struct.
func (s Socket) Term() *term.Map { return s.m }

// Assigns returns the assigns, __changed__ among them.
func (s Socket) Assigns() *term.Map {
	m, _ := s.m.GetAtom(atomAssigns).(*term.Map)
	if m == nil {
		return term.EmptyMap
	}
	return m
}

// Get returns an assign, and nil when there is none.
func (s Socket) Get(key string) term.Term { return s.Assigns().GetAtom(term.NewAtom(key)) }

// Assign sets an assign, as assign/3 but for reserved keys too.
func (s Socket) Assign(key string, v term.Term) Socket { return s.assign(term.NewAtom(key), v) }

// Connected reports whether the view runs for a connected client.
func (s Socket) Connected() bool { return s.m.GetAtom(atomTransportPID) != term.Term(term.Nil) }

func (s Socket) field(k term.Atom) term.Term         { return s.m.GetAtom(k) }
func (s Socket) put(k term.Atom, v term.Term) Socket { return Socket{s.m.Put(k, v)} }

func (s Socket) private() *term.Map {
	m, _ := s.m.GetAtom(atomPrivate).(*term.Map)
	if m == nil {
		return term.EmptyMap
	}
	return m
}

func (s Socket) putPrivate(k term.Atom, v term.Term) Socket {
	return s.put(atomPrivate, s.private().Put(k, v))
}

func (s Socket) withAssigns(m *term.Map) Socket { return s.put(atomAssigns, m) }

func (s Socket) redirected() term.Term { return s.field(atomRedirected) }

func (s Socket) isRedirected() bool { return s.redirected() != term.Term(term.Nil) }

func (s Socket) view() term.Atom {
	a, _ := s.field(atomView).(term.Atom)
	return a
}

// assign sets an assign if the value differs. As Phoenix.LiveView.Utils.assign/3.
func (s Socket) assign(k term.Atom, v term.Term) Socket {
	assigns := s.Assigns()
	if old, ok := assigns.Get(k); ok && term.StrictEqual(old, v) {
		return s
	}
	return s.withAssigns(forceAssign(assigns, k, v))
}

// forceAssign sets an assign and notes that it changed: __changed__ keeps the
// first value of a list, map or tuple since the last render, for the tracking
// of nested changes, and true for all else. As
// Phoenix.LiveView.Utils.force_assign/4.
func forceAssign(assigns *term.Map, k, v term.Term) *term.Map {
	changed, ok := assigns.GetAtom(atomChanged).(*term.Map)
	if !ok {
		return assigns.Put(k, v)
	}
	if changed.Has(k) {
		return assigns.Put(k, v)
	}
	was := term.Term(term.True)
	old, _ := assigns.Get(k)
	switch old.(type) {
	case *term.List, *term.Map, term.Tuple, term.Struct:
		was = old
	}
	return assigns.PutAll(k, v, atomChanged, changed.Put(k, was))
}

func (s Socket) changed() *term.Map {
	m, _ := s.Assigns().GetAtom(atomChanged).(*term.Map)
	return m
}

func (s Socket) isChanged() bool {
	m := s.changed()
	return m == nil || m.Len() > 0
}

// clearChanged forgets what changed and resets temporary assigns. As
// Phoenix.LiveView.Utils.clear_changed/1.
func (s Socket) clearChanged() Socket {
	assigns := s.Assigns()
	if temp, ok := s.private().GetAtom(atomTemporary).(*term.Map); ok {
		for k, v := range temp.All() {
			assigns = assigns.Put(k, v)
		}
	}
	return s.withAssigns(assigns.Put(atomChanged, term.EmptyMap))
}

func (s Socket) temp() *term.Map {
	m, _ := s.private().GetAtom(atomLiveTemp).(*term.Map)
	if m == nil {
		return term.EmptyMap
	}
	return m
}

func (s Socket) putTemp(k term.Atom, v term.Term) Socket {
	return s.putPrivate(atomLiveTemp, s.temp().Put(k, v))
}

// clearTemp drops pushed events, the reply and the flash that was put. As
// Phoenix.LiveView.Utils.clear_temp/1.
func (s Socket) clearTemp() Socket {
	if s.temp().Len() == 0 {
		return s
	}
	return s.putPrivate(atomLiveTemp, term.EmptyMap)
}

// postMountPrune drops what is only there while mounting.
func (s Socket) postMountPrune() Socket {
	s = s.clearChanged().clearTemp()
	p := s.private()
	return s.put(atomPrivate, p.Delete(atomConnInfo).Delete(atomConnParams).Delete(atomAssignNew))
}

// cid returns the number of the LiveComponent that the socket is of, 0 for a
// view.
func (s Socket) cid() int { return cidOf(s.Assigns().GetAtom(atomMyself)) }

func cidOf(v term.Term) int {
	m, ok := v.(*term.Map)
	if !ok || m.GetAtom(term.StructKey) != term.Term(atomCID) {
		return 0
	}
	n, _ := m.GetAtom(term.NewAtom("cid")).(term.Int)
	return int(n)
}

func cidTerm(cid int) *term.Map {
	return term.NewStruct("Phoenix.LiveComponent.CID", "cid", term.Int(cid))
}

// renderAssigns are the assigns that render/1 gets: with a socket that does
// not hold them itself. As Phoenix.LiveView.Renderer.
func (s Socket) renderAssigns() *term.Map {
	assigns := s.Assigns()
	none := term.NewMap(term.StructKey, atomNotInSocket, atomAssignsKey, assigns)
	return assigns.Put(atomSocketKey, s.m.Put(atomAssigns, none))
}

// socketArg returns the argument as a socket, or raises as a function whose
// clauses match %Socket{} does.
func socketArg(t *interp.Thread, mod, name string, a []term.Term, i int) Socket {
	s, ok := SocketOf(a[i])
	if !ok {
		t.RaiseFunctionClause(mod, name, a)
	}
	return s
}

func isMap(v term.Term) bool { _, ok := term.AsMap(v); return ok }

func isStruct(v term.Term, name term.Atom) (*term.Map, bool) {
	m, ok := v.(*term.Map)
	if !ok || m.GetAtom(term.StructKey) != term.Term(name) {
		return nil, false
	}
	return m, true
}

func isFun(v term.Term, arity int) bool {
	f, ok := v.(*term.Fun)
	return ok && f.Arity == arity
}

func orNil(v term.Term) term.Term {
	if v == nil {
		return term.Nil
	}
	return v
}

func str(s string) term.Term { return term.Binary(s) }
