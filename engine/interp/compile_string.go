package interp

import (
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// str is a string with interpolations, or a charlist.
func (c *compiler) str(x *syntax.String) code {
	text := c.parts(x.Parts)
	if !x.Charlist {
		return text
	}
	return func(t *Thread) term.Term { return term.Charlist(string(text(t).(term.Binary))) }
}

// parts joins text and interpolated expressions.
func (c *compiler) parts(parts []syntax.Part) code {
	type piece struct {
		text string
		expr code
		at   *source.Span
	}
	pieces := make([]piece, len(parts))
	for i, p := range parts {
		pieces[i].text = p.Text
		if p.Expr != nil {
			at := p.At
			if at.IsZero() {
				at = p.Expr.Span()
			}
			pieces[i].at = &at
			c.scoped(func() { pieces[i].expr = c.expr(p.Expr, false) })
		}
	}
	return func(t *Thread) term.Term {
		var buf [64]byte
		b := buf[:0]
		for i := range pieces {
			p := &pieces[i]
			if p.expr == nil {
				b = append(b, p.text...)
				continue
			}
			v := p.expr(t)
			if s, ok := v.(term.Binary); ok {
				b = append(b, s...)
				continue
			}
			t.at(p.at)
			b = append(b, t.ToString(v)...)
		}
		t.spend(16 + len(b))
		return term.Binary(b)
	}
}

func (c *compiler) dynAtom(x *syntax.DynAtom) code {
	text := c.parts(x.Parts)
	return func(t *Thread) term.Term { return term.NewAtom(string(text(t).(term.Binary))) }
}

// sigilCompilers compile the sigils that other parts of the package own, such
// as ~H.
var sigilCompilers = map[string]func(c *compiler, x *syntax.Sigil) code{}

// literalSigil returns the value of a sigil that is a constant.
func (c *compiler) literalSigil(x *syntax.Sigil) (term.Term, bool) {
	text := ""
	for _, p := range x.Parts {
		if p.Expr != nil {
			return nil, false
		}
		text += p.Text
	}
	switch x.Name {
	case "s", "S":
		return term.Binary(text), true
	case "c", "C":
		return term.Charlist(text), true
	case "w", "W":
		return words(text, x.Modifiers)
	}
	return nil, false
}

// words is ~w: strings, atoms or charlists.
func words(text, modifiers string) (term.Term, bool) {
	var out []term.Term
	for _, w := range strings.Fields(text) {
		switch modifiers {
		case "", "s":
			out = append(out, term.Binary(w))
		case "a":
			out = append(out, term.NewAtom(w))
		case "c":
			out = append(out, term.Charlist(w))
		default:
			return nil, false
		}
	}
	return term.NewList(out...), true
}

// sigil compiles ~name(…).
func (c *compiler) sigil(x *syntax.Sigil) code {
	if f := sigilCompilers[x.Name]; f != nil {
		return f(c, x)
	}
	if v, ok := c.literalSigil(x); ok {
		return constant(v)
	}
	text := c.parts(x.Parts)
	switch x.Name {
	case "s":
		return text
	case "c":
		return func(t *Thread) term.Term { return term.Charlist(string(text(t).(term.Binary))) }
	case "w", "W":
		mods := x.Modifiers
		if mods != "" && mods != "s" && mods != "a" && mods != "c" {
			return c.raises(x.Span(), "ArgumentError", "modifier must be one of: s, a, c")
		}
		return func(t *Thread) term.Term {
			v, _ := words(string(text(t).(term.Binary)), mods)
			return v
		}
	case "r":
		return c.regexSigil(x, text)
	case "D", "T", "N", "U":
		return c.dateSigil(x, text)
	}
	return c.userSigil(x, text)
}

// regexSigil is ~r, made once when it is a constant.
func (c *compiler) regexSigil(x *syntax.Sigil, text code) code {
	mod, opts, at := term.NewModule("Regex"), term.Binary(x.Modifiers), spanOf(x)
	make := func(t *Thread, s term.Term) term.Term { return t.Apply(mod, "compile!", s, opts) }
	fixed := true
	for _, p := range x.Parts {
		fixed = fixed && p.Expr == nil
	}
	if fixed && c.b.findFunction(mod, "compile!", 2) {
		v, e := c.b.thread.Try(func() term.Term { return make(c.b.thread, text(c.b.thread)) })
		if e != nil {
			c.b.reportException(e, x.Span())
			return neverRun
		}
		return constant(v)
	}
	return func(t *Thread) term.Term {
		s := text(t)
		t.at(at)
		return make(t, s)
	}
}

// userSigil calls sigil_name/2, a function or macro of the module or an import.
func (c *compiler) userSigil(x *syntax.Sigil, text code) code {
	call := &syntax.Call{At: x.At, Name: "sigil_" + x.Name, NameAt: x.Span(), Parens: true, Args: []syntax.Node{
		&syntax.String{At: x.At, Parts: x.Parts}, &valueNode{At: x.At, v: term.Charlist(x.Modifiers)},
	}}
	if d := c.localMacro(call); d != nil {
		return c.macroCall(d, call, false)
	}
	if !c.callable(call.Name, 2) {
		return c.undefinedFunction(x.Span(), call.Name, 2)
	}
	return c.call(call, false)
}
