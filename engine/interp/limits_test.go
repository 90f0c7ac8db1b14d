package interp_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

const runaway = `
defmodule R do
  def deep(n), do: 1 + deep(n + 1)
  def deep_in(x), do: [if(x, do: Enum.map([x], fn y -> case y do z -> {deep_in(z)} end end))]
  def deep_try(n) do
    try do
      {deep_try(n + 1)}
    rescue
      _ -> :swallowed
    end
  end
  def deep_string(n), do: "a#{deep_string(n + 1)}"
  def loop(n), do: loop(n + 1)
  def swallow(n) do
    try do
      loop(n)
    rescue
      _ -> :swallowed
    catch
      _, _ -> :swallowed
    end
  end
  def grow(l), do: grow([l, l | l])
  def bin(s), do: bin(s <> s)
  def count(0), do: :done
  def count(n), do: (if n > 0 && true, do: (case n do m -> m |> Kernel.-(1) |> count() end))
  def ping(0), do: :done
  def ping(n), do: with(m <- n - 1, do: pong(m))
  def pong(n), do: (cond do true -> ping(n) end)
  def big(n), do: big(n * n)
end
`

func compiled(t testing.TB, text string) *interp.Program {
	t.Helper()
	var out bytes.Buffer
	p, _, err := program(t, &out).Compile(source.NewFile("in.ex", text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var modR = term.NewModule("R")

func TestLimits(t *testing.T) {
	p := compiled(t, runaway)
	for _, c := range []struct {
		name, limit string
		arg         term.Term
	}{
		{"deep", "depth", term.Int(0)}, {"deep_in", "depth", term.Int(0)}, {"deep_try", "depth", term.Int(0)},
		{"deep_string", "depth", term.Int(0)}, {"loop", "reductions", term.Int(0)}, {"swallow", "reductions", term.Int(0)},
		{"grow", "bytes", term.Empty}, {"bin", "bytes", term.Binary("0123456789")},
	} {
		t.Run(c.name, func(t *testing.T) {
			th := interp.NewThread(p, interp.Limits{Reductions: 5_000_000, Time: time.Hour}) // the other limits, however slow the machine is
			_, err := th.Run(func() term.Term { return th.Apply(modR, c.name, c.arg) })
			var x *interp.Exception
			if !errors.As(err, &x) || x.Limit != c.limit || x.Span().IsZero() {
				t.Fatalf("got %v, limit %+v", err, x)
			}
		})
	}
}

func TestTailCallsDoNotGrow(t *testing.T) {
	p := compiled(t, runaway)
	for _, name := range []string{"count", "ping"} {
		th := interp.NewThread(p, interp.Limits{Depth: 100})
		v, err := th.Run(func() term.Term { return th.Apply(modR, name, term.Int(1_000_000)) })
		if err != nil || v != term.Term(term.NewAtom("done")) {
			t.Errorf("%s: got %v, %v", name, v, err)
		}
	}
}

func TestRunContextCancels(t *testing.T) {
	p := compiled(t, runaway)
	th := interp.NewThread(p, interp.Limits{Reductions: 1 << 40})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := th.RunContext(ctx, func() term.Term { return th.Apply(modR, "loop", term.Int(0)) })
	var x *interp.Exception
	if !errors.As(err, &x) || x.Limit != "time" {
		t.Fatalf("got %v", err)
	}
}

func TestTimeLimit(t *testing.T) {
	p := compiled(t, runaway)
	th := interp.NewThread(p, interp.Limits{Reductions: 1 << 40, Time: 10 * time.Millisecond})
	_, err := th.Run(func() term.Term { return th.Apply(modR, "loop", term.Int(0)) })
	var x *interp.Exception
	if !errors.As(err, &x) || x.Limit != "time" || x.Span().IsZero() {
		t.Fatalf("got %v", err)
	}
	th = interp.NewThread(p, interp.Limits{Time: time.Nanosecond})
	if _, err := th.Run(func() term.Term {
		th.Waited(time.Hour)
		return th.Apply(modR, "count", term.Int(10_000))
	}); err != nil {
		t.Errorf("after waiting: %v", err)
	}
}

// TestTimeOfOthersIsForgiven has time pass between two looks at the clock, as it
// does when the machine is busy with something else: it does not count, up to
// four times the limit.
func TestTimeOfOthersIsForgiven(t *testing.T) {
	p := compiled(t, runaway)
	for gaps, want := range map[int]string{10: "", 30: "time"} {
		synctest.Test(t, func(t *testing.T) {
			th := interp.NewThread(p, interp.Limits{Time: 300 * time.Millisecond})
			_, err := th.Run(func() term.Term {
				for range gaps {
					time.Sleep(100 * time.Millisecond)
					th.Burn(5000)
				}
				return term.OK
			})
			var x *interp.Exception
			limit := ""
			if errors.As(err, &x) {
				limit = x.Limit
			}
			if limit != want {
				t.Errorf("after %d gaps: got %v, want limit %q", gaps, err, want)
			}
		})
	}
}

func TestInspectOfSharedTermsIsBounded(t *testing.T) {
	var v term.Term = term.Empty
	for range 60 {
		v = term.NewList(v, v)
	}
	th := interp.NewThread(compiled(t, runaway), interp.Limits{Bytes: 8 << 20})
	_, err := th.Run(func() term.Term { return term.Binary(th.Inspect(v, term.InspectOptions{Limit: term.Unlimited})) })
	var x *interp.Exception
	if !errors.As(err, &x) || x.Limit != "bytes" {
		t.Fatalf("got %v", err)
	}
}

// TestMessagesAfterALimit raises what has messages that take for ever, or after
// the time is over: the error says what it can.
func TestMessagesAfterALimit(t *testing.T) {
	p := compiled(t, `
defmodule Endless do
  defexception [:x]
  def message(_), do: loop()
  defp loop, do: loop()
end
defmodule Again do
  defexception [:x]
  def message(x), do: raise(x)
end
defmodule Loops do
  defstruct [:x]
  defimpl Inspect do
    def inspect(x, opts), do: Inspect.inspect(x, opts)
  end
end
defmodule R do
  def endless, do: raise(Endless)
  def again, do: raise(Again)
  def asks, do: (Exception.message(Endless.exception([])); asks())
  def clause, do: only_ints(%Loops{})
  defp only_ints(x) when is_integer(x), do: x
end
`)
	for call, want := range map[string]string{
		"endless": "** (Endless) got SystemLimitError while retrieving Exception.message/1 for %Endless{x: nil}",
		"again":   "** (Again) got SystemLimitError while retrieving Exception.message/1 for %Again{x: nil}",
		"asks":    "** (SystemLimitError) a system limit has been reached: the code made more than 1000000 calls and loop turns (at in.ex:",
		"clause":  "** (FunctionClauseError) no function clause matching in R.only_ints/1",
	} {
		th := interp.NewThread(p, interp.Limits{Reductions: 1_000_000, Time: 20 * time.Second})
		_, err := th.Run(func() term.Term { return th.Apply(modR, call) })
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v", call, err)
		}
	}
}

// TestTheMessageOfALimitTakesNoTime looks at the clock again after the time is
// over.
func TestTheMessageOfALimitTakesNoTime(t *testing.T) {
	p := compiled(t, runaway)
	th := interp.NewThread(p, interp.Limits{Reductions: 1 << 40, Time: time.Nanosecond})
	_, err := th.Run(func() term.Term {
		defer term.Toil(1)
		return th.Apply(modR, "loop", term.Int(0))
	})
	if err == nil || !strings.HasPrefix(err.Error(), "** (SystemLimitError) a system limit has been reached: the code ran for more than 1ns (at in.ex:") {
		t.Errorf("got %v", err)
	}
}

func TestOldFunctionsKeepWorking(t *testing.T) {
	old := compiled(t, "defmodule R do\n  def f, do: fn x -> {g(), x} end\n  defp g, do: :old\nend\n")
	th := interp.NewThread(old, interp.Limits{})
	fn, err := th.Run(func() term.Term { return th.Apply(modR, "f") })
	if err != nil {
		t.Fatal(err)
	}
	next, _, err := old.Compile(source.NewFile("in.ex", "defmodule R do\n  def f, do: fn x -> {:new, x} end\nend\n"))
	if err != nil {
		t.Fatal(err)
	}
	th.SetProgram(next)
	v, err := th.Run(func() term.Term { return th.Call(fn, term.Int(1)) })
	if err != nil || term.Inspect(v) != "{:old, 1}" {
		t.Fatalf("got %v, %v", v, err)
	}
	v, err = th.Run(func() term.Term { return th.Call(th.Apply(modR, "f"), term.Int(1)) })
	if err != nil || term.Inspect(v) != "{:new, 1}" {
		t.Fatalf("got %v, %v", v, err)
	}
}

func TestThreadsShareAProgram(t *testing.T) {
	p := compiled(t, "defmodule R do\n  def fib(n) when n < 2, do: n\n  def fib(n), do: fib(n - 1) + fib(n - 2)\n  def go(n), do: Enum.map([n], &fib/1)\nend\n")
	done := make(chan error)
	for range 8 {
		go func() {
			th := interp.NewThread(p, interp.Limits{})
			_, err := th.Run(func() term.Term { return th.Apply(modR, "go", term.Int(12)) })
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
