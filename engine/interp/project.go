package interp

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// Omission is something of a project that does not run here.
type Omission struct {
	// What is left out: a module, a statement of one, a function, or the calls
	// of a module that is not there.
	What string
	Span source.Span
	// Why says what it needs, and Hint what to do instead; "" for nothing.
	Why, Hint string
	// Calls are the places that call what is not there. They raise
	// UndefinedFunctionError when they run.
	Calls []source.Span
}

// String is the omission in one line: "file:line:column: What: Why".
func (o Omission) String() string {
	var b strings.Builder
	if !o.Span.IsZero() {
		b.WriteString(placeOf(o.Span) + ": ")
	}
	b.WriteString(o.What + " is left out: " + o.Why)
	if o.Hint != "" {
		b.WriteString("; " + o.Hint)
	}
	switch n := len(o.Calls); {
	case n == 1:
		b.WriteString(" (called at " + placeOf(o.Calls[0]) + ")")
	case n > 1:
		fmt.Fprintf(&b, " (called at %d places, the first is %s)", n, placeOf(o.Calls[0]))
	}
	return b.String()
}

func placeOf(at source.Span) string {
	p := at.Pos()
	return fmt.Sprintf("%s:%d:%d", at.File.Name(), p.Line, p.Column)
}

// projectBuild is what a build of a project notes of what it leaves out.
type projectBuild struct {
	left  []*Omission
	out   map[term.Atom]*Omission // by the module that is left out or not there
	known map[string]bool
}

// CompileProject is Compile for the files of a whole project, of which parts
// may need what is not here: a database, mail, other libraries. A module that
// uses such a thing is left out, and so is a statement of a router; what only
// calls it compiles, and raises UndefinedFunctionError when it runs, as in
// Elixir. The error is for what is wrong in the project's code.
func (p *Program) CompileProject(files ...*source.File) (next *Program, left []Omission, warnings source.Errors, err error) {
	b := newBuild(p)
	b.project = &projectBuild{out: map[term.Atom]*Omission{}, known: map[string]bool{}}
	next, warnings, err = b.run(nil, nil, files)
	for _, o := range b.project.left {
		left = append(left, *o)
	}
	slices.SortStableFunc(left, func(a, b Omission) int {
		if a.Span.IsZero() != b.Span.IsZero() {
			if a.Span.IsZero() {
				return 1
			}
			return -1
		}
		if a.Span.IsZero() || a.Span.File.Name() != b.Span.File.Name() {
			if a.Span.IsZero() {
				return strings.Compare(a.What, b.What)
			}
			return strings.Compare(a.Span.File.Name(), b.Span.File.Name())
		}
		return a.Span.Start - b.Span.Start
	})
	return next, left, warnings, err
}

// Project reports whether the program is a project, of which parts may be left
// out.
func (p *Program) Project() bool { return p.left != nil }

// LeftOut says why a module of a project is not there, "" if nothing is known
// of it.
func (p *Program) LeftOut(mod term.Atom) string {
	if o := p.left[mod]; o != nil {
		return o.Why
	}
	return ""
}

// note adds an omission, once.
func (p *projectBuild) note(o Omission) *Omission {
	key := o.What + "\x00" + o.Why
	if p.known[key] {
		for _, have := range p.left {
			if have.What == o.What && have.Why == o.Why {
				return have
			}
		}
	}
	p.known[key] = true
	added := &o
	p.left = append(p.left, added)
	return added
}

// whyAbsent says what a module is that is not there.
func (b *build) whyAbsent(mod term.Atom) (why, hint string) {
	if lib := absentModule(mod); lib != nil {
		return "`" + moduleText(mod) + "` is " + lib.name + ", but not part of this playground", lib.instead
	}
	if o := b.project.out[mod]; o != nil {
		return "it needs " + moduleText(mod) + ", which is left out", ""
	}
	return "`" + moduleText(mod) + "` is neither in the project nor a part of this playground", ""
}

// missing reports whether a module is one that a project can do without: it is
// not there, and no body of it is being compiled.
func (c *compiler) missing(mod term.Atom) bool {
	return c.b.project != nil && c.b.ensure(mod) == nil && !c.isOpen(mod)
}

// absent reports whether a module is missing when the code runs: one that a
// file has is there by then, if it is not left out.
func (c *compiler) absent(mod term.Atom) bool {
	switch p := c.b.project; {
	case p == nil:
		return false
	case p.out[mod] != nil:
		return c.missing(mod)
	}
	return !slices.ContainsFunc(c.b.files, func(u *fileUnit) bool { return u.names[mod] }) && c.missing(mod)
}

// absentInTests reports whether a module is of a library that is not here, and
// what imports it is compiled onto a project: the cases that are generated with
// it import what few of its tests use.
func (c *compiler) absentInTests(mod term.Atom) bool {
	return c.b.prog.Project() && absentModule(mod) != nil && c.b.ensure(mod) == nil
}

// absentImports reports whether an import of something absent may be what
// explains a name that is nowhere.
func (c *compiler) absentImports() bool { return c.env.mod != nil && c.env.absent.any() }

// lenient is absentImports in a project, which does without.
func (c *compiler) lenient() bool { return c.b.project != nil && c.absentImports() }

// leaveOut ends the body of a module that needs what is not there. A statement
// that a macro made, that is a router's, or that is not the only use of the
// module, is left out by itself.
func (c *compiler) leaveOut(x *syntax.Call, mod term.Atom) syntax.Node {
	why, hint := c.b.whyAbsent(mod)
	m := c.env.mod
	if m == nil || c.fromMacro(x) || m.attribute("phoenix_routes") != nil || c.usesElse(x) {
		c.b.project.note(Omission{What: "use " + moduleText(mod), Span: x.Span(), Why: why, Hint: hint})
		c.env.absent.add(mod)
		return &syntax.Block{At: x.At}
	}
	m.leftOut = &Omission{What: moduleText(m.name), Span: m.span, Why: why, Hint: hint}
	return nil
}

// usesElse reports whether a module uses, beside what a statement of it names,
// something that is there. Then that is what the module is.
func (c *compiler) usesElse(x *syntax.Call) bool {
	body, ok := c.env.mod.body.(*syntax.Block)
	return ok && slices.ContainsFunc(body.Exprs, func(n syntax.Node) bool {
		use, ok := n.(*syntax.Call)
		if !ok || use == x || use.Target != nil || use.Name != "use" || len(use.Args) == 0 {
			return false
		}
		mod, ok := c.moduleName(use.Args[0])
		return ok && !c.missing(mod)
	})
}

// mayOmit reports whether an error is only that something is not there.
func mayOmit(d *source.Diagnostic) bool {
	return d.Severity != source.Error || d.Unsupported || d.Kind == "UndefinedFunctionError"
}

// omit takes back the errors since a point when they only say that something
// is not part of the playground. It returns the first of them.
func (b *build) omit(from int) *source.Diagnostic {
	var first *source.Diagnostic
	for _, d := range b.diags[from:] {
		if !mayOmit(d) {
			return nil
		}
		if d.Severity == source.Error && first == nil {
			first = d
		}
	}
	if first != nil {
		b.diags = b.diags[:from]
	}
	return first
}

// leave notes that a module is left out, because of what it says of itself or
// of errors since a point.
func (m *moduleState) leave(from int) bool {
	b := m.b
	if b.project == nil {
		return false
	}
	o := m.leftOut
	if o != nil {
		b.diags = b.diags[:from]
	} else if d := b.omit(from); d != nil {
		o = &Omission{What: moduleText(m.name), Span: d.Span, Why: d.Message, Hint: d.Hint}
	}
	if o == nil {
		return false
	}
	b.project.out[m.name] = b.project.note(*o)
	return true
}

// compileOrOmit compiles a function. When it is part of a project and needs
// what is not there, it raises what that is.
func (d *defEntry) compileOrOmit(b *build) {
	from := len(b.diags)
	d.compile(b)
	if b.project == nil || d.macro {
		return
	}
	first := b.omit(from)
	if first == nil {
		return
	}
	b.project.note(Omission{What: FormatMFA(d.fn.module, d.name, d.arity, nil), Span: first.Span, Why: first.Message, Hint: first.Hint})
	message, at := first.Message, first.Span
	d.fn.body = func(t *Thread) term.Term {
		t.at(&at)
		t.RaiseNew("UndefinedFunctionError", "module", d.fn.module, "function", term.NewAtom(d.name), "arity", term.Int(d.arity), "message",
			term.Binary("function "+FormatMFA(d.fn.module, d.name, d.arity, nil)+" does not run here: "+message))
		return nil
	}
}

// absentCall compiles a call of what an absent import may have given. It
// raises, and its arguments, which may be code for a macro, are not run.
func (c *compiler) absentCall(x *syntax.Call) code {
	arity := callArity(x)
	mod := c.absentImport(x.Name, arity)
	if c.env.function.name == "" {
		why, hint := c.b.whyAbsent(mod)
		c.b.project.note(Omission{What: fmt.Sprintf("%s/%d", x.Name, arity), Span: x.Span(), Why: why, Hint: hint})
		return constant(term.Nil)
	}
	c.touch(x)
	c.b.noteRemote(c, mod, x.Name, arity, nameSpanOf(x))
	return c.raiseAbsent(c.nameSpan(x), mod, x.Name, arity)
}

func (c *compiler) raiseAbsent(at *source.Span, mod term.Atom, name string, arity int) code {
	return func(t *Thread) term.Term {
		t.at(at)
		t.raiseUndefined(mod, name, arity)
		return nil
	}
}

// absentImport is the absent module that was imported last, or the one that
// names the function in its only:.
func (c *compiler) absentImport(name string, arity int) term.Atom {
	a := c.env.absent
	for i := len(a.mods) - 1; i >= 0; i-- {
		if a.only[a.mods[i]][funcKey{name, arity}] {
			return a.mods[i]
		}
	}
	for i := len(a.mods) - 1; i >= 0; i-- {
		if (moduleText(a.mods[i]) == "Ecto.Query") == slices.Contains(queryNames, name) {
			return a.mods[i]
		}
	}
	return a.mods[len(a.mods)-1]
}

// queryNames are what Ecto.Query gives. It is imported beside Ecto.Changeset as
// a rule, and a message should name the right one.
var queryNames = []string{"from", "where", "or_where", "select", "select_merge", "join", "order_by", "group_by", "having", "limit", "offset",
	"preload", "distinct", "subquery", "dynamic", "exclude", "lock", "union", "update", "windows", "with_cte", "first", "last", "reverse_order"}

// importAbsent notes the import of a module that is not there.
func (c *compiler) importAbsent(mod term.Atom, only syntax.Node) {
	a := c.env.absent
	a.add(mod)
	if a == nil || only == nil {
		return
	}
	v, ok := c.literal(only)
	l, isList := v.(*term.List)
	if !ok || !isList {
		return
	}
	names := map[funcKey]bool{}
	for e := range l.All() {
		if kv, ok := e.(term.Tuple); ok && len(kv) == 2 {
			name, _ := kv[0].(term.Atom)
			arity, _ := kv[1].(term.Int)
			names[funcKey{name.Name(), int(arity)}] = true
		}
	}
	if a.only == nil {
		a.only = map[term.Atom]map[funcKey]bool{}
	}
	a.only[mod] = names
}

// absentImports are the modules that a file or a module imports and that are
// not there. nil notes nothing.
type absentImports struct {
	mods []term.Atom
	only map[term.Atom]map[funcKey]bool // what was imported of them
}

func (a *absentImports) any() bool { return a != nil && len(a.mods) > 0 }

func (a *absentImports) add(mod term.Atom) {
	if a != nil {
		a.mods = append(a.mods, mod)
	}
}

// inner returns what a module starts with that stands inside: imports are those
// of the code around it.
func (a *absentImports) inner() *absentImports {
	if a == nil {
		return &absentImports{}
	}
	return &absentImports{mods: slices.Clip(a.mods), only: maps.Clone(a.only)}
}

// absentRemote compiles Mod.name(args) of a module that is not there. Its
// arguments are run if they are code of this project, and not a macro's.
func (c *compiler) absentRemote(mod term.Atom, x *syntax.Call) code {
	from := len(c.b.diags)
	args := c.callArgs(x)
	if c.b.diags[from:].Err() != nil {
		c.b.diags, args = c.b.diags[:from], nil
		c.touch(x)
	}
	at, name, arity := c.nameSpan(x), x.Name, callArity(x)
	return func(t *Thread) term.Term {
		sp := t.sp
		given := t.args(args)
		if f := t.prog.export(mod, name, arity); f != nil && len(given) == arity { // defined after this was compiled
			result := t.invoke(f, slices.Clone(given), at)
			t.sp = sp
			return result
		}
		t.sp = sp
		t.at(at)
		t.raiseUndefined(mod, name, arity)
		return nil
	}
}

// touch marks the variables, aliases and attributes of code that is not
// compiled as used.
func (c *compiler) touch(x *syntax.Call) {
	nodes := append([]syntax.Node{}, x.Args...)
	if x.Do != nil {
		nodes = append(nodes, doKeywords(x))
	}
	for _, n := range nodes {
		walk(n, func(n syntax.Node) bool {
			switch v := n.(type) {
			case *syntax.Var:
				c.lookup(v.Name)
				if d := c.localDef(v.Name, 0); d != nil {
					d.used = true
				}
			case *syntax.Alias:
				c.moduleName(v)
			case *syntax.Attr:
				if c.env.mod != nil && c.env.mod.attrUses[v.Name] != nil {
					c.env.mod.attrUses[v.Name].read = true
				}
			case *syntax.Call:
				if d := c.localDef(v.Name, callArity(v)); d != nil && v.Target == nil {
					d.used = true
				}
			}
			return true
		})
	}
}

// omitCall gathers the calls of modules that are not there.
func (b *build) omitCall(r remoteNote) {
	o := b.project.out[r.mod]
	if o == nil {
		o = &Omission{What: moduleText(r.mod), Why: "it is neither in the project nor a part of this playground"}
		if lib := absentModule(r.mod); lib != nil {
			o.Why, o.Hint = "it is "+lib.name+", but not part of this playground", lib.instead
		}
		b.project.out[r.mod] = o
		b.project.left = append(b.project.left, o)
	}
	o.Calls = append(o.Calls, r.at)
}

// missingComponent reports whether a component is of a module that a project
// does without.
func (c *compiler) missingComponent(n *componentCall) bool {
	if c.b.project == nil {
		return false
	}
	u, _ := n.fun.(*syntax.Unary)
	if u == nil {
		return false
	}
	b, _ := u.X.(*syntax.Binary)
	if b == nil {
		return false
	}
	switch of := b.L.(type) {
	case *syntax.Var:
		return c.lenient() && !c.callable(of.Name, 1)
	case *syntax.Call:
		mod, ok := c.moduleName(of.Target)
		return of.Target != nil && ok && c.absent(mod)
	}
	return false
}

// omitted is a component that is not there: it renders nothing, and what it
// would be given is compiled all the same.
func (n *trackedCall) omitted(c *compiler) code {
	u := n.call.fun.(*syntax.Unary)
	mod, name := term.Atom{}, n.call.localName()
	if name != "" {
		mod = c.absentImport(name, 1)
	} else {
		of := u.X.(*syntax.Binary).L.(*syntax.Call)
		mod, _ = c.moduleName(of.Target)
		name = of.Name
	}
	why, hint := c.b.whyAbsent(mod)
	c.b.project.note(Omission{What: "<" + moduleText(mod) + "." + name + ">", Span: n.call.Span(), Why: why + "; it renders nothing", Hint: hint})
	c.exprs(n.call.roots)
	for _, f := range n.call.attrs {
		c.expr(f.x, false)
	}
	for _, s := range n.call.slots {
		n.slot(c, s)
	}
	return constant(term.Binary(""))
}
