package inspector

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Report is what a client says that one patch did to its page. Its JSON form
// is described with the client, in web/client/types.js.
type Report struct {
	// Cause is why the client patched: "join", "reply", "diff", …
	Cause string
	// Reply is the ref of the reply that carried the diff, "" for a push.
	Reply      string
	Ops        []DOMOp
	Dropped    int // operations that were left out, there being too many
	Containers []Container
	Problems   []Problem

	size int // about how much memory it takes
}

// mostReported is how many operations a report may have, and how many of the
// others. The client sends fewer.
const mostReported = 1000

// DOMOp is one thing that happened to one element.
type DOMOp struct {
	Op     string `json:"op"` // inserted, updated, moved, deleted, pruned, ignored, …
	ID     string `json:"id"`
	Tag    string `json:"tag"`
	Stream string `json:"stream"`
	// Within is the id of the stream item that the element is in.
	Within string `json:"within"`
	Reason string `json:"reason"`
	Index  *int   `json:"index"`
	From   *int   `json:"from"`
	Attr   string `json:"attr"`
	Text   string `json:"text"`
	Before string `json:"before"`
}

// Container is a stream container as it is after the patch.
type Container struct {
	ID           string   `json:"id"`
	Stream       string   `json:"stream"`
	Count        int      `json:"count"`
	Placeholders int      `json:"placeholders"`
	Children     []string `json:"children"`
}

// Problem is a breach of the rules that streams have for the page.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	ID      string `json:"id"`
}

// parseReport reads a report as it came, a frame of the channel or its payload
// alone.
func parseReport(data []byte) (Report, error) {
	if len(data) > 0 && data[0] == '[' {
		m, err := parseMessage(data)
		if err != nil {
			return Report{}, err
		}
		data = m.Payload
	}
	var in struct {
		Cause string `json:"cause"`
		Refs  struct {
			Reply *string `json:"reply"`
		} `json:"refs"`
		Ops        []DOMOp     `json:"ops"`
		Dropped    int         `json:"dropped"`
		Containers []Container `json:"containers"`
		Problems   []Problem   `json:"problems"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return Report{}, fmt.Errorf("reading a report of the page: %w", err)
	}
	r := Report{Cause: in.Cause, Ops: in.Ops, Dropped: in.Dropped, Containers: in.Containers, Problems: in.Problems}
	if in.Refs.Reply != nil {
		r.Reply = *in.Refs.Reply
	}
	r.Dropped += max(0, len(r.Ops)-mostReported)
	r.Ops, r.Containers, r.Problems = atMost(r.Ops), atMost(r.Containers), atMost(r.Problems)
	r.size = 2 * len(data)
	return r, nil
}

// atMost returns the first mostReported of a list, in an array of their own.
func atMost[T any](list []T) []T {
	return slices.Clip(slices.Clone(list[:min(len(list), mostReported)]))
}

// patchOf tells whether a frame makes the client patch its page: a reply with a
// diff or a first render, or a pushed diff that is not empty.
func patchOf(f Frame) (patch, bool) {
	if !f.Out || f.Binary {
		return patch{}, false
	}
	m, err := parseMessage(f.Data)
	if err != nil {
		return patch{}, false
	}
	switch m.Event {
	case "diff":
		return patch{}, rerenders(m.Payload)
	case "phx_reply":
		var reply struct {
			Response struct {
				Diff     json.RawMessage `json:"diff"`
				Rendered json.RawMessage `json:"rendered"`
			} `json:"response"`
		}
		if json.Unmarshal(m.Payload, &reply) != nil {
			return patch{}, false
		}
		if reply.Response.Rendered != nil {
			return patch{ref: m.Ref, join: true}, true
		}
		return patch{ref: m.Ref}, rerenders(reply.Response.Diff)
	}
	return patch{}, false
}

// rerenders reports whether a diff has anything but events, a reply and a
// title.
func rerenders(diff json.RawMessage) bool {
	var top map[string]json.RawMessage
	if diff == nil || json.Unmarshal(diff, &top) != nil {
		return false
	}
	for k := range top {
		if k != "e" && k != "r" && k != "t" {
			return true
		}
	}
	return false
}

// message is a frame of Phoenix channels.
type message struct {
	JoinRef, Ref, Topic, Event string
	Payload                    json.RawMessage
}

func parseMessage(data []byte) (message, error) {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return message{}, fmt.Errorf("reading a frame: %w", err)
	}
	if len(parts) != 5 {
		return message{}, fmt.Errorf("reading a frame: it has %d parts, not 5", len(parts))
	}
	m := message{Payload: parts[4]}
	for i, to := range []*string{&m.JoinRef, &m.Ref, &m.Topic, &m.Event} {
		var s *string
		if err := json.Unmarshal(parts[i], &s); err != nil {
			return message{}, fmt.Errorf("reading a frame: %w", err)
		}
		if s != nil {
			*to = *s
		}
	}
	return m, nil
}
