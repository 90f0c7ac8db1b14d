package highlight_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"streamsplayground/lessons/highlight"
)

var tag = regexp.MustCompile(`<[^>]*>`)

// plain returns the text of the HTML, which must be the code again.
func plain(lines []string) string {
	return html.UnescapeString(tag.ReplaceAllString(strings.Join(lines, "\n"), ""))
}

const view = `defmodule ChatLive do
  # the chat
  def render(assigns) do
    ~H"""
    <div :for={{id, m} <- @streams.messages} id={id} class="row">
      <.badge n={%{a: "}"}} /> {m.content} <%= if @x do %><b>1</b><% end %>
    </div>
    """
  end
end
`

func TestLinesKeepTheCode(t *testing.T) {
	for _, lang := range []string{"elixir", "heex", "json", "", "nonsense"} {
		if got := plain(highlight.Lines(lang, view)); got+"\n" != view {
			t.Errorf("%s: the text changed:\n%s", lang, got)
		}
	}
}

func TestHEExInElixir(t *testing.T) {
	got := highlight.Block("elixir", view)
	for _, want := range []string{
		`<span class="t">div</span>`, `<span class="k">:for</span>`, `<span class="f">.badge</span>`,
		`<span class="s">&#34;row&#34;</span>`, `<span class="c"># the chat</span>`, `<span class="i">&lt;%=</span>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in:\n%s", want, got)
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add(view)
	f.Add("<a {")
	f.Add("<%= \"")
	f.Fuzz(func(t *testing.T, code string) {
		code = strings.ReplaceAll(strings.ToValidUTF8(code, "?"), "\r", "")
		for _, lang := range []string{"elixir", "heex"} {
			if got := plain(highlight.Lines(lang, code)); strings.TrimRight(got, "\n") != strings.TrimRight(code, "\n") {
				t.Errorf("%s: %q became %q", lang, code, got)
			}
		}
	})
}
