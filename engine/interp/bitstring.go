package interp

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"unicode/utf8"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// segment is value::type of a bitstring, taken apart.
type segment struct {
	kind   string // integer, float, binary, bitstring, utf8, utf16, utf32
	size   code   // nil for the kind's own
	unit   int
	signed bool
	little bool
	at     *source.Span
	node   syntax.Node
}

// withTexts puts the text of module attributes in their place, as which they
// are segments like literal strings.
func (c *compiler) withTexts(segments []syntax.Segment) []syntax.Segment {
	out := slices.Clone(segments)
	for i, s := range out {
		if a, ok := s.Value.(*syntax.Attr); ok && a.Value == nil {
			if text, isText := c.attributeValue(a.Name).(term.Binary); isText {
				c.attr(a) // is read
				out[i].Value = &syntax.String{At: a.At, Parts: []syntax.Part{{Text: string(text), At: a.At.At}}}
			}
		}
	}
	return out
}

// segmentType reads the type of a segment.
func (c *compiler) segmentType(s syntax.Segment) segment {
	seg := segment{kind: "integer", at: spanOf(s.Value), node: s.Value}
	if str, ok := s.Value.(*syntax.String); ok && !str.Charlist {
		seg.kind = "binary"
	} else if _, ok := s.Value.(*syntax.Bitstring); ok {
		seg.kind = "bitstring"
	} else if _, ok := s.Value.(*syntax.Float); ok {
		seg.kind = "float"
	} else if b, ok := s.Value.(*syntax.Binary); ok && b.Op == "<>" {
		seg.kind = "binary"
	}
	if s.Type != nil {
		c.segmentSpec(&seg, s.Type)
	}
	if seg.unit == 0 {
		seg.unit = 1
		if seg.kind == "binary" {
			seg.unit = 8
		}
	}
	return seg
}

func (c *compiler) segmentSpec(seg *segment, n syntax.Node) {
	switch x := n.(type) {
	case *syntax.Int:
		seg.size = constant(term.NewBig(x.Value))
		return
	case *syntax.Binary:
		switch x.Op {
		case "-":
			c.segmentSpec(seg, x.L)
			c.segmentSpec(seg, x.R)
			return
		case "*":
			c.segmentSpec(seg, x.L)
			if u, ok := x.R.(*syntax.Int); ok {
				seg.unit = int(u.Value.Int64())
				return
			}
		}
	case *syntax.Var:
		if c.segmentWord(seg, plainName(x.Name)) {
			return
		}
		if v := c.sizeVariable(x.Name); v != nil {
			seg.size = read(v)
			return
		}
		c.errorf(x.Span(), "unknown bitstring specifier: %s", plainName(x.Name))
		return
	case *syntax.Attr:
		seg.size = c.attr(x)
		return
	case *syntax.Call:
		if x.Target == nil && len(x.Args) == 1 {
			switch x.Name {
			case "size":
				seg.size = c.sizeExpr(x.Args[0])
				return
			case "unit":
				if u, ok := x.Args[0].(*syntax.Int); ok {
					seg.unit = int(u.Value.Int64())
					return
				}
			}
		}
		if d := c.macroOf(x); d != nil && d.guard == nil {
			if n := c.expandMacro(d, x); n != nil {
				c.segmentSpec(seg, n)
			}
			return
		}
		if len(x.Args) == 0 && c.segmentWord(seg, x.Name) {
			return
		}
	}
	c.errorf(n.Span(), "unknown bitstring specifier: %s", nodeText(n))
}

func (c *compiler) segmentWord(seg *segment, word string) bool {
	switch word {
	case "integer", "float", "binary", "bitstring", "utf8", "utf16", "utf32":
		seg.kind = word
	case "bytes":
		seg.kind = "binary"
	case "bits":
		seg.kind = "bitstring"
	case "signed":
		seg.signed = true
	case "unsigned":
		seg.signed = false
	case "little":
		seg.little = true
	case "native":
		seg.little = true
	case "big":
		seg.little = false
	default:
		return false
	}
	return true
}

// sizeVariable finds a variable of the pattern so far, or in scope.
func (c *compiler) sizeVariable(name string) *variable {
	if v := c.patVar(name); v != nil {
		v.used = true
		return v
	}
	return c.lookup(name)
}

// sizeExpr compiles the argument of size: in a pattern it may use variables
// that the pattern has bound so far.
func (c *compiler) sizeExpr(n syntax.Node) code {
	if u, ok := n.(*syntax.Unary); ok && u.Op == "^" {
		if v, isVar := u.X.(*syntax.Var); isVar {
			if found := c.lookup(v.Name); found != nil {
				return read(found)
			}
		}
		n = u.X
	}
	if c.inPattern {
		n = rewrite(n, func(n syntax.Node) ([]syntax.Node, bool) {
			if u, ok := n.(*syntax.Unary); ok && u.Op == "^" {
				return []syntax.Node{u.X}, true
			}
			return nil, false
		})
	}
	if len(c.pat) == 0 {
		return c.expr(n, false)
	}
	mark := len(c.vars)
	c.vars = append(c.vars, c.pat...)
	out := c.expr(n, false)
	c.vars = c.vars[:mark]
	return out
}

// bits collects a bitstring, byte by byte while it can.
type bits struct {
	buf []byte
	n   int // length in bits
}

func (b *bits) bytes(s string) {
	if b.n%8 == 0 {
		b.buf = append(b.buf, s...)
		b.n += 8 * len(s)
		return
	}
	for i := 0; i < len(s); i++ {
		b.add(uint64(s[i]), 8)
	}
}

// add appends the low n bits of v, n at most 64.
func (b *bits) add(v uint64, n int) {
	for i := n - 1; i >= 0; i-- {
		if b.n%8 == 0 {
			b.buf = append(b.buf, 0)
		}
		if v>>uint(i)&1 == 1 {
			b.buf[b.n/8] |= 0x80 >> uint(b.n%8)
		}
		b.n++
	}
}

func (b *bits) term() term.Term {
	if b.n%8 == 0 {
		return term.Binary(b.buf)
	}
	return &term.Bits{Bytes: string(b.buf), Len: b.n}
}

// bitsOf returns the bytes of a bitstring and its length in bits.
func bitsOf(v term.Term) (string, int, bool) {
	switch x := v.(type) {
	case term.Binary:
		return string(x), 8 * len(x), true
	case *term.Bits:
		return x.Bytes, x.Len, true
	}
	return "", 0, false
}

// bitstring compiles <<…>> that makes a value.
func (c *compiler) bitstring(x *syntax.Bitstring) code {
	segs := make([]segment, len(x.Segments))
	vals := make([]code, len(x.Segments))
	for i, s := range c.withTexts(x.Segments) {
		segs[i] = c.segmentType(s)
		vals[i] = c.expr(s.Value, false)
	}
	return func(t *Thread) term.Term {
		var b bits
		for i := range segs {
			t.put(&b, &segs[i], vals[i](t), i+1)
		}
		t.spend(16 + len(b.buf))
		return b.term()
	}
}

// put appends the value of a segment.
func (t *Thread) put(b *bits, s *segment, v term.Term, nth int) {
	fail := func(format string) {
		t.at(s.at)
		t.RaiseArgument("construction of binary failed: segment %d of type '%s': "+format, nth, s.kind, term.Inspect(v))
	}
	switch s.kind {
	case "utf8", "utf16", "utf32":
		if str, ok := v.(term.Binary); ok && isLiteral(s.node) {
			for _, r := range string(str) {
				putRune(b, s, r)
			}
			return
		}
		r, ok := v.(term.Int)
		if !ok || r < 0 || r > utf8.MaxRune || !utf8.ValidRune(rune(r)) {
			fail("expected a non-negative integer encodable as " + s.kind + " but got: %s")
		}
		putRune(b, s, rune(r))
	case "binary", "bitstring":
		text, n, ok := bitsOf(v)
		if !ok || s.kind == "binary" && n%8 != 0 {
			fail("expected a " + s.kind + " but got: %s")
		}
		if s.size != nil {
			want := t.segmentSize(s, 0)
			if want < 0 || want > n {
				fail("the value %s is shorter than the size of the segment")
			}
			n = want
		}
		if n%8 == 0 {
			b.bytes(text[:n/8])
			return
		}
		b.bytes(text[:n/8])
		b.add(uint64(text[n/8]>>(8-n%8)), n%8)
	case "float":
		f, ok := term.ToFloat(v)
		if !ok {
			fail("expected a float or an integer but got: %s")
		}
		putFloat(b, s, f, t.segmentSize(s, 64))
	default:
		if str, ok := v.(term.Binary); ok && isLiteral(s.node) {
			b.bytes(string(str))
			return
		}
		n, ok := toBig(v)
		if !ok {
			fail("expected an integer but got: %s")
		}
		size := t.segmentSize(s, 8)
		if size < 0 || size > MaxBits {
			fail("the size of the segment of %s is out of range")
		}
		putInt(b, s, n, size)
	}
}

func isLiteral(n syntax.Node) bool {
	_, ok := n.(*syntax.String)
	return ok
}

// segmentSize is the size of a segment in bits, -1 when it is no size.
func (t *Thread) segmentSize(s *segment, byDefault int) int {
	if s.size == nil {
		return byDefault
	}
	n, ok := s.size(t).(term.Int)
	if !ok || n < 0 || n > MaxBits {
		return -1
	}
	return int(n) * s.unit
}

func putInt(b *bits, s *segment, n *big.Int, size int) {
	if n.IsInt64() && size <= 64 && (!s.little || size <= 8) {
		b.add(uint64(n.Int64()), size)
		return
	}
	v := new(big.Int).And(n, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(size)), big.NewInt(1)))
	if !s.little {
		for i := size - 1; i >= 0; i-- {
			b.add(uint64(v.Bit(i)), 1)
		}
		return
	}
	for done := 0; done < size; done += 8 {
		k := min(8, size-done)
		part := uint64(0)
		for i := k - 1; i >= 0; i-- {
			part = part<<1 | uint64(v.Bit(done+i))
		}
		b.add(part, k)
	}
}

func putFloat(b *bits, s *segment, f float64, size int) {
	var raw []byte
	if size == 32 {
		raw = binary.BigEndian.AppendUint32(nil, math.Float32bits(float32(f)))
	} else {
		raw = binary.BigEndian.AppendUint64(nil, math.Float64bits(f))
	}
	if s.little {
		for i, j := 0, len(raw)-1; i < j; i, j = i+1, j-1 {
			raw[i], raw[j] = raw[j], raw[i]
		}
	}
	b.bytes(string(raw))
}

func putRune(b *bits, s *segment, r rune) {
	switch s.kind {
	case "utf8":
		b.bytes(string(r))
	case "utf16":
		if r >= 0x10000 {
			r -= 0x10000
			putInt(b, s, big.NewInt(int64(0xD800+r>>10)), 16)
			putInt(b, s, big.NewInt(int64(0xDC00+r&0x3FF)), 16)
			return
		}
		putInt(b, s, big.NewInt(int64(r)), 16)
	default:
		putInt(b, s, big.NewInt(int64(r)), 32)
	}
}

// bitReader takes a bitstring apart.
type bitReader struct {
	text string
	pos  int
	end  int
}

func (r *bitReader) left() int { return r.end - r.pos }

// slice returns the next n bits as a term.
func (r *bitReader) slice(n int) term.Term {
	from := r.pos
	r.pos += n
	if from%8 == 0 && n%8 == 0 {
		return term.Binary(r.text[from/8 : (from+n)/8])
	}
	var b bits
	for i := from; i < from+n; i++ {
		b.add(uint64(r.text[i/8]>>(7-i%8)&1), 1)
	}
	return b.term()
}

func (r *bitReader) integer(n int, s *segment) term.Term {
	from := r.pos
	if n == 8 && from%8 == 0 && !s.signed {
		r.pos += 8
		return term.Int(r.text[from/8])
	}
	raw, _, _ := bitsOf(r.slice(n))
	v := new(big.Int)
	if s.little {
		for i := (n+7)/8 - 1; i >= 0; i-- {
			k := min(8, n-8*i)
			v.Lsh(v, uint(k))
			v.Or(v, big.NewInt(int64(raw[i]>>(8-k))))
		}
	} else {
		v.SetBytes([]byte(raw))
		if n%8 != 0 {
			v.Rsh(v, uint(8-n%8))
		}
	}
	if s.signed && n > 0 && v.Bit(n-1) == 1 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(n)))
	}
	return term.NewBig(v)
}

func (r *bitReader) float(n int, s *segment) (term.Term, bool) {
	raw := []byte(r.slice(n).(term.Binary))
	if s.little {
		for i, j := 0, len(raw)-1; i < j; i, j = i+1, j-1 {
			raw[i], raw[j] = raw[j], raw[i]
		}
	}
	f := 0.0
	if n == 32 {
		f = float64(math.Float32frombits(binary.BigEndian.Uint32(raw)))
	} else {
		f = math.Float64frombits(binary.BigEndian.Uint64(raw))
	}
	return term.Float(f), !math.IsNaN(f) && !math.IsInf(f, 0)
}

// segMatcher matches one segment of a bitstring pattern.
type segMatcher struct {
	segment
	value matcher
	last  bool
	text  string // of a literal string
	// pinned is a value that must stand there, whatever its size.
	pinned code
}

// patBits compiles <<…>> in a pattern.
func (c *compiler) patBits(x *syntax.Bitstring) matcher {
	nodes := flatSegments(c.withTexts(x.Segments))
	segs := make([]segMatcher, len(nodes))
	for i, s := range nodes {
		last := i == len(nodes)-1
		seg := c.segmentType(s)
		if pinned := c.pinnedSegment(s, seg); pinned != nil {
			segs[i] = segMatcher{segment: seg, last: last, pinned: pinned}
			continue
		}
		if (seg.kind == "binary" || seg.kind == "bitstring") && seg.size == nil && !last {
			if _, ok := s.Value.(*syntax.String); !ok {
				c.errorf(s.Value.Span(), "a binary field without size is only allowed at the end of a binary pattern, at the right side of binary concatenation and never allowed in binary generators. The following examples are invalid:\n\n    rest <> \"foo\"\n    <<rest::binary, \"foo\">>\n\nThey are invalid because there is a bits/bitstring component not at the end. However, the \"reverse\" would work:\n\n    \"foo\" <> rest\n    <<\"foo\", rest::binary>>")
			}
		}
		m := segMatcher{segment: seg, last: last}
		if str, ok := s.Value.(*syntax.String); ok {
			if v, ok := literalString(str); ok {
				m.text = string(v.(term.Binary))
				segs[i] = m
				continue
			}
		}
		m.value = c.pat1(s.Value)
		segs[i] = m
	}
	return func(t *Thread, v term.Term) bool {
		text, n, ok := bitsOf(v)
		if !ok {
			return false
		}
		r := bitReader{text: text, end: n}
		for i := range segs {
			if !t.take(&r, &segs[i]) {
				return false
			}
		}
		return r.left() == 0
	}
}

// flatSegments puts the segments of nested bitstrings, <<1, <<2, 3>>>>, in
// their place.
func flatSegments(list []syntax.Segment) []syntax.Segment {
	out := list[:0:0]
	for _, s := range list {
		if b, ok := s.Value.(*syntax.Bitstring); ok && s.Type == nil {
			out = append(out, flatSegments(b.Segments)...)
			continue
		}
		out = append(out, s)
	}
	return out
}

// pinnedSegment is code for the value of ^x::binary, whose size is the value's
// own; nil for any other segment.
func (c *compiler) pinnedSegment(s syntax.Segment, seg segment) code {
	u, ok := s.Value.(*syntax.Unary)
	if !ok || u.Op != "^" || seg.size != nil || seg.kind != "binary" && seg.kind != "bitstring" {
		return nil
	}
	v, ok := u.X.(*syntax.Var)
	if !ok {
		return nil
	}
	if found := c.lookup(v.Name); found != nil {
		return read(found)
	}
	return nil
}

// take matches a segment against what the reader has left.
func (t *Thread) take(r *bitReader, s *segMatcher) bool {
	if s.pinned != nil {
		want := s.pinned(t)
		_, n, ok := bitsOf(want)
		return ok && n <= r.left() && term.StrictEqual(r.slice(n), want)
	}
	if _, ok := s.node.(*syntax.String); ok {
		return takeText(r, s)
	}
	var v term.Term
	switch s.kind {
	case "utf8", "utf16", "utf32":
		x, ok := takeRune(r, &s.segment)
		if !ok {
			return false
		}
		v = x
	case "binary", "bitstring":
		n := r.left()
		if s.size != nil {
			n = t.segmentSize(&s.segment, 0)
		}
		if n < 0 || n > r.left() || s.kind == "binary" && n%8 != 0 {
			return false
		}
		v = r.slice(n)
	case "float":
		n := t.segmentSize(&s.segment, 64)
		if n != 32 && n != 64 || n > r.left() {
			return false
		}
		f, ok := r.float(n, &s.segment)
		if !ok {
			return false
		}
		v = f
	default:
		n := t.segmentSize(&s.segment, 8)
		if n < 0 || n > r.left() {
			return false
		}
		v = r.integer(n, &s.segment)
	}
	return s.value == nil || s.value(t, v)
}

func takeText(r *bitReader, s *segMatcher) bool {
	if s.kind == "utf16" || s.kind == "utf32" {
		for _, want := range s.text {
			got, ok := takeRune(r, &s.segment)
			if !ok || got != term.Term(term.Int(want)) {
				return false
			}
		}
		return true
	}
	n := 8 * len(s.text)
	if r.left() < n {
		return false
	}
	return r.slice(n) == term.Term(term.Binary(s.text))
}

func takeRune(r *bitReader, s *segment) (term.Term, bool) {
	if s.kind == "utf8" {
		if r.pos%8 != 0 {
			return nil, false
		}
		c, size := utf8.DecodeRuneInString(r.text[r.pos/8 : r.end/8])
		if size == 0 || c == utf8.RuneError && size == 1 {
			return nil, false
		}
		r.pos += 8 * size
		return term.Int(c), true
	}
	unit := 32
	if s.kind == "utf16" {
		unit = 16
	}
	if r.left() < unit {
		return nil, false
	}
	c := r.integer(unit, s).(term.Int)
	if unit == 16 && c >= 0xD800 && c < 0xDC00 && r.left() >= 16 {
		low := r.integer(16, s).(term.Int)
		c = (c-0xD800)<<10 + (low - 0xDC00) + 0x10000
	}
	return c, c >= 0 && utf8.ValidRune(rune(c))
}

// segmentText is used in messages about a segment.
func (s segment) String() string { return fmt.Sprintf("%s-unit(%d)", s.kind, s.unit) }
