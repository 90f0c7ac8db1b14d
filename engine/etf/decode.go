package etf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/term"
)

// ErrMalformed is that data is no term, or one that cannot be here.
var ErrMalformed = errors.New("malformed external term")

const (
	// maxDepth bounds how deeply terms in data nest.
	maxDepth = 10_000
	// maxUnpacked is how large compressed data may be.
	maxUnpacked = 16 << 20
)

// Decode reads a term from the beginning of data, and returns how many bytes it
// took. A safe one makes no atoms and no functions. Errors are ErrMalformed.
func Decode(data []byte, safe bool) (t term.Term, used int, err error) {
	if len(data) == 0 || data[0] != version {
		return nil, 0, ErrMalformed
	}
	d := decoder{data: data[1:], safe: safe}
	if len(d.data) > 5 && d.data[0] == compressed {
		return d.unpack()
	}
	t = d.term(0)
	return t, len(data) - len(d.data), d.err
}

// unpack reads a compressed term.
func (d *decoder) unpack() (t term.Term, used int, err error) {
	all := d.data
	size := int(binary.BigEndian.Uint32(d.data[1:]))
	packed := bytes.NewReader(d.data[5:])
	r, err := zlib.NewReader(packed)
	if err != nil || size > maxUnpacked {
		return nil, 0, ErrMalformed
	}
	d.data, err = io.ReadAll(io.LimitReader(r, int64(size)+1))
	if err != nil || len(d.data) != size {
		return nil, 0, ErrMalformed
	}
	t = d.term(0)
	if d.err == nil && len(d.data) > 0 {
		d.err = ErrMalformed
	}
	return t, 1 + len(all) - packed.Len(), d.err
}

type decoder struct {
	data []byte
	safe bool
	err  error
}

func (d *decoder) fail() term.Term {
	d.err, d.data = ErrMalformed, nil
	return term.Nil
}

// take returns the next n bytes, or zeros after an error.
func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.data) {
		d.fail()
		return make([]byte, min(max(n, 0), 31))
	}
	out := d.data[:n]
	d.data = d.data[n:]
	return out
}

func (d *decoder) u8() int  { return int(d.take(1)[0]) }
func (d *decoder) u16() int { return int(binary.BigEndian.Uint16(d.take(2))) }
func (d *decoder) u32() int { return int(binary.BigEndian.Uint32(d.take(4))) }

// count reads the number of elements that follow, each of at least a byte.
func (d *decoder) count() int {
	n := d.u32()
	if n > len(d.data) {
		d.fail()
		return 0
	}
	return n
}

func (d *decoder) term(depth int) term.Term {
	if depth > maxDepth {
		d.fail()
	}
	if d.err != nil {
		return term.Nil
	}
	switch tag := d.u8(); tag {
	case smallInt, integer, smallBig, largeBig, newFloat, oldFloat:
		return d.number(tag)
	case smallAtom, atomUTF8, oldAtom, oldSmall:
		return d.atom(tag)
	case binaryText:
		return term.Binary(d.take(d.u32()))
	case bitBinary:
		return d.bits()
	case newPID, newerRef:
		return d.identity(tag, depth)
	case smallTuple:
		return term.Tuple(d.terms(d.u8(), depth))
	case largeTuple:
		return term.Tuple(d.terms(d.count(), depth))
	case empty:
		return term.Empty
	case byteList:
		return d.byteList()
	case list:
		return d.list(depth)
	case mapping:
		return d.mapping(depth)
	case export:
		return d.export(depth)
	default:
		d.fail()
		d.err = fmt.Errorf("%w: tag %d", ErrMalformed, tag)
		return term.Nil
	}
}

func (d *decoder) number(tag int) term.Term {
	switch tag {
	case smallInt:
		return term.Int(d.u8())
	case integer:
		return term.Int(int32(d.u32()))
	case smallBig:
		return d.big(d.u8())
	case largeBig:
		return d.big(d.u32())
	}
	f := math.NaN()
	if tag == newFloat {
		f = math.Float64frombits(binary.BigEndian.Uint64(d.take(8)))
	} else if x, err := strconv.ParseFloat(strings.TrimRight(string(d.take(31)), "\x00"), 64); err == nil {
		f = x
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return d.fail()
	}
	return term.Float(f)
}

func (d *decoder) big(n int) term.Term {
	sign := d.u8()
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

func (d *decoder) atom(tag int) term.Term {
	var text []byte
	if tag == smallAtom || tag == oldSmall {
		text = d.take(d.u8())
	} else {
		text = d.take(d.u16())
	}
	name := string(text)
	if tag == oldAtom || tag == oldSmall { // in Latin-1
		runes := make([]rune, len(text))
		for i, b := range text {
			runes[i] = rune(b)
		}
		name = string(runes)
	}
	if d.err != nil || !utf8.ValidString(name) || utf8.RuneCountInString(name) > 255 {
		return d.fail()
	}
	if d.safe {
		if a, ok := term.ExistingAtom(name); ok {
			return a
		}
		return d.fail()
	}
	return term.NewAtom(name)
}

func (d *decoder) bits() term.Term {
	n, used := d.u32(), d.u8()
	if n == 0 || used < 1 || used > 8 {
		return d.fail()
	}
	if used == 8 {
		return term.Binary(d.take(n))
	}
	text := []byte(string(d.take(n)))
	text[len(text)-1] &= 0xFF << (8 - used)
	return &term.Bits{Bytes: string(text), Len: n*8 - 8 + used}
}

// identity reads a pid or a reference.
func (d *decoder) identity(tag, depth int) term.Term {
	if tag == newPID {
		d.term(depth + 1)
		pid := term.PID{N: binary.BigEndian.Uint64(d.take(8))}
		d.take(4)
		return pid
	}
	if d.u16() != 2 {
		return d.fail()
	}
	d.term(depth + 1)
	d.take(4)
	return term.Ref{N: binary.BigEndian.Uint64(d.take(8))}
}

func (d *decoder) terms(n, depth int) []term.Term {
	if n > len(d.data) {
		d.fail()
	}
	// What is claimed may not be there, on each level of many.
	out := make([]term.Term, 0, min(n, 64))
	for len(out) < n && d.err == nil {
		out = append(out, d.term(depth+1))
	}
	return out
}

func (d *decoder) byteList() term.Term {
	text := d.take(d.u16())
	out := make([]term.Term, len(text))
	for i, b := range text {
		out[i] = term.Int(b)
	}
	return term.NewList(out...)
}

func (d *decoder) list(depth int) term.Term {
	elems := d.terms(d.count(), depth)
	tail := d.term(depth + 1)
	for i := len(elems) - 1; i >= 0; i-- {
		tail = &term.List{Head: elems[i], Tail: tail}
	}
	return tail
}

func (d *decoder) mapping(depth int) term.Term {
	n := d.count()
	b := term.NewMapBuilder(min(n, 64))
	for i := 0; i < n && d.err == nil; i++ {
		k := d.term(depth + 1)
		b.Put(k, d.term(depth+1))
	}
	m := b.Map()
	if m.Len() != n {
		return d.fail()
	}
	return m
}

// export reads &Mod.fun/arity.
func (d *decoder) export(depth int) term.Term {
	mod, ok1 := d.term(depth + 1).(term.Atom)
	name, ok2 := d.term(depth + 1).(term.Atom)
	arity, ok3 := d.term(depth + 1).(term.Int)
	if !ok1 || !ok2 || !ok3 || arity < 0 || arity > 255 || d.safe {
		return d.fail()
	}
	return &term.Fun{Module: mod, Name: name, Arity: int(arity), External: true}
}
