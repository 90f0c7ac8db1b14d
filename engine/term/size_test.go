package term_test

import (
	"testing"

	"streamsplayground/engine/term"
)

func TestSizeCountsWhatIsSharedOnce(t *testing.T) {
	const all = 1 << 40
	v := shared(60, term.Term(term.Binary("x")), func(x term.Term) term.Term { return term.Tuple{x, x} })
	if n := term.Size(all, v); n < 60*32 || n > 60*64 {
		t.Errorf("60 shared pairs: %d bytes", n)
	}
	long := term.Binary(make([]byte, 1_000_000))
	if n := term.Size(all, term.NewList(long)); n < 1_000_000 || n > 1_001_000 {
		t.Errorf("a long binary: %d bytes", n)
	}
	deep := shared(300_000, term.Term(term.Empty), func(x term.Term) term.Term { return term.NewList(x) })
	if n := term.Size(1<<20, deep); n < 1<<20 || n > 1<<20+1000 {
		t.Errorf("with a limit: %d bytes", n)
	}
	b := term.NewMapBuilder(0)
	for i := range 10_000 {
		b.Put(term.Int(i), term.Int(i))
	}
	if n := term.Size(all, b.Map()); n < 10_000*32 || n > 10_000*128 {
		t.Errorf("a large map: %d bytes", n)
	}
	if n := term.SizeUpTo(v, 10); n > 1000 {
		t.Errorf("ten parts: %d bytes", n)
	}
}
