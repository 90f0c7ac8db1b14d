package transport

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
	"streamsplayground/engine/wire"
)

// The view of these benchmarks is the talk's chat without its other people: its
// rows, and an event that inserts one into the stream.
var messages = sync.OnceValues(func() (*interp.Program, error) {
	const name = "testdata/bench/messages_live.ex"
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	base, err := live.Base()
	if err != nil {
		return nil, err
	}
	p, _, err := base.Compile(source.NewFile(name, string(text)))
	return p, err
})

func newMessages(tb testing.TB, tracer trace.Tracer) *Handler {
	tb.Helper()
	program, err := messages()
	if err != nil {
		tb.Fatal(err)
	}
	router := live.Routers(program)[0]
	tokens := NewTokens(nil, "")
	server := &live.Server{Router: router, RouterModule: router.Module, Tokens: tokens, Tracer: tracer}
	server.Node = node.New(node.Options{Program: server.Program, Tracer: tracer})
	server.SetProgram(program)
	tb.Cleanup(server.Node.Close)
	trusted := func(*http.Request) (*term.Map, bool) { return term.EmptyMap, true }
	return New(Options{Live: server, Tokens: tokens, Trusted: trusted})
}

func get(tb testing.TB, h *Handler, rows int) string {
	tb.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", fmt.Sprintf("http://localhost/%d", rows), nil))
	if w.Code != http.StatusOK {
		tb.Fatalf("status %d\n%s", w.Code, w.Body)
	}
	return w.Body.String()
}

var rootElement = regexp.MustCompile(`id="(phx-[^"]+)" data-phx-main data-phx-session="([^"]+)" data-phx-static="([^"]+)"`)

// pipe is a client in the same process: its frames go where those of a
// WebSocket go, without the WebSocket.
type pipe struct {
	*conn
	tb    testing.TB
	topic string
	sent  frames
	bytes int // of the last answer
}

// frames is a sender that keeps what it gets.
type frames chan string

func (f frames) put(frame []byte) bool {
	f <- string(frame)
	return true
}

func (f frames) close(websocket.StatusCode) {}

func (f frames) abort() {}

func newPipe(tb testing.TB, h *Handler, topic string) *pipe {
	p := &pipe{tb: tb, topic: topic, sent: make(frames, 16)}
	p.conn = &conn{h: h, out: p.sent, cancel: func() {}, session: term.EmptyMap, channels: map[string]*channel{}, transport: h.opts.Live.NewTransport()}
	return p
}

// joinPipe loads the page with so many rows and joins it.
func joinPipe(tb testing.TB, h *Handler, rows int) *pipe {
	tb.Helper()
	m := rootElement.FindStringSubmatch(get(tb, h, rows))
	if m == nil {
		tb.Fatal("no live view in the page")
	}
	p := newPipe(tb, h, "lv:"+m[1])
	if got := p.ask(p.joinFrame(m, rows)); !strings.Contains(got, `"status":"ok"`) {
		tb.Fatalf("joining: %s", got)
	}
	return p
}

func (p *pipe) joinFrame(m []string, rows int) []byte {
	return fmt.Appendf(nil, `["4","4",%q,"phx_join",{"url":"http://localhost/%d","params":{"_csrf_token":"","_mounts":0},"session":%q,"static":%q}]`,
		p.topic, rows, m[2], m[3])
}

// ask sends a frame and returns the next one that comes.
func (p *pipe) ask(frame []byte) string {
	m, err := wire.DecodeText(frame)
	if err != nil {
		p.tb.Fatalf("%v in %s", err, frame)
	}
	p.handle(context.Background(), m, frame)
	answer := <-p.sent
	p.bytes = len(answer)
	return answer
}

func (p *pipe) insertFrame() []byte {
	return fmt.Appendf(nil, `["4","5",%q,"event",{"type":"click","event":"insert","value":{"value":""}}]`, p.topic)
}

// listener is a Tracer that only looks.
type listener struct{ events int }

func (l *listener) Trace(trace.Event) { l.events++ }

// BenchmarkStreamInsertEvent is an event from frame in to frame out.
func BenchmarkStreamInsertEvent(b *testing.B) {
	for _, bench := range []struct {
		name   string
		tracer trace.Tracer
	}{{"tracer=off", nil}, {"tracer=on", &listener{}}} {
		b.Run(bench.name, func(b *testing.B) {
			p := joinPipe(b, newMessages(b, bench.tracer), 10)
			frame := p.insertFrame()
			if got := p.ask(frame); !strings.Contains(got, `["messages-11",-1,null,false]`) {
				b.Fatalf("inserting: %s", got)
			}
			b.ReportAllocs()
			for b.Loop() {
				p.ask(frame)
			}
			b.ReportMetric(float64(p.bytes), "frame-B")
		})
	}
}

// BenchmarkPage is the HTTP render of a page, BenchmarkJoin that and its join.
func BenchmarkPage(b *testing.B) {
	for _, rows := range []int{10, 1000} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			h := newMessages(b, nil)
			b.ReportAllocs()
			for b.Loop() {
				get(b, h, rows)
			}
		})
	}
}

// BenchmarkJoin is a join, from the frame to its answer with the whole page.
func BenchmarkJoin(b *testing.B) {
	for _, rows := range []int{10, 1000} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			h := newMessages(b, nil)
			m := rootElement.FindStringSubmatch(get(b, h, rows))
			b.ReportAllocs()
			for b.Loop() {
				p := newPipe(b, h, "lv:"+m[1])
				p.ask(p.joinFrame(m, rows))
				b.StopTimer()
				p.closeChannels()
				b.StartTimer()
			}
		})
	}
}

// heap is what is alive after a collection.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// perView returns how many bytes a joined view takes, with so many messages in
// its page.
func perView(t *testing.T, rows int) int {
	t.Helper()
	const views = 40
	h := newMessages(t, nil)
	joinPipe(t, h, rows) // what is made once
	before := heap()
	kept := make([]*pipe, views)
	for i := range kept {
		kept[i] = joinPipe(t, h, rows)
	}
	after := heap()
	runtime.KeepAlive(kept)
	return int(int64(after)-int64(before)) / views
}

// A view does not hold what it has streamed: its memory is the same however
// many messages went through. A process of its own measures that, because what
// other tests leave on the heap is freed at any time.
func TestMemoryOfAViewDoesNotGrowWithItsStream(t *testing.T) {
	const measuring = "PLAYGROUND_MEASURE_VIEW"
	if os.Getenv(measuring) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		cmd.Env = append(os.Environ(), measuring+"=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("measuring in another process: %v", err)
		}
		t.Logf("%s", out)
		return
	}
	few, many := perView(t, 10), perView(t, 1000)
	t.Logf("a joined view takes %d bytes with 10 messages in its page, %d with 1,000", few, many)
	// The 1,000 messages themselves would be 500 kB.
	if few <= 0 || many > few+8192 {
		t.Errorf("a joined view takes %d bytes with 10 messages in its page and %d with 1,000", few, many)
	}
}
