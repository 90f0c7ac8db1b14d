package interp

import (
	"slices"
	"sort"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// envHandle stands in a %Macro.Env{} for the Env that it was made of, where
// Elixir has the process that traces aliases and imports.
type envHandle struct{ env *Env }

// Kind implements term.Term.
func (*envHandle) Kind() term.Kind { return term.KindPID }

var kernelMacros = map[string]bool{}

func init() {
	for n := range strings.FieldsSeq(`! && .. ..// <> @ alias! and binding dbg def defdelegate defexception defguard defguardp defimpl defmacro defmacrop
		defmodule defoverridable defp defprotocol defstruct destructure get_and_update_in get_in if in is_exception is_nil is_non_struct_map is_struct
		match? or pop_in put_in raise reraise sigil_C sigil_D sigil_N sigil_R sigil_S sigil_T sigil_U sigil_W sigil_c sigil_r sigil_s sigil_w tap then
		to_char_list to_charlist to_string unless update_in use var! |> ||`) {
		kernelMacros[n] = true
	}
}

// place is the function or the module that code stands in, as diagnostics name
// it; "" at the top of a file.
func (e *Env) place() string {
	if e.mod == nil {
		return ""
	}
	if e.function.name == "" {
		return moduleText(e.mod.name) + " (module)"
	}
	return FormatMFA(e.mod.name, e.function.name, e.function.arity, nil)
}

// term is the %Macro.Env{} of a place.
func (e *Env) term(at source.Span) *term.Map {
	mod, fn := term.Term(term.Nil), term.Term(term.Nil)
	modules := term.Empty
	if e.mod != nil {
		mod, modules = e.mod.name, term.NewList(e.mod.name)
	}
	if e.function.name != "" {
		fn = term.Tuple{term.NewAtom(e.function.name), term.Int(e.function.arity)}
	}
	file := "nofile"
	if e.file != nil {
		file = e.file.Name()
	}
	context := term.Term(term.Nil)
	vars := term.EmptyMap
	if c := e.comp; c != nil {
		switch {
		case c.inGuard:
			context = term.NewAtom("guard")
		case c.inPattern:
			context = term.NewAtom("match")
		}
		for i, v := range c.vars {
			name, ctx, counter := splitName(v.name)
			key := term.Term(ctx)
			if counter != 0 {
				key = term.Int(counter)
			}
			if !strings.Contains(name, hygiene) {
				vars = vars.Put(term.Tuple{term.NewAtom(name), key}, term.Int(i))
			}
		}
	}
	functions, macros := e.importLists()
	return term.NewStruct("Macro.Env", "module", mod, "function", fn, "file", term.Binary(file), "line", term.Int(at.Pos().Line),
		"context", context, "aliases", e.aliasList(), "requires", e.requireList(), "functions", functions, "macros", macros,
		"context_modules", modules, "macro_aliases", term.Empty, "lexical_tracker", &envHandle{e}, "tracers", term.Empty,
		"versioned_vars", vars)
}

func (e *Env) aliasList() *term.List {
	var names []string
	for n := range e.aliases {
		if !strings.Contains(n, hygiene) {
			names = append(names, n)
		}
	}
	sort.Slice(names, func(i, j int) bool { return e.aliases[names[i]].order > e.aliases[names[j]].order })
	var out []term.Term
	for _, n := range names {
		out = append(out, term.Tuple{term.NewModule(n), e.aliases[n].to})
	}
	return term.NewList(out...)
}

func (e *Env) requireList() *term.List {
	names := []string{"Elixir.Application", "Elixir.Kernel", "Elixir.Kernel.Typespec"}
	for m := range e.requires {
		names = append(names, m.Name())
	}
	for _, i := range e.imports {
		names = append(names, i.module.Name())
	}
	slices.Sort(names)
	var out []term.Term
	for _, n := range slices.Compact(names) {
		out = append(out, term.NewAtom(n))
	}
	return term.NewList(out...)
}

// importLists are the functions and macros that can be called without their
// module, by module, the latest import first.
func (e *Env) importLists() (functions, macros *term.List) {
	var fs, ms []term.Term
	add := func(list *[]term.Term, mod term.Atom, keys []funcKey) {
		if len(keys) == 0 {
			return
		}
		sort.Slice(keys, func(i, j int) bool {
			return keys[i].name < keys[j].name || keys[i].name == keys[j].name && keys[i].arity < keys[j].arity
		})
		var out []term.Term
		for _, k := range keys {
			out = append(out, term.Tuple{term.NewAtom(k.name), term.Int(k.arity)})
		}
		*list = append(*list, term.Tuple{mod, term.NewList(out...)})
	}
	var kernelOnly *importEntry
	for i := len(e.imports) - 1; i >= 0; i-- {
		imp := e.imports[i]
		if imp.module == kernel {
			kernelOnly = imp
			continue
		}
		m := e.b.prog.modules[imp.module]
		if m == nil {
			continue
		}
		var f, x []funcKey
		for k, fn := range m.funcs {
			if !fn.private && !fn.macro && imp.allows(k) && imp.kind != "macros" {
				f = append(f, k)
			}
		}
		for k, d := range m.macros {
			if (d.fn == nil || !d.fn.private) && imp.allows(k) && imp.kind != "functions" {
				x = append(x, k)
			}
		}
		add(&fs, imp.module, f)
		add(&ms, imp.module, x)
	}
	var f, x []funcKey
	for name, arities := range kernelArities {
		for _, n := range arities {
			k := funcKey{name, n}
			switch {
			case kernelOnly != nil && !kernelOnly.allows(k):
			case kernelMacros[name]:
				x = append(x, k)
			default:
				f = append(f, k)
			}
		}
	}
	add(&fs, kernel, f)
	add(&ms, kernel, x)
	return term.NewList(fs...), term.NewList(ms...)
}

// envOf returns the Env that a %Macro.Env{} was made of, false if the term is
// none.
func envOf(v term.Term) (*Env, bool) {
	m, ok := term.AsMap(v)
	if !ok {
		return nil, false
	}
	h, ok := m.GetAtom(term.NewAtom("lexical_tracker")).(*envHandle)
	if !ok {
		return nil, false
	}
	return h.env, true
}
