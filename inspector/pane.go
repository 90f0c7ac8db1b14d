package inspector

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/node"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

//go:embed pane.ex
var paneSource string

// Module is the name of the inspector's live view.
var Module = term.NewModule("Playground.Inspector")

var htmlModule = term.NewModule("Playground.Inspector.HTML")

// Templates returns the file with the pane's templates; the program that runs
// the pane must have compiled it.
func Templates() *source.File { return source.NewFile("inspector/pane.ex", paneSource) }

// timelineLimit is how many transactions the page's timeline shows.
const timelineLimit = 300

// consoleLimit is how many lines of the console are shown.
const consoleLimit = 200

// Pane is the inspector's live view. Its session names the recording to show
// under "recording".
type Pane struct {
	// Recorder returns the recording of a name, nil if there is none any more.
	Recorder func(name string) *Recorder
}

// recorderRef carries a Recorder in an assign.
type recorderRef struct{ *Recorder }

// Kind implements term.Term.
func (recorderRef) Kind() term.Kind { return term.KindRef }

// news is the message that there is something in a mail: transactions ended or
// changed, or all were cleared.
type news struct{ *mail }

// Kind implements term.Term.
func (news) Kind() term.Kind { return term.KindRef }

// mail is what a recorder had to say since the pane looked last. However much
// that is, one message of it waits for the pane at a time.
type mail struct {
	mu      sync.Mutex
	cleared bool
	ids     []uint64
}

// put adds an ID, and reports whether the pane must be told.
func (m *mail) put(id uint64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	first := !m.cleared && len(m.ids) == 0
	switch {
	case id == 0:
		m.cleared, m.ids = true, nil
	case len(m.ids) == 0 || !slices.Contains(m.ids[max(0, len(m.ids)-recent):], id):
		m.ids = append(m.ids, id)
		m.ids = m.ids[max(0, len(m.ids)-timelineLimit):]
	}
	return first
}

// recent is how many IDs before one are looked at for it.
const recent = 8

// take empties the mail.
func (m *mail) take() (cleared bool, ids []uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	cleared, ids = m.cleared, m.ids
	m.cleared, m.ids = false, nil
	return cleared, ids
}

// Mount implements live.ViewMounter.
func (p *Pane) Mount(t *interp.Thread, _ term.Term, session *term.Map, s live.Socket) live.Socket {
	name, _ := session.Get(term.Binary("recording"))
	rec := p.Recorder(text(name))
	if rec == nil {
		rec = NewRecorder(1)
	}
	s = s.Assign("recorder", recorderRef{rec}).Assign("tab", term.Binary(rememberedTab(t, s))).
		Assign("said", term.Nil).Assign("follow", term.True).Assign("tx", term.Nil).Assign("selected", term.Int(0)).
		Assign("console", term.Empty).Assign("count", term.Int(0))
	var items []term.Term
	var last uint64
	if s.Connected() {
		subscribe(t, rec)
		all := rec.Transactions()
		for i := range all[max(0, len(all)-timelineLimit):] {
			items = append(items, timelineItem(&all[i], false))
			last = all[i].ID
		}
	}
	s = s.Assign("count", term.Int(len(items))).Stream(t, "timeline", items)
	if last != 0 {
		s = p.choose(t, s, rec, last)
	}
	return s
}

// tabs are the names of the tabs.
var tabs = []string{"streams", "assigns", "page", "frames", "console"}

// rememberedTab returns the tab that the browser says was shown last.
func rememberedTab(t *interp.Thread, s live.Socket) string {
	if s.Connected() {
		params, _ := t.Apply(term.NewModule("Phoenix.LiveView"), "get_connect_params", s.Term()).(*term.Map)
		if params != nil {
			tab, _ := params.Get(term.Binary("tab"))
			if slices.Contains(tabs, text(tab)) {
				return text(tab)
			}
		}
	}
	return tabs[0]
}

// subscribe has the recorder send news to this process for as long as it
// lives.
func subscribe(t *interp.Thread, rec *Recorder) {
	self, m := node.Of(t), &mail{}
	rec.Subscribe(func(id uint64) bool {
		if m.put(id) {
			self.Node().Send(self.PID(), news{m})
		}
		_, alive := self.Node().Process(self.PID())
		return alive
	})
}

// Render implements live.View.
func (p *Pane) Render(t *interp.Thread, assigns *term.Map) *rendered.Rendered {
	r, _ := t.Apply(htmlModule, "pane", assigns).(*rendered.Rendered)
	return r
}

// HandleEvent implements live.EventHandler.
func (p *Pane) HandleEvent(t *interp.Thread, event string, value term.Term, s live.Socket) (live.Socket, *term.Map) {
	rec := s.Get("recorder").(recorderRef).Recorder
	params, _ := value.(*term.Map)
	if params == nil {
		params = term.EmptyMap
	}
	switch event {
	case "select":
		id, _ := params.Get(term.Binary("id"))
		if n, err := strconv.ParseUint(text(id), 10, 64); err == nil {
			s = p.choose(t, s, rec, n)
			s = s.Assign("follow", term.Bool(n == rec.Last()))
		}
	case "tab":
		tab, _ := params.Get(term.Binary("tab"))
		if slices.Contains(tabs, text(tab)) {
			s = p.show(s.Assign("tab", term.Binary(text(tab))), rec)
		}
	case "follow":
		on := s.Get("follow") != term.Term(term.True)
		s = s.Assign("follow", term.Bool(on))
		if on {
			s = p.choose(t, s, rec, rec.Last())
		}
	case "clear":
		rec.Clear()
	}
	return s, nil
}

// HandleInfo implements live.InfoHandler.
func (p *Pane) HandleInfo(t *interp.Thread, msg term.Term, s live.Socket) live.Socket {
	n, ok := msg.(news)
	if !ok {
		return s
	}
	rec := s.Get("recorder").(recorderRef).Recorder
	cleared, ids := n.take()
	if cleared {
		s = s.Stream(t, "timeline", nil, "reset", term.True).Assign("tx", term.Nil).
			Assign("selected", term.Int(0)).Assign("count", term.Int(0)).Assign("console", term.Empty)
	}
	var follow uint64
	for _, id := range ids {
		if tx, ok := rec.Transaction(id); ok {
			s = p.told(t, s, rec, &tx, &follow)
		}
	}
	if follow != 0 {
		s = p.choose(t, s, rec, follow)
	}
	return p.console(s, rec)
}

// told puts a transaction that is new, or has changed, into the timeline. follow
// is the one to show when all are there.
func (p *Pane) told(t *interp.Thread, s live.Socket, rec *Recorder, tx *Transaction, follow *uint64) live.Socket {
	shown := uint64(s.Get("selected").(term.Int))
	chosen := shown == tx.ID
	s = s.StreamInsert(t, "timeline", timelineItem(tx, chosen), "at", term.Int(rec.Position(tx.ID, timelineLimit)), "limit", term.Int(-timelineLimit)).
		Assign("count", term.Int(1))
	switch {
	case chosen:
		s = s.Assign("tx", detail(tx, text(s.Get("tab"))))
	case s.Get("follow") == term.Term(term.True) && tx.ID > max(shown, *follow) && !staysAtCrash(s, rec, tx):
		*follow = tx.ID
	}
	if len(tx.Reports) == 0 {
		s = s.Assign("said", term.Binary(title(tx.Summary())))
	}
	return s
}

// staysAtCrash reports whether a crash is shown and the transaction only brings
// the page of that client back: what went wrong would be gone from the
// inspector as soon as it is there.
func staysAtCrash(s live.Socket, rec *Recorder, tx *Transaction) bool {
	shown, ok := rec.Transaction(uint64(s.Get("selected").(term.Int)))
	if !ok || shown.Crash == "" || shown.Client != tx.Client || tx.Crash != "" {
		return false
	}
	return tx.Trigger == trace.Join || tx.Trigger == trace.HTTP || tx.Trigger == trace.Leave
}

// show fills the tab that is chosen.
func (p *Pane) show(s live.Socket, rec *Recorder) live.Socket {
	if tx, ok := rec.Transaction(uint64(s.Get("selected").(term.Int))); ok {
		s = s.Assign("tx", detail(&tx, text(s.Get("tab"))))
	}
	return p.console(s, rec)
}

// choose shows a transaction. An item of a stream is rendered only when it is
// streamed, so the old and the new one are streamed again to show which is
// pressed.
func (p *Pane) choose(t *interp.Thread, s live.Socket, rec *Recorder, id uint64) live.Socket {
	tx, ok := rec.Transaction(id)
	if !ok {
		return s
	}
	if old, _ := s.Get("selected").(term.Int); old != 0 && uint64(old) != id {
		if was, kept := rec.Transaction(uint64(old)); kept {
			s = s.StreamInsert(t, "timeline", timelineItem(&was, false), "update_only", term.True)
		}
	}
	s = s.StreamInsert(t, "timeline", timelineItem(&tx, true), "limit", term.Int(-timelineLimit))
	return p.console(s.Assign("selected", term.Int(id)).Assign("tx", detail(&tx, text(s.Get("tab")))), rec)
}

// console fills the console while it is shown.
func (p *Pane) console(s live.Socket, rec *Recorder) live.Socket {
	if text(s.Get("tab")) != "console" {
		return s
	}
	return s.Assign("console", term.NewList(consoleLines(rec.Transactions())...))
}

// maxLine is how much of a line of the console is shown.
const maxLine = 10_000

// consoleLines returns the newest lines of the console.
func consoleLines(all []Transaction) []term.Term {
	var newest []term.Term
	for i := len(all) - 1; i >= 0 && len(newest) < consoleLimit; i-- {
		tx := &all[i]
		if tx.Crash != "" && !tx.logged(tx.Crash) {
			newest = append(newest, record("id", int(tx.ID), "level", "error", "text", cut(tx.Crash, maxLine), "place", place(path.Base(tx.CrashFile), tx.CrashLine)))
		}
		for j := len(tx.Logs) - 1; j >= 0 && len(newest) < consoleLimit; j-- {
			l := tx.Logs[j]
			newest = append(newest, record("id", int(tx.ID), "level", l.Level, "text", strings.TrimRight(cut(l.Text, maxLine), "\n"), "place", place(path.Base(l.File), l.Line)))
		}
	}
	slices.Reverse(newest)
	return newest
}

// cut returns the beginning of a long text.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + fmt.Sprintf("… (%s in all)", Bytes(len(text)))
}

// logged reports whether a line of the console has the text.
func (tx *Transaction) logged(text string) bool {
	return slices.ContainsFunc(tx.Logs, func(l Log) bool { return strings.Contains(l.Text, text) })
}
