package exunit

import (
	"fmt"
	"slices"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

const docTest = "ExUnit.DocTest"

// doctestModule is ExUnit.DocTest.
func doctestModule() *interp.NativeModule {
	fn := func(name string, arity int, f interp.Native) interp.NativeFunc {
		return interp.NativeFunc{Name: name, Arity: arity, Fn: f}
	}
	return &interp.NativeModule{Name: docTest, Funcs: []interp.NativeFunc{
		fn("__test__", 6, doctestValue), fn("__inspect__", 6, doctestInspect), fn("__error__", 5, doctestError),
		fn("__broken__", 3, func(t *interp.Thread, a []term.Term) term.Term {
			failAt(t, a[2], "message", a[0], "doctest", a[1])
			return nil
		}),
	}, Macros: []interp.NativeMacro{
		{Name: "doctest", Arity: 1, Expand: expandDoctest},
		{Name: "doctest", Arity: 2, Expand: expandDoctest},
	}}
}

// docCase is one example of a doc: expressions up to an empty line.
type docCase struct {
	name      string // of the function, "" for the module
	arity     int
	line, end int
	exprs     []docExpr
}

// docExpr is an expression and what is expected of it.
type docExpr struct {
	text, expected string
	line           int
	wantLine       int
	shown          string // as it stands in the doc
}

// expandDoctest expands doctest Mod, opts to a function for each example.
func expandDoctest(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	mod, ok := env.Expand(call.Args[0])
	if !ok {
		return nil, argumentError(call, "doctest expects a module that is known when the test is compiled")
	}
	opts := term.Empty
	if len(call.Args) == 2 {
		v, err := env.Eval(call.Args[1])
		if err != nil {
			return nil, err
		}
		opts, _ = v.(*term.List)
	}
	program := env.Thread().Program()
	at := program.Span(mod)
	if at.IsZero() {
		return nil, &source.Diagnostic{Kind: "ExUnit.DocTest.Error", Span: call.Span(), Message: fmt.Sprintf(
			"could not retrieve the documentation for module %s. The BEAM file of the module cannot be accessed", term.Inspect(mod))}
	}
	d := &docTests{env: env, call: call, m: makerAt(call), mod: mod, file: at.File, opts: opts}
	var cases []*docCase
	for _, doc := range program.Docs(mod) {
		found, err := d.extract(doc)
		if err != nil {
			return nil, err
		}
		cases = append(cases, found...)
	}
	cases, err := d.filter(cases)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(cases, func(a, b *docCase) int { return a.line - b.line })
	out := d.m.block(d.m.local("require", d.m.constant(mod))).(*syntax.Block)
	for i, c := range cases {
		n, err := d.define(c, i+1)
		if err != nil {
			return nil, err
		}
		out.Exprs = append(out.Exprs, n)
	}
	return out, nil
}

// docTests is one call of doctest.
type docTests struct {
	env  *interp.Env
	call *syntax.Call
	m    maker
	mod  term.Atom
	file *source.File
	opts *term.List
}

func (d *docTests) errorf(line int, format string, args ...any) error {
	return &source.Diagnostic{Kind: "ExUnit.DocTest.Error", Span: d.call.Span(),
		Message: fmt.Sprintf("%s:%d: ", d.file.Name(), line) + fmt.Sprintf(format, args...)}
}

// names reads a list of {name, arity} and :moduledoc.
func (c *docCase) isNamed(list []term.Term) bool {
	return slices.ContainsFunc(list, func(v term.Term) bool {
		if isAtom(v, "moduledoc") {
			return c.name == ""
		}
		name, arity, ok := pair(v)
		return ok && isAtom(name, c.name) && c.name != "" && arity == term.Term(term.Int(c.arity))
	})
}

// filter applies the options :only and :except.
func (d *docTests) filter(cases []*docCase) ([]*docCase, error) {
	except, _ := term.KeywordGet(d.opts, atomTerm("except"))
	only, hasOnly := term.KeywordGet(d.opts, atomTerm("only"))
	var out []*docCase
	for _, c := range cases {
		if !c.isNamed(wrap(except)) && (!hasOnly || c.isNamed(wrap(only))) {
			out = append(out, c)
		}
	}
	var missing []string
	for _, v := range wrap(only) {
		name, arity, ok := pair(v)
		a, isName := name.(term.Atom)
		n, isInt := arity.(term.Int)
		if ok && isName && isInt && !slices.ContainsFunc(out, func(c *docCase) bool { return c.isNamed([]term.Term{v}) }) {
			missing = append(missing, interp.FormatMFA(d.mod, a.Name(), int(n), nil))
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	what := "function"
	if len(missing) > 1 {
		what = "functions"
	}
	return nil, &source.Diagnostic{Kind: "ExUnit.DocTest.Error", Span: d.call.Span(), Message: fmt.Sprintf(
		"%s undefined or private %s given to doctest:\n\n    %s\n\n", d.file.Name()+":", what, strings.Join(missing, "\n    "))}
}

// define is the function of an example.
func (d *docTests) define(c *docCase, n int) (syntax.Node, error) {
	name := fmt.Sprintf("module %s (%d)", term.Inspect(d.mod), n)
	if c.name != "" {
		name = fmt.Sprintf("%s.%s/%d (%d)", term.Inspect(d.mod), c.name, c.arity, n)
	}
	tags := []term.Term{
		term.Tuple{atomTerm("doctest_line"), term.Int(c.line)},
		term.Tuple{atomTerm("doctest_data"), term.NewMap(atomTerm("end_line"), term.Int(c.end))},
		term.Tuple{atomTerm("doctest"), d.mod},
	}
	if v, ok := term.KeywordGet(d.opts, atomTerm("tags")); ok {
		tags = append(tags, wrap(v)...)
	}
	m := d.m
	body := m.block().(*syntax.Block)
	if v, ok := term.KeywordGet(d.opts, atomTerm("import")); ok && term.Truthy(v) {
		body.Exprs = append(body.Exprs, m.local("import", m.constant(d.mod)))
	}
	errors := 0
	for _, x := range c.exprs {
		if strings.HasPrefix(x.expected, "** (") {
			errors++
		}
		n, err := d.content(x)
		if err != nil {
			return nil, err
		}
		body.Exprs = append(body.Exprs, n)
	}
	if errors > 1 {
		return nil, d.errorf(c.line, "multiple exceptions in the same doctest example are not supported, please separate your iex> prompts by multiple newlines to start new examples")
	}
	var function term.Atom
	mod, _ := d.env.Module()
	err := try(d.env.Thread(), func() {
		function = registerTest(d.env.Thread(), newTest{module: mod, file: d.env.File().Name(), line: d.call.Span().Pos().Line,
			kind: atomTerm("doctest"), name: name, tags: tags}).(term.Atom)
	})
	if err != nil {
		return nil, err
	}
	return m.def("def", m.local(function.Name(), m.variable("_")), m.do(body)), nil
}

// parse reads code of the doc as if it stood in a file of its own.
func (d *docTests) parse(text string, line int) (*syntax.Block, error) {
	f := source.NewFile("(for doctest at) "+d.file.Name(), strings.Repeat("\n", line-1)+text)
	return syntax.Parse(source.Whole(f))
}

// content is the code that checks an expression.
func (d *docTests) content(x docExpr) (syntax.Node, error) {
	m := d.m
	shown := m.text(x.shown)
	where := m.constant(&place{d.lineSpan(x.line)})
	code, err := d.parse(x.text, x.line)
	if err != nil {
		return d.broken(x.text, x.line, shown, where), nil
	}
	last := syntax.Node(code)
	if n := len(code.Exprs); n > 0 {
		last = code.Exprs[n-1]
	}
	lastText := interp.NodeText(last)
	if exception, message, ok := expectedError(x.expected); ok {
		fn := m.fn(m.clause(code))
		return m.call(docTest, "__error__", fn, m.text(message), m.constant(exception), shown, where), nil
	}
	for i, e := range code.Exprs {
		b, ok := e.(*syntax.Binary)
		if !ok || b.Op != "=" {
			continue
		}
		if _, isVar := b.L.(*syntax.Var); isVar {
			continue
		}
		n, err := expandMatchWith(d.env, makerAt(e), b, m.constant(interp.Quote(b)), false)
		if err != nil {
			return nil, err
		}
		code.Exprs[i] = n
	}
	switch {
	case x.expected == "":
		return code, nil
	case inspectable(x.expected):
		text := lastText + ")"
		return m.call(docTest, "__inspect__", code, m.text(x.expected), shown,
			m.text("inspect("+text+" === "+term.Inspect(term.Binary(strings.TrimSpace(x.expected)))), m.constant(d.mod), where), nil
	}
	want, err := d.parse(x.expected, x.wantLine)
	if err != nil {
		return d.broken(x.expected, x.wantLine, shown, where), nil
	}
	value := m.hidden("value")
	return m.block(m.match(value, code), m.call(docTest, "__test__", value, want, shown,
		m.text(lastText+" === "+strings.TrimSpace(x.expected)), m.constant(d.mod), where)), nil
}

// broken is what stands for code that does not parse.
func (d *docTests) broken(text string, line int, shown, where syntax.Node) syntax.Node {
	_, err := syntax.Parse(source.Whole(source.NewFile(d.file.Name(), strings.Repeat("\n", line-1)+text)))
	message := "Doctest did not compile"
	if list := source.Diagnostics(err); len(list) > 0 {
		text := strings.TrimRight(source.Errors{list[0]}.Text(), "\n")
		if head, ok := strings.CutPrefix(text, "** "); ok {
			text = head
		} else {
			at := list[0].Span.Pos()
			text = fmt.Sprintf("(SyntaxError) invalid syntax found on %s:%d:%d:\n%s", d.file.Name(), at.Line, at.Column, text)
		}
		message += ", got: " + text
	}
	return d.m.call(docTest, "__broken__", d.m.text(message), shown, where)
}

// lineSpan is a place at a line of the module's file.
func (d *docTests) lineSpan(line int) source.Span { return d.file.LineSpan(line) }

// expectedError takes "** (Mod) message" apart.
func expectedError(text string) (term.Atom, string, bool) {
	rest, ok := strings.CutPrefix(text, "** (")
	if !ok {
		return term.Atom{}, "", false
	}
	mod, message, _ := strings.Cut(rest, ")")
	return term.NewModule(mod), strings.TrimLeft(message, " \t\n"), true
}

// inspectable reports whether a result is one that no code writes: #Name<…>.
func inspectable(text string) bool {
	if len(text) < 2 || text[0] != '#' || text[1] < 'A' || text[1] > 'Z' {
		return false
	}
	for i := 2; i < len(text); i++ {
		switch c := text[i]; {
		case c == '<':
			return true
		case c == '.', c == '_', c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		default:
			return false
		}
	}
	return false
}

// failAt raises an ExUnit.AssertionError that says where in the module it was
// documented.
func failAt(t *interp.Thread, where term.Term, fields ...any) {
	at := where.(*place).at
	stack := []interp.Frame{{Module: placeModule(t, at), Name: "__MODULE__", Span: at}}
	t.Reraise(&interp.Exception{Kind: term.Err, Value: t.NewException("ExUnit.AssertionError", fields...), Stack: stack})
}

// placeModule is the module that stands at a place.
func placeModule(t *interp.Thread, at source.Span) term.Atom {
	best, size := term.Atom{}, -1
	for _, m := range t.Program().Modules() {
		s := t.Program().Span(m)
		if s.File == at.File && s.Start <= at.Start && s.End >= at.End && (size < 0 || s.End-s.Start < size) {
			best, size = m, s.End-s.Start
		}
	}
	return best
}

// doctestValue compares the value of an expression with the one expected.
func doctestValue(t *interp.Thread, a []term.Term) term.Term {
	if term.StrictEqual(a[0], a[1]) {
		return term.Tuple{term.OK, a[0]}
	}
	failAt(t, a[5], "message", term.Binary("Doctest failed"), "doctest", a[2], "expr", a[3], "left", a[0], "right", a[1])
	return nil
}

// doctestInspect compares what inspect shows.
func doctestInspect(t *interp.Thread, a []term.Term) term.Term {
	got := term.Binary(inspect(t, a[0]))
	if term.Term(got) == a[1] {
		return term.Tuple{term.OK, a[0]}
	}
	failAt(t, a[5], "doctest", a[2], "expr", a[3], "left", got, "right", a[1], "message", term.Binary("Doctest failed"))
	return nil
}

// doctestError checks that a function raises.
func doctestError(t *interp.Thread, a []term.Term) term.Term {
	_, e := t.Try(func() term.Term { return t.Call(a[0]) })
	want := inspect(t, a[2])
	fail := func(message string) { failAt(t, a[4], "message", term.Binary(message), "doctest", a[3]) }
	if e == nil {
		fail("Doctest failed: expected exception " + want + " but nothing was raised")
	}
	if e.Kind != term.Err {
		t.Reraise(e)
	}
	value := t.Blame(t.Normalize(e.Value), e.Stack)
	m, _ := value.(*term.Map)
	name, _ := m.StructName()
	got := term.Binary(messageOf(t, value))
	switch {
	case term.Term(name) != a[2]:
		fail("Doctest failed: expected exception " + want + " but got " + term.Inspect(name) + " with message " + inspect(t, got))
	case term.Term(got) != a[1]:
		fail("Doctest failed: wrong message for " + want + "\nexpected:\n  " + inspect(t, a[1]) + "\nactual:\n  " + inspect(t, got))
	}
	return term.OK
}
