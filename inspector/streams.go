package inspector

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"streamsplayground/engine/term"
)

// Stream is one stream in one transaction: what was pending before the flush,
// what went over the wire, what the page did, and what is held after it.
type Stream struct {
	Name string // "messages"
	CID  int    // of the LiveComponent that has it, 0 for the view
	Ref  string
	// Touched says that the transaction had something to do with it.
	Touched bool
	Ops     []StreamOp
	Reset   bool
	// Pending and After are the struct as inspect prints it, "" when the
	// transaction has no such socket.
	Pending, After string
	// Held is the number of items that the server holds after the flush, -1 if
	// that is not known.
	Held int
	// Wire is the stream's tuple as it was sent, "" if it was not.
	Wire      string
	WireBytes int
	// Container is the page's list after the patch, nil if none was reported.
	Container *Container
	// Dropped says that the page did more than its report could hold.
	Dropped bool
}

// StreamOp is one pending operation of a stream and what became of it.
type StreamOp struct {
	Delete bool
	DOMID  string
	// Pending is the operation in the struct, as inspect prints it; of those
	// after the first mostOps it is "…".
	Pending string
	// Wire is what was sent for it, and Row the bytes of the rendered row, 0 if
	// there was none.
	Wire string
	Row  int
	// DOM is what the page did about it.
	DOM []DOMOp
}

// Streams returns the streams of the view and its components, those that the
// transaction touched first.
func (tx *Transaction) Streams() []Stream {
	var out []Stream
	out = append(out, tx.streamsOf(0, tx.Pending, tx.Flushed)...)
	for _, cid := range cids(tx.PendingComponents, tx.FlushedComponents) {
		out = append(out, tx.streamsOf(cid, tx.PendingComponents[cid], tx.FlushedComponents[cid])...)
	}
	wire := wireStreams(tx.Diff)
	for i := range out {
		out[i].addWire(wire[out[i].Ref])
		out[i].addDOM(tx.Reports)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Touched && !out[j].Touched })
	return out
}

func cids(a, b map[int]*term.Map) []int {
	seen := map[int]bool{}
	var out []int
	for _, m := range []map[int]*term.Map{a, b} {
		for cid := range m {
			if !seen[cid] {
				seen[cid] = true
				out = append(out, cid)
			}
		}
	}
	sort.Ints(out)
	return out
}

var streamModule = term.NewModule("Phoenix.LiveView.LiveStream")

// liveStreams returns the streams in a socket's assigns, by name.
func liveStreams(socket *term.Map) map[string]*term.Map {
	if socket == nil {
		return nil
	}
	assigns, _ := socket.GetAtom(term.NewAtom("assigns")).(*term.Map)
	if assigns == nil {
		return nil
	}
	all, _ := assigns.GetAtom(term.NewAtom("streams")).(*term.Map)
	if all == nil {
		return nil
	}
	out := map[string]*term.Map{}
	for k, v := range all.All() {
		s, ok := v.(*term.Map)
		if name, isAtom := k.(term.Atom); ok && isAtom && s.GetAtom(term.StructKey) == term.Term(streamModule) {
			out[name.Name()] = s
		}
	}
	return out
}

func (tx *Transaction) streamsOf(cid int, pending, flushed *term.Map) []Stream {
	before, after := liveStreams(pending), liveStreams(flushed)
	names := map[string]bool{}
	for n := range before {
		names[n] = true
	}
	for n := range after {
		names[n] = true
	}
	var out []Stream
	for n := range names {
		s := Stream{Name: n, CID: cid, Held: -1}
		if m := before[n]; m != nil {
			s.readPending(m, tx.print)
		}
		if m := after[n]; m != nil {
			s.After = inspectStream(m, tx.print)
			s.Held = len(list(m, "inserts"))
			s.Ref = text(m.GetAtom(term.NewAtom("ref")))
		}
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return refLess(out[i].Ref, out[j].Ref) })
	return out
}

func refLess(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

func (s *Stream) readPending(m *term.Map, print Print) {
	s.Pending = inspectStream(m, print)
	s.Ref = text(m.GetAtom(term.NewAtom("ref")))
	s.Reset = m.GetAtom(term.NewAtom("reset?")) == term.Term(term.True)
	for _, d := range list(m, "deletes") {
		op := StreamOp{Delete: true, DOMID: text(d), Pending: "…"}
		if len(s.Ops) < mostOps {
			op.Pending = term.Inspect(d)
		}
		s.Ops = append(s.Ops, op)
	}
	for _, in := range list(m, "inserts") {
		op := StreamOp{Pending: "…"}
		t, ok := in.(term.Tuple)
		ok = ok && len(t) == 5
		if ok {
			op.DOMID = text(t[0])
		}
		switch {
		case len(s.Ops) >= mostOps:
		case ok:
			op.Pending = shortInsert(t)
		default:
			op.Pending = print(in, term.InspectOptions{})
		}
		s.Ops = append(s.Ops, op)
	}
	s.Touched = s.Reset || len(s.Ops) > 0
}

func inspectStream(m *term.Map, print Print) string {
	return print(m, term.InspectOptions{Pretty: true, Width: 64})
}

// shortInsert returns an insert with its item cut down to what tells it from
// others; the whole is in the struct.
func shortInsert(t term.Tuple) string {
	return fmt.Sprintf("{%s, %s, %s, %s, %s}", term.Inspect(t[0]), term.Inspect(t[1]), shortItem(t[2]), term.Inspect(t[3]), term.Inspect(t[4]))
}

// shortItem returns a map as its struct's name and id: %Message{id: 17, …}.
func shortItem(v term.Term) string {
	m, ok := v.(*term.Map)
	if !ok {
		if text := term.Inspect(v); len(text) <= 40 {
			return text
		}
		return "…"
	}
	name := ""
	if mod, isStruct := m.StructName(); isStruct {
		name = term.Inspect(mod)
		name = name[strings.LastIndex(name, ".")+1:]
	}
	if id, has := m.Get(term.NewAtom("id")); has {
		return fmt.Sprintf("%%%s{id: %s, …}", name, term.Inspect(id))
	}
	return "%" + name + "{…}"
}

func list(m *term.Map, key string) []term.Term {
	l, _ := m.GetAtom(term.NewAtom(key)).(*term.List)
	elems, _ := l.Slice()
	return elems
}

func empty(m *term.Map, key string) bool {
	l, _ := m.GetAtom(term.NewAtom(key)).(*term.List)
	return l == nil || l == term.Empty
}

// text returns a string as it is and any other term as inspect prints it.
func text(t term.Term) string {
	switch v := t.(type) {
	case nil:
		return ""
	case term.Binary:
		return string(v)
	}
	return term.Inspect(t)
}

// wireStream is a stream's part of a diff.
type wireStream struct {
	raw     json.RawMessage
	inserts map[string]json.RawMessage
	deletes map[string]bool
	rows    map[string]int // bytes of the rendered rows, by DOM id
	bytes   int
}

// wireStreams finds the streams in a diff, wherever they are, by their ref.
func wireStreams(diff []byte) map[string]*wireStream {
	out := map[string]*wireStream{}
	budget := maxRead
	findStreams(diff, out, &budget)
	return out
}

// maxRead is how many bytes of a diff are read in search of streams: what is
// nested is read again on each level.
const maxRead = 32 << 20

func findStreams(data json.RawMessage, out map[string]*wireStream, budget *int) {
	var obj map[string]json.RawMessage
	if *budget -= len(data); *budget < 0 || len(data) == 0 || json.Unmarshal(data, &obj) != nil {
		return
	}
	if raw, ok := obj["stream"]; ok {
		if ref, s := parseWireStream(raw, obj["k"]); s != nil {
			s.bytes = len(data)
			out[ref] = s
		}
	}
	for _, v := range obj {
		if len(v) > 0 && v[0] == '{' {
			findStreams(v, out, budget)
		}
	}
}

func parseWireStream(raw, k json.RawMessage) (string, *wireStream) {
	var parts []json.RawMessage
	var ref string
	if json.Unmarshal(raw, &parts) != nil || len(parts) < 3 || json.Unmarshal(parts[0], &ref) != nil {
		return "", nil
	}
	s := &wireStream{raw: raw, inserts: map[string]json.RawMessage{}, deletes: map[string]bool{}, rows: map[string]int{}}
	var inserts []json.RawMessage
	var deletes []string
	if json.Unmarshal(parts[1], &inserts) != nil || json.Unmarshal(parts[2], &deletes) != nil {
		return "", nil
	}
	var ids []string // newest first, each once: the rows come in the other order
	for _, in := range inserts {
		var tuple []json.RawMessage
		var id string
		if json.Unmarshal(in, &tuple) != nil || len(tuple) == 0 || json.Unmarshal(tuple[0], &id) != nil {
			continue
		}
		if _, dup := s.inserts[id]; !dup {
			ids = append(ids, id)
		}
		s.inserts[id] = in
	}
	for _, id := range deletes {
		s.deletes[id] = true
	}
	var rows map[string]json.RawMessage
	if json.Unmarshal(k, &rows) == nil {
		for i, id := range ids {
			s.rows[id] = len(rows[strconv.Itoa(len(ids)-1-i)])
		}
	}
	return ref, s
}

func (s *Stream) addWire(w *wireStream) {
	if w == nil {
		return
	}
	s.Wire, s.WireBytes = string(w.raw), w.bytes
	for i := range s.Ops {
		op := &s.Ops[i]
		switch in, ok := w.inserts[op.DOMID]; {
		case op.Delete && w.deletes[op.DOMID]:
			op.Wire = strconv.Quote(op.DOMID)
		case !op.Delete && ok:
			op.Wire, op.Row = string(in), w.rows[op.DOMID]
		}
	}
}

// addDOM gives each operation what the page said about its id: deletions to
// deletes, the rest to inserts; and what nobody asked for, such as rows that a
// limit pruned, becomes an operation of its own.
func (s *Stream) addDOM(reports []Report) {
	index := map[opKey]int{}
	for i := len(s.Ops) - 1; i >= 0; i-- {
		index[opKey{s.Ops[i].DOMID, s.Ops[i].Delete}] = i
	}
	for _, r := range reports {
		s.Dropped = s.Dropped || r.Dropped > 0
		for i := range r.Containers {
			if c := &r.Containers[i]; c.Stream != "" && c.Stream == s.Ref {
				s.Container = c
			}
		}
		for _, d := range r.Ops {
			if d.Stream != s.Ref || d.Within != "" || d.Tag != "" && d.Op == "updated" {
				continue
			}
			if i, ok := index[opKey{d.ID, d.Op == "deleted"}]; ok {
				s.Ops[i].DOM = append(s.Ops[i].DOM, d)
			} else {
				s.Ops = append(s.Ops, StreamOp{DOMID: d.ID, DOM: []DOMOp{d}})
			}
		}
	}
}

// opKey finds the operation that something on the page came of.
type opKey struct {
	domID  string
	delete bool
}

// touched returns how many streams had something pending.
func (tx *Transaction) touched() int {
	n := 0
	count := func(socket *term.Map) {
		for _, s := range liveStreams(socket) {
			if !empty(s, "inserts") || !empty(s, "deletes") || s.GetAtom(term.NewAtom("reset?")) == term.Term(term.True) {
				n++
			}
		}
	}
	count(tx.Pending)
	for _, socket := range tx.PendingComponents {
		count(socket)
	}
	return n
}

// Title names the stream as the code does, with the component that has it.
func (s Stream) Title() string {
	if s.CID > 0 {
		return fmt.Sprintf("streams.%s of component %d", s.Name, s.CID)
	}
	return "streams." + strings.TrimSpace(s.Name)
}
