package live

import (
	"path"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/stdlib"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// importedConfig is the name under which a config file declares what else is
// to be read.
const importedConfig = "config_imports"

// configModule is Config, whose functions config files call while they are
// compiled.
func configModule() *interp.NativeModule {
	return &interp.NativeModule{Name: "Config", Funcs: []interp.NativeFunc{
		{Name: "config", Arity: 2, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			t.Each(a[1], func(e term.Term) bool {
				if kv, ok := e.(term.Tuple); ok && len(kv) == 2 {
					putConfig(t, a[0], kv[0], kv[1])
				}
				return true
			})
			return term.OK
		}},
		{Name: "config", Arity: 3, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			putConfig(t, a[0], a[1], a[2])
			return term.OK
		}},
		{Name: "import_config", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			list, _ := t.Declared(importedConfig).(*term.List)
			t.Declare(importedConfig, &term.List{Head: str(t.ToString(a[0])), Tail: list})
			return term.OK
		}},
		{Name: "config_env", Arity: 0, Fn: mixEnv},
		{Name: "config_target", Arity: 0, Fn: func(*interp.Thread, []term.Term) term.Term { return term.NewAtom("host") }},
	}}
}

// putConfig sets a key of an application; lists of options are merged.
func putConfig(t *interp.Thread, app, key, value term.Term) {
	all, _ := t.Declared(stdlib.ConfigName).(*term.Map)
	at := term.Tuple{app, key}
	if old, ok := orEmpty(all).Get(at); ok {
		value = mergeConfig(old, value)
	}
	t.Declare(stdlib.ConfigName, orEmpty(all).Put(at, value))
}

// mergeConfig merges keyword lists, those in them too; anything else is
// replaced.
func mergeConfig(old, value term.Term) term.Term {
	a, ok := old.(*term.List)
	b, isList := value.(*term.List)
	if !ok || !isList || !isKeywordList(a) || !isKeywordList(b) {
		return value
	}
	var out []term.Term
	for e := range a.All() {
		kv := e.(term.Tuple)
		if _, replaced := term.KeywordGet(b, kv[0].(term.Atom)); !replaced {
			out = append(out, e)
		}
	}
	for e := range b.All() {
		kv := e.(term.Tuple)
		if had, ok := term.KeywordGet(a, kv[0].(term.Atom)); ok {
			e = term.Tuple{kv[0], mergeConfig(had, kv[1])}
		}
		out = append(out, e)
	}
	return term.NewList(out...)
}

func isKeywordList(l *term.List) bool {
	for e := range l.All() {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			return false
		}
		if _, ok := kv[0].(term.Atom); !ok {
			return false
		}
	}
	return true
}

// readConfig runs the config files of a project, from the first of the names
// that is there. What one cannot say here is left out.
func readConfig(base *interp.Program, files map[string]*source.File, names ...string) (*interp.Program, []interp.Omission) {
	var left []interp.Omission
	done := map[string]bool{}
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		f := files[name]
		if f == nil || done[name] {
			continue
		}
		done[name] = true
		next, omitted := runConfig(base, f)
		left = append(left, omitted...)
		if more, ok := next.Declared(importedConfig).(*term.List); ok {
			for e := range more.All() {
				if b, ok := e.(term.Binary); ok {
					names = append([]string{path.Join(path.Dir(name), string(b))}, names...)
				}
			}
			next = next.WithDeclared(importedConfig, term.Empty)
		}
		if all := next.Declared(stdlib.ConfigName); all != nil {
			base = base.WithDeclared(stdlib.ConfigName, all)
		}
	}
	return base, left
}

// runConfig runs a file as a whole, or when that fails each of its statements
// by itself.
func runConfig(base *interp.Program, f *source.File) (*interp.Program, []interp.Omission) {
	next, _, err := base.Compile(f)
	if err == nil {
		return next, nil
	}
	tree, err := syntax.Parse(source.Whole(f))
	if err != nil || tree == nil {
		return base, []interp.Omission{configOmission(f, source.Span{}, err)}
	}
	var left []interp.Omission
	for _, n := range tree.Exprs {
		if c, ok := n.(*syntax.Call); ok && c.Name == "import" {
			continue
		}
		one := source.NewFile(f.Name(), "import Config;"+only(f.Text(), n.Span()))
		got, _, err := base.Compile(one)
		if err != nil {
			left = append(left, configOmission(f, n.Span(), err))
			continue
		}
		base = got
	}
	return base, left
}

// only is a text in which everything but a part is spaces.
func only(text string, part source.Span) string {
	b := []byte(text)
	for i := range b {
		if (i < part.Start || i >= part.End) && b[i] != '\n' {
			b[i] = ' '
		}
	}
	return string(b)
}

func configOmission(f *source.File, at source.Span, err error) interp.Omission {
	why := "it does not compile"
	if list := source.Diagnostics(err); len(list) > 0 {
		why = list[0].Message
	}
	return interp.Omission{What: "a setting in " + path.Base(f.Name()), Span: at, Why: why}
}
