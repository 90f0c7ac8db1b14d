package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// schemaModule is what a project has of Ecto: the struct that a schema defines,
// so that code with such structs compiles and their patterns match. There is
// no database, no casting and no query.
func schemaModule() *interp.NativeModule {
	return &interp.NativeModule{Name: "Ecto.Schema", Macros: []interp.NativeMacro{
		{Name: "__using__", Arity: -1, Expand: useSchema},
		{Name: "schema", Arity: 1, Expand: schemaStruct},
		{Name: "embedded_schema", Arity: 0, Expand: schemaStruct},
	}}
}

func useSchema(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	module, ok := env.Module()
	if !ok || !env.Omit("the schema of "+term.Inspect(module), "Ecto is not part of this playground, only its struct is here", "") {
		return nil, &source.Diagnostic{Span: call.Span(), Unsupported: true, Message: "`Ecto.Schema` is Ecto, but not part of this playground",
			Hint: "keep the data in an Agent; forms work with to_form/2 and a map of parameters"}
	}
	env.Define(interp.NativeFunc{Name: "__schema__", Arity: 1, Fn: noSchema(module)})
	env.Define(interp.NativeFunc{Name: "__schema__", Arity: 2, Fn: noSchema(module)})
	return importNode(call, "Elixir", "Ecto", "Schema"), nil
}

func noSchema(module term.Atom) interp.Native {
	return func(t *interp.Thread, a []term.Term) term.Term {
		t.RaiseNew("UndefinedFunctionError", "module", module, "function", term.NewAtom("__schema__"), "arity", term.Int(len(a)))
		return nil
	}
}

// schemaStruct expands schema "name" do … end to a defstruct.
func schemaStruct(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	module, _ := env.Module()
	at := syntax.At{At: call.Span()}
	fields := &syntax.List{At: at}
	add := func(name string, value syntax.Node) {
		fields.Elems = append(fields.Elems, &syntax.Tuple{At: at, Sugar: true, Elems: []syntax.Node{&syntax.Atom{At: at, Name: name}, value}})
	}
	null := func() syntax.Node { return &syntax.Atom{At: at, Name: "nil"} }
	if call.Name == "schema" {
		add("__meta__", null())
	}
	if env.Attribute("primary_key") != term.Term(term.False) {
		add("id", null())
	}
	var body []syntax.Node
	if do := call.Section("do"); do != nil && do.Body != nil {
		body = []syntax.Node{do.Body}
		if b, ok := do.Body.(*syntax.Block); ok {
			body = b.Exprs
		}
	}
	for _, n := range body {
		c, ok := n.(*syntax.Call)
		if v, isVar := n.(*syntax.Var); isVar {
			c, ok = &syntax.Call{At: v.At, Name: v.Name}, true
		}
		if !ok || c.Target != nil {
			continue
		}
		for _, a := range c.Args {
			env.Expand(a)
		}
		schemaField(c, module, add, at)
	}
	return &syntax.Call{At: at, Name: "defstruct", NameAt: call.Span(), Args: []syntax.Node{fields}}, nil
}

// schemaField adds what one line of a schema adds to the struct.
func schemaField(c *syntax.Call, module term.Atom, add func(string, syntax.Node), at syntax.At) {
	null := syntax.Node(&syntax.Atom{At: at, Name: "nil"})
	if c.Name == "timestamps" {
		add(timestampName(c, "inserted_at"), null)
		add(timestampName(c, "updated_at"), null)
		return
	}
	if len(c.Args) == 0 {
		return
	}
	a, ok := c.Args[0].(*syntax.Atom)
	if !ok {
		return
	}
	missing := interp.Value(term.NewStruct("Ecto.Association.NotLoaded", "__field__", term.NewAtom(a.Name), "__owner__", module,
		"__cardinality__", term.NewAtom(map[bool]string{true: "many", false: "one"}[c.Name == "has_many" || c.Name == "many_to_many"])), at.At)
	switch c.Name {
	case "field":
		value := null
		if d := keywordNode(c, "default"); d != nil {
			value = d
		}
		add(a.Name, value)
	case "belongs_to":
		add(a.Name, missing)
		if d, isAtom := keywordNode(c, "define_field").(*syntax.Atom); isAtom && d.Name == "false" {
			return
		}
		key := a.Name + "_id"
		if k, isAtom := keywordNode(c, "foreign_key").(*syntax.Atom); isAtom {
			key = k.Name
		}
		add(key, null)
	case "has_many", "has_one", "many_to_many":
		add(a.Name, missing)
	case "embeds_many":
		add(a.Name, &syntax.List{At: at})
	case "embeds_one":
		add(a.Name, null)
	}
}

func timestampName(c *syntax.Call, name string) string {
	if a, ok := keywordNode(c, name).(*syntax.Atom); ok {
		return a.Name
	}
	return name
}

// keywordNode is the value of a key in the keyword list that ends a call, nil
// for none.
func keywordNode(c *syntax.Call, key string) syntax.Node {
	if len(c.Args) == 0 {
		return nil
	}
	l, ok := c.Args[len(c.Args)-1].(*syntax.List)
	if !ok {
		return nil
	}
	for _, e := range l.Elems {
		if t, ok := e.(*syntax.Tuple); ok && t.Sugar && len(t.Elems) == 2 {
			if k, ok := t.Elems[0].(*syntax.Atom); ok && k.Name == key {
				return t.Elems[1]
			}
		}
	}
	return nil
}
