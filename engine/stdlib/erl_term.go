package stdlib

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"

	"streamsplayground/engine/etf"
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// defExternalTerms defines :erlang's functions for the external term format.
func defExternalTerms(m *textModule) {
	m.def("term_to_binary", 1, func(c call) term.Term { return bin(string(c.external())) })
	m.def("term_to_binary", 2, func(c call) term.Term {
		level := c.compression(1)
		data := c.external()
		if level != 0 {
			data = deflated(c.t, data, level)
		}
		return bin(string(data))
	})
	m.def("binary_to_term", 1, func(c call) term.Term {
		t, _ := c.internal(false)
		return t
	})
	m.def("binary_to_term", 2, func(c call) term.Term {
		safe, used := false, false
		for _, o := range c.erlangOptions(1) {
			switch o {
			case term.Term(atomTerm("safe")):
				safe = true
			case term.Term(atomTerm("used")):
				used = true
			default:
				c.badArg(2, "invalid option in list")
			}
		}
		t, n := c.internal(safe)
		if used {
			return tuple(t, term.Int(n))
		}
		return t
	})
}

// external writes the first argument.
func (c call) external() []byte {
	data, err := etf.Encode(c.a[0])
	if err != nil {
		c.t.RaiseArgument("%s: this playground writes no functions but those such as &Mod.fun/1", err)
	}
	c.t.Burn(1 + len(data)/8)
	c.t.Grow(len(data))
	return data
}

// internal reads the first argument, and tells how much of it.
func (c call) internal(safe bool) (term.Term, int) {
	data := c.binary(0)
	size := len(data)
	if size > 5 && data[1] == 80 { // compressed
		size = max(size, int(min(binary.BigEndian.Uint32([]byte(data[2:6])), 16<<20)))
	}
	c.t.Burn(1 + size/4)
	c.t.Grow(32 * size) // an element of a list of bytes takes so much
	t, used, err := etf.Decode([]byte(data), safe)
	switch {
	case err != nil && safe:
		c.badArg(1, "invalid or unsafe external representation of a term")
	case err != nil:
		c.badArg(1, "invalid external representation of a term")
	}
	return t, used
}

func (c call) erlangOptions(i int) []term.Term {
	l, ok := c.a[i].(*term.List)
	opts, proper := l.Slice()
	if !ok || !proper {
		c.badArg(i+1, "not a list")
	}
	return opts
}

// compression is the level of zlib that options ask for, 0 for none.
func (c call) compression(i int) int {
	level := 0
	for _, o := range c.erlangOptions(i) {
		pair, _ := o.(term.Tuple)
		n := term.Int(-1)
		if len(pair) == 2 {
			n, _ = pair[1].(term.Int)
		}
		switch {
		case o == term.Term(atomTerm("compressed")):
			level = zlib.DefaultCompression
		case o == term.Term(atomTerm("deterministic")), o == term.Term(atomTerm("local")):
		case len(pair) == 2 && pair[0] == term.Term(atomTerm("compressed")) && n >= 0 && n <= 9:
			level = int(n)
		case len(pair) == 2 && pair[0] == term.Term(atomTerm("minor_version")) && n >= 0 && n <= 2:
		default:
			c.badArg(2, "invalid option in list")
		}
	}
	return level
}

// deflated packs a written term, if that makes it shorter.
func deflated(t *interp.Thread, data []byte, level int) []byte {
	const version, compressed = 131, 80
	var packed bytes.Buffer
	packed.Write(binary.BigEndian.AppendUint32([]byte{version, compressed}, uint32(len(data)-1)))
	w, err := zlib.NewWriterLevel(&packed, level)
	if err == nil {
		w.Write(data[1:]) //nolint:errcheck // a Buffer takes all
		w.Close()
	}
	t.Burn(len(data))
	if packed.Len() >= len(data) {
		return data
	}
	return packed.Bytes()
}
