package stdlib

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"hash/crc32"
	"math/big"
	"slices"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

func bigInt(n int64) *big.Int { return big.NewInt(n) }

func binaryModule() *interp.NativeModule {
	m := erlangModule("binary")
	m.def("split", 3, binarySplit, term.Empty)
	m.def("replace", 4, binaryReplace, term.Empty)
	m.def("match", 2, func(c call) term.Term {
		start, size := c.pattern(1, 2).find(c.binary(0), 0)
		if start < 0 {
			return atomTerm("nomatch")
		}
		return tuple(term.Int(start), term.Int(size))
	})
	m.def("matches", 2, func(c call) term.Term {
		var out []term.Term
		for _, p := range c.pattern(1, 2).matches(c.binary(0)) {
			out = append(out, tuple(term.Int(p[0]), term.Int(p[1])))
		}
		return c.list(out)
	})
	m.def("compile_pattern", 1, func(c call) term.Term {
		if len(c.pattern(0, 1).all) == 1 {
			return tuple(atomTerm("bm"), c.a[0])
		}
		return tuple(atomTerm("ac"), c.a[0])
	})
	m.def("at", 2, func(c call) term.Term {
		s, i := c.binary(0), c.int(1)
		if i < 0 || i >= len(s) {
			return c.badArg(2, "out of range")
		}
		return term.Int(s[i])
	})
	m.def("first", 1, func(c call) term.Term { return c.byteAt(0) })
	m.def("last", 1, func(c call) term.Term { return c.byteAt(-1) })
	part := func(c call) term.Term {
		s, at, n := c.binary(0), c.int(1), c.int(2)
		if n < 0 {
			at, n = at+n, -n
		}
		if at < 0 || at > len(s) || n > len(s)-at {
			return c.badArg(2, "out of range")
		}
		return bin(s[at : at+n])
	}
	m.def("part", 3, part)
	m.def("copy", 1, func(c call) term.Term { return bin(c.binary(0)) })
	m.def("copy", 2, func(c call) term.Term {
		s, n := c.binary(0), c.nonNeg(1)
		c.reserveTimes(len(s), n)
		return bin(strings.Repeat(s, n))
	})
	m.def("bin_to_list", 1, func(c call) term.Term { return byteList(c.binary(0)) })
	m.def("bin_to_list", 3, func(c call) term.Term {
		s, from, n := c.binary(0), c.nonNeg(1), c.nonNeg(2)
		if from > len(s) || n > len(s)-from {
			return c.badArg(2, "out of range")
		}
		return byteList(s[from : from+n])
	})
	m.def("list_to_bin", 1, func(c call) term.Term { return c.result(c.iodata(0)) })
	ordered := func(c call, b []byte) []byte {
		switch {
		case isAtom(c.a[1], "little"):
			b = slices.Clone(b)
			slices.Reverse(b)
		case !isAtom(c.a[1], "big"):
			c.badArg(2, "invalid endianness")
		}
		return b
	}
	m.def("encode_unsigned", 2, func(c call) term.Term {
		b := c.big(0).Bytes()
		if len(b) == 0 {
			b = []byte{0}
		}
		return bin(string(ordered(c, b)))
	}, atomTerm("big"))
	m.def("decode_unsigned", 2, func(c call) term.Term {
		return term.NewBig(new(big.Int).SetBytes(ordered(c, []byte(c.binary(0)))))
	}, atomTerm("big"))
	return m.m
}

// byteAt returns the first or, for -1, the last byte.
func (c call) byteAt(i int) term.Term {
	s := c.binary(0)
	if s == "" {
		return c.badArg(1, "a zero-sized binary is not allowed")
	}
	if i < 0 {
		i = len(s) - 1
	}
	return term.Int(s[i])
}

// binaryFlag reports whether an option list has a plain atom.
func (c call) binaryFlag(i int, name string) bool {
	for o := range c.opts(i).All() {
		if isAtom(o, name) {
			return true
		}
	}
	return false
}

func binarySplit(c call) term.Term {
	s, p := c.binary(0), c.pattern(1, 2)
	o := splitOptions{parts: 2}
	if c.binaryFlag(2, "global") {
		o.parts = 0
	}
	if c.binaryFlag(2, "trim_all") {
		o.trim = true
	}
	parts := splitPattern(s, p, o)
	if c.binaryFlag(2, "trim") {
		for len(parts) > 0 && parts[len(parts)-1] == "" {
			parts = parts[:len(parts)-1]
		}
	}
	return c.strings(parts)
}

func binaryReplace(c call) term.Term {
	s, p := c.binary(0), c.pattern(1, 2)
	with := c.replacement(2)
	var b strings.Builder
	at := 0
	for _, m := range p.matches(s) {
		b.WriteString(s[at:m[0]])
		b.WriteString(with(s[m[0] : m[0]+m[1]]))
		at = m[0] + m[1]
		if !c.binaryFlag(3, "global") {
			break
		}
	}
	return c.result(b.String() + s[at:])
}

var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha": sha1.New, "sha224": sha256.New224, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
}

func hashBytes(name, data string) string {
	h := hashes[name]()
	h.Write([]byte(data))
	return string(h.Sum(nil))
}

func crc32Of(data string) term.Term { return term.Int(crc32.ChecksumIEEE([]byte(data))) }

func cryptoModule() *interp.NativeModule {
	m := erlangModule("crypto")
	m.def("strong_rand_bytes", 1, func(c call) term.Term {
		n := c.nonNeg(0)
		c.reserve(n)
		b := make([]byte, n)
		rand.Read(b)
		return bin(string(b))
	})
	m.def("hash", 2, func(c call) term.Term { return bin(hashBytes(c.hashName(0), c.iodata(1))) })
	m.def("mac", 4, func(c call) term.Term {
		if !isAtom(c.a[0], "hmac") {
			return c.noClause()
		}
		h := hmac.New(hashes[c.hashName(1)], []byte(c.iodata(2)))
		h.Write([]byte(c.iodata(3)))
		return bin(string(h.Sum(nil)))
	})
	return m.m
}

func (c call) hashName(i int) string {
	a, _ := c.a[i].(term.Atom)
	if hashes[a.Name()] == nil {
		c.t.RaiseNew("ErlangError", "original", tuple(atomTerm("badarg"), bin("Bad digest type")))
	}
	return a.Name()
}
