package upload_test

import (
	"bytes"
	"errors"
	"testing"

	"streamsplayground/engine/upload"
)

func TestStoreIsBounded(t *testing.T) {
	var s upload.Store
	a, b := s.Create(), s.Create()
	if a == b {
		t.Fatalf("the path %s twice", a)
	}
	half := make([]byte, upload.MaxStored/2)
	for _, path := range []string{a, b} {
		if err := s.Append(path, half); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Append(a, []byte("x")); !errors.Is(err, upload.ErrFull) {
		t.Errorf("one byte too many: %v", err)
	}
	s.Remove(b)
	if err := s.Append(a, []byte("x")); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if data, err := s.Read(a); err != nil || !bytes.Equal(data, append(half, 'x')) {
		t.Errorf("read %d bytes, %v", len(data), err)
	}
	if _, err := s.Read(b); !errors.Is(err, upload.ErrNoFile) {
		t.Errorf("a file that was removed: %v", err)
	}
	if err := s.Append(b, nil); !errors.Is(err, upload.ErrNoFile) {
		t.Errorf("writing to it: %v", err)
	}
}
