package inspector

import "streamsplayground/engine/term"

// maxBytes is about how much memory a recording may take: terms, which the
// views do not keep any more, frames and logs. Older transactions are forgotten.
const maxBytes = 64 << 20

// shrink measures what the recording keeps, which may be little of what was
// taken, and forgets the older half for as long as it is too much. The newest
// transaction stays.
func (r *Recorder) shrink() {
	for {
		kept := 0
		for _, tx := range r.ring {
			kept += tx.flat()
		}
		kept += term.Size(maxBytes, r.terms()...)
		if kept < maxBytes/2 || len(r.ring) == 1 {
			// Measured again when half of the room was taken once more.
			for _, tx := range r.ring {
				tx.bytes = 0
			}
			r.bytes = min(kept, maxBytes/2)
			r.ring[0].bytes = r.bytes
			return
		}
		r.dropFirst((len(r.ring) + 1) / 2)
	}
}

// flat returns how much a transaction keeps besides terms.
func (tx *Transaction) flat() int {
	n := len(tx.Diff) + len(tx.Crash)
	for _, f := range tx.Frames {
		n += len(f.Data)
	}
	for _, l := range tx.Logs {
		n += len(l.Text)
	}
	for _, rep := range tx.Reports {
		n += rep.size
	}
	return n
}

// terms returns the terms that the transactions keep.
func (r *Recorder) terms() []term.Term {
	var out []term.Term
	add := func(m *term.Map) {
		if m != nil {
			out = append(out, m)
		}
	}
	for _, tx := range r.ring {
		add(tx.Before)
		add(tx.Pending)
		add(tx.Flushed)
		for _, m := range tx.PendingComponents {
			add(m)
		}
		for _, m := range tx.FlushedComponents {
			add(m)
		}
		for _, c := range tx.Callbacks {
			out = append(out, c.Args...)
			if c.Result != nil {
				out = append(out, c.Result)
			}
		}
	}
	return out
}
