package inspector

import (
	"fmt"
	"time"

	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// Summary is a transaction in one line, for the timeline.
type Summary struct {
	ID      uint64
	Client  string
	Trigger trace.Trigger
	// Label says what happened: "event send_message", "join".
	Label string
	// BytesIn and BytesOut are those of the frames.
	BytesIn, BytesOut int
	Took              time.Duration
	Crashed           bool
}

// Summary returns the transaction in one line.
func (tx *Transaction) Summary() Summary {
	s := Summary{ID: tx.ID, Client: tx.Client, Trigger: tx.Trigger, Took: tx.Took, Crashed: tx.Crash != "", Label: string(tx.Trigger)}
	if tx.Trigger == trace.HTTP {
		s.Label = "HTTP render"
	} else if name := tx.messageName(); name != "" {
		s.Label += " " + name
	} else if tx.Name != "" && tx.Trigger != trace.Join && tx.Trigger != trace.Leave {
		s.Label += " " + cut(tx.Name, maxName)
	}
	for _, f := range tx.Frames {
		if f.Out {
			s.BytesOut += f.Size()
		} else {
			s.BytesIn += f.Size()
		}
	}
	return s
}

// messageName names the message that handle_info was called with: an atom, the
// first element of a tuple, or the event of a broadcast. "" if the transaction
// is for no message, or it has no name.
func (tx *Transaction) messageName() string {
	if tx.Trigger != trace.Info || len(tx.Callbacks) == 0 || len(tx.Callbacks[0].Args) == 0 {
		return ""
	}
	msg := tx.Callbacks[0].Args[0]
	switch m := msg.(type) {
	case term.Tuple:
		if len(m) > 0 {
			msg = m[0]
		}
	case *term.Map:
		msg, _ = m.Get(term.NewAtom("event"))
	}
	switch m := msg.(type) {
	case term.Atom:
		return m.Name()
	case term.Binary:
		return cut(string(m), maxName)
	}
	return ""
}

// maxName is how many bytes of a name are shown: clients and code choose them.
const maxName = 100

// Bytes writes a number of bytes as people read it: "212 B", "1.4 kB".
func Bytes(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// Duration writes a time on the server as people read it: "0.04 ms".
func Duration(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}
