package stdlib_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/metrics"
	"strings"
	"syscall"
	"testing"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/stdlib"
	"streamsplayground/engine/term"
)

var sweepRounds = flag.Int("sweep", 0, "how often the sweep calls each native function; 0 stands for once, and a third of them only, fewer with the race detector")

// hostileSource makes the arguments of the sweep: what is huge, deep, shared
// so often that it is exponential when written out, endless, or wrong.
const hostileSource = `
defmodule Hostile do
  def shared(0, _), do: []
  def shared(n, f), do: (x = shared(n - 1, f); f.(x))
  def deep(0, acc, _), do: acc
  def deep(n, acc, f), do: deep(n - 1, f.(acc), f)

  def small, do: [
    0, 1, -1, 2, 3, 7, 10, 36, 255, 0.5, -0.0, "", "a", "é", "a,b", :a, nil, true, [], {}, %{}, [1, 2, 3], [a: 1], {:a, 1}, %{a: 1},
    1..3, "2024-01-31", ~D[2024-01-31], ~T[10:00:00], ~N[2024-01-31 10:00:00], ~U[2024-01-31 10:00:00Z], ~r/a/, MapSet.new([1]),
    Date.range(~D[2024-01-01], ~D[2024-01-03]), fn -> 1 end, fn x -> x end, fn x, y -> {x, y} end, fn x, _, _ -> x end,
    &Kernel.+/2, &<>/2, Enum, String, ["a", ["b"]], ~c"abc", [:a], URI.parse("http://a/b?c=d"), make_ref(),
    [limit: :infinity, printable_limit: :infinity], [trim: true], [global: true], :infinity, "{\"a\":[1]}", "%41", "aGk="]

  def huge, do: [
    1_000_000_000, 1_000_000_000_000_000_000, -1_000_000_000_000_000_000, Integer.pow(7, 300_000), -Integer.pow(2, 2_000_000), 1.7e308, 5.0e-324,
    100_000, -100_000, 3_000_000,
    String.duplicate("a", 4_000_000), String.duplicate("a b,", 500_000), String.duplicate("é\u0301", 500_000), String.duplicate(<<255>>, 1_000_000),
    String.duplicate("9", 300_000), String.duplicate("[", 1_000_000), String.duplicate("{\"a\":", 300_000), String.duplicate("a=b&", 300_000), String.duplicate("a[b]", 100_000),
    String.duplicate("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", 10),
    ~r/(a+)+$/, ~r/(a|aa)+$/, ~r/(.*)(.*)(.*)(.*)x/,
    Enum.to_list(1..500_000), List.duplicate(1, 500_000), List.duplicate("ab", 300_000), List.duplicate({:a, 1}, 300_000), List.duplicate([1], 300_000), Enum.to_list(1..500_000) ++ :improper,
    Enum.map(1..200_000, &Integer.to_string/1), Map.new(1..200_000, &{&1, &1}), MapSet.new(1..200_000), List.to_tuple(Enum.to_list(1..500_000)),
    1..1_000_000_000_000_000_000, 1_000_000_000_000..1//-1, Stream.cycle([1, 2]), Stream.iterate(1, &(&1 * 2)), Stream.repeatedly(fn -> "x" end), Stream.unfold(1, &{&1, &1}), Stream.map(1..1_000_000_000, & &1),
    Stream.interval(0), Stream.filter(1..1_000_000_000_000, fn _ -> false end),
    Date.range(~D[0000-01-01], ~D[9999-12-31]), %{~D[2024-01-31] | year: 999_999_999}, %{~N[2024-01-31 10:00:00] | year: 1_000_000_000_000}, Map.put(%{~T[10:00:00] | hour: 1}, :microsecond, {999_999, 6}),
    shared(40, &[&1 | &1]), shared(40, &{&1, &1}), shared(40, &%{a: &1, b: &1}), shared(40, &[&1, &1]), shared(30, &[&1, "a", &1]), shared(30, &[1 | [&1, &1]]), shared(40, &%{&1 => &1}),
    deep(500_000, [], &[&1]), deep(500_000, {}, &{&1}), deep(300_000, %{}, &%{a: &1}), deep(500_000, "x", &["x", &1]), deep(300_000, 1, &[{:a, &1}]),
    fn -> spin(0) end, fn _ -> spin(0) end, fn x, _ -> {x, x} end, fn x -> [x, x] end, fn x, y -> [x, y] end, fn x -> {:cont, x} end, fn _, _ -> true end, fn _ -> {[1, 2], 1} end, fn x, a -> {[x, a], [a, a]} end,
    String.to_atom(String.duplicate("a", 250)), %{} |> Map.put(shared(40, &[&1 | &1]), 1),
    [shared(40, &[&1 | &1]), shared(40, &[&1 | &1])], {shared(40, &[&1 | &1]), shared(40, &[&1 | &1])}, Enum.map(1..5000, fn _ -> shared(12, &{&1, &1}) end)]

  def spin(n), do: spin(n + 1)
end
`

// hostile returns the small and the huge arguments.
func hostile(t *testing.T) (small, huge []term.Term, p *interp.Program) {
	t.Helper()
	p, _, err := baseProgram.Compile(source.NewFile("hostile.ex", hostileSource))
	if err != nil {
		t.Fatal(err)
	}
	get := func(name string) []term.Term {
		th := interp.NewThread(p, interp.Limits{Bytes: 4 << 30, Reductions: 1 << 40, Time: time.Minute})
		v, err := th.Run(func() term.Term { return th.Apply(term.NewModule("Hostile"), name) })
		if err != nil {
			t.Fatal(err)
		}
		s, _ := v.(*term.List).Slice()
		return s
	}
	return get("small"), get("huge"), p
}

// TestNoNativeOutlivesItsBudget calls every native function with arguments of
// every kind and checks that each call ends in time, stays within its memory,
// and never fails as the engine's own mistake.
func TestNoNativeOutlivesItsBudget(t *testing.T) {
	small, huge, p := hostile(t)
	seed := uint64(*sweepRounds)
	for _, m := range stdlib.Modules() {
		for i, f := range m.Funcs {
			if seed == 0 && i%(3*slowdown) != 0 {
				continue
			}
			rng := rand.New(rand.NewPCG(seed, uint64(len(m.Name)*31+len(f.Name)*7+f.Arity)))
			for range max(1, *sweepRounds) {
				args := make([]term.Term, f.Arity)
				for i := range args {
					if rng.IntN(2) == 0 {
						args[i] = small[rng.IntN(len(small))]
					} else {
						args[i] = huge[rng.IntN(len(huge))]
					}
				}
				if sweepCall(t, p, m.Name, f, args) != "" { // again: others use this machine too
					if why := sweepCall(t, p, m.Name, f, args); why != "" {
						t.Errorf("%s.%s(%s) %s", m.Name, f.Name, brief(args), why)
					}
				}
			}
		}
	}
}

func brief(args []term.Term) string {
	var out []string
	for _, a := range args {
		s := term.InspectWith(a, term.InspectOptions{Limit: 4, PrintableLimit: 20})
		out = append(out, fmt.Sprintf("%T %.120s", a, s))
	}
	return strings.Join(out, " · ")
}

// The limits of the sweep, and what a call may take of time and memory before
// it counts as unbounded: a native may look at its budget between two steps.
const (
	sweepBytes = 64 << 20
	sweepTime  = 100 * time.Millisecond
	tooLong    = slowdown * 800 * time.Millisecond
	tooMuch    = 6 * sweepBytes
)

// sweepCall calls a function as a process does, and says what is wrong with
// the way it ended.
func sweepCall(t *testing.T, p *interp.Program, module string, f interp.NativeFunc, args []term.Term) string {
	t.Helper()
	n := node.New(node.Options{
		Program: func() *interp.Program { return p },
		Limits:  interp.Limits{Bytes: sweepBytes, Time: sweepTime},
	})
	before, start := allocated(), cpuTime()
	var err error
	proc, spawnErr := n.Spawn(func(p *node.Process) term.Term {
		th := p.Thread()
		_, err = th.Run(func() term.Term { return th.Apply(moduleNamed(module), f.Name, args...) })
		return node.Normal
	}, nil)
	if spawnErr != nil {
		t.Fatal(spawnErr)
	}
	select {
	case <-proc.Done():
	case <-time.After(sweepTime + sweepTime/2): // it may wait for ever, but not when it is told to end
		n.Exit(proc.PID(), node.Kill)
		select {
		case <-proc.Done():
		case <-time.After(10 * tooLong):
			buf := make([]byte, 1<<20)
			t.Fatalf("%s.%s(%s) does not end\n%s", module, f.Name, brief(args), buf[:runtime.Stack(buf, true)])
		}
	}
	took, bytes := cpuTime()-start, allocated()-before
	n.Close()
	var x *interp.Exception
	switch {
	case errors.As(err, &x) && x.Internal:
		return err.Error()
	case took > tooLong:
		return "took " + took.String()
	case bytes > tooMuch:
		return fmt.Sprintf("allocated %d MB", bytes>>20)
	}
	return ""
}

// cpuTime is what the test has used of the processors, so that a busy machine
// makes no difference.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

func moduleNamed(name string) term.Atom {
	if erlang, ok := strings.CutPrefix(name, ":"); ok {
		return term.NewAtom(erlang)
	}
	return term.NewModule(name)
}
