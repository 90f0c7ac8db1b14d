package etf_test

import (
	"encoding/hex"
	"errors"
	"math/big"
	"runtime"
	"strings"
	"testing"

	"streamsplayground/engine/etf"
	"streamsplayground/engine/term"
)

func power(base, n int64, sign int64) term.Term {
	v := new(big.Int).Exp(big.NewInt(base), big.NewInt(n), nil)
	return term.NewBig(v.Mul(v, big.NewInt(sign)))
}

// external are terms with what term_to_binary/1 of OTP makes of them.
var external = []struct {
	term term.Term
	hex  string
}{
	{term.Int(0), "836100"},
	{term.Int(255), "8361ff"},
	{term.Int(256), "836200000100"},
	{term.Int(-1), "8362ffffffff"},
	{term.Int(1 << 40), "836e0600000000000001"},
	{power(2, 70, 1), "836e0900000000000000000040"},
	{power(2, 70, -1), "836e0901000000000000000040"},
	{power(2, 3000, 1), "836f0000017800" + strings.Repeat("00", 375) + "01"},
	{term.Float(1.5), "83463ff8000000000000"},
	{term.NewAtom("a"), "83770161"},
	{term.NewAtom("é"), "837702c3a9"},
	{term.Nil, "8377036e696c"},
	{term.Binary("aü"), "836d0000000361c3bc"},
	{&term.Bits{Bytes: "\xa0", Len: 3}, "834d0000000103a0"},
	{term.Empty, "836a"},
	{term.NewList(term.Int(1), term.Int(2), term.Int(3)), "836b0003010203"},
	{term.NewList(term.Int(1), term.NewAtom("a")), "836c0000000261017701616a"},
	{&term.List{Head: term.Int(1), Tail: term.Int(2)}, "836c0000000161016102"},
	{term.Tuple{term.Int(1), term.Int(2)}, "83680261016102"},
	{term.NewMap(term.NewAtom("a"), term.Int(1), term.Int(2), term.Binary("x")), "83740000000261026d00000001787701616101"},
	{&term.Fun{Module: term.NewModule("String"), Name: term.NewAtom("upcase"), Arity: 1, External: true},
		"8371770d456c697869722e537472696e6777067570636173656101"},
}

func TestExternalTerms(t *testing.T) {
	for _, test := range external {
		data, err := etf.Encode(test.term)
		if got := hex.EncodeToString(data); err != nil || got != test.hex {
			t.Errorf("%s is written as %s, %v, want %s", term.Inspect(test.term), got, err, test.hex)
		}
		got, used, err := etf.Decode(append(data, "more"...), false)
		if err != nil || used != len(data) || !term.StrictEqual(got, test.term) {
			t.Errorf("%s was read as %v, %d bytes of %d, %v", term.Inspect(test.term), got, used, len(data), err)
		}
		for i := range data {
			if _, _, err := etf.Decode(data[:i], false); !errors.Is(err, etf.ErrMalformed) {
				t.Errorf("%s without its end: %v", term.Inspect(test.term), err)
				break
			}
		}
	}
}

func TestRoundTrips(t *testing.T) {
	long := make([]term.Term, 300)
	for i := range long {
		long[i] = term.NewAtom("x")
	}
	for _, want := range []term.Term{term.Int(-1 << 63), term.Tuple{}, term.Tuple(long), term.NewList(long...), term.EmptyMap,
		term.PID{N: 1 << 40}, term.Ref{N: 3}, term.NewAtom(strings.Repeat("ü", 200))} {
		data, err := etf.Encode(want)
		got, used, err2 := etf.Decode(data, false)
		if err != nil || err2 != nil || used != len(data) || !term.StrictEqual(got, want) {
			t.Errorf("%s became %v; %v, %v", term.Inspect(want), got, err, err2)
		}
	}
}

// Older Erlangs wrote atoms in Latin-1 and floats as text.
func TestOlderForms(t *testing.T) {
	float := "c" + "1.50000000000000000000e+00" + strings.Repeat("\x00", 5)
	for data, want := range map[string]term.Term{
		"d\x00\x01\xe9": term.NewAtom("é"), "s\x01\xe9": term.NewAtom("é"), "v\x00\x02\xc3\xa9": term.NewAtom("é"), float: term.Float(1.5),
		"i\x00\x00\x00\x01a\x07": term.Tuple{term.Int(7)},
	} {
		if got, _, err := etf.Decode([]byte("\x83"+data), false); err != nil || !term.StrictEqual(got, want) {
			t.Errorf("%q was read as %v, %v", data, got, err)
		}
	}
}

func TestWhatIsNotWrittenOrRead(t *testing.T) {
	if _, err := etf.Encode(term.NewList(&term.Fun{})); !errors.Is(err, etf.ErrFunction) {
		t.Errorf("a function: %v", err)
	}
	if got, _, err := etf.Decode(etf.EncodeData(term.Tuple{&term.Fun{}}), false); err != nil || !term.StrictEqual(got, term.Tuple{term.Nil}) {
		t.Errorf("a function as data became %v, %v", got, err)
	}
	deep := "\x83" + strings.Repeat("l\x00\x00\x00\x01", 100_000)
	for _, data := range []string{"", "x", "\x83", "\x83\x01", "\x83w\x01\xff", "\x83F\x7f\xf8\x00\x00\x00\x00\x00\x00", "\x83i\xff\xff\xff\xff", "\x83P\xff\xff\xff\xffx", deep} {
		if _, _, err := etf.Decode([]byte(data), false); !errors.Is(err, etf.ErrMalformed) {
			t.Errorf("%.20q: %v", data, err)
		}
	}
	for _, data := range []string{"\x83w\x0fnever seen atom", "\x83qw\x01aw\x01ba\x01"} {
		if _, _, err := etf.Decode([]byte(data), true); !errors.Is(err, etf.ErrMalformed) {
			t.Errorf("%q is taken as safe: %v", data, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, test := range external {
		data, err := hex.DecodeString(test.hex)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("\x83P\x00\x00\x00\x67x\x9c\xcbfHa\xa4\x03\x00\x00f\xa2\x014"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, _, err := etf.Decode(data, false)
		if err != nil {
			return
		}
		written, err := etf.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		if again, _, err := etf.Decode(written, false); err != nil || !term.StrictEqual(again, v) {
			t.Fatalf("%v became %v, %v", v, again, err)
		}
	})
}

// As OTP: a key that comes twice is malformed, and bits beyond the last count
// for nothing.
func TestMapsAndBitsAreWhatTheySay(t *testing.T) {
	if got, _, err := etf.Decode([]byte("\x83t\x00\x00\x00\x02a\x01a\x02a\x01a\x03"), false); !errors.Is(err, etf.ErrMalformed) {
		t.Errorf("a key that comes twice: %v, %v", got, err)
	}
	got, _, err := etf.Decode([]byte("\x83M\x00\x00\x00\x01\x01\xff"), false)
	if want := (&term.Bits{Bytes: "\x80", Len: 1}); err != nil || !term.StrictEqual(got, want) {
		t.Errorf("one bit of a byte: %v, %v", got, err)
	}
}

// A list claims how long it is, and so may all that are in it: only what is
// there takes memory.
func TestClaimsTakeNoMemory(t *testing.T) {
	const levels = 2000
	data := []byte("\x83" + strings.Repeat("l\x00\x00\x70\x00", levels) + strings.Repeat("j", 30_000))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	etf.Decode(data, false) //nolint:errcheck // only the memory counts
	runtime.ReadMemStats(&after)
	if size := after.TotalAlloc - before.TotalAlloc; size > 64<<20 {
		t.Errorf("%d bytes of data took %d bytes", len(data), size)
	}
}
