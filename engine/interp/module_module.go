package interp

import (
	"sort"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// openModule finds a module whose body runs.
func (t *Thread) openModule(v term.Term) *moduleState {
	if t.compiling == nil {
		return nil
	}
	for _, m := range t.compiling.b.open {
		if term.Term(m.name) == v {
			return m
		}
	}
	return nil
}

// moduleFunctions are the functions of Module that act on a module whose body
// runs.
func moduleFunctions() *NativeModule {
	mod := &NativeModule{Name: "Module"}
	def := func(name string, arity int, fn func(t *Thread, m *moduleState, a []term.Term) term.Term) {
		mod.Funcs = append(mod.Funcs, NativeFunc{Name: name, Arity: arity, Fn: func(t *Thread, a []term.Term) term.Term {
			m := t.openModule(a[0])
			if m == nil {
				more := ""
				switch name {
				case "get_attribute", "has_attribute?":
					more = ". Use the Module.__info__/1 callback or Code.fetch_docs/1 instead"
				case "defines?", "definitions_in":
					more = ". Use `function_exported?/3` and `Module.__info__/1` instead"
					if name == "defines?" {
						more = ". Use Kernel.function_exported?/3 and Kernel.macro_exported?/3 to check for public functions and macros instead"
					} else {
						more = ". Use the Module.__info__/1 callback to get public functions and macros instead"
					}
				}
				t.RaiseArgument("could not call Module.%s/%d because the module %s is already compiled%s", name, arity, term.Inspect(a[0]), more)
			}
			return fn(t, m, a)
		}})
	}
	attribute := func(t *Thread, name string, a []term.Term) string {
		n, ok := a[1].(term.Atom)
		if !ok {
			t.RaiseFunctionClause("Module", name, a)
		}
		return n.Name()
	}
	get := func(t *Thread, m *moduleState, a []term.Term) term.Term {
		name := attribute(t, "get_attribute", a)
		m.readAttribute(name)
		if v := m.attribute(name); v != nil {
			return v
		}
		if len(a) == 3 {
			return a[2]
		}
		return term.Nil
	}
	def("get_attribute", 2, get)
	def("get_attribute", 3, get)
	def("get_last_attribute", 2, get)
	def("get_last_attribute", 3, get)
	def("put_attribute", 3, func(t *Thread, m *moduleState, a []term.Term) term.Term {
		m.readAttribute(attribute(t, "put_attribute", a))
		m.putAttribute(attribute(t, "put_attribute", a), a[2])
		return term.OK
	})
	def("delete_attribute", 2, func(t *Thread, m *moduleState, a []term.Term) term.Term {
		name := attribute(t, "delete_attribute", a)
		m.readAttribute(name)
		v := m.attribute(name)
		m.attrs = m.attrs.Delete(term.NewAtom(name))
		if m.accumulates[name] {
			m.attrs = m.attrs.Put(term.NewAtom(name), term.Empty)
			if v == nil {
				return term.Empty
			}
		}
		if v == nil {
			return term.Nil
		}
		return v
	})
	def("register_attribute", 3, func(t *Thread, m *moduleState, a []term.Term) term.Term {
		name := attribute(t, "register_attribute", a)
		opts, _ := a[2].(*term.List)
		m.readAttribute(name)
		if metaGet(opts, term.NewAtom("accumulate")) == term.Term(term.True) {
			m.accumulate(name)
		}
		if metaGet(opts, term.NewAtom("persist")) == term.Term(term.True) {
			m.persist = append(m.persist, name)
		}
		return term.OK
	})
	def("has_attribute?", 2, func(t *Thread, m *moduleState, a []term.Term) term.Term {
		name := attribute(t, "has_attribute?", a)
		return term.Bool(m.attribute(name) != nil || m.accumulates[name])
	})
	def("attributes_in", 1, func(_ *Thread, m *moduleState, _ []term.Term) term.Term {
		var names []string
		for k := range m.attrs.All() {
			if n, ok := k.(term.Atom); ok {
				names = append(names, n.Name())
			}
		}
		sort.Strings(names)
		var out []term.Term
		for _, n := range names {
			out = append(out, term.NewAtom(n))
		}
		return term.NewList(out...)
	})
	defines := func(_ *Thread, m *moduleState, a []term.Term) term.Term {
		d := m.definition(a[1])
		return term.Bool(d != nil && (len(a) < 3 || term.Term(term.NewAtom(d.kind)) == a[2]))
	}
	def("defines?", 2, defines)
	def("defines?", 3, defines)
	in := func(_ *Thread, m *moduleState, a []term.Term) term.Term {
		var out []term.Term
		for _, d := range m.order {
			if m.defs[funcKey{d.name, d.arity}] == d && (len(a) < 2 || term.Term(term.NewAtom(d.kind)) == a[1]) {
				out = append(out, term.Tuple{term.NewAtom(d.name), term.Int(d.arity)})
			}
		}
		sort.Slice(out, func(i, j int) bool { return term.Compare(out[i], out[j]) < 0 })
		return term.NewList(out...)
	}
	def("definitions_in", 1, in)
	def("definitions_in", 2, in)
	def("get_definition", 2, func(_ *Thread, m *moduleState, a []term.Term) term.Term { return m.definitionTerm(a[1]) })
	def("get_definition", 3, func(_ *Thread, m *moduleState, a []term.Term) term.Term { return m.definitionTerm(a[1]) })
	def("delete_definition", 2, func(_ *Thread, m *moduleState, a []term.Term) term.Term {
		d := m.definition(a[1])
		if d == nil {
			return term.False
		}
		delete(m.defs, funcKey{d.name, d.arity})
		delete(m.macros, funcKey{d.name, d.arity})
		for i, e := range m.order {
			if e == d {
				m.order = append(m.order[:i:i], m.order[i+1:]...)
				break
			}
		}
		return term.True
	})
	def("overridable?", 2, func(_ *Thread, m *moduleState, a []term.Term) term.Term {
		d := m.definition(a[1])
		return term.Bool(d != nil && (m.overridable[funcKey{d.name, d.arity}] != nil || m.overridden[funcKey{d.name, d.arity}]))
	})
	def("overridables_in", 1, func(_ *Thread, m *moduleState, _ []term.Term) term.Term {
		var out []term.Term
		for k := range m.overridden {
			if m.overridable[k] == nil {
				out = append(out, term.Tuple{term.NewAtom(k.name), term.Int(k.arity)})
			}
		}
		for k := range m.overridable {
			out = append(out, term.Tuple{term.NewAtom(k.name), term.Int(k.arity)})
		}
		sort.Slice(out, func(i, j int) bool { return term.Compare(out[i], out[j]) < 0 })
		return term.NewList(out...)
	})
	def("make_overridable", 2, func(t *Thread, m *moduleState, a []term.Term) term.Term {
		m.makeOverridable(t, a[1])
		return term.OK
	})
	mod.Funcs = append(mod.Funcs,
		NativeFunc{"open?", 1, func(t *Thread, a []term.Term) term.Term { return term.Bool(t.openModule(a[0]) != nil) }},
		NativeFunc{"create", 3, moduleCreate})
	for arity := 2; arity <= 4; arity++ {
		mod.Funcs = append(mod.Funcs, NativeFunc{"eval_quoted", arity, moduleEvalQuoted})
	}
	return mod
}

// readAttribute says that something reads an attribute.
func (m *moduleState) readAttribute(name string) {
	if u := m.attrUses[name]; u != nil {
		u.read = true
		return
	}
	m.attrUses[name] = &attrUse{read: true}
}

// definition finds {name, arity}.
func (m *moduleState) definition(v term.Term) *defEntry {
	kv, ok := v.(term.Tuple)
	if !ok || len(kv) != 2 {
		return nil
	}
	n, _ := kv[0].(term.Atom)
	a, _ := kv[1].(term.Int)
	if n.IsZero() {
		return nil
	}
	return m.defs[funcKey{n.Name(), int(a)}]
}

// definitionTerm is a definition as Module.get_definition/2 gives it.
func (m *moduleState) definitionTerm(v term.Term) term.Term {
	d := m.definition(v)
	if d == nil {
		return term.Nil
	}
	w := &astWriter{}
	var clauses []term.Term
	for _, c := range d.clauses {
		var guards []term.Term
		if c.guard != nil {
			guards = append(guards, w.node(c.guard))
		}
		body := term.Term(term.Nil)
		if c.body != nil {
			if s := c.body.Section("do"); s != nil {
				body = w.body(s.Body)
			}
		}
		clauses = append(clauses, term.Tuple{w.meta(c.span), term.NewList(w.list(c.args)...), term.NewList(guards...), body})
	}
	return term.Tuple{term.NewAtom("v1"), term.NewAtom(d.kind), w.meta(d.span), term.NewList(clauses...)}
}

// makeOverridable is defoverridable, for a keyword list or a behaviour.
func (m *moduleState) makeOverridable(t *Thread, v term.Term) {
	var keys []funcKey
	switch x := v.(type) {
	case term.Atom:
		bm := t.prog.modules[x]
		declared, _ := m.attribute("behaviour").(*term.List)
		switch {
		case bm == nil:
			t.RaiseArgument("cannot pass module %s as argument to defoverridable/1 because it was not defined", moduleText(x))
		case !listHas(declared, x):
			t.RaiseArgument("cannot pass module %s as argument to defoverridable/1 because its corresponding behaviour is missing. Did you forget to add @behaviour %s?", moduleText(x), moduleText(x))
		case len(bm.callbacks) == 0 && bm.native == nil:
			t.RaiseArgument("cannot pass module %s as argument to defoverridable/1 because it does not define any callbacks", moduleText(x))
		}
		keys = behaviourKeys(bm)
	case *term.List:
		for e := range x.All() {
			kv, ok := e.(term.Tuple)
			if !ok || len(kv) != 2 {
				t.RaiseArgument("each element in tuple list has to be a {function_name :: atom, arity :: 0..255} tuple, got: %s", term.Inspect(e))
			}
			name, isName := kv[0].(term.Atom)
			arity, isInt := kv[1].(term.Int)
			if !isName || !isInt || arity < 0 || arity > 255 {
				t.RaiseArgument("each element in tuple list has to be a {function_name :: atom, arity :: 0..255} tuple, got: %s", term.Inspect(e))
			}
			k := funcKey{name.Name(), int(arity)}
			if m.defs[k] == nil {
				t.RaiseArgument("cannot make function %s/%d overridable because it was not defined", k.name, k.arity)
			}
			keys = append(keys, k)
		}
	}
	for _, k := range keys {
		if d := m.defs[k]; d != nil {
			d.used = true
			m.overridable[k] = d
		}
	}
}

// behaviourKeys are the callbacks of a behaviour.
func behaviourKeys(m *module) []funcKey { return m.callbacks }

// moduleCreate is Module.create/3.
func moduleCreate(t *Thread, a []term.Term) term.Term {
	name, ok := a[0].(term.Atom)
	if !ok {
		t.RaiseFunctionClause("Module", "create", a)
	}
	env := t.evalEnv(a[2])
	line := term.Int(1)
	if m, ok := term.AsMap(a[2]); ok {
		line, _ = m.GetAtom(atomLine).(term.Int)
	}
	at := env.span
	if at.IsZero() && env.file != nil {
		o := env.file.Offset(int(line))
		at = source.Span{File: env.file, Start: o, End: o}
	}
	outer := env.clone()
	outer.mod = nil
	tree := (&astReader{at: at}).node(a[1])
	t.define(outer, moduleText(name), func(b *build, e *Env) {
		e = e.clone()
		e.b = b
		b.defineModule(e, name, at, at, tree, nil, nil)
	})
	return term.Tuple{term.NewAtom("module"), name, term.Binary(""), term.Nil}
}

// moduleEvalQuoted is Module.eval_quoted/2,3,4: it runs code in the body of a
// module.
func moduleEvalQuoted(t *Thread, a []term.Term) term.Term {
	m := t.openModule(a[0])
	if m == nil {
		if e, ok := envOf(a[0]); ok && e.mod != nil {
			m = t.openModule(e.mod.name)
		}
	}
	if m == nil {
		t.RaiseArgument("could not call Module.eval_quoted/%d because the module %s is already compiled", len(a), term.Inspect(a[0]))
	}
	var out term.Term = term.Nil
	t.define(m.env, "file", func(b *build, e *Env) {
		env := m.env.clone()
		env.b = b
		fn := &function{module: m.name, name: "__MODULE__"}
		c := &compiler{b: b, env: env, fn: newFnState(nil, 0, fn), moduleLevel: true}
		env.comp = c
		c.given = c.start(t.bindings(optionAt(a, 2)))
		tree := (&astReader{at: m.span}).node(a[1])
		if v, ok := c.runBody(tree, fn); ok {
			out = v
		}
	})
	return term.Tuple{out, optionAt(a, 2)}
}

// codeFunctions are the functions of Code that read and run code.
func codeFunctions() *NativeModule {
	m := &NativeModule{Name: "Code"}
	for arity := 1; arity <= 3; arity++ {
		m.Funcs = append(m.Funcs, NativeFunc{"eval_string", arity, evalString}, NativeFunc{"eval_quoted", arity, evalQuoted})
	}
	for arity := 1; arity <= 2; arity++ {
		m.Funcs = append(m.Funcs, NativeFunc{"compile_string", arity, compileString}, NativeFunc{"compile_quoted", arity, compileQuoted},
			NativeFunc{"string_to_quoted", arity, stringToQuoted}, NativeFunc{"string_to_quoted!", arity, mustStringToQuoted})
	}
	m.Funcs = append(m.Funcs,
		NativeFunc{"env_for_eval", 1, func(t *Thread, a []term.Term) term.Term { return t.envFor(a[0]) }},
		NativeFunc{"eval_quoted_with_env", 3, evalWithEnv}, NativeFunc{"eval_quoted_with_env", 4, evalWithEnv})
	return m
}

func (t *Thread) envFor(opts term.Term) term.Term {
	env := t.evalEnv(opts)
	if env.b == nil {
		env.b = newBuild(t.prog)
	}
	at := source.Span{File: env.file}
	return env.term(at)
}

func evalWithEnv(t *Thread, a []term.Term) term.Term {
	env := t.evalEnv(a[2])
	tree := (&astReader{at: wholeSpan(env.file)}).node(a[0])
	v, vars := t.evalTree(env, tree, t.bindings(a[1]))
	return term.Tuple{v, bindingTerm(vars), a[2]}
}

// quotedOf is the quoted form of a text, with the options of
// Code.string_to_quoted/2.
func quotedOf(t *Thread, a []term.Term) term.Term {
	text, ok := chardata(a[0])
	if !ok {
		t.RaiseFunctionClause("Code", "string_to_quoted", a)
	}
	opts, _ := optionAt(a, 1).(*term.List)
	name := "nofile"
	if s, ok := metaGet(opts, term.NewAtom("file")).(term.Binary); ok {
		name = string(s)
	}
	tree := t.parse(name, text, lineOption(opts))
	w := &astWriter{columns: metaGet(opts, term.NewAtom("columns")) == term.Term(term.True)}
	return w.node(tree)
}

func mustStringToQuoted(t *Thread, a []term.Term) term.Term { return quotedOf(t, a) }

func stringToQuoted(t *Thread, a []term.Term) term.Term {
	var out term.Term
	_, x := t.attempt(func(t *Thread) term.Term {
		out = quotedOf(t, a)
		return out
	})
	if x == nil {
		return term.Tuple{term.OK, out}
	}
	e, ok := term.AsMap(x.value)
	if x.limit != "" || !ok || e.GetAtom(term.NewAtom("snippet")) == nil {
		panic(x)
	}
	meta := term.Keyword("line", field(e, "line"), "column", field(e, "column"))
	return term.Tuple{term.Err, term.Tuple{meta, field(e, "description"), term.Binary("")}}
}

// syntaxExceptions are the exceptions of code that cannot be read or compiled.
func syntaxExceptions() []*NativeModule {
	fields := []any{"file", term.Nil, "line", term.Nil, "column", term.Nil, "snippet", term.Nil, "description", term.Binary("syntax error"), "text", term.Nil}
	message := func(_ *Thread, m *term.Map) string {
		if s, ok := field(m, "text").(term.Binary); ok {
			return string(s)
		}
		return placeText(m) + textOf(field(m, "description"))
	}
	return []*NativeModule{
		exceptionModule("CompileError", func(_ *Thread, m *term.Map) string { return placeText(m) + textOf(field(m, "description")) },
			"file", term.Nil, "line", term.Nil, "description", term.Binary("compile error")),
		exceptionModule("SyntaxError", message, fields...),
		exceptionModule("TokenMissingError", message, fields...),
		exceptionModule("MismatchedDelimiterError", message, fields...),
		exceptionModule("Code.LoadError", func(_ *Thread, m *term.Map) string { return textOf(field(m, "message")) },
			"message", term.Nil, "file", term.Nil, "reason", term.Nil),
	}
}

func textOf(v term.Term) string {
	s, _ := v.(term.Binary)
	return string(s)
}

// placeText is "file:line: ".
func placeText(m *term.Map) string {
	file, ok := field(m, "file").(term.Binary)
	if !ok {
		return ""
	}
	text := string(file) + ":"
	if n, ok := field(m, "line").(term.Int); ok && n > 0 {
		text += term.Inspect(n) + ":"
	}
	return text + " "
}

var _ syntax.Node = (*badQuoted)(nil)
