package stdlib

import (
	"strings"

	"streamsplayground/engine/term"
)

func uriReserved(b byte) bool { return strings.IndexByte(":/?#[]@!$&'()*+,;=", b) >= 0 }

func uriUnreserved(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || strings.IndexByte("~_-.", b) >= 0
}

func uriUnescaped(b byte) bool { return uriReserved(b) || uriUnreserved(b) }

func uriEncode(s string, keep func(b byte) bool) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if keep(s[i]) {
			b.WriteByte(s[i])
		} else {
			b.Write([]byte{'%', hex[s[i]>>4], hex[s[i]&15]})
		}
	}
	return b.String()
}

func encodeWWWForm(s string) string {
	return strings.ReplaceAll(uriEncode(s, uriUnreserved), "%20", "+")
}

// uriDecode undoes percent encoding, leaving what is malformed; with plus it
// turns + into a space.
func uriDecode(s string, plus bool) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+' && plus:
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && digitValue(s[i+1]) < 16 && digitValue(s[i+2]) < 16:
			b.WriteByte(byte(digitValue(s[i+1])<<4 | digitValue(s[i+2])))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func defURIEncoding(m *textModule) {
	m.def("encode", 1, func(c call) term.Term { return c.result(uriEncode(c.str(0), uriUnescaped)) })
	m.def("encode", 2, func(c call) term.Term {
		f := c.fun(1, 1)
		return c.result(uriEncode(c.str(0), func(b byte) bool {
			return term.Truthy(c.t.Call(f, term.Int(b)))
		}))
	})
	m.def("encode_www_form", 1, func(c call) term.Term { return c.result(encodeWWWForm(c.str(0))) })
	m.def("decode", 1, func(c call) term.Term { return c.result(uriDecode(c.str(0), false)) })
	m.def("decode_www_form", 1, func(c call) term.Term { return c.result(uriDecode(c.str(0), true)) })
	check := func(name string, test func(b byte) bool) {
		m.def(name, 1, func(c call) term.Term {
			n, ok := c.a[0].(term.Int)
			return term.Bool(ok && n >= 0 && n < 128 && test(byte(n)))
		})
	}
	check("char_reserved?", uriReserved)
	check("char_unreserved?", uriUnreserved)
	check("char_unescaped?", uriUnescaped)
	m.def("default_port", 1, func(c call) term.Term {
		if p, ok := defaultPorts[c.str(0)]; ok {
			return term.Int(p)
		}
		return term.Nil
	})
}

// wwwForm reads the encoding argument of the query functions.
func (c call) wwwForm(i int) bool {
	switch {
	case isAtom(c.a[i], "www_form"):
		return true
	case isAtom(c.a[i], "rfc3986"):
		return false
	}
	c.noClause()
	return false
}

func defURIQuery(m *textModule) {
	form := atomTerm("www_form")
	m.def("encode_query", 2, func(c call) term.Term {
		www := c.wwwForm(1)
		encode := func(v term.Term) string {
			s := c.t.ToString(v)
			if www {
				return encodeWWWForm(s)
			}
			return uriEncode(s, uriUnreserved)
		}
		var parts []string
		c.each(0, func(e term.Term) bool {
			c.t.Burn(1)
			kv, ok := e.(term.Tuple)
			if !ok || len(kv) != 2 {
				c.t.RaiseFunctionClause("URI", "encode_kv_pair", []term.Term{e, c.a[1]})
			}
			for i, what := range []string{"keys", "values"} {
				if _, ok := kv[i].(*term.List); ok {
					c.raiseArgument("encode_query/2 %s cannot be lists, got: %s", what, c.inspect(kv[i]))
				}
			}
			parts = append(parts, encode(kv[0])+"="+encode(kv[1]))
			return true
		})
		return c.result(strings.Join(parts, "&"))
	}, form)
	m.def("decode_query", 3, func(c call) term.Term {
		out, ok := c.a[1].(*term.Map)
		if !ok {
			return c.noClause()
		}
		for _, kv := range queryPairs(c, c.str(0), c.wwwForm(2)) {
			out = out.Put(kv[0], kv[1])
		}
		return out
	}, term.EmptyMap, form)
	m.def("query_decoder", 2, func(c call) term.Term {
		var out []term.Term
		for _, kv := range queryPairs(c, c.str(0), c.wwwForm(1)) {
			out = append(out, tuple(kv[0], kv[1]))
		}
		return term.NewList(out...)
	}, form)
}

func queryPairs(c call, s string, www bool) [][2]term.Term {
	var out [][2]term.Term
	for s != "" {
		var pair string
		pair, s, _ = strings.Cut(s, "&")
		key, value, _ := strings.Cut(pair, "=")
		out = append(out, [2]term.Term{bin(uriDecode(key, www)), bin(uriDecode(value, www))})
		c.t.Burn(1)
		c.t.Grow(len(pair) + 96)
	}
	return out
}
