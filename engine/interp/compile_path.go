package interp

import (
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// step is one .field or [key] of a path such as user.posts[0].
type step struct {
	field term.Atom // zero for [key]
	key   code
	node  syntax.Node
}

// path takes a nested access apart: the value that it starts from and the
// steps. It reports false when the node is no path.
func (c *compiler) path(n syntax.Node) (root code, steps []step, ok bool) {
	switch x := n.(type) {
	case *syntax.Access:
		root, steps, ok = c.path(x.X)
		if !ok {
			root, ok = c.expr(x.X, false), true
		}
		return root, append(steps, step{key: c.expr(x.Key, false), node: x}), true
	case *syntax.Call:
		if x.Target == nil || x.Parens || len(x.Args) > 0 {
			return nil, nil, false
		}
		if _, isModule := c.moduleName(x.Target); isModule {
			return nil, nil, false
		}
		root, steps, ok = c.path(x.Target)
		if !ok {
			root, ok = c.expr(x.Target, false), true
		}
		return root, append(steps, step{field: term.NewAtom(x.Name), node: x}), true
	case *syntax.Block:
		if len(x.Exprs) == 1 {
			return c.path(x.Exprs[0])
		}
	}
	return nil, nil, false
}

func (c *compiler) badPath(x *syntax.Call) code {
	return c.errorf(x.Span(), "cannot invoke %s/%d because the path given does not look like a path: %s. Paths are built with dots and brackets, as in user.posts[0]",
		x.Name, len(x.Args), nodeText(x.Args[0]))
}

// update applies f to what stands at the end of a path and returns the changed
// root. f returns nil to remove the entry.
func (t *Thread) updatePath(v term.Term, steps []step, f func(old term.Term) term.Term) term.Term {
	if len(steps) == 0 {
		return f(v)
	}
	s := &steps[0]
	at := spanOf(s.node)
	if !s.field.IsZero() {
		m, old := t.pathField(v, s.field, at)
		next := t.updatePath(old, steps[1:], f)
		if next == nil {
			return m.Delete(s.field)
		}
		return m.Put(s.field, next)
	}
	key := s.key(t)
	t.at(at)
	return t.accessUpdate(v, key, func(old term.Term) term.Term { return t.updatePath(old, steps[1:], f) })
}

// pathField returns a map and the value of the key that a .field step of a
// path names. It raises when v is no map or has no such key.
func (t *Thread) pathField(v term.Term, field term.Atom, at *source.Span) (*term.Map, term.Term) {
	m, ok := term.AsMap(v)
	if !ok {
		t.at(at)
		t.RaiseNew("BadMapError", "term", v)
	}
	value, ok := m.Get(field)
	if !ok {
		t.at(at)
		t.RaiseNew("KeyError", "key", field, "term", v)
	}
	return m, value
}

// accessUpdate is Access.get_and_update/3 that keeps the new container only.
func (t *Thread) accessUpdate(v, key term.Term, f func(term.Term) term.Term) term.Term {
	switch m := v.(type) {
	case *term.Map:
		if _, isStruct := m.StructName(); !isStruct {
			old, ok := m.Get(key)
			if !ok {
				old = term.Nil
			}
			next := f(old)
			if next == nil {
				return m.Delete(key)
			}
			return m.Put(key, next)
		}
	case term.Atom:
		if m == term.Nil {
			t.RaiseArgument("could not put/update key %s on a nil value", t.Inspect(key, term.InspectOptions{}))
		}
	}
	fun := NewFun(1, func(t *Thread, a []term.Term) term.Term {
		next := f(a[0])
		if next == nil {
			return term.NewAtom("pop")
		}
		return term.Tuple{a[0], next}
	})
	r, ok := t.Apply(accessModule, "get_and_update", v, key, fun).(term.Tuple)
	if !ok || len(r) != 2 {
		return v
	}
	return r[1]
}

func (c *compiler) putInForm(x *syntax.Call) code {
	root, steps, ok := c.path(x.Args[0])
	if !ok {
		return c.badPath(x)
	}
	value := c.expr(x.Args[1], false)
	return func(t *Thread) term.Term {
		v := root(t)
		w := value(t)
		return t.updatePath(v, steps, func(term.Term) term.Term { return w })
	}
}

func (c *compiler) updateInForm(x *syntax.Call) code {
	root, steps, ok := c.path(x.Args[0])
	if !ok {
		return c.badPath(x)
	}
	fun, at := c.expr(x.Args[1], false), spanOf(x)
	return func(t *Thread) term.Term {
		v := root(t)
		f := fun(t)
		return t.updatePath(v, steps, func(old term.Term) term.Term { return t.callFun(f, []term.Term{old}, at) })
	}
}

// getInForm is get_in(a.b[c]): nil anywhere on the way is nil.
func (c *compiler) getInForm(x *syntax.Call) code {
	root, steps, ok := c.path(x.Args[0])
	if !ok {
		return c.badPath(x)
	}
	return func(t *Thread) term.Term {
		v := root(t)
		for i := range steps {
			if v == term.Term(term.Nil) {
				return v
			}
			s := &steps[i]
			at := spanOf(s.node)
			if s.field.IsZero() {
				v = t.accessGet(v, s.key(t), at)
				continue
			}
			_, v = t.pathField(v, s.field, at)
		}
		return v
	}
}

func (c *compiler) popInForm(x *syntax.Call) code {
	root, steps, ok := c.path(x.Args[0])
	if !ok {
		return c.badPath(x)
	}
	if last := steps[len(steps)-1]; !last.field.IsZero() {
		c.report(&source.Diagnostic{Severity: source.Error, Kind: "ArgumentError", Span: x.Span(), Message: "cannot use pop_in when the last segment is a map/struct field. This would effectively remove the field " + term.Inspect(last.field) + " from the map/struct"})
		return neverRun
	}
	return func(t *Thread) term.Term {
		var popped term.Term = term.Nil
		out := t.updatePath(root(t), steps, func(old term.Term) term.Term {
			popped = old
			return nil
		})
		return term.Tuple{popped, out}
	}
}

func (c *compiler) getAndUpdateInForm(x *syntax.Call) code {
	root, steps, ok := c.path(x.Args[0])
	if !ok {
		return c.badPath(x)
	}
	fun, at := c.expr(x.Args[1], false), spanOf(x)
	return func(t *Thread) term.Term {
		v := root(t)
		f := fun(t)
		var got term.Term = term.Nil
		out := t.updatePath(v, steps, func(old term.Term) term.Term {
			r, ok := t.callFun(f, []term.Term{old}, at).(term.Tuple)
			if !ok || len(r) != 2 {
				got = old
				return nil
			}
			got = r[0]
			return r[1]
		})
		return term.Tuple{got, out}
	}
}
