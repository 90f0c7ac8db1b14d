package livetest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"

	"github.com/coder/websocket"
)

// Socket is a Transport over HTTP and a WebSocket, as a browser has them. Make
// one with NewSocket.
type Socket struct {
	base   string
	client *http.Client
	csrf   string
}

// maxFrame bounds what a server may send in one frame.
const maxFrame = 64 << 20

// NewSocket returns a Transport to the server at an address such as
// "http://127.0.0.1:4000". It keeps cookies.
func NewSocket(base string) *Socket {
	jar, _ := cookiejar.New(nil) //nolint:errcheck // it has no options that could be wrong
	// Connections that stay open would outlive the Socket.
	client := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Socket{base: base, client: client}
}

// Base implements Transport.
func (s *Socket) Base() string { return s.base }

const flashCookie = "__phoenix_flash__"

var csrfMeta = regexp.MustCompile(`<meta\s+name="csrf-token"\s+content="([^"]*)"`)

// Get implements Transport.
func (s *Socket) Get(ctx context.Context, address, flash string) (*Page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("loading %s: %w", address, err)
	}
	if flash != "" {
		req.AddCookie(&http.Cookie{Name: flashCookie, Value: flash})
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("loading %s: %w", address, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("loading %s: %w", address, err)
	}
	if m := csrfMeta.FindSubmatch(data); m != nil {
		s.csrf = string(m[1])
	}
	return &Page{Status: res.StatusCode, Location: res.Header.Get("Location"), HTML: string(data)}, nil
}

// Dial implements Transport.
func (s *Socket) Dial(ctx context.Context, params url.Values) (Conn, error) {
	query := url.Values{"vsn": {"2.0.0"}, "_csrf_token": {s.csrf}}
	for k, v := range params {
		query[k] = v
	}
	head := http.Header{"Origin": {s.base}}
	ws, _, err := websocket.Dial(ctx, s.base+"/live/websocket?"+query.Encode(), &websocket.DialOptions{HTTPHeader: head, HTTPClient: s.client})
	if err != nil {
		return nil, fmt.Errorf("opening the socket: %w", err)
	}
	ws.SetReadLimit(maxFrame)
	readCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &socketConn{queue: newQueue(), ws: ws, cancel: cancel, done: make(chan struct{})}
	go c.read(readCtx)
	return c, nil
}

// socketConn is a WebSocket with a goroutine that reads it.
type socketConn struct {
	*queue
	ws     *websocket.Conn
	cancel context.CancelFunc
	done   chan struct{}
}

func (c *socketConn) read(ctx context.Context) {
	defer close(c.done)
	for {
		_, data, err := c.ws.Read(ctx)
		if err != nil {
			c.fail(fmt.Errorf("reading the socket: %w", err))
			return
		}
		c.put(data)
	}
}

// Send implements Conn.
func (c *socketConn) Send(ctx context.Context, frame []byte) error {
	if err := c.ws.Write(ctx, websocket.MessageText, frame); err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	return nil
}

// Close implements Conn.
func (c *socketConn) Close() error {
	c.cancel()
	c.ws.CloseNow() //nolint:errcheck // it is closed either way
	<-c.done
	return nil
}

// CSRFToken returns the token of the page that was loaded last.
func (s *Socket) CSRFToken() string { return s.csrf }
