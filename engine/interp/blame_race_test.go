package interp_test

import (
	"strings"
	"sync"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/stdlib"
	"streamsplayground/engine/term"
)

// Views that crash at once show the clauses that were tried, each of the same
// compiled code, which nobody writes to.
func TestClausesAreShownByManyThreadsAtOnce(t *testing.T) {
	base, err := interp.NewProgram(stdlib.Modules()...)
	if err != nil {
		t.Fatal(err)
	}
	program, _, err := base.Compile(source.NewFile("shown.ex", `
defmodule Shown do
  alias String.Chars, as: C
  import Bitwise
  for i <- 1..3, do: Module.put_attribute(__MODULE__, :"k#{i}", i)
  @k 1
  defmacrop small(x), do: quote(do: unquote(x) < 3)
  def f(@k, %{a: C}) when small(@k), do: band(1, 1)
  def f(@k1, @k2) when is_atom(C), do: :b
  @k 2
  def f(@k, @k3), do: :c

  def show do
    f(9, 9)
  rescue
    e ->
      {e, _stack} = Exception.blame(:error, e, __STACKTRACE__)
      Exception.message(e)
  end
end
`))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				thread := interp.NewThread(program, interp.Limits{})
				got, err := thread.Run(func() term.Term { return thread.Apply(term.NewModule("Shown"), "show") })
				text, _ := got.(term.Binary)
				if want := "def f(-1-, -%{a: String.Chars}-) when 1 < 3\n    def f(-1-, -2-) when is_atom(String.Chars)\n    def f(-2-, -3-)\n"; err != nil || !strings.Contains(string(text), want) {
					t.Errorf("got %v\n%s\nwant %s", err, text, want)
				}
			}
		})
	}
	wg.Wait()
}
