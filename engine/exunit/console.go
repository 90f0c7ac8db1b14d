package exunit

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// console gets what tests print and log. It is the tracer of the suite's node.
type console struct {
	mu    sync.Mutex
	out   io.Writer
	color bool
	// sinks get each line of the log, instead of out while there are any.
	sinks []*logSink
}

// logSink is one capture_log.
type logSink struct {
	level  int // of severity; lines above it are not captured
	format string
	text   strings.Builder
}

// Write implements io.Writer.
func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.Write(p)
}

// Trace implements trace.Tracer.
func (c *console) Trace(e trace.Event) {
	if e.Step != trace.Log {
		return
	}
	switch e.Level {
	case "puts", "inspect":
		fmt.Fprintln(c, e.Text)
		return
	}
	c.log(e)
}

var severities = []string{"emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"}

func severity(level string) int {
	for i, s := range severities {
		if s == level {
			return i
		}
	}
	return len(severities)
}

// log writes a line of the log as Logger's default format does, or gives it to
// those who capture it.
func (c *console) log(e trace.Event) {
	at := e.Time
	if at.IsZero() {
		at = time.Now()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.sinks) == 0 {
		io.WriteString(c.out, colored(c.color, logColors[e.Level], logLine(defaultLogFormat, at, e))) //nolint:errcheck // nobody reads what a test prints
		return
	}
	for _, s := range c.sinks {
		if severity(e.Level) <= s.level {
			s.text.WriteString(logLine(s.format, at, e))
		}
	}
}

// defaultLogFormat is that of Logger.
const defaultLogFormat = "\n$time $metadata[$level] $message\n"

func logLine(format string, at time.Time, e trace.Event) string {
	return strings.NewReplacer("$time", at.Format("15:04:05.000"), "$date", at.Format("2006-01-02"), "$metadata", "",
		"$levelpad", strings.Repeat(" ", max(0, 5-len(e.Level))), "$level", e.Level, "$message", e.Text, "$node", "nonode@nohost").Replace(format)
}

var logColors = map[string]string{"error": "\x1b[31m", "warning": "\x1b[33m", "debug": "\x1b[36m"}

func colored(on bool, color, text string) string {
	if !on || color == "" {
		return text
	}
	return color + text + "\x1b[0m"
}

// capture starts to gather the log, as the options of capture_log say; stop
// ends it, unless it has been called before, and returns what came.
func (c *console) capture(opts term.Term) (stop func() string) {
	s := &logSink{level: len(severities), format: defaultLogFormat}
	if l, ok := opts.(*term.List); ok {
		if v, ok := term.KeywordGet(l, atomTerm("level")); ok {
			s.level = levelOf(v)
		}
		if v, ok := term.KeywordGet(l, atomTerm("format")); ok {
			if f, ok := v.(term.Binary); ok {
				s.format = string(f)
			}
		}
	}
	c.mu.Lock()
	c.sinks = append(c.sinks, s)
	c.mu.Unlock()
	return func() string {
		c.mu.Lock()
		defer c.mu.Unlock()
		for i, o := range c.sinks {
			if o == s {
				c.sinks = append(c.sinks[:i:i], c.sinks[i+1:]...)
			}
		}
		return s.text.String()
	}
}

// levelOf is the severity that the option :level names.
func levelOf(v term.Term) int {
	switch a, _ := v.(term.Atom); a.Name() {
	case "", "nil", "all":
		return len(severities)
	case "none":
		return -1
	case "warn":
		return severity("warning")
	default:
		return severity(a.Name())
	}
}
