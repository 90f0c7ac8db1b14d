package live

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/term"
)

// DecodeQuery decodes a query string or a form: "a=1&b[c]=2&d[]=3" is
// %{"a" => "1", "b" => %{"c" => "2"}, "d" => ["3"]}. As Plug.Conn.Query.decode/1,
// but what is no valid encoding stays as it is.
func DecodeQuery(query string) *term.Map {
	var root queryLevel
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		root.add(unescape(k), unescape(v))
	}
	return root.mapOf()
}

func unescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s
}

// maxQueryDepth is how many brackets a key may have. One with more stands for
// itself.
const maxQueryDepth = 1000

// queryLevel collects the pairs whose keys begin alike: those of "a[b]=1" are
// "a" at the root and "b" in the level below it.
type queryLevel struct {
	pairs []queryPair
	below map[string]*queryLevel
}

// queryPair is a key with a value, or with the level that holds what is under
// it. isList is set for the key of "[]".
type queryPair struct {
	key    string
	isList bool
	value  string
	nested *queryLevel
}

// add puts one pair in. A level that is there already was entered from above
// before, so nothing is added to the levels over it.
func (l *queryLevel) add(key, value string) {
	i := strings.IndexByte(key, '[')
	if i <= 0 || !strings.HasSuffix(key, "]") || strings.Count(key, "][") >= maxQueryDepth {
		l.pairs = append(l.pairs, queryPair{key: key, value: value})
		return
	}
	at := queryPair{key: key[:i]}
	for seg := range strings.SplitSeq(key[i+1:len(key)-1], "][") {
		l = l.enter(at)
		at = queryPair{key: seg, isList: seg == ""}
	}
	at.value = value
	l.pairs = append(l.pairs, at)
}

// enter returns the level under a key.
func (l *queryLevel) enter(at queryPair) *queryLevel {
	if below := l.below[at.key]; below != nil {
		return below
	}
	if l.below == nil {
		l.below = map[string]*queryLevel{}
	}
	at.nested = &queryLevel{}
	l.below[at.key] = at.nested
	l.pairs = append(l.pairs, at)
	return at.nested
}

func (p queryPair) term() term.Term {
	if p.nested == nil {
		return str(p.value)
	}
	pairs := p.nested.pairs
	if !pairs[len(pairs)-1].isList {
		return p.nested.mapOf()
	}
	var out []term.Term
	for _, e := range pairs {
		if e.isList {
			out = append(out, e.term())
		}
	}
	return term.NewList(out...)
}

func (l *queryLevel) mapOf() *term.Map {
	b := term.NewMapBuilder(len(l.pairs))
	for _, p := range l.pairs {
		if !p.isList {
			b.Put(str(p.key), p.term())
		}
	}
	return b.Map()
}

// formParams decodes the value of a form event. As decode_event_type/3 of
// Phoenix.LiveView.Channel.
func (r *runtime) formParams(encoded string, payload *term.Map) *term.Map {
	if !utf8.ValidString(unescape(encoded)) {
		r.raise("Plug.Conn.InvalidQueryError", "invalid UTF-8 on urlencoded params")
	}
	params := DecodeQuery(encoded)
	if meta, ok := get(payload, "meta").(*term.Map); ok {
		for k, v := range meta.All() {
			params = params.Put(k, v)
		}
	}
	target, ok := get(params, "_target").(term.Binary)
	if !ok {
		return params
	}
	return params.Put(str("_target"), targetKeys(DecodeQuery(string(target))))
}

// targetKeys is the path to the one value in v: "user[name]" is ["user", "name"].
func targetKeys(v term.Term) *term.List {
	switch x := v.(type) {
	case *term.Map:
		for k, inner := range x.All() {
			return &term.List{Head: k, Tail: targetKeys(inner)}
		}
	case *term.List:
		if x != nil && x.Tail == term.Term(term.Empty) {
			if m, ok := x.Head.(*term.Map); ok {
				return targetKeys(m)
			}
		}
	}
	return term.Empty
}

// get returns the value of a string key, nil when it is missing.
func get(m *term.Map, key string) term.Term {
	if m == nil {
		return nil
	}
	v, _ := m.Get(payloadKey(key))
	return v
}

// The keys that each event has, made once.
var (
	keyEvent = str("event")
	keyType  = str("type")
	keyValue = str("value")
	keyCID   = str("cid")
	typeForm = str("form")
)

func payloadKey(key string) term.Term {
	switch key {
	case "event":
		return keyEvent
	case "type":
		return keyType
	case "value":
		return keyValue
	case "cid":
		return keyCID
	}
	return str(key)
}
