// Package etf reads and writes Erlang's external term format, as
// :erlang.term_to_binary/2 and :erlang.binary_to_term/2 of OTP 27 do. Ports and
// functions of a node have no meaning elsewhere and are not written.
package etf

import (
	"encoding/binary"
	"errors"
	"math"
	"math/big"

	"streamsplayground/engine/term"
)

// The tags of the format.
const (
	version     = 131
	newFloat    = 70
	bitBinary   = 77
	compressed  = 80
	newPID      = 88
	newerRef    = 90
	smallInt    = 97
	integer     = 98
	oldFloat    = 99
	oldAtom     = 100
	smallTuple  = 104
	largeTuple  = 105
	empty       = 106
	byteList    = 107
	list        = 108
	binaryText  = 109
	smallBig    = 110
	largeBig    = 111
	export      = 113
	oldSmall    = 115
	mapping     = 116
	atomUTF8    = 118
	smallAtom   = 119
	nodeName    = "nonode@nohost"
	maxByteList = math.MaxUint16
)

// ErrFunction is that a term has a function in it, other than &Mod.fun/arity.
var ErrFunction = errors.New("a function has no meaning outside of its program")

// Encode writes a term. The error is ErrFunction. It panics with term.Exhausted
// when the term is larger or nests more deeply than any that is of use, such as
// one that shares its parts over and over.
func Encode(t term.Term) ([]byte, error) {
	var w encoder
	b := w.term([]byte{version}, t)
	return b, w.err
}

// EncodeData is Encode with nil in the place of functions.
func EncodeData(t term.Term) []byte {
	w := encoder{dropping: true}
	return w.term([]byte{version}, t)
}

// encoder counts what it has written.
type encoder struct {
	meter    term.Meter
	dropping bool // functions
	err      error
}

func (w *encoder) term(b []byte, t term.Term) []byte {
	w.meter.Enter()
	defer w.meter.Leave()
	w.meter.Room(len(b))
	if s, ok := t.(term.Struct); ok {
		t = s.AsMap()
	}
	u32 := binary.BigEndian.AppendUint32
	switch v := t.(type) {
	case term.Int:
		return appendInt(b, v)
	case *term.Big:
		return appendBig(b, v.Big())
	case term.Float:
		return binary.BigEndian.AppendUint64(append(b, newFloat), math.Float64bits(float64(v)))
	case term.Atom:
		return appendAtom(b, v.Name())
	case term.Binary:
		return append(u32(append(b, binaryText), uint32(len(v))), v...)
	case *term.Bits:
		b = u32(append(b, bitBinary), uint32(len(v.Bytes)))
		return append(append(b, byte((v.Len+7)%8+1)), v.Bytes...)
	case term.PID:
		b = appendAtom(append(b, newPID), nodeName)
		return u32(binary.BigEndian.AppendUint64(b, v.N), 0)
	case term.Ref:
		b = binary.BigEndian.AppendUint16(append(b, newerRef), 2)
		return binary.BigEndian.AppendUint64(u32(appendAtom(b, nodeName), 0), v.N)
	case term.Tuple:
		return w.tuple(b, v)
	case *term.List:
		return w.list(b, v)
	case *term.Map:
		b = u32(append(b, mapping), uint32(v.Len()))
		for k, e := range v.All() {
			b = w.term(w.term(b, k), e)
		}
		return b
	case *term.Fun:
		return w.fun(b, v)
	}
	return w.function(b)
}

// function stands for a function that is not written.
func (w *encoder) function(b []byte) []byte {
	if w.dropping {
		return appendAtom(b, "nil")
	}
	w.err = ErrFunction
	return b
}

func appendInt(b []byte, v term.Int) []byte {
	switch {
	case v >= 0 && v < 256:
		return append(b, smallInt, byte(v))
	case v >= math.MinInt32 && v <= math.MaxInt32:
		return binary.BigEndian.AppendUint32(append(b, integer), uint32(v))
	}
	return appendBig(b, big.NewInt(int64(v)))
}

func appendAtom(b []byte, name string) []byte {
	if len(name) < 256 {
		return append(append(b, smallAtom, byte(len(name))), name...)
	}
	return append(binary.BigEndian.AppendUint16(append(b, atomUTF8), uint16(len(name))), name...)
}

func appendBig(b []byte, n *big.Int) []byte {
	digits := n.Bytes()
	sign := byte(0)
	if n.Sign() < 0 {
		sign = 1
	}
	if len(digits) < 256 {
		b = append(b, smallBig, byte(len(digits)))
	} else {
		b = binary.BigEndian.AppendUint32(append(b, largeBig), uint32(len(digits)))
	}
	b = append(b, sign)
	for i := len(digits) - 1; i >= 0; i-- {
		b = append(b, digits[i])
	}
	return b
}

func (w *encoder) tuple(b []byte, t term.Tuple) []byte {
	if len(t) < 256 {
		b = append(b, smallTuple, byte(len(t)))
	} else {
		b = binary.BigEndian.AppendUint32(append(b, largeTuple), uint32(len(t)))
	}
	for _, e := range t {
		b = w.term(b, e)
	}
	return b
}

// list writes a list. One of bytes is shorter.
func (w *encoder) list(b []byte, l *term.List) []byte {
	n, _ := l.Len()
	if n == 0 {
		return append(b, empty)
	}
	if isBytes(l) {
		b = binary.BigEndian.AppendUint16(append(b, byteList), uint16(n))
		for e := range l.All() {
			b = append(b, byte(e.(term.Int)))
		}
		return b
	}
	b = binary.BigEndian.AppendUint32(append(b, list), uint32(n))
	var tail term.Term = l
	for range n {
		cell := tail.(*term.List)
		b, tail = w.term(b, cell.Head), cell.Tail
	}
	return w.term(b, tail)
}

func isBytes(l *term.List) bool {
	var tail term.Term = l
	for n := 0; ; n++ {
		cell, ok := tail.(*term.List)
		switch {
		case !ok || n > maxByteList:
			return false
		case cell == nil:
			return true
		}
		if c, ok := cell.Head.(term.Int); !ok || c < 0 || c > 255 {
			return false
		}
		tail = cell.Tail
	}
}

// fun writes &Mod.fun/arity.
func (w *encoder) fun(b []byte, f *term.Fun) []byte {
	if !f.External {
		return w.function(b)
	}
	b = appendAtom(append(b, export), f.Module.Name())
	return appendInt(appendAtom(b, f.Name.Name()), term.Int(f.Arity))
}
