package stdlib

import (
	"fmt"
	"slices"
	"sync"

	"streamsplayground/engine/term"
)

// etsTables are the tables of a node.
type etsTables struct {
	mu     sync.Mutex
	byID   map[term.Ref]*etsTable
	named  map[term.Atom]*etsTable
	owners map[term.PID]bool // processes that have made a table
	bytes  int               // about how many all of their objects take
}

// maxETS is about how many bytes the tables of a node may take, and maxTables
// how many there may be.
const (
	maxETS    = 64 << 20
	maxTables = 1000
)

type etsKey struct{}

// tables returns the tables of the call's node.
func (c call) tables() *etsTables {
	fresh := &etsTables{byID: map[term.Ref]*etsTable{}, named: map[term.Atom]*etsTable{}, owners: map[term.PID]bool{}}
	v, _ := c.process().Node().Values().LoadOrStore(etsKey{}, fresh)
	return v.(*etsTables)
}

// etsTable is one table. Its rows are sorted by their key, and so a table of the
// type set, whose order is Erlang's secret, has that of the terms.
type etsTable struct {
	all        *etsTables
	id         term.Ref
	name       term.Atom
	isNamed    bool
	kind       string // set, ordered_set, bag or duplicate_bag
	protection string
	keypos     int
	owner      term.PID

	mu    sync.Mutex
	rows  []etsRow
	count int
	bytes int
}

// etsRow is the objects of one key, in the order of their insertion.
type etsRow struct {
	key  term.Term
	objs []term.Tuple
}

func (t *etsTable) ordered() bool { return t.kind == "ordered_set" }

func (t *etsTable) single() bool { return t.kind == "set" || t.ordered() }

// find returns the place of a key, and whether it is there.
func (t *etsTable) find(key term.Term) (int, bool) {
	return slices.BinarySearchFunc(t.rows, key, func(r etsRow, key term.Term) int { return t.compare(r.key, key) })
}

func (t *etsTable) compare(a, b term.Term) int {
	if t.ordered() {
		return term.Compare(a, b)
	}
	return term.CompareKeys(a, b)
}

func (t *etsTable) keyOf(obj term.Tuple) term.Term { return obj[t.keypos-1] }

// put adds an object. The size is about what it takes.
func (t *etsTable) put(obj term.Tuple, size int) {
	i, found := t.find(t.keyOf(obj))
	switch {
	case !found:
		t.rows = slices.Insert(t.rows, i, etsRow{t.keyOf(obj), []term.Tuple{obj}})
	case t.single():
		t.drop(1, t.rows[i].objs...)
		t.rows[i] = etsRow{t.keyOf(obj), []term.Tuple{obj}}
	default:
		objs := t.rows[i].objs
		if t.kind == "bag" && slices.ContainsFunc(objs, func(o term.Tuple) bool { return term.StrictEqual(o, obj) }) {
			return
		}
		// Readers keep shorter slices of the same array.
		t.rows[i].objs = append(objs, obj)
	}
	t.count++
	t.bytes += size
}

// putAll adds objects in their order. Many are merged with the rows, which is
// linear, where each by itself would move the rows behind it.
func (t *etsTable) putAll(objs []term.Tuple, sizes []int) {
	order := make([]int, len(objs))
	for i := range order {
		order[i] = i
	}
	old := t.rows[:0:0]
	if len(objs) > 16 {
		slices.SortStableFunc(order, func(a, b int) int { return t.compare(t.keyOf(objs[a]), t.keyOf(objs[b])) })
		old, t.rows = t.rows, make([]etsRow, 0, len(t.rows)+len(objs))
	}
	for _, i := range order {
		for len(old) > 0 && t.compare(old[0].key, t.keyOf(objs[i])) <= 0 {
			t.rows, old = append(t.rows, old[0]), old[1:]
		}
		t.put(objs[i], sizes[i])
	}
	t.rows = append(t.rows, old...)
}

// removeAll deletes objects, known by their first elements, in one pass. It
// returns how many were there.
func (t *etsTable) removeAll(gone map[*term.Term]bool) (n int) {
	kept := t.rows[:0]
	for _, r := range t.rows {
		if slices.ContainsFunc(r.objs, func(o term.Tuple) bool { return gone[&o[0]] }) {
			var objs []term.Tuple
			for _, o := range r.objs {
				if gone[&o[0]] {
					t.drop(1, o)
					n++
				} else {
					objs = append(objs, o)
				}
			}
			r.objs = objs
		}
		if len(r.objs) > 0 {
			kept = append(kept, r)
		}
	}
	clear(t.rows[len(kept):])
	t.rows = kept
	return n
}

// drop counts objects that leave.
func (t *etsTable) drop(n int, objs ...term.Tuple) {
	t.count -= n
	for _, o := range objs {
		t.bytes -= term.Size(maxETS, o)
	}
}

// remove deletes the objects of a key for which gone holds, and returns them.
func (t *etsTable) remove(key term.Term, gone func(term.Tuple) bool) (out []term.Tuple) {
	i, found := t.find(key)
	if !found {
		return nil
	}
	var kept []term.Tuple
	for _, o := range t.rows[i].objs {
		if gone(o) {
			out = append(out, o)
		} else {
			kept = append(kept, o)
		}
	}
	t.drop(len(out), out...)
	if len(kept) == 0 {
		t.rows = slices.Delete(t.rows, i, i+1)
	} else {
		t.rows[i].objs = kept
	}
	return out
}

// objects returns what is in the table.
func (t *etsTable) objects() []term.Tuple {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]term.Tuple, 0, t.count)
	for _, r := range t.rows {
		out = append(out, r.objs...)
	}
	return out
}

// of returns the objects of a key.
func (t *etsTable) of(key term.Term) []term.Tuple {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i, found := t.find(key); found {
		return t.rows[i].objs
	}
	return nil
}

// change runs f on the rows, and says the tables what the change takes.
func (t *etsTable) change(f func()) {
	t.mu.Lock()
	before := t.bytes
	defer func() {
		grown := t.bytes - before
		t.mu.Unlock()
		t.all.mu.Lock()
		t.all.bytes += grown
		t.all.mu.Unlock()
	}()
	f()
}

// newTable makes a table of the process that calls.
func (c call) newTable(t *etsTable) term.Term {
	p := c.process()
	t.all, t.id, t.owner = c.tables(), term.NewRef(), p.PID()
	all := t.all
	all.mu.Lock()
	defer all.mu.Unlock()
	if t.isNamed && all.named[t.name] != nil {
		return c.badArg(1, "table name already exists")
	}
	if len(all.byID) >= maxTables {
		c.t.RaiseLimit("memory", fmt.Sprintf("more than %d tables", maxTables))
	}
	all.byID[t.id] = t
	if t.isNamed {
		all.named[t.name] = t
	}
	if !all.owners[t.owner] { // once a process, however many tables come and go
		all.owners[t.owner] = true
		p.AtExit(func() { all.leave(p.PID()) })
	}
	return t.handle()
}

// leave deletes the tables of a process that has ended.
func (a *etsTables) leave(pid term.PID) {
	var own []*etsTable
	a.mu.Lock()
	delete(a.owners, pid)
	for _, t := range a.byID {
		if t.owner == pid {
			own = append(own, t)
		}
	}
	a.mu.Unlock()
	for _, t := range own {
		t.delete()
	}
}

// handle is what the code calls the table.
func (t *etsTable) handle() term.Term {
	if t.isNamed {
		return t.name
	}
	return t.id
}

// delete takes the table away.
func (t *etsTable) delete() {
	t.change(func() { t.rows, t.count, t.bytes = nil, 0, 0 })
	t.all.mu.Lock()
	defer t.all.mu.Unlock()
	delete(t.all.byID, t.id)
	if t.isNamed && t.all.named[t.name] == t {
		delete(t.all.named, t.name)
	}
}

// lookup returns the table that a name or a reference stands for, nil for none.
func (a *etsTables) lookup(v term.Term) *etsTable {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch x := v.(type) {
	case term.Atom:
		return a.named[x]
	case term.Ref:
		return a.byID[x]
	}
	return nil
}

// The rights that a call needs: others read what is protected.
const (
	toRead = iota
	toWrite
	toOwn
)

// table returns the table of the first argument, and raises when there is none
// or the process may not do what it wants to.
func (c call) table(right int) *etsTable {
	t := c.tables().lookup(c.a[0])
	if t == nil {
		c.badArg(1, "the table identifier does not refer to an existing ETS table")
	}
	if t.owner == c.process().PID() || t.protection == "public" && right != toOwn || t.protection == "protected" && right == toRead {
		return t
	}
	c.badArg(1, "the table identifier refers to an ETS table with insufficient access rights")
	return nil
}
