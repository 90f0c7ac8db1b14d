package interp

import (
	"fmt"
	"maps"
	"sort"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// Program is a code table: native modules and compiled ones. It is immutable
// and shared by all threads; compiling more code makes a new Program.
type Program struct {
	modules map[term.Atom]*module
	// impls finds the implementation of a protocol for a type.
	impls map[implKey]*module
	// order lists the modules compiled from source.
	order []term.Atom
	// declared is what code that ran while compiling said with Declare.
	declared map[string]term.Term
	// left are the modules of a project that are not there.
	left map[term.Atom]*Omission
}

// funcKey names a function or macro of a module.
type funcKey struct {
	name  string
	arity int
}

type implKey struct{ protocol, typ term.Atom }

// module is an entry of the code table. It is not changed once its program is
// in use.
type module struct {
	name   term.Atom
	native *NativeModule
	file   *source.File
	span   source.Span
	bytes  int // about what it takes: its code, and the terms that its body made
	funcs  map[funcKey]*function
	macros map[funcKey]*macroDef
	// fields are the defaults of the module's struct, nil if it has none, and
	// fieldOrder their names as they were given.
	fields     *term.Map
	fieldOrder []term.Atom
	enforce    []term.Atom
	exception  bool
	// protocol is set when the module is a protocol, fallback when it falls
	// back to Any.
	protocol  bool
	fallback  bool
	callbacks []funcKey
	behaviour []term.Atom
	attrs     *term.Map
	docs      []Doc
	// colocated are the scripts that stand in its templates.
	colocated []Colocated
	persist   []string // attributes that __info__(:attributes) shows
	// derives holds the options of @derive, by protocol, and optional the
	// callbacks that an implementation may lack.
	derives  map[term.Atom]term.Term
	optional map[funcKey]bool
	// macroCallbacks are those of the callbacks that are macros.
	macroCallbacks map[funcKey]bool
	// implProtocol and implFor say what a defimpl implements, for which type.
	implProtocol, implFor term.Atom
}

// macroDef is a macro: Go, or a function that returns quoted code.
type macroDef struct {
	native *NativeMacro
	fn     *function
	guard  *guardMacro
	// entry is compiled before the macro runs for the first time.
	entry *defEntry
	// nth is which of the clauses of its module came first of it.
	nth int
}

// NewProgram returns a program of native modules only, with the exceptions and
// protocols that the language itself needs.
func NewProgram(mods ...*NativeModule) (*Program, error) {
	p := &Program{modules: map[term.Atom]*module{}}
	for _, m := range coreModules() {
		p.modules[term.NewModule(m.Name)] = newNative(m)
	}
	given := map[string]bool{}
	for _, m := range mods {
		if given[m.Name] {
			return nil, fmt.Errorf("native module %s is registered twice", m.Name)
		}
		given[m.Name] = true
		name := moduleAtom(m.Name)
		if core := p.modules[name]; core != nil {
			m = mergeNative(core.native, m)
		}
		p.modules[name] = newNative(m)
	}
	p.link()
	return p, nil
}

// moduleAtom returns the atom of a module as it is written: Enum or :timer.
func moduleAtom(name string) term.Atom {
	if n, ok := strings.CutPrefix(name, ":"); ok {
		return term.NewAtom(n)
	}
	return term.NewModule(name)
}

// mergeNative lays the functions of m over those of base.
func mergeNative(base, m *NativeModule) *NativeModule {
	out := *m
	out.Funcs = append(append([]NativeFunc(nil), base.Funcs...), m.Funcs...)
	out.Macros = append(append([]NativeMacro(nil), base.Macros...), m.Macros...)
	out.Protocol = out.Protocol || base.Protocol
	out.Types = append(append([]string(nil), base.Types...), m.Types...)
	if out.Struct == nil {
		out.Struct = base.Struct
	}
	return &out
}

func newNative(m *NativeModule) *module {
	mod := &module{
		name: moduleAtom(m.Name), native: m, protocol: m.Protocol,
		funcs: make(map[funcKey]*function, len(m.Funcs)), macros: map[funcKey]*macroDef{},
	}
	for _, nf := range m.Funcs {
		f := &function{module: mod.name, name: nf.Name, arity: nf.Arity, native: nf.Fn}
		if m.Protocol {
			f.native = protocolNative(mod.name, nf)
		}
		mod.funcs[funcKey{nf.Name, nf.Arity}] = f
	}
	if m.Protocol {
		mod.reflect(m.Types)
	}
	for i := range m.Macros {
		mm := &m.Macros[i]
		mod.macros[funcKey{mm.Name, mm.Arity}] = &macroDef{native: mm}
	}
	for _, cb := range m.Callbacks {
		k := funcKey{cb.Name, cb.Arity}
		mod.callbacks = append(mod.callbacks, k)
		if cb.Optional {
			if mod.optional == nil {
				mod.optional = map[funcKey]bool{}
			}
			mod.optional[k] = true
		}
	}
	if m.Struct != nil {
		mod.fields = m.Struct
		for k := range m.Struct.All() {
			if a, ok := k.(term.Atom); ok && a != term.StructKey {
				mod.fieldOrder = append(mod.fieldOrder, a)
			}
		}
		mod.exception = m.Struct.Has(term.ExceptionKey)
	}
	return mod
}

// link indexes the implementations of protocols.
func (p *Program) link() {
	p.impls = map[implKey]*module{}
	for name, m := range p.modules {
		if !m.implProtocol.IsZero() {
			p.impls[implKey{m.implProtocol, m.implFor}] = m
			continue
		}
		if m.native == nil {
			continue
		}
		text := m.native.Name
		for i := len(text) - 1; i > 0; i-- {
			if text[i] != '.' {
				continue
			}
			proto := p.modules[term.NewModule(text[:i])]
			if proto != nil && proto.protocol {
				p.impls[implKey{proto.name, term.NewModule(text[i+1:])}] = m
			}
		}
		_ = name
	}
}

// with returns a program with the modules added.
func (p *Program) with(mods []*module) *Program {
	next := &Program{modules: maps.Clone(p.modules), declared: p.declared}
	fresh := map[term.Atom]bool{}
	for _, m := range mods {
		next.modules[m.name] = m
		fresh[m.name] = true
	}
	for _, a := range p.order {
		if !fresh[a] {
			next.order = append(next.order, a)
		}
	}
	for _, m := range mods {
		next.order = append(next.order, m.name)
	}
	next.link()
	return next
}

// Modules returns the modules that were compiled from source, in the order of
// their definition.
func (p *Program) Modules() []term.Atom { return append([]term.Atom(nil), p.order...) }

// Exists reports whether the program has the module.
func (p *Program) Exists(mod term.Atom) bool { return p.modules[mod] != nil }

// Exports reports whether the module exists and exports name/arity.
func (p *Program) Exports(mod term.Atom, name string, arity int) bool {
	return p.export(mod, name, arity) != nil
}

// ExportsMacro reports whether the module has the macro name/arity.
func (p *Program) ExportsMacro(mod term.Atom, name string, arity int) bool {
	m := p.modules[mod]
	return m != nil && m.macro(name, arity) != nil
}

// Functions returns the name and arity of each exported function of a module,
// sorted, as Mod.__info__(:functions).
func (p *Program) Functions(mod term.Atom) []NativeFunc {
	m := p.modules[mod]
	if m == nil {
		return nil
	}
	var out []NativeFunc
	for k, f := range m.funcs {
		if !f.private && !f.macro {
			out = append(out, NativeFunc{Name: k.name, Arity: k.arity})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Name != out[j].Name {
			return out[i].Name < out[j].Name
		}
		return out[i].Arity < out[j].Arity
	})
	return out
}

// Attribute returns the value that a module attribute had at the end of the
// module's body, or nil.
func (p *Program) Attribute(mod term.Atom, name string) term.Term {
	m := p.modules[mod]
	if m == nil || m.attrs == nil {
		return nil
	}
	return m.attrs.GetAtom(term.NewAtom(name))
}

// Behaviours returns the behaviours that a module declares with @behaviour.
func (p *Program) Behaviours(mod term.Atom) []term.Atom {
	if m := p.modules[mod]; m != nil {
		return m.behaviour
	}
	return nil
}

// Struct returns the default struct of a module, nil if it has none.
func (p *Program) Struct(mod term.Atom) *term.Map {
	if m := p.modules[mod]; m != nil {
		return m.fields
	}
	return nil
}

// Span returns where a module compiled from source is defined.
func (p *Program) Span(mod term.Atom) source.Span {
	if m := p.modules[mod]; m != nil {
		return m.span
	}
	return source.Span{}
}

// FunctionSpan returns where a function is defined, the zero Span when it is
// native or not there.
func (p *Program) FunctionSpan(mod term.Atom, name string, arity int) source.Span {
	if m := p.modules[mod]; m != nil && m.funcs[funcKey{name, arity}] != nil {
		return m.funcs[funcKey{name, arity}].span
	}
	return source.Span{}
}

// Declared returns what Thread.Declare kept under a name, nil if nothing was.
func (p *Program) Declared(name string) term.Term { return p.declared[name] }

// WithDeclared returns the program with a value kept under a name.
func (p *Program) WithDeclared(name string, v term.Term) *Program {
	next := *p
	next.declared = maps.Clone(p.declared)
	if next.declared == nil {
		next.declared = map[string]term.Term{}
	}
	next.declared[name] = v
	return &next
}

func (p *Program) export(mod term.Atom, name string, arity int) *function {
	m := p.modules[mod]
	if m == nil {
		return nil
	}
	return m.export(name, arity)
}

func (m *module) export(name string, arity int) *function {
	f := m.funcs[funcKey{name, arity}]
	if f == nil || f.private || f.macro {
		return nil
	}
	return f
}

// macro finds a macro; a native one may take any number of arguments.
func (m *module) macro(name string, arity int) *macroDef {
	if d := m.macros[funcKey{name, arity}]; d != nil {
		return d
	}
	return m.macros[funcKey{name, -1}]
}
