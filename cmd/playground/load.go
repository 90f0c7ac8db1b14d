package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// loadOptions are the flags of the load command.
type loadOptions struct {
	address string
	conns   int
	mode    string
	event   string
	value   string
	time    time.Duration
	pid     int
	// messages are how many events each client has pushed when the memory is
	// read, in order.
	messages []int
}

func parseLoad(args []string) (loadOptions, error) {
	var o loadOptions
	set := newFlags("load")
	set.StringVar(&o.address, "url", "", "address of the page")
	set.IntVar(&o.conns, "conns", 100, "how many clients")
	set.StringVar(&o.mode, "mode", "rtt", "rtt, join, mem or broadcast")
	set.StringVar(&o.event, "event", "append", "event that clients push")
	set.StringVar(&o.value, "value", "{}", "its value, as JSON")
	set.DurationVar(&o.time, "time", 5*time.Second, "how long to go on")
	set.IntVar(&o.pid, "pid", 0, "process of the server, to read what it uses")
	messages := set.String("messages", "10,1000", "after how many events a client to read the memory")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	for n := range strings.SplitSeq(*messages, ",") {
		count, err := strconv.Atoi(n)
		if err != nil || count < 0 || len(o.messages) > 0 && count < o.messages[len(o.messages)-1] {
			return o, fmt.Errorf("-messages %s: it must be numbers that grow, with commas between", *messages)
		}
		o.messages = append(o.messages, count)
	}
	u, err := url.Parse(o.address)
	switch {
	case err != nil || u.Host == "":
		return o, errors.New("load needs -url, the address of a page with a live view")
	case o.conns < 1:
		return o, errors.New("-conns must be 1 or more")
	case !slices.Contains([]string{"rtt", "join", "mem", "broadcast"}, o.mode):
		return o, fmt.Errorf("-mode %s: it must be rtt, join, mem or broadcast", o.mode)
	case o.mode == "mem" && o.pid == 0:
		return o, errors.New("-mode mem needs -pid, the process of the server")
	case !json.Valid([]byte(o.value)):
		return o, fmt.Errorf("-value %s is not JSON", o.value)
	}
	return o, nil
}

// runLoad is the load command: it measures a server over the real protocol.
func runLoad(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseLoad(args)
	if err != nil {
		return err
	}
	if o.mode == "mem" {
		time.Sleep(loadRest) // what starting it left
	}
	before := usageOf(o.pid)
	start := time.Now()
	clients, err := joinAll(ctx, o)
	defer func() {
		for _, c := range clients {
			c.conn.Close()
		}
	}()
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() {
		for _, c := range clients {
			c.conn.Close()
		}
	})()
	took := time.Since(start)
	fmt.Fprintf(stdout, "join: %d views in %s, %.0f/s, page included\n", o.conns, took.Round(time.Millisecond), float64(o.conns)/took.Seconds())
	switch o.mode {
	case "join":
		o.reportCPU(stdout, before, o.conns, "a join")
	case "rtt":
		return measureTrips(o, clients, stdout)
	case "broadcast":
		return measureBroadcast(o, clients, stdout)
	case "mem":
		return measureMemory(o, clients, before, stdout)
	}
	return nil
}

// joinAll joins as many views as are wanted, some at a time.
func joinAll(ctx context.Context, o loadOptions) ([]*loadClient, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	var clients []*loadClient
	var group sync.WaitGroup
	slots := make(chan struct{}, 16)
	for range o.conns {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if ctx.Err() != nil {
				return
			}
			c, err := joinOne(ctx, o)
			if err != nil {
				cancel(err)
				return
			}
			mu.Lock()
			clients = append(clients, c)
			mu.Unlock()
		})
	}
	group.Wait()
	if len(clients) < o.conns {
		return clients, context.Cause(ctx)
	}
	return clients, nil
}

func (o loadOptions) payload() []byte {
	return fmt.Appendf(nil, `{"type":"click","event":%q,"value":%s}`, o.event, o.value)
}

// loadPatience is how long a client waits for an answer.
const loadPatience = 10 * time.Second

// measureTrips has all clients push events, each one when the last was
// answered.
func measureTrips(o loadOptions, clients []*loadClient, stdout io.Writer) error {
	before, start := usageOf(o.pid), time.Now()
	all, err := pushAll(clients, start.Add(o.time+loadPatience), func(int) bool { return time.Since(start) < o.time })
	if err != nil {
		return err
	}
	took := time.Since(start)
	fmt.Fprintf(stdout, "rtt: %d round trips in %s, %.0f/s; %s\n", len(all), took.Round(time.Millisecond), float64(len(all))/took.Seconds(), shares(all))
	o.reportCPU(stdout, before, len(all), "a round trip")
	return nil
}

// pushAll has all clients push events while more returns true for the number
// that each has pushed, and returns how long each took.
func pushAll(clients []*loadClient, until time.Time, more func(n int) bool) ([]time.Duration, error) {
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var group sync.WaitGroup
	for _, c := range clients {
		c.until(until)
		group.Go(func() {
			var trips []time.Duration
			var err error
			for err == nil && more(len(trips)) {
				sent := time.Now()
				_, err = c.push()
				trips = append(trips, time.Since(sent))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, trips...)
			if failed == nil {
				failed = err
			}
		})
	}
	group.Wait()
	slices.Sort(all)
	return all, failed
}

// shares says within which times so many of the sorted times are.
func shares(sorted []time.Duration) string {
	at := func(share float64) time.Duration {
		return sorted[int(share*float64(len(sorted)-1))].Round(time.Microsecond)
	}
	return fmt.Sprintf("50 %% within %s, 90 %% %s, 99 %% %s, all %s", at(0.5), at(0.9), at(0.99), at(1))
}

func (o loadOptions) reportCPU(stdout io.Writer, before processUsage, n int, each string) {
	if o.pid == 0 {
		return
	}
	cpu := usageOf(o.pid).cpu - before.cpu
	fmt.Fprintf(stdout, "cpu: %s of the server, %.1f µs %s\n", cpu, float64(cpu.Microseconds())/float64(n), each)
}

// measureMemory tells what a view takes once it has joined, and after so many
// messages of its own.
func measureMemory(o loadOptions, clients []*loadClient, before processUsage, stdout io.Writer) error {
	report := func(what string) {
		at := usageOf(o.pid)
		time.Sleep(loadRest)
		rested := usageOf(o.pid)
		each := func(rss int) float64 { return float64(rss-before.rss) / float64(o.conns) }
		fmt.Fprintf(stdout, "memory: %s: %d kB, %.1f kB a view; after a rest %d kB, %.1f kB a view\n", what, at.rss, each(at.rss), rested.rss, each(rested.rss))
	}
	fmt.Fprintf(stdout, "memory: before: %d kB\n", before.rss)
	report("joined")
	for i, sent := 0, 0; i < len(o.messages); i++ {
		n := o.messages[i] - sent
		if _, err := pushAll(clients, time.Now().Add(time.Hour), func(i int) bool { return i < n }); err != nil {
			return err
		}
		sent = o.messages[i]
		report(fmt.Sprintf("%d messages each", sent))
	}
	return nil
}

// loadRest is how long the server is left alone before its memory is read
// again.
const loadRest = 2 * time.Second

// measureBroadcast has one client push an event that reaches all, and waits
// until each has got a diff.
func measureBroadcast(o loadOptions, clients []*loadClient, stdout io.Writer) error {
	var waiting atomic.Int64
	all, failed := make(chan struct{}, 1), make(chan error, len(clients))
	for _, c := range clients {
		c.until(time.Now().Add(o.time + 2*loadPatience))
		go func() {
			for {
				if err := c.awaitDiff(); err != nil {
					failed <- err
					return
				}
				if waiting.Add(-1) == 0 {
					all <- struct{}{}
				}
			}
		}()
	}
	var rounds []time.Duration
	before, start := usageOf(o.pid), time.Now()
	for time.Since(start) < o.time {
		sent := time.Now()
		waiting.Store(int64(len(clients)))
		if err := clients[0].send(); err != nil {
			return err
		}
		select {
		case <-all:
		case err := <-failed:
			return err
		case <-time.After(loadPatience):
			return errors.New("a client got no diff: the event does not reach all views")
		}
		rounds = append(rounds, time.Since(sent))
	}
	slices.Sort(rounds)
	fmt.Fprintf(stdout, "broadcast: %d rounds to %d views; %s\n", len(rounds), len(clients), shares(rounds))
	o.reportCPU(stdout, before, len(rounds)*len(clients), "a view")
	return nil
}

// processUsage is what a process has used.
type processUsage struct {
	rss int // kB
	cpu time.Duration
}

// clockTick is the unit of times in /proc on Linux.
const clockTick = 10 * time.Millisecond

// usageOf returns what a process has used, where there is /proc.
func usageOf(pid int) processUsage {
	var u processUsage
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) //nolint:errcheck // zero stands for not known
	if _, rest, ok := strings.Cut(string(status), "VmRSS:"); ok {
		fmt.Sscan(rest, &u.rss) //nolint:errcheck // likewise
	}
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) //nolint:errcheck // likewise
	if i := strings.LastIndexByte(string(stat), ')'); i >= 0 {
		if fields := strings.Fields(string(stat[i+1:])); len(fields) > 12 {
			user, _ := strconv.Atoi(fields[11])   //nolint:errcheck // likewise
			system, _ := strconv.Atoi(fields[12]) //nolint:errcheck // likewise
			u.cpu = time.Duration(user+system) * clockTick
		}
	}
	return u
}
