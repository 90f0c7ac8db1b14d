package upload_test

import (
	"slices"
	"testing"

	"streamsplayground/engine/upload"
)

func TestMIME(t *testing.T) {
	for ext, want := range map[string]string{"jpg": "image/jpeg", "js": "text/javascript", "xml": "text/xml", "mka": "audio/matroska",
		"3gp": "video/3gpp", "txt": "text/plain", "JPG": "", "nothing": ""} {
		if got := upload.MIMEType(ext); got != want {
			t.Errorf("MIMEType(%q) = %q, want %q", ext, got, want)
		}
	}
	for path, want := range map[string]string{"a/b.JPG": "image/jpeg", "b.": "application/octet-stream", ".txt": "application/octet-stream",
		"x.tar.gz": "application/gzip"} {
		if got := upload.MIMETypeOfPath(path); got != want {
			t.Errorf("MIMETypeOfPath(%q) = %q, want %q", path, got, want)
		}
	}
	for kind, want := range map[string][]string{"text/plain; charset=utf-8": {"txt", "text"}, "application/foo+json": {"json"}, "a/b+c": nil,
		"IMAGE/PNG": {"png"}} {
		if got := upload.MIMEExtensions(kind); !slices.Equal(got, want) {
			t.Errorf("MIMEExtensions(%q) = %q, want %q", kind, got, want)
		}
	}
}
