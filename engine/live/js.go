package live

import (
	"fmt"
	"slices"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

const jsModule = "Phoenix.LiveView.JS"

var (
	keyOps = term.NewAtom("ops")
	jsZero = term.NewStruct(jsModule, "ops", term.Empty)
)

// jsModules returns Phoenix.LiveView.JS, and how its commands become an
// attribute's value and JSON.
func jsModules() []*interp.NativeModule {
	js := &interp.NativeModule{Name: jsModule, Struct: jsZero}
	for _, c := range jsCommands {
		for arity := c.required; arity <= c.required+2; arity++ {
			js.Funcs = append(js.Funcs, interp.NativeFunc{Name: c.name, Arity: arity, Fn: c.native})
		}
	}
	js.Funcs = append(js.Funcs,
		interp.NativeFunc{Name: "pop_focus", Arity: 0, Fn: popFocus},
		interp.NativeFunc{Name: "pop_focus", Arity: 1, Fn: popFocus},
		interp.NativeFunc{Name: "concat", Arity: 2, Fn: jsConcat},
		interp.NativeFunc{Name: "to_encodable", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			return opsOf(t, "to_encodable", a, 0)
		}},
	)
	return []*interp.NativeModule{
		js,
		{Name: "Phoenix.HTML.Safe." + jsModule, Funcs: []interp.NativeFunc{{Name: "to_iodata", Arity: 1, Fn: jsToIOData}}},
		{Name: "Jason.Encoder." + jsModule, Funcs: []interp.NativeFunc{{Name: "encode", Arity: 2, Fn: jsToJSON}}},
		{Name: "JSON.Encoder." + jsModule, Funcs: []interp.NativeFunc{{Name: "encode", Arity: 2, Fn: jsToJSON}}},
	}
}

// jsOpts are the options of a command in the order they were given, with :to
// resolved.
type jsOpts struct {
	t    *interp.Thread
	keys []term.Atom
	vals map[term.Atom]term.Term
}

// get returns an option, nil for one that is missing or nil.
func (o *jsOpts) get(name string) term.Term {
	v := o.vals[term.NewAtom(name)]
	if v == term.Term(term.Nil) {
		return nil
	}
	return v
}

func (o *jsOpts) has(name string) bool {
	_, ok := o.vals[term.NewAtom(name)]
	return ok
}

// jsCommand is a function of the module. It may be called with a %JS{} in
// front and with options behind its required argument, if it has one.
type jsCommand struct {
	name     string
	required int
	// accepts checks the required argument.
	accepts func(term.Term) bool
	allowed []string
	// withOptions is set when a %JS{} in front needs the options behind too: the
	// clause without them is missing in LiveView.
	withOptions bool
	// build returns kind and arguments of the operation; nil values are left
	// out.
	build func(o *jsOpts, arg term.Term) (kind string, args map[string]term.Term)
}

func (c jsCommand) clause(t *interp.Thread, a []term.Term) {
	t.RaiseFunctionClause(jsModule, c.name, a)
}

// native sorts the arguments of a call: a %JS{}, what is required, options.
func (c jsCommand) native(t *interp.Thread, a []term.Term) term.Term {
	js, rest := jsZero, a
	if len(rest) > 0 {
		if m, ok := jsStruct(rest[0]); ok {
			js, rest = m, rest[1:]
		}
	}
	var arg term.Term
	if c.required == 1 {
		if len(rest) == 0 || !c.accepts(rest[0]) {
			c.clause(t, a)
		}
		arg, rest = rest[0], rest[1:]
	}
	if c.withOptions && len(a) == 2 && len(rest) == 0 {
		c.clause(t, a)
	}
	opts := term.Empty
	if len(rest) == 1 {
		l, ok := rest[0].(*term.List)
		if !ok {
			c.clause(t, a)
		}
		opts = l
	} else if len(rest) > 1 {
		c.clause(t, a)
	}
	kind, args := c.build(c.options(t, opts), arg)
	return putOp(js, kind, args)
}

func jsStruct(v term.Term) (*term.Map, bool) {
	m, ok := v.(*term.Map)
	if !ok {
		return nil, false
	}
	name, ok := m.StructName()
	return m, ok && name == jsZero.GetAtom(term.StructKey)
}

// options checks the keys. As validate_keys/3.
func (c jsCommand) options(t *interp.Thread, opts *term.List) *jsOpts {
	o := &jsOpts{t: t, vals: map[term.Atom]term.Term{}}
	for e := range opts.All() {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			t.RaiseFunctionClause(jsModule, "-validate_keys/3-fun-0-", []term.Term{e})
		}
		key, _ := kv[0].(term.Atom)
		v := kv[1]
		_, text := v.(term.Binary)
		scope, scoped := v.(term.Tuple)
		switch {
		case key.Name() == "to" && scoped && len(scope) == 2:
			v = c.scope(t, scope)
		case key.Name() == "to" && text:
		case !slices.Contains(c.allowed, key.Name()):
			t.RaiseArgument("invalid option for %s\nExpected keys to be one of [%s], got: %s\n",
				c.name, atomsText(c.allowed), t.Inspect(kv[0], term.InspectOptions{}))
		}
		if _, seen := o.vals[key]; !seen {
			o.keys = append(o.keys, key)
			o.vals[key] = v
		}
	}
	return o
}

func atomsText(names []string) string { return ":" + strings.Join(names, ", :") }

// scope resolves {:inner, selector} and its like.
func (c jsCommand) scope(t *interp.Thread, v term.Tuple) term.Term {
	a, _ := v[0].(term.Atom)
	switch a.Name() {
	case "document":
		return v[1]
	case "closest", "inner":
		return term.NewMap(a, v[1])
	}
	t.RaiseArgument("invalid scope for :to option in %s.\nValid scopes are :closest, :inner, :document. Got: %s\n",
		c.name, t.Inspect(v[0], term.InspectOptions{}))
	return nil
}

// putOp appends an operation.
func putOp(js *term.Map, kind string, args map[string]term.Term) term.Term {
	b := term.NewMapBuilder(len(args))
	for k, v := range args {
		if v != nil && v != term.Term(term.Nil) {
			b.Put(term.NewAtom(k), v)
		}
	}
	ops, _ := js.GetAtom(keyOps).(*term.List)
	elems, _ := ops.Slice()
	return js.Put(keyOps, term.NewList(append(elems, term.NewList(term.Binary(kind), b.Map()))...))
}

func opsOf(t *interp.Thread, name string, a []term.Term, i int) *term.List {
	if m, ok := jsStruct(a[i]); ok {
		if ops, ok := m.GetAtom(keyOps).(*term.List); ok {
			return ops
		}
	}
	t.RaiseFunctionClause(jsModule, name, a)
	return nil
}

func popFocus(t *interp.Thread, a []term.Term) term.Term {
	js := jsZero
	if len(a) == 1 {
		opsOf(t, "pop_focus", a, 0)
		js = a[0].(*term.Map)
	}
	return putOp(js, "pop_focus", nil)
}

func jsConcat(t *interp.Thread, a []term.Term) term.Term {
	first, _ := opsOf(t, "concat", a, 0).Slice()
	return jsZero.Put(keyOps, term.ListOnto(first, opsOf(t, "concat", a, 1)))
}

// jsJSON returns the commands as JSON.
func jsJSON(t *interp.Thread, v term.Term) string {
	ops := opsOf(t, "to_encodable", []term.Term{v}, 0)
	text, _ := t.Apply(term.NewModule("Jason"), "encode!", ops).(term.Binary)
	return string(text)
}

func jsToIOData(t *interp.Thread, a []term.Term) term.Term {
	return term.Binary(htmlEscape.Replace(jsJSON(t, a[0])))
}

func jsToJSON(t *interp.Thread, a []term.Term) term.Term { return term.Binary(jsJSON(t, a[0])) }

// classNames splits a list of classes at spaces.
func classNames(names string) *term.List {
	var out []term.Term
	for _, n := range strings.Split(names, " ") {
		if n != "" {
			out = append(out, term.Binary(n))
		}
	}
	return term.NewList(out...)
}

// transition returns the classes of a transition: while it runs, at its start
// and at its end.
func (o *jsOpts) transition(v term.Term) term.Term {
	switch x := v.(type) {
	case nil:
		return nil
	case term.Binary:
		return term.NewList(classNames(string(x)), term.Empty, term.Empty)
	case term.Tuple:
		if len(x) == 3 {
			out := make([]term.Term, 3)
			for i, e := range x {
				s, ok := e.(term.Binary)
				if !ok {
					o.t.RaiseFunctionClause(jsModule, "transition_class_names", []term.Term{v})
				}
				out[i] = classNames(string(s))
			}
			return term.NewList(out...)
		}
	}
	o.t.RaiseFunctionClause(jsModule, "transition_class_names", []term.Term{v})
	return nil
}

// destination checks where navigate and patch lead. As
// Phoenix.LiveView.Utils.valid_live_navigation_destination!/2.
func (o *jsOpts) destination(to, context string) {
	scheme, found := navigationScheme(to)
	if !found || scheme == "http" || scheme == "https" {
		return
	}
	quoted := term.Inspect(term.Binary(to))
	o.t.RaiseArgument("%s", fmt.Sprintf("unsupported scheme %s given to %s.\n\n"+
		"patch and navigate destinations must be a path or a full http(s) URL to a LiveView in your application. "+
		"To link to a different scheme, such as %s, use the href attribute instead, for example:\n\n"+
		"    <.link href={%s}>...</.link>\n",
		term.Inspect(term.Binary(scheme)), context, quoted, quoted))
}

// navigationScheme returns the scheme of a URL in lower case, if a colon comes
// before any slash, question mark or hash.
func navigationScheme(to string) (string, bool) {
	i := strings.IndexAny(to, ":/?#")
	if i < 0 || to[i] != ':' {
		return "", false
	}
	return strings.ToLower(to[:i]), true
}
