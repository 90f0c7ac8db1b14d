package interp

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// attr and slot declare what a function component takes, as
// Phoenix.Component.Declarative: the declarations are checked, give defaults to
// the component that follows them, and its calls are checked against them.

// componentDecl is a component with declarations.
type componentDecl struct {
	name  string
	attrs []*attrDecl
	slots []*slotDecl
}

type attrDecl struct {
	name     string
	kind     attrKind
	required bool
	opts     *term.List
	span     source.Span
}

// attrKind is the type of an attribute: one of LiveView's atoms, a struct's
// module, or {:fun, arity}.
type attrKind struct {
	name   string
	module term.Atom
	arity  int // of a fun with a given arity, else -1
}

type slotDecl struct {
	name     string
	required bool
	validate bool
	attrs    []*attrDecl
	span     source.Span
}

// declarations is what a module declares, kept as its attribute
// declarationsKey.
type declarations struct {
	attrs      []*attrDecl // not yet given to a component
	slots      []*slotDecl
	slot       *slotDecl // the one whose block is being read
	components map[string]*componentDecl
	prefixes   []string
}

// Kind implements term.Term.
func (*declarations) Kind() term.Kind { return term.KindMap }

const declarationsKey = "__components__"

func declared(env *Env) *declarations {
	d, _ := env.Attribute(declarationsKey).(*declarations)
	return d
}

// UseComponent sets a module up for attr and slot, as use Phoenix.Component
// does; the module's macros of that name call it. The options are those of use.
func UseComponent(env *Env, opts term.Term) error {
	if declared(env) != nil {
		return nil
	}
	d := &declarations{components: map[string]*componentDecl{}}
	if list, ok := opts.(*term.List); ok {
		if v, ok := term.KeywordGet(list, term.NewAtom("global_prefixes")); ok {
			prefixes, _ := v.(*term.List)
			for p := range prefixes.All() {
				text, _ := p.(term.Binary)
				if !strings.HasSuffix(string(text), "-") {
					return &source.Diagnostic{Kind: "ArgumentError", Message: fmt.Sprintf(
						"global prefixes for %s must end with a dash, got: %s", moduleOf(env), term.Inspect(p))}
				}
				d.prefixes = append(d.prefixes, string(text))
			}
		}
	}
	env.PutAttribute(declarationsKey, d)
	env.AtEnd(wrapComponents)
	return nil
}

func moduleOf(env *Env) string {
	mod, _ := env.Module()
	return moduleText(mod)
}

// ComponentMacros returns the macros of Phoenix.Component that templates and
// declarations are made of: sigil_H, attr and slot.
func ComponentMacros() []NativeMacro {
	return []NativeMacro{
		{Name: "sigil_H", Arity: 2, Expand: expandTemplate},
		{Name: "attr", Arity: 2, Expand: expandAttr},
		{Name: "attr", Arity: 3, Expand: expandAttr},
		{Name: "slot", Arity: 1, Expand: expandSlot},
		{Name: "slot", Arity: 2, Expand: expandSlot},
		{Name: "render_slot", Arity: 1, Expand: expandRenderSlot},
		{Name: "render_slot", Arity: 2, Expand: expandRenderSlot},
		{Name: "embed_templates", Arity: 1, Expand: expandEmbed},
		{Name: "embed_templates", Arity: 2, Expand: expandEmbed},
	}
}

// DefineMacro adds a Go macro to the module that is being compiled.
func (e *Env) DefineMacro(m NativeMacro) {
	e.mod.macros[funcKey{m.Name, m.Arity}] = &macroDef{native: &m}
}

// declError is a CompileError at a declaration.
func declError(at source.Span, format string, args ...any) error {
	return &source.Diagnostic{Kind: "CompileError", Span: at, Message: fmt.Sprintf(format, args...)}
}

var nothing = &syntax.Atom{Name: "ok"}

func expandAttr(env *Env, call *syntax.Call) (syntax.Node, error) {
	d := declared(env)
	if d == nil {
		return nil, declError(call.Span(), "you must `use Phoenix.Component` to declare attributes. It is currently only imported.")
	}
	name, err := declName(env, call)
	if err != nil {
		return nil, err
	}
	if len(call.Args) < 2 {
		return nil, declError(call.Span(), "attr/2 expects a name and a type")
	}
	kind, err := env.Eval(call.Args[1])
	if err != nil {
		return nil, err
	}
	opts := term.Empty
	if len(call.Args) > 2 {
		v, err := env.Eval(call.Args[2])
		if err != nil {
			return nil, err
		}
		opts, _ = v.(*term.List)
	}
	a := &attrDecl{name: name, span: call.Span()}
	if err := d.check(env, a, kind, opts); err != nil {
		return nil, err
	}
	if d.slot != nil {
		d.slot.attrs = append(d.slot.attrs, a)
	} else {
		d.attrs = append(d.attrs, a)
	}
	return nothing, nil
}

func declName(env *Env, call *syntax.Call) (string, error) {
	if len(call.Args) > 0 {
		v, err := env.Eval(call.Args[0])
		if err != nil {
			return "", err
		}
		if a, ok := v.(term.Atom); ok {
			return a.Name(), nil
		}
	}
	return "", declError(call.Span(), "the name of an %s must be an atom", call.Name)
}

func option(opts *term.List, name string) (term.Term, bool) {
	return term.KeywordGet(opts, term.NewAtom(name))
}

func without(opts *term.List, names ...string) *term.List {
	var out []term.Term
	for e := range opts.All() {
		pair, ok := e.(term.Tuple)
		if ok && len(pair) == 2 {
			if a, ok := pair[0].(term.Atom); ok && slices.Contains(names, a.Name()) {
				continue
			}
		}
		out = append(out, e)
	}
	return term.NewList(out...)
}

// check fills in a declaration, or says what is wrong with it.
func (d *declarations) check(env *Env, a *attrDecl, kind term.Term, opts *term.List) error {
	global := kind == term.Term(term.NewAtom("global"))
	if a.name == "inner_block" {
		return declError(a.span, "cannot define attribute called :inner_block. Maybe you wanted to use `slot` instead?")
	}
	if global && d.slot != nil {
		return declError(a.span, "cannot define :global slot attributes")
	}
	for _, o := range []string{"required", "values", "examples"} {
		if _, has := option(opts, o); has && global {
			return declError(a.span, "global attributes do not support the :%s option", o)
		}
	}
	if _, has := option(opts, "include"); has && !global {
		return declError(a.span, ":include is only supported for :global attributes")
	}
	if err := checkDoc(a.span, opts); err != nil {
		return err
	}
	required, _ := option(opts, "required")
	if required != nil && required != term.Term(term.True) && required != term.Term(term.False) {
		return declError(a.span, ":required must be a boolean, got: %s", term.Inspect(required))
	}
	a.required = required == term.Term(term.True)
	a.opts = without(opts, "doc", "required")
	_, hasDefault := option(opts, "default")
	if a.required && hasDefault {
		return declError(a.span, "only one of :required or :default must be given")
	}
	if err := d.checkKind(a, kind); err != nil {
		return err
	}
	return d.checkOptions(env, a)
}

func checkDoc(at source.Span, opts *term.List) error {
	doc, has := option(opts, "doc")
	if _, text := doc.(term.Binary); has && !text && doc != term.Term(term.Nil) && doc != term.Term(term.False) {
		return declError(at, ":doc must be a string or false, got: %s", term.Inspect(doc))
	}
	return nil
}

// inSlot names an attribute as LiveView's messages do.
func (d *declarations) inSlot(name string) string {
	text := term.Inspect(term.NewAtom(name))
	if d.slot != nil {
		text += " in slot " + term.Inspect(term.NewAtom(d.slot.name))
	}
	return text
}

var builtinKinds = []string{"boolean", "integer", "float", "string", "atom", "list", "map", "fun", "global"}

func (d *declarations) checkKind(a *attrDecl, kind term.Term) error {
	others := d.attrs
	if d.slot != nil {
		others = d.slot.attrs
	}
	for _, o := range others {
		if o.name == a.name {
			return declError(a.span, "a duplicate attribute with name %s already exists", d.inSlot(a.name))
		}
	}
	for _, o := range others {
		if o.kind.name == "global" && kind == term.Term(term.NewAtom("global")) {
			return declError(a.span, "cannot define :global attribute %s because one is already defined as %s. Only a single :global attribute may be defined",
				term.Inspect(term.NewAtom(a.name)), d.inSlot(o.name))
		}
	}
	a.kind.arity = -1
	switch k := kind.(type) {
	case term.Atom:
		if k.Name() == "any" || slices.Contains(builtinKinds, k.Name()) {
			a.kind.name = k.Name()
			return nil
		}
		if strings.HasPrefix(k.Name(), "Elixir.") {
			a.kind = attrKind{"struct", k, -1}
			return nil
		}
	case term.Tuple:
		if len(k) == 2 && k[0] == term.Term(term.NewAtom("fun")) {
			if n, ok := k[1].(term.Int); ok {
				a.kind = attrKind{"fun", term.Atom{}, int(n)}
				return nil
			}
		}
	}
	return declError(a.span, "invalid type %s for attr %s. The following types are supported:\n\n"+
		"  * any Elixir struct, such as URI, MyApp.User, etc\n"+
		"  * one of :%s\n"+
		"  * a function written as:\n      * without arity, ex: :fun\n      * with a specific arity, ex: {:fun, 2}\n"+
		"  * :any for all other types\n", term.Inspect(kind), d.inSlot(a.name), strings.Join(builtinKinds, ", :"))
}

// article names the type in messages: a :string, an :integer.
func (k attrKind) article() string {
	switch {
	case k.name == "struct":
		return "a " + moduleText(k.module) + " struct"
	case k.name == "fun" && k.arity >= 0:
		return fmt.Sprintf("a function of arity %d", k.arity)
	case k.name == "fun":
		return "a function"
	case k.name == "atom", k.name == "integer":
		return "an :" + k.name
	}
	return "a :" + k.name
}

// accepts reports whether a default or a value is of the type.
func (k attrKind) accepts(v term.Term) bool {
	if v == term.Term(term.Nil) {
		return true
	}
	switch k.name {
	case "string":
		_, ok := v.(term.Binary)
		return ok
	case "atom":
		_, ok := v.(term.Atom)
		return ok
	case "boolean":
		return v == term.Term(term.True) || v == term.Term(term.False)
	case "integer":
		switch v.(type) {
		case term.Int, *term.Big:
			return true
		}
		return false
	case "float":
		_, ok := v.(term.Float)
		return ok
	case "list":
		_, ok := v.(*term.List)
		return ok
	case "struct":
		return structOf(v) == k.module
	}
	return true
}

func (d *declarations) checkOptions(env *Env, a *attrDecl) error {
	for e := range a.opts.All() {
		pair, ok := e.(term.Tuple)
		if !ok || len(pair) != 2 {
			continue
		}
		key, _ := pair[0].(term.Atom)
		if m := d.invalidOption(key.Name(), pair[1]); m != "" {
			return declError(a.span, "invalid option %s for attr %s. %s", term.Inspect(pair[0]), d.inSlot(a.name), m)
		}
	}
	values, hasValues := option(a.opts, "values")
	examples, hasExamples := option(a.opts, "examples")
	if hasValues && hasExamples {
		return declError(a.span, "only one of :values or :examples must be given")
	}
	if hasValues {
		list, err := valueList(env, a, values)
		if err != nil {
			return err
		}
		for _, v := range list {
			if !a.kind.accepts(v) {
				return declError(a.span, "expected the values for attr %s to be %s, got: %s\n", d.inSlot(a.name), a.kind.article(), term.Inspect(v))
			}
		}
	}
	if hasExamples {
		list, ok := examples.(*term.List)
		if !ok || list == nil {
			return declError(a.span, ":examples must be a non-empty list, got: %s\n", term.Inspect(examples))
		}
		for v := range list.All() {
			if !a.kind.accepts(v) {
				return declError(a.span, "expected the examples for attr %s to be %s, got: %s\n", d.inSlot(a.name), a.kind.article(), term.Inspect(v))
			}
		}
	}
	def, hasDefault := option(a.opts, "default")
	switch {
	case !hasDefault:
	case hasValues:
		list, _ := valueList(env, a, values)
		if !slices.ContainsFunc(list, func(v term.Term) bool { return term.StrictEqual(v, def) }) {
			return declError(a.span, "expected the default value for attr %s to be one of %s, got: %s\n", d.inSlot(a.name), term.Inspect(values), term.Inspect(def))
		}
	case !a.kind.accepts(def):
		return declError(a.span, "expected the default value for attr %s to be %s, got: %s\n", d.inSlot(a.name), a.kind.article(), term.Inspect(def))
	}
	return nil
}

// invalidOption says what is wrong with an option, "" if nothing is.
func (d *declarations) invalidOption(key string, v term.Term) string {
	switch key {
	case "include":
		if _, ok := v.(*term.List); ok || v == term.Term(term.Nil) {
			return ""
		}
		return "include only supports a list of attributes, got: " + term.Inspect(v)
	case "default":
		if d.slot == nil {
			return ""
		}
		return ":default is not supported inside slot attributes, instead use Map.get/3 with a default value when accessing a slot attribute"
	case "required", "values", "examples":
		return ""
	}
	if d.slot == nil {
		return "The supported options are: [:required, :default, :values, :examples, :include]"
	}
	return "The supported options inside slots are: [:required]"
}

// valueList returns the elements of :values.
func valueList(env *Env, a *attrDecl, values term.Term) ([]term.Term, error) {
	var list []term.Term
	t := env.Thread()
	_, err := t.Run(func() term.Term {
		t.Each(values, func(v term.Term) bool { list = append(list, v); return true })
		return term.Nil
	})
	if err != nil || len(list) == 0 {
		return nil, declError(a.span, ":values must be a non-empty enumerable, got: %s\n", term.Inspect(values))
	}
	return list, nil
}

func expandSlot(env *Env, call *syntax.Call) (syntax.Node, error) {
	d := declared(env)
	if d == nil {
		return nil, declError(call.Span(), "you must `use Phoenix.Component` to declare attributes. It is currently only imported.")
	}
	name, err := declName(env, call)
	if err != nil {
		return nil, err
	}
	opts := term.Empty
	args := call.Rest()
	if len(args) > 1 {
		v, err := env.Eval(args[1])
		if err != nil {
			return nil, err
		}
		opts, _ = v.(*term.List)
	}
	s := &slotDecl{name: name, validate: true, span: call.Span()}
	if err := checkDoc(s.span, opts); err != nil {
		return nil, err
	}
	if v, has := option(opts, "required"); has {
		if v != term.Term(term.True) && v != term.Term(term.False) {
			return nil, declError(s.span, ":required must be a boolean, got: %s", term.Inspect(v))
		}
		s.required = v == term.Term(term.True)
	}
	if v, has := option(opts, "validate_attrs"); has {
		s.validate = term.Truthy(v)
	}
	d.slot = s
	err = readSlotAttrs(env, call)
	d.slot = nil
	if err != nil {
		return nil, err
	}
	for _, o := range d.slots {
		if o.name == name {
			return nil, declError(s.span, "a duplicate slot with name %s already exists", term.Inspect(term.NewAtom(name)))
		}
	}
	if name == "inner_block" && len(s.attrs) > 0 {
		return nil, declError(s.span, "cannot define attributes in a slot with name :inner_block")
	}
	if rest := without(opts, "doc", "required", "validate_attrs"); rest != nil {
		return nil, declError(s.span, "invalid options %s for slot %s. The supported options are: [:required, :doc, :validate_attrs]",
			term.Inspect(rest), term.Inspect(term.NewAtom(name)))
	}
	d.slots = append(d.slots, s)
	return nothing, nil
}

// readSlotAttrs reads the attrs in a slot's do-block.
func readSlotAttrs(env *Env, call *syntax.Call) error {
	do := call.Section("do")
	if do == nil || do.Body == nil {
		return nil
	}
	exprs := []syntax.Node{do.Body}
	if b, ok := do.Body.(*syntax.Block); ok {
		exprs = b.Exprs
	}
	for _, x := range exprs {
		c, ok := x.(*syntax.Call)
		if !ok || c.Target != nil || c.Name != "attr" {
			return declError(x.Span(), "a slot's block may only have attr declarations")
		}
		if _, err := expandAttr(env, c); err != nil {
			return err
		}
	}
	return nil
}

// sortDecls orders the declarations of a component by name, the order in which
// they are checked.
func (c *componentDecl) sortDecls() {
	sort.SliceStable(c.attrs, func(i, j int) bool { return c.attrs[i].name < c.attrs[j].name })
	sort.SliceStable(c.slots, func(i, j int) bool { return c.slots[i].name < c.slots[j].name })
}
