package inspector

import (
	"fmt"
	"math"
	"path"
	"sort"
	"strconv"
	"strings"
	"time"

	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// record returns a map with atom keys for a template. Empty strings become
// nil, so that a template can leave them out with :if.
func record(pairs ...any) *term.Map {
	b := term.NewMapBuilder(len(pairs) / 2)
	for i := 0; i+1 < len(pairs); i += 2 {
		var v term.Term
		switch x := pairs[i+1].(type) {
		case string:
			v = term.Binary(x)
			if x == "" {
				v = term.Nil
			}
		case int:
			v = term.Int(x)
		case bool:
			v = term.Bool(x)
		case []term.Term:
			v = term.NewList(x...)
		case term.Term:
			v = x
		}
		b.Put(term.NewAtom(pairs[i].(string)), v)
	}
	return b.Map()
}

// place writes " · file:line", or nothing.
func place(file string, line int) string {
	if file == "" || file == "." {
		return ""
	}
	return fmt.Sprintf(" · %s:%d", file, line)
}

// at writes " at file:line", or nothing.
func at(file string, line, column int) string {
	if file == "" || line == 0 {
		return ""
	}
	if column > 0 {
		return fmt.Sprintf(" at %s:%d:%d", file, line, column)
	}
	return fmt.Sprintf(" at %s:%d", file, line)
}

// crashAfter says what follows a crash.
func crashAfter(tx *Transaction) string {
	if tx.Trigger == trace.HTTP {
		return "There is no page to show; the browser got the error."
	}
	return "The page joins again, and mount starts afresh."
}

// noStreams says why there are no streams to show.
func noStreams(tx *Transaction) string {
	switch {
	case tx.Pending == nil && tx.Flushed == nil && tx.Crash != "":
		return "It crashed before anything was rendered: what was pending is gone with the process."
	case tx.Trigger == trace.HTTP && len(tx.Callbacks) == 0:
		return "The router answered without a live view, by a controller or a plug."
	case tx.Pending == nil && tx.Flushed == nil:
		return "Nothing was rendered."
	}
	return "This view has no stream."
}

// barHeight is the height in pixels of a transaction's bar: the logarithm of
// its bytes, so that a join and a small diff can both be seen.
func barHeight(bytes int) int {
	return 4 + int(5*math.Log2(1+float64(bytes)/64))
}

func timelineItem(tx *Transaction, selected bool) *term.Map {
	s := tx.Summary()
	short, sign := string(s.Trigger), ""
	if name := tx.messageName(); name != "" {
		short, sign = name, "✉ "
	} else if s.Trigger == trace.EventMsg {
		short, sign = cut(tx.Name, maxName), "↑ "
	} else if s.Trigger == trace.Upload {
		short, sign = cut(tx.Name, maxName), "⇧ "
	}
	if s.Crashed {
		sign = "✕ "
	}
	return record("id", int(s.ID), "trigger", string(s.Trigger), "client", s.Client, "short", short, "sign", sign, "title", title(s),
		"height", min(barHeight(s.BytesIn+s.BytesOut), 44), "crashed", s.Crashed, "selected", selected)
}

// title says all that the timeline knows of a transaction, for a tooltip and
// for screen readers.
func title(s Summary) string {
	text := fmt.Sprintf("#%d %s: %s, %s", s.ID, s.Client, s.Label, sent(s))
	if s.Crashed {
		text += ", crashed"
	}
	return text
}

// sent says how much went over the socket.
func sent(s Summary) string {
	if s.Trigger == trace.HTTP {
		return "HTML"
	}
	return Bytes(s.BytesOut) + " out"
}

// detail returns a transaction for the template, with what the tab shows of it
// and nothing of the others: a large stream or frame costs only who looks.
func detail(tx *Transaction, tab string) *term.Map {
	tx = tx.inTime()
	s := tx.Summary()
	ops := 0
	for _, r := range tx.Reports {
		ops += len(r.Ops) + r.Dropped
	}
	counts := record("streams", count(tx.touched()), "assigns", count(tx.changed()), "page", count(ops),
		"frames", count(len(tx.Frames)), "console", count(len(tx.Logs)))
	var streams, assigns, reports, frames []term.Term
	switch tab {
	case "streams":
		streams = streamTerms(tx)
	case "assigns":
		assigns = assignTerms(tx)
	case "page":
		reports = reportTerms(tx)
	case "frames":
		frames = frameTerms(tx.ID, tx.Frames)
	}
	return record("id", int(tx.ID), "client", s.Client, "label", s.Label, "sent", sent(s),
		"took", Duration(s.Took), "crash", cut(tx.Crash, maxLine), "crash_place", at(path.Base(tx.CrashFile), tx.CrashLine, tx.CrashColumn), "crash_after", crashAfter(tx), "no_streams", noStreams(tx), "counts", counts,
		"callbacks", callbackTerms(tx), "streams", streams, "assigns", assigns, "reports", reports, "frames", frames)
}

// count is the number on a tab: none for 0.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// printTime is how long the terms of a transaction may take to print, together:
// implementations of Inspect are the reader's code, and may have no end.
const printTime = 300 * time.Millisecond

// inTime returns the transaction with a Print that stops printing when its time
// is over.
func (tx *Transaction) inTime() *Transaction {
	out, left := *tx, printTime
	out.print = func(v term.Term, o term.InspectOptions) string {
		if left <= 0 {
			return "…"
		}
		began := time.Now()
		defer func() { left -= time.Since(began) }()
		return tx.print(v, o)
	}
	return &out
}

// mostCallbacks is how many callbacks of a transaction are shown, and mostAssigns
// how many assigns.
const (
	mostCallbacks = 100
	mostAssigns   = 500
)

func callbackTerms(tx *Transaction) []term.Term {
	var out []term.Term
	for i, c := range tx.Callbacks[:min(len(tx.Callbacks), mostCallbacks)] {
		var args []term.Term
		for j, a := range c.Args {
			args = append(args, record("name", argName(c.Name, j), "value", inspectArg(a, tx.print)))
		}
		result := "raised"
		if c.Result != nil {
			result = inspectArg(c.Result, tx.print)
		}
		out = append(out, record("n", i, "name", c.Name, "took", Duration(c.Took),
			"where", term.Inspect(c.Module)+"."+c.Name+place(c.File, c.Line), "place", place(path.Base(c.File), c.Line), "args", args, "result", result))
	}
	return out
}

var argNames = map[string][]string{
	"mount/3": {"params", "session", "socket"}, "mount/1": {"socket"}, "update/2": {"assigns", "socket"},
	"handle_params/3": {"params", "uri", "socket"}, "handle_event/3": {"event", "params", "socket"},
	"handle_info/2": {"message", "socket"}, "handle_async/3": {"name", "result", "socket"},
	"render/1": {"assigns"}, "terminate/2": {"reason", "socket"},
}

func argName(callback string, i int) string {
	if names := argNames[callback]; i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("argument %d", i+1)
}

func inspectArg(v term.Term, print Print) string {
	return print(v, term.InspectOptions{Pretty: true, Width: 64, Limit: 50})
}

// mostOps is how many operations of a stream the ledger shows; the struct below
// it has more of them.
const mostOps = 60

func streamTerms(tx *Transaction) []term.Term {
	var out []term.Term
	streams := tx.Streams()
	for i := range streams {
		s := &streams[i]
		var ops []term.Term
		for j := range s.Ops[:min(len(s.Ops), mostOps)] {
			ops = append(ops, opTerm(tx, s, j))
		}
		more := ""
		if n := len(s.Ops) - mostOps; n > 0 {
			more = "… and " + plural(n, "operation more", "operations more")
		}
		out = append(out, record("key", fmt.Sprintf("%d-%s-%d", tx.ID, s.Name, s.CID), "name", s.Name, "title", s.Title(),
			"ref", s.Ref, "reset", s.Reset, "touched", s.Touched, "ops", ops, "more", more, "held", s.Held,
			"held_items", plural(s.Held, "item", "items"), "wire", s.Wire, "wire_bytes", wireText(tx, s),
			"page", pageText(tx, s.Container), "pending", orDash(s.Pending), "flushed", orDash(s.After)))
	}
	return out
}

// wireText says what of the stream was sent.
func wireText(tx *Transaction, s *Stream) string {
	switch {
	case s.Wire != "":
		return Bytes(s.WireBytes) + " of the diff"
	case tx.Trigger == trace.HTTP && s.Touched:
		return "as HTML in the first page"
	}
	return "not sent"
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// pageText says which rows the container has now.
func pageText(tx *Transaction, c *Container) string {
	switch {
	case c == nil && tx.Trigger == trace.HTTP:
		return "no socket yet, so no report"
	case c == nil:
		return "the page has not reported"
	}
	rows := plural(c.Count-c.Placeholders, "row", "rows")
	if c.Placeholders > 0 {
		rows += fmt.Sprintf(" and %s outside the stream", plural(c.Placeholders, "child", "children"))
	}
	const most = 12
	ids := shortIDs(c.Children)
	if len(ids) > most {
		ids = append(append([]string(nil), ids[:most/2]...), append([]string{"…"}, ids[len(ids)-most/2:]...)...)
	}
	if len(ids) == 0 {
		return rows
	}
	return rows + ": " + strings.Join(ids, " · ")
}

// shortIDs leaves out what all ids begin with, up to the last dash: 14, 15 for
// messages-14, messages-15.
func shortIDs(ids []string) []string {
	if len(ids) < 2 {
		return ids
	}
	prefix := ids[0][:strings.LastIndexByte(ids[0], '-')+1]
	out := make([]string, len(ids))
	for i, id := range ids {
		short, ok := strings.CutPrefix(id, prefix)
		if !ok || short == "" {
			return ids
		}
		out[i] = short
	}
	return out
}

func opTerm(tx *Transaction, s *Stream, i int) *term.Map {
	op := s.Ops[i]
	kind, tone, row := "insert", "new", ""
	switch {
	case op.Pending == "":
		kind, tone = "no operation: the page did it by itself", ""
	case op.Delete:
		kind, tone, row = "delete", "del", "no HTML"
	case op.Row > 0:
		row = "+ 1 row, " + Bytes(op.Row)
	}
	var dom []term.Term
	domTone := ""
	for _, d := range op.DOM {
		icon, _, t := opLook(d.Op)
		domTone = t
		dom = append(dom, record("icon", icon, "id", d.ID, "reason", d.Reason))
	}
	if op.Pending != "" && !op.Delete && domTone != "" {
		tone = domTone
	}
	return record("kind", kind, "tone", tone, "pending", bits(op.Pending), "wire", bits(op.Wire), "row", row, "dom", dom,
		"dom_tone", domTone, "silence", silence(tx, s, i))
}

// silence says why nothing on the page is known to have come of an operation.
func silence(tx *Transaction, s *Stream, i int) string {
	op := s.Ops[i]
	for j, other := range s.Ops {
		switch {
		case j == i || other.DOMID != op.DOMID || other.Pending == "":
		case op.Delete && !other.Delete:
			return "see the insert of the same id"
		case !op.Delete && !other.Delete && j < i:
			return "inserted once more: see above"
		}
	}
	switch {
	case tx.Trigger == trace.HTTP:
		return "a row of the first HTML"
	case s.Container == nil:
		return "not reported yet"
	case s.Dropped:
		return "not in the report, which has only the first changes"
	case op.Delete:
		return "no such element, so nothing to do"
	}
	return "nothing reported"
}

// shortBit is the length up to which an element of a tuple stays on one line.
const shortBit = 24

// bits cuts a tuple or a list in text form behind the commas between its
// elements, so that the page can break lines there.
func bits(text string) []term.Term {
	var out []term.Term
	start, quoted := 0, false
	cut := func(end int) {
		if bit := text[start:end]; bit != "" {
			out = append(out, record("text", bit, "short", len(bit) <= shortBit))
		}
		start = end
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			for i+1 < len(text) && text[i+1] == ' ' {
				i++
			}
			cut(i + 1)
		}
	}
	cut(len(text))
	return out
}

// opLook returns the sign, word and tone of what happened to an element.
func opLook(op string) (icon, word, tone string) {
	switch op {
	case "inserted":
		return "⊕", "new", "new"
	case "updated":
		return "✎", "updated", "upd"
	case "moved":
		return "⇅", "moved", "mov"
	case "deleted", "removed_on_join", "reset":
		return "⊖", "deleted", "del"
	case "pruned":
		return "✂", "pruned", "cut"
	case "ignored":
		return "∅", "ignored", "nop"
	}
	return "·", op, "nop"
}

func assignTerms(tx *Transaction) []term.Term {
	groups := []term.Term{assignGroup("", tx.Assigns(0))}
	for _, cid := range cids(tx.PendingComponents, tx.FlushedComponents) {
		groups = append(groups, assignGroup(fmt.Sprintf("component %d", cid), tx.Assigns(cid)))
	}
	return groups
}

func assignGroup(title string, list []Assign) *term.Map {
	sort.SliceStable(list, func(i, j int) bool { return list[i].State != "same" && list[j].State == "same" })
	tones := map[string]string{"new": "new", "changed": "upd", "removed": "del"}
	var rows []term.Term
	for _, a := range list[:min(len(list), mostAssigns)] {
		rows = append(rows, record("name", a.Name, "state", a.State, "tone", tones[a.State], "before", a.Before, "value", a.After))
	}
	return record("title", title, "rows", rows)
}

func reportTerms(tx *Transaction) []term.Term {
	var out []term.Term
	for _, r := range tx.Reports {
		var ops, problems, containers []term.Term
		for _, d := range r.Ops {
			icon, word, tone := opLook(d.Op)
			ops = append(ops, record("icon", icon, "word", word, "tone", tone, "target", target(d), "reason", d.Reason, "text", d.Text))
		}
		for _, p := range r.Problems {
			problems = append(problems, term.Binary(p.Message))
		}
		for i := range r.Containers {
			c := &r.Containers[i]
			containers = append(containers, record("id", c.ID, "text", pageText(tx, c)))
		}
		out = append(out, record("ops", ops, "dropped", r.Dropped, "problems", problems, "containers", containers))
	}
	return out
}

// target names an element: by its id, or by its tag and the item it is in.
func target(d DOMOp) string {
	name := d.Tag
	if d.ID != "" {
		name = "#" + d.ID
	}
	if d.Within != "" && d.Within != d.ID {
		name += " in #" + d.Within
	}
	return name
}

func frameTerms(id uint64, frames []Frame) []term.Term {
	var out []term.Term
	for i, f := range frames {
		v := f.View()
		var notes []term.Term
		for _, n := range v.Notes {
			notes = append(notes, term.Binary(n))
		}
		out = append(out, record("n", i, "key", fmt.Sprintf("%d-%d", id, i), "out", v.Out, "kind", v.Kind, "raw", v.Raw,
			"pretty", v.Pretty, "bytes", Bytes(v.Bytes), "notes", notes))
	}
	return out
}
