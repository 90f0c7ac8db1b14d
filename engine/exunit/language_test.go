package exunit_test

import (
	"strings"
	"testing"

	"streamsplayground/engine/exunit"
	"streamsplayground/engine/source"
)

func TestRightSideSeesWhatLeftSideBinds(t *testing.T) {
	out, result := run(t, exunit.Options{}, source.NewFile("sides_test.exs", `defmodule SidesTest do
  use ExUnit.Case
  test "equal", do: assert(Enum.map(list = [1, 2], & &1) == list)
  test "in", do: refute((x = 3) in [x + 1])
  test "folder", do: assert(__DIR__ == Path.dirname(__ENV__.file))
  test "outlasts", do: assert((y = 1) == 1) && assert(y == 1)
end
`))
	if result.Failures > 0 {
		t.Errorf("got %+v\n%s", result, out)
	}
}

// What is no part of the playground fails the test that comes to it, alone.
func TestAbsentModuleFailsOneTest(t *testing.T) {
	out, result := run(t, exunit.Options{}, source.NewFile("absent_test.exs", `defmodule AbsentTest do
  use ExUnit.Case
  test "tables", do: :dets.new(:table, [])
  test "sums", do: assert(1 + 1 == 2)
end
`))
	want := "function :dets.new/2 is undefined (`:dets` is Elixir, but not part of this playground: keep shared data in an Agent or a GenServer)"
	if result.Failures != 1 || !strings.Contains(out, want) {
		t.Errorf("got %+v\n%s\nwant in it\n%s", result, out, want)
	}
}
