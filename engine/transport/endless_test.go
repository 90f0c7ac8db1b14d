package transport_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// TestRequestsWithoutEnd sends what never ends, until the server hangs up: it
// does so before it has read much, and others are served meanwhile.
func TestRequestsWithoutEnd(t *testing.T) {
	const most = 32 << 20
	web := serveHostile(t)
	other := joinBystander(t, web)
	post := "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Type: "
	upgrade := "GET /live/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	part := func(text string) string { return "10000\r\n" + strings.Repeat(text, 1<<16/len(text)) + "\r\n" }
	for name, c := range map[string]struct{ head, more string }{
		"multipart":         {post + "multipart/form-data; boundary=x\r\n\r\n", part("--x\r\nA: b\r\n\r\nabc\r\n")},
		"a form":            {post + "application/x-www-form-urlencoded\r\n\r\n", part("a[b]=1&c")},
		"JSON":              {post + "application/json\r\n\r\n", part("[")},
		"headers":           {"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", "A: " + strings.Repeat("b", 1<<16) + "\r\n"},
		"a URL":             {"GET /", strings.Repeat("a", 1<<16)},
		"a cookie":          {"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ", strings.Repeat("a=b; ", 1<<14)},
		"a frame in pieces": {upgrade + "\x01\x81\x00\x00\x00\x00a", "\x00\xff\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00" + strings.Repeat("a", 1<<16)},
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(web.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(30 * time.Second))
		go io.Copy(io.Discard, conn)
		_, err = io.WriteString(conn, c.head)
		sent := 0
		for n := 0; err == nil && sent < most; sent += n {
			n, err = io.WriteString(conn, c.more)
			if sent == 0 {
				other.check(name)
			}
		}
		if sent >= most {
			t.Errorf("%s: the server read %d MB", name, sent>>20)
		}
		other.check(name)
		conn.Close()
	}
}
