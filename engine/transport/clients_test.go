package transport_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// TestAThousandClients joins a thousand clients at once, and has one of them tell
// all others something.
func TestAThousandClients(t *testing.T) {
	const clients = 1000
	web, _ := startServer(t)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	b := newBrowser(t, web)
	b.Get("/rooms/1")
	join := b.Fill(`["4","4","lv:phx-MAIN","phx_join",{"url":"http://HOST/rooms/1","params":{"_csrf_token":"CSRF","_mounts":0},"session":"SESSION","static":"STATIC"}]`)
	head := http.Header{"Origin": {b.URL}}
	u, err := url.Parse(b.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.Client.Jar.Cookies(u) {
		head.Add("Cookie", c.String())
	}
	address := b.URL + "/live/websocket?vsn=2.0.0&_csrf_token=" + url.QueryEscape(strings.Trim(b.Fill(`"CSRF"`), `"`))

	sockets := make([]*websocket.Conn, clients)
	errs := make(chan error, clients)
	exchange := func(ws *websocket.Conn, send, want string) error {
		if send != "" {
			if err := ws.Write(ctx, websocket.MessageText, []byte(send)); err != nil {
				return err
			}
		}
		for {
			_, frame, err := ws.Read(ctx)
			if err != nil {
				return err
			}
			if strings.Contains(string(frame), want) {
				return nil
			}
			if strings.Contains(string(frame), `"status":"error"`) {
				return fmt.Errorf("the answer is %s", frame)
			}
		}
	}
	each := func(what string, f func(i int) error) {
		var all sync.WaitGroup
		start := time.Now()
		for i := range clients {
			all.Go(func() {
				if err := f(i); err != nil {
					errs <- fmt.Errorf("client %d: %w", i, err)
				}
			})
		}
		all.Wait()
		select {
		case err := <-errs:
			t.Fatalf("%s: %v", what, err)
		default:
		}
		t.Logf("%s: %v", what, time.Since(start).Round(time.Millisecond))
	}
	each("connecting and joining", func(i int) error {
		ws, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPHeader: head})
		if err != nil {
			return err
		}
		ws.SetReadLimit(1 << 20)
		sockets[i] = ws
		return exchange(ws, join, `"rendered"`)
	})
	event := b.Fill(`["4","5","lv:phx-MAIN","event",{"type":"form","event":"send_message","value":"message%5Bcontent%5D=hello+to+all"}]`)
	each("a message to all", func(i int) error {
		if i == 0 {
			return exchange(sockets[i], event, "hello to all")
		}
		return exchange(sockets[i], "", "hello to all")
	})
	each("closing", func(i int) error { return sockets[i].Close(websocket.StatusNormalClosure, "") })
}
