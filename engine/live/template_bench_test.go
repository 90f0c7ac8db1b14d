package live_test

import (
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

const benchView = `
defmodule T do
  use Phoenix.Component
  attr :kind, :string, default: "k"
  slot :inner_block
  def badge(assigns), do: ~H"<b class={@kind}>{render_slot(@inner_block)}</b>"
  def render(assigns) do
    ~H"""
    <h1>{@n}</h1>
    <ul><li :for={x <- @xs} :key={x.id} id={"x-#{x.id}"} class={["row", x.on && "on"]}>{x.name}</li></ul>
    <.badge kind="z">{@n}</.badge>
    """
  end
  def assigns(n), do: %{n: 1, xs: Enum.map(1..n, fn i -> %{id: i, on: true, name: "n"} end)}
end`

// walk computes every dynamic part, as the diff does.
func walk(dyns []rendered.Dyn, track bool) (n int) {
	for _, d := range dyns {
		n++
		switch d := d.(type) {
		case *rendered.Rendered:
			n += walk(d.Dynamic(track), track)
		case *rendered.Comprehension:
			for _, e := range d.Entries {
				n += walk(e.Render(nil, track), track)
			}
		}
	}
	return n
}

func benchRender(b *testing.B, changed term.Term) {
	base, err := live.Base()
	if err != nil {
		b.Fatal(source.Diagnostics(err).Text())
	}
	p, _, err := base.Compile(source.NewFile("t.ex", benchView))
	if err != nil {
		b.Fatal(source.Diagnostics(err).Text())
	}
	th := interp.NewThread(p, interp.Limits{})
	mod := term.NewModule("T")
	b.ReportAllocs()
	v, err := th.Run(func() term.Term { return th.Apply(mod, "assigns", term.Int(1000)) })
	if err != nil {
		b.Fatal(err)
	}
	m := v.(*term.Map).Put(term.NewAtom("__changed__"), changed)
	for b.Loop() {
		_, err := th.Run(func() term.Term {
			walk([]rendered.Dyn{th.Apply(mod, "render", m)}, true)
			return term.Nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTemplateRows is a first render of 1,000 rows.
func BenchmarkTemplateRows(b *testing.B) { benchRender(b, term.Nil) }

// BenchmarkTemplateOneAssign is a render of the same view with one changed
// assign.
func BenchmarkTemplateOneAssign(b *testing.B) {
	benchRender(b, term.NewMap(term.NewAtom("n"), term.True))
}
