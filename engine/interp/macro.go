package interp

import (
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// localMacro finds the macro that a call without module names: one of this
// module, or an imported one.
func (c *compiler) localMacro(x *syntax.Call) *macroDef {
	arity := callArity(x)
	if mod, ok := quotedReceiver(x); ok {
		return c.remoteMacro(mod, x)
	}
	if c.env.mod != nil {
		if d := c.env.mod.macros[funcKey{x.Name, arity}]; d != nil && c.mayExpand(d) {
			if d.entry != nil && !d.entry.used {
				d.entry.used = true
			}
			return d
		}
	}
	k := funcKey{x.Name, arity}
	for i := len(c.env.imports) - 1; i >= 0; i-- {
		imp := c.env.imports[i]
		if imp.kind == "functions" || !imp.allows(k) {
			continue
		}
		if m := c.b.ensure(imp.module); m != nil {
			if d := m.macroFor(x); d != nil {
				if !imp.used {
					imp.used = true
				}
				return d
			}
		}
	}
	return nil
}

// mayExpand reports whether a macro of the module itself is one at this place:
// in functions that are defined after it. Guards may be made of others.
func (c *compiler) mayExpand(d *macroDef) bool {
	switch {
	case d.entry == nil:
		return true
	case c.env.function.name == "":
		return c.inGuard // of a defguard
	}
	return c.clause == 0 || d.nth < c.clause
}

// quotedReceiver is the module that a call in quoted code is of, when its name
// was imported where the quote stands.
func quotedReceiver(x *syntax.Call) (term.Atom, bool) {
	if q, ok := x.Meta.(*nameMeta); ok {
		return q.receiver(callArity(x))
	}
	return term.Atom{}, false
}

// macroFor finds a macro for a call. Go macros count arguments without the
// do-block, or take any number.
func (m *module) macroFor(x *syntax.Call) *macroDef {
	if d := m.macros[funcKey{x.Name, callArity(x)}]; d != nil && (d.native == nil || x.Do == nil) {
		if d.guard != nil && d.guard.private || d.fn != nil && d.fn.private {
			return nil
		}
		return d
	}
	if d := m.macros[funcKey{x.Name, len(x.Args)}]; d != nil && d.native != nil {
		return d
	}
	return m.macros[funcKey{x.Name, -1}]
}

// remoteMacro finds the macro Mod.name.
func (c *compiler) remoteMacro(mod term.Atom, x *syntax.Call) *macroDef {
	if c.env.mod != nil && c.env.mod.name == mod {
		return c.env.mod.macros[funcKey{x.Name, callArity(x)}]
	}
	// A call alone does not wait for a module to be compiled: it may be one that
	// waits for this one.
	m := c.b.prog.modules[mod]
	if c.env.requires[mod] || m == nil && c.env.mod == nil {
		m = c.b.ensure(mod)
	}
	if m != nil && !c.b.pending(mod) {
		return m.macroFor(x)
	}
	return nil
}

// macroOf finds the macro that a call names, nil if it is none.
func (c *compiler) macroOf(x *syntax.Call) *macroDef {
	if x.Target == nil {
		if f, ok := forms[x.Name]; ok && f.core {
			return nil
		}
		return c.localMacro(x)
	}
	if mod, ok := c.moduleName(x.Target); ok {
		return c.remoteMacro(mod, x)
	}
	return nil
}

// macroCall compiles what a macro makes of a call.
func (c *compiler) macroCall(d *macroDef, x *syntax.Call, tail bool) code {
	if d.guard != nil {
		return c.expr(c.expandGuard(d.guard, x), tail)
	}
	outer := c.inside
	c.inside = true
	n := c.expandMacro(d, x)
	c.inside = outer
	if n == nil {
		return neverRun
	}
	return c.expr(n, tail)
}

// maxExpansions bounds macros that expand to themselves.
const maxExpansions = 10_000

// expandMacro returns the tree that a macro makes of a call, or nil after an
// error.
func (c *compiler) expandMacro(d *macroDef, x *syntax.Call) syntax.Node {
	if d.native == nil {
		v, ok := c.expandTerm(d, x)
		if !ok {
			return nil
		}
		return c.tree(v, x.Span())
	}
	if !c.countExpansion(x) {
		return nil
	}
	n, err := d.native.Expand(c.envAt(x.Span()), x)
	if err != nil {
		c.reportMacroError(x, err)
		return nil
	}
	return n
}

// countExpansion stops macros that expand to themselves.
func (c *compiler) countExpansion(x *syntax.Call) bool {
	if c.b.count++; c.b.count > maxExpansions {
		c.errorf(x.Span(), "the macro %s/%d expands without end", x.Name, callArity(x))
		return false
	}
	return true
}

// expandTerm returns the quoted code that a macro written in Elixir makes of a
// call, false after an error.
func (c *compiler) expandTerm(d *macroDef, x *syntax.Call) (term.Term, bool) {
	if !c.countExpansion(x) {
		return nil, false
	}
	w := &astWriter{columns: true, sigils: c.b.sigils}
	args := w.args(x.Args, x.Do)
	for i, a := range x.Args {
		if v, ok := a.(*valueNode); ok {
			args[i] = v.v // what the compiler itself gives, such as __ENV__
		}
	}
	return c.runMacro(d, args, x)
}

// envAt is the Env that a Go macro gets.
func (c *compiler) envAt(at source.Span) *Env {
	env := c.env.clone()
	env.comp, env.span = c, at
	return env
}

// Inside reports whether the macro was called inside of other code that is
// compiled before it runs, such as the body of a comprehension, and not as an
// expression of a module's body.
func (e *Env) Inside() bool { return e.comp.inside }

// Span returns where the macro was called.
func (e *Env) Span() source.Span { return e.span }

func (c *compiler) reportMacroError(x *syntax.Call, err error) {
	if list := source.Diagnostics(err); list != nil {
		for _, d := range list {
			if d.Span.IsZero() {
				d.Span = x.Span()
			}
			c.report(d)
		}
		return
	}
	if e, ok := err.(*Exception); ok {
		c.b.reportException(e, x.Span())
		return
	}
	c.errorf(x.Span(), "%s", err.Error())
}

// runMacro calls a macro written in Elixir.
func (c *compiler) runMacro(d *macroDef, args []term.Term, x *syntax.Call) (term.Term, bool) {
	if d.entry != nil && !d.entry.compiled {
		before := c.b.errors()
		d.entry.compile(c.b)
		if c.b.errors() > before {
			return nil, false
		}
	}
	t := c.b.thread
	outer := t.compiling.caller
	t.compiling.caller = c.envAt(x.Span())
	defer func() { t.compiling.caller = outer }()
	run := func() term.Term { return t.invoke(d.fn, args, nil) }
	if c.b.late {
		v := run()
		return linify(x.Span().Pos().Line, d.fn.module, nextCounter(), v), true
	}
	v, e := t.Try(run)
	if e != nil {
		c.b.reportException(e, x.Span())
		return nil, false
	}
	return linify(x.Span().Pos().Line, d.fn.module, nextCounter(), v), true
}

// useForm is use Mod, opts inside of a function.
func (c *compiler) useForm(x *syntax.Call, tail bool) code {
	n := c.expandUse(x)
	if n == nil {
		return neverRun
	}
	return c.expr(n, tail)
}

// expandUse requires a module and expands its __using__.
func (c *compiler) expandUse(x *syntax.Call) syntax.Node {
	mod, ok := c.moduleName(x.Args[0])
	if !ok {
		c.errorf(x.Span(), "invalid arguments for use, expected a compile time atom or alias, got: %s", nodeText(x.Args[0]))
		return nil
	}
	if !c.require(mod, x.Span(), source.MarkLine) {
		if c.missing(mod) {
			return c.leaveOut(x, mod)
		}
		return nil
	}
	opts := syntax.Node(&syntax.List{At: x.At})
	if len(x.Args) > 1 {
		opts = x.Args[1]
	}
	call := &syntax.Call{At: x.At, Target: x.Args[0], Name: "__using__", NameAt: x.Span(), Args: []syntax.Node{opts}, Parens: true}
	d := c.remoteMacro(mod, call)
	if d == nil && c.b.project != nil {
		c.b.project.note(Omission{What: "use " + moduleText(mod), Span: x.Span(), Why: "function " + moduleText(mod) + ".__using__/1 is undefined or private"})
		return &syntax.Block{At: x.At}
	}
	if d == nil {
		c.report(&source.Diagnostic{Severity: source.Error, Kind: "UndefinedFunctionError", Span: x.Span(),
			Message: "function " + moduleText(mod) + ".__using__/1 is undefined or private"})
		return nil
	}
	return c.expandMacro(d, call)
}

// What is said of a module that uses itself, or the one around it.
const (
	requireItself = "you are trying to use/import/require the module MODULE which is currently being defined.\n\nThis may happen if you accidentally override the module you want to use. For example:\n\n    defmodule MyApp do\n      defmodule Supervisor do\n        use Supervisor\n      end\n    end\n\nIn the example above, the new Supervisor conflicts with Elixir's Supervisor. This may be fixed by using the fully qualified name in the definition:\n\n    defmodule MyApp.Supervisor do\n      use Supervisor\n    end\n"
	requireAround = "module MODULE is not loaded but was defined. This happens when you depend on a module in the same context in which it is defined. For example:\n\n    defmodule MyApp do\n      defmodule Mod do\n      end\n\n      use Mod\n    end\n\nTry defining the module outside the context that uses it:\n\n    defmodule MyApp.Mod do\n    end\n\n    defmodule MyApp do\n      use MyApp.Mod\n    end\n\nIf the module is defined at the top-level and you are trying to use it at the top-level, this is not supported by Elixir"
)

// require makes the macros of a module usable, reporting a module that is not
// there.
func (c *compiler) require(mod term.Atom, at source.Span, mark source.Mark) bool {
	if c.b.ensure(mod) == nil {
		fail := func(message string) {
			c.report(&source.Diagnostic{Severity: source.Error, Span: at, Mark: mark, Message: strings.ReplaceAll(message, "MODULE", moduleText(mod))})
		}
		switch {
		case c.env.mod != nil && c.env.mod.name == mod:
			fail(requireItself)
			return false
		case c.isOpen(mod):
			fail(requireAround)
			return false
		}
		if c.b.project != nil {
			return false
		}
		if d := absent(mod, at); d != nil {
			c.report(d)
			return false
		}
		fail("module MODULE is not loaded and could not be found")
		return false
	}
	env := c.env.clone()
	env.requires = make(map[term.Atom]bool, len(c.env.requires)+1)
	for k := range c.env.requires {
		env.requires[k] = true
	}
	env.requires[mod] = true
	c.env = env
	return true
}

func (c *compiler) isOpen(mod term.Atom) bool {
	for _, m := range c.b.open {
		if m.name == mod {
			return true
		}
	}
	return false
}

// aliasForm is alias Foo.Bar, alias Foo.Bar, as: B and alias Foo.{A, B}.
func (c *compiler) aliasForm(x *syntax.Call) code {
	opts, result := c.keywordArg(x, 1), c.namedModules(x)
	for _, n := range c.multi(x.Args[0]) {
		mod, ok := c.moduleName(n)
		if !ok {
			return c.errorf(x.Span(), "invalid argument for alias, expected a compile time atom or alias, got: %s", nodeText(n))
		}
		name := mod.Name()[strings.LastIndex(mod.Name(), ".")+1:]
		if as, ok := opts["as"]; ok {
			a, isAlias := as.(*syntax.Alias)
			if !isAlias || len(a.Segs) != 1 {
				return c.errorf(x.Span(), "invalid value for option :as, expected an alias, got: %s", nodeText(as))
			}
			name = a.Segs[0]
		} else if !strings.HasPrefix(mod.Name(), "Elixir.") {
			return c.errorf(x.Span(), "alias cannot be inferred automatically for module: %s, please use the :as option. Implicit aliasing is only supported with Elixir modules", term.Inspect(mod))
		}
		env, used := c.env.withAlias(name, mod, counterOf(x.Meta))
		c.env = env
		if c.env.mod != nil && n.Span().File == c.env.file && !c.fromMacro(x) && !isFalse(opts["warn"]) {
			c.env.mod.aliasUses = append(c.env.mod.aliasUses, aliasUse{name, x.Span(), used})
		}
	}
	return result
}

// isFalse reports whether an option is false.
func isFalse(n syntax.Node) bool {
	a, ok := n.(*syntax.Atom)
	return ok && a.Name == "false"
}

// fromMacro reports whether a call was made by a macro, so that nobody is to
// be told that it is unused. What a macro written in Go makes stands where the
// macro was called.
func (c *compiler) fromMacro(x *syntax.Call) bool {
	if q, ok := x.Meta.(*nameMeta); ok && !q.context.IsZero() {
		return true
	}
	return c.expanding(x.Span()) || !strings.HasPrefix(x.Span().Text(), x.Name)
}

// expanding reports whether a span lies outside the module that is compiled.
func (c *compiler) expanding(at source.Span) bool {
	m := c.env.mod
	return m == nil || at.File != m.span.File || at.Start < m.span.Start || at.End > m.span.End
}

// multi spreads Foo.{A, B}.
func (c *compiler) multi(n syntax.Node) []syntax.Node {
	call, ok := n.(*syntax.Call)
	if !ok || call.Name != "{}" || call.Target == nil {
		return []syntax.Node{n}
	}
	var out []syntax.Node
	for _, e := range call.Args {
		if v, ok := e.(*syntax.Atom); ok {
			e = &syntax.Alias{At: v.At, Segs: []string{v.Name}}
		}
		a, ok := e.(*syntax.Alias)
		if !ok {
			out = append(out, e)
			continue
		}
		out = append(out, &syntax.Alias{At: a.At, Base: call.Target, Segs: a.Segs})
	}
	return out
}

// keywordArg returns the literal keyword list that is the i-th argument.
func (c *compiler) keywordArg(x *syntax.Call, i int) map[string]syntax.Node {
	opts := map[string]syntax.Node{}
	if len(x.Args) > i {
		if l, ok := c.expandHead(x.Args[i]).(*syntax.List); ok && isKeyword(l) {
			readOptions(l, opts)
		}
	}
	return opts
}

func (c *compiler) requireForm(x *syntax.Call) code {
	opts := c.keywordArg(x, 1)
	for _, n := range c.multi(x.Args[0]) {
		mod, ok := c.moduleName(n)
		if !ok {
			return c.errorf(x.Span(), "invalid argument for require, expected a compile time atom or alias, got: %s", nodeText(n))
		}
		if !c.require(mod, x.Span(), source.MarkStart) && !c.missing(mod) {
			return neverRun
		}
		if a, ok := opts["as"].(*syntax.Alias); ok {
			c.env, _ = c.env.withAlias(a.Segs[0], mod, counterOf(x.Meta))
		}
	}
	return c.namedModules(x)
}

// namedModules is what alias, import and require return: the module, or the
// modules of Foo.{A, B}.
func (c *compiler) namedModules(x *syntax.Call) code {
	nodes := c.multi(x.Args[0])
	var mods []term.Term
	for _, n := range nodes {
		if mod, ok := c.moduleName(n); ok {
			mods = append(mods, mod)
		}
	}
	if len(nodes) == 1 && nodes[0] == x.Args[0] && len(mods) == 1 {
		return constant(mods[0])
	}
	return constant(term.NewList(mods...))
}

// importForm is import Mod, only: …, except: ….
func (c *compiler) importForm(x *syntax.Call) code {
	opts := c.keywordArg(x, 1)
	for _, n := range c.multi(x.Args[0]) {
		mod, ok := c.moduleName(n)
		if !ok {
			return c.errorf(x.Span(), "invalid argument for import, expected a compile time atom or alias, got: %s", nodeText(n))
		}
		if c.missing(mod) || c.absentInTests(mod) {
			c.importAbsent(mod, opts["only"])
			continue
		}
		if !c.require(mod, x.Span(), source.MarkStart) {
			return neverRun
		}
		imp := &importEntry{module: mod, span: x.Span(), quiet: c.fromMacro(x) || isFalse(opts["warn"]) || mod == kernel}
		if only, ok := opts["only"]; ok {
			switch o := only.(type) {
			case *syntax.Atom:
				imp.kind = o.Name
			default:
				if imp.only = c.nameArities(mod, x.Span(), "only", only); imp.only == nil {
					return neverRun
				}
			}
		}
		if except, ok := opts["except"]; ok {
			imp.except = c.nameArities(mod, x.Span(), "except", except)
		}
		env := c.env.clone()
		env.imports = append(append([]*importEntry(nil), c.env.imports...), imp)
		c.env = env
		if env.mod != nil && !imp.quiet {
			env.mod.imports = append(env.mod.imports, imp)
		}
	}
	return c.namedModules(x)
}

// expandHead expands a macro that stands where a value must be known, and reads
// an attribute.
func (c *compiler) expandHead(n syntax.Node) syntax.Node {
	switch x := n.(type) {
	case *syntax.Call:
		if d := c.macroOf(x); d != nil && d.guard == nil {
			if out := c.expandMacro(d, x); out != nil {
				return c.expandHead(out)
			}
		}
	case *syntax.Attr:
		if x.Value == nil && c.env.mod != nil {
			c.env.mod.readAttribute(x.Name)
			if v := c.env.mod.attribute(x.Name); v != nil {
				return c.tree(escapeTerm(v), x.Span())
			}
		}
	case *syntax.Block:
		if len(x.Exprs) == 1 {
			return c.expandHead(x.Exprs[0])
		}
	}
	return n
}

// nameArities reads [name: arity, …] and checks that the module has them.
func (c *compiler) nameArities(mod term.Atom, at source.Span, option string, n syntax.Node) map[funcKey]bool {
	v, ok := c.literal(c.expandHead(n))
	l, isList := v.(*term.List)
	if !ok || !isList {
		or := ""
		if option == "only" {
			or = "to be an atom :functions, :macros, or "
		}
		c.errorf(at, "invalid :%s option for import, expected value %sto be a literal keyword list of function names with arity as values, got: %s", option, or, nodeText(n))
		return nil
	}
	out := map[funcKey]bool{}
	m := c.b.prog.modules[mod]
	for e := range l.All() {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			continue
		}
		name, _ := kv[0].(term.Atom)
		arity, _ := kv[1].(term.Int)
		k := funcKey{name.Name(), int(arity)}
		if out[k] {
			c.warnf(at, "invalid :%s option for import, %s/%d is duplicated", option, k.name, k.arity)
		}
		if m != nil && mod != kernel && m.export(k.name, k.arity) == nil && m.macro(k.name, k.arity) == nil && m.macro(k.name, k.arity-1) == nil {
			c.warnf(at, "cannot import %s.%s/%d because it is undefined or private", moduleText(mod), k.name, k.arity)
		}
		out[k] = true
	}
	return out
}

// guardMacro is what defguard defines: an expression with parameters, all of
// whose macros are expanded.
type guardMacro struct {
	params   []string
	defaults map[int]syntax.Node
	body     syntax.Node
	private  bool // a defguardp
}

// expandGuard puts the arguments of a call into the body of a defguard. Outside
// of guards they are evaluated once.
func (c *compiler) expandGuard(g *guardMacro, x *syntax.Call) syntax.Node {
	args := c.guardArgs(g, x)
	if args == nil {
		c.errorf(x.Span(), "undefined function %s/%d", x.Name, len(x.Args))
		return &syntax.Bad{At: x.At}
	}
	at := map[string]syntax.Node{}
	var names, values []syntax.Node
	counter := nextCounter()
	for i, p := range g.params {
		at[p] = args[i]
		if _, isVar := args[i].(*syntax.Var); c.inGuard || isVar {
			continue
		}
		if _, known := c.literal(args[i]); !known {
			v := &syntax.Var{At: x.At, Name: hygienicName(p, kernel, counter)}
			names, values = append(names, v), append(values, args[i])
			at[p] = v
		}
	}
	body := rewrite(g.body, func(n syntax.Node) ([]syntax.Node, bool) {
		if v, ok := n.(*syntax.Var); ok && at[v.Name] != nil {
			return []syntax.Node{at[v.Name]}, true
		}
		return nil, false
	})
	if len(names) == 0 {
		return body
	}
	return &syntax.Block{At: x.At, Exprs: []syntax.Node{&syntax.Binary{At: x.At, Op: "=", OpAt: x.Span(),
		L: &syntax.Tuple{At: x.At, Elems: names}, R: &syntax.Tuple{At: x.At, Elems: values}}, body}}
}

// guardArgs are the arguments of a call of a defguard, with its defaults; nil
// if there are too few or too many.
func (c *compiler) guardArgs(g *guardMacro, x *syntax.Call) []syntax.Node {
	missing := len(g.params) - len(x.Args)
	if missing < 0 || missing > len(g.defaults) {
		return nil
	}
	given, use := x.Args, len(g.defaults)-missing
	out := []syntax.Node{}
	for i := range g.params {
		if d := g.defaults[i]; d != nil {
			if use == 0 {
				out = append(out, d)
				continue
			}
			use--
		}
		if len(given) == 0 {
			return nil
		}
		out, given = append(out, given[0]), given[1:]
	}
	return out
}

// expandAll expands the macros, aliases and attributes in the body of a
// defguard.
func (c *compiler) expandAll(n syntax.Node) syntax.Node {
	return rewrite(n, func(n syntax.Node) ([]syntax.Node, bool) {
		switch v := n.(type) {
		case *syntax.Alias:
			if mod, ok := c.moduleName(v); ok {
				return []syntax.Node{&valueNode{At: v.At, v: mod}}, true
			}
		case *syntax.Attr:
			if v.Value == nil && c.env.mod != nil {
				if c.attrs == nil { // else the function was compiled before
					c.env.mod.readAttribute(v.Name)
				}
				if w := c.attributeValue(v.Name); w != nil {
					return []syntax.Node{&valueNode{At: v.At, v: w}}, true
				}
			}
		case *syntax.Call:
			if d := c.macroOf(v); d != nil {
				if out := c.guardExpansion(d, v); out != nil {
					return []syntax.Node{c.expandAll(out)}, true
				}
			}
		}
		return nil, false
	})
}
