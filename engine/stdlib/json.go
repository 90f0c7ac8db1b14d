package stdlib

import (
	"fmt"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// jsonModules returns Elixir's JSON and Jason.
func jsonModules() []*interp.NativeModule {
	return []*interp.NativeModule{
		jsonModule(), jsonEncoder("JSON.Encoder"), jsonDecodeError(),
		jasonModule(), jsonEncoder("Jason.Encoder"), jasonEncode(), jasonDecodeError(), jasonEncodeError(), jasonFragment(),
	}
}

// jsonEncoder is one of the protocols. A module that implements it is found by
// the writer too.
func jsonEncoder(name string) *interp.NativeModule {
	m := newTextModule(name)
	m.m.Protocol = true
	m.m.Types = []string{"Atom", "BitString", "Date", "DateTime", "Float", "Integer", "List", "Map", "NaiveDateTime", "Time"}
	if name == "JSON.Encoder" {
		m.m.Types = append(m.m.Types, "Duration")
	} else {
		m.m.Types = append(m.m.Types, "Any")
	}
	m.def("encode", 2, func(c call) term.Term {
		w := &jsonWriter{c: c, protocol: name, escape: "json"}
		w.setOpts(c.a[1])
		w.value(c.a[0])
		return c.result(w.b.String())
	})
	return m.m
}

// setOpts takes the options over that an implementation was given: of Elixir's
// own an encoder.
func (w *jsonWriter) setOpts(v term.Term) {
	if f, ok := v.(*term.Fun); ok && !(f.External && f.Name == term.NewAtom("protocol_encode")) {
		w.encoder = f
	}
	if t, ok := v.(term.Tuple); ok && len(t) == 2 {
		if a, ok := t[0].(term.Atom); ok {
			w.escape = a.Name()
		}
		w.strict = t[1] == term.Term(term.True)
	}
}

func jsonModule() *interp.NativeModule {
	m := newTextModule("JSON")
	encode := func(c call) term.Term {
		w := &jsonWriter{c: c, protocol: "JSON.Encoder", escape: "json"}
		w.value(c.a[0])
		return c.result(w.b.String())
	}
	m.def("encode!", 1, encode)
	m.def("encode_to_iodata!", 1, encode)
	m.def("protocol_encode", 2, func(c call) term.Term {
		w := &jsonWriter{c: c, protocol: "JSON.Encoder", escape: "json"}
		w.setOpts(c.a[1])
		w.value(c.a[0])
		return c.result(w.b.String())
	})
	custom := func(c call) term.Term {
		s, ok := ioData(c.t.Call(c.a[1], c.a[0], c.a[1]), false)
		if !ok {
			return c.badArg(1, "not an iodata term")
		}
		return c.result(s)
	}
	m.def("encode!", 2, custom)
	m.def("encode_to_iodata!", 2, custom)
	read := func(c call) (term.Term, term.Term) {
		r := &jsonReader{c: c, s: c.str(0), key: func(s string) term.Term { return bin(s) }}
		v, failure := r.read()
		if failure == nil {
			return v, nil
		}
		return nil, jsonReason(r.s, failure)
	}
	m.def("decode", 1, func(c call) term.Term {
		v, reason := read(c)
		if reason != nil {
			return tuple(term.Err, reason)
		}
		return okTuple(v)
	})
	m.def("decode", 3, jsonDecodeWith)
	m.def("decode!", 1, func(c call) term.Term {
		v, reason := read(c)
		if reason == nil {
			return v
		}
		r := reason.(term.Tuple)
		message := fmt.Sprintf("unexpected end of JSON binary at position (byte offset) %d", r[1])
		switch {
		case isAtom(r[0], "invalid_byte"):
			message = fmt.Sprintf("invalid byte %d at position (byte offset) %d", r[2], r[1])
		case isAtom(r[0], "unexpected_sequence"):
			message = fmt.Sprintf("unexpected sequence %s at position (byte offset) %d", c.inspect(r[2]), r[1])
		}
		c.t.RaiseNew("JSON.DecodeError", "message", bin(message), "offset", r[1], "data", c.a[0])
		return nil
	})
	return m.m
}

func jsonReason(s string, e *jsonError) term.Term {
	switch {
	case e.token != "":
		return tuple(atomTerm("unexpected_sequence"), term.Int(e.at), bin(e.token))
	case e.at >= len(s):
		return tuple(atomTerm("unexpected_end"), term.Int(len(s)))
	}
	return tuple(atomTerm("invalid_byte"), term.Int(e.at), term.Int(s[e.at]))
}

func jsonDecodeError() *interp.NativeModule {
	m := newTextModule("JSON.DecodeError")
	m.m.Struct = term.NewStruct("JSON.DecodeError", "__exception__", term.True,
		"message", term.Nil, "offset", term.Nil, "data", term.Nil)
	defException(m)
	return m.m
}

func jasonModule() *interp.NativeModule {
	m := newTextModule("Jason")
	m.def("encode!", 2, func(c call) term.Term { return jasonText(c) }, term.Empty)
	m.def("encode_to_iodata!", 2, func(c call) term.Term { return jasonText(c) }, term.Empty)
	m.def("encode", 2, jasonTry, term.Empty)
	m.def("encode_to_iodata", 2, jasonTry, term.Empty)
	m.def("decode", 2, func(c call) term.Term {
		v, e := jasonRead(c)
		if e != nil {
			return tuple(term.Err, e)
		}
		return okTuple(v)
	}, term.Empty)
	m.def("decode!", 2, func(c call) term.Term {
		v, e := jasonRead(c)
		if e != nil {
			c.t.Raise(e)
		}
		return v
	}, term.Empty)
	return m.m
}

func jasonText(c call) term.Term {
	w := &jsonWriter{c: c, protocol: "Jason.Encoder", escape: "json"}
	var pretty term.Term = term.False
	c.each(1, func(e term.Term) bool {
		k, v, _ := pairOf(e)
		switch {
		case isAtom(k, "escape"):
			w.escape = v.(term.Atom).Name()
		case isAtom(k, "maps"):
			w.strict = isAtom(v, "strict")
		case isAtom(k, "pretty"):
			pretty = v
		}
		return true
	})
	switch w.escape {
	case "json", "html_safe", "javascript_safe", "unicode_safe":
	case "unicode", "javascript":
		w.escape += "_safe"
	default:
		c.t.RaiseFunctionClause("Jason.Encode", "escape_function", c.a[1:])
	}
	w.value(c.a[0])
	text := w.b.String()
	if pretty != term.Term(term.False) && pretty != term.Term(term.Nil) {
		indent, line, space := "  ", "\n", " "
		if opts, ok := pretty.(*term.List); ok {
			for name, dst := range map[string]*string{"indent": &indent, "line_separator": &line, "after_colon": &space} {
				if v, ok := term.KeywordGet(opts, term.NewAtom(name)); ok {
					*dst, _ = ioData(v, false)
				}
			}
		}
		text = prettyJSON(text, indent, line, space)
	}
	return c.result(text)
}

// jasonTry is Jason.encode/2, which returns the exceptions of its own.
func jasonTry(c call) term.Term {
	v, err := c.t.Run(func() term.Term { return jasonText(c) })
	if err == nil {
		return okTuple(v)
	}
	e, ok := err.(*interp.Exception)
	if !ok || e.Kind != term.Err || e.Limit != "" || e.Value == nil {
		panic(err)
	}
	if _, ok := structOf(e.Value, "Jason.EncodeError"); ok {
		return tuple(term.Err, e.Value)
	}
	if m, ok := structOf(e.Value, "Protocol.UndefinedError"); ok && m.GetAtom(term.NewAtom("protocol")) == term.Term(term.NewModule("Jason.Encoder")) {
		return tuple(term.Err, e.Value)
	}
	c.t.Raise(e.Value)
	return nil
}

// jasonRead decodes by the options, and returns the exception if it cannot.
func jasonRead(c call) (v, failure term.Term) {
	text, ok := ioData(c.a[0], false)
	if !ok {
		return c.badArg(1, "not an iodata term"), nil
	}
	r := &jsonReader{c: c, s: text, jason: true, key: func(s string) term.Term { return bin(s) }}
	c.each(1, func(e term.Term) bool {
		k, v, _ := pairOf(e)
		switch {
		case isAtom(k, "objects"):
			r.ordered = isAtom(v, "ordered_objects")
		case !isAtom(k, "keys"):
		case isAtom(v, "atoms"):
			r.key = func(s string) term.Term { return binaryToAtom(c, s) }
		case isAtom(v, "atoms!"):
			r.key = func(s string) term.Term { return binaryToExistingAtom(c, s) }
		default:
			if f, ok := v.(*term.Fun); ok {
				r.key = func(s string) term.Term { return c.t.Call(f, bin(s)) }
			}
		}
		return true
	})
	v, e := r.read()
	if e == nil {
		return v, nil
	}
	var token term.Term = term.Nil
	if e.token != "" {
		token = bin(e.token)
	}
	return nil, c.t.NewException("Jason.DecodeError", "position", term.Int(e.at), "data", bin(text), "token", token)
}

func jasonDecodeError() *interp.NativeModule {
	m := newTextModule("Jason.DecodeError")
	m.m.Struct = term.NewStruct("Jason.DecodeError", "__exception__", term.True,
		"position", term.Nil, "token", term.Nil, "data", term.Nil)
	defException(m)
	m.m.Funcs = m.m.Funcs[:1]
	m.def("message", 1, func(c call) term.Term {
		e := c.structArg(0, "Jason.DecodeError")
		at, _ := e.GetAtom(term.NewAtom("position")).(term.Int)
		data, _ := e.GetAtom(term.NewAtom("data")).(term.Binary)
		if token, ok := e.GetAtom(term.NewAtom("token")).(term.Binary); ok {
			return binFormat("unexpected sequence at position %d: %s", at, c.inspect(token))
		}
		if int(at) >= len(data) {
			return binFormat("unexpected end of input at position %d", at)
		}
		b := data[at]
		text := fmt.Sprintf("unexpected byte at position %d: 0x%X", at, b)
		if s := string(data[at : at+1]); printable(s, -1) {
			text += " (" + c.inspect(bin(s)) + ")"
		}
		return bin(text)
	})
	return m.m
}

func jasonEncodeError() *interp.NativeModule {
	m := newTextModule("Jason.EncodeError")
	m.m.Struct = term.NewStruct("Jason.EncodeError", "__exception__", term.True, "message", term.Nil)
	defException(m)
	return m.m
}

func jasonFragment() *interp.NativeModule {
	m := newTextModule("Jason.Fragment")
	m.m.Struct = term.NewStruct("Jason.Fragment", "encode", term.Nil)
	return m.m
}

// jasonEncode is Jason.Encode, whose functions implementations of the protocol
// call.
func jasonEncode() *interp.NativeModule {
	m := newTextModule("Jason.Encode")
	write := func(c call, opts term.Term, v term.Term) term.Term {
		w := &jsonWriter{c: c, protocol: "Jason.Encoder", escape: "json"}
		w.setOpts(opts)
		w.value(v)
		return c.result(w.b.String())
	}
	for _, name := range []string{"value", "atom", "list", "map", "string", "struct"} {
		m.def(name, 2, func(c call) term.Term { return write(c, c.a[1], c.a[0]) })
	}
	for _, name := range []string{"integer", "float"} {
		m.def(name, 1, func(c call) term.Term { return write(c, term.Nil, c.a[0]) })
	}
	m.def("keyword", 2, func(c call) term.Term {
		w := &jsonWriter{c: c, protocol: "Jason.Encoder", escape: "json"}
		w.setOpts(c.a[1])
		w.b.WriteByte('{')
		for i, e := range c.slice(0) {
			k, v, ok := pairOf(e)
			if !ok {
				return c.noClause()
			}
			if i > 0 {
				w.b.WriteByte(',')
			}
			w.string(w.key(k))
			w.b.WriteByte(':')
			w.value(v)
		}
		w.b.WriteByte('}')
		return c.result(w.b.String())
	})
	return m.m
}
