package interp

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// build is one run of Compile.
type build struct {
	prog    *Program // what module bodies see: everything compiled so far
	thread  *Thread
	diags   source.Errors
	bad     bool // the tree has nodes that did not parse
	files   []*fileUnit
	done    []*module
	open    []*moduleState // modules whose bodies run now
	remotes []remoteNote
	calls   []*storedCall // of components, to be checked when all is compiled
	// templates are the .heex files, for modules to embed.
	templates []*source.File
	count     int // of macro expansions
	// unverified are the modules whose __after_verify__ hooks run when all is
	// compiled; verifying is the one whose do.
	unverified []*moduleState
	verifying  *moduleState
	// late says that the code being compiled is of code that runs already, which
	// may catch what its modules raise.
	late bool
	// sigils are those that quoted code has, by their text.
	sigils   map[string]*syntax.Sigil
	declared map[string]term.Term
	// later says that a call of what is no part of the engine is no error before
	// it runs.
	later bool
	// project is set when parts may be left out.
	project *projectBuild
}

// fileUnit is a file to compile, and the modules that its text defines.
type fileUnit struct {
	file    *source.File
	tree    *syntax.Block
	names   map[term.Atom]bool
	started bool
}

// remoteNote is a call of another module, to be checked when all is compiled.
type remoteNote struct {
	mod   term.Atom
	name  string
	arity int
	at    source.Span
	from  string
}

// compileState marks a thread that runs module bodies.
type compileState struct {
	b      *build
	caller *Env // of the macro that runs; nil if none does
}

// compileLimits bound what module bodies may use.
var compileLimits = Limits{Reductions: 20_000_000, Bytes: 256 << 20, Time: 20 * time.Second}

func newBuild(p *Program) *build { return &build{prog: p, sigils: map[string]*syntax.Sigil{}} }

// maxSource is how many bytes the files of a program may have together.
const maxSource = 8 << 20

// spend takes n reductions for compiling, so that code which macros make
// without end, and more of it than anybody writes, meets a limit.
func (b *build) spend(n int) {
	if b.thread != nil && b.thread.running > 0 {
		b.thread.Burn(n)
	}
}

// fits reports files that are too much.
func (b *build) fits(files []*source.File) bool {
	size := 0
	for _, f := range files {
		if size += len(f.Text()); size > maxSource {
			b.report(&source.Diagnostic{Severity: source.Error, Span: source.Whole(f).Span(0, 0),
				Message: fmt.Sprintf("the files have more than %d MB together, which is not part of this playground", maxSource>>20)})
			return false
		}
	}
	return true
}

// Compile returns a program with the modules of the files added, replacing
// modules of the same name. Module bodies run while compiling, files in the
// order their modules need each other. Files named .heex are templates, for
// embed_templates and for views that have theirs beside them. The error is source.Errors with
// everything found; warnings are returned with or without an error.
func (p *Program) Compile(files ...*source.File) (next *Program, warnings source.Errors, err error) {
	return p.compile(nil, nil, files)
}

func (p *Program) compile(owner any, box Mailbox, files []*source.File) (next *Program, warnings source.Errors, err error) {
	return newBuild(p).run(owner, box, files)
}

func (b *build) run(owner any, box Mailbox, files []*source.File) (next *Program, warnings source.Errors, err error) {
	b.thread = NewThread(b.prog, compileLimits)
	b.thread.Owner, b.thread.Receive = owner, box
	if o, ok := owner.(interface{ Late() *Late }); ok {
		b.thread.late = o.Late()
	}
	b.thread.compiling = &compileState{b: b}
	if !b.fits(files) {
		return nil, b.warnings(), b.diags.Err()
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".heex") {
			b.templates = append(b.templates, f)
			continue
		}
		tree, perr := syntax.Parse(source.Whole(f))
		b.diags = append(b.diags, source.Diagnostics(perr)...)
		b.files = append(b.files, &fileUnit{file: f, tree: tree, names: definedModules(tree)})
	}
	if err := b.diags.Err(); err != nil {
		return nil, b.warnings(), err
	}
	_, rerr := b.thread.Run(func() term.Term {
		for _, u := range b.files {
			b.compileFile(u)
		}
		b.verifyModules()
		return term.Nil
	})
	if e, ok := rerr.(*Exception); ok && e.Limit != limitBroken {
		b.reportException(e, source.Span{})
	}
	if b.diags.Err() == nil {
		b.checkRemotes(0)
		b.verifyComponents(0)
	}
	if err := b.diags.Err(); err != nil {
		return nil, b.warnings(), err
	}
	if len(b.declared) > 0 || b.project != nil {
		next := *b.prog
		next.declared = maps.Clone(next.declared)
		if next.declared == nil {
			next.declared = map[string]term.Term{}
		}
		maps.Copy(next.declared, b.declared)
		if b.project != nil {
			next.left = b.project.out
		}
		b.prog = &next
	}
	return b.prog, b.warnings(), nil
}

// verifyModules runs the hooks of what is compiled without an error.
func (b *build) verifyModules() {
	if b.diags.Err() != nil {
		return
	}
	for _, m := range b.unverified {
		b.verifying = m
		m.callHooks("after_verify", "__after_verify__", m.name)
	}
	b.verifying = nil
}

// CompileWarning reports a warning of code that runs while files are compiled,
// at the place that calls it, and false when this code runs later.
func (t *Thread) CompileWarning(message string) bool {
	if t.compiling == nil || t.compiling.b.late {
		return false
	}
	b := t.compiling.b
	at := t.Where()
	if b.verifying != nil && (at.IsZero() || at.File.Library()) {
		at = b.verifying.span
	}
	if at.IsZero() {
		return false
	}
	b.report(&source.Diagnostic{Severity: source.Warning, Span: at, Message: message})
	return true
}

// Declare keeps a value for Program.Declared, when it is called by code that
// runs at the top of a file. Anywhere else it does nothing.
func (t *Thread) Declare(name string, v term.Term) {
	if t.compiling == nil {
		return
	}
	b := t.compiling.b
	if b.declared == nil {
		b.declared = map[string]term.Term{}
	}
	b.declared[name] = v
}

// Declared returns what Declare kept under a name while this code is compiled,
// or in the program that it runs in; nil if nothing was.
func (t *Thread) Declared(name string) term.Term {
	if t.compiling != nil {
		if v := t.compiling.b.declared[name]; v != nil {
			return v
		}
	}
	return t.prog.Declared(name)
}

func (b *build) warnings() source.Errors {
	var out source.Errors
	for _, d := range b.diags {
		if d.Severity == source.Warning {
			out = append(out, d)
		}
	}
	out.Sort()
	return out
}

func (b *build) report(d *source.Diagnostic) { b.diags = append(b.diags, d) }

// errors counts the errors so far.
func (b *build) errors() int {
	n := 0
	for _, d := range b.diags {
		if d.Severity == source.Error {
			n++
		}
	}
	return n
}

// reportException reports what the body of a module raised.
func (b *build) reportException(e *Exception, at source.Span) {
	if s := e.Span(); !s.IsZero() {
		at = s
	}
	kind, msg := e.Name(), e.Message()
	if e.Kind == atomExit {
		msg = FormatExit(e.Value)
	}
	if e.Internal {
		kind, msg = "internal error", e.message
	}
	b.report(&source.Diagnostic{Severity: source.Error, Kind: kind, Span: at, Message: msg})
}

// definedModules finds the modules that a tree defines, those in others
// included.
func definedModules(tree *syntax.Block) map[term.Atom]bool {
	out := map[term.Atom]bool{}
	var find func(n syntax.Node, prefix string)
	find = func(n syntax.Node, prefix string) {
		walk(n, func(n syntax.Node) bool {
			call, ok := n.(*syntax.Call)
			if !ok || call.Target != nil || call.Name != "defmodule" && call.Name != "defprotocol" || len(call.Args) == 0 {
				return true
			}
			al, ok := call.Args[0].(*syntax.Alias)
			if !ok || al.Base != nil {
				return true
			}
			name := prefix + strings.Join(al.Segs, ".")
			out[term.NewModule(name)] = true
			if do := call.Section("do"); do != nil && do.Body != nil {
				find(do.Body, name+".")
			}
			return false
		})
	}
	find(tree, "")
	return out
}

// ensure compiles the file that defines a module, if that has not begun.
func (b *build) ensure(mod term.Atom) *module {
	if m := b.prog.modules[mod]; m != nil && !b.pending(mod) {
		return m
	}
	for _, u := range b.files {
		if !u.started && u.names[mod] {
			t := b.thread
			s := t.save()
			b.compileFile(u)
			t.restore(s)
		}
	}
	if b.prog.modules[mod] == nil && strings.HasSuffix(mod.Name(), ".Helpers") {
		b.ensure(term.NewAtom(strings.TrimSuffix(mod.Name(), ".Helpers"))) // a router may define it
	}
	return b.prog.modules[mod]
}

// pending reports whether a file that has not begun will define the module.
func (b *build) pending(mod term.Atom) bool {
	for _, u := range b.files {
		if !u.started && u.names[mod] {
			return true
		}
	}
	return false
}

// findFunction reports whether a module, native or compiled so far, exports a
// function.
func (b *build) findFunction(mod term.Atom, name string, arity int) bool {
	m := b.ensure(mod)
	return m != nil && m.export(name, arity) != nil
}

// compileFile runs the top level of a file.
func (b *build) compileFile(u *fileUnit) {
	if u.started {
		return
	}
	u.started = true
	env := &Env{b: b, file: u.file, aliases: map[string]aliasEntry{}, requires: map[term.Atom]bool{}, absent: &absentImports{}}
	fn := &function{name: "__FILE__"}
	c := &compiler{b: b, env: env, fn: newFnState(nil, 0, fn), moduleLevel: true}
	env.comp = c
	now, main := splitScript(u)
	if _, ok := c.runBody(now, fn); !ok {
		return
	}
	if main != nil {
		if _, ok := c.runBody(main, fn); !ok {
			return
		}
	}
	c.leave(0)
}

// runBody runs the expressions of a file or of a module's body one by one, and
// returns the value of the last. It stops at the first that fails.
func (c *compiler) runBody(n syntax.Node, fn *function) (v term.Term, ok bool) {
	t := c.b.thread
	s := t.save()
	defer t.restore(s)
	if t.depth+1 >= len(t.trace) {
		t.deepen()
	}
	t.depth++
	t.trace[t.depth] = record{fn: fn, room: t.trace[t.depth-1].room - moduleStack}
	t.frame = append([]term.Term(nil), c.given...)
	return c.runStatement(n)
}

// runStatement compiles and runs one expression of a module's body.
func (c *compiler) runStatement(n syntax.Node) (v term.Term, ok bool) {
	switch x := n.(type) {
	case *syntax.Block:
		v = term.Nil
		for _, e := range x.Exprs {
			if v, ok = c.runStatement(e); !ok {
				return nil, false
			}
		}
		return v, true
	case *syntax.Call:
		if x.Target == nil && x.Name == "use" && len(x.Args) >= 1 {
			n := c.expandUse(x)
			if n == nil {
				return nil, false
			}
			return c.runStatement(n)
		}
		if d := c.macroOf(x); d != nil && d.guard == nil {
			n := c.expandMacro(d, x)
			if n == nil {
				return nil, false
			}
			return c.runStatement(n)
		}
	}
	v, err := c.evalNow(n)
	if err != nil {
		if e, isException := err.(*Exception); isException {
			c.b.reportException(e, n.Span())
		}
		return nil, false
	}
	return v, true
}

// errBroken says that an expression has errors, which were reported.
type errBroken struct{}

func (errBroken) Error() string { return "the expression has errors" }

// evalNow compiles an expression and runs it in the frame of the module's
// body.
func (c *compiler) evalNow(n syntax.Node) (term.Term, error) {
	before := c.b.errors()
	run := c.expr(n, false)
	if c.b.errors() > before || c.b.bad {
		return nil, errBroken{}
	}
	t := c.b.thread
	if len(t.frame) < c.fn.slots {
		frame := make([]term.Term, c.fn.slots+8)
		copy(frame, t.frame)
		t.frame = frame
	}
	at := n.Span()
	t.at(&at)
	v, x := t.attempt(run)
	switch {
	case x == nil:
		return v, nil
	case x.limit == limitBroken:
		return nil, errBroken{}
	case x.limit != "" || c.b.late:
		panic(x)
	}
	return nil, x.exception(t)
}

// noteRemote remembers a call of another module.
func (b *build) noteRemote(c *compiler, mod term.Atom, name string, arity int, at source.Span) {
	from := ""
	if c.env.mod != nil {
		from = c.env.place()
	}
	b.remotes = append(b.remotes, remoteNote{mod, name, arity, at, from})
}

// checkRemotes warns about calls of functions that are nowhere, leaving out the
// first ones.
func (b *build) checkRemotes(from int) {
	for _, r := range b.remotes[from:] {
		m := b.prog.modules[r.mod]
		if m != nil && (m.export(r.name, r.arity) != nil || r.name == "__info__" || r.name == "module_info") {
			continue
		}
		if m != nil && m.native != nil && m.native.Struct == nil && len(m.funcs) == 0 {
			continue
		}
		if m == nil && b.project != nil {
			b.omitCall(r)
			continue
		}
		if d := absent(r.mod, r.at); d != nil && m == nil {
			if b.later {
				d.Severity = source.Warning
			}
			b.report(d)
			continue
		}
		mfa := FormatMFA(r.mod, r.name, r.arity, nil)
		msg := mfa + " is undefined (module " + term.Inspect(r.mod) + " is not available or is yet to be defined)"
		hint := missingAlias(r.mod)
		if m != nil {
			msg = mfa + " is undefined or private"
			hint = b.prog.functionHint(r.mod, r.name, r.arity)
		}
		b.report(&source.Diagnostic{Severity: source.Warning, Span: r.at, Mark: source.MarkStart, In: r.from, Message: msg + hint})
	}
}

// caller is the value of __CALLER__.
func (t *Thread) caller() term.Term {
	if t.compiling == nil || t.compiling.caller == nil {
		return term.Nil
	}
	env := t.compiling.caller
	return env.term(env.span)
}
