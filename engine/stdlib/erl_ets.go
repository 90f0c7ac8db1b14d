package stdlib

import (
	"fmt"
	"slices"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// etsModule is :ets, tables that processes of a node share.
func etsModule() *interp.NativeModule {
	m := erlangModule("ets")
	m.def("new", 2, etsNew)
	m.def("whereis", 1, func(c call) term.Term {
		if _, ok := c.a[0].(term.Atom); !ok {
			return c.badArg(1, "invalid table name (must be an atom)")
		}
		if t := c.tables().lookup(c.a[0]); t != nil {
			return t.id
		}
		return atomTerm("undefined")
	})
	m.def("rename", 2, etsRename)
	m.def("all", 0, func(c call) term.Term {
		all, k := c.tables(), c.collect()
		all.mu.Lock()
		defer all.mu.Unlock()
		for _, t := range all.byID {
			k.add(t.handle())
		}
		return k.list()
	})
	m.def("info", 1, etsInfo)
	m.def("info", 2, etsInfoItem)
	defETSObjects(m)
	defETSCounters(m)
	defETSOrder(m)
	defETSMatches(m)
	return m.m
}

// etsNew is :ets.new(name, options).
func etsNew(c call) term.Term {
	name, ok := c.a[0].(term.Atom)
	if !ok {
		return c.badArg(1, "not an atom")
	}
	t := &etsTable{name: name, kind: "set", protection: "protected", keypos: 1}
	opts, ok := c.a[1].(*term.List)
	if !ok {
		return c.badArg(2, "not a list")
	}
	for o := range opts.All() {
		if !t.option(o) {
			return c.badArg(2, "invalid options")
		}
	}
	return c.newTable(t)
}

// option takes an option of :ets.new/2. What only says how fast a table is to be
// is taken and not used.
func (t *etsTable) option(o term.Term) bool {
	if a, ok := o.(term.Atom); ok {
		switch a.Name() {
		case "set", "ordered_set", "bag", "duplicate_bag":
			t.kind = a.Name()
		case "public", "protected", "private":
			t.protection = a.Name()
		case "named_table":
			t.isNamed = true
		case "compressed":
		default:
			return false
		}
		return true
	}
	key, value, ok := pairOf(o)
	if !ok {
		x, isTuple := o.(term.Tuple)
		return isTuple && len(x) == 3 && isAtom(x[0], "heir")
	}
	switch atomText(key) {
	case "keypos":
		n, isInt := value.(term.Int)
		t.keypos = int(n)
		return isInt && n > 0
	case "read_concurrency", "write_concurrency", "decentralized_counters", "heir":
		return true
	}
	return false
}

func atomText(v term.Term) string {
	a, _ := v.(term.Atom)
	return a.Name()
}

func etsRename(c call) term.Term {
	t, all := c.table(toWrite), c.tables()
	name := c.atom(1)
	all.mu.Lock()
	defer all.mu.Unlock()
	if t.isNamed {
		if all.named[name] != nil {
			return c.badArg(2, "table name already exists")
		}
		delete(all.named, t.name)
		all.named[name] = t
	}
	t.name = name
	return t.handle()
}

// etsInfo is :ets.info(table), with what a table here knows of itself.
func etsInfo(c call) term.Term {
	t := c.tables().lookup(c.a[0])
	if t == nil {
		return atomTerm("undefined")
	}
	var pairs []any
	for _, item := range []string{"id", "decentralized_counters", "read_concurrency", "write_concurrency", "compressed", "memory",
		"owner", "heir", "name", "size", "node", "named_table", "type", "keypos", "protection"} {
		pairs = append(pairs, item, t.info(item))
	}
	return term.Keyword(pairs...)
}

func etsInfoItem(c call) term.Term {
	t := c.tables().lookup(c.a[0])
	if t == nil {
		return atomTerm("undefined")
	}
	if v := t.info(c.atom(1).Name()); v != nil {
		return v
	}
	return c.badArg(2, "not a valid info item")
}

// info returns an item of :ets.info/2, nil when there is none of that name.
func (t *etsTable) info(item string) term.Term {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch item {
	case "id":
		return t.id
	case "decentralized_counters", "read_concurrency", "write_concurrency", "compressed":
		return term.False
	case "memory": // in words
		return term.Int(t.bytes / 8)
	case "owner":
		return t.owner
	case "heir":
		return atomTerm("none")
	case "name":
		return t.name
	case "size":
		return term.Int(t.count)
	case "node":
		return atomTerm("nonode@nohost")
	case "named_table":
		return term.Bool(t.isNamed)
	case "type":
		return atomTerm(t.kind)
	case "keypos":
		return term.Int(t.keypos)
	case "protection":
		return atomTerm(t.protection)
	}
	return nil
}

// newObjects returns the objects that an insert names, and what they take.
func (c call) newObjects(t *etsTable) (objs []term.Tuple, sizes []int) {
	list := []term.Term{c.a[1]}
	l, isList := c.a[1].(*term.List)
	if isList {
		var ok bool
		if list, ok = l.Slice(); !ok {
			c.badArg(2, "not a tuple")
		}
	}
	sum := 0
	for _, v := range list {
		obj, ok := v.(term.Tuple)
		switch {
		case isList && (!ok || len(obj) == 0):
			c.badArg(2, "not a non-empty tuple or a list of non-empty tuples")
		case !ok:
			c.badArg(2, "not a tuple")
		case len(obj) == 0:
			c.badArg(2, "is an empty tuple")
		case len(obj) < t.keypos:
			c.t.RaiseArgument("argument error")
		}
		size := term.Size(maxETS, obj)
		objs, sizes, sum = append(objs, obj), append(sizes, size), sum+size
	}
	c.t.Burn(len(objs))
	c.t.Grow(64 * len(objs))
	c.room(t, sum)
	return objs, sizes
}

// room raises when the tables have no room for so many bytes.
func (c call) room(t *etsTable, bytes int) {
	t.all.mu.Lock()
	full := t.all.bytes+bytes > maxETS
	t.all.mu.Unlock()
	if full {
		c.t.RaiseLimit("memory", fmt.Sprintf("the tables take more than %d MB", maxETS>>20))
	}
}

// replace puts a changed object in, if there is room.
func (c call) replace(t *etsTable, obj term.Tuple) {
	size := term.Size(maxETS, obj)
	c.room(t, size)
	t.put(obj, size)
}

func defETSObjects(m *textModule) {
	m.def("insert", 2, func(c call) term.Term {
		t := c.table(toWrite)
		objs, sizes := c.newObjects(t)
		t.change(func() {
			t.putAll(objs, sizes)
		})
		return term.True
	})
	m.def("insert_new", 2, func(c call) term.Term {
		t := c.table(toWrite)
		objs, sizes := c.newObjects(t)
		taken := false
		t.change(func() {
			taken = slices.ContainsFunc(objs, func(o term.Tuple) bool { _, found := t.find(t.keyOf(o)); return found })
			if !taken {
				t.putAll(objs, sizes)
			}
		})
		return term.Bool(!taken)
	})
	m.def("lookup", 2, func(c call) term.Term { return c.tuples(c.table(toRead).of(c.a[1])) })
	m.def("member", 2, func(c call) term.Term { return term.Bool(len(c.table(toRead).of(c.a[1])) > 0) })
	m.def("lookup_element", 3, func(c call) term.Term { return etsElement(c, nil) })
	m.def("lookup_element", 4, func(c call) term.Term { return etsElement(c, c.a[3]) })
	m.def("take", 2, func(c call) term.Term {
		t := c.table(toWrite)
		var out []term.Tuple
		t.change(func() { out = t.remove(c.a[1], func(term.Tuple) bool { return true }) })
		return c.tuples(out)
	})
	m.def("delete", 1, func(c call) term.Term { c.table(toOwn).delete(); return term.True })
	m.def("delete", 2, func(c call) term.Term {
		t := c.table(toWrite)
		t.change(func() { t.remove(c.a[1], func(term.Tuple) bool { return true }) })
		return term.True
	})
	m.def("delete_object", 2, func(c call) term.Term {
		t := c.table(toWrite)
		obj, ok := c.a[1].(term.Tuple)
		if !ok || len(obj) < t.keypos {
			return c.badArg(2, "not a tuple")
		}
		t.change(func() { t.remove(t.keyOf(obj), func(o term.Tuple) bool { return term.StrictEqual(o, obj) }) })
		return term.True
	})
	m.def("delete_all_objects", 1, func(c call) term.Term {
		t := c.table(toWrite)
		t.change(func() { t.rows, t.count, t.bytes = nil, 0, 0 })
		return term.True
	})
	m.def("tab2list", 1, func(c call) term.Term { return c.tuples(c.table(toRead).objects()) })
}

// tuples is a list of objects.
func (c call) tuples(objs []term.Tuple) term.Term {
	k := c.collect()
	for _, o := range objs {
		k.add(o)
	}
	return k.list()
}

// etsElement is :ets.lookup_element/3, and /4 with a default.
func etsElement(c call, def term.Term) term.Term {
	t, pos := c.table(toRead), c.positive(2)
	objs := t.of(c.a[1])
	if len(objs) == 0 {
		if def != nil {
			return def
		}
		return c.badArg(2, "not a key that exists in the table")
	}
	k := c.collect()
	for _, o := range objs {
		if pos > len(o) {
			return c.badArg(3, "position is greater than the size of the object")
		}
		if t.single() {
			return o[pos-1]
		}
		k.add(o[pos-1])
	}
	return k.list()
}

func defETSOrder(m *textModule) {
	end := atomTerm("$end_of_table")
	at := func(c call, place func(t *etsTable) int) term.Term {
		t := c.table(toRead)
		t.mu.Lock()
		defer t.mu.Unlock()
		if i := place(t); i >= 0 && i < len(t.rows) {
			return t.rows[i].key
		}
		return end
	}
	m.def("first", 1, func(c call) term.Term { return at(c, func(*etsTable) int { return 0 }) })
	m.def("last", 1, func(c call) term.Term {
		return at(c, func(t *etsTable) int { return (len(t.rows) - 1) * bit(t.ordered()) })
	})
	step := func(name string, by func(i int, found bool) int) {
		m.def(name, 2, func(c call) term.Term {
			return at(c, func(t *etsTable) int {
				i, found := t.find(c.a[1])
				if !found && !t.ordered() {
					c.badArg(2, "not a key that exists in the table")
				}
				if !t.ordered() { // whose two directions are the same
					return i + 1
				}
				return by(i, found)
			})
		})
	}
	step("next", func(i int, found bool) int { return i + bit(found) })
	step("prev", func(i int, _ bool) int { return i - 1 })
	fold := func(name string, turned bool) {
		m.def(name, 3, func(c call) term.Term {
			f, acc := c.fun(0, 2), c.a[1]
			c.a = []term.Term{c.a[2]}
			objs := c.table(toRead).objects()
			if turned {
				slices.Reverse(objs)
			}
			for _, o := range objs {
				acc = c.t.Call(f, o, acc)
			}
			return acc
		})
	}
	fold("foldl", false)
	fold("foldr", true)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func defETSCounters(m *textModule) {
	m.def("update_counter", 3, func(c call) term.Term { return etsCounter(c, nil) })
	m.def("update_counter", 4, func(c call) term.Term {
		def, ok := c.a[3].(term.Tuple)
		if !ok {
			return c.badArg(4, "not a tuple")
		}
		return etsCounter(c, def)
	})
	m.def("update_element", 3, func(c call) term.Term {
		t := c.singleTable()
		changes := []term.Term{c.a[2]}
		if l, ok := c.a[2].(*term.List); ok {
			changes, _ = l.Slice()
		}
		done := false
		t.change(func() {
			i, found := t.find(c.a[1])
			if !found {
				return
			}
			obj := slices.Clone(t.rows[i].objs[0])
			for _, ch := range changes {
				pos, v, ok := pairOf(ch)
				n, isInt := pos.(term.Int)
				if !ok || !isInt || n < 1 || int(n) > len(obj) || int(n) == t.keypos {
					return
				}
				obj[n-1] = v
			}
			done = true
			c.replace(t, obj)
		})
		return term.Bool(done)
	})
}

// singleTable is a table that has one object for a key.
func (c call) singleTable() *etsTable {
	t := c.table(toWrite)
	if !t.single() {
		c.badArg(1, "the table identifier refers to an ETS table of a type not supported by this operation")
	}
	return t
}

// etsCounter is :ets.update_counter(table, key, what), with the object to begin
// with, nil for none.
func etsCounter(c call, def term.Tuple) term.Term {
	t := c.singleTable()
	ops, isList := []term.Term{c.a[2]}, false
	if l, ok := c.a[2].(*term.List); ok {
		ops, _ = l.Slice()
		isList = true
	}
	k := c.collect()
	t.change(func() {
		i, found := t.find(c.a[1])
		if !found && def == nil {
			c.badArg(2, "not a key that exists in the table")
		}
		var obj term.Tuple
		if found {
			obj = slices.Clone(t.rows[i].objs[0])
		} else {
			if len(def) < t.keypos {
				c.badArg(4, "not a valid default object")
			}
			obj = slices.Clone(def)
			obj[t.keypos-1] = c.a[1]
		}
		for _, op := range ops {
			k.add(c.count(t, obj, op))
		}
		c.replace(t, obj)
	})
	if isList {
		return k.list()
	}
	return k.out[0]
}

// count adds to one element of an object: an increment, {position, increment},
// or {position, increment, threshold, what to begin with then}.
func (c call) count(t *etsTable, obj term.Tuple, op term.Term) term.Term {
	x := []term.Term{term.Int(t.keypos + 1), op}
	if tuple, ok := op.(term.Tuple); ok {
		x = tuple
	}
	if len(x) != 2 && len(x) != 4 {
		return c.badArg(3, "not a valid update operation")
	}
	pos, ok := x[0].(term.Int)
	if !ok || !isInteger(x[1]) || len(x) == 4 && !(isInteger(x[2]) && isInteger(x[3])) {
		return c.badArg(3, "not a valid update operation")
	}
	if int(pos) == t.keypos {
		return c.badArg(3, "the position is the same as the key position")
	}
	if pos < 1 || int(pos) > len(obj) {
		return c.badArg(3, "position is greater than the size of the object")
	}
	if !isInteger(obj[pos-1]) {
		return c.badArg(3, "the value in the given position, in the object, is not an integer")
	}
	kernel := term.NewModule("Kernel")
	v := c.t.Apply(kernel, "+", obj[pos-1], x[1])
	if len(x) == 4 {
		past := term.Compare(v, x[2]) > 0
		if term.Compare(x[1], term.Int(0)) < 0 {
			past = term.Compare(v, x[2]) < 0
		}
		if past {
			v = x[3]
		}
	}
	obj[pos-1] = v
	return v
}
