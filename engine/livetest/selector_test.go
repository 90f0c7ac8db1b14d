package livetest_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/livetest"
)

const selectorPage = `<div id="a" class="x y"><p id="b" data-k="one two">1</p><p id="c" class="y" data-k="en-GB">2</p>` +
	`<ul id="d"><li id="e">3</li><li id="f" hidden>4</li><li id="g:h">5</li></ul></div><input id="i" name="u[n]" checked>`

func TestSelectors(t *testing.T) {
	for selector, want := range map[string]string{
		"p":                        "b c",
		"P":                        "b c",
		"#b":                       "b",
		".y":                       "a c",
		"div.x.y":                  "a",
		"p.y, li":                  "c e f g:h",
		"div p":                    "b c",
		"div > li":                 "",
		"ul > li":                  "e f g:h",
		"p + p":                    "c",
		"p ~ ul":                   "d",
		"[hidden]":                 "f",
		`[data-k="one two"]`:       "b",
		"[data-k~=two]":            "b",
		"[data-k|=en]":             "c",
		"[data-k^=one]":            "b",
		"[data-k$=GB]":             "c",
		"[data-k*='e t']":          "b",
		"[data-k='EN-gb' i]":       "c",
		`input[name="u[n]"]`:       "i",
		"li:not([hidden])":         "e g:h",
		"li:not(:first-child)":     "f g:h",
		"li:first-child":           "e",
		"li:last-child":            "g:h",
		"li:nth-child(2)":          "f",
		"li:nth-child(odd)":        "e g:h",
		"li:nth-child(-n + 2)":     "e f",
		"li:nth-last-child(1)":     "g:h",
		"p:first-of-type":          "b",
		":is(p, ul):has(> li)":     "d",
		"input:checked":            "i",
		`#g\:h`:                    "g:h",
		`li#g\3a h`:                "g:h",
		"*:only-child":             "",
		"ul>li:not(:nth-child(2))": "e g:h",
	} {
		got, err := livetest.Select(selectorPage, selector)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, %v; want %s", selector, got, err, want)
		}
	}
	for _, selector := range []string{"", "p >", "[", "[a=", "[a='b]", "p:", "p:nope", ":not(p", "a,,b", "p:nth-child(x)", "#", strings.Repeat(":not(", 100)} {
		if got, err := livetest.Select(selectorPage, selector); err == nil || !strings.Contains(err.Error(), "got invalid css selector: ") {
			t.Errorf("%q: got %v, %v", selector, got, err)
		}
	}
}

func FuzzSelector(f *testing.F) {
	for _, seed := range []string{"p > a.b#c[d^='e']:not(:nth-child(2n+1)), *", `\66 oo`, ":has(> x)", "a ~ b + c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, selector string) {
		livetest.Select(selectorPage, selector) //nolint:errcheck // it must not panic
	})
}
