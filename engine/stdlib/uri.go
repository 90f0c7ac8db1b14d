package stdlib

import (
	"strconv"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// uri is a %URI{}; a nil part is not there.
type uri struct {
	scheme, authority, userinfo, host, path, query, fragment *string
	port                                                     *int
}

var defaultPorts = map[string]int{
	"ftp": 21, "sftp": 22, "tftp": 69, "http": 80, "https": 443, "ldap": 389, "ws": 80, "wss": 443,
}

func (u *uri) fields() map[string]**string {
	return map[string]**string{
		"scheme": &u.scheme, "authority": &u.authority, "userinfo": &u.userinfo, "host": &u.host,
		"path": &u.path, "query": &u.query, "fragment": &u.fragment,
	}
}

func (u uri) term() *term.Map {
	fields := []any{"port", term.Nil}
	if u.port != nil {
		fields[1] = term.Int(*u.port)
	}
	for name, f := range u.fields() {
		var v term.Term = term.Nil
		if *f != nil {
			v = bin(**f)
		}
		fields = append(fields, name, v)
	}
	return term.NewStruct("URI", fields...)
}

func uriOf(v term.Term) (u uri, ok bool) {
	m, ok := structOf(v, "URI")
	if !ok {
		return u, false
	}
	for name, f := range u.fields() {
		if s, ok := m.GetAtom(term.NewAtom(name)).(term.Binary); ok {
			text := string(s)
			*f = &text
		}
	}
	if n, ok := m.GetAtom(term.NewAtom("port")).(term.Int); ok {
		port := int(n)
		u.port = &port
	}
	return u, true
}

func (c call) uri(i int) uri {
	u, ok := uriOf(c.a[i])
	if !ok {
		c.noClause()
	}
	return u
}

// parsedURI returns an argument that is a URI or the text of one.
func (c call) parsedURI(i int) uri {
	if u, ok := uriOf(c.a[i]); ok {
		return u
	}
	return parseURI(c.str(i))
}

func nilify(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// splitURI takes text apart at the delimiters of RFC 3986, appendix B.
func splitURI(s string) (u uri, authority string, hasAuthority bool) {
	if i := strings.IndexByte(s, '#'); i >= 0 {
		fragment := s[i+1:]
		u.fragment = &fragment
		s = s[:i]
	}
	if path, query, ok := strings.Cut(s, "?"); ok {
		u.query = &query
		s = path
	}
	if i := strings.IndexByte(s, ':'); i > 0 && isScheme(s[:i]) {
		scheme := s[:i]
		u.scheme = &scheme
		s = s[i+1:]
	}
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		hasAuthority = true
		i := strings.IndexByte(rest, '/')
		if i < 0 {
			i = len(rest)
		}
		authority, s = rest[:i], rest[i:]
	}
	u.path = nilify(s)
	return u, authority, hasAuthority
}

func isScheme(s string) bool {
	for i := range len(s) {
		b := s[i] | 0x20
		letter := b >= 'a' && b <= 'z'
		if !letter && (i == 0 || !(s[i] >= '0' && s[i] <= '9') && strings.IndexByte("+-.", s[i]) < 0) {
			return false
		}
	}
	return s != ""
}

// parseURI is URI.parse/1, which accepts anything.
func parseURI(s string) uri {
	// The pattern that Elixir parses with stops a fragment at a newline.
	u, authority, ok := splitURI(s)
	if u.fragment != nil {
		*u.fragment = strings.SplitN(*u.fragment, "\n", 2)[0]
	}
	if u.scheme != nil {
		lower := downcase(*u.scheme, modeDefault)
		u.scheme = &lower
	}
	if ok {
		u.authority = &authority
		u.setAuthority(authority)
	}
	if u.port == nil && u.scheme != nil {
		if p, ok := defaultPorts[*u.scheme]; ok {
			u.port = &p
		}
	}
	return u
}

func (u *uri) setAuthority(s string) {
	if s == "" {
		u.host = &s
		return
	}
	rest := s
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		u.userinfo = nilify(s[:i])
		rest = s[i+1:]
	}
	host := rest
	if end := strings.IndexByte(rest, ']'); strings.HasPrefix(rest, "[") && end > 0 {
		host = rest[:end+1]
	} else if i := strings.IndexByte(rest, ':'); i >= 0 {
		host = rest[:i]
	}
	rest = rest[len(host):]
	if host != "" {
		u.host = nilify(host)
		bare := trimTrailing(trimLeading(host, "["), "]")
		u.host = &bare
	}
	if strings.HasPrefix(rest, ":") {
		if n := digitRun(rest[1:]); n > 0 {
			if port, err := strconv.Atoi(rest[1 : 1+n]); err == nil {
				u.port = &port
			}
		}
	}
}

// strictURI is URI.new/1, which accepts what RFC 3986 allows; bad is the text
// that it stumbled over.
func strictURI(s string) (u uri, bad string) {
	u, authority, ok := splitURI(s)
	if b := badURIChar(s); b != "" {
		// Erlang's parser complains about where it gave up on an absolute URI.
		if u.scheme != nil {
			b = ":"
		}
		return u, b
	}
	if u.scheme == nil && !ok && u.path != nil {
		// A first segment with a colon would be a scheme.
		if i := strings.IndexAny(*u.path, ":/"); i >= 0 && (*u.path)[i] == ':' {
			return u, ":"
		}
	}
	if ok {
		if bad := u.strictAuthority(authority); bad != "" {
			return u, bad
		}
	}
	if u.scheme != nil {
		lower := downcase(*u.scheme, modeASCII)
		u.scheme = &lower
		if p, ok := defaultPorts[lower]; ok && u.port == nil {
			u.port = &p
		}
	}
	return u, ""
}

func (u *uri) strictAuthority(s string) (bad string) {
	u.setAuthority(s)
	if u.host == nil {
		empty := ""
		u.host = &empty
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		if u.userinfo == nil {
			empty := ""
			u.userinfo = &empty
		}
		s = s[i+1:]
	}
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return "["
		}
		s = s[end+1:]
	}
	if i := strings.IndexByte(s, ':'); i >= 0 {
		if port := s[i+1:]; digitRun(port) != len(port) {
			return ":"
		}
	} else if strings.ContainsAny(s, "[]") {
		return "["
	}
	return ""
}

// badURIChar returns the first character that no part of a URI may have.
func badURIChar(s string) string {
	seenFragment := false
	for i, r := range s {
		switch {
		case r == '%':
			if len(s) < i+3 || digitValue(s[i+1]) > 15 || digitValue(s[i+2]) > 15 {
				return "%"
			}
		case r == '#':
			if seenFragment {
				return "#"
			}
			seenFragment = true
		case r >= 0x80 || !uriUnescaped(byte(r)):
			return string(r)
		}
	}
	return ""
}

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

func uriModule() *interp.NativeModule {
	m := newTextModule("URI")
	m.m.Struct = uri{}.term()
	m.def("parse", 1, func(c call) term.Term {
		if _, ok := uriOf(c.a[0]); ok {
			return c.a[0]
		}
		return c.parsedURI(0).term()
	})
	m.def("new", 1, func(c call) term.Term {
		if _, ok := uriOf(c.a[0]); ok {
			return okTuple(c.a[0])
		}
		u, bad := strictURI(c.str(0))
		if bad != "" {
			return tuple(term.Err, bin(bad))
		}
		return okTuple(u.term())
	})
	m.def("new!", 1, func(c call) term.Term {
		if _, ok := uriOf(c.a[0]); ok {
			return c.a[0]
		}
		u, bad := strictURI(c.str(0))
		if bad != "" {
			c.t.RaiseNew("URI.Error", "action", atomTerm("parse"), "reason", atomTerm("invalid_uri"), "part", bin(bad))
		}
		return u.term()
	})
	m.def("to_string", 1, func(c call) term.Term { return uriToString(c) })
	defURIEncoding(m)
	defURIQuery(m)
	defURIBuild(m)
	return m.m
}

func uriErrorModule() *interp.NativeModule {
	m := newTextModule("URI.Error")
	m.m.Struct = term.NewStruct("URI.Error", "__exception__", term.True, "action", term.Nil, "reason", term.Nil, "part", term.Nil)
	defException(m)
	m.m.Funcs = m.m.Funcs[:1]
	m.def("message", 1, func(c call) term.Term {
		e := c.structArg(0, "URI.Error")
		get := func(k string) term.Term { return e.GetAtom(term.NewAtom(k)) }
		return binFormat("cannot %s due to reason %s: %s", c.t.ToString(get("action")), c.t.ToString(get("reason")), c.inspect(get("part")))
	})
	return m.m
}

func uriStringChars() *interp.NativeModule {
	m := newTextModule("String.Chars.URI")
	m.def("to_string", 1, func(c call) term.Term { return uriToString(c) })
	return m.m
}

func uriToString(c call) term.Term {
	u := c.uri(0)
	if u.host != nil && u.path != nil && *u.path != "" && (*u.path)[0] != '/' {
		c.raiseArgument(":path in URI must be empty or an absolute path if URL has a :host, got: %s", c.inspect(c.a[0]))
	}
	var b strings.Builder
	if u.scheme != nil {
		b.WriteString(*u.scheme + ":")
		if p, ok := defaultPorts[*u.scheme]; ok && u.port != nil && *u.port == p {
			u.port = nil
		}
	}
	if u.host != nil {
		b.WriteString("//")
		if u.userinfo != nil {
			b.WriteString(*u.userinfo + "@")
		}
		if strings.Contains(*u.host, ":") {
			b.WriteString("[" + *u.host + "]")
		} else {
			b.WriteString(*u.host)
		}
		if u.port != nil {
			b.WriteString(":" + strconv.Itoa(*u.port))
		}
	} else if u.authority != nil {
		b.WriteString("//" + *u.authority)
	}
	for _, part := range []struct {
		before string
		text   *string
	}{{"", u.path}, {"?", u.query}, {"#", u.fragment}} {
		if part.text != nil {
			b.WriteString(part.before + *part.text)
		}
	}
	return c.result(b.String())
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

func defURIBuild(m *textModule) {
	m.def("append_query", 2, func(c call) term.Term {
		u, query := c.uri(0), c.str(1)
		switch {
		case u.query == nil || *u.query == "":
		case strings.HasSuffix(*u.query, "&"):
			query = *u.query + query
		default:
			query = *u.query + "&" + query
		}
		u.query = &query
		return u.term()
	})
	m.def("append_path", 2, func(c call) term.Term {
		u, path := c.uri(0), c.str(1)
		switch {
		case strings.HasPrefix(path, "//"):
			c.raiseArgument(`path cannot start with "//", got: %s`, c.inspect(c.a[1]))
		case !strings.HasPrefix(path, "/"):
			c.raiseArgument(`path must start with "/", got: %s`, c.inspect(c.a[1]))
		case u.path == nil:
		case strings.HasSuffix(*u.path, "/"):
			path = *u.path + path[1:]
		default:
			path = *u.path + path
		}
		u.path = &path
		return u.term()
	})
	m.def("merge", 2, func(c call) term.Term {
		base, rel := c.parsedURI(0), c.parsedURI(1)
		return mergeURI(c, base, rel).term()
	})
}

func mergeURI(c call, base, rel uri) uri {
	switch {
	case base.host == nil:
		c.raiseArgument("you must merge onto an absolute URI")
	case rel.scheme != nil:
		rel.path = cleanPath(rel.path)
		return rel
	case rel.host != nil:
		rel.scheme = base.scheme
		rel.path = cleanPath(rel.path)
		return rel
	case rel.path == nil:
		if rel.query != nil {
			base.query = rel.query
		}
		base.fragment = rel.fragment
		return base
	}
	path := *rel.path
	if !strings.HasPrefix(path, "/") {
		dir := "/"
		if base.path != nil {
			dir = *base.path
		}
		path = dir[:strings.LastIndexByte(dir, '/')+1] + path
	}
	base.path, base.query, base.fragment = cleanPath(&path), rel.query, rel.fragment
	return base
}

// cleanPath removes the segments . and .. of a path.
func cleanPath(path *string) *string {
	if path == nil {
		return nil
	}
	text, absolute := strings.CutPrefix(*path, "/")
	var out []string
	segments := strings.Split(text, "/")
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".", "..":
			if s == ".." && len(out) > 0 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	clean := strings.Join(out, "/")
	if absolute {
		clean = "/" + clean
	}
	return &clean
}
