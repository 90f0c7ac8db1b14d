package interp

import (
	"path"
	"strings"
	"unicode"

	"streamsplayground/engine/heex"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// Template is a compiled template that belongs to no module, for views written
// in Go. It is immutable and may be used by many threads at once.
type Template struct{ fn *function }

// CompileTemplate compiles a file of HEEx, trimmed as LiveView trims .heex
// files. Its components are the functions that the given modules export, and
// its only variable is assigns. The error is source.Errors; warnings are
// returned with or without an error.
func (p *Program) CompileTemplate(file *source.File, imports ...term.Atom) (tmpl *Template, warnings source.Errors, err error) {
	b := newBuild(p)
	b.thread = NewThread(p, compileLimits)
	b.thread.compiling = &compileState{b: b}
	env := &Env{b: b, file: file, aliases: map[string]aliasEntry{}, requires: map[term.Atom]bool{}}
	for _, m := range imports {
		env.imports = append(env.imports, &importEntry{module: m, quiet: true})
		env.requires[m] = true
	}
	fn := &function{module: term.NewModule("Template"), name: path.Base(file.Name()), arity: 1, span: source.Whole(file).Span(0, 0)}
	env.function = funcKey{fn.name, 1}
	c := &compiler{b: b, env: env, fn: newFnState(nil, 1, fn)}
	env.comp = c
	c.vars = append(c.vars, &variable{name: "assigns", slot: 0, fn: c.fn, quiet: true, used: true})
	body := c.expr(templateOf(env, source.Whole(file), heex.Options{Trim: true}), false)
	fn.body, fn.slots = body, c.fn.slots
	if b.diags.Err() == nil {
		b.checkRemotes(0)
		b.verifyComponents(0)
	}
	if err := b.diags.Err(); err != nil {
		return nil, b.warnings(), err
	}
	return &Template{fn: fn}, b.warnings(), nil
}

// Render renders the template. Assigns may carry __changed__; without it all is
// rendered. Inside of Thread.Run only, and what it returns is to be used there.
func (tm *Template) Render(t *Thread, assigns *term.Map) *rendered.Rendered {
	if !assigns.Has(atomChanged) {
		assigns = assigns.Put(atomChanged, term.Nil)
	}
	return t.invoke(tm.fn, []term.Term{assigns}, nil).(*rendered.Rendered)
}

// expandEmbed is embed_templates/1,2: every template that was given to Compile
// and matches the pattern becomes a function component. The pattern is relative
// to the directory of the file that has the call.
func expandEmbed(env *Env, call *syntax.Call) (syntax.Node, error) {
	v, err := env.Eval(call.Args[0])
	if err != nil {
		return nil, err
	}
	pattern, ok := v.(term.Binary)
	if !ok {
		return nil, declError(call.Span(), "embed_templates expects a pattern, got: %s", term.Inspect(v))
	}
	root, suffix := path.Dir(env.file.Name()), ""
	if len(call.Args) > 1 {
		opts, err := env.Eval(call.Args[1])
		if err != nil {
			return nil, err
		}
		list, _ := opts.(*term.List)
		if v, ok := option(list, "suffix"); ok && v != term.Term(term.Nil) {
			suffix = env.Thread().ToString(v)
		}
		if v, ok := option(list, "root"); ok && v != term.Term(term.Nil) {
			root = path.Join(root, env.Thread().ToString(v))
		}
	}
	for _, f := range env.b.templates {
		name, format, _ := strings.Cut(path.Base(f.Name()), ".")
		full := path.Join(root, string(pattern))
		if match, _ := path.Match(full, path.Join(path.Dir(f.Name()), name)); !match {
			match, _ = path.Match(full, path.Join(path.Dir(f.Name()), name+"."+strings.TrimSuffix(format, ".heex")))
			if !match {
				continue
			}
		}
		env.embed(name+suffix, f)
	}
	return nothing, nil
}

// EmbedFolder defines a function for each template in a folder, whose name is
// that of the file without .heex: "index.html".
func EmbedFolder(env *Env, folder string) {
	for _, f := range env.b.templates {
		if rest, ok := strings.CutPrefix(path.Clean(f.Name()), folder+"/"); ok && path.Dir(rest) == "." {
			env.embed(strings.TrimSuffix(rest, ".heex"), f)
		}
	}
}

// Underscore is Macro.underscore/1 of a module's name: My.ChatLive is
// my/chat_live.
func Underscore(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = underscore(p)
	}
	return strings.Join(parts, "/")
}

// embed defines a function of the module whose body is a template.
func (e *Env) embed(name string, f *source.File) {
	whole := source.Whole(f)
	at := syntax.At{At: whole.Span(0, 0)}
	inner := e.clone()
	inner.function = funcKey{name, 1}
	node := templateOf(inner, whole, heex.Options{Trim: true})
	cl := &defClause{args: []syntax.Node{&syntax.Var{At: at, Name: "assigns"}}, expr: node, env: e, attrs: e.mod.attrs, span: at.At}
	e.mod.define("def", name, cl, at.At)
}

// EmbedRender gives a live view or component without render/1 the template that
// stands beside its file and has the module's name, such as chat_live.html.heex
// for ChatLive. It is to be called at the end of the module's body.
func EmbedRender(env *Env) (syntax.Node, error) {
	if env.Defines("render", 1) {
		return nil, nil
	}
	name := moduleText(env.mod.name)
	name = underscore(name[strings.LastIndexByte(name, '.')+1:])
	want := path.Join(path.Dir(env.file.Name()), name+".html.heex")
	for _, f := range env.b.templates {
		if path.Clean(f.Name()) == want {
			env.embed("render", f)
		}
	}
	return nil, nil
}

// underscore is Macro.underscore/1 of one segment: ChatLive is chat_live.
func underscore(s string) string {
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) && runes[i-1] != '_' {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
