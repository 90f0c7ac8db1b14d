package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeProject writes files into a folder, in which the test then runs.
func writeProject(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// shop is a project with its tests.
var shop = map[string]string{
	"mix.exs": `defmodule Shop.MixProject do
  use Mix.Project
  def project, do: [app: :shop, version: "0.1.0", elixirc_paths: ["lib", "test/support"]]
end
`,
	"lib/shop.ex": `defmodule Shop do
  def price(:apple), do: 1
  def price(other), do: raise("no price for #{other}")
end
`,
	"test/test_helper.exs": "ExUnit.start(exclude: [:slow])\n",
	"test/support/case.ex": `defmodule Shop.Case do
  use ExUnit.CaseTemplate

  setup do
    {:ok, fruit: :apple}
  end
end
`,
	"test/shop_test.exs": `defmodule ShopTest do
  use Shop.Case

  test "price", %{fruit: fruit} do
    assert Shop.price(fruit) == 1
  end

  test "no price" do
    Shop.price(:pear)
  end

  @tag :slow
  test "slow" do
  end
end
`,
}

// runTest runs the test command and returns what it printed.
func runTest(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err := run(context.Background(), append([]string{"test"}, args...), &stdout, &stderr)
	return stdout.String() + stderr.String(), err
}

func TestProjectIsTested(t *testing.T) {
	writeProject(t, shop)
	out, err := runTest(t, "-seed", "0")
	if !errors.Is(err, errTestsFailed) {
		t.Errorf("got error %v", err)
	}
	for _, want := range []string{
		"Running ExUnit with seed: 0, max_cases: 4\nExcluding tags: [:slow]\n\n.\n\n  1) test no price (ShopTest)\n     test/shop_test.exs:8\n",
		"     ** (RuntimeError) no price for pear\n     code: Shop.price(:pear)\n     stacktrace:\n       (shop 0.1.0) lib/shop.ex:3: Shop.price/1\n       test/shop_test.exs:9: (test)\n",
		"\n3 tests, 1 failure, 1 excluded\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("got\n%s\nwant in it\n%s", out, want)
		}
	}
}

func TestLinesNameTests(t *testing.T) {
	writeProject(t, shop)
	out, err := runTest(t, "-seed", "0", "test/shop_test.exs:4")
	if err != nil {
		t.Errorf("got error %v", err)
	}
	if want := "Excluding tags: [:test]\nIncluding tags: [location: {\"test/shop_test.exs\", 4}]\n\n."; !strings.Contains(out, want) {
		t.Errorf("got\n%s\nwant in it\n%s", out, want)
	}
}

func TestTestErrors(t *testing.T) {
	writeProject(t, map[string]string{
		"broken_test.exs": "defmodule BrokenTest do\n  use ExUnit.Case\n\n  test \"x\" do\n    assert nope == 1\n  end\nend\n",
		"none.exs":        "IO.puts(\"hello\")\n",
	})
	for _, c := range []struct{ args, want string }{
		{"", "test needs files, or a folder with test/"},
		{"missing_test.exs", "missing_test.exs: no such file or folder"},
		{"none.exs", "no tests in these files"},
		{"-only nothing broken_test.exs", `undefined variable "nope"`},
		{"-max-failures x", "invalid value"},
	} {
		_, err := runTest(t, strings.Fields(c.args)...)
		if err == nil || !strings.Contains(errorText(err), c.want) {
			t.Errorf("test %s: got %v, want %q in it", c.args, err, c.want)
		}
	}
}
