package interp

import (
	"fmt"
	"strconv"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// variable is a name bound at some place of a function. Bindings never change:
// x = x + 1 makes another variable in another slot.
type variable struct {
	name string
	slot int
	fn   *fnState
	span source.Span
	used bool
	// quiet variables make no warning when they are not used.
	quiet bool
}

// fnState is the function whose code is being compiled.
type fnState struct {
	parent *fnState
	slots  int
	// captured lists, for a fn, the variables of outer functions that it reads,
	// and copies them at creation: outer slot → own slot.
	captured []capture
	seen     map[*variable]*variable
	fun      *function
	lambdas  int
	nest     int // of the expression that is compiled
}

type capture struct{ outer, inner *variable }

func newFnState(parent *fnState, arity int, fun *function) *fnState {
	return &fnState{parent: parent, slots: arity, fun: fun, seen: map[*variable]*variable{}}
}

func (f *fnState) newSlot() int {
	f.slots++
	return f.slots - 1
}

// compiler compiles the code of one function, in one lexical place. It is used
// by one goroutine.
//
// The rest of the package compiles expressions with expr; what expr finds wrong
// goes to errorf, and the code it returns is then never run. Variables are
// bound by pattern and declare, and go out of scope with scoped.
type compiler struct {
	b   *build
	env *Env
	fn  *fnState
	// vars are the variables in scope, innermost last.
	vars []*variable
	// pat holds the variables of the pattern that is being compiled.
	pat []*variable
	// captures is the number of arguments of the & expression being compiled,
	// -1 outside of one.
	captureArgs []*variable
	inCapture   bool
	inGuard     bool
	inPattern   bool
	attrs       *term.Map // of the module, at the place of the def
	moduleLevel bool
	// inside is set while a macro is expanded that is not an expression of a
	// module's body.
	inside   bool
	gaveUp   bool      // Elixir gives up on the function that is compiled
	fragment bool      // a def whose unquotes were filled in
	def      *defEntry // whose clauses are compiled
	clause   int       // which of the clauses of the module is compiled, 0 if none is
	// given are the values of variables from around a module, in their slots.
	given []term.Term
}

// report reports what was found in the code that is compiled.
func (c *compiler) report(d *source.Diagnostic) {
	if d.In == "" && c.env != nil {
		d.In = c.env.place()
	}
	c.b.report(d)
}

// errorf reports an error at a place.
func (c *compiler) errorf(at source.Span, format string, args ...any) code {
	c.gaveUp = true
	return c.errorOn(at, format, args...)
}

// errorOn is errorf for what Elixir goes on after, so that it finds more in the
// same function.
func (c *compiler) errorOn(at source.Span, format string, args ...any) code {
	c.report(&source.Diagnostic{Severity: source.Error, Span: at, Mark: source.MarkStart, Message: fmt.Sprintf(format, args...)})
	return neverRun
}

// errorName is errorf for a name, all of which is marked.
func (c *compiler) errorName(at source.Span, format string, args ...any) code {
	c.report(&source.Diagnostic{Severity: source.Error, Span: at, Message: fmt.Sprintf(format, args...)})
	return neverRun
}

// errorLine is errorf for what Elixir knows the line of alone.
func (c *compiler) errorLine(at source.Span, format string, args ...any) code {
	c.report(&source.Diagnostic{Severity: source.Error, Span: at, Mark: source.MarkLine, Message: fmt.Sprintf(format, args...)})
	return neverRun
}

// raises reports an exception that a macro of Elixir raises.
func (c *compiler) raises(at source.Span, kind, format string, args ...any) code {
	c.gaveUp = true
	c.report(&source.Diagnostic{Severity: source.Error, Kind: kind, Span: at, Message: fmt.Sprintf(format, args...)})
	return neverRun
}

func (c *compiler) warnf(at source.Span, format string, args ...any) {
	c.report(&source.Diagnostic{Severity: source.Warning, Span: at, Mark: source.MarkStart, Message: fmt.Sprintf(format, args...)})
}

// neverRun stands where there was a compile error. A module's body may still
// reach it in a module that is broken; then the body ends, and the errors say
// why.
func neverRun(*Thread) term.Term {
	panic(&raised{kind: term.Err, value: term.Nil, limit: limitBroken})
}

// limitBroken marks the end of code that has compile errors.
const limitBroken = "compile"

// lookup finds the variable of a name, capturing it into the function that is
// compiled when it belongs to an outer one. It returns nil if there is none.
func (c *compiler) lookup(name string) *variable {
	for i := len(c.vars) - 1; i >= 0; i-- {
		if v := c.vars[i]; v.name == name {
			v.used = true
			return c.fn.capture(v)
		}
	}
	return nil
}

func (f *fnState) capture(v *variable) *variable {
	if v.fn == f {
		return v
	}
	if own := f.seen[v]; own != nil {
		return own
	}
	if f.parent == nil {
		return v
	}
	outer := f.parent.capture(v)
	own := &variable{name: v.name, slot: f.newSlot(), fn: f, used: true}
	f.captured = append(f.captured, capture{outer, own})
	f.seen[v] = own
	return own
}

// declare binds a name to a new slot of the function that is compiled.
func (c *compiler) declare(name string, at source.Span) *variable {
	v := c.newVariable(name, at)
	c.vars = append(c.vars, v)
	return v
}

func (c *compiler) newVariable(name string, at source.Span) *variable {
	return &variable{name: name, slot: c.fn.newSlot(), fn: c.fn, span: at, quiet: strings.HasPrefix(name, "_") || strings.Contains(name, hygiene)}
}

// scoped runs f and then forgets the variables that it bound, and what it
// aliased or imported.
func (c *compiler) scoped(f func()) {
	n, env := len(c.vars), c.env
	f()
	c.leave(n)
	c.env = env
}

// leave forgets the variables from the n-th on, warning about unused ones.
func (c *compiler) leave(n int) {
	for _, v := range c.vars[n:] {
		c.checkUsed(v)
	}
	c.vars = c.vars[:n]
}

func (c *compiler) checkUsed(v *variable) {
	if !v.used && !v.quiet && !v.span.IsZero() && !c.gaveUp {
		c.report(&source.Diagnostic{Severity: source.Warning, Span: v.span, Message: fmt.Sprintf(
			"variable %q is unused (if the variable is not meant to be used, prefix it with an underscore)", v.name)})
		v.quiet = true
	}
}

// visible returns the names of the variables in scope.
func (c *compiler) visible() []string {
	var out []string
	seen := map[string]bool{}
	for i := len(c.vars) - 1; i >= 0; i-- {
		if n := c.vars[i].name; !seen[n] && !strings.Contains(n, hygiene) {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// Env is what is known at a place in the code while it is compiled: module,
// function, aliases, imports. Macros get it. It is not changed after it is
// made; alias and import make another one.
type Env struct {
	b        *build
	mod      *moduleState
	function funcKey
	file     *source.File
	aliases  map[string]aliasEntry
	imports  []*importEntry
	requires map[term.Atom]bool
	absent   *absentImports
	comp     *compiler
	span     source.Span
}

type aliasEntry struct {
	to    term.Atom
	used  *bool
	order int // of the definitions
}

// importEntry is one import. Later ones come first when names clash.
type importEntry struct {
	module term.Atom
	only   map[funcKey]bool // nil for all
	except map[funcKey]bool
	kind   string // "", functions, macros
	span   source.Span
	used   bool
	quiet  bool
}

func (i *importEntry) allows(k funcKey) bool {
	if i.only != nil && !i.only[k] {
		return false
	}
	return !i.except[k]
}

func (e *Env) clone() *Env {
	n := *e
	return &n
}

// withAlias returns an Env in which a name stands for a module. An alias that a
// macro wrote is known to the rest of what it wrote by the number of the
// expansion, whatever the code around it names alike.
func (e *Env) withAlias(name string, to term.Atom, counter int) (*Env, *bool) {
	n := e.clone()
	n.aliases = make(map[string]aliasEntry, len(e.aliases)+1)
	for k, v := range e.aliases {
		n.aliases[k] = v
	}
	delete(n.aliases, name)
	used := new(bool)
	n.aliases[name] = aliasEntry{to: to, used: used, order: len(n.aliases)}
	if counter != 0 {
		n.aliases[name+hygiene+strconv.Itoa(counter)] = aliasEntry{to: to, used: used}
	}
	return n, used
}

// aliased returns the module that an alias without a base stands for, false if
// it is none here.
func (e *Env) aliased(x *syntax.Alias) (term.Atom, bool) {
	if x.Segs[0] == "Elixir" && len(x.Segs) > 1 {
		return term.Atom{}, false
	}
	name := x.Segs[0]
	if q, ok := x.Meta.(*nameMeta); ok && q.alias != nil {
		if mod, ok := q.alias.(term.Atom); ok && mod != term.False {
			return mod, true
		}
		name += hygiene + strconv.Itoa(q.counter)
	}
	a, ok := e.aliases[name]
	if !ok {
		return term.Atom{}, false
	}
	if !*a.used { // threads read what was compiled
		*a.used = true
	}
	if len(x.Segs) == 1 {
		return a.to, true
	}
	base := a.to.Name()
	if !strings.HasPrefix(base, "Elixir.") {
		base = "Elixir." + base
	}
	return term.NewAtom(base + "." + strings.Join(x.Segs[1:], ".")), true
}

// expandAlias returns the module that an alias without a base stands for.
func (e *Env) expandAlias(x *syntax.Alias) term.Atom {
	if mod, ok := e.aliased(x); ok {
		return mod
	}
	if x.Segs[0] == "Elixir" {
		return term.NewAtom(strings.Join(x.Segs, "."))
	}
	return term.NewModule(strings.Join(x.Segs, "."))
}

// moduleName returns the module that a node names at compile time: an alias,
// an atom or __MODULE__.
func (c *compiler) moduleName(n syntax.Node) (term.Atom, bool) {
	switch x := n.(type) {
	case *syntax.Alias:
		if x.Base != nil {
			base, ok := c.moduleName(x.Base)
			if !ok {
				return term.Atom{}, false
			}
			return term.NewAtom(base.Name() + "." + strings.Join(x.Segs, ".")), true
		}
		return c.env.expandAlias(x), true
	case *syntax.Atom:
		return term.NewAtom(x.Name), true
	case *syntax.Var:
		if plainName(x.Name) == "__MODULE__" && c.env.mod != nil {
			return c.env.mod.name, true
		}
	case *syntax.Call:
		if x.Target == nil && x.Name == "__MODULE__" && c.env.mod != nil {
			return c.env.mod.name, true
		}
	case *valueNode:
		a, ok := x.v.(term.Atom)
		return a, ok
	case *syntax.Block:
		if len(x.Exprs) == 1 {
			return c.moduleName(x.Exprs[0])
		}
	}
	return term.Atom{}, false
}

// Module returns the module that is being compiled, false outside of one.
func (e *Env) Module() (term.Atom, bool) {
	if e.mod == nil {
		return term.Atom{}, false
	}
	return e.mod.name, true
}

// Function returns the function that is being compiled; name is "" in a
// module's body.
func (e *Env) Function() (name string, arity int) { return e.function.name, e.function.arity }

// File returns the file that is being compiled.
func (e *Env) File() *source.File { return e.file }

// Thread returns the thread that runs module bodies.
func (e *Env) Thread() *Thread { return e.b.thread }

// Expand returns the module that a node names: an alias, an atom, __MODULE__.
func (e *Env) Expand(n syntax.Node) (term.Atom, bool) { return e.comp.moduleName(n) }

// Eval evaluates an expression of the module's body, such as the options of a
// use, at compile time.
func (e *Env) Eval(n syntax.Node) (term.Term, error) { return e.comp.evalNow(n) }

// Attribute returns the value of a module attribute, or nil.
func (e *Env) Attribute(name string) term.Term {
	if e.mod == nil {
		return nil
	}
	return e.mod.attribute(name)
}

// PutAttribute sets a module attribute, or adds to it when it accumulates.
func (e *Env) PutAttribute(name string, v term.Term) { e.mod.putAttribute(name, v) }

// RegisterAttribute makes a module attribute accumulate its values.
func (e *Env) RegisterAttribute(name string) { e.mod.accumulate(name) }

// Define adds a Go function to the module that is being compiled, unless its
// author defines one of the same name and arity.
func (e *Env) Define(f NativeFunc) { e.mod.natives = append(e.mod.natives, f) }

// Defines reports whether the module that is being compiled has defined a
// function so far.
func (e *Env) Defines(name string, arity int) bool {
	return e.mod != nil && e.mod.defs[funcKey{name, arity}] != nil
}

// AtEnd runs f after the body of the module, before its functions are
// compiled, as @before_compile does.
func (e *Env) AtEnd(f func(env *Env) (syntax.Node, error)) {
	e.mod.before = append(e.mod.before, f)
}

// Report adds a diagnostic to those of the compile.
func (e *Env) Report(d *source.Diagnostic) { e.b.report(d) }

// Omit notes that a part of a project is left out, and returns false when what
// is compiled is no project, in which nothing may be.
func (e *Env) Omit(what, why, hint string) bool { return e.OmitAt(e.span, what, why, hint) }

// OmitAt is Omit for a place.
func (e *Env) OmitAt(at source.Span, what, why, hint string) bool {
	if e.b.project == nil {
		return false
	}
	e.b.project.note(Omission{What: what, Span: at, Why: why, Hint: hint})
	return true
}

// ImportAbsent notes that a module of a project imports one that is not there,
// so that what it calls without a module may be of it.
func (e *Env) ImportAbsent(mod term.Atom) {
	e.absent.add(mod)
}

// Callable reports whether a function of the module, an import or Kernel has
// the name and arity.
func (e *Env) Callable(name string, arity int) bool {
	return e.Defines(name, arity) || e.comp.callable(name, arity)
}

// Missing reports whether a module is one that a project does without, and
// says why.
func (e *Env) Missing(mod term.Atom) (why, hint string, missing bool) {
	if !e.comp.absent(mod) {
		return "", "", false
	}
	why, hint = e.b.whyAbsent(mod)
	return why, hint, true
}

// hygiene marks the names of variables that a quote binds, so that they never
// meet those of the place where the code is put.
const hygiene = "\x00"

// plainName is the name as it was written.
func plainName(name string) string {
	if i := strings.Index(name, hygiene); i >= 0 {
		return name[:i]
	}
	return name
}

// valueNode is a node that stands for a term, such as unquote put there.
type valueNode struct {
	syntax.At
	v term.Term
}

// Value returns a node whose value is the term, for use in what a macro
// returns.
func Value(v term.Term, at source.Span) syntax.Node { return &valueNode{At: syntax.At{At: at}, v: v} }
