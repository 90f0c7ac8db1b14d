package exunit_test

import (
	"io/fs"
	"strings"
	"testing"

	"streamsplayground/engine/exunit"
	"streamsplayground/engine/source"
)

// TestRequireFile loads files that code names, each once, and takes up the tests
// in them.
func TestRequireFile(t *testing.T) {
	disk := map[string]string{
		"test/shared.exs": "defmodule Shared do\n  def n, do: 42\nend",
		"test/more.exs":   "defmodule MoreTest do\n  use ExUnit.Case\n  test \"more\", do: assert Shared.n() == 42\nend",
	}
	open := func(name string) (*source.File, error) {
		text, ok := disk[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return source.NewFile(name, text), nil
	}
	out, result := run(t, exunit.Options{Dir: "/project", Open: open}, source.NewFile("test/a_test.exs", `
[{Shared, _}] = Code.require_file("test/shared.exs")
Code.require_file("more.exs", __DIR__)

defmodule ATest do
  use ExUnit.Case

  test "a file is required once, and compiled as often as one likes" do
    assert Code.require_file("shared.exs", __DIR__) == nil
    assert [{Shared, _}] = Code.compile_file("shared.exs", __DIR__)
    assert Shared.n() == 42
  end

  test "a file that is not there" do
    error = assert_raise Code.LoadError, "could not load /project/test/no.exs. Reason: enoent", fn -> Code.require_file("no.exs", __DIR__) end
    assert error.file == "/project/test/no.exs"
  end
end
`))
	if result.Total != 3 || result.Failures != 0 {
		t.Errorf("%+v\n%s", result, out)
	}
	if !strings.Contains(out, "3 tests, 0 failures") {
		t.Errorf("report: %s", out)
	}
}
