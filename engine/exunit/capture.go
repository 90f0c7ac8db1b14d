package exunit

import (
	"sync"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

var stringIO = term.NewModule("StringIO")

// captureIOModule is ExUnit.CaptureIO.
func captureIOModule() *interp.NativeModule {
	var funcs []interp.NativeFunc
	for _, n := range []int{1, 2, 3} {
		funcs = append(funcs,
			interp.NativeFunc{Name: "with_io", Arity: n, Fn: func(t *interp.Thread, a []term.Term) term.Term {
				v, text := captureOf(t, "with_io", a)
				return term.Tuple{v, term.Binary(text)}
			}},
			interp.NativeFunc{Name: "capture_io", Arity: n, Fn: func(t *interp.Thread, a []term.Term) term.Term {
				_, text := captureOf(t, "capture_io", a)
				return term.Binary(text)
			}})
	}
	return &interp.NativeModule{Name: "ExUnit.CaptureIO", Funcs: funcs}
}

// ioCapture is one call of capture_io.
type ioCapture struct {
	device   term.Term // a pid or an atom
	input    term.Term
	prompt   term.Term
	encoding term.Term
	fun      term.Term
}

// captureOf reads the arguments of capture_io and with_io and runs the function.
func captureOf(t *interp.Thread, name string, a []term.Term) (term.Term, string) {
	c := ioCapture{device: atomTerm("stdio"), input: term.Binary(""), prompt: term.True, encoding: atomTerm("unicode"), fun: a[len(a)-1]}
	bad := func() { t.RaiseFunctionClause("ExUnit.CaptureIO", name, a) }
	if f, ok := c.fun.(*term.Fun); !ok || f.Arity != 0 {
		bad()
	}
	rest := a[:len(a)-1]
	if len(rest) > 0 {
		switch rest[0].(type) {
		case term.Atom, term.PID:
			c.device, rest = rest[0], rest[1:]
		}
	}
	if len(rest) > 1 {
		bad()
	}
	for _, v := range rest {
		switch x := v.(type) {
		case term.Binary:
			c.input = x
		case *term.List:
			for key, to := range map[string]*term.Term{"input": &c.input, "capture_prompt": &c.prompt, "encoding": &c.encoding} {
				if v, ok := term.KeywordGet(x, atomTerm(key)); ok {
					*to = v
				}
			}
		default:
			bad()
		}
	}
	switch {
	case isAtom(c.device, "stdio"), isAtom(c.device, "standard_io"):
		return c.ofProcess(t, node.Of(t))
	case isAtom(c.device, "stderr"):
		c.device = atomTerm("standard_error")
	}
	if pid, ok := c.device.(term.PID); ok {
		if p, alive := node.Of(t).Node().Process(pid); alive {
			return c.ofProcess(t, p)
		}
		return c.ofProcess(t, node.Of(t))
	}
	return c.ofDevice(t, c.device.(term.Atom))
}

// ofProcess captures what goes to the group leader of a process.
func (c ioCapture) ofProcess(t *interp.Thread, p *node.Process) (term.Term, string) {
	_, dev, _ := pair(t.Apply(stringIO, "open", c.input, term.Keyword("capture_prompt", c.prompt, "encoding", c.encoding)))
	pid := dev.(term.PID)
	before := p.GroupLeader()
	p.SetGroupLeader(pid)
	defer p.SetGroupLeader(before)
	v := t.Call(c.fun)
	return v, closeStringIO(t, pid)
}

// closeStringIO closes a StringIO and returns what was written to it.
func closeStringIO(t *interp.Thread, pid term.PID) string {
	_, contents, _ := pair(t.Apply(stringIO, "close", pid))
	_, out, _ := pair(contents)
	text, _ := out.(term.Binary)
	return string(text)
}

// devices are the named devices that are captured now.
type devices struct {
	mu    sync.Mutex
	named map[term.Atom]*capturedDevice
}

type capturedDevice struct {
	before   term.PID
	pid      term.PID
	encoding term.Term
	input    bool
	users    int
}

// ofDevice captures what goes to a named device. Captures of the same device
// at the same time share what is written.
func (c ioCapture) ofDevice(t *interp.Thread, name term.Atom) (term.Term, string) {
	d, offset := c.hold(t, name)
	defer suiteOf(t).devices.release(t, name, d)
	v := t.Call(c.fun)
	return v, contents(t, d.pid)[offset:]
}

func contents(t *interp.Thread, pid term.PID) string {
	_, out, _ := pair(t.Apply(stringIO, "contents", pid))
	text, _ := out.(term.Binary)
	return string(text)
}

func (c ioCapture) hold(t *interp.Thread, name term.Atom) (d *capturedDevice, offset int) {
	s := suiteOf(t)
	if s == nil {
		raise(t, "capture_io is for tests")
	}
	n := node.Of(t).Node()
	s.devices.mu.Lock()
	defer s.devices.mu.Unlock()
	if d = s.devices.named[name]; d != nil {
		switch {
		case d.input || c.input != term.Term(term.Binary("")):
			t.RaiseArgument("attempted multiple captures on device %s with input. If you need to give an input to a captured device, you cannot run your test asynchronously", term.Inspect(name))
		case d.encoding != c.encoding:
			t.RaiseArgument("attempted to change the encoding for a currently captured device %s.\n\nCurrently set as: %s\nGiven: %s\n\nIf you need to use multiple encodings on a captured device, you cannot run your test asynchronously\n",
				term.Inspect(name), term.Inspect(d.encoding), term.Inspect(c.encoding))
		}
		d.users++
		return d, len(contents(t, d.pid))
	}
	before, ok := n.Whereis(name)
	if !ok {
		raise(t, "could not find IO device registered at %s", term.Inspect(name))
	}
	_, dev, _ := pair(t.Apply(stringIO, "open", c.input, term.Keyword("encoding", c.encoding)))
	d = &capturedDevice{before: before, pid: dev.(term.PID), encoding: c.encoding, input: c.input != term.Term(term.Binary("")), users: 1}
	s.devices.named[name] = d
	n.Unregister(name)
	n.Register(d.pid, name)
	return d, 0
}

func (s *devices) release(t *interp.Thread, name term.Atom, d *capturedDevice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.users--; d.users > 0 {
		return
	}
	n := node.Of(t).Node()
	delete(s.named, name)
	n.Unregister(name)
	n.Register(d.before, name)
	n.Exit(d.pid, node.Kill)
}

// captureLogModule is ExUnit.CaptureLog.
func captureLogModule() *interp.NativeModule {
	with := func(t *interp.Thread, a []term.Term) (term.Term, string) {
		s := suiteOf(t)
		if s == nil {
			raise(t, "capture_log is for tests")
		}
		opts := term.Term(term.Empty)
		if len(a) == 2 {
			opts = a[0]
		}
		stop := s.console.capture(opts)
		defer stop() // also when it raises
		v := t.Call(a[len(a)-1])
		return v, stop()
	}
	var funcs []interp.NativeFunc
	for _, n := range []int{1, 2} {
		funcs = append(funcs,
			interp.NativeFunc{Name: "with_log", Arity: n, Fn: func(t *interp.Thread, a []term.Term) term.Term {
				v, text := with(t, a)
				return term.Tuple{v, term.Binary(text)}
			}},
			interp.NativeFunc{Name: "capture_log", Arity: n, Fn: func(t *interp.Thread, a []term.Term) term.Term {
				_, text := with(t, a)
				return term.Binary(text)
			}})
	}
	return &interp.NativeModule{Name: "ExUnit.CaptureLog", Funcs: funcs}
}
