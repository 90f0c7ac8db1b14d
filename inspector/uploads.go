package inspector

import (
	"encoding/json"
	"fmt"
	"strings"

	"streamsplayground/engine/wire"
)

// mostDump is how many bytes of a piece of a file are shown.
const mostDump = 48

// viewBinary takes a binary frame apart: its kind, the lengths of the four
// parts of its head, these, and the payload.
func (f Frame) viewBinary(v *FrameView) {
	v.Kind = "binary"
	shownRaw := f.Data[:min(len(f.Data), maxPretty)]
	v.Raw = fmt.Sprintf("% x", shownRaw)
	cut := f.Size() - len(f.Data)
	if more := f.Size() - len(shownRaw); more > 0 {
		v.Raw += fmt.Sprintf(" … and %s", plural(more, "byte more, which is not kept", "bytes more, which are not kept"))
	}
	v.Pretty = v.Raw
	m, err := wire.DecodeBinary(f.Data)
	if err != nil {
		v.Notes = []string{"Not a binary frame of Phoenix: " + err.Error() + "."}
		return
	}
	v.Kind = m.Event
	payload := len(m.Payload) + cut
	v.Notes = []string{"A binary frame: JSON cannot hold the bytes of a file. In front stand its kind and the lengths of four texts, then these, and the rest is the payload."}
	if m.Event == "chunk" {
		v.Notes = append(v.Notes, "A piece of the file, "+plural(payload, "byte", "bytes")+".")
	}
	line := func(b *strings.Builder, data []byte, what string) {
		fmt.Fprintf(b, "%-12s  %s\n", fmt.Sprintf("% x", data), what)
	}
	var b strings.Builder
	line(&b, f.Data[:1], "kind: push")
	line(&b, f.Data[1:5], fmt.Sprintf("lengths: join ref %d, ref %d, topic %d, event %d", f.Data[1], f.Data[2], f.Data[3], f.Data[4]))
	fmt.Fprintf(&b, "%q  join ref\n%q  ref\n%q  topic\n%q  event\n", m.JoinRef.String(), m.Ref.String(), m.Topic, m.Event)
	shown := m.Payload[:min(len(m.Payload), mostDump)]
	fmt.Fprintf(&b, "payload, %s:\n", plural(payload, "byte", "bytes"))
	for at := 0; at < len(shown); at += 16 {
		row := shown[at:min(at+16, len(shown))]
		fmt.Fprintf(&b, "%-48s %s\n", fmt.Sprintf("% x", row), printable(row))
	}
	if payload > len(shown) {
		b.WriteString("…\n")
	}
	v.Pretty = strings.TrimRight(b.String(), "\n")
}

// printable is ASCII as it is, and a dot for each other byte.
func printable(data []byte) string {
	out := make([]byte, len(data))
	for i, c := range data {
		if out[i] = c; c < ' ' || c > '~' {
			out[i] = '.'
		}
	}
	return string(out)
}

func explainAllow(payload json.RawMessage) []string {
	var ask struct {
		Entries []struct {
			Name string `json:"name"`
			Size int    `json:"size"`
		} `json:"entries"`
	}
	if json.Unmarshal(payload, &ask) != nil {
		return nil
	}
	var files []string
	for _, e := range ask.Entries {
		files = append(files, fmt.Sprintf("%s, %s", e.Name, Bytes(e.Size)))
	}
	note := "The page asks whether it may send " + plural(len(files), "file", "files")
	if len(files) > 0 {
		note += ": " + strings.Join(files, "; ")
	}
	return []string{note + ". Nothing of them is sent yet."}
}

// explainAllowed explains the answer to allow_upload.
func explainAllowed(response map[string]json.RawMessage) []string {
	if text := response["error"]; text != nil && string(text) != "[]" {
		return []string{"Not allowed, by the reference of each file: " + string(text)}
	}
	var config struct {
		Chunk int `json:"chunk_size"`
	}
	if json.Unmarshal(response["config"], &config) != nil {
		return nil
	}
	return []string{fmt.Sprintf("Allowed: entries has a token for each file, to join a topic of its own. It is to come in pieces of at most %s.", Bytes(config.Chunk))}
}

func explainProgress(payload json.RawMessage) []string {
	var p struct {
		Progress json.RawMessage `json:"progress"`
		Ref      string          `json:"entry_ref"`
	}
	if json.Unmarshal(payload, &p) != nil {
		return nil
	}
	var percent int
	if json.Unmarshal(p.Progress, &percent) != nil {
		return []string{fmt.Sprintf("File %s could not be sent: %s", p.Ref, p.Progress)}
	}
	return []string{fmt.Sprintf("The page says that %d %% of file %s have arrived.", percent, p.Ref)}
}
