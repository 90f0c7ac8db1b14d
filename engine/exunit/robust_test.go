package exunit_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"streamsplayground/engine/exunit"
	"streamsplayground/engine/source"
)

func TestKilledTestsCaptureNoLogAnyMore(t *testing.T) {
	out, _ := run(t, exunit.Options{}, source.NewFile("log_test.exs", `defmodule LogTest do
  use ExUnit.Case
  require Logger

  @tag timeout: 20, capture_log: true
  test "waits", do: Process.sleep(:infinity)

  test "logs", do: Logger.error("after it")
end
`))
	if !strings.Contains(out, "[error] after it") {
		t.Errorf("the log is not printed:\n%s", out)
	}
}

func TestOnExitIsForTestsOnly(t *testing.T) {
	out, _ := run(t, exunit.Options{}, source.NewFile("exit_test.exs", `defmodule ExitTest do
  use ExUnit.Case
  test "late", do: on_exit(fn -> on_exit(fn -> :never end) end)
end
`))
	if want := "on_exit/2 callback can only be invoked from the test process"; !strings.Contains(out, want) {
		t.Errorf("got\n%s\nwant in it\n%s", out, want)
	}
}

// TestDeviceRefusesWhatIsNoRequest sends malformed requests of the I/O
// protocol, after which the device still prints.
func TestDeviceRefusesWhatIsNoRequest(t *testing.T) {
	out, result := run(t, exunit.Options{}, source.NewFile("device_test.exs", `defmodule DeviceTest do
  use ExUnit.Case

  for request <- [{:put_chars, :unicode, 1, 2, []}, {:put_chars, :unicode, Nope, :f, :x}, {:put_chars}, {1}, {}, 1, {:requests, [1]}] do
    test inspect(request) do
      ref = make_ref()
      send(Process.group_leader(), {:io_request, self(), ref, unquote(Macro.escape(request))})
      assert_receive {:io_reply, ^ref, {:error, _}}, 10_000
    end
  end

  test "prints", do: IO.puts("it prints")
end
`))
	if result.Failures > 0 || !strings.Contains(out, "it prints") {
		t.Errorf("got %+v\n%s", result, out)
	}
}

// cancelling calls cancel when something is written.
type cancelling struct {
	bytes.Buffer
	on     string
	cancel context.CancelFunc
}

func (c *cancelling) Write(p []byte) (int, error) {
	if strings.Contains(string(p), c.on) {
		c.cancel()
	}
	return c.Buffer.Write(p)
}

func TestContextEndsTestsWithoutTimeout(t *testing.T) {
	p, err := base()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	out := &cancelling{on: "started", cancel: cancel}
	s, err := exunit.NewSuite(p, exunit.Options{Out: out})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Load(source.NewFile("endless_test.exs", `defmodule EndlessTest do
  use ExUnit.Case
  @moduletag timeout: :infinity
  setup do
    on_exit(fn -> IO.puts("left") end)
  end

  test "endless" do
    IO.puts("started")
    Enum.each(Stream.cycle([1]), & &1)
  end

  test "never runs", do: IO.puts("more")
end
`)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v", err)
	}
	if text := out.String(); strings.Contains(text, "more") || strings.Contains(text, "tests, ") {
		t.Errorf("it went on after it was ended:\n%s", text)
	}
}
