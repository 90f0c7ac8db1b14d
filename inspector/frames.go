package inspector

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

// FrameView is a frame for reading.
type FrameView struct {
	Out bool
	// Kind says what the frame is: "join", "event", "reply", "diff", …
	Kind string
	// Raw is the frame as on the wire, and Pretty the same with line breaks,
	// or for a binary frame both are a hex dump.
	Raw, Pretty string
	Bytes       int
	// Notes explain in words what the frame says.
	Notes []string
}

// prettyWidth is the width up to which a JSON value stays on one line.
const prettyWidth = 58

// maxPretty bounds what is laid out, in bytes; the raw text is longer. Values
// that are nested deeper than prettyDepth stay on one line.
const (
	maxPretty   = 256 << 10
	maxRaw      = 1 << 20
	prettyDepth = 40
)

// View returns the frame for reading.
func (f Frame) View() FrameView {
	v := FrameView{Out: f.Out, Bytes: f.Size()}
	if f.Binary {
		f.viewBinary(&v)
		return v
	}
	v.Raw = cut(string(f.Data), maxRaw)
	v.Pretty = cut(v.Raw, maxPretty)
	m, err := parseMessage(f.Data)
	if err != nil {
		v.Kind, v.Notes = "malformed", []string{err.Error()}
		return v
	}
	v.Kind = kindOf(m)
	v.Notes = explain(m)
	if len(f.Data) <= maxPretty {
		v.Pretty = prettyJSON(f.Data)
	}
	return v
}

func kindOf(m message) string {
	switch m.Event {
	case "phx_reply":
		return "reply"
	case "phx_join":
		return "join"
	case "phx_leave", "phx_close", "phx_error":
		return strings.TrimPrefix(m.Event, "phx_")
	case "lvp:dom":
		return "page report"
	}
	return m.Event
}

// prettyJSON lays a JSON text out: what fits on a line stays on it. Keys keep
// their order. Text that is no JSON comes back as it is.
func prettyJSON(data []byte) string {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var b strings.Builder
	p := &printer{dec: dec, out: &b}
	if err := p.value(0, 0); err != nil {
		return string(data)
	}
	return b.String()
}

type printer struct {
	dec *json.Decoder
	out *strings.Builder
}

// value writes the next value; column is where it starts.
func (p *printer) value(indent, column int) error {
	var raw json.RawMessage
	if err := p.dec.Decode(&raw); err != nil {
		return err
	}
	return writeValue(p.out, raw, indent, column)
}

func writeValue(b *strings.Builder, raw json.RawMessage, indent, column int) error {
	var flat bytes.Buffer
	if err := json.Compact(&flat, raw); err != nil {
		return err
	}
	text := flat.String()
	if column+len(text) <= prettyWidth || text[0] != '{' && text[0] != '[' || indent >= prettyDepth {
		b.WriteString(text)
		return nil
	}
	dec := json.NewDecoder(&flat)
	open, err := dec.Token()
	if err != nil {
		return err
	}
	fmt.Fprint(b, open)
	pad := "\n" + strings.Repeat("  ", indent+1)
	for first := true; dec.More(); first = false {
		if !first {
			b.WriteByte(',')
		}
		b.WriteString(pad)
		at := 2 * (indent + 1)
		if open == json.Delim('{') {
			key, err := dec.Token()
			if err != nil {
				return err
			}
			k, err := json.Marshal(key)
			if err != nil {
				return err
			}
			b.Write(k)
			b.WriteString(": ")
			at += len(k) + 2
		}
		var elem json.RawMessage
		if err := dec.Decode(&elem); err != nil {
			return err
		}
		if err := writeValue(b, elem, indent+1, at); err != nil {
			return err
		}
	}
	shut := byte('}')
	if open == json.Delim('[') {
		shut = ']'
	}
	b.WriteString("\n" + strings.Repeat("  ", indent))
	b.WriteByte(shut)
	return nil
}

// explain says in words what a frame holds.
func explain(m message) []string {
	switch m.Event {
	case "phx_join":
		if strings.HasPrefix(m.Topic, "lvu:") {
			return []string{"The page opens a topic for one file, with the token that it got for it."}
		}
		return []string{"The page asks for its live view: signed session, URL, connect parameters."}
	case "heartbeat":
		return []string{"A sign of life; it belongs to no view."}
	case "phx_leave":
		return []string{"The page leaves the view."}
	case "phx_close":
		return []string{"The channel is closed."}
	case "phx_error":
		return []string{"The view's process has crashed. The page will join again, and mount starts afresh."}
	case "event":
		return explainEvent(m.Payload)
	case "allow_upload":
		return explainAllow(m.Payload)
	case "progress":
		return explainProgress(m.Payload)
	case "live_patch":
		return []string{"The URL of the page changes, without a new page."}
	case "live_redirect", "redirect":
		return []string{"The page is sent elsewhere."}
	case "diff":
		return explainDiff(m.Payload)
	case "phx_reply":
		return explainReply(m.Payload)
	}
	return nil
}

func explainEvent(payload json.RawMessage) []string {
	var e struct {
		Type  *string         `json:"type"`
		Event string          `json:"event"`
		Value json.RawMessage `json:"value"`
		CID   *int            `json:"cid"`
	}
	if json.Unmarshal(payload, &e) != nil {
		return nil
	}
	kind := "something"
	if e.Type != nil {
		kind = *e.Type
	}
	note := fmt.Sprintf("%s → handle_event(%q, …)", kind, e.Event)
	if e.CID != nil {
		note += fmt.Sprintf(" of component %d", *e.CID)
	}
	return []string{note}
}

func explainReply(payload json.RawMessage) []string {
	var r struct {
		Status   string                     `json:"status"`
		Response map[string]json.RawMessage `json:"response"`
	}
	if json.Unmarshal(payload, &r) != nil {
		return nil
	}
	switch {
	case r.Status != "ok":
		return []string{"Refused: " + string(r.Response["reason"])}
	case r.Response["rendered"] != nil:
		return append([]string{"The first render over the socket: statics and dynamics, all of it."}, explainDiff(r.Response["rendered"])...)
	case r.Response["config"] != nil || r.Response["error"] != nil:
		return append(explainAllowed(r.Response), explainDiff(r.Response["diff"])...)
	case r.Response["diff"] != nil:
		return explainDiff(r.Response["diff"])
	case len(r.Response) == 0:
		return []string{"Done, and nothing to render."}
	}
	return nil
}

// explainDiff names what a diff holds at its top, and every stream in it.
func explainDiff(diff json.RawMessage) []string {
	var notes []string
	var top map[string]json.RawMessage
	if json.Unmarshal(diff, &top) != nil {
		return nil
	}
	slots := 0
	for k := range top {
		if k != "" && k[0] >= '0' && k[0] <= '9' {
			slots++
		}
	}
	if slots > 0 && top["s"] == nil {
		notes = append(notes, plural(slots, "slot of the template has", "slots of the template have")+" a new value.")
	}
	for _, x := range []struct{ key, note string }{
		{"e", "e: events for the page's JavaScript."}, {"r", "r: the answer to the event."},
		{"t", "t: the title of the page."}, {"c", "c: LiveComponents, by their number."},
	} {
		if v := top[x.key]; v != nil && !(x.key == "r" && string(v) == "1") {
			notes = append(notes, x.note)
		}
	}
	return append(notes, explainStreams(diff)...)
}

func explainStreams(diff json.RawMessage) []string {
	streams := wireStreams(diff)
	refs := make([]string, 0, len(streams))
	for ref := range streams {
		refs = append(refs, ref)
	}
	sort.Slice(refs, func(i, j int) bool { return refLess(refs[i], refs[j]) })
	var notes []string
	for _, ref := range refs {
		s := streams[ref]
		note := fmt.Sprintf("stream %q: %s, %s", ref, plural(len(s.inserts), "insert", "inserts"), plural(len(s.deletes), "delete", "deletes"))
		var parts []json.RawMessage
		if json.Unmarshal(s.raw, &parts) == nil && len(parts) > 3 {
			note += ", reset"
		}
		notes = append(notes, note+".")
	}
	return notes
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
