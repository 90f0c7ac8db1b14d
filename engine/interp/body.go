package interp

import (
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// ModuleEnv returns the Env of a module whose body runs now, nil for any other.
// Natives that the body calls read and change the module's attributes with it.
func (t *Thread) ModuleEnv(mod term.Atom) *Env {
	if t.compiling == nil {
		return nil
	}
	for _, m := range t.compiling.b.open {
		if m.name == mod {
			return m.env
		}
	}
	return nil
}

// HasAttribute reports whether a module attribute was set or registered.
func (e *Env) HasAttribute(name string) bool {
	return e.mod != nil && (e.mod.attribute(name) != nil || e.mod.accumulates[name])
}

// TakeAttribute returns the value of a module attribute, nil if it has none,
// and deletes it. One that accumulates is empty afterwards.
func (e *Env) TakeAttribute(name string) term.Term {
	v := e.mod.attribute(name)
	e.mod.attrs = e.mod.attrs.Delete(term.NewAtom(name))
	if e.mod.accumulates[name] {
		e.mod.attrs = e.mod.attrs.Put(term.NewAtom(name), term.Empty)
		if v == nil {
			return term.Empty
		}
	}
	return v
}

// QuietAttribute says that something reads a module attribute, so that nobody
// is told that it was set and never used.
func (e *Env) QuietAttribute(name string) {
	if u := e.mod.attrUses[name]; u != nil {
		u.read = true
		return
	}
	e.mod.attrUses[name] = &attrUse{read: true}
}

// IsMacro reports whether a call is one of a macro or of a special form, so
// that its arguments need not be values.
func (e *Env) IsMacro(x *syntax.Call) bool {
	if x.Target == nil && special(x.Name, callArity(x)) {
		return true
	}
	return e.comp.macroOf(x) != nil
}

// IsSpecial reports whether a call is one of a special form.
func (e *Env) IsSpecial(x *syntax.Call) bool { return special(x.Name, callArity(x)) }

// ExpandMacro expands a call of a macro once, and returns false when it is none.
func (e *Env) ExpandMacro(x *syntax.Call) (syntax.Node, bool) {
	d := e.comp.macroOf(x)
	switch {
	case d == nil:
		return nil, false
	case d.guard != nil:
		return e.comp.expandGuard(d.guard, x), true
	}
	n := e.comp.expandMacro(d, x)
	return n, n != nil
}

// Bound reports whether a variable of the name is in scope.
func (e *Env) Bound(name string) bool {
	for _, v := range e.comp.vars {
		if v.name == name {
			return true
		}
	}
	return false
}

// ValueOf returns the term of a node that Value made.
func ValueOf(n syntax.Node) (term.Term, bool) {
	if v, ok := n.(*valueNode); ok {
		return v.v, true
	}
	return nil, false
}

// Hidden returns the name of a variable that no code can name.
func Hidden(name string) string { return name + hygiene + "m" }

// PlainName is the name of a variable without what a macro added to it.
func PlainName(name string) string { return plainName(name) }

// Quote returns a tree as quote gives it, a term, without metadata.
func Quote(n syntax.Node) term.Term { return (&astWriter{bare: true}).node(n) }

// Walk calls f for a node and, while f returns true, for those in it.
func Walk(n syntax.Node, f func(syntax.Node) bool) { walk(n, f) }

// Rewrite copies a tree, with the nodes for which f returns true replaced by
// the node that it returns.
func Rewrite(n syntax.Node, f func(syntax.Node) (syntax.Node, bool)) syntax.Node {
	return rewrite(n, func(n syntax.Node) ([]syntax.Node, bool) {
		if out, ok := f(n); ok {
			return []syntax.Node{out}, true
		}
		return nil, false
	})
}

// NodeText returns a node as source: as it was written, or as its value is
// inspected.
func NodeText(n syntax.Node) string { return nodeText(n) }

// WithModules returns a program with native modules added. The functions of
// one that the program has already are laid over those it has.
func (p *Program) WithModules(mods ...*NativeModule) *Program {
	list := make([]*module, len(mods))
	for i, m := range mods {
		if old := p.modules[moduleAtom(m.Name)]; old != nil && old.native != nil {
			m = mergeNative(old.native, m)
		}
		list[i] = newNative(m)
	}
	next := p.with(list)
	next.order = append([]term.Atom(nil), p.order...)
	return next
}

// CompileFor is Compile for a process: what runs at the top of the files runs
// as that process, and so may start others. A call of a module of Elixir that is
// no part of the engine is a warning, and raises when it runs: of tests, only
// those that come to it fail.
func (p *Program) CompileFor(owner any, box Mailbox, files ...*source.File) (next *Program, warnings source.Errors, err error) {
	b := newBuild(p)
	b.later = true
	return b.run(owner, box, files)
}

// LastStack returns the calls that ran when an Unwind ended what Run called.
func (t *Thread) LastStack() []Frame { return t.unwound }

// StackFrames returns the frames of a stack trace as __STACKTRACE__ gives it,
// with places where their files are known.
func StackFrames(v term.Term) []Frame { return framesOf(v) }
