package stdlib

import (
	"strconv"
	"strings"

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
