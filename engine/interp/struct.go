package interp

import (
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// structInfo is what is known of a struct while code is compiled.
type structInfo struct {
	fields  *term.Map
	enforce []term.Atom
}

// structModule returns the module of a struct that is named at compile time.
func (c *compiler) structModule(n syntax.Node) (term.Atom, bool) {
	if v, ok := n.(*syntax.Var); ok && plainName(v.Name) != "__MODULE__" {
		return term.Atom{}, false
	}
	if u, ok := n.(*syntax.Unary); ok && u.Op == "^" {
		return term.Atom{}, false
	}
	return c.moduleName(n)
}

// structOf finds the struct of a module, reporting one that is not there.
func (c *compiler) structOf(mod term.Atom, at source.Span) *structInfo {
	for _, m := range c.b.open {
		if m.name == mod && m.fields != nil {
			return &structInfo{fields: m.fields, enforce: m.enforce}
		}
	}
	if m := c.b.ensure(mod); m != nil && m.fields != nil && !c.isOpen(mod) {
		return &structInfo{fields: m.fields, enforce: m.enforce}
	}
	name := moduleText(mod)
	if c.env.mod != nil && c.env.mod.name == mod && c.moduleLevel {
		c.errorf(at, "cannot access struct %s, the struct was not yet defined or the struct is being accessed in the same context that defines it", name)
		return nil
	}
	if c.missing(mod) {
		return nil
	}
	if d := absent(mod, at); d != nil {
		c.report(d)
		return nil
	}
	msg := name + ".__struct__/1 is undefined, cannot expand struct " + name
	c.errorf(at, "%s. Make sure the struct name is correct. If the struct name exists and is correct but it still cannot be found, you likely have cyclic module usage in your code", msg)
	return nil
}

// checkStruct checks the keys of a struct in a pattern or an update.
func (c *compiler) checkStruct(mod term.Atom, x *syntax.Map) *structInfo {
	info := c.structOf(mod, x.Span())
	if info == nil {
		return nil
	}
	for _, p := range x.Pairs {
		if k, ok := c.literal(p.Key); ok && !info.fields.Has(k) {
			c.unknownKey(mod, k, x, info)
		}
	}
	return info
}

func (c *compiler) unknownKey(mod term.Atom, k term.Term, x *syntax.Map, info *structInfo) {
	d := &source.Diagnostic{Severity: source.Error, Span: x.Span(), Mark: source.MarkStart, Message: "unknown key " + term.Inspect(k) + " for struct " + moduleText(mod)}
	if !c.inPattern && x.Update == nil {
		d.Kind, d.Message = "KeyError", "key "+term.Inspect(k)+" not found"
	}
	if a, ok := k.(term.Atom); ok {
		var names []string
		for f := range info.fields.All() {
			if fa, ok := f.(term.Atom); ok && fa != term.StructKey {
				names = append(names, fa.Name())
			}
		}
		if near := source.Nearest(a.Name(), names); len(near) > 0 {
			d.Hint = "did you mean: :" + strings.Join(near, ", :")
		}
	}
	c.report(d)
}

// structExpr is %Mod{…} and %Mod{s | …} that make a value.
func (c *compiler) structExpr(x *syntax.Map) code {
	mod, ok := c.structModule(x.Struct)
	if !ok {
		return c.errorf(x.Span(), "expected struct name to be a compile time atom or alias, got: %s", nodeText(x.Struct))
	}
	info := c.checkStruct(mod, x)
	if info == nil {
		if c.missing(mod) {
			c.b.noteRemote(c, mod, "__struct__", 1, x.Span())
			for _, p := range x.Pairs {
				c.expr(p.Value, false)
			}
			return c.raiseAbsent(spanOf(x), mod, "__struct__", 1)
		}
		return neverRun
	}
	keys, vals := make([]term.Term, len(x.Pairs)), make([]code, len(x.Pairs))
	for i, p := range x.Pairs {
		k, ok := c.literal(p.Key)
		if !ok {
			return c.errorf(p.Key.Span(), "expected struct to come with literal keys, got: %s", nodeText(p.Key))
		}
		keys[i], vals[i] = k, c.expr(p.Value, false)
	}
	if x.Update != nil {
		return c.structUpdate(x, mod, keys, vals)
	}
	c.checkEnforced(mod, x, info, keys)
	base := info.fields
	if len(keys) == 0 {
		return constant(base)
	}
	return func(t *Thread) term.Term {
		out := base
		for i, k := range keys {
			out = out.Put(k, vals[i](t))
		}
		t.spend(48 + 16*base.Len())
		return out
	}
}

func (c *compiler) checkEnforced(mod term.Atom, x *syntax.Map, info *structInfo, keys []term.Term) {
	var missing []term.Term
	for _, e := range info.enforce {
		if indexOf(keys, e) < 0 {
			missing = append(missing, e)
		}
	}
	if len(missing) > 0 {
		c.report(&source.Diagnostic{Severity: source.Error, Kind: "ArgumentError", Span: x.Span(),
			Message: "the following keys must also be given when building struct " + moduleText(mod) + ": " + term.Inspect(term.NewList(missing...))})
	}
}

func (c *compiler) structUpdate(x *syntax.Map, mod term.Atom, keys []term.Term, vals []code) code {
	of, at := c.expr(x.Update, false), spanOf(x)
	return func(t *Thread) term.Term {
		v := of(t)
		m, ok := term.AsMap(v)
		if name, _ := structName(v); !ok || name != mod {
			t.at(at)
			t.RaiseNew("BadStructError", "struct", mod, "term", v)
		}
		for i, k := range keys {
			if !m.Has(k) {
				t.at(at)
				t.RaiseNew("KeyError", "key", k)
			}
			m = m.Put(k, vals[i](t))
		}
		t.spend(mapCopyBytes(m))
		return m
	}
}

// defstructForm is code that defines the struct of the module.
func (c *compiler) defstructForm(x *syntax.Call) code {
	if c.env.mod == nil || c.env.function.name != "" {
		return c.errorf(x.Span(), "cannot invoke defstruct/1 outside module")
	}
	fields := c.expr(x.Args[0], false)
	env, at := c.env, x.Span()
	return func(t *Thread) term.Term {
		env.mod.defineStruct(t, fields(t), false, at)
		return env.mod.fields
	}
}

func (c *compiler) defexceptionForm(x *syntax.Call) code {
	if c.env.mod == nil || c.env.function.name != "" {
		return c.errorf(x.Span(), "cannot invoke defexception/1 outside module")
	}
	fields := c.expr(x.Args[0], false)
	env, at := c.env, x.Span()
	return func(t *Thread) term.Term {
		env.mod.defineStruct(t, fields(t), true, at)
		return env.mod.fields
	}
}

// defineStruct reads the fields that defstruct was given.
func (m *moduleState) defineStruct(t *Thread, fields term.Term, exception bool, at source.Span) {
	if m.fields != nil {
		t.RaiseArgument("defstruct has already been called for %s, defstruct can only be called once per module", moduleText(m.name))
	}
	l, ok := fields.(*term.List)
	if !ok {
		t.RaiseArgument("struct fields definition must be list, got: %s", term.Inspect(fields))
	}
	out := term.EmptyMap.Put(term.StructKey, m.name)
	m.exception = exception
	if exception {
		out = out.Put(term.ExceptionKey, term.True)
	}
	for e := range l.All() {
		var name term.Atom
		value := term.Term(term.Nil)
		switch x := e.(type) {
		case term.Atom:
			name = x
		case term.Tuple:
			if len(x) == 2 {
				name, _ = x[0].(term.Atom)
				value = x[1]
			}
		}
		if name.IsZero() {
			t.RaiseArgument("struct field names must be atoms, got: %s", term.Inspect(e))
		}
		out = out.Put(name, value)
		m.fieldOrder = append(m.fieldOrder, name)
	}
	switch keys := m.attribute("enforce_keys").(type) {
	case *term.List:
		for e := range keys.All() {
			if a, ok := e.(term.Atom); ok {
				m.enforce = append(m.enforce, a)
			}
		}
	case term.Atom:
		m.enforce = append(m.enforce, keys)
	}
	m.fields = out
	m.checkEnforced(t)
	m.derive(t)
}

// derive reads @derive.
func (m *moduleState) derive(t *Thread) {
	l, ok := m.attribute("derive").(*term.List)
	if !ok {
		return
	}
	var add func(v term.Term)
	add = func(v term.Term) {
		switch x := v.(type) {
		case term.Atom:
			m.derives[x] = term.Empty
		case term.Tuple:
			if len(x) == 2 {
				if p, ok := x[0].(term.Atom); ok {
					m.derives[p] = x[1]
				}
			}
		case *term.List:
			for e := range x.All() {
				add(e)
			}
		}
	}
	add(l)
	for p := range m.derives {
		mod := m.b.ensure(p)
		if mod == nil || !mod.protocol {
			t.RaiseArgument("could not load module %s due to reason :nofile", term.Inspect(p))
		}
	}
}

// Derived returns the options with which a struct's module derives a protocol
// by @derive, and false if it does not.
func (p *Program) Derived(protocol, module term.Atom) (opts term.Term, ok bool) {
	m := p.modules[module]
	if m == nil {
		return nil, false
	}
	opts, ok = m.derives[protocol]
	return opts, ok
}

// checkEnforced raises for keys of @enforce_keys that are no fields.
func (m *moduleState) checkEnforced(t *Thread) {
	var missing []term.Term
	for _, k := range m.enforce {
		if !m.fields.Has(k) {
			missing = append(missing, k)
		}
	}
	if missing == nil {
		return
	}
	fields := make([]term.Term, len(m.fieldOrder))
	for i, k := range m.fieldOrder {
		fields[i] = term.Tuple{k, m.fields.GetAtom(k)}
	}
	t.RaiseArgument("@enforce_keys required keys (%s) that are not defined in defstruct: %s",
		term.Inspect(term.NewList(missing...)), term.Inspect(term.NewList(fields...)))
}
