package live_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// run calls f in a thread of the program and returns the HTML of what it made.
func run(t *testing.T, p *interp.Program, f func(t *interp.Thread) term.Term) string {
	t.Helper()
	th := interp.NewThread(p, interp.Limits{})
	html := ""
	if _, err := th.Run(func() term.Term {
		html = th.HTMLSafe(f(th))
		return term.Nil
	}); err != nil {
		t.Fatal(err)
	}
	return html
}

func compileFiles(t *testing.T, files ...*source.File) *interp.Program {
	t.Helper()
	base, err := live.Base()
	if err != nil {
		t.Fatal(source.Diagnostics(err).Text())
	}
	p, _, err := base.Compile(files...)
	if err != nil {
		t.Fatal(source.Diagnostics(err).Text())
	}
	return p
}

func TestTemplateForGo(t *testing.T) {
	p := compileFiles(t, source.NewFile("c.ex", `
defmodule C do
  use Phoenix.Component
  attr :kind, :string, default: "k"
  slot :inner_block
  def badge(assigns), do: ~H"<b class={@kind}>{render_slot(@inner_block)}</b>"
end`))
	file := source.NewFile("pane.html.heex", "<%= if @on do %>\n  <.badge>{@n}</.badge>\n<% end %>\n<.link href=\"/x\">x</.link>\n")
	tmpl, warnings, err := p.CompileTemplate(file, term.NewModule("C"), term.NewModule("Phoenix.Component"))
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v %v", err, warnings)
	}
	got := run(t, p, func(th *interp.Thread) term.Term {
		return tmpl.Render(th, term.NewMap(term.NewAtom("on"), term.True, term.NewAtom("n"), term.Int(3)))
	})
	if want := "\n  <b class=\"k\">3</b>\n\n<a href=\"/x\">x</a>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTemplateForGoErrors(t *testing.T) {
	p := compileFiles(t)
	for text, want := range map[string]string{
		"<p>":       "end of template reached without closing tag for <p>",
		"<.nope />": "undefined function nope/1",
		"{x}":       "undefined variable \"x\"",
	} {
		_, _, err := p.CompileTemplate(source.NewFile("t.html.heex", text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestTemplatesBesideModules(t *testing.T) {
	p := compileFiles(t,
		source.NewFile("web/pages.ex", "defmodule Pages do\n  use Phoenix.Component\n  embed_templates \"pages/*\"\n  attr :n, :integer, default: 7\n  def about(assigns)\nend"),
		source.NewFile("web/pages/about.html.heex", "<h1>{@n}</h1>\n"),
		source.NewFile("web/chat_live.ex", "defmodule Web.ChatLive do\n  use Phoenix.LiveView\nend"),
		source.NewFile("web/chat_live.html.heex", "<p>{@n}</p>"),
	)
	assigns := term.NewMap(term.NewAtom("__changed__"), term.Nil)
	if got := run(t, p, func(th *interp.Thread) term.Term { return th.Apply(term.NewModule("Pages"), "about", assigns) }); got != "<h1>7</h1>" {
		t.Errorf("about: got %q", got)
	}
	assigns = assigns.Put(term.NewAtom("n"), term.Int(1))
	if got := run(t, p, func(th *interp.Thread) term.Term { return th.Apply(term.NewModule("Web.ChatLive"), "render", assigns) }); got != "<p>1</p>" {
		t.Errorf("render: got %q", got)
	}
}
