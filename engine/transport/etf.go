package transport

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"

	"streamsplayground/engine/term"
)

// The tags of Erlang's external term format that tokens use.
const (
	etfVersion  = 131
	etfNewFloat = 70
	etfBits     = 77
	etfPID      = 88
	etfRef      = 90
	etfSmallInt = 97
	etfInt      = 98
	etfTuple    = 105
	etfNil      = 106
	etfList     = 108
	etfBinary   = 109
	etfBig      = 111
	etfMap      = 116
	etfAtom     = 118
)

// maxETFDepth bounds how deeply terms in a token nest.
const maxETFDepth = 1000

// encodeTerm writes a term in Erlang's external format. Functions have no
// meaning outside of their program and become nil. It panics with
// term.Exhausted when the term is larger than any that is of use, such as one
// that shares its parts over and over.
func encodeTerm(t term.Term) []byte {
	var e etfEncoder
	return e.term([]byte{etfVersion}, t, 0)
}

// etfEncoder counts what it has written.
type etfEncoder struct{ meter term.Meter }

func (w *etfEncoder) term(b []byte, t term.Term, depth int) []byte {
	w.meter.Step()
	w.meter.Room(len(b))
	if s, ok := t.(term.Struct); ok {
		t = s.AsMap()
	}
	if depth > maxETFDepth {
		t = term.Nil
	}
	u32 := binary.BigEndian.AppendUint32
	switch v := t.(type) {
	case term.Int:
		if v >= 0 && v < 256 {
			return append(b, etfSmallInt, byte(v))
		}
		if v >= math.MinInt32 && v <= math.MaxInt32 {
			return u32(append(b, etfInt), uint32(v))
		}
		return appendBig(b, big.NewInt(int64(v)))
	case *term.Big:
		return appendBig(b, v.Big())
	case term.Float:
		return binary.BigEndian.AppendUint64(append(b, etfNewFloat), math.Float64bits(float64(v)))
	case term.Atom:
		return appendAtom(b, v.Name())
	case term.Binary:
		return append(u32(append(b, etfBinary), uint32(len(v))), v...)
	case *term.Bits:
		b = u32(append(b, etfBits), uint32(len(v.Bytes)))
		return append(append(b, byte((v.Len+7)%8+1)), v.Bytes...)
	case term.PID:
		b = appendAtom(append(b, etfPID), "nonode@nohost")
		return u32(binary.BigEndian.AppendUint64(b, v.N), 0)
	case term.Ref:
		b = binary.BigEndian.AppendUint16(append(b, etfRef), 2)
		return binary.BigEndian.AppendUint64(u32(appendAtom(b, "nonode@nohost"), 0), v.N)
	case term.Tuple:
		b = u32(append(b, etfTuple), uint32(len(v)))
		for _, e := range v {
			b = w.term(b, e, depth+1)
		}
		return b
	case *term.List:
		return w.list(b, v, depth)
	case *term.Map:
		b = u32(append(b, etfMap), uint32(v.Len()))
		for k, e := range v.All() {
			b = w.term(w.term(b, k, depth+1), e, depth+1)
		}
		return b
	}
	return appendAtom(b, "nil")
}

func appendAtom(b []byte, name string) []byte {
	return append(binary.BigEndian.AppendUint16(append(b, etfAtom), uint16(len(name))), name...)
}

func appendBig(b []byte, n *big.Int) []byte {
	digits := n.Bytes()
	sign := byte(0)
	if n.Sign() < 0 {
		sign = 1
	}
	b = append(binary.BigEndian.AppendUint32(append(b, etfBig), uint32(len(digits))), sign)
	for i := len(digits) - 1; i >= 0; i-- {
		b = append(b, digits[i])
	}
	return b
}

func (w *etfEncoder) list(b []byte, l *term.List, depth int) []byte {
	if l == nil {
		return append(b, etfNil)
	}
	n, _ := l.Len()
	b = binary.BigEndian.AppendUint32(append(b, etfList), uint32(n))
	var tail term.Term = l
	for range n {
		cell := tail.(*term.List)
		b, tail = w.term(b, cell.Head, depth+1), cell.Tail
	}
	return w.term(b, tail, depth+1)
}

var errETF = errors.New("malformed external term")

// decodeTerm reads what encodeTerm wrote.
func decodeTerm(data []byte) (t term.Term, err error) {
	if len(data) == 0 || data[0] != etfVersion {
		return nil, errETF
	}
	d := etfDecoder{data: data[1:]}
	t = d.term(0)
	if d.err == nil && len(d.data) > 0 {
		d.err = errETF
	}
	return t, d.err
}

type etfDecoder struct {
	data []byte
	err  error
}

// take returns the next n bytes, or zeros after an error.
func (d *etfDecoder) take(n int) []byte {
	if n < 0 || n > len(d.data) {
		d.err, d.data = errETF, nil
		return make([]byte, min(max(n, 0), 8))
	}
	out := d.data[:n]
	d.data = d.data[n:]
	return out
}

func (d *etfDecoder) u32() int { return int(binary.BigEndian.Uint32(d.take(4))) }

// count reads the number of elements that follow, each of at least a byte.
func (d *etfDecoder) count() int {
	n := d.u32()
	if n > len(d.data) {
		d.err, n = errETF, 0
	}
	return n
}

func (d *etfDecoder) term(depth int) term.Term {
	if depth > maxETFDepth+1 {
		d.err = errETF
	}
	if d.err != nil {
		return term.Nil
	}
	switch tag := d.take(1)[0]; tag {
	case etfSmallInt:
		return term.Int(d.take(1)[0])
	case etfInt:
		return term.Int(int32(d.u32()))
	case etfBig:
		return d.big()
	case etfNewFloat:
		return term.Float(math.Float64frombits(binary.BigEndian.Uint64(d.take(8))))
	case etfAtom:
		return d.atom()
	case etfBinary:
		return term.Binary(d.take(d.u32()))
	case etfBits:
		n, used := d.u32(), int(d.take(1)[0])
		return &term.Bits{Bytes: string(d.take(n)), Len: n*8 - 8 + used}
	case etfPID:
		d.term(depth + 1)
		pid := term.PID{N: binary.BigEndian.Uint64(d.take(8))}
		d.take(4)
		return pid
	case etfRef:
		d.take(2)
		d.term(depth + 1)
		d.take(4)
		return term.Ref{N: binary.BigEndian.Uint64(d.take(8))}
	case etfTuple:
		return term.Tuple(d.terms(d.count(), depth))
	case etfNil:
		return term.Empty
	case etfList:
		return d.list(depth)
	case etfMap:
		n := d.count()
		b := term.NewMapBuilder(n)
		for range n {
			k := d.term(depth + 1)
			b.Put(k, d.term(depth+1))
		}
		return b.Map()
	default:
		d.err = fmt.Errorf("%w: tag %d", errETF, tag)
		return term.Nil
	}
}

func (d *etfDecoder) terms(n, depth int) []term.Term {
	out := make([]term.Term, n)
	for i := range out {
		out[i] = d.term(depth + 1)
	}
	return out
}

func (d *etfDecoder) list(depth int) term.Term {
	elems := d.terms(d.count(), depth)
	tail := d.term(depth + 1)
	for i := len(elems) - 1; i >= 0; i-- {
		tail = &term.List{Head: elems[i], Tail: tail}
	}
	return tail
}

func (d *etfDecoder) atom() term.Term {
	n := int(binary.BigEndian.Uint16(d.take(2)))
	return term.NewAtom(string(d.take(n)))
}

func (d *etfDecoder) big() term.Term {
	n := d.u32()
	sign := d.take(1)[0]
	little := d.take(n)
	digits := make([]byte, len(little))
	for i, b := range little {
		digits[len(little)-1-i] = b
	}
	v := new(big.Int).SetBytes(digits)
	if sign == 1 {
		v.Neg(v)
	}
	return term.NewBig(v)
}
