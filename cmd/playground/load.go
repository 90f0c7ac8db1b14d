package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"streamsplayground/engine/livetest"
	"streamsplayground/engine/wire"
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
	if err := set.Parse(args); err != nil {
		return o, err
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
// The clients keep no document, so that they take little from the server.
func runLoad(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseLoad(args)
	if err != nil {
		return err
	}
	before := usageOf(o.pid)
	start := time.Now()
	clients, err := joinAll(ctx, o)
	defer func() {
		for _, c := range clients {
			c.conn.Close() //nolint:errcheck // the measurement is over
		}
	}()
	if err != nil {
		return err
	}
	took := time.Since(start)
	fmt.Fprintf(stdout, "join: %d views in %s, %.0f/s, page included\n", o.conns, took.Round(time.Millisecond), float64(o.conns)/took.Seconds())
	switch o.mode {
	case "rtt":
		return measureTrips(ctx, o, clients, stdout)
	case "broadcast":
		return measureBroadcast(ctx, o, clients, stdout)
	case "mem":
		after := usageOf(o.pid)
		fmt.Fprintf(stdout, "memory: %d kB before, %d kB after, %.1f kB a view\n", before.rss, after.rss, float64(after.rss-before.rss)/float64(o.conns))
	}
	return nil
}

// loadClient is one joined view.
type loadClient struct {
	conn  livetest.Conn
	topic string
	ref   int
}

var loadRoot = regexp.MustCompile(`<[a-z]+ [^>]*data-phx-main[^>]*>`)

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
			c, err := joinOne(ctx, o.address)
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

func joinOne(ctx context.Context, address string) (*loadClient, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	s := livetest.NewSocket(u.Scheme + "://" + u.Host)
	page, err := s.Get(ctx, address, "")
	if err != nil {
		return nil, err
	}
	tag := loadRoot.FindString(page.HTML)
	if tag == "" {
		return nil, fmt.Errorf("%s: no live view in the page, status %d", address, page.Status)
	}
	conn, err := s.Dial(ctx, nil)
	if err != nil {
		return nil, err
	}
	c := &loadClient{conn: conn, topic: "lv:" + loadAttr(tag, "id")}
	payload, err := json.Marshal(map[string]any{"url": address, "session": loadAttr(tag, "data-phx-session"), "static": loadAttr(tag, "data-phx-static"),
		"params": map[string]any{"_csrf_token": s.CSRFToken(), "_mounts": 0}, "sticky": false})
	if err == nil {
		_, err = c.ask(ctx, wire.Join, payload)
	}
	if err != nil {
		conn.Close() //nolint:errcheck // the first error counts
		return nil, fmt.Errorf("joining: %w", err)
	}
	return c, nil
}

func loadAttr(tag, name string) string {
	_, rest, _ := strings.Cut(tag, " "+name+`="`)
	v, _, _ := strings.Cut(rest, `"`)
	return html.UnescapeString(v)
}

// ask sends a message and waits for its reply.
func (c *loadClient) ask(ctx context.Context, event string, payload []byte) (wire.Message, error) {
	c.ref++
	ref := wire.NewRef(strconv.Itoa(c.ref))
	m := wire.Message{JoinRef: wire.NewRef("1"), Ref: ref, Topic: c.topic, Event: event, Payload: payload}
	if err := c.conn.Send(ctx, m.AppendText(nil)); err != nil {
		return m, err
	}
	for {
		frame, err := c.conn.Receive(ctx)
		if err != nil {
			return m, err
		}
		got, err := wire.DecodeText(frame)
		switch {
		case err != nil:
			return m, err
		case got.Event == wire.Error:
			return m, errors.New("the view crashed")
		case got.Event == wire.Reply && got.Ref == ref:
			if !strings.Contains(string(got.Payload), `"status":"ok"`) {
				return got, fmt.Errorf("the server answered %s", got.Payload)
			}
			return got, nil
		}
	}
}

func (o loadOptions) payload() []byte {
	return fmt.Appendf(nil, `{"type":"click","event":%q,"value":%s}`, o.event, o.value)
}

// measureTrips has all clients push events, each one when the last was
// answered.
func measureTrips(ctx context.Context, o loadOptions, clients []*loadClient, stdout io.Writer) error {
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var group sync.WaitGroup
	before, start := usageOf(o.pid), time.Now()
	for _, c := range clients {
		group.Go(func() {
			var trips []time.Duration
			var err error
			for err == nil && time.Since(start) < o.time {
				sent := time.Now()
				_, err = c.ask(ctx, "event", o.payload())
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
	took := time.Since(start)
	if failed != nil {
		return failed
	}
	slices.Sort(all)
	at := func(share float64) time.Duration { return all[int(share*float64(len(all)-1))].Round(time.Microsecond) }
	fmt.Fprintf(stdout, "rtt: %d round trips in %s, %.0f/s; half within %s, 99 %% within %s, all within %s\n",
		len(all), took.Round(time.Millisecond), float64(len(all))/took.Seconds(), at(0.5), at(0.99), at(1))
	if o.pid != 0 {
		cpu := usageOf(o.pid).cpu - before.cpu
		fmt.Fprintf(stdout, "cpu: %s of the server, %s a round trip\n", cpu, (cpu / time.Duration(len(all))).Round(time.Microsecond))
	}
	return nil
}

// measureBroadcast has one client push an event that reaches all, and waits
// until each has got a diff.
func measureBroadcast(ctx context.Context, o loadOptions, clients []*loadClient, stdout io.Writer) error {
	var rounds []time.Duration
	for start := time.Now(); time.Since(start) < o.time; {
		sent := time.Now()
		if err := broadcast(ctx, o, clients); err != nil {
			return err
		}
		rounds = append(rounds, time.Since(sent))
	}
	slices.Sort(rounds)
	fmt.Fprintf(stdout, "broadcast: %d rounds to %d views; half within %s, all within %s\n", len(rounds), len(clients),
		rounds[len(rounds)/2].Round(time.Microsecond), rounds[len(rounds)-1].Round(time.Microsecond))
	return nil
}

// broadcast has the first client push the event and waits for all others. The
// first error ends it.
func broadcast(ctx context.Context, o loadOptions, clients []*loadClient) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var group sync.WaitGroup
	for _, c := range clients[1:] {
		group.Go(func() {
			if err := c.awaitDiff(ctx); err != nil {
				cancel(err)
			}
		})
	}
	if _, err := clients[0].ask(ctx, "event", o.payload()); err != nil {
		cancel(err)
	}
	group.Wait()
	return context.Cause(ctx)
}

// broadcastTimeout is how long a client waits for what is sent to all.
const broadcastTimeout = 10 * time.Second

func (c *loadClient) awaitDiff(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, broadcastTimeout, errors.New("a client got no diff: the event does not reach all views"))
	defer cancel()
	for {
		frame, err := c.conn.Receive(ctx)
		if err != nil {
			return err
		}
		if m, err := wire.DecodeText(frame); err != nil || m.Event == "diff" {
			return err
		}
	}
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
