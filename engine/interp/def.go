package interp

import (
	"fmt"
	"slices"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// defEntry is a function or macro of a module that is being compiled.
type defEntry struct {
	mod      *moduleState
	kind     string // def, defp, defmacro, defmacrop
	name     string
	arity    int
	private  bool
	macro    bool
	clauses  []*defClause
	defaults int
	head     bool // a head without a body came first
	fn       *function
	span     source.Span
	used     bool
	compiled bool
	made     bool // by the compiler: defaults, delegates
	clash    bool // with an import, which was reported
	super    *defEntry
}

func (d *defEntry) synthetic() bool { return d.made || d.fn.native != nil }

// defClause is one def: its parts, and what was known where it stands.
type defClause struct {
	args  []syntax.Node
	guard syntax.Node
	body  *syntax.Call // with the do-block
	expr  syntax.Node  // instead of body, for what the compiler makes
	env   *Env
	attrs *term.Map
	span  source.Span
	// context is the module whose quote wrote the def, "" for none.
	context string
	// nth is how many clauses the module had before.
	nth int
	// nameAt is where its name stands.
	nameAt source.Span
	// fragment says that the def had unquotes in it. Those of one name need
	// not stand together.
	fragment bool
	// generated says that a macro wrote the def with generated: true, and that
	// it may therefore stand apart from others of its name.
	generated bool
}

// defForm is code that registers a clause when the body around it runs.
func (c *compiler) defForm(x *syntax.Call) code {
	if c.env.mod == nil {
		return c.raises(x.Span(), "ArgumentError", "cannot invoke %s/%d outside module", x.Name, max(len(x.Args), 1)+boolInt(x.Do != nil))
	}
	if c.env.function.name != "" {
		return c.raises(x.Span(), "ArgumentError", "cannot invoke %s/%d inside function/macro", x.Name, 2)
	}
	if hasUnquotes(x) {
		return c.fragmentOf(x, (*compiler).defForm)
	}
	head := x.Rest()
	if len(head) != 1 {
		return c.errorf(x.Span(), "invalid syntax in %s", x.Name)
	}
	sig, guard := splitGuard(head[0])
	if al, ok := sig.(*syntax.Alias); ok {
		c.b.report(&source.Diagnostic{Severity: source.Error, Span: sig.Span(), Mark: source.MarkStart,
			Message: "function names should start with lowercase characters or underscore, invalid name " + nodeText(al)})
		return neverRun
	}
	name, args, ok := signature(sig)
	if !ok {
		return c.errorLine(x.Span(), "invalid syntax in %s %s", x.Name, nodeText(sig))
	}
	env := c.env
	body := x
	if x.Section("do") == nil {
		body = nil
		if d := c.wrongHead(x, sig, guard, name, args); d != nil {
			c.b.report(d)
			return neverRun
		}
	}
	return func(t *Thread) term.Term {
		m := env.mod
		cl := &defClause{args: args, guard: guard, body: body, env: env, attrs: m.attrs, span: x.Span(), context: contextOf(head[0]), fragment: c.fragment, generated: isGenerated(x.Meta)}
		m.define(x.Name, name, cl, sig.Span())
		return term.Tuple{term.NewAtom(name), term.Int(len(args))}
	}
}

const headArguments = "only variables and \\\\ are allowed as arguments in function head.\n\nIf you did not intend to define a function head, make sure your function definition has the proper syntax by wrapping the arguments in parentheses and using the do instruction accordingly:\n\n    def add(a, b), do: a + b\n\n    def add(a, b) do\n      a + b\n    end\n"

// wrongHead is what is wrong with a def without a body; nil if nothing is.
func (c *compiler) wrongHead(x *syntax.Call, sig, guard syntax.Node, name string, args []syntax.Node) *source.Diagnostic {
	d := &source.Diagnostic{Severity: source.Error, Span: sig.Span(), Mark: source.MarkStart, In: FormatMFA(c.env.mod.name, name, len(args), nil)}
	if guard != nil {
		d.Message = fmt.Sprintf("missing :do option in %q", x.Name)
		return d
	}
	for _, a := range args {
		if isDefault(a) {
			a = a.(*syntax.Binary).L
		}
		if _, ok := a.(*syntax.Var); !ok {
			d.Message = headArguments
			return d
		}
	}
	return nil
}

// hasUnquotes reports whether a def has unquotes of its own.
func hasUnquotes(x *syntax.Call) bool {
	found := false
	walk(x, func(n syntax.Node) bool {
		call, ok := n.(*syntax.Call)
		if !ok || found {
			return !found
		}
		if call.Target == nil && call.Name == "quote" {
			return false
		}
		found = call.Target == nil && len(call.Args) == 1 && (call.Name == "unquote" || call.Name == "unquote_splicing") || isDotUnquote(call)
		return true
	})
	return found
}

// fragmentOf is a def with unquotes in it, such as def unquote(name)(), whose
// values are those that they have when the def runs.
func (c *compiler) fragmentOf(x *syntax.Call, form func(*compiler, *syntax.Call) code) code {
	env, found := c.env.clone(), false
	w := &astWriter{columns: true, sigils: c.b.sigils, unquote: c.unquotes(&found)}
	q := &quoteOptions{escaping: true, unquote: true, c: c}
	build := q.do(w.node(x)).code()
	return func(t *Thread) term.Term {
		n := c.tree(build(t), x.Span())
		fn := &function{module: env.mod.name, name: "__MODULE__"}
		inner := &compiler{b: env.b, env: env, fn: newFnState(nil, 0, fn), moduleLevel: true, fragment: true}
		call := n.(*syntax.Call)
		call.Meta = x.Meta
		env.comp = inner
		return form(inner, call)(t)
	}
}

// isGenerated reports whether a macro wrote a node with generated: true.
func isGenerated(meta any) bool {
	q, ok := meta.(*nameMeta)
	return ok && q.generated
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// signature takes name(args) apart, operators included.
func signature(n syntax.Node) (name string, args []syntax.Node, ok bool) {
	switch x := n.(type) {
	case *syntax.Var:
		return plainName(x.Name), nil, true
	case *syntax.Call:
		if x.Target == nil {
			return x.Name, x.Args, true
		}
		// unquote(name)(args)
		if v, isValue := x.Target.(*valueNode); isValue && x.Name == "" {
			a, isAtom := v.v.(term.Atom)
			return a.Name(), x.Args, isAtom
		}
	case *valueNode:
		a, isAtom := x.v.(term.Atom)
		return a.Name(), nil, isAtom
	case *syntax.Binary:
		return x.Op, []syntax.Node{x.L, x.R}, true
	case *syntax.Unary:
		return x.Op, []syntax.Node{x.X}, true
	case *syntax.Block:
		if len(x.Exprs) == 1 {
			return signature(x.Exprs[0])
		}
	}
	return "", nil, false
}

func (m *moduleState) errorf(at source.Span, format string, args ...any) {
	m.errorIn("", at, format, args...)
}

// errorIn reports an error in a function of the module.
func (m *moduleState) errorIn(in string, at source.Span, format string, args ...any) {
	m.b.report(&source.Diagnostic{Severity: source.Error, Span: at, Mark: source.MarkStart, In: in, Message: fmt.Sprintf(format, args...)})
}

// entry finds or makes the entry of a function.
func (m *moduleState) entry(kind, name string, arity int, at source.Span) *defEntry {
	k := funcKey{name, arity}
	d := m.defs[k]
	if d != nil && m.overridable[k] == d {
		super := d
		if super.macro != (kind == "defmacro" || kind == "defmacrop") {
			m.errorf(at, "cannot override %s %s/%d in %s as a %s", strings.TrimSuffix(super.kind, "p"), name, arity, moduleText(m.name), strings.TrimSuffix(kind, "p"))
		}
		delete(m.overridable, k)
		m.overridden[k] = true
		m.order = slices.DeleteFunc(m.order, func(e *defEntry) bool { return e == super })
		d = nil
		defer func() { m.defs[k].super = super }()
	}
	if d == nil {
		d = &defEntry{mod: m, kind: kind, name: name, arity: arity, span: at,
			private: kind == "defp" || kind == "defmacrop", macro: kind == "defmacro" || kind == "defmacrop"}
		d.fn = &function{module: m.name, name: name, arity: arity, private: d.private, macro: d.macro, span: at}
		if name := m.file.Name(); strings.HasSuffix(name, ".ex") && !strings.HasPrefix(name, "prelude/") {
			d.fn.def = d
		}
		if d.macro {
			d.fn.name = "MACRO-" + name
			m.macros[k] = &macroDef{fn: d.fn, entry: d, nth: m.clauses}
		}
		m.defs[k] = d
		m.order = append(m.order, d)
	}
	return d
}

// define registers a clause, and the functions that its default arguments
// make.
func (m *moduleState) define(kind, name string, cl *defClause, at source.Span) {
	arity := len(cl.args)
	m.clauses++
	cl.nth, cl.nameAt = m.clauses, at
	m.onDefine(kind, name, cl)
	m.noteDoc(kind, name, arity)
	d := m.entry(kind, name, arity, at)
	m.checkDef(d, kind, cl, at)
	defaults := m.takeDefaults(d, cl)
	m.noteImpl(d, kind, cl, len(defaults))
	m.onDefinition(kind, name, cl)
	if cl.body == nil && cl.expr == nil {
		d.head = true
	} else {
		d.clauses = append(d.clauses, cl)
	}
	if len(defaults) > 0 {
		d.defaults = len(defaults)
		m.defineDefaults(d, cl, defaults)
	}
	if m.last != d {
		m.last = d
	}
}

// checkDef reports what cannot stand together.
func (m *moduleState) checkDef(d *defEntry, kind string, cl *defClause, at source.Span) {
	if d.kind != kind {
		m.errorf(at, "%s %s/%d already defined as %s in %s:%d", kind, d.name, d.arity, d.kind, d.span.File.Name(), d.span.Pos().Line)
		return
	}
	if len(d.clauses) > 0 && m.last != d && !d.made && !cl.fragment && cl.context == "" && !cl.generated && !d.clauses[0].generated {
		first := d.clauses[0].span
		m.b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: source.MarkStart, Message: fmt.Sprintf(
			"clauses with the same name and arity (number of arguments) should be grouped together, %q was previously defined (%s:%d)",
			fmt.Sprintf("%s %s/%d", kind, d.name, d.arity), first.File.Name(), first.Pos().Line)})
	}
	for k, other := range m.defs {
		if k.name != d.name || other == d || other.made || d.made || m.overridable[k] != nil {
			continue
		}
		if other.defaults > 0 && d.arity < other.arity && d.arity >= other.arity-other.defaults {
			m.errorIn(FormatMFA(m.name, d.name, d.arity, nil), at, "%s %s/%d conflicts with defaults from %s/%d", kind, d.name, d.arity, d.name, other.arity)
		}
	}
	if d.made && m.last != d {
		for _, other := range m.defs {
			if other.name == d.name && other.defaults > 0 && d.arity < other.arity && d.arity >= other.arity-other.defaults {
				m.errorIn(FormatMFA(m.name, d.name, d.arity, nil), at, "%s %s/%d conflicts with defaults from %s/%d", kind, d.name, d.arity, d.name, other.arity)
				d.made = false
				return
			}
		}
	}
}

// isDefault reports whether an argument is x \\\\ value.
func isDefault(n syntax.Node) bool {
	b, ok := n.(*syntax.Binary)
	return ok && b.Op == "\\\\"
}

// takeDefaults strips x \\ value from the arguments of a clause.
func (m *moduleState) takeDefaults(d *defEntry, cl *defClause) map[int]syntax.Node {
	defaults := map[int]syntax.Node{}
	args := append([]syntax.Node(nil), cl.args...)
	for i, a := range args {
		if b, ok := a.(*syntax.Binary); ok && b.Op == "\\\\" {
			defaults[i], args[i] = b.R, b.L
		}
	}
	cl.args = args
	if len(defaults) == 0 {
		if d.defaults > 0 && !d.head && len(d.clauses) == 1 && cl.body != nil {
			m.headerError(d, cl.nameAt)
		}
		return nil
	}
	if d.defaults > 0 {
		m.errorf(cl.span, "%s %s/%d defines defaults multiple times. Elixir allows defaults to be declared once per definition. Instead of:\n\n    def foo(:first_clause, b \\\\ :default) do ... end\n    def foo(:second_clause, b \\\\ :default) do ... end\n\none should write:\n\n    def foo(a, b \\\\ :default)\n    def foo(:first_clause, b) do ... end\n    def foo(:second_clause, b) do ... end\n",
			d.kind, d.name, d.arity)
		return nil
	}
	if len(d.clauses) > 0 {
		m.headerError(d, cl.nameAt)
		return nil
	}
	return defaults
}

func (m *moduleState) headerError(d *defEntry, at source.Span) {
	kind, name, n := d.kind, d.name, d.arity
	m.b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: source.MarkStart, Message: fmt.Sprintf("%s %s/%d has multiple clauses and also declares default values. In such cases, the default values should be defined in a header. Instead of:\n\n    def foo(:first_clause, b \\\\ :default) do ... end\n    def foo(:second_clause, b) do ... end\n\none should write:\n\n    def foo(a, b \\\\ :default)\n    def foo(:first_clause, b) do ... end\n    def foo(:second_clause, b) do ... end\n",
		kind, name, n)})
}

// defineDefaults makes name/n for every n that the defaults allow.
func (m *moduleState) defineDefaults(d *defEntry, cl *defClause, defaults map[int]syntax.Node) {
	for given := range len(defaults) {
		var params, args []syntax.Node
		left := given
		for i := range cl.args {
			at := syntax.At{At: cl.span}
			if def, ok := defaults[i]; ok {
				if left == 0 {
					args = append(args, def)
					continue
				}
				left--
			}
			v := &syntax.Var{At: at, Name: fmt.Sprintf("x%d%s", i, hygiene)}
			params, args = append(params, v), append(args, v)
		}
		if other := m.defs[funcKey{d.name, len(params)}]; other != nil && !other.made {
			if other.defaults > 0 || other.kind != d.kind {
				m.errorf(cl.span, "%s %s/%d defaults conflicts with %s/%d", d.kind, d.name, d.arity, d.name, len(params))
				continue
			}
			other.clauses = append(other.clauses, &defClause{args: params, env: cl.env, attrs: cl.attrs, span: cl.span,
				expr: &directNode{At: syntax.At{At: cl.span}, to: d, args: args}})
			continue
		}
		e := m.entry(d.kind, d.name, len(params), cl.span)
		e.made, e.used = true, true
		target := d
		e.clauses = []*defClause{{args: params, env: cl.env, attrs: cl.attrs, span: cl.span,
			expr: &directNode{At: syntax.At{At: cl.span}, to: target, args: args}}}
	}
}

// directNode is a call of a function of the same module that cannot be
// mistaken for another.
type directNode struct {
	syntax.At
	to   *defEntry
	args []syntax.Node
}

// compile compiles the clauses of a function, once.
func (d *defEntry) compile(b *build) {
	if d.compiled || d.fn.body != nil || d.fn.native != nil {
		return
	}
	d.compiled = true
	c := &compiler{b: b, fn: newFnState(nil, d.arity, d.fn), def: d}
	clauses := make([]clauseCode, len(d.clauses))
	heads := make([]clauseHead, len(d.clauses))
	for i, cl := range d.clauses {
		heads[i] = clauseHead{cl.args, cl.guard, cl.nameAt}
	}
	c.checkReachable(fmt.Sprintf("this clause for %s/%d", d.name, d.arity), heads)
	for i, cl := range d.clauses {
		env := cl.env.clone()
		env.function = funcKey{d.name, d.arity}
		env.comp = c
		c.env, c.attrs, c.clause, c.gaveUp = env, cl.attrs, cl.nth, false
		clauses[i] = c.clauseOf(cl.args, cl.guard, func() code { return c.defBody(cl) })
	}
	d.fn.body = dispatch(clauses, failClause(d.fn))
	d.fn.slots = c.fn.slots
}

func (c *compiler) defBody(cl *defClause) code {
	if cl.expr != nil {
		if n, ok := cl.expr.(*directNode); ok {
			n.to.used = true
			return directCall(n.to.fn, c.exprs(n.args), &cl.span, true)
		}
		return c.expr(cl.expr, true)
	}
	x := cl.body
	rescue, catch, otherwise, after := x.Section("rescue"), x.Section("catch"), x.Section("else"), x.Section("after")
	body := x.Section("do").Body
	if rescue != nil || catch != nil || otherwise != nil || after != nil {
		return c.tryBody(x, body, rescue, catch, otherwise, after)
	}
	if body == nil {
		return constant(term.Nil)
	}
	return c.expr(body, true)
}

// superCall calls the function that the one being compiled overrides.
func (c *compiler) superCall(x *syntax.Call, tail bool) code {
	d := c.def
	if d == nil {
		return c.errorf(x.Span(), "cannot invoke super/%d outside function", len(x.Args))
	}
	if len(x.Args) != d.arity {
		return c.errorf(x.Span(), "super must be called with the same number of arguments as the current definition")
	}
	if d.super == nil {
		return c.errorf(x.Span(), "no super defined for %s/%d in module %s. Overridable functions available are: %s",
			d.name, d.arity, moduleTextOf(c.env), d.mod.overridableText())
	}
	d.super.compile(c.b)
	return directCall(d.super.fn, c.exprs(x.Args), c.nameSpan(x), tail)
}

// overridableText lists what defoverridable named.
func (m *moduleState) overridableText() string {
	var names []string
	for k := range m.overridable {
		names = append(names, fmt.Sprintf("%s/%d", k.name, k.arity))
	}
	for k := range m.overridden {
		names = append(names, fmt.Sprintf("%s/%d", k.name, k.arity))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

func moduleTextOf(e *Env) string {
	if e.mod == nil {
		return "nofile"
	}
	return moduleText(e.mod.name)
}

// overridableForm is defoverridable name: arity, and defoverridable Behaviour.
func (c *compiler) overridableForm(x *syntax.Call) code {
	v := c.expr(x.Args[0], false)
	env := c.env
	return func(t *Thread) term.Term {
		if env.mod != nil {
			env.mod.makeOverridable(t, v(t))
		}
		return term.Nil
	}
}

// defdelegateForm is defdelegate f(a), to: Mod, as: :g.
func (c *compiler) defdelegateForm(x *syntax.Call) code {
	if hasUnquotes(x) {
		return c.fragmentOf(x, (*compiler).defdelegateForm)
	}
	opts := c.keywordArg(x, 1)
	name, args, ok := signature(x.Args[0])
	if !ok || opts["to"] == nil || c.env.mod == nil {
		if opts["to"] == nil && ok && c.env.mod != nil && len(x.Args) < 2 {
			return c.errorf(x.Span(), "undefined function defdelegate/1 (there is no such import)")
		}
		return c.errorf(x.Span(), "expected to: to be given as argument")
	}
	target := name
	if as, ok := opts["as"].(*syntax.Atom); ok {
		target = as.Name
	}
	env, at := c.env, syntax.At{At: x.Span()}
	plain := make([]syntax.Node, len(args))
	for i, a := range args {
		if b, ok := a.(*syntax.Binary); ok && b.Op == "\\\\" {
			a = b.L
		}
		plain[i] = a
	}
	expr := &syntax.Call{At: at, Target: opts["to"], Name: target, NameAt: x.Span(), Args: plain, Parens: true}
	return func(t *Thread) term.Term {
		env.mod.define("def", name, &defClause{args: args, expr: expr, env: env, attrs: env.mod.attrs, span: x.Span()}, x.Args[0].Span())
		return term.Nil
	}
}

// defguardForm is defguard name(args) when expr.
func (c *compiler) defguardForm(x *syntax.Call) code {
	if c.env.mod == nil {
		return c.errorf(x.Span(), "cannot invoke %s/1 outside module", x.Name)
	}
	if hasUnquotes(x) {
		return c.fragmentOf(x, (*compiler).defguardForm)
	}
	sig, body := splitGuard(x.Args[0])
	name, args, ok := signature(sig)
	if ok && body == nil {
		c.b.report(&source.Diagnostic{Severity: source.Error, Span: sig.Span(), Mark: source.MarkStart, In: c.env.place(),
			Message: fmt.Sprintf("implementation not provided for predefined %s %s/%d", strings.Replace(x.Name, "guard", "macro", 1), name, len(args))})
		return neverRun
	}
	if !ok {
		return c.raises(x.Span(), "ArgumentError", "invalid syntax in %s %s", x.Name, nodeText(x.Args[0]))
	}
	g := &guardMacro{defaults: map[int]syntax.Node{}, private: x.Name == "defguardp"}
	for i, a := range args {
		if b, ok := a.(*syntax.Binary); ok && b.Op == "\\\\" {
			g.defaults[i], a = b.R, b.L
		}
		v, ok := a.(*syntax.Var)
		if !ok {
			return c.raises(x.Span(), "ArgumentError", "invalid syntax in %s %s", x.Name, nodeText(sig))
		}
		g.params = append(g.params, v.Name)
	}
	c.scoped(func() {
		for _, p := range g.params {
			c.declare(p, source.Span{})
		}
		was := c.inGuard
		c.inGuard = true
		g.body = c.expandAll(body)
		c.guard(g.body)
		c.inGuard = was
	})
	for n := len(args) - len(g.defaults); n <= len(args); n++ {
		c.env.mod.macros[funcKey{name, n}] = &macroDef{guard: g}
	}
	return constant(term.Tuple{term.NewAtom(name), term.Int(len(args))})
}
