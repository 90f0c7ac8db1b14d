package transport

import (
	"bytes"
	"net/http"
	"path"
	"strings"
	"time"

	"streamsplayground/engine/files"
	"streamsplayground/engine/upload"
)

// writtenRoot is where code puts files that the browser shall see, as Plug.Static
// serves them.
const writtenRoot = "priv/static"

// serveWritten serves a file that the reader's code wrote below priv/static, and
// reports whether there is one. What it holds may be anybody's, so it runs no
// scripts.
func (h *Handler) serveWritten(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if r.URL.Path == "/" || strings.HasSuffix(r.URL.Path, "/") {
		return false
	}
	data, err := files.Of(h.opts.Live.Node).Read(path.Join(writtenRoot, path.Clean(r.URL.Path)))
	if err != nil {
		return false
	}
	// As Plug.Static has it: by the name alone, so that what has none is downloaded.
	kind := upload.MIMETypeOfPath(r.URL.Path)
	if strings.HasPrefix(kind, "text/") {
		kind += "; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Security-Policy", "sandbox")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, r.URL.Path, time.Time{}, bytes.NewReader(data))
	return true
}
