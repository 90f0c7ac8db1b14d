package stdlib

import (
	"strconv"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

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
