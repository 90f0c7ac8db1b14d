package live

import (
	"strconv"

	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

var atomJason = term.NewModule("Jason")

// json encodes a term as Jason does, raising for what it cannot encode.
func (r *runtime) json(v term.Term) []byte { return r.appendJSON(nil, v) }

func (r *runtime) appendJSON(b []byte, v term.Term) []byte {
	r.t.Burn(1)
	switch x := v.(type) {
	case nil:
		return append(b, "null"...)
	case term.Atom:
		switch x {
		case term.Nil:
			return append(b, "null"...)
		case term.True, term.False:
			return append(b, x.Name()...)
		}
		return rendered.AppendString(b, x.Name())
	case term.Binary:
		return rendered.AppendString(b, string(x))
	case term.Int:
		return strconv.AppendInt(b, int64(x), 10)
	case *term.Big:
		return x.Big().Append(b, 10)
	case term.Float:
		return append(b, term.FloatText(float64(x))...)
	case *term.List:
		return r.appendList(b, x)
	case *term.Map:
		if _, isStruct := x.StructName(); !isStruct {
			return r.appendObject(b, x)
		}
	}
	return r.appendOther(b, v)
}

func (r *runtime) appendList(b []byte, l *term.List) []byte {
	if _, proper := l.Len(); !proper {
		return r.appendOther(b, l)
	}
	b = append(b, '[')
	first := true
	for e := range l.All() {
		if !first {
			b = append(b, ',')
		}
		first = false
		b = r.appendJSON(b, e)
	}
	return append(b, ']')
}

func (r *runtime) appendObject(b []byte, m *term.Map) []byte {
	b = append(b, '{')
	first := true
	for k, v := range m.All() {
		if !first {
			b = append(b, ',')
		}
		first = false
		switch key := k.(type) {
		case term.Binary:
			b = rendered.AppendString(b, string(key))
		case term.Atom: // nil too has a name as a key
			b = rendered.AppendString(b, key.Name())
		default:
			b = rendered.AppendString(b, r.t.ToString(k))
		}
		b = r.appendJSON(append(b, ':'), v)
	}
	return append(b, '}')
}

// appendOther encodes structs with Jason's protocol, where the program has it.
func (r *runtime) appendOther(b []byte, v term.Term) []byte {
	if cid := cidOf(v); cid != 0 {
		return strconv.AppendInt(b, int64(cid), 10)
	}
	if p := r.t.Program(); p != nil && p.Exports(atomJason, "encode!", 1) {
		if s, ok := r.t.Apply(atomJason, "encode!", v).(term.Binary); ok {
			return append(b, s...)
		}
	}
	r.t.RaiseNew("Protocol.UndefinedError", "protocol", term.NewModule("Jason.Encoder"), "value", v, "description", str(""))
	return b
}
