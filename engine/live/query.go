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
	d := &queryDecoder{levels: map[string][]queryPair{}}
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		d.add(unescape(k), unescape(v))
	}
	return d.mapOf(rootLevel)
}

func unescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s
}

// rootLevel is no prefix of a key.
const rootLevel = "\x00root"

// queryDecoder collects pairs by the prefix of their keys: those of "a[b]=1"
// are {root, "a"} and {"a", "b"}.
type queryDecoder struct{ levels map[string][]queryPair }

// queryPair is a key with a value, or with the level that holds what is under
// it. isList is set for the key of "[]".
type queryPair struct {
	key    string
	isList bool
	value  string
	level  string
	nested bool
}

// add puts one pair in. A level that is there already was entered from above
// before, so nothing is added to the levels over it.
func (d *queryDecoder) add(key, value string) {
	path := []queryPair{{key: key}}
	levels := []string{rootLevel}
	if i := strings.IndexByte(key, '['); i > 0 && strings.HasSuffix(key, "]") {
		path[0].key = key[:i]
		prefix, rest := key[:i], key[i+1:len(key)-1]
		at := i + 1
		for seg := range strings.SplitSeq(rest, "][") {
			levels = append(levels, prefix)
			path = append(path, queryPair{key: seg, isList: seg == ""})
			at += len(seg)
			prefix = key[:at+1]
			at += 2
		}
	}
	entry := path[len(path)-1]
	entry.value = value
	for i := len(path) - 1; i >= 0; i-- {
		level := levels[i]
		_, there := d.levels[level]
		d.levels[level] = append(d.levels[level], entry)
		if there || i == 0 {
			return
		}
		entry = path[i-1]
		entry.nested, entry.level = true, level
	}
}

func (d *queryDecoder) value(p queryPair) term.Term {
	if !p.nested {
		return str(p.value)
	}
	pairs := d.levels[p.level]
	if pairs[len(pairs)-1].isList {
		var out []term.Term
		for _, e := range pairs {
			if e.isList {
				out = append(out, d.value(e))
			}
		}
		return term.NewList(out...)
	}
	return d.mapOf(p.level)
}

func (d *queryDecoder) mapOf(level string) *term.Map {
	b := term.NewMapBuilder(len(d.levels[level]))
	for _, p := range d.levels[level] {
		if !p.isList {
			b.Put(str(p.key), d.value(p))
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
