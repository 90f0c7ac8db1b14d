package interp

import (
	"strconv"
	"strings"

	"streamsplayground/engine/term"
)

var (
	atomAny        = term.NewModule("Any")
	atomEnumerable = term.NewModule("Enumerable")
	atomInspect    = term.NewModule("Inspect")
	atomChars      = term.NewModule("String.Chars")
	atomCollect    = term.NewModule("Collectable")
	atomCont       = term.NewAtom("cont")
	atomHalt       = term.NewAtom("halt")
	atomDone       = term.NewAtom("done")

	typeAtom      = term.NewModule("Atom")
	typeBitString = term.NewModule("BitString")
	typeFloat     = term.NewModule("Float")
	typeFunction  = term.NewModule("Function")
	typeInteger   = term.NewModule("Integer")
	typeList      = term.NewModule("List")
	typeMap       = term.NewModule("Map")
	typePID       = term.NewModule("PID")
	typeReference = term.NewModule("Reference")
	typeTuple     = term.NewModule("Tuple")
)

// typeOf returns the name under which protocols are implemented for a value,
// and whether it is a struct.
func typeOf(v term.Term) (name term.Atom, isStruct bool) {
	switch x := v.(type) {
	case term.Atom:
		return typeAtom, false
	case term.Binary, *term.Bits:
		return typeBitString, false
	case term.Float:
		return typeFloat, false
	case *term.Fun:
		return typeFunction, false
	case term.Int, *term.Big:
		return typeInteger, false
	case *term.List:
		return typeList, false
	case term.PID:
		return typePID, false
	case term.Ref:
		return typeReference, false
	case term.Tuple:
		return typeTuple, false
	case *term.Map:
		if n, ok := x.StructName(); ok {
			return n, true
		}
		return typeMap, false
	case term.Struct:
		n, ok := x.AsMap().StructName()
		return n, ok
	}
	return typeMap, false
}

// implFor returns the module that implements a protocol for a value, or nil. A
// native protocol handles the built-in types by itself.
func (p *Program) implFor(protocol term.Atom, v term.Term) *module {
	name, isStruct := typeOf(v)
	if m := p.impls[implKey{protocol, name}]; m != nil {
		return m
	}
	mod := p.modules[protocol]
	if mod == nil || mod.native != nil && !isStruct {
		return nil
	}
	if mod.fallback || mod.native != nil {
		return p.impls[implKey{protocol, atomAny}]
	}
	if _, derived := p.Derived(protocol, name); isStruct && derived {
		return p.impls[implKey{protocol, atomAny}]
	}
	return nil
}

// ImplFor returns the module that implements a protocol for a value, and false
// if there is none. For a native protocol the built-in types have none.
func (p *Program) ImplFor(protocol term.Atom, v term.Term) (term.Atom, bool) {
	if m := p.implFor(protocol, v); m != nil {
		return m.name, true
	}
	return term.Atom{}, false
}

// protocolNative is a function of a native protocol: implementations first.
func protocolNative(protocol term.Atom, nf NativeFunc) Native {
	return func(t *Thread, a []term.Term) term.Term {
		if len(a) > 0 {
			if m := t.prog.implFor(protocol, a[0]); m != nil {
				if f := m.export(nf.Name, nf.Arity); f != nil {
					return t.invoke(f, a, nil)
				}
			}
		}
		return nf.Fn(t, a)
	}
}

// reflect gives a native protocol the functions that every protocol has. What
// its Go functions handle has an implementation by name, as in Elixir.
func (m *module) reflect(types []string) {
	builtIn := map[term.Atom]bool{}
	for _, name := range types {
		builtIn[term.NewModule(name)] = true
	}
	find := func(t *Thread, v term.Term) term.Term {
		name, _ := typeOf(v)
		_, derived := t.prog.Derived(m.name, name)
		switch impl := t.prog.impls[implKey{m.name, name}]; {
		case impl != nil:
			return impl.name
		case builtIn[name] || derived:
			return term.NewModule(moduleText(m.name) + "." + moduleText(name))
		}
		if impl := t.prog.implFor(m.name, v); impl != nil {
			return impl.name
		}
		if builtIn[atomAny] {
			return term.NewModule(moduleText(m.name) + ".Any")
		}
		return term.Nil
	}
	m.funcs[funcKey{"impl_for", 1}] = &function{module: m.name, name: "impl_for", arity: 1,
		native: func(t *Thread, a []term.Term) term.Term { return find(t, a[0]) }}
	m.funcs[funcKey{"impl_for!", 1}] = &function{module: m.name, name: "impl_for!", arity: 1,
		native: func(t *Thread, a []term.Term) term.Term {
			impl := find(t, a[0])
			if impl == term.Term(term.Nil) {
				t.raiseProtocol(m.name, a[0], "")
			}
			return impl
		}}
}

// raiseProtocol raises Protocol.UndefinedError.
func (t *Thread) raiseProtocol(protocol term.Atom, v term.Term, description string) {
	t.RaiseNew("Protocol.UndefinedError", "protocol", protocol, "value", v, "description", term.Binary(description))
}

// Each yields the elements of any Enumerable until yield returns false, and
// raises Protocol.UndefinedError for what is none.
func (t *Thread) Each(enumerable term.Term, yield func(term.Term) bool) {
	switch x := enumerable.(type) {
	case *term.List:
		t.eachList(x, yield)
		return
	case *term.Map:
		if name, ok := x.StructName(); ok {
			t.eachStruct(name, x, yield)
			return
		}
		for k, v := range x.All() {
			t.Burn(1)
			if !yield(term.Tuple{k, v}) {
				return
			}
		}
		return
	case term.Struct:
		if name, ok := x.AsMap().StructName(); ok {
			t.eachStruct(name, enumerable, yield)
			return
		}
	case *term.Fun:
		if x.Arity == 2 {
			t.eachReduce(func(acc, fun term.Term) term.Term { return t.Call(x, acc, fun) }, yield)
			return
		}
	}
	t.raiseProtocol(atomEnumerable, enumerable, "")
}

func (t *Thread) eachList(l *term.List, yield func(term.Term) bool) {
	for l != nil {
		if t.fuel--; t.fuel < 0 || term.Toiled() != t.toiled {
			t.refuel()
		}
		if !yield(l.Head) {
			return
		}
		next, ok := l.Tail.(*term.List)
		if !ok {
			t.RaiseNew("FunctionClauseError", "module", term.NewModule("Enum"), "function", term.NewAtom("each"), "arity", term.Int(2))
		}
		l = next
	}
}

// eachStruct runs a range, what a native implementation yields, or reduce/3.
func (t *Thread) eachStruct(name term.Atom, v term.Term, yield func(term.Term) bool) {
	if m, ok := v.(*term.Map); ok && name == atomRange {
		t.eachRange(m, yield)
		return
	}
	m := t.prog.implFor(atomEnumerable, v)
	if m == nil {
		t.raiseProtocol(atomEnumerable, v, "")
	}
	if m.native != nil && m.native.Each != nil {
		m.native.Each(t, v, func(e term.Term) bool {
			t.Burn(1)
			return yield(e)
		})
		return
	}
	f := m.export("reduce", 3)
	if f == nil {
		t.raiseUndefined(m.name, "reduce", 3)
	}
	t.eachReduce(func(acc, fun term.Term) term.Term { return t.invoke(f, []term.Term{v, acc, fun}, nil) }, yield)
}

// eachReduce drives a reduce/3 with a function that yields.
func (t *Thread) eachReduce(reduce func(acc, fun term.Term) term.Term, yield func(term.Term) bool) {
	step := NewFun(2, func(t *Thread, a []term.Term) term.Term {
		if !yield(a[0]) {
			return term.Tuple{atomHalt, term.Nil}
		}
		return term.Tuple{atomCont, term.Nil}
	})
	reduce(term.Tuple{atomCont, term.Nil}, step)
}

var (
	atomRange = term.NewModule("Range")
	atomFirst = term.NewAtom("first")
	atomLast  = term.NewAtom("last")
	atomStep  = term.NewAtom("step")
)

func (t *Thread) eachRange(m *term.Map, yield func(term.Term) bool) {
	first, ok1 := m.GetAtom(atomFirst).(term.Int)
	last, ok2 := m.GetAtom(atomLast).(term.Int)
	step, ok3 := m.GetAtom(atomStep).(term.Int)
	if !ok1 || !ok2 || !ok3 || step == 0 {
		t.raiseProtocol(atomEnumerable, m, "")
	}
	for i := first; step > 0 && i <= last || step < 0 && i >= last; {
		if t.fuel--; t.fuel < 0 || term.Toiled() != t.toiled {
			t.refuel()
		}
		if !yield(i) {
			return
		}
		next := i + step
		if (next > i) != (step > 0) {
			return
		}
		i = next
	}
}

// Inspect returns what inspect/2 returns, implementations of the Inspect
// protocol included.
func (t *Thread) Inspect(v term.Term, opts term.InspectOptions) string {
	opts.Custom, opts.Shape, opts.Spend = t.customInspect, t.structShape, t.spendInspect
	return term.InspectWith(v, opts)
}

// ToDoc returns what Inspect.Algebra.to_doc/2 returns, implementations of the
// Inspect protocol included.
func (t *Thread) ToDoc(v term.Term, opts term.InspectOptions) term.Term {
	opts.Custom, opts.Shape, opts.Spend = t.customInspect, t.structShape, t.spendInspect
	return term.ToDoc(v, opts)
}

// inspectBytes is about what a term takes on its way to text, as a document.
const inspectBytes = 384

// spendInspect pays for showing one term. What is in a term many times is
// shown as often, so that a small term can have a text without end.
func (t *Thread) spendInspect() {
	t.Burn(1)
	t.Grow(inspectBytes)
}

// customInspect returns the document of a struct that has an implementation of
// Inspect.
func (t *Thread) customInspect(v term.Term, opts term.InspectOptions) (term.Term, bool) {
	m := t.prog.implFor(atomInspect, v)
	if m == nil || m.native != nil && m.native.Name == "Inspect.Any" {
		return nil, false // as Go shows it, who knows more structs
	}
	f := m.export("inspect", 2)
	if f == nil {
		return nil, false
	}
	return t.invoke(f, []term.Term{v, opts.Struct()}, nil), true
}

// ToString returns what to_string/1 returns, through String.Chars.
func (t *Thread) ToString(v term.Term) string {
	switch x := v.(type) {
	case term.Binary:
		return string(x)
	case term.Int:
		return strconv.FormatInt(int64(x), 10)
	case term.Atom:
		if x == term.Nil {
			return ""
		}
		return x.Name()
	case *term.Big:
		return x.Big().String()
	case term.Float:
		return term.FloatText(float64(x))
	case *term.List:
		return t.charsToString(x)
	}
	if m := t.prog.implFor(atomChars, v); m != nil {
		if f := m.export("to_string", 1); f != nil {
			out := t.invoke(f, []term.Term{v}, nil)
			if s, ok := out.(term.Binary); ok {
				return string(s)
			}
			t.RaiseArgument("expected String.Chars.to_string/1 to return a binary, got: %s", term.Inspect(out))
		}
	}
	t.raiseProtocol(atomChars, v, "")
	return ""
}

// charsToString is List.to_string/1: characters, binaries and lists of them.
func (t *Thread) charsToString(l *term.List) string {
	var b strings.Builder
	var m term.Meter
	var write func(l *term.List) bool
	write = func(l *term.List) bool {
		m.Enter()
		defer m.Leave()
		for c := l; c != nil; {
			m.Step()
			m.Room(b.Len())
			switch x := c.Head.(type) {
			case term.Int:
				if x < 0 || x > 0x10FFFF || x >= 0xD800 && x <= 0xDFFF {
					return false
				}
				b.WriteRune(rune(x))
			case term.Binary:
				b.WriteString(string(x))
			case *term.List:
				if !write(x) {
					return false
				}
			default:
				return false
			}
			switch tail := c.Tail.(type) {
			case *term.List:
				c = tail
			case term.Binary:
				b.WriteString(string(tail))
				return true
			default:
				return false
			}
		}
		return true
	}
	if !write(l) {
		t.RaiseArgument("cannot convert the given list to a string.\n\nTo be converted to a string, a list must either be empty or only\ncontain the following elements:\n\n  * strings\n  * integers representing Unicode code points\n  * a list containing one of these three elements\n\nPlease check the given list or call inspect/1 to get the list representation, got:\n\n%s\n", term.Inspect(l))
	}
	return b.String()
}

// coreModules are the modules that the language needs to run at all. Others may
// add to them by registering a module of the same name.
func coreModules() []*NativeModule {
	return append(append(exceptionModules(), append(syntaxExceptions(), macroFunctions(), envFunctions(), moduleFunctions(), codeFunctions())...),
		&NativeModule{Name: "Enumerable", Protocol: true, Funcs: []NativeFunc{
			{"count", 1, enumerableCount}, {"member?", 2, enumerableMember},
			{"reduce", 3, enumerableReduce}, {"slice", 1, enumerableSlice},
		}},
		&NativeModule{Name: "Collectable", Protocol: true, Types: []string{"BitString", "List", "Map"}, Funcs: []NativeFunc{{"into", 1, collectableInto}}},
		&NativeModule{Name: "Inspect", Protocol: true, Types: inspectTypes, Funcs: []NativeFunc{
			{"inspect", 2, func(t *Thread, a []term.Term) term.Term { return term.Binary(t.Inspect(a[0], term.InspectOptions{})) }},
		}},
		&NativeModule{Name: "Inspect.Any", Funcs: []NativeFunc{{"inspect", 2, inspectAny}}},
		&NativeModule{Name: "String.Chars", Protocol: true, Types: []string{"Atom", "BitString", "Float", "Integer", "List"}, Funcs: []NativeFunc{
			{"to_string", 1, func(t *Thread, a []term.Term) term.Term { return term.Binary(t.ToString(a[0])) }},
		}},
		&NativeModule{Name: "Kernel"},
		exceptionFunctions(),
	)
}

// inspectTypes are those that Elixir has an implementation of Inspect for.
var inspectTypes = []string{"Atom", "BitString", "Date", "Date.Range", "DateTime", "Duration", "Float", "Function", "Integer", "List", "Map",
	"MapSet", "NaiveDateTime", "PID", "Range", "Reference", "Regex", "Stream", "Time", "Tuple", "URI", "Version", "Version.Requirement"}

// inspectAny shows a struct as if nobody had said how.
func inspectAny(t *Thread, a []term.Term) term.Term {
	m, ok := term.AsMap(a[0])
	if !ok {
		t.RaiseFunctionClause("Inspect.Any", "inspect", a)
	}
	o := term.InspectOptions{}.With(a[1])
	o.Custom, o.Shape, o.Spend = t.customInspect, t.structShape, t.spendInspect
	return term.PlainStructDoc(m, o)
}

func enumerableCount(t *Thread, a []term.Term) term.Term {
	n := 0
	t.Each(a[0], func(term.Term) bool { n++; return true })
	return term.Tuple{term.OK, term.Int(n)}
}

func enumerableMember(t *Thread, a []term.Term) term.Term {
	found := false
	x := a[1]
	t.Each(a[0], func(e term.Term) bool {
		found = term.StrictEqual(e, x)
		return !found
	})
	return term.Tuple{term.OK, term.Bool(found)}
}

func enumerableSlice(_ *Thread, _ []term.Term) term.Term {
	return term.Tuple{term.Err, term.NewModule("Enumerable")}
}

// enumerableReduce is Enumerable.reduce/3 for the built-in types, suspension
// included.
func enumerableReduce(t *Thread, a []term.Term) term.Term {
	enum, acc, fun := a[0], a[1], a[2]
	if f, ok := enum.(*term.Fun); ok && f.Arity == 2 {
		return t.Call(f, acc, fun)
	}
	l, ok := enum.(*term.List)
	if !ok {
		var elems []term.Term
		t.Each(enum, func(e term.Term) bool { elems = append(elems, e); return true })
		l = term.NewList(elems...)
	}
	return reduceList(t, l, acc, fun)
}

func reduceList(t *Thread, l *term.List, acc, fun term.Term) term.Term {
	for {
		t.Burn(1)
		cmd, ok := acc.(term.Tuple)
		if !ok || len(cmd) != 2 {
			t.RaiseFunctionClause("Enumerable.List", "reduce", []term.Term{l, acc, fun})
		}
		switch cmd[0] {
		case term.Term(atomHalt):
			return term.Tuple{term.NewAtom("halted"), cmd[1]}
		case term.Term(term.NewAtom("suspend")):
			rest := l
			return term.Tuple{term.NewAtom("suspended"), cmd[1], NewFun(1, func(t *Thread, a []term.Term) term.Term {
				return reduceList(t, rest, a[0], fun)
			})}
		}
		if l == nil {
			return term.Tuple{atomDone, cmd[1]}
		}
		acc = t.Call(fun, l.Head, cmd[1])
		l, _ = l.Tail.(*term.List)
	}
}

// Into collects elements into any Collectable, as Enum.into/2. each gets a
// function to call with every element.
func (t *Thread) Into(into term.Term, each func(yield func(term.Term))) term.Term {
	switch x := into.(type) {
	case *term.List:
		if x == nil {
			var out []term.Term
			each(func(e term.Term) { out = append(out, e) })
			return term.NewList(out...)
		}
		head, _ := x.Slice()
		each(func(e term.Term) { head = append(head, e) })
		return term.NewList(head...)
	case *term.Map:
		if _, ok := x.StructName(); !ok {
			b := term.NewMapBuilder(x.Len())
			for k, v := range x.All() {
				b.Put(k, v)
			}
			each(func(e term.Term) {
				kv, ok := e.(term.Tuple)
				if !ok || len(kv) != 2 {
					t.RaiseArgument("collecting into a map requires {key, value} tuples, got: %s", term.Inspect(e))
				}
				b.Put(kv[0], kv[1])
			})
			return b.Map()
		}
	case term.Binary:
		var b bits
		b.bytes(string(x))
		each(func(e term.Term) {
			s, ok := e.(term.Binary)
			if ok {
				b.bytes(string(s))
				return
			}
			text, n, ok := bitsOf(e)
			if !ok {
				t.RaiseArgument("collecting into a binary requires a bitstring, got: %s", term.Inspect(e))
			}
			b.bytes(text[:n/8])
			if n%8 != 0 {
				b.add(uint64(text[n/8]>>(8-n%8)), n%8)
			}
		})
		return b.term()
	}
	pair, ok := t.Apply(atomCollect, "into", into).(term.Tuple)
	if !ok || len(pair) != 2 {
		t.RaiseArgument("Collectable.into/1 must return {acc, fun}")
	}
	acc, fun := pair[0], pair[1]
	_, x := t.attempt(func(t *Thread) term.Term {
		each(func(e term.Term) { acc = t.Call(fun, acc, term.Tuple{atomCont, e}) })
		return nil
	})
	if x != nil {
		if x.limit == "" {
			t.Call(fun, acc, atomHalt)
		}
		panic(x)
	}
	return t.Call(fun, acc, atomDone)
}

// collectableInto is Collectable.into/1 for the built-in types.
func collectableInto(t *Thread, a []term.Term) term.Term {
	into := a[0]
	switch x := into.(type) {
	case *term.List, term.Binary:
	case *term.Map:
		if _, isStruct := x.StructName(); isStruct {
			t.raiseProtocol(atomCollect, into, "")
		}
	default:
		t.raiseProtocol(atomCollect, into, "")
	}
	return term.Tuple{term.Empty, NewFun(2, func(t *Thread, a []term.Term) term.Term {
		if cmd, ok := a[1].(term.Tuple); ok && len(cmd) == 2 {
			l, _ := a[0].(*term.List)
			return &term.List{Head: cmd[1], Tail: l}
		}
		if a[1] == term.Term(atomHalt) {
			return term.OK
		}
		l, _ := a[0].(*term.List)
		elems, _ := l.Slice()
		return t.Into(into, func(yield func(term.Term)) {
			for i := len(elems) - 1; i >= 0; i-- {
				yield(elems[i])
			}
		})
	})}
}
