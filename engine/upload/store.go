package upload

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"
)

// MaxStored is how many bytes a Store keeps, of all files together.
const MaxStored = 64 << 20

// Why a Store refuses.
var (
	ErrFull   = errors.New("no space left for uploads")
	ErrNoFile = errors.New("no such file")
)

// Store keeps the bytes of files that were sent until they are consumed, in
// memory and no more than MaxStored. Its methods are safe for concurrent use.
type Store struct {
	mu    sync.Mutex
	files map[string][]byte
	size  int
}

// Create makes an empty file and returns its path, which has the form of
// those that Plug.Upload makes.
func (s *Store) Create() string {
	var b [6]byte
	rand.Read(b[:])
	now := time.Now().Unix()
	path := fmt.Sprintf("/tmp/plug-%d-%s/live_view_upload-%d-%d-1", now/100_000, hex.EncodeToString(b[:2]), now,
		uint32(b[2])<<24|uint32(b[3])<<16|uint32(b[4])<<8|uint32(b[5]))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil {
		s.files = map[string][]byte{}
	}
	s.files[path] = nil
	return path
}

// Append adds bytes to a file. It returns ErrFull when there is no room.
func (s *Store) Append(path string, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.files[path]
	if !ok {
		return ErrNoFile
	}
	if s.size+len(data) > MaxStored {
		return ErrFull
	}
	s.files[path] = append(old, data...)
	s.size += len(data)
	return nil
}

// Read returns a file's bytes, which the caller must not change.
func (s *Store) Read(path string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.files[path]
	if !ok {
		return nil, ErrNoFile
	}
	return data[:len(data):len(data)], nil
}

// Remove forgets a file, if there is one.
func (s *Store) Remove(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size -= len(s.files[path])
	delete(s.files, path)
}
