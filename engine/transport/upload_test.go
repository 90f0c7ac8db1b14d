package transport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"streamsplayground/engine/transport/captures"
)

var uploadsOf = flag.String("uploads-of", "", "URL of a real server with testdata/uploads/live.ex at /, to record from")

// Every file of testdata/uploads has what a client sends to the view there, a
// line each, and under it the frames that a real server answered.
//
//	EVENT PAYLOAD        a message to the view
//	join TOPIC PAYLOAD   a phx_join
//	chunk TOPIC BYTES    a part of a file
//	leave TOPIC
//
// R0 to R3 are the references of the uploads, TOK(n) the token of file n.
func TestUploads(t *testing.T) {
	files, err := filepath.Glob("testdata/uploads/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	source, err := os.ReadFile("testdata/uploads/live.ex")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			url := *uploadsOf
			if url == "" {
				web, _ := serveSource(t, string(source))
				url = web.URL
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := playUploads(t, url, string(text))
			if *uploadsOf != "" {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("got:\n%s\nwant:\n%s", firstDifference(got, string(text)), firstDifference(string(text), got))
			}
		})
	}
}

// firstDifference returns the lines of a around the first that differs from b.
func firstDifference(a, b string) string {
	la, lb := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range la {
		if i >= len(lb) || la[i] != lb[i] {
			return strings.Join(la[max(i-1, 0):min(i+3, len(la))], "\n")
		}
	}
	return ""
}

// uploader is a browser that sends files.
type uploader struct {
	*captures.Browser
	known  map[string]string // placeholder by value, and value by placeholder
	ids    int
	out    strings.Builder
	ref    int
	frames chan []byte
}

var (
	randomID = regexp.MustCompile(`phx-[A-Za-z0-9_-]*[A-Z][A-Za-z0-9_-]*`)
	fileRef  = regexp.MustCompile(`"(\d+)":"(SFMyNTY[^"]+)"`)
)

// playUploads plays a session and returns it with the frames that came.
func playUploads(t *testing.T, url, text string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	u := &uploader{Browser: captures.NewBrowser(t, url), known: map[string]string{}, frames: make(chan []byte)}
	u.Get("/")
	u.Dial(ctx, u.CSRF(), true)
	go u.read(ctx)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := 0; i < len(lines); {
		u.out.WriteString(lines[i] + "\n")
		u.send(ctx, lines[i])
		n := 0
		for i++; i < len(lines) && strings.HasPrefix(lines[i], "\t"); i++ {
			n++
		}
		if *uploadsOf != "" {
			n = -1
		}
		u.expect(n)
	}
	return u.out.String()
}

// send sends what a line says.
func (u *uploader) send(ctx context.Context, line string) {
	u.ref++
	line = u.fill(line)
	verb, rest, _ := strings.Cut(line, " ")
	topic, payload, _ := strings.Cut(rest, " ")
	kind, data := websocket.MessageText, ""
	switch verb {
	case "mount":
		data = u.Fill(`["1","1","lv:phx-MAIN","phx_join",{"url":"http://HOST/","params":{"_csrf_token":"CSRF"},"session":"SESSION","static":"STATIC"}]`)
	case "join":
		data = fmt.Sprintf(`["9","%d",%q,"phx_join",%s]`, u.ref, topic, payload)
	case "leave":
		data = fmt.Sprintf(`["9","%d",%q,"phx_leave",{}]`, u.ref, topic)
	case "chunk":
		ref := fmt.Sprint(u.ref)
		kind = websocket.MessageBinary
		data = string([]byte{0, 1, byte(len(ref)), byte(len(topic)), 5}) + "9" + ref + topic + "chunk" + payload
	default:
		data = u.Fill(fmt.Sprintf(`["1","%d","lv:phx-MAIN",%q,%s]`, u.ref, verb, rest))
	}
	if err := u.WS.Write(ctx, kind, []byte(data)); err != nil {
		u.T.Fatalf("%s: %v", line, err)
	}
}

var placeholder = regexp.MustCompile(`\bR\d\b|TOK\(\d+\)`)

func (u *uploader) fill(line string) string {
	return placeholder.ReplaceAllStringFunc(line, func(p string) string { return u.known[p] })
}

// read passes the server's frames on.
func (u *uploader) read(ctx context.Context) {
	defer close(u.frames)
	for {
		_, frame, err := u.WS.Read(ctx)
		if err != nil {
			return
		}
		select {
		case u.frames <- frame:
		case <-ctx.Done():
			return
		}
	}
}

// expect notes n frames, or below 0 what comes until the server is silent.
func (u *uploader) expect(n int) {
	wait := 10 * time.Second
	if n < 0 {
		wait = 500 * time.Millisecond
	}
	for i := 0; n < 0 || i < n; i++ {
		select {
		case frame := <-u.frames:
			u.out.WriteString("\t" + u.normal(frame) + "\n")
		case <-time.After(wait):
			return
		}
	}
}

// normal writes a frame with sorted keys and placeholders.
func (u *uploader) normal(frame []byte) string {
	for _, m := range fileRef.FindAllSubmatch(frame, -1) {
		u.known["TOK("+string(m[1])+")"] = string(m[2])
	}
	v := captures.Normal(u.T, u.Hide(string(frame)))
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		u.T.Fatal(err)
	}
	return randomID.ReplaceAllStringFunc(strings.TrimSpace(b.String()), func(id string) string {
		if id == "phx-MAIN" {
			return id
		}
		if u.known[id] == "" {
			name := fmt.Sprintf("R%d", u.ids)
			u.ids++
			u.known[id], u.known[name] = name, id
		}
		return u.known[id]
	})
}
