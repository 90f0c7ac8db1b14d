package stdlib

import (
	"fmt"
	"sync"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// environment is what a node has in place of the operating system's variables
// and of configuration: nothing at first, and what its programs put there.
type environment struct {
	mu        sync.Mutex
	variables *term.Map
	apps      *term.Map // of {application, key}
	zones     term.Term // the time zone database; nil is that of UTC only
}

type environmentKey struct{}

// environment returns the environment of the call's node. Where there is no
// process it is an empty one, and what is put there is lost.
func (c call) environment() *environment {
	fresh := &environment{variables: term.EmptyMap, apps: term.EmptyMap}
	p := node.Of(c.t)
	if p == nil {
		return fresh
	}
	e, _ := p.Node().Values().LoadOrStore(environmentKey{}, fresh)
	return e.(*environment)
}

// variable returns the value of an environment variable.
func (c call) variable(i int) (term.Term, bool) {
	name := bin(c.str(i))
	e := c.environment()
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.variables.Get(name)
}

func (c call) setVariable(name, value term.Term) {
	n, ok := name.(term.Binary)
	v, isText := value.(term.Binary)
	if !ok || !isText && value != term.Term(term.Nil) {
		c.noClause()
	}
	c.t.Grow(len(n) + len(v))
	e := c.environment()
	e.mu.Lock()
	defer e.mu.Unlock()
	if isText {
		e.variables = e.variables.Put(n, v)
	} else {
		e.variables = e.variables.Delete(n)
	}
}

func defEnvironment(m *textModule) {
	m.def("get_env", 0, func(c call) term.Term {
		e := c.environment()
		e.mu.Lock()
		defer e.mu.Unlock()
		return e.variables
	})
	m.def("get_env", 2, func(c call) term.Term {
		if v, ok := c.variable(0); ok {
			return v
		}
		return c.a[1]
	}, term.Nil)
	m.def("fetch_env", 1, func(c call) term.Term {
		if v, ok := c.variable(0); ok {
			return okTuple(v)
		}
		return term.Err
	})
	m.def("fetch_env!", 1, func(c call) term.Term {
		v, ok := c.variable(0)
		if !ok {
			c.t.RaiseNew("System.EnvError", "env", c.a[0])
		}
		return v
	})
	m.def("put_env", 2, func(c call) term.Term {
		c.str(0)
		c.setVariable(c.a[0], c.a[1])
		return term.OK
	})
	m.def("put_env", 1, func(c call) term.Term {
		c.each(0, func(e term.Term) bool {
			k, v, ok := pairOf(e)
			if !ok {
				c.noClause()
			}
			c.setVariable(bin(c.t.ToString(k)), v)
			return true
		})
		return term.OK
	})
	m.def("delete_env", 1, func(c call) term.Term {
		c.setVariable(bin(c.str(0)), term.Nil)
		return term.OK
	})
}

// systemEnvError is System.EnvError.
func systemEnvError() *interp.NativeModule {
	m := newTextModule("System.EnvError")
	m.m.Struct = term.NewStruct("System.EnvError", "__exception__", term.True, "env", term.Nil)
	defException(m)
	m.override("message", 1, func(c call) term.Term {
		env := c.structArg(0, "System.EnvError").GetAtom(term.NewAtom("env"))
		return bin(fmt.Sprintf("could not fetch environment variable %s because it is not set", c.inspect(env)))
	})
	return m.m
}
