package rendered

import (
	"fmt"
	"strconv"

	"streamsplayground/engine/term"
)

// compound stands for a term that cannot be a key of a Go map itself.
type compound string

// keyOf returns a value to be compared with == that is equal for terms that
// are equal with ===, and for no others.
func keyOf(t term.Term) any {
	switch v := t.(type) {
	case term.Int, term.Atom, term.Binary, term.PID, term.Ref, *term.Fun:
		return v
	case nil:
		return nil
	}
	return compound(appendKey(nil, t))
}

func appendKey(b []byte, t term.Term) []byte {
	if s, ok := t.(term.Struct); ok {
		t = s.AsMap()
	}
	switch v := t.(type) {
	case term.Int:
		return append(strconv.AppendInt(append(b, 'i'), int64(v), 10), ';')
	case *term.Big:
		return append(append(append(b, 'i'), v.Big().String()...), ';')
	case term.Float:
		return append(strconv.AppendFloat(append(b, 'f'), float64(v), 'b', -1, 64), ';')
	case term.Atom:
		return appendSized(append(b, 'a'), v.Name())
	case term.Binary:
		return appendSized(append(b, 'b'), string(v))
	case *term.Bits:
		b = append(strconv.AppendInt(append(b, 'B'), int64(v.Len), 10), ':')
		return appendSized(b, v.Bytes)
	case term.PID:
		return append(strconv.AppendUint(append(b, 'p'), v.N, 10), ';')
	case term.Ref:
		return append(strconv.AppendUint(append(b, 'r'), v.N, 10), ';')
	case term.Tuple:
		b = append(b, '{')
		for _, e := range v {
			b = appendKey(b, e)
		}
		return append(b, '}')
	case *term.List:
		b = append(b, '[')
		for v != nil {
			b = appendKey(b, v.Head)
			next, ok := v.Tail.(*term.List)
			if !ok {
				b = appendKey(append(b, '|'), v.Tail)
			}
			v = next
		}
		return append(b, ']')
	case *term.Map:
		b = append(b, '%')
		for k, e := range v.All() {
			b = appendKey(appendKey(b, k), e)
		}
		return append(b, '%')
	}
	return fmt.Appendf(b, "%T%p;", t, t)
}

func appendSized(b []byte, s string) []byte {
	b = append(strconv.AppendInt(b, int64(len(s)), 10), ':')
	return append(b, s...)
}
