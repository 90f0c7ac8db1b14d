package stdlib

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// stringIOModule is StringIO: a process that is a device on a string. It
// answers Erlang's I/O protocol, except for the requests that run a function
// on what they read.
func stringIOModule() *interp.NativeModule {
	m := newTextModule("StringIO")
	open := func(c call, opts *term.List) term.Term {
		dev := &stringDevice{
			input:    c.str(0),
			prompts:  term.Truthy(option(opts, "capture_prompt", term.False)),
			encoding: "unicode",
		}
		if a, ok := option(opts, "encoding", term.Nil).(term.Atom); ok && a != term.Nil {
			dev.encoding = a.Name()
		}
		return c.startServer(dev.server(c.process().PID()), term.Empty, false)
	}
	ask := func(c call, request string) term.Term {
		return c.callServer(c.pid(0), atomTerm(request), node.Infinity)
	}
	m.def("open", 2, func(c call) term.Term {
		if isFun(c.a[1], 1) {
			return call{c.t, []term.Term{c.a[0], term.Empty, c.a[1]}, c.name}.withStringIO(open)
		}
		return open(c, c.opts(1))
	}, term.Empty)
	m.def("open", 3, func(c call) term.Term { return c.withStringIO(open) })
	for _, name := range []string{"contents", "flush", "close"} {
		m.def(name, 1, func(c call) term.Term {
			if _, ok := c.a[0].(term.PID); !ok {
				return c.noClause()
			}
			return ask(c, name)
		})
	}
	return m.m
}

// withStringIO opens a device for the time that a function runs.
func (c call) withStringIO(open func(c call, opts *term.List) term.Term) term.Term {
	f, opts := c.fun(2, 1), c.opts(1)
	_, pid, _ := pairOf(open(c, opts))
	defer func() {
		if p, ok := pid.(term.PID); ok {
			c.process().Node().Exit(p, node.Kill)
		}
	}()
	return okTuple(c.t.Call(f, pid))
}

// maxOutput is how much may be written to a string: what a process may keep.
const maxOutput = 64 << 20

// stringDevice is what a StringIO has: what is still to read and what was
// written. Its process alone uses it.
type stringDevice struct {
	input    string
	output   strings.Builder
	encoding string // "unicode" or "latin1"
	prompts  bool   // whether prompts are written too
}

func (d *stringDevice) server(owner term.PID) serverDef {
	noReply := tuple(atomTerm("noreply"), term.Nil)
	return serverDef{
		init: func(t *interp.Thread) term.Term {
			node.Of(t).Monitor(owner)
			return okTuple(term.Nil)
		},
		call: func(_ *interp.Thread, request, _, _ term.Term) term.Term {
			switch out := d.output.String(); {
			case isAtom(request, "flush"):
				d.output.Reset()
				return tuple(atomTerm("reply"), bin(out), term.Nil)
			case isAtom(request, "contents"):
				return tuple(atomTerm("reply"), tuple(bin(d.input), bin(out)), term.Nil)
			default:
				return tuple(atomTerm("stop"), node.Normal, okTuple(tuple(bin(d.input), bin(out))), term.Nil)
			}
		},
		cast: func(*interp.Thread, term.Term, term.Term) term.Term { return noReply },
		info: func(t *interp.Thread, msg, _ term.Term) term.Term {
			m, ok := msg.(term.Tuple)
			switch {
			case ok && len(m) == 4 && isAtom(m[0], "io_request"):
				reply := d.request(t, m[3])
				if from, ok := m[1].(term.PID); ok {
					node.Of(t).Node().Send(from, tuple(atomTerm("io_reply"), m[2], reply))
				}
			case ok && len(m) == 5 && isAtom(m[0], "DOWN"):
				return tuple(atomTerm("stop"), node.Shutdown, term.Nil)
			}
			return noReply
		},
	}
}

// request answers a request of the I/O protocol.
func (d *stringDevice) request(t *interp.Thread, request term.Term) term.Term {
	if isAtom(request, "getopts") {
		return term.Keyword("binary", term.True, "encoding", atomTerm(d.encoding))
	}
	r, _ := request.(term.Tuple)
	if len(r) == 0 {
		return tuple(term.Err, atomTerm("request"))
	}
	args := r[1:]
	tag, _ := r[0].(term.Atom)
	// Requests without an encoding are those of old, in latin1.
	encoding := "latin1"
	if len(args) > 1 {
		if a, ok := args[0].(term.Atom); ok && (a.Name() == "unicode" || a.Name() == "latin1") {
			encoding, args = a.Name(), args[1:]
		}
	}
	switch {
	case tag.Name() == "put_chars" && len(args) == 1:
		return d.put(t, encoding, args[0])
	case tag.Name() == "put_chars" && len(args) == 3:
		mod, isMod := args[0].(term.Atom)
		fun, isFun := args[1].(term.Atom)
		list, isList := args[2].(*term.List)
		if isMod && isFun && isList {
			values, _ := list.Slice()
			return d.put(t, encoding, t.Apply(mod, fun.Name(), values...))
		}
	case tag.Name() == "get_line" && len(args) == 1:
		return d.line(encoding, args[0])
	case tag.Name() == "get_chars" && len(args) == 2:
		if n, ok := args[1].(term.Int); ok && n >= 0 {
			return d.chars(encoding, args[0], int(n))
		}
	case tag.Name() == "setopts" && len(args) == 1:
		return d.setOptions(args[0])
	case tag.Name() == "get_geometry":
		return tuple(term.Err, atomTerm("enotsup"))
	case tag.Name() == "requests" && len(args) == 1:
		return d.requests(t, args[0])
	}
	return tuple(term.Err, atomTerm("request"))
}

func (d *stringDevice) requests(t *interp.Thread, list term.Term) term.Term {
	var reply term.Term = term.OK
	requests, _ := list.(*term.List)
	all, _ := requests.Slice()
	for _, r := range all {
		reply = d.request(t, r)
		if reply != term.Term(term.OK) {
			break
		}
	}
	return reply
}

func (d *stringDevice) setOptions(opts term.Term) term.Term {
	l, _ := opts.(*term.List)
	if a, ok := option(l, "encoding", term.Nil).(term.Atom); ok && (a.Name() == "unicode" || a.Name() == "latin1") {
		d.encoding = a.Name()
		return term.OK
	}
	return tuple(term.Err, atomTerm("enotsup"))
}

func (d *stringDevice) put(t *interp.Thread, encoding string, chars term.Term) term.Term {
	text, ok := ioData(chars, encoding == "unicode")
	if !ok {
		return tuple(term.Err, tuple(atomTerm("put_chars"), atomTerm(encoding), chars))
	}
	switch {
	case encoding == d.encoding:
	case encoding == "latin1":
		text = fromLatin1(text)
	default:
		if text, ok = latin1(text); !ok {
			return tuple(term.Err, tuple(atomTerm("no_translation"), atomTerm(encoding), atomTerm(d.encoding)))
		}
	}
	if d.output.Len()+len(text) > maxOutput {
		t.RaiseLimit("memory", fmt.Sprintf("more than %d MB were written to a string", maxOutput>>20))
	}
	d.output.WriteString(text)
	return term.OK
}

func (d *stringDevice) line(encoding string, prompt term.Term) term.Term {
	end := strings.IndexByte(d.input, '\n') + 1
	if end == 0 {
		end = len(d.input)
	}
	line := d.input[:end]
	if encoding == "unicode" && !utf8.ValidString(line) {
		return tuple(term.Err, atomTerm("collect_line"))
	}
	d.input = d.input[end:]
	d.prompted(prompt)
	if line == "" {
		return atomTerm("eof")
	}
	if text, ok := strings.CutSuffix(line, "\r\n"); ok {
		line = text + "\n"
	}
	return bin(line)
}

func (d *stringDevice) chars(encoding string, prompt term.Term, n int) term.Term {
	if d.input == "" {
		d.prompted(prompt)
		return atomTerm("eof")
	}
	end := min(n, len(d.input))
	if encoding == "unicode" {
		end = 0
		for range n {
			r, size := utf8.DecodeRuneInString(d.input[end:])
			if size == 0 {
				break
			}
			if r == utf8.RuneError && size == 1 {
				return tuple(term.Err, atomTerm("invalid_unicode"))
			}
			end += size
		}
	}
	out := d.input[:end]
	d.input = d.input[end:]
	d.prompted(prompt)
	return bin(out)
}

// prompted writes the prompt of a read, when prompts are written.
func (d *stringDevice) prompted(prompt term.Term) {
	if !d.prompts {
		return
	}
	if text, ok := ioData(prompt, true); ok {
		d.output.WriteString(text)
	}
}
