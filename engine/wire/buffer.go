package wire

import "sync"

// Buffer holds a frame, or the payload of one, for a moment. Take one with
// TakeBuffer and give it back.
type Buffer struct{ B []byte }

var buffers = sync.Pool{New: func() any { return &Buffer{make([]byte, 0, 2048)} }}

// keptBuffer is how large a buffer may be to be used again.
const keptBuffer = 64 << 10

// TakeBuffer returns an empty buffer. It is safe for concurrent use.
func TakeBuffer() *Buffer { return buffers.Get().(*Buffer) }

// Give returns the buffer, to be used again by others.
func (b *Buffer) Give() {
	if cap(b.B) <= keptBuffer {
		b.B = b.B[:0]
		buffers.Put(b)
	}
}
