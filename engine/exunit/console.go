package exunit

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

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
	level int // of severity; lines above it are not captured
	text  strings.Builder
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
	case "puts", "inspect", "warning-io":
		fmt.Fprintln(c, e.Text)
		return
	case "write":
		io.WriteString(c, e.Text) //nolint:errcheck // nobody reads what a test prints
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
	line := fmt.Sprintf("\n%s [%s] %s\n", at.Format("15:04:05.000"), e.Level, e.Text)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.sinks) == 0 {
		io.WriteString(c.out, colored(c.color, logColors[e.Level], line)) //nolint:errcheck // as above
		return
	}
	for _, s := range c.sinks {
		if severity(e.Level) <= s.level {
			s.text.WriteString(line)
		}
	}
}

var logColors = map[string]string{"error": "\x1b[31m", "warning": "\x1b[33m", "debug": "\x1b[36m"}

func colored(on bool, color, text string) string {
	if !on || color == "" {
		return text
	}
	return color + text + "\x1b[0m"
}

// capture starts to gather the log; stop ends it and returns what came.
func (c *console) capture(level int) (stop func() string) {
	s := &logSink{level: level}
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
