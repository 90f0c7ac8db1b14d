package interp

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// Late holds the modules that code defines while it runs, for all threads that
// share it. The zero value is empty. It is safe for concurrent use.
type Late struct {
	mu      sync.Mutex
	modules []*module
	bytes   int // about what making them took
	version int
	latest  atomic.Int64 // version, to be read without the lock
	// merged is the program base with the modules, as of version at.
	base, merged *Program
	at           int
}

// onto returns a program with the modules. The lock is held.
func (l *Late) onto(p *Program) *Program {
	if l.base != p || l.at != l.version {
		l.base, l.merged, l.at = p, p.with(l.modules), l.version
	}
	return l.merged
}

// maxLate is how many modules may be defined while code runs, and maxLateBytes
// how much what is in them may take.
const (
	maxLate      = 5_000
	maxLateBytes = 128 << 20
)

// add adds a module, in place of one of the same name. It returns the limit for
// which there was no room for it, "" if there was.
func (l *Late) add(mod *module) (limit string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.modules = slices.DeleteFunc(l.modules, func(m *module) bool {
		if m.name == mod.name {
			l.bytes -= m.bytes
		}
		return m.name == mod.name
	})
	switch {
	case len(l.modules) >= maxLate:
		return fmt.Sprintf("more than %d modules were defined while code ran", maxLate)
	case l.bytes+mod.bytes > maxLateBytes:
		return fmt.Sprintf("modules that were defined while code ran take more than %d MB", maxLateBytes>>20)
	}
	l.modules = append(l.modules, mod)
	l.bytes += mod.bytes
	l.version++
	l.latest.Store(int64(l.version))
	return ""
}

// Share makes the modules that code defines while it runs known to all threads
// with the same Late.
func (t *Thread) Share(l *Late) {
	t.late = l
	t.Refresh()
}

// Refresh takes over the modules that other threads have defined.
func (t *Thread) Refresh() {
	l := t.late
	if l == nil || t.compiling != nil || int64(t.lateVersion) == l.latest.Load() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.version != t.lateVersion && l.version > 0 {
		t.prog = l.onto(t.prog)
		t.lateVersion = l.version
	}
}

// building runs f with the build that compiles for a thread: the one that runs
// the thread, or one of its own. What f found wrong is raised, and its warnings
// are written, when it is done.
func (t *Thread) building(what string, f func(b *build)) {
	var b *build
	if t.compiling == nil {
		b = newBuild(t.prog)
		b.thread = t
		b.late = true
		t.compiling = &compileState{b: b}
		defer func() { t.compiling = nil }()
	} else {
		b = t.compiling.b
	}
	diags, open := b.diags, len(b.open)
	late := b.late
	b.diags, b.late = nil, true
	defer func() {
		b.diags, b.open, b.late = diags, b.open[:open], late
	}()
	remotes, calls := len(b.remotes), len(b.calls)
	f(b)
	found := b.diags
	if found.Err() == nil {
		b.diags = nil
		b.checkRemotes(remotes)
		b.verifyComponents(calls)
		found = append(found, b.diags...)
	}
	b.remotes, b.calls = b.remotes[:remotes], b.calls[:calls]
	t.raiseDiagnostics(what, found)
}

// raiseDiagnostics writes warnings and errors to standard error, and raises a
// CompileError when there were errors.
func (t *Thread) raiseDiagnostics(what string, found source.Errors) {
	var first *source.Diagnostic
	for _, d := range found {
		if d.Severity == source.Error && first == nil {
			first = d
			if d.Kind != "" && t.prog.Exists(term.NewModule(d.Kind)) {
				t.raiseDiagnostic(d)
			}
		}
		t.complain(d.Text() + "\n")
	}
	if first == nil {
		return
	}
	file := "nofile"
	if !first.Span.IsZero() {
		file = first.Span.File.Name()
	}
	t.RaiseNew("CompileError", "file", term.Binary(file), "description", term.Binary("cannot compile "+what+" (errors have been logged)"))
}

// complain writes a line to standard error.
func (t *Thread) complain(text string) {
	if io := term.NewModule("IO"); t.prog.Exports(io, "puts", 2) {
		t.Apply(io, "puts", term.NewAtom("stderr"), term.Binary(text))
	}
}

// raiseDiagnostic raises the exception that a diagnostic is the text of.
func (t *Thread) raiseDiagnostic(d *source.Diagnostic) {
	text := d.Text()
	text = strings.TrimPrefix(text, "** ("+d.Kind+") ")
	fields := []any{}
	mod := t.prog.modules[term.NewModule(d.Kind)]
	put := func(name string, v term.Term) {
		if mod != nil && mod.fields != nil && mod.fields.Has(term.NewAtom(name)) {
			fields = append(fields, name, v)
		}
	}
	if !d.Span.IsZero() {
		pos := d.Span.Pos()
		put("file", term.Binary(d.Span.File.Name()))
		put("line", term.Int(pos.Line))
		put("column", term.Int(pos.Column))
		put("snippet", term.Binary(d.Span.File.Line(pos.Line)))
		put("description", term.Binary(d.Message))
		put("text", term.Binary(text))
	}
	if mod != nil && mod.fields != nil && mod.fields.Has(atomMessage) {
		fields = append(fields, "message", term.Binary(d.Message))
	}
	t.RaiseNew(d.Kind, fields...)
}

// boundValue is a variable with its value.
type boundValue struct {
	name  string
	value term.Term
}

// start declares variables that have values, and returns the frame with them.
func (c *compiler) start(vars []boundValue) []term.Term {
	for _, b := range vars {
		v := c.declare(b.name, source.Span{})
		v.quiet = true
	}
	frame := make([]term.Term, c.fn.slots)
	for i, v := range c.vars {
		frame[v.slot] = vars[i].value
	}
	return frame
}

// freeIn returns the variables in scope that a tree names, with the code that
// reads them.
func (c *compiler) freeIn(n syntax.Node) (names []string, reads []code) {
	if n == nil || len(c.vars) == 0 {
		return nil, nil
	}
	seen := map[string]bool{}
	walk(n, func(n syntax.Node) bool {
		v, ok := n.(*syntax.Var)
		if !ok || seen[v.Name] {
			return true
		}
		seen[v.Name] = true
		for _, known := range c.vars {
			if known.name == v.Name {
				names = append(names, v.Name)
				break
			}
		}
		return true
	})
	sort.Strings(names)
	for _, n := range names {
		reads = append(reads, read(c.lookup(n)))
	}
	return names, reads
}

// values reads variables for code that is compiled while other code runs.
func values(t *Thread, names []string, reads []code) []boundValue {
	out := make([]boundValue, len(names))
	for i, n := range names {
		out[i] = boundValue{n, reads[i](t)}
	}
	return out
}

// evalTree compiles an expression and runs it with the variables given, and
// returns its value and all variables.
func (t *Thread) evalTree(env *Env, tree syntax.Node, vars []boundValue) (term.Term, []boundValue) {
	var run code
	var c *compiler
	var frame []term.Term
	t.building("file", func(b *build) {
		e := env.clone()
		e.b = b
		fn := &function{module: erlEval, name: "expr", arity: 6}
		if tree != nil {
			fn.span = tree.Span()
		}
		c = &compiler{b: b, env: e, fn: newFnState(nil, 0, fn)}
		e.comp = c
		frame = c.start(vars)
		run = c.expr(tree, false)
		for _, v := range c.vars {
			c.checkUsed(v)
		}
	})
	s := t.save()
	fr := t.alloc(c.fn.slots)
	copy(fr, frame)
	t.frame = fr
	if t.depth+1 >= len(t.trace) {
		t.deepen()
	}
	t.depth++
	t.trace[t.depth] = record{fn: c.fn.fun, at: &c.fn.fun.span, room: t.trace[t.depth-1].room - moduleStack}
	v := run(t)
	last := map[string]int{}
	for _, known := range c.vars {
		last[known.name] = known.slot
	}
	var out []boundValue
	for name, slot := range last {
		if t.frame[slot] != nil && plainName(name) != "_" {
			out = append(out, boundValue{name, t.frame[slot]})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name > out[j].name })
	t.restore(s)
	return v, out
}

var erlEval = term.NewAtom("elixir_eval")

// evalEnv is the Env that code is evaluated in: that of a %Macro.Env{}, or of
// options.
func (t *Thread) evalEnv(opts term.Term) *Env {
	if e, ok := envOf(opts); ok {
		env := e.clone()
		env.function = funcKey{}
		return env
	}
	env := &Env{aliases: map[string]aliasEntry{}, requires: map[term.Atom]bool{}}
	name := "nofile"
	if l, ok := opts.(*term.List); ok {
		if f, ok := term.KeywordGet(l, term.NewAtom("file")); ok {
			if s, ok := f.(term.Binary); ok {
				name = string(s)
			}
		}
	}
	env.file = source.NewGrid(name)
	return env
}

// lineOption is how many lines stand before the text that is evaluated.
func lineOption(opts term.Term) int {
	if l, ok := opts.(*term.List); ok {
		if n, ok := metaGet(l, atomLine).(term.Int); ok && n > 1 && n < 100_000 {
			return int(n) - 1
		}
	}
	return 0
}

// parse reads a text as code, raising the exception that Elixir raises for a
// mistake in it.
func (t *Thread) parse(name, text string, before int) *syntax.Block {
	return t.parseFile(source.NewPlainFile(name, strings.Repeat("\n", before)+text))
}

// parseFile reads a file as code, as parse does with a text.
func (t *Thread) parseFile(file *source.File) *syntax.Block {
	t.Grow(16 * len(file.Text()))
	tree, err := syntax.Parse(source.Whole(file))
	if list := source.Diagnostics(err); list != nil && list.Err() != nil {
		list.Sort()
		for _, d := range list {
			if d.Severity == source.Error {
				t.raiseDiagnostic(d)
			}
		}
	}
	return tree
}

// bindings reads a binding: a keyword list, or a list of {{name, context},
// value}.
func (t *Thread) bindings(v term.Term) []boundValue {
	l, ok := v.(*term.List)
	if !ok {
		return nil
	}
	var out []boundValue
	for e := range l.All() {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			continue
		}
		switch k := kv[0].(type) {
		case term.Atom:
			out = append(out, boundValue{k.Name(), kv[1]})
		case term.Tuple:
			if len(k) == 2 {
				name, _ := k[0].(term.Atom)
				if counter, ok := k[1].(term.Int); ok {
					out = append(out, boundValue{hygienicName(name.Name(), term.Nil, int(counter)), kv[1]})
					continue
				}
				ctx, _ := k[1].(term.Atom)
				out = append(out, boundValue{hygienicName(name.Name(), ctx, 0), kv[1]})
			}
		}
	}
	return out
}

func bindingTerm(vars []boundValue) term.Term {
	var out []term.Term
	for _, b := range vars {
		name, ctx, counter := splitName(b.name)
		switch {
		case strings.Contains(name, hygiene):
			continue
		case counter != 0:
			out = append(out, term.Tuple{term.Tuple{term.NewAtom(name), term.Int(counter)}, b.value})
		case ctx != term.Nil:
			out = append(out, term.Tuple{term.Tuple{term.NewAtom(name), ctx}, b.value})
		default:
			out = append(out, term.Tuple{term.NewAtom(name), b.value})
		}
	}
	return term.NewList(out...)
}

// evalString is Code.eval_string/1,2,3.
func evalString(t *Thread, a []term.Term) term.Term {
	text, ok := chardata(a[0])
	if !ok {
		t.RaiseFunctionClause("Code", "eval_string", a)
	}
	opts := optionAt(a, 2)
	env := t.evalEnv(opts)
	tree := t.parse(env.file.Name(), text, lineOption(opts))
	env.file = tree.Span().File
	v, vars := t.evalTree(env, tree, t.bindings(optionAt(a, 1)))
	return term.Tuple{v, bindingTerm(vars)}
}

// evalQuoted is Code.eval_quoted/1,2,3.
func evalQuoted(t *Thread, a []term.Term) term.Term {
	env := t.evalEnv(optionAt(a, 2))
	tree := (&astReader{at: wholeSpan(env.file)}).node(a[0])
	v, vars := t.evalTree(env, tree, t.bindings(optionAt(a, 1)))
	return term.Tuple{v, bindingTerm(vars)}
}

func wholeSpan(f *source.File) source.Span { return source.Span{File: f} }

// optionAt is an argument, or the empty list where there is none.
func optionAt(a []term.Term, i int) term.Term {
	if i < len(a) {
		return a[i]
	}
	return term.Empty
}

// chardata is the text of a binary or of a charlist.
func chardata(v term.Term) (string, bool) {
	switch x := v.(type) {
	case term.Binary:
		return string(x), true
	case *term.List:
		var b strings.Builder
		for e := range x.All() {
			s, ok := "", false
			if n, isInt := e.(term.Int); isInt {
				s, ok = string(rune(n)), true
			} else {
				s, ok = chardata(e)
			}
			if !ok {
				return "", false
			}
			b.WriteString(s)
		}
		return b.String(), true
	}
	return "", false
}

// compileString is Code.compile_string/1,2: it returns the modules.
func compileString(t *Thread, a []term.Term) term.Term {
	text, ok := chardata(a[0])
	if !ok {
		t.RaiseFunctionClause("Code", "compile_string", a)
	}
	name := "nofile"
	if s, ok := optionAt(a, 1).(term.Binary); ok {
		name = string(s)
	}
	tree := t.parse(name, text, 0)
	return t.compileModules(tree, tree.Span().File)
}

// CompileFile compiles a file while code runs, and runs what stands at its
// top. It returns the modules that the file defines as Code.require_file/1
// does: [{module, binary}]. What is wrong in the file is raised.
func (t *Thread) CompileFile(f *source.File) term.Term {
	return t.compileModules(t.parseFile(f), f)
}

func compileQuoted(t *Thread, a []term.Term) term.Term {
	file := source.NewGrid("nofile")
	return t.compileModules((&astReader{at: wholeSpan(file)}).node(a[0]), file)
}

// compileModules runs code and returns the modules that it defined.
func (t *Thread) compileModules(tree syntax.Node, file *source.File) term.Term {
	var out []term.Term
	t.building("file", func(b *build) {
		before := len(b.done)
		env := &Env{b: b, file: file, aliases: map[string]aliasEntry{}, requires: map[term.Atom]bool{}}
		fn := &function{name: "__FILE__"}
		c := &compiler{b: b, env: env, fn: newFnState(nil, 0, fn), moduleLevel: true}
		env.comp = c
		if _, ok := c.runBody(tree, fn); ok {
			c.leave(0)
		}
		for i := len(b.done) - 1; i >= before; i-- {
			out = append(out, term.Tuple{b.done[i].name, term.Binary("")})
		}
	})
	return term.NewList(out...)
}
