package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"streamsplayground/engine/wire"
)

// loadClient is one joined view. It shares the processors with the server that
// it measures, so it does as little as it can: frames are made once and changed
// in place, and of what comes it reads the beginning. Its masks are zero; those
// of a browser cannot be foreseen, for the sake of proxies that a measurement
// does not go through.
type loadClient struct {
	conn  net.Conn
	in    *bufio.Reader
	topic string
	ref   int
	buf   []byte // holds the frame that was read last
	event []byte // the frame that push sends
	refAt int    // where its ref stands
	diff  []byte // how a diff begins
}

const (
	loadJoinRef = "1"
	// loadRefWidth is how many digits the refs of pushes have.
	loadRefWidth = 10
)

var loadRoot = regexp.MustCompile(`<[a-z]+ [^>]*data-phx-main[^>]*>`)

var loadCSRF = regexp.MustCompile(`<meta\s+name="csrf-token"\s+content="([^"]*)"`)

func joinOne(ctx context.Context, o loadOptions) (*loadClient, error) {
	u, err := url.Parse(o.address)
	if err != nil {
		return nil, err
	}
	jar, _ := cookiejar.New(nil) //nolint:errcheck // it has no options that could be wrong
	page, status, err := loadPage(ctx, o.address, jar)
	if err != nil {
		return nil, err
	}
	tag := loadRoot.FindString(page)
	if tag == "" {
		return nil, fmt.Errorf("%s: no live view in the page, status %d", o.address, status)
	}
	csrf := ""
	if m := loadCSRF.FindStringSubmatch(page); m != nil {
		csrf = html.UnescapeString(m[1])
	}
	c := &loadClient{topic: "lv:" + loadAttr(tag, "id")}
	if err := c.dial(ctx, u, csrf, jar.Cookies(u)); err != nil {
		return nil, fmt.Errorf("opening the socket: %w", err)
	}
	payload, err := json.Marshal(map[string]any{"url": o.address, "session": loadAttr(tag, "data-phx-session"), "static": loadAttr(tag, "data-phx-static"),
		"params": map[string]any{"_csrf_token": csrf, "_mounts": 0}, "sticky": false})
	if err == nil {
		c.compose(wire.Join, payload)
		_, err = c.push()
	}
	if err != nil {
		c.conn.Close()
		return nil, fmt.Errorf("joining: %w", err)
	}
	c.compose("event", o.payload())
	return c, nil
}

func loadPage(ctx context.Context, address string, jar http.CookieJar) (page string, status int, err error) {
	client := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", 0, err
	}
	res, err := client.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return string(data), res.StatusCode, err
}

func loadAttr(tag, name string) string {
	_, rest, _ := strings.Cut(tag, " "+name+`="`)
	v, _, _ := strings.Cut(rest, `"`)
	return html.UnescapeString(v)
}

// dial opens the WebSocket of the page.
func (c *loadClient) dial(ctx context.Context, u *url.URL, csrf string, cookies []*http.Cookie) error {
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(host, "80")
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", host)
	if err != nil {
		return err
	}
	query := url.Values{"vsn": {wire.Vsn}, "_csrf_token": {csrf}}
	req, err := http.NewRequest(http.MethodGet, u.Scheme+"://"+u.Host+"/live/websocket?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	for k, v := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": u.Scheme + "://" + u.Host} {
		req.Header.Set(k, v)
	}
	for _, cookie := range cookies {
		req.AddCookie(cookie)
	}
	c.conn, c.in = conn, bufio.NewReaderSize(conn, 2048)
	err = req.Write(conn)
	var res *http.Response
	if err == nil {
		res, err = http.ReadResponse(c.in, req)
	}
	if err == nil && res.StatusCode != http.StatusSwitchingProtocols {
		err = fmt.Errorf("status %d", res.StatusCode)
	}
	if err != nil {
		conn.Close()
	}
	return err
}

// compose makes the frame that push sends.
func (c *loadClient) compose(event string, payload []byte) {
	m := wire.Message{JoinRef: wire.NewRef(loadJoinRef), Ref: wire.NewRef(strings.Repeat("0", loadRefWidth)), Topic: c.topic, Event: event, Payload: payload}
	text := m.AppendText(nil)
	frame := []byte{0x81} // the end of a message, text
	switch n := len(text); {
	case n < 126:
		frame = append(frame, 0x80|byte(n))
	case n < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 0x80|127), uint64(n))
	}
	frame = append(frame, 0, 0, 0, 0) // the mask
	c.refAt = len(frame) + len(`["`+loadJoinRef+`","`)
	c.event = append(frame, text...)
	c.diff = fmt.Appendf(nil, `["%s",null,"%s","diff",`, loadJoinRef, c.topic)
}

// send sends the frame with the next ref.
func (c *loadClient) send() error {
	c.ref++
	for i, n := c.refAt+loadRefWidth-1, c.ref; i >= c.refAt; i, n = i-1, n/10 {
		c.event[i] = '0' + byte(n%10)
	}
	_, err := c.conn.Write(c.event)
	return err
}

// push sends the frame and waits for its reply, which it returns until the next
// frame is read.
func (c *loadClient) push() ([]byte, error) {
	if err := c.send(); err != nil {
		return nil, err
	}
	head := c.event[c.refAt-len(`["1","`) : c.refAt+loadRefWidth+1]
	for {
		frame, err := c.receive()
		switch {
		case err != nil:
			return nil, err
		case !bytes.HasPrefix(frame, head):
			if m, err := wire.DecodeText(frame); err == nil && m.Event == wire.Error {
				return nil, errors.New("the view crashed")
			}
		case !bytes.Contains(frame, []byte(`"status":"ok"`)):
			return nil, fmt.Errorf("the server answered %s", frame)
		default:
			return frame, nil
		}
	}
}

// awaitDiff waits for a diff that answers nothing.
func (c *loadClient) awaitDiff() error {
	for {
		frame, err := c.receive()
		if err != nil {
			return err
		}
		if bytes.HasPrefix(frame, c.diff) {
			return nil
		}
		if m, err := wire.DecodeText(frame); err != nil || m.Event == "diff" {
			return err
		}
	}
}

// receive reads a frame, which is valid until the next call.
func (c *loadClient) receive() ([]byte, error) {
	head, err := c.in.Peek(2)
	if err != nil {
		return nil, err
	}
	kind, n, skip := head[0], int(head[1]), 2
	switch n {
	case 126:
		if head, err = c.in.Peek(4); err != nil {
			return nil, err
		}
		n, skip = int(binary.BigEndian.Uint16(head[2:])), 4
	case 127:
		if head, err = c.in.Peek(10); err != nil {
			return nil, err
		}
		n, skip = int(binary.BigEndian.Uint64(head[2:])), 10
	}
	if kind != 0x81 {
		return nil, errors.New("the server closed the socket")
	}
	c.in.Discard(skip) //nolint:errcheck // they were peeked at
	if cap(c.buf) < n {
		c.buf = make([]byte, n)
	}
	c.buf = c.buf[:n]
	_, err = io.ReadFull(c.in, c.buf)
	return c.buf, err
}

// until sets when the client gives up.
func (c *loadClient) until(t time.Time) {
	c.conn.SetDeadline(t) //nolint:errcheck // of a connection that is open
}
