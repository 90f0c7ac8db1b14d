package interp_test

import (
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

const benchSource = `
defmodule R do
  def fib(n) when n < 2, do: n
  def fib(n), do: fib(n - 1) + fib(n - 2)
  def loop(0, acc), do: acc
  def loop(n, acc), do: loop(n - 1, rem(acc + n, 100))
  def maps(0, m), do: m
  def maps(n, m), do: maps(n - 1, %{m | count: rem(n, 200), last: m.count})
  def event("add", %{"id" => id}, s), do: {:noreply, Map.put(s, :id, id)}
  def event("del-" <> id, _, s), do: {:noreply, %{s | id: id}}
  def event("stop", %{"id" => id, "why" => why}, s) when is_binary(why), do: {:stop, {id, why}, s}
  def events(0, s), do: s
  def events(n, s) do
    {:noreply, s} = event("add", %{"id" => "a"}, s)
    {:noreply, s} = event("del-7", %{}, s)
    {:stop, _, s} = event("stop", %{"id" => "x", "why" => "y"}, s)
    events(n - 1, s)
  end
  def text(n), do: for(i <- 1..n, into: "", do: "row-#{i} ")
  def fns(l), do: l |> Enum.map(&(&1 + 1)) |> Enum.filter(fn x -> rem(x, 2) == 0 end) |> Enum.sum()
end
`

func benchmark(b *testing.B, name string, args ...term.Term) {
	th := interp.NewThread(compiled(b, benchSource), interp.Limits{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := th.Run(func() term.Term { return th.Apply(modR, name, args...) }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFib20(b *testing.B)    { benchmark(b, "fib", term.Int(20)) }
func BenchmarkLoop1000(b *testing.B) { benchmark(b, "loop", term.Int(1000), term.Int(0)) }
func BenchmarkMaps100(b *testing.B) {
	benchmark(b, "maps", term.Int(100), term.NewMap(term.NewAtom("count"), term.Int(1), term.NewAtom("last"), term.Int(2)))
}
func BenchmarkEvents100(b *testing.B) {
	benchmark(b, "events", term.Int(100), term.NewMap(term.NewAtom("id"), term.Nil))
}
func BenchmarkText100(b *testing.B) { benchmark(b, "text", term.Int(100)) }
func BenchmarkFuns100(b *testing.B) {
	l := term.Empty
	for i := range 100 {
		l = &term.List{Head: term.Int(i), Tail: l}
	}
	benchmark(b, "fns", l)
}
