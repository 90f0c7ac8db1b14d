package interp

import (
	"fmt"
	"slices"
	"sort"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// implNote is a definition with an @impl before it.
type implNote struct {
	key      funcKey
	context  string // the module whose quote wrote the definition, "" for none
	defaults int
	kind     string
	span     source.Span
	value    term.Term
}

// requirement is a callback that a behaviour asks for.
type requirement struct {
	macro     bool
	behaviour term.Atom
	optional  bool
}

// contextOf is the module whose quote wrote the head of a definition, "" if it
// is the author's.
func contextOf(head syntax.Node) string {
	sig, _ := splitGuard(head)
	if x, ok := sig.(*syntax.Call); ok {
		if q, ok := x.Meta.(*nameMeta); ok && !q.context.IsZero() {
			return q.context.Name()
		}
	}
	if v, ok := sig.(*syntax.Var); ok {
		if _, ctx, _ := splitName(v.Name); ctx != term.Nil {
			return ctx.Name()
		}
	}
	return ""
}

// noteImpl remembers the definition that an @impl is for.
func (m *moduleState) noteImpl(d *defEntry, kind string, cl *defClause, defaults int) {
	if m.impl == nil {
		return
	}
	if m.protocol && d.macro && d.name == "__deriving__" { // a callback of Protocol
		m.impl = nil
		return
	}
	m.impls = append(m.impls, implNote{funcKey{d.name, d.arity}, cl.context, defaults, kind, cl.span, m.implValue})
	m.impl = nil
}

// behaviourCheck compares what a module defines with what its behaviours ask
// for, as Module.Behaviour.check_behaviours_and_impls/6.
type behaviourCheck struct {
	m         *moduleState
	mod       *module
	callbacks map[funcKey][]requirement
	// open is set when a behaviour is one whose callbacks are not known here.
	open bool
}

func (b *behaviourCheck) warn(at source.Span, format string, args ...any) {
	b.m.b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: source.MarkLine, In: moduleText(b.m.name) + " (module)", Message: fmt.Sprintf(format, args...)})
}

// checkBehaviours warns about callbacks that a module lacks, and about
// definitions that are marked as callbacks and are none.
func (m *moduleState) checkBehaviours(mod *module) {
	mod.optional, mod.macroCallbacks = m.optional, m.macroCallbacks
	b := &behaviourCheck{m: m, mod: mod, callbacks: map[funcKey][]requirement{}}
	behaviours := slices.Clone(mod.behaviour)
	slices.Reverse(behaviours)
	if !m.implP.IsZero() {
		behaviours = append(behaviours, m.implP)
	}
	if m.exception {
		behaviours = append(behaviours, term.NewModule("Exception"))
	}
	for _, name := range behaviours {
		b.add(name)
	}
	all := map[funcKey][]requirement{}
	for k, v := range b.callbacks {
		all[k] = v
	}
	if len(m.impls) > 0 {
		b.checkImpls(behaviours)
	}
	for _, k := range sortedKeys(b.callbacks) {
		for _, r := range b.callbacks[k] {
			if r.behaviour != m.implP {
				b.checkCallback(k, r)
			}
		}
	}
	if m.impl != nil {
		b.warn(*m.impl, "module attribute @impl was set but never used")
	}
}

// add gathers the callbacks of a behaviour.
func (b *behaviourCheck) add(name term.Atom) {
	bm := b.m.b.prog.modules[name]
	switch {
	case bm == nil:
		if absentModule(name) == nil {
			b.warn(b.m.span, "@behaviour %s does not exist (in module %s)", term.Inspect(name), moduleText(b.m.name))
		} else {
			b.open = true
		}
		return
	case len(bm.callbacks) == 0 && len(bm.optional) == 0 && bm.native != nil:
		b.open = true
		return
	case len(bm.callbacks) == 0 && !bm.protocol:
		b.warn(b.m.span, "module %s is not a behaviour (in module %s)", term.Inspect(name), moduleText(b.m.name))
		return
	}
	for _, k := range bm.callbacks {
		if old := b.callbacks[k]; len(old) > 0 {
			if old[0].behaviour == name {
				b.warn(b.m.span, "the behaviour %s has been declared twice (conflict in %s in module %s)", term.Inspect(name), definitionText(bm.macroCallbacks[k], k), moduleText(b.m.name))
			} else {
				b.warn(b.m.span, "conflicting behaviours found. Callback %s is defined by both %s and %s (in module %s)",
					definitionText(bm.macroCallbacks[k], k), term.Inspect(old[0].behaviour), term.Inspect(name), moduleText(b.m.name))
			}
		}
		b.callbacks[k] = append([]requirement{{bm.macroCallbacks[k], name, bm.optional[k]}}, b.callbacks[k]...)
	}
}

func definitionText(macro bool, k funcKey) string {
	if macro {
		return fmt.Sprintf("macro %s/%d", k.name, k.arity)
	}
	return fmt.Sprintf("function %s/%d", k.name, k.arity)
}

func isMacroKind(kind string) bool { return kind == "defmacro" || kind == "defmacrop" }

// checkCallback warns about a callback that is not there, or a macro where a
// function should be.
func (b *behaviourCheck) checkCallback(k funcKey, r requirement) {
	text := definitionText(r.macro, k) + " required by behaviour " + term.Inspect(r.behaviour)
	d := b.m.defs[k]
	if d == nil {
		if !r.optional && (r.macro || b.mod.export(k.name, k.arity) == nil) {
			b.warn(b.m.span, "%s is not implemented (in module %s)", text, moduleText(b.m.name))
		}
		return
	}
	want := "def"
	if r.macro {
		want = "defmacro"
	}
	if d.kind != want {
		b.warn(b.m.span, "%s was implemented as %q but should have been %q (in module %s)", text, d.kind, want, moduleText(b.m.name))
	}
}

// checkImpls checks each @impl, and then the callbacks that have none although
// others do.
func (b *behaviourCheck) checkImpls(behaviours []term.Atom) {
	contexts := map[term.Atom]map[string]bool{}
	all := map[funcKey][]requirement{}
	for k, v := range b.callbacks {
		all[k] = v
	}
	for _, n := range b.m.impls {
		for _, k := range b.checkImpl(n, behaviours, all, contexts) {
			delete(b.callbacks, k)
		}
	}
	if b.open {
		return
	}
	for _, d := range b.m.order {
		k := funcKey{d.name, d.arity}
		if d.private || b.m.defs[k] != d || len(d.clauses) == 0 || d.made {
			continue
		}
		for _, r := range b.callbacks[k] {
			known, some := contexts[r.behaviour]
			if some && !known[d.clauses[0].context] || !some && d.clauses[0].context != "" {
				continue
			}
			b.warn(d.clauses[0].span, "module attribute @impl was not set for %s callback (specified in %s). This either means you forgot to add the \"@impl true\" annotation before the definition or that you are accidentally overriding this callback",
				definitionText(d.macro, k), term.Inspect(r.behaviour))
			break
		}
	}
}

// checkImpl checks one @impl, and returns the callbacks that it is for.
func (b *behaviourCheck) checkImpl(n implNote, behaviours []term.Atom, all map[funcKey][]requirement, contexts map[term.Atom]map[string]bool) []funcKey {
	text := definitionText(isMacroKind(n.kind), n.key)
	var keys []funcKey
	for arity := n.key.arity - n.defaults; arity <= n.key.arity; arity++ {
		keys = append(keys, funcKey{n.key.name, arity})
	}
	mod, _ := n.value.(term.Atom)
	var found []funcKey
	owners := map[term.Atom]bool{}
	for _, k := range keys {
		for _, r := range all[k] {
			if n.value == term.Term(term.True) || n.value == term.Term(term.False) || r.behaviour == mod {
				found = append(found, k)
				owners[r.behaviour] = true
			}
		}
	}
	switch {
	case n.kind == "defp" || n.kind == "defmacrop":
		b.warn(n.span, "%s is private, @impl attribute is always discarded for private functions/macros", text)
	case len(behaviours) == 0:
		b.warn(n.span, "got \"@impl %s\" for %s but no behaviour was declared", term.Inspect(n.value), text)
	case n.value == term.Term(term.False):
		if len(found) > 0 {
			b.warn(n.span, "got \"@impl false\" for %s but it is a callback specified in %s", text, term.Inspect(all[found[0]][0].behaviour))
		}
		return nil
	case len(found) > 0:
		for o := range owners {
			if contexts[o] == nil {
				contexts[o] = map[string]bool{}
			}
			contexts[o][n.context] = true
		}
		return found
	case b.open:
	case n.value == term.Term(term.True):
		b.warn(n.span, "got \"@impl true\" for %s but no behaviour specifies such callback%s", text, knownCallbacks(all))
	case !slices.Contains(behaviours, mod):
		b.warn(n.span, "got \"@impl %s\" for %s but this behaviour was not declared with @behaviour", term.Inspect(mod), text)
	default:
		b.warn(n.span, "got \"@impl %s\" for %s but this behaviour does not specify such callback%s", term.Inspect(mod), text, knownCallbacks(all))
	}
	return nil
}

func sortedKeys(m map[funcKey][]requirement) []funcKey {
	var keys []funcKey
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		return keys[i].name < keys[j].name || keys[i].name == keys[j].name && keys[i].arity < keys[j].arity
	})
	return keys
}

// knownCallbacks lists the callbacks that have not been implemented so far.
func knownCallbacks(m map[funcKey][]requirement) string {
	if len(m) == 0 {
		return ". There are no known callbacks, please specify the proper @behaviour and make sure it defines callbacks"
	}
	out := ". The known callbacks are:\n"
	for _, k := range sortedKeys(m) {
		for _, r := range m[k] {
			kind := "function"
			if r.macro {
				kind = "macro"
			}
			out += "\n  * " + FormatMFA(r.behaviour, k.name, k.arity, nil) + " (" + kind + ")"
		}
	}
	return out + "\n"
}

// hooks are the functions that an attribute such as @before_compile names, in
// the order in which they were given.
func (m *moduleState) hooks(attribute, function string) []term.Tuple {
	l, _ := m.attribute(attribute).(*term.List)
	var out []term.Tuple
	for e := range l.All() {
		switch x := e.(type) {
		case term.Atom:
			out = append(out, term.Tuple{x, term.NewAtom(function)})
		case term.Tuple:
			if len(x) == 2 {
				out = append(out, x)
			}
		}
	}
	slices.Reverse(out)
	return out
}

// callHooks calls the functions that an attribute names. They cannot change the
// module any more.
func (m *moduleState) callHooks(attribute, function string, args ...term.Term) {
	t := m.b.thread
	for _, h := range m.hooks(attribute, function) {
		mod, ok1 := h[0].(term.Atom)
		fun, ok2 := h[1].(term.Atom)
		if !ok1 || !ok2 || m.b.ensure(mod) == nil {
			continue
		}
		if m.expandHook(mod, fun.Name(), args) {
			continue
		}
		run := func() term.Term { return t.Apply(mod, fun.Name(), args...) }
		if m.b.late {
			run()
			continue
		}
		if _, e := t.Try(run); e != nil {
			m.b.reportException(e, m.span)
		}
	}
}

// expandHook runs what a hook that is a macro makes, and reports whether it is
// one.
func (m *moduleState) expandHook(mod term.Atom, name string, args []term.Term) bool {
	c := m.env.comp
	at := syntax.At{At: m.span}
	x := &syntax.Call{At: at, Target: &valueNode{At: at, v: mod}, Name: name, NameAt: m.span, Parens: true}
	for _, a := range args {
		x.Args = append(x.Args, &valueNode{At: at, v: a})
	}
	d := c.remoteMacro(mod, x)
	if d == nil {
		return false
	}
	if n := c.expandMacro(d, x); n != nil {
		c.runBody(n, &function{module: m.name, name: "__MODULE__"})
	}
	return true
}

// onDefinition calls what @on_definition names for a clause.
func (m *moduleState) onDefinition(kind, name string, cl *defClause) {
	if m.attribute("on_definition") == nil {
		return
	}
	w := &astWriter{columns: true}
	guards, body := term.Empty, term.Term(term.Nil)
	if cl.guard != nil {
		guards = term.NewList(w.node(cl.guard))
	}
	if cl.body != nil {
		args := w.args(nil, cl.body.Do)
		if len(args) == 0 {
			if s := cl.body.Section("do"); s != nil {
				args = []term.Term{term.NewList(term.Tuple{term.NewAtom("do"), w.body(s.Body)})}
			}
		}
		if len(args) > 0 {
			body = args[0]
		}
	}
	env := cl.env.clone()
	env.function = funcKey{name, len(cl.args)}
	m.callHooks("on_definition", "__on_definition__", env.term(cl.span), term.NewAtom(kind), term.NewAtom(name),
		term.NewList(w.list(cl.args)...), guards, body)
}
