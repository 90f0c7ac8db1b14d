package interp

import (
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// ignoredAttributes are those whose value is never computed: they are for
// tools that this engine does not have.
var ignoredAttributes = map[string]bool{
	"spec": true, "type": true, "typep": true, "opaque": true,
	"dialyzer": true, "compile": true, "on_load": true,
}

// reserved attributes make no warning when nothing reads them.
var reservedAttributes = map[string]bool{
	"doc": true, "moduledoc": true, "typedoc": true, "impl": true, "behaviour": true, "derive": true, "enforce_keys": true,
	"deprecated": true, "file": true, "nifs": true, "before_compile": true, "after_compile": true, "external_resource": true, "vsn": true,
	"fallback_to_any": true, "optional_callbacks": true, "callback": true, "on_definition": true, "for": true, "protocol": true,
	"shortdoc": true, "since": true, "after_verify": true, "undefined_impl_description": true,
}

// attr is @name, read, or @name value in the body of a module.
func (c *compiler) attr(x *syntax.Attr) code {
	if c.env.mod == nil {
		return c.errorf(x.Span(), "cannot invoke @/1 outside module")
	}
	if x.Value != nil {
		return c.setAttr(x)
	}
	m, name := c.env.mod, x.Name
	if u := m.attrUses[name]; u != nil && !u.read {
		u.read = true
	}
	if c.env.function.name != "" {
		if v := c.attrs.GetAtom(term.NewAtom(name)); v != nil {
			return constant(v)
		}
		if !m.accumulates[name] && !reservedAttributes[name] {
			c.undefinedAttr(x.Span(), name)
		}
		if m.accumulates[name] {
			return constant(term.Empty)
		}
		return constant(term.Nil)
	}
	at := x.Span()
	return func(t *Thread) term.Term {
		if v := m.attribute(name); v != nil {
			return v
		}
		if m.accumulates[name] {
			return term.Empty
		}
		if !reservedAttributes[name] {
			c.undefinedAttr(at, name)
		}
		return term.Nil
	}
}

// attributeValue is what a module attribute is where it is read; nil if it is
// not set.
func (c *compiler) attributeValue(name string) term.Term {
	switch {
	case c.attrs != nil:
		return c.attrs.GetAtom(term.NewAtom(name))
	case c.env.mod != nil:
		return c.env.mod.attribute(name)
	}
	return nil
}

func (c *compiler) undefinedAttr(at source.Span, name string) {
	c.b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: source.MarkLine, In: moduleText(c.env.mod.name) + " (module)",
		Message: "undefined module attribute @" + name + ", please remove access to @" + name + " or explicitly set it before access"})
}

// setAttr is @name value.
func (c *compiler) setAttr(x *syntax.Attr) code {
	m, name := c.env.mod, x.Name
	if c.env.function.name != "" {
		return c.raises(x.Span(), "ArgumentError", "cannot set attribute @%s inside function/macro", name)
	}
	switch {
	case name == "callback" || name == "macrocallback":
		c.callback(x.Value, name == "macrocallback")
		return constant(term.OK)
	case ignoredAttributes[name]:
		return constant(term.OK)
	}
	value, at := c.expr(x.Value, false), x.Span()
	if !reservedAttributes[name] && m.attrUses[name] == nil {
		m.attrUses[name] = &attrUse{span: at, read: c.expanding(at)}
	}
	return func(t *Thread) term.Term {
		v := value(t)
		switch name {
		case "impl":
			if a, ok := v.(term.Atom); !ok || a == term.Nil {
				t.RaiseArgument("@impl is a built-in module attribute that marks the next definition as a callback implementation. It should be a module or a boolean, got: %s", term.Inspect(v))
			}
			if m.impl != nil {
				c.warnf(at, "redefining @impl attribute previously set at line %d", m.impl.Pos().Line)
			}
			m.impl, m.implValue = &at, v
			return term.OK
		case "behaviour":
			if _, ok := v.(term.Atom); !ok {
				t.RaiseArgument("@behaviour expects a module, got: %s", term.Inspect(v))
			}
		case "doc":
			m.docAt = at
		case "moduledoc":
			m.moduledocAt = at
		case "optional_callbacks":
			if l, ok := v.(*term.List); ok {
				for e := range l.All() {
					if kv, ok := e.(term.Tuple); ok && len(kv) == 2 {
						n, _ := kv[0].(term.Atom)
						a, _ := kv[1].(term.Int)
						m.optional[funcKey{n.Name(), int(a)}] = true
					}
				}
			}
		}
		m.putAttribute(name, v)
		return term.OK
	}
}

// callback notes the name and arity of a @callback.
func (c *compiler) callback(n syntax.Node, macro bool) {
	if b, ok := n.(*syntax.Binary); ok && (b.Op == "::" || b.Op == "when") {
		c.callback(b.L, macro)
		return
	}
	if name, args, ok := signature(n); ok {
		if macro {
			c.env.mod.macroCallbacks[funcKey{name, len(args)}] = true
		}
		for _, k := range c.env.mod.callbacks {
			if k == (funcKey{name, len(args)}) {
				return
			}
		}
		c.env.mod.callbacks = append(c.env.mod.callbacks, funcKey{name, len(args)})
	}
}
