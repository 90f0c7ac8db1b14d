package node_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if n := leaked(); n != "" && code == 0 {
		fmt.Fprintf(os.Stderr, "goroutines are left:\n%s", n)
		code = 1
	}
	os.Exit(code)
}

// leaked returns the stacks of goroutines that run this module's code, after
// giving them a moment to end.
func leaked() (stacks string) {
	for range 100 {
		buf := make([]byte, 1<<20)
		stacks = ""
		for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")[1:] {
			if strings.Contains(g, "streamsplayground/engine") {
				stacks += g + "\n\n"
			}
		}
		if stacks == "" {
			return ""
		}
		runtime.Gosched()
	}
	return stacks
}

func newNode(t *testing.T, opts node.Options) *node.Node {
	p, err := interp.NewProgram()
	if err != nil {
		t.Fatal(err)
	}
	if opts.Program == nil {
		opts.Program = func() *interp.Program { return p }
	}
	n := node.New(opts)
	t.Cleanup(n.Close)
	return n
}

// in runs f in a process and waits for its end.
func in(t *testing.T, n *node.Node, f func(p *node.Process)) term.Term {
	t.Helper()
	var reason term.Term
	p, err := n.Spawn(func(p *node.Process) term.Term {
		p.OnExit(func(r term.Term) { reason = r })
		f(p)
		return node.Normal
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	return reason
}

func show(v term.Term) string {
	if v == nil {
		return "nothing"
	}
	switch x := v.(type) {
	case term.Tuple:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = show(e)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case term.PID:
		return "pid"
	case term.Ref:
		return "ref"
	}
	return term.Inspect(v)
}

func wantTerm(t *testing.T, got term.Term, want string) {
	t.Helper()
	if s := show(got); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
}

func atom(s string) term.Atom { return term.NewAtom(s) }

func TestSelectiveReceive(t *testing.T) {
	n := newNode(t, node.Options{})
	in(t, n, func(p *node.Process) {
		for _, m := range []string{"a", "b", "c"} {
			n.Send(p.PID(), atom(m))
		}
		if !p.Receive(func(m term.Term) bool { return m == term.Term(atom("b")) }, 0) {
			t.Error("b is not there")
		}
		if p.Receive(func(m term.Term) bool { return m == term.Term(atom("b")) }, 0) {
			t.Error("b is there twice")
		}
		wantTerm(t, p.Next(), ":a")
		wantTerm(t, p.Next(), ":c")
		if n := p.MailboxLen(); n != 0 {
			t.Errorf("%d messages are left", n)
		}
	})
}

func TestReceiveTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t, node.Options{})
		defer n.Close()
		in(t, n, func(p *node.Process) {
			start := time.Now()
			if p.Receive(func(term.Term) bool { return true }, 50*time.Millisecond) {
				t.Error("received nothing as something")
			}
			if d := time.Since(start); d != 50*time.Millisecond {
				t.Errorf("waited %v", d)
			}
		})
	})
}

func TestExitSignals(t *testing.T) {
	n := newNode(t, node.Options{})
	wait := func(p *node.Process) term.Term { p.Next(); return node.Normal }
	tests := []struct {
		name string
		trap bool
		do   func(p, child *node.Process)
		want string
	}{
		{"a linked process crashes", false, func(_, c *node.Process) { n.Exit(c.PID(), atom("boom")) }, ":boom"},
		{"a linked process ends well", false, func(p, c *node.Process) { n.Send(c.PID(), atom("go")); <-c.Done() }, ":normal"},
		{"trapped", true, func(p, c *node.Process) {
			n.Exit(c.PID(), atom("boom"))
			wantTerm(t, p.Next(), "{:EXIT, pid, :boom}")
		}, ":normal"},
		{"trapped normal", true, func(p, c *node.Process) {
			n.Send(c.PID(), atom("go"))
			wantTerm(t, p.Next(), "{:EXIT, pid, :normal}")
		}, ":normal"},
		{"kill is not trapped", true, func(p, _ *node.Process) { n.Exit(p.PID(), node.Kill); p.Next() }, ":killed"},
		{"normal from elsewhere does nothing", false, func(p, _ *node.Process) { n.Exit(p.PID(), node.Normal) }, ":normal"},
		{"unlinked", false, func(p, c *node.Process) {
			p.Unlink(c.PID())
			n.Exit(c.PID(), atom("boom"))
			<-c.Done()
		}, ":normal"},
		{"a link to one that has ended", true, func(p, c *node.Process) {
			p.Unlink(c.PID())
			n.Exit(c.PID(), atom("boom"))
			<-c.Done()
			p.Link(c.PID())
			wantTerm(t, p.Next(), "{:EXIT, pid, :noproc}")
		}, ":normal"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := in(t, n, func(p *node.Process) {
				p.TrapExit(tt.trap)
				c, err := p.Spawn(wait, true)
				if err != nil {
					t.Error(err)
					return
				}
				tt.do(p, c)
				if tt.want == ":boom" {
					p.Next()
				}
				p.Check()
			})
			wantTerm(t, got, tt.want)
		})
	}
}

func TestMonitors(t *testing.T) {
	n := newNode(t, node.Options{})
	in(t, n, func(p *node.Process) {
		c, _ := p.Spawn(func(c *node.Process) term.Term { c.Next(); return atom("done") }, false)
		p.Monitor(c.PID())
		gone := p.Monitor(c.PID())
		if !p.Demonitor(gone, false) {
			t.Error("the monitor was not there")
		}
		n.Send(c.PID(), atom("go"))
		wantTerm(t, p.Next(), "{:DOWN, ref, :process, pid, :done}")
		<-c.Done()
		p.Monitor(c.PID())
		wantTerm(t, p.Next(), "{:DOWN, ref, :process, pid, :noproc}")
		if p.MailboxLen() != 0 {
			t.Error("a monitor that was removed told something")
		}
	})
}

func TestAliasEndsWithItsMonitor(t *testing.T) {
	n := newNode(t, node.Options{})
	in(t, n, func(p *node.Process) {
		c, _ := p.Spawn(func(c *node.Process) term.Term { c.Next(); return node.Normal }, false)
		ref := p.MonitorAlias(c.PID(), atom("mine"))
		n.SendAlias(p.PID(), ref, atom("first"))
		n.SendAlias(p.PID(), ref, atom("second"))
		wantTerm(t, p.Next(), ":first")
		n.Send(c.PID(), atom("go"))
		<-c.Done()
		if p.MailboxLen() != 0 {
			t.Error("the alias or its monitor is still active")
		}
	})
}

func TestNames(t *testing.T) {
	n := newNode(t, node.Options{})
	in(t, n, func(p *node.Process) {
		if !n.Register(p.PID(), atom("me")) || n.Register(p.PID(), atom("other")) {
			t.Error("a process has one name")
		}
		if pid, ok := n.Whereis(atom("me")); !ok || pid != p.PID() {
			t.Error("the name is not found")
		}
	})
	if _, ok := n.Whereis(atom("me")); ok {
		t.Error("the name of an ended process is found")
	}
}

func TestTimers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t, node.Options{})
		defer n.Close()
		in(t, n, func(p *node.Process) {
			n.SendAfter(p.PID(), atom("late"), 20*time.Millisecond)
			n.SendAfter(p.PID(), atom("first"), 10*time.Millisecond)
			n.SendAfter(p.PID(), atom("second"), 10*time.Millisecond)
			never, _ := n.SendAfter(p.PID(), atom("never"), 15*time.Millisecond)
			if left, ok := n.CancelTimer(never); !ok || left != 15*time.Millisecond {
				t.Errorf("cancelled with %v, %v", left, ok)
			}
			for _, want := range []string{":first", ":second", ":late"} {
				wantTerm(t, p.Next(), want)
			}
			if _, ok := n.CancelTimer(never); ok {
				t.Error("cancelled twice")
			}
			ref, _ := p.SendInterval(p.PID(), atom("tick"), time.Second)
			start := time.Now()
			for range 3 {
				wantTerm(t, p.Next(), ":tick")
			}
			if d := time.Since(start); d != 3*time.Second {
				t.Errorf("three ticks took %v", d)
			}
			n.CancelTimer(ref)
		})
	})
}

func TestIntervalEndsWithItsProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t, node.Options{})
		defer n.Close()
		var ref term.Ref
		in(t, n, func(p *node.Process) { ref, _ = p.SendInterval(p.PID(), atom("tick"), time.Second) })
		if _, ok := n.ReadTimer(ref); ok {
			t.Error("the timer goes on")
		}
	})
}

func TestPubSub(t *testing.T) {
	n := newNode(t, node.Options{})
	ps := atom("PS")
	in(t, n, func(p *node.Process) {
		p.Subscribe(ps, "room:1")
		p.Subscribe(ps, "room:1")
		n.Broadcast(ps, "room:1", atom("hi"), term.PID{})
		n.Broadcast(ps, "room:2", atom("elsewhere"), term.PID{})
		n.Broadcast(ps, "room:1", atom("mine"), p.PID())
		wantTerm(t, p.Next(), ":hi")
		wantTerm(t, p.Next(), ":hi")
		p.Unsubscribe(ps, "room:1")
		n.Broadcast(ps, "room:1", atom("late"), term.PID{})
		if p.MailboxLen() != 0 {
			t.Errorf("got %s", show(p.Next()))
		}
	})
	in(t, n, func(p *node.Process) { p.Subscribe(ps, "x") })
	if got := n.Subscribers(ps, "x"); got != 0 {
		t.Errorf("%d ended processes are subscribed", got)
	}
}

func TestCall(t *testing.T) {
	n := newNode(t, node.Options{})
	echo := func(c *node.Process) term.Term {
		for {
			m := c.Next().(term.Tuple)
			if m[2] == term.Term(atom("stop")) {
				return atom("stopped")
			}
			if m[2] != term.Term(atom("silence")) {
				n.Reply(m[1], m[2])
			}
		}
	}
	in(t, n, func(p *node.Process) {
		c, _ := p.Spawn(echo, false)
		reply, exit := p.Call(c.PID(), atom("hello"), node.Infinity)
		wantTerm(t, reply, ":hello")
		wantTerm(t, exit, "nothing")
		_, exit = p.Call(c.PID(), atom("silence"), 0)
		wantTerm(t, exit.(term.Tuple)[0], ":timeout")
		_, exit = p.Call(c.PID(), atom("stop"), node.Infinity)
		wantTerm(t, exit.(term.Tuple)[0], ":stopped")
		<-c.Done()
		_, exit = p.Call(c.PID(), atom("hello"), node.Infinity)
		wantTerm(t, exit.(term.Tuple)[0], ":noproc")
		_, exit = p.Call(p.PID(), atom("hello"), node.Infinity)
		wantTerm(t, exit.(term.Tuple)[0], ":calling_self")
		if p.MailboxLen() != 0 {
			t.Errorf("%s is left", show(p.Next()))
		}
	})
}

func TestLimits(t *testing.T) {
	n := newNode(t, node.Options{MaxProcesses: 2, MaxMailbox: 3})
	got := in(t, n, func(p *node.Process) {
		if _, err := p.Spawn(func(c *node.Process) term.Term { c.Next(); return nil }, false); err != nil {
			t.Error(err)
		}
		if _, err := p.Spawn(func(*node.Process) term.Term { return nil }, false); err != node.ErrTooMany {
			t.Errorf("a third process: %v", err)
		}
		for range 4 {
			n.Send(p.PID(), atom("m"))
		}
		p.Next()
	})
	wantTerm(t, got, ":message_queue_limit")
}

func TestCloseEndsEverything(t *testing.T) {
	n := newNode(t, node.Options{})
	var procs []*node.Process
	for range 50 {
		p, err := n.Spawn(func(p *node.Process) term.Term { p.TrapExit(true); p.Sleep(time.Hour); return nil }, nil)
		if err != nil {
			t.Fatal(err)
		}
		n.SendAfter(p.PID(), atom("x"), time.Hour)
		procs = append(procs, p)
	}
	n.Close()
	for _, p := range procs {
		<-p.Done()
	}
	if _, err := n.Spawn(func(*node.Process) term.Term { return nil }, nil); err != node.ErrClosed {
		t.Errorf("a process on a closed node: %v", err)
	}
}

func TestKillStopsRunningCode(t *testing.T) {
	n := newNode(t, node.Options{Limits: interp.Limits{Reductions: 1 << 60}})
	started := make(chan struct{})
	p, err := n.Spawn(func(p *node.Process) term.Term {
		pid, _, err := p.SpawnRun(node.SpawnOptions{Link: true}, func(t *interp.Thread) term.Term {
			close(started)
			for {
				t.Burn(1)
			}
		})
		if err != nil {
			t.Error(err)
		}
		<-started
		p.SendExit(pid, node.Kill)
		p.Next()
		return nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
}

func BenchmarkSendReceive(b *testing.B) {
	n := node.New(node.Options{})
	defer n.Close()
	p, _ := n.Spawn(func(p *node.Process) term.Term {
		b.ReportAllocs()
		for b.Loop() {
			n.Send(p.PID(), node.Normal)
			p.Next()
		}
		return nil
	}, nil)
	<-p.Done()
}
