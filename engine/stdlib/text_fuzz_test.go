package stdlib_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// call calls a function of the standard library and reports failures that are
// the engine's own.
func call(t testing.TB, module, name string, args ...term.Term) (term.Term, error) {
	t.Helper()
	thread := interp.NewThread(baseProgram, interp.Limits{})
	v, err := thread.Run(func() term.Term { return thread.Apply(term.NewModule(module), name, args...) })
	if e, ok := err.(*interp.Exception); ok && e.Internal {
		t.Fatalf("%s.%s(%q): internal error: %v", module, name, args, err)
	}
	return v, err
}

func FuzzRegex(f *testing.F) {
	for _, s := range []string{`a(b)?|c*`, `(?<n>\d+)-\k<n>`, `[[:alpha:]\d\-\]]+`, `(?i)\p{Lu}\x{41}\Q.\E`, `a{2,3}+?`, `(?|(a)|(b))\1`, `(?(1)a|b)`, `\K(?#x)`} {
		f.Add(s, "aab-12", "u")
		f.Add(s, "é\n", "imsxU")
	}
	f.Fuzz(func(t *testing.T, pattern, subject, mods string) {
		if len(pattern) > 40 || len(subject) > 40 {
			return
		}
		v, _ := call(t, "Regex", "compile", term.Binary(pattern), term.Binary(mods))
		res, ok := v.(term.Tuple)
		if !ok || res[0] != term.Term(term.OK) {
			if ok && strings.Contains(term.Inspect(res), "internal error") {
				t.Fatalf("%q does not compile once translated: %s", pattern, term.Inspect(res))
			}
			return
		}
		scan, err := call(t, "Regex", "scan", res[1], term.Binary(subject))
		if err == nil {
			if l, ok := scan.(*term.List); !ok || l == nil && matches(t, res[1], subject) {
				t.Fatalf("scan of %q with %q finds nothing, match? does", subject, pattern)
			}
		}
		call(t, "Regex", "replace", res[1], term.Binary(subject), term.Binary(`<\0>`))
		call(t, "Regex", "split", res[1], term.Binary(subject))
	})
}

func matches(t *testing.T, re term.Term, subject string) bool {
	v, _ := call(t, "Regex", "match?", re, term.Binary(subject))
	return v == term.Term(term.True)
}

// FuzzDates checks that what is read is written back the same.
func FuzzDates(f *testing.F) {
	for _, s := range []string{"2024-02-29", "23:59:59.123", "2024-02-29T10:00:00.5Z", "-0001-01-01 00:00:00", "P1Y2M3DT4H5.6S", "2024-01-01T00:00:00+05:30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, module := range []string{"Date", "Time", "NaiveDateTime", "DateTime", "Duration"} {
			v, err := call(t, module, "from_iso8601", term.Binary(s))
			if err != nil {
				t.Fatalf("%s.from_iso8601(%q): %v", module, s, err)
			}
			res := v.(term.Tuple)
			if res[0] != term.Term(term.OK) {
				continue
			}
			text, err := call(t, module, "to_iso8601", res[1])
			if err != nil {
				t.Fatalf("%s.to_iso8601 of %q: %v", module, s, err)
			}
			again, _ := call(t, module, "from_iso8601", text)
			if r, ok := again.(term.Tuple); !ok || module != "Duration" && !term.StrictEqual(r[1], res[1]) {
				t.Fatalf("%s: %q is written as %s, which reads as %s", module, s, term.Inspect(text), term.Inspect(again))
			}
		}
	})
}

func FuzzURI(f *testing.F) {
	for _, s := range []string{"http://u:p@h:80/p?q=1#f", "//a", "mailto:x", "http://[::1]/", "a?b&c=%20", "%", ":", "//@:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := call(t, "URI", "parse", term.Binary(s))
		if err != nil {
			t.Fatal(err)
		}
		call(t, "URI", "to_string", v)
		call(t, "URI", "new", term.Binary(s))
		call(t, "URI", "decode_query", term.Binary(s))
		call(t, "URI", "merge", term.Binary("http://a/b/c"), term.Binary(s))
	})
}

// FuzzJSON checks that what Jason reads it writes so that it reads the same.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e3,null,true,"\u00e9\ud83d\ude00"]}`, `[`, `"\ud800"`, `-0.0`, `1e400`, `{"a":1,"a":2}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		call(t, "JSON", "decode", term.Binary(s))
		v, _ := call(t, "Jason", "decode", term.Binary(s))
		res, ok := v.(term.Tuple)
		if !ok || res[0] != term.Term(term.OK) {
			return
		}
		text, err := call(t, "Jason", "encode!", res[1])
		if err != nil {
			t.Fatal(err)
		}
		again, _ := call(t, "Jason", "decode!", text)
		if !term.StrictEqual(again, res[1]) {
			t.Fatalf("%q is written as %s", s, term.Inspect(text))
		}
	})
}

func BenchmarkStringSplit(b *testing.B) {
	benchmarkCall(b, "String", "split", term.Binary(strings.Repeat("some,words,", 50)), term.Binary(","))
}

func BenchmarkStringReplace(b *testing.B) {
	benchmarkCall(b, "String", "replace", term.Binary(strings.Repeat("some words ", 50)), term.Binary("o"), term.Binary("0"))
}

func BenchmarkStringLength(b *testing.B) {
	benchmarkCall(b, "String", "length", term.Binary(strings.Repeat("ünïcödé ", 50)))
}

func benchmarkCall(b *testing.B, module, name string, args ...term.Term) {
	thread := interp.NewThread(baseProgram, interp.Limits{})
	mod := term.NewModule(module)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := thread.Run(func() term.Term { return thread.Apply(mod, name, args...) }); err != nil {
			b.Fatal(err)
		}
	}
}
