// Package wire encodes and decodes the frames of Phoenix channels, version
// 2.0.0 of the protocol: text frames, which are JSON arrays of five, and binary
// ones. It is pure; it knows neither sockets nor channels. As
// Phoenix.Socket.V2.JSONSerializer.
package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"streamsplayground/engine/rendered"
)

// Vsn is the version of the protocol, as clients give it in the query.
const Vsn = "2.0.0"

// The events that channels themselves give a meaning.
const (
	Join      = "phx_join"
	Leave     = "phx_leave"
	Reply     = "phx_reply"
	Close     = "phx_close"
	Error     = "phx_error"
	Heartbeat = "heartbeat"
	// SystemTopic is the topic of heartbeats.
	SystemTopic = "phoenix"
)

// Ref is a ref or join_ref as JSON text, so that whatever a client sent can be
// echoed. The zero Ref is null.
type Ref string

// NewRef returns the Ref of a string.
func NewRef(s string) Ref { return Ref(rendered.AppendString(nil, s)) }

// String returns the text of a ref that is a string, and else its JSON.
func (r Ref) String() string {
	if n := len(r) - 1; n > 0 && r[0] == '"' && !strings.Contains(string(r), `\`) {
		return string(r[1:n])
	}
	var s string
	if json.Unmarshal([]byte(r), &s) == nil {
		return s
	}
	return string(r)
}

// Message is one frame.
type Message struct {
	JoinRef, Ref Ref
	Topic, Event string
	// Payload is JSON, or any bytes when Binary is set.
	Payload []byte
	Binary  bool
}

// ErrUTF8 is why a text frame that is not UTF-8 is refused.
var ErrUTF8 = errors.New("text frame is not UTF-8")

// DecodeText decodes a text frame. The message's payload is a part of data.
// More than five elements are allowed, as they are in Phoenix.
func DecodeText(data []byte) (Message, error) {
	if !utf8.Valid(data) {
		return Message{}, ErrUTF8
	}
	if !json.Valid(data) {
		return Message{}, errors.New("text frame is not JSON")
	}
	var parts [5][]byte
	n := split(data, parts[:])
	if n < len(parts) {
		return Message{}, fmt.Errorf("text frame is not an array of %d", len(parts))
	}
	m := Message{JoinRef: ref(parts[0]), Ref: ref(parts[1]), Payload: parts[4]}
	var err error
	if m.Topic, err = text(parts[2]); err != nil {
		return Message{}, fmt.Errorf("topic of text frame: %w", err)
	}
	if m.Event, err = text(parts[3]); err != nil {
		return Message{}, fmt.Errorf("event of text frame: %w", err)
	}
	return m, nil
}

func ref(raw []byte) Ref {
	if string(raw) == "null" {
		return ""
	}
	return Ref(raw)
}

func text(raw []byte) (string, error) {
	if raw[0] != '"' {
		return "", fmt.Errorf("%s is not a string", raw)
	}
	inner := raw[1 : len(raw)-1]
	for _, c := range inner {
		if c == '\\' {
			var s string
			err := json.Unmarshal(raw, &s)
			return s, err
		}
	}
	return string(inner), nil
}

// split stores the first elements of a JSON array in parts, and returns how
// many there were. data is valid JSON.
func split(data []byte, parts [][]byte) int {
	i := skipSpace(data, 0)
	if data[i] != '[' {
		return 0
	}
	i = skipSpace(data, i+1)
	n := 0
	for data[i] != ']' && n < len(parts) {
		end := skipValue(data, i)
		parts[n] = data[i:end:end]
		n++
		i = skipSpace(data, end)
		if data[i] == ',' {
			i = skipSpace(data, i+1)
		}
	}
	return n
}

func skipSpace(data []byte, i int) int {
	for data[i] == ' ' || data[i] == '\t' || data[i] == '\n' || data[i] == '\r' {
		i++
	}
	return i
}

// skipValue returns the end of the value at i, which stands in an array.
func skipValue(data []byte, i int) int {
	depth := 0
	for ; ; i++ {
		switch data[i] {
		case '"':
			i = skipString(data, i) - 1
		case '[', '{':
			depth++
			continue
		case ']', '}':
			if depth == 0 {
				return i
			}
			depth--
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
}

func skipString(data []byte, i int) int {
	for i++; data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// AppendText appends a message as a text frame. Its payload is JSON.
func (m Message) AppendText(b []byte) []byte {
	b = slices.Grow(b, len(m.JoinRef)+len(m.Ref)+len(m.Topic)+len(m.Event)+len(m.Payload)+24)
	b = appendHead(b, m.JoinRef, m.Ref, m.Topic, m.Event)
	if len(m.Payload) == 0 {
		b = append(b, "{}"...)
	}
	return append(append(b, m.Payload...), ']')
}

func appendHead(b []byte, joinRef, ref Ref, topic, event string) []byte {
	b = append(appendRef(append(b, '['), joinRef), ',')
	b = append(appendRef(b, ref), ',')
	b = append(rendered.AppendString(b, topic), ',')
	return append(rendered.AppendString(b, event), ',')
}

func appendRef(b []byte, r Ref) []byte {
	if r == "" {
		return append(b, "null"...)
	}
	return append(b, r...)
}

// AppendReply appends a phx_reply with a status, "ok" or "error", and a
// response, which is JSON.
func AppendReply(b []byte, joinRef, ref Ref, topic, status string, response []byte) []byte {
	b = slices.Grow(b, len(joinRef)+len(ref)+len(topic)+len(response)+64)
	b = appendHead(b, joinRef, ref, topic, Reply)
	b = rendered.AppendString(append(b, `{"status":`...), status)
	b = append(append(b, `,"response":`...), response...)
	return append(b, "}]"...)
}

// AppendReason appends a phx_reply with status "error" and a reason.
func AppendReason(b []byte, joinRef, ref Ref, topic, reason string) []byte {
	response := append(rendered.AppendString([]byte(`{"reason":`), reason), '}')
	return AppendReply(b, joinRef, ref, topic, "error", response)
}

// AppendPush appends a push of the server, which has no ref. The payload is
// JSON.
func AppendPush(b []byte, joinRef Ref, topic, event string, payload []byte) []byte {
	return Message{JoinRef: joinRef, Topic: topic, Event: event, Payload: payload}.AppendText(b)
}

// AppendClose appends the phx_close of a channel.
func AppendClose(b []byte, joinRef Ref, topic string) []byte {
	return Message{JoinRef: joinRef, Ref: joinRef, Topic: topic, Event: Close}.AppendText(b)
}

// AppendCrash appends the phx_error of a channel whose process crashed.
func AppendCrash(b []byte, joinRef Ref, topic string) []byte {
	return Message{JoinRef: joinRef, Ref: joinRef, Topic: topic, Event: Error,
		Payload: []byte(`{"reason":"channel_crash"}`)}.AppendText(b)
}
