package live

import (
	"fmt"
	"strconv"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

const liveView = "Phoenix.LiveView"

// emptyStream is %Phoenix.LiveView.LiveStream{}.
var emptyStream = term.NewStruct("Phoenix.LiveView.LiveStream",
	"name", term.Nil, "dom_id", term.Nil, "ref", term.Nil, "inserts", term.Empty,
	"deletes", term.Empty, "reset?", term.False, "consumable?", term.False)

var atomSetMap = term.NewAtom("map")

var emptyMapSet = term.NewStruct("MapSet", "map", term.EmptyMap)

func setPut(set term.Term, v term.Term) term.Term {
	m, ok := isStruct(set, atomMapSet)
	if !ok {
		m = emptyMapSet
	}
	inner, _ := m.GetAtom(atomSetMap).(*term.Map)
	if inner.Has(v) {
		return m
	}
	return m.Put(atomSetMap, inner.Put(v, term.Empty))
}

func setHas(set term.Term, v term.Term) bool {
	m, ok := isStruct(set, atomMapSet)
	if !ok {
		return false
	}
	inner, _ := m.GetAtom(atomSetMap).(*term.Map)
	return inner != nil && inner.Has(v)
}

func setDelete(set term.Term, v term.Term) term.Term {
	m, ok := isStruct(set, atomMapSet)
	if !ok {
		return set
	}
	inner, _ := m.GetAtom(atomSetMap).(*term.Map)
	if inner = inner.Delete(v); inner.Len() == 0 {
		return emptyMapSet
	}
	return m.Put(atomSetMap, inner)
}

// insertOptions are the options that every insert of a call shares.
type insertOptions struct{ at, limit, updateOnly term.Term }

func insertOptionsOf(opts *term.List) insertOptions {
	return insertOptions{
		at:         option(opts, atomAt, term.Int(-1)),
		limit:      option(opts, atomLimit, term.Nil),
		updateOnly: option(opts, atomUpdateOnly, term.False),
	}
}

func option(opts *term.List, key term.Atom, missing term.Term) term.Term {
	if v, ok := term.KeywordGet(opts, key); ok {
		return v
	}
	return missing
}

func optsArg(t *interp.Thread, name string, a []term.Term, i int) *term.List {
	if i >= len(a) {
		return term.Empty
	}
	l, ok := a[i].(*term.List)
	if !ok {
		t.RaiseFunctionClause("Keyword", "get", []term.Term{a[i], term.Nil, term.Nil})
	}
	return l
}

// padded returns the arguments with the empty options that were left out, as
// the clauses of the function see them.
func padded(a []term.Term, n int) []term.Term {
	for len(a) < n {
		a = append(a[:len(a):len(a)], term.Empty)
	}
	return a
}

// streamArg is the socket of a function with three arguments and options.
func streamArg(t *interp.Thread, name string, a []term.Term) Socket {
	s, ok := SocketOf(a[0])
	if !ok {
		return socketArg(t, liveView, name, padded(a, 4), 0)
	}
	return s
}

// insertItem is LiveStream.insert_item/5.
func insertItem(t *interp.Thread, stream *term.Map, item term.Term, o insertOptions) *term.Map {
	id := t.Call(stream.GetAtom(atomDOMID), item)
	inserts, _ := stream.GetAtom(atomInserts).(*term.List)
	t.Grow(160)
	insert := term.Tuple{id, o.at, item, o.limit, o.updateOnly}
	return stream.Put(atomInserts, &term.List{Head: insert, Tail: inserts})
}

// deleteDOMID is LiveStream.delete_item_by_dom_id/2.
func deleteDOMID(stream *term.Map, id term.Term) *term.Map {
	deletes, _ := stream.GetAtom(atomDeletes).(*term.List)
	return stream.Put(atomDeletes, &term.List{Head: id, Tail: deletes})
}

// pruneStream is LiveStream.prune/1.
func pruneStream(stream *term.Map) *term.Map {
	return stream.PutAll(atomInserts, term.Empty, atomDeletes, term.Empty, atomReset, term.False)
}

// defaultDOMID returns the function that makes "name-id" of an item. It stands
// for a function inside LiveStream.new/4, and is shown as one.
func defaultDOMID(name string) *term.Fun {
	f := interp.NewFun(1, func(t *interp.Thread, a []term.Term) term.Term {
		m, ok := term.AsMap(a[0])
		if ok {
			if id, ok := m.Get(atomID); ok {
				return str(name + "-" + t.ToString(id))
			}
		}
		t.RaiseArgument("expected stream :%s to be a struct or map with :id key, got: %s\n\n"+
			"If you would like to generate custom DOM IDs based on other keys, use "+
			"`Phoenix.LiveView.stream_configure/3` with the :dom_id option beforehand.\n",
			name, t.Inspect(a[0], term.InspectOptions{}))
		return nil
	})
	shown := *f
	// The numbers are those of the function in LiveView 1.2.10.
	shown.Index, shown.Uniq = 4, 107910713
	shown.Module, shown.Name = atomLiveStream, term.NewAtom("-new/4-fun-0-")
	shown.Env = []term.Term{str(name)}
	return &shown
}

// newStream is LiveStream.new/4.
func newStream(t *interp.Thread, name, ref, items term.Term, opts *term.List) *term.Map {
	prefix := t.ToString(name)
	domID, given := term.KeywordGet(opts, atomDOMID)
	if !given {
		domID = defaultDOMID(prefix)
	}
	if !isFun(domID, 1) {
		t.RaiseArgument("stream :dom_id must return a function which accepts each item, got: %s",
			t.Inspect(domID, term.InspectOptions{}))
	}
	stream := emptyStream.Put(atomStreamName, name).Put(atomStreamRef, ref).Put(atomDOMID, domID)
	// Every first insert goes to the end, whatever :at says.
	o := insertOptions{term.Int(-1), option(opts, atomLimit, term.Nil), option(opts, atomUpdateOnly, term.Nil)}
	inserts := term.Empty
	t.Each(items, func(item term.Term) bool {
		t.Burn(1)
		t.Grow(160)
		insert := term.Tuple{t.Call(domID, item), o.at, item, o.limit, o.updateOnly}
		inserts = &term.List{Head: insert, Tail: inserts}
		return true
	})
	return stream.Put(atomInserts, inserts)
}

func (s Socket) streams() *term.Map {
	m, _ := s.Assigns().GetAtom(atomStreams).(*term.Map)
	return m
}

var noStreams = term.NewMap(atomRef, term.Int(0), atomChanged, emptyMapSet, atomConfigured, term.EmptyMap)

func (s Socket) ensureStreams() Socket {
	if s.Assigns().Has(atomStreams) {
		return s
	}
	return s.assign(atomStreams, noStreams)
}

// putStreams is an update/3 of the streams, whose result always differs.
func (s Socket) putStreams(streams *term.Map) Socket {
	return s.withAssigns(forceAssign(s.Assigns(), atomStreams, streams))
}

func touchStream(streams *term.Map, name term.Term, stream *term.Map) *term.Map {
	return streams.PutAll(name, stream, atomChanged, setPut(streams.GetAtom(atomChanged), name))
}

// stream4 is stream/3 and stream/4.
func stream4(t *interp.Thread, a []term.Term) term.Term {
	s := streamArg(t, "stream", a)
	return streamAssign(t, s, a[1], a[2], optsArg(t, "stream", a, 3)).m
}

// streamAssign inserts items into a stream, making it if there is none. As
// assign_stream/4 of Phoenix.LiveView.
func streamAssign(t *interp.Thread, s Socket, name, items term.Term, opts *term.List) Socket {
	s = s.ensureStreams()
	streams := s.streams()
	was, _ := streams.Get(name)
	old, ok := isStruct(was, atomLiveStream)
	if !ok {
		return createStream(t, s, streams, name, items, opts)
	}
	o := insertOptionsOf(opts)
	reset := term.Truthy(option(opts, atomResetOpt, term.False))
	stream := old
	if reset {
		stream = stream.Put(atomReset, term.True)
	}
	t.Each(items, func(item term.Term) bool {
		t.Burn(1)
		stream = insertItem(t, stream, item, o)
		return true
	})
	if stream == old && !reset {
		return s
	}
	return s.putStreams(touchStream(streams, name, stream))
}

func createStream(t *interp.Thread, s Socket, streams *term.Map, name, items term.Term, opts *term.List) Socket {
	if configured, ok := streams.GetAtom(atomConfigured).(*term.Map); ok {
		if more, ok := configured.Get(name); ok {
			opts = mergeKeyword(opts, more.(*term.List))
		}
	}
	n, _ := streams.GetAtom(atomRef).(term.Int)
	ref := strconv.Itoa(int(n))
	if cid := s.cid(); cid != 0 {
		ref = fmt.Sprintf("%d-%d", cid, n)
	}
	stream := newStream(t, name, str(ref), items, opts)
	streams = touchStream(streams.Put(atomRef, n+1), name, stream)
	return attachHook(t, s.putStreams(streams), name, atomAfterRender, pruneHook(name))
}

// mergeKeyword is Keyword.merge/2.
func mergeKeyword(a, b *term.List) *term.List {
	var out []term.Term
	for e := range a.All() {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			continue
		}
		if k, ok := kv[0].(term.Atom); ok {
			if _, replaced := term.KeywordGet(b, k); !replaced {
				out = append(out, e)
			}
		}
	}
	return term.ListOnto(out, b)
}

// pruneHook returns the after_render hook of a stream: it forgets the items
// and operations that were rendered, if the stream was touched.
func pruneHook(name term.Term) *term.Fun {
	return interp.NewFun(1, func(_ *interp.Thread, a []term.Term) term.Term {
		s := Socket{a[0].(*term.Map)}
		streams := s.streams()
		if !setHas(streams.GetAtom(atomChanged), name) {
			return s.m
		}
		v, _ := streams.Get(name)
		streams = streams.PutAll(name, pruneStream(v.(*term.Map)),
			atomChanged, setDelete(streams.GetAtom(atomChanged), name))
		return s.putStreams(streams).m
	})
}

// updateStream is update_stream/3 of Phoenix.LiveView.
func updateStream(t *interp.Thread, s Socket, name term.Term, f func(*term.Map) *term.Map) Socket {
	streams := s.streams()
	if streams == nil {
		t.RaiseNew("KeyError", "key", atomStreams, "term", s.Assigns())
	}
	v, ok := streams.Get(name)
	if !ok {
		t.RaiseArgument("no stream with name %s previously defined", term.Inspect(name))
	}
	stream, ok := isStruct(v, atomLiveStream)
	if !ok {
		t.RaiseFunctionClause("Phoenix.LiveView.LiveStream", "insert_item", []term.Term{v})
	}
	return s.putStreams(touchStream(streams, name, f(stream)))
}

// streamInsert is stream_insert/3 and stream_insert/4.
func streamInsert(t *interp.Thread, a []term.Term) term.Term {
	s := streamArg(t, "stream_insert", a)
	o := insertOptionsOf(optsArg(t, "stream_insert", a, 3))
	item := a[2]
	return updateStream(t, s, a[1], func(stream *term.Map) *term.Map { return insertItem(t, stream, item, o) }).m
}

// streamDelete is stream_delete/3.
func streamDelete(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, liveView, "stream_delete", a, 0)
	item := a[2]
	return updateStream(t, s, a[1], func(stream *term.Map) *term.Map {
		return deleteDOMID(stream, t.Call(stream.GetAtom(atomDOMID), item))
	}).m
}

// streamDeleteByDOMID is stream_delete_by_dom_id/3.
func streamDeleteByDOMID(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, liveView, "stream_delete_by_dom_id", a, 0)
	id := a[2]
	return updateStream(t, s, a[1], func(stream *term.Map) *term.Map { return deleteDOMID(stream, id) }).m
}

// streamConfigure is stream_configure/3.
func streamConfigure(t *interp.Thread, a []term.Term) term.Term {
	s := socketArg(t, liveView, "stream_configure", a, 0)
	opts, ok := a[2].(*term.List)
	if !ok {
		t.RaiseFunctionClause(liveView, "stream_configure", a)
	}
	name := a[1]
	s = s.ensureStreams()
	streams := s.streams()
	if v, ok := streams.Get(name); ok {
		if _, ok := isStruct(v, atomLiveStream); ok {
			t.RaiseArgument("cannot configure stream :%s after it has been streamed", t.ToString(name))
		}
	}
	configured, _ := streams.GetAtom(atomConfigured).(*term.Map)
	if configured.Has(name) {
		t.RaiseArgument("cannot re-configure stream :%s after it has been configured", t.ToString(name))
	}
	return s.putStreams(streams.Put(atomConfigured, configured.Put(name, opts))).m
}

// Stream is stream/4 for views written in Go.
func (s Socket) Stream(t *interp.Thread, name string, items []term.Term, opts ...any) Socket {
	return streamAssign(t, s, term.NewAtom(name), term.NewList(items...), term.Keyword(opts...))
}

// StreamInsert is stream_insert/4 for views written in Go.
func (s Socket) StreamInsert(t *interp.Thread, name string, item term.Term, opts ...any) Socket {
	o := insertOptionsOf(term.Keyword(opts...))
	return updateStream(t, s, term.NewAtom(name), func(m *term.Map) *term.Map { return insertItem(t, m, item, o) })
}

// StreamDelete is stream_delete/3 for views written in Go.
func (s Socket) StreamDelete(t *interp.Thread, name string, item term.Term) Socket {
	return updateStream(t, s, term.NewAtom(name), func(m *term.Map) *term.Map {
		return deleteDOMID(m, t.Call(m.GetAtom(atomDOMID), item))
	})
}
