package interp_test

import (
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/stdlib"
	"streamsplayground/engine/term"
)

// orders calls f with each order of some files.
func orders(files, rest []*source.File, f func([]*source.File)) {
	if len(rest) == 0 {
		f(files)
	}
	for i := range rest {
		left := append(append([]*source.File{}, rest[:i]...), rest[i+1:]...)
		orders(append(files[:len(files):len(files)], rest[i]), left, f)
	}
}

// Files compile in any order, as with Elixir's parallel compiler: what runs
// while a module is compiled waits for the modules that it calls, and a call
// that only stands there waits for none. Here Imported calls Importer, which
// imports it.
func TestFilesCompileInAnyOrder(t *testing.T) {
	files := []*source.File{
		source.NewFile("imported.ex", "defmodule Imported do\n  @x Constant.of(2)\n  def x, do: @x\n  def back, do: Importer.twice()\nend\n"),
		source.NewFile("constant.ex", "defmodule Constant do\n  def of(n), do: n * Factor.ten() + 1\n  def all, do: Last.all()\nend\n"),
		source.NewFile("importer.ex", "defmodule Importer do\n  import Imported\n  def twice, do: x() * 2\nend\n"),
		source.NewFile("factor.ex", "defmodule Factor do\n  def ten, do: 10\nend\n"),
		source.NewFile("last.ex", "defmodule Last do\n  require Shout\n  import Importer\n  def all, do: {twice(), Imported.back(), Shout.it(\"a\")}\nend\n"),
		source.NewFile("shout.ex", "defmodule Shout do\n  defmacro it(s), do: Shouting.up(s)\nend\ndefmodule Shouting do\n  def up(s), do: quote(do: String.upcase(unquote(s)))\nend\n"),
	}
	base, err := interp.NewProgram(stdlib.Modules()...)
	if err != nil {
		t.Fatal(err)
	}
	orders(nil, files, func(files []*source.File) {
		program, warnings, err := base.Compile(files...)
		if err != nil || len(warnings) > 0 {
			t.Errorf("%s first: %v\n%v", files[0].Name(), err, warnings)
			return
		}
		thread := interp.NewThread(program, interp.Limits{})
		got, err := thread.Run(func() term.Term { return thread.Apply(term.NewModule("Constant"), "all") })
		if err != nil || term.Inspect(got) != `{42, 42, "A"}` {
			t.Errorf("%s first: %v, %v", files[0].Name(), got, err)
		}
	})
}
