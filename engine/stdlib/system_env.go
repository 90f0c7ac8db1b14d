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
	sizes     *term.Map // about how many bytes each of the two takes
	bytes     int
	zones     term.Term // the time zone database; nil is that of UTC only
}

// maxEnvironment is about how many bytes an environment may take.
const maxEnvironment = 64 << 20

type environmentKey struct{}

// environment returns the environment of the call's node. Where there is no
// process it is an empty one, and what is put there is lost.
func (c call) environment() *environment {
	fresh := &environment{variables: term.EmptyMap, apps: term.EmptyMap, sizes: term.EmptyMap}
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
	_, isText := value.(term.Binary)
	if !ok || !isText && value != term.Term(term.Nil) {
		c.noClause()
	}
	e := c.environment()
	if !isText {
		value = nil
	}
	c.keepIn(e, &e.variables, n, value)
}

// keepIn sets a value in one of the maps of an environment; nil deletes it. An
// environment outlives the processes that fill it, and so has a limit of its
// own.
func (c call) keepIn(e *environment, m **term.Map, key, value term.Term) {
	size := 0
	if value != nil {
		size = term.Size(maxEnvironment, key, value)
	}
	c.t.Grow(1024)
	if !e.keep(m, key, value, size) {
		c.t.RaiseLimit("memory", fmt.Sprintf("environment variables and configuration take more than %d MB", maxEnvironment>>20))
	}
}

// keep is keepIn for a value of that size. It reports whether there was room.
func (e *environment) keep(m **term.Map, key, value term.Term, size int) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	old, _ := e.sizes.Get(key)
	before, _ := old.(term.Int)
	if e.bytes-int(before)+size > maxEnvironment && value != nil {
		return false
	}
	e.bytes += size - int(before)
	if value == nil {
		*m, e.sizes = (*m).Delete(key), e.sizes.Delete(key)
	} else {
		*m, e.sizes = (*m).Put(key, value), e.sizes.Put(key, term.Int(size))
	}
	return true
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
