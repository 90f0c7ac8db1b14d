package live_test

import (
	"os"
	"strings"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/engine/stdlib"
	"streamsplayground/engine/term"
)

// evalJS runs an expression with JS aliased, and returns what it inspects to or
// the banner of what it raised.
func evalJS(t *testing.T, p *interp.Program, expr string) string {
	t.Helper()
	file := source.NewFile("case.ex", "defmodule Case do\nalias Phoenix.LiveView.JS\ndef run() do\n"+expr+"\nend\nend\n")
	next, _, err := p.Compile(file)
	if err != nil {
		return "compile error: " + err.Error()
	}
	thread := interp.NewThread(next, interp.Limits{})
	v, err := thread.Run(func() term.Term {
		return term.Binary(thread.Inspect(thread.Apply(term.NewModule("Case"), "run"), term.InspectOptions{Limit: -1}))
	})
	if err != nil {
		// The recorded banners have no arguments below them.
		banner, _, _ := strings.Cut(err.Error(), "\n\nThe following arguments were given")
		return banner
	}
	return string(v.(term.Binary))
}

func jsProgram(t *testing.T) *interp.Program {
	t.Helper()
	p, err := interp.NewProgram(append(stdlib.Modules(), live.Modules()...)...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestJSCommands compares the commands with what Phoenix LiveView 1.2.10 makes.
func TestJSCommands(t *testing.T) {
	data, err := os.ReadFile("testdata/js_commands.txtar")
	if err != nil {
		t.Fatal(err)
	}
	p := jsProgram(t)
	cases := source.ParseTxtar(data)
	for i := 0; i+1 < len(cases); i += 2 {
		want := strings.TrimSuffix(cases[i+1].Data, "\n")
		if got := evalJS(t, p, cases[i].Data); got != want {
			t.Errorf("%s\n got: %s\nwant: %s", cases[i].Data, got, want)
		}
	}
}

// TestJSAttribute encodes commands for an attribute and for a payload.
func TestJSAttribute(t *testing.T) {
	p := jsProgram(t)
	for expr, want := range map[string]string{
		`Phoenix.HTML.Safe.to_iodata(JS.push("a", value: %{"x" => "<'&"}))`: `"[[&quot;push&quot;,{&quot;event&quot;:&quot;a&quot;,&quot;value&quot;:{&quot;x&quot;:&quot;&lt;&#39;&amp;&quot;}}]]"`,
		`Jason.encode!(%{js: JS.pop_focus()})`:                              `"{\"js\":[[\"pop_focus\",{}]]}"`,
		`JSON.encode!(JS.exec("a", to: {:inner, "b"}))`:                     `"[[\"exec\",{\"attr\":\"a\",\"to\":{\"inner\":\"b\"}}]]"`,
		`JS.push("a")`: `%Phoenix.LiveView.JS{ops: [["push", %{event: "a"}]]}`,
	} {
		if got := evalJS(t, p, expr); got != want {
			t.Errorf("%s\n got: %s\nwant: %s", expr, got, want)
		}
	}
}
