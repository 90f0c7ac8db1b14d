package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// openModule returns the module that is named, whose body runs now, and raises
// for one that is compiled already.
func (c call) openModule() *interp.Env {
	mod := c.atom(0)
	env := c.t.ModuleEnv(mod)
	if env == nil {
		hint, arity := "", len(c.a)
		switch c.name.fun {
		case "get_attribute", "get_last_attribute":
			hint, arity = ". Use the Module.__info__/1 callback or Code.fetch_docs/1 instead", 2
		case "defines?":
			hint = ". Use Kernel.function_exported?/3 and Kernel.macro_exported?/3 to check for public functions and macros instead"
		}
		c.raiseArgument("could not call Module.%s/%d because the module %s is already compiled%s", c.name.fun, arity, c.inspect(mod), hint)
	}
	return env
}

// defModuleBody adds the functions that read and change a module while its
// body runs.
func defModuleBody(m *textModule) {
	get := func(c call) term.Term {
		env, name := c.openModule(), c.atom(1).Name()
		env.QuietAttribute(name)
		if v := env.Attribute(name); v != nil && (v != term.Term(term.Nil) || env.HasAttribute(name)) {
			return v
		}
		return c.a[2]
	}
	m.def("get_attribute", 3, get, term.Nil)
	m.def("get_last_attribute", 3, func(c call) term.Term {
		v := get(c)
		if l, ok := v.(*term.List); ok && l != term.Empty {
			return l.Head
		}
		return v
	}, term.Nil)
	m.def("put_attribute", 3, func(c call) term.Term {
		env := c.openModule()
		env.PutAttribute(c.atom(1).Name(), c.a[2])
		return term.OK
	})
	m.def("has_attribute?", 2, func(c call) term.Term { return term.Bool(c.openModule().HasAttribute(c.atom(1).Name())) })
	m.def("delete_attribute", 2, func(c call) term.Term {
		v := c.openModule().TakeAttribute(c.atom(1).Name())
		if v == nil {
			return term.Nil
		}
		return v
	})
	m.def("register_attribute", 3, func(c call) term.Term {
		env, name := c.openModule(), c.atom(1).Name()
		env.QuietAttribute(name)
		if option(c.opts(2), "accumulate", term.False) == term.Term(term.True) {
			env.RegisterAttribute(name)
		}
		return term.OK
	})
	m.def("defines?", 2, func(c call) term.Term {
		name, arity, ok := pairOf(c.a[1])
		a, isAtom := name.(term.Atom)
		n, isInt := arity.(term.Int)
		if !ok || !isAtom || !isInt {
			return c.noClause()
		}
		return term.Bool(c.openModule().Defines(a.Name(), int(n)))
	})
	m.def("open?", 1, func(c call) term.Term { return term.Bool(c.t.ModuleEnv(c.atom(0)) != nil) })
	m.def("reserved_attributes", 0, func(call) term.Term {
		out := term.EmptyMap
		for name, doc := range reservedAttributes {
			out = out.Put(atomTerm(name), term.NewMap(atomTerm("doc"), bin(doc)))
		}
		return out
	})
}

// reservedAttributes are the attributes that Elixir gives a meaning.
var reservedAttributes = map[string]string{
	"after_compile":              "A hook that will be invoked right after the current module is compiled.",
	"after_verify":               "A hook that will be invoked right after the current module is verified.",
	"before_compile":             "A hook that will be invoked before the module is compiled.",
	"behaviour":                  "Specifies that the current module implements a given behaviour.",
	"callback":                   "Provides a specification for a behaviour callback.",
	"compile":                    "Defines options for module compilation.",
	"deprecated":                 "Provides the deprecation reason for a function.",
	"derive":                     "Derives an implementation for the given protocol for the struct defined in the current module.",
	"dialyzer":                   "Defines Dialyzer warnings to request or suppress.",
	"doc":                        "Provides documentation for a function/macro/callback.",
	"enforce_keys":               "Ensures the given keys are always set when building the struct defined in the current module.",
	"external_resource":          "Specifies an external resource for the current module.",
	"fallback_to_any":            "If set to `true` generates a default protocol implementation for all types (inside `defprotocol`).",
	"file":                       "Changes the filename used in stacktraces for the function or macro that follows the attribute.",
	"for":                        "The current module/type a protocol implementation is being defined for (inside `defimpl`).",
	"impl":                       "Declares an implementation of a callback function or macro.",
	"macrocallback":              "Provides a specification for a macro behaviour callback.",
	"moduledoc":                  "Provides documentation for the current module.",
	"on_definition":              "A hook that will be invoked when each function or macro in the current module is defined.",
	"on_load":                    "A hook that will be invoked whenever the module is loaded.",
	"opaque":                     "Defines an opaque type to be used in `@spec`.",
	"optional_callbacks":         "Specifies which behaviour callbacks and macro behaviour callbacks are optional.",
	"protocol":                   "The current protocol being implemented (inside `defimpl`).",
	"spec":                       "Provides a specification for a function.",
	"type":                       "Defines a type to be used in `@spec`.",
	"typedoc":                    "Provides documentation for a type.",
	"typep":                      "Defines a private type to be used in `@spec`.",
	"undefined_impl_description": "A string with additional description to be used on `Protocol.UndefinedError` when looking up the implementation fails.",
	"vsn":                        "Specify the module version.",
}
