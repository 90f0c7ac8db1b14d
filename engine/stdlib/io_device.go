package stdlib

import (
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// ioDevice is where IO goes: a process that answers Erlang's I/O protocol, or
// the console.
type ioDevice struct {
	pid     term.PID
	console bool
}

// console is what IO goes to by default.
var console = term.NewAtom("stdio")

// device returns the device that the argument names.
func (c call) device(i int) ioDevice {
	switch d := c.a[i].(type) {
	case term.PID:
		if d.N == 0 {
			return ioDevice{console: true}
		}
		return ioDevice{pid: d}
	case term.Atom:
		return c.namedDevice(d, i)
	}
	c.noClause()
	return ioDevice{}
}

func (c call) namedDevice(name term.Atom, i int) ioDevice {
	p := node.Of(c.t)
	switch name.Name() {
	case "stdio", "standard_io":
		if p == nil || p.GroupLeader().N == 0 {
			return ioDevice{console: true}
		}
		return ioDevice{pid: p.GroupLeader()}
	case "stderr", "standard_error":
		name = term.NewAtom("standard_error")
		if p == nil {
			return ioDevice{console: true}
		}
		if pid, ok := p.Node().Whereis(name); ok {
			return ioDevice{pid: pid}
		}
		return ioDevice{console: true}
	}
	if p != nil {
		if pid, ok := p.Node().Whereis(name); ok {
			return ioDevice{pid: pid}
		}
	}
	c.badArg(i+1, "the device does not exist")
	return ioDevice{}
}

// put writes text to a device. On the console it is an entry of the level
// given, to a process it is text that ends with what end says.
func (c call) put(d ioDevice, level, text, end string) {
	if d.console {
		c.print(level, text)
		return
	}
	c.putChars(d, "unicode", text+end)
}

func (c call) putChars(d ioDevice, encoding, text string) {
	reply := c.ioRequest(d, tuple(atomTerm("put_chars"), atomTerm(encoding), bin(text)))
	if why, reason, ok := pairOf(reply); ok && isAtom(why, "error") {
		c.t.Raise(c.t.Normalize(reason))
	}
}

// ioRequest sends a request of the I/O protocol to a process and returns what
// it replies.
func (c call) ioRequest(d ioDevice, request term.Term) (reply term.Term) {
	p := c.process()
	ref := p.Monitor(d.pid)
	defer p.Demonitor(ref, true)
	p.Node().Send(d.pid, tuple(atomTerm("io_request"), p.PID(), ref, request))
	p.Receive(func(msg term.Term) bool {
		m, ok := msg.(term.Tuple)
		if !ok || len(m) < 3 || m[1] != term.Term(ref) {
			return false
		}
		switch {
		case isAtom(m[0], "io_reply"):
			reply = m[2]
		case isAtom(m[0], "DOWN"):
			reply = tuple(term.Err, atomTerm("terminated"))
		}
		return reply != nil
	}, node.Infinity)
	return reply
}

// print writes to the console. Where there is no process nobody reads it.
func (c call) print(level, text string) {
	c.t.Burn(1 + len(text)/64)
	if p := node.Of(c.t); p != nil {
		p.Log(level, text)
	}
}

func defOutput(m *textModule) {
	m.onDevice("puts", 2, func(c call) term.Term {
		c.put(c.device(0), "puts", c.chardata(1), "\n")
		return term.OK
	})
	m.onDevice("write", 2, func(c call) term.Term {
		c.put(c.device(0), "write", c.chardata(1), "")
		return term.OK
	})
	m.onDevice("binwrite", 2, func(c call) term.Term {
		text, ok := ioData(c.a[1], false)
		if !ok {
			return c.noClause()
		}
		d := c.device(0)
		if d.console {
			c.print("write", text)
			return term.OK
		}
		c.putChars(d, "latin1", text)
		return term.OK
	})
	warn := func(c call) term.Term {
		text := strings.TrimRight(c.chardata(0), "\n")
		if c.t.CompileWarning(text) {
			return term.OK
		}
		c.put(c.namedDevice(term.NewAtom("stderr"), 0), "warning", "warning: "+text, "\n\n")
		return term.OK
	}
	m.def("warn", 1, warn)
	m.def("warn", 2, warn)
	inspect := func(c call) term.Term {
		opts := c.opts(2)
		text := c.t.Inspect(c.a[1], term.InspectOptions{Pretty: true}.With(opts))
		if label, ok := term.KeywordGet(opts, term.NewAtom("label")); ok && term.Truthy(label) {
			text = c.t.ToString(label) + ": " + text
		}
		c.put(c.device(0), "inspect", text, "\n")
		return c.a[1]
	}
	m.onDevice("inspect", 3, inspect)
	m.def("inspect", 1, func(c call) term.Term {
		c.a = []term.Term{console, c.a[0], term.Empty}
		return inspect(c)
	})
}

// onDevice adds a function whose first argument is a device, and the one
// without it, for the console.
func (m *textModule) onDevice(name string, arity int, fn textFunc) {
	m.def(name, arity, fn)
	m.def(name, arity-1, func(c call) term.Term {
		c.a = append([]term.Term{console}, c.a...)
		return fn(c)
	})
}

// chardata returns what puts prints: chardata, or what to_string makes of
// other things.
func (c call) chardata(i int) string {
	if l, ok := c.a[i].(*term.List); ok {
		if s, ok := ioData(l, true); ok {
			return s
		}
		c.badArg(1, "not valid character data (an iodata term)")
	}
	return c.t.ToString(c.a[i])
}

func defInput(m *textModule) {
	m.onDevice("gets", 2, func(c call) term.Term { return c.getLine(c.device(0), "unicode", c.chardata(1)) })
	getn := func(c call, device, prompt, n term.Term) term.Term {
		c.a = []term.Term{device, prompt, n}
		if !isAtom(n, "eof") {
			c.positive(2)
		}
		d, text := c.device(0), c.chardata(1)
		if isAtom(n, "eof") {
			return c.readAll(d, "unicode", text)
		}
		return c.getChars(d, "unicode", text, c.positive(2))
	}
	m.def("getn", 3, func(c call) term.Term { return getn(c, c.a[0], c.a[1], c.a[2]) })
	m.def("getn", 2, func(c call) term.Term {
		if isInteger(c.a[1]) || isAtom(c.a[1], "eof") {
			return getn(c, console, c.a[0], c.a[1])
		}
		return getn(c, c.a[0], c.a[1], term.Int(1))
	})
	m.def("getn", 1, func(c call) term.Term { return getn(c, console, c.a[0], term.Int(1)) })
	for name, encoding := range map[string]string{"read": "unicode", "binread": "latin1"} {
		m.onDevice(name, 2, func(c call) term.Term {
			d := c.device(0)
			switch {
			case isAtom(c.a[1], "eof"):
				return c.readAll(d, encoding, "")
			case isAtom(c.a[1], "all"):
				all := c.readAll(d, encoding, "")
				if isAtom(all, "eof") {
					return bin("")
				}
				return all
			case isAtom(c.a[1], "line"):
				return c.getLine(d, encoding, "")
			}
			return c.getChars(d, encoding, "", c.nonNeg(1))
		})
	}
}

func (c call) getLine(d ioDevice, encoding, prompt string) term.Term {
	c.needsInput(d)
	return c.ioRequest(d, tuple(atomTerm("get_line"), atomTerm(encoding), bin(prompt)))
}

func (c call) getChars(d ioDevice, encoding, prompt string, n int) term.Term {
	c.needsInput(d)
	return c.ioRequest(d, tuple(atomTerm("get_chars"), atomTerm(encoding), bin(prompt), term.Int(n)))
}

// readAll reads lines until there are no more.
func (c call) readAll(d ioDevice, encoding, prompt string) term.Term {
	var all strings.Builder
	for {
		line := c.getLine(d, encoding, prompt)
		text, ok := line.(term.Binary)
		switch {
		case ok:
			all.WriteString(string(text))
			c.t.Grow(len(text))
			prompt = ""
		case isAtom(line, "eof") && all.Len() > 0:
			return c.result(all.String())
		default:
			return line
		}
	}
}

// needsInput raises where the device is the console: nobody types there.
func (c call) needsInput(d ioDevice) {
	if d.console {
		c.runtimeError("IO.%s/%d reads from a terminal, and there is none here", c.name.fun, len(c.a))
	}
}

// ioStream is the default struct of IO.Stream.
var ioStream = term.NewMap(term.StructKey, term.NewModule("IO.Stream"),
	atomTerm("device"), term.Nil, atomTerm("raw"), term.True, atomTerm("line_or_bytes"), atomTerm("line"))

func defIOStreams(m *textModule) {
	for name, raw := range map[string]bool{"stream": false, "binstream": true} {
		build := func(c call, device, by term.Term) term.Term {
			n, isInt := by.(term.Int)
			if !isAtom(by, "line") && (!isInt || n < 1) {
				return c.noClause()
			}
			switch {
			case isAtom(device, "stdio"):
				device = atomTerm("standard_io")
			case isAtom(device, "stderr"):
				device = atomTerm("standard_error")
			}
			return ioStream.Put(atomTerm("device"), device).Put(atomTerm("raw"), term.Bool(raw)).Put(atomTerm("line_or_bytes"), by)
		}
		m.def(name, 0, func(c call) term.Term { return build(c, console, atomTerm("line")) })
		m.def(name, 1, func(c call) term.Term { return build(c, console, c.a[0]) })
		m.def(name, 2, func(c call) term.Term { return build(c, c.a[0], c.a[1]) })
	}
}

// ioStreamModules are IO.Stream and how it is read and written.
func ioStreamModules() []*interp.NativeModule {
	stream := newTextModule("IO.Stream")
	stream.m.Struct = ioStream
	failed := newTextModule("IO.StreamError")
	failed.m.Struct = term.NewMap(term.StructKey, term.NewModule("IO.StreamError"), term.ExceptionKey, term.True,
		atomTerm("reason"), term.Nil)
	defException(failed)
	failed.override("message", 1, func(c call) term.Term {
		return bin("error during streaming: " + c.inspect(c.structArg(0, "IO.StreamError").GetAtom(term.NewAtom("reason"))))
	})
	read := newTextModule("Enumerable.IO.Stream")
	read.m.Each = eachOfDevice
	for _, name := range []string{"count", "slice"} {
		read.def(name, 1, func(call) term.Term { return tuple(term.Err, term.NewModule("Enumerable.IO.Stream")) })
	}
	read.def("member?", 2, func(call) term.Term { return tuple(term.Err, term.NewModule("Enumerable.IO.Stream")) })
	write := newTextModule("Collectable.IO.Stream")
	write.def("into", 1, func(c call) term.Term {
		s := c.structArg(0, "IO.Stream")
		name := "write"
		if s.GetAtom(term.NewAtom("raw")) == term.Term(term.True) {
			name = "binwrite"
		}
		return tuple(term.OK, interp.NewFun(2, func(t *interp.Thread, a []term.Term) term.Term {
			if tag, v, ok := pairOf(a[1]); ok && isAtom(tag, "cont") {
				return t.Apply(term.NewModule("IO"), name, s.GetAtom(term.NewAtom("device")), v)
			}
			return s
		}))
	})
	return []*interp.NativeModule{stream.m, failed.m, read.m, write.m}
}

// eachOfDevice yields what a device has, by lines or by so many characters.
func eachOfDevice(t *interp.Thread, v term.Term, yield func(term.Term) bool) {
	s, _ := structOf(v, "IO.Stream")
	name := "read"
	if s.GetAtom(term.NewAtom("raw")) == term.Term(term.True) {
		name = "binread"
	}
	for {
		data := t.Apply(term.NewModule("IO"), name, s.GetAtom(term.NewAtom("device")), s.GetAtom(term.NewAtom("line_or_bytes")))
		if tag, reason, ok := pairOf(data); ok && isAtom(tag, "error") {
			t.RaiseNew("IO.StreamError", "reason", reason)
		}
		if isAtom(data, "eof") || !yield(data) {
			return
		}
	}
}

// latin1 returns the bytes of text, one for each character, and false if a
// character does not fit.
func latin1(text string) (string, bool) {
	out := make([]byte, 0, len(text))
	for i, r := range text {
		if r > 255 || r == utf8.RuneError && text[i] != 0xEF {
			return "", false
		}
		out = append(out, byte(r))
	}
	return string(out), true
}

// fromLatin1 returns the UTF-8 text of bytes that are one character each.
func fromLatin1(bytes string) string {
	var b strings.Builder
	for i := range len(bytes) {
		b.WriteRune(rune(bytes[i]))
	}
	return b.String()
}
