package interp_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
)

// leftOut compiles a project of one file and returns what is left out of it.
func leftOut(t *testing.T, text string) string {
	t.Helper()
	p, err := interp.NewProgram()
	if err != nil {
		t.Fatal(err)
	}
	_, left, _, err := p.CompileProject(source.NewFile("code.ex", text))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, o := range left {
		b.WriteString(o.String() + "\n")
	}
	return b.String()
}

// What is imported around a module is there in it too, and so is the reason for
// a name that is nowhere.
func TestAbsentImportAroundModules(t *testing.T) {
	got := leftOut(t, `
import Ecto.Query, warn: false
import Ecto.Changeset, only: [change: 1]

defmodule Admin do
  def save(x), do: x |> change()

  defmodule Inner do
    def all(x), do: where(x, a: 1)
  end
end
`)
	for _, want := range []string{"Ecto.Changeset is left out: it is Ecto", "(called at code.ex:6:25)", "Ecto.Query is left out: it is Ecto", "(called at code.ex:9:21)"} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %s", got, want)
		}
	}
}
