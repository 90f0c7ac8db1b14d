package exunit

import (
	"strings"

	"streamsplayground/engine/term"
)

// colors are the escape sequences of the report.
type colors struct {
	enabled bool
	codes   map[string]string
}

var defaultColors = map[string]string{
	"diff_delete": "\x1b[31m", "diff_delete_whitespace": "\x1b[48;5;88m", "diff_insert": "\x1b[32m", "diff_insert_whitespace": "\x1b[48;5;28m",
	"success": "\x1b[32m", "invalid": "\x1b[33m", "skipped": "\x1b[33m", "failure": "\x1b[31m", "error_info": "\x1b[31m",
	"extra_info": "\x1b[36m", "location_info": "\x1b[1m\x1b[30m",
}

var colorNames = []string{"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"}

// ansi is the sequence of one of IO.ANSI's names.
func ansi(v term.Term) string {
	switch x := v.(type) {
	case term.Binary:
		return string(x)
	case *term.List:
		out := ""
		for _, e := range elements(x) {
			out += ansi(e)
		}
		return out
	case term.Atom:
		name, base := x.Name(), 30
		switch name {
		case "bright":
			return "\x1b[1m"
		case "faint":
			return "\x1b[2m"
		case "underline":
			return "\x1b[4m"
		case "reset":
			return "\x1b[0m"
		}
		if rest, ok := strings.CutPrefix(name, "light_"); ok {
			name, base = rest, 90
		}
		if rest, ok := strings.CutSuffix(name, "_background"); ok {
			name, base = rest, base+10
		}
		for i, c := range colorNames {
			if c == name {
				return "\x1b[" + term.Inspect(term.Int(base+i)) + "m"
			}
		}
	}
	return ""
}

func newColors(s *Suite) *colors {
	c := &colors{enabled: s.opts.Color, codes: map[string]string{}}
	for k, v := range defaultColors {
		c.codes[k] = v
	}
	for _, e := range elements(s.settings.get("colors")) {
		k, v, ok := pair(e)
		name, isAtomKey := k.(term.Atom)
		switch {
		case !ok || !isAtomKey:
		case name.Name() == "enabled":
			c.enabled = term.Truthy(v)
		default:
			c.codes[name.Name()] = ansi(v)
		}
	}
	return c
}

// paint colours text, if there are colours and one of the key.
func (c *colors) paint(key, text string) string {
	if c == nil || !c.enabled || c.codes[key] == "" {
		return text
	}
	return c.codes[key] + text + "\x1b[0m"
}
