package stdlib_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// runawaySource are programs without an end.
const runawaySource = `
defmodule Run do
  def bomb, do: (spawn(fn -> bomb() end); bomb())
  def tasks, do: (Task.async(fn -> tasks() end); tasks())
  def agents, do: (Agent.start(fn -> :ok end); agents())
  def chain, do: spawn(fn -> chain() end)
  def flood_self(n), do: (send(self(), n); flood_self(n + 1))
  def fat(n), do: (send(self(), {n, String.duplicate("x", 1_000_000)}); if(rem(n, 50) == 0, do: Process.sleep(1)); fat(n + 1))
  def again, do: (send(self(), :again); receive do :again -> again() end)
  def log(n), do: (IO.puts("line #{n}"); log(n + 1))
  def timers, do: (Process.send_after(self(), :x, 1_000_000); timers())
  def waits(0), do: :done
  def waits(n) do
    Enum.reduce(1..100_000, 0, fn i, acc -> i + acc end)
    Process.sleep(1)
    waits(n - 1)
  end
  def watch(pid), do: (Process.monitor(pid); watch(pid))
  def watch, do: watch(spawn(fn -> Process.sleep(:infinity) end))
  def loop, do: loop()
  def grow(l), do: grow([l | l])
  def lazy, do: Stream.cycle([1]) |> Enum.to_list()
  def range, do: Enum.to_list(1..10_000_000_000)
  def comprehension, do: (for x <- 1..1_000_000_000, do: x)
  def text(s), do: text(s <> s)
  def power(n), do: power(n * n)
  def nested(n), do: [nested(n + 1)]
  def regex, do: Regex.run(~r/(a+)+$/, String.duplicate("a", 40) <> "!")
  def shared(0), do: []
  def shared(n), do: (x = shared(n - 1); [x | x])
  def show, do: inspect(shared(60), limit: :infinity)
  def json, do: Jason.encode!(shared(60))
  def flat, do: List.flatten(shared(60))
  def casts do
    {:ok, pid} = GenServer.start(Casts, nil)
    GenServer.cast(pid, :again)
    ref = Process.monitor(pid)
    receive(do: ({:DOWN, ^ref, _, _, _} -> :ok))
  end
  def big, do: String.duplicate("x", 1_000_000)
  def variables(n), do: (System.put_env("v#{n}", big()); Process.sleep(1); variables(n + 1))
  def settings(n), do: (Application.put_env(:app, :"k#{n}", big()); Process.sleep(1); settings(n + 1))
  def defines(n) do
    Code.eval_string("defmodule M#{n} do\n @x String.duplicate(\"x\", 1_000_000)\n def x, do: @x\nend")
    Process.sleep(1)
    defines(n + 1)
  end
  def keeps(_) do
    {:ok, a} = Agent.start(fn -> 0 end)
    for n <- 1..1000, do: Agent.update(a, fn _ -> Process.put(n, big()) end)
  end
  def collects(list), do: (Process.sleep(1); collects([big() | List.wrap(list)]))
end
defmodule Casts do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_cast(:again, state) do
    GenServer.cast(self(), :again)
    {:noreply, state}
  end
end
`

type lines struct {
	mu    sync.Mutex
	all   []string
	until string
	seen  chan struct{}
}

func (l *lines) Trace(e trace.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, e.Text)
	if l.until != "" && strings.Contains(e.Text, l.until) {
		l.until = ""
		close(l.seen)
	}
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "\n")
}

// runaway runs a function in a process of its own until nothing of it lives,
// and returns what was logged.
func runaway(t *testing.T, opts node.Options, call string, args ...term.Term) string {
	t.Helper()
	return runUntil(t, opts, "", call, args...)
}

// runUntil is runaway that waits until something is in the log, if it is not "".
func runUntil(t *testing.T, opts node.Options, logged, call string, args ...term.Term) string {
	t.Helper()
	p, _, err := baseProgram.Compile(source.NewFile("run.ex", runawaySource))
	if err != nil {
		t.Fatal(err)
	}
	log := &lines{until: logged, seen: make(chan struct{})}
	opts.Program, opts.Tracer = func() *interp.Program { return p }, log
	n := node.New(opts)
	defer n.Close()
	root, err := n.Spawn(func(self *node.Process) term.Term {
		pid, _, err := self.SpawnRun(node.SpawnOptions{}, func(t *interp.Thread) term.Term {
			return t.Apply(term.NewModule("Run"), call, args...)
		})
		if err != nil {
			t.Error(err)
		}
		self.Monitor(pid)
		self.Next()
		return node.Normal
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	end := root.Done()
	if logged != "" {
		end = log.seen
	}
	select {
	case <-end:
	case <-time.After(30 * time.Second):
		t.Errorf("%s does not end", call)
	}
	return log.text()
}

func TestRunawayProcessesAreStopped(t *testing.T) {
	ten := term.Binary("0123456789")
	for _, c := range []struct {
		call string
		args []term.Term
		want string
	}{
		{"bomb", nil, "more than 50 processes that one process has started"},
		{"tasks", nil, "more than 50 processes that one process has started"},
		{"agents", nil, "more than 50 processes that one process has started"},
		{"flood_self", []term.Term{term.Int(0)}, "more than 1000 messages waited in its mailbox"},
		{"fat", []term.Term{term.Int(1)}, "messages of more than 64 MB waited in its mailbox"},
		{"again", nil, "without once waiting for one"},
		{"timers", nil, "too many timers"},
		{"watch", nil, "more than 100000 monitors"},
		{"loop", nil, "the code made more than 10000000 calls and loop turns (at run.ex:20:"},
		{"grow", []term.Term{term.Empty}, "the code used more than 128 MB of memory (at run.ex:21:"},
		{"lazy", nil, "the code "}, {"range", nil, "the code "}, {"comprehension", nil, "the code "},
		{"text", []term.Term{ten}, "MB of memory (at run.ex:25:"},
		{"power", []term.Term{term.Int(3)}, "ArithmeticError"},
		{"nested", []term.Term{term.Int(0)}, "deep (at run.ex:27:"},
		{"regex", nil, ""},
		{"show", nil, "(at run.ex:31:"}, {"json", nil, "(at run.ex:32:"}, {"flat", nil, "(at run.ex:33:"},
	} {
		t.Run(c.call, func(t *testing.T) {
			opts := node.Options{MaxFamily: 50, MaxMailbox: 1000, MaxStreak: 300 * time.Millisecond}
			if c.want != "" { // the other limits, however slow the machine is
				opts.Limits.Time = 20 * time.Second
			}
			got := runaway(t, opts, c.call, c.args...)
			if !strings.Contains(got, c.want) {
				t.Errorf("logged %.2000q, want %q", got, c.want)
			}
		})
	}
}

func TestChainsOfProcessesAreStopped(t *testing.T) {
	const want = "more than 5000 processes were started within a second"
	if got := runUntil(t, node.Options{MaxStarts: 5000}, want, "chain"); !strings.Contains(got, want) {
		t.Errorf("logged %q", got)
	}
}

func TestFloodsOfLogLinesAreCut(t *testing.T) {
	got := runaway(t, node.Options{}, "log", term.Int(0))
	if n := strings.Count(got, "\n"); n > 30_000 || !strings.Contains(got, "what is too much is left out") {
		t.Errorf("%d lines, ending %q", n, got[max(0, len(got)-200):])
	}
}

func TestAProcessHasANewBudgetAfterItWaited(t *testing.T) {
	got := runaway(t, node.Options{Limits: interp.Limits{Reductions: 1_000_000}}, "waits", term.Int(100))
	if got != "" {
		t.Errorf("logged %q", got)
	}
}

// TestDeepCallsStayWithinTheStack runs functions whose calls take much of Go's
// stack each: at 1 GB of it the program would end.
func TestDeepCallsStayWithinTheStack(t *testing.T) {
	for _, body := range []string{
		strings.Repeat("[", 200) + "deep(n + 1)" + strings.Repeat("]", 200),
		strings.Repeat("%{a: ", 200) + "deep(n + 1)" + strings.Repeat("}", 200),
		strings.Repeat("for(_ <- [1], do: ", 50) + "deep(n + 1)" + strings.Repeat(")", 50),
		strings.Repeat("Enum.map([1], fn _ -> ", 20) + "deep(n + 1)" + strings.Repeat(" end)", 20),
	} {
		p, _, err := baseProgram.Compile(source.NewFile("deep.ex", "defmodule Deep do\ndef deep(n), do: "+body+"\nend\n"))
		if err != nil {
			t.Fatal(err)
		}
		th := interp.NewThread(p, interp.Limits{Reductions: 1 << 40, Time: time.Minute, Bytes: 4 << 30})
		_, err = th.Run(func() term.Term { return th.Apply(term.NewModule("Deep"), "deep", term.Int(1)) })
		var x *interp.Exception
		if !errors.As(err, &x) || x.Limit != "depth" {
			t.Errorf("%.20s: %.200v", body, err)
		}
	}
}

// TestHugeIntegersAreRefused makes integers that would take seconds to work
// with, in natives that do not look at the clock.
func TestHugeIntegersAreRefused(t *testing.T) {
	for expr, want := range map[string]string{
		"Integer.pow(2, 4_194_305)":                                                  "SystemLimitError",
		"Integer.pow(7, 100_000_000_000)":                                            "SystemLimitError",
		"Bitwise.bsl(1, 4_194_305)":                                                  "SystemLimitError",
		"1 <<< 100_000_000_000":                                                      "ArithmeticError",
		"Integer.pow(7, 1_400_000) * Integer.pow(7, 1_400_000)":                      "ArithmeticError",
		`String.to_integer(String.duplicate("9", 10_000_000))`:                       "SystemLimitError",
		"Integer.gcd(Integer.pow(7, 1_400_000), Integer.pow(6, 1_400_000))":          "SystemLimitError",
		"Integer.extended_gcd(Integer.pow(7, 1_400_000), Integer.pow(6, 1_400_000))": "SystemLimitError",
		"Integer.digits(Integer.pow(7, 1_400_000))":                                  "SystemLimitError",
		"Integer.undigits(List.duplicate(7, 2_000_000))":                             "SystemLimitError",
	} {
		p, _, err := baseProgram.Compile(source.NewFile("h.ex", "defmodule Huge do\nimport Bitwise\ndef run, do: "+expr+"\nend\n"))
		if err != nil {
			t.Fatal(err)
		}
		th := interp.NewThread(p, interp.Limits{Reductions: 10_000_000, Time: 20 * time.Second})
		_, err = th.Run(func() term.Term { return th.Apply(term.NewModule("Huge"), "run") })
		if err == nil || !strings.Contains(err.Error(), "("+want+")") {
			t.Errorf("%s: got %.200v, want %s", expr, err, want)
		}
	}
}

// TestProcessesThatFeedThemselvesAreStopped has processes that would never wait
// for anybody else.
func TestProcessesThatFeedThemselvesAreStopped(t *testing.T) {
	for _, call := range []string{"again", "casts"} {
		const want = "it sent itself a message with each that it handled, for more than 1s (at run.ex:"
		if got := runaway(t, node.Options{MaxStreak: time.Minute}, call); !strings.Contains(got, want) {
			t.Errorf("%s: logged %.2000q, want %q", call, got, want)
		}
	}
}

// TestWhatOutlivesACallIsBounded fills what keeps terms from one message to the
// next, a little each time.
func TestWhatOutlivesACallIsBounded(t *testing.T) {
	for call, want := range map[string]string{
		"variables": "environment variables and configuration take more than 64 MB (at run.ex:",
		"settings":  "environment variables and configuration take more than 64 MB (at run.ex:",
		"defines":   "modules that were defined while code ran take more than 128 MB",
		"keeps":     "the process keeps more than 64 MB",
		"collects":  "the process keeps more than 64 MB (at run.ex:",
	} {
		t.Run(call, func(t *testing.T) {
			opts := node.Options{}
			opts.Limits.Time = 20 * time.Second
			if got := runaway(t, opts, call, term.Int(0)); !strings.Contains(got, want) {
				t.Errorf("logged %.2000q, want %q", got, want)
			}
		})
	}
}
