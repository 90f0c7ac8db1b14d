package wire

import (
	"errors"
	"fmt"
)

const binaryPush = 0

// maxPart is how long a part of a binary frame's head may be.
const maxPart = 255

// DecodeBinary decodes a binary frame from a client: a push. The message's
// payload is a part of data.
func DecodeBinary(data []byte) (Message, error) {
	if len(data) < 5 || data[0] != binaryPush {
		return Message{}, errors.New("binary frame is not a push")
	}
	var parts [4]string
	rest := data[5:]
	for i := range parts {
		n := int(data[1+i])
		if n > len(rest) {
			return Message{}, fmt.Errorf("binary frame ends in part %d of its head", i)
		}
		parts[i], rest = string(rest[:n]), rest[n:]
	}
	return Message{JoinRef: NewRef(parts[0]), Ref: NewRef(parts[1]), Topic: parts[2], Event: parts[3],
		Payload: rest, Binary: true}, nil
}

// AppendBinary appends a message as the binary push that a client sends.
func (m Message) AppendBinary(b []byte) ([]byte, error) {
	parts := [4]string{m.JoinRef.String(), m.Ref.String(), m.Topic, m.Event}
	b = append(b, binaryPush)
	for i, p := range parts {
		if len(p) > maxPart {
			return nil, fmt.Errorf("part %d of the head of a binary frame has %d bytes", i, len(p))
		}
		b = append(b, byte(len(p)))
	}
	for _, p := range parts {
		b = append(b, p...)
	}
	return append(b, m.Payload...), nil
}
