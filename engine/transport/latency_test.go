package transport_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"streamsplayground/engine/transport/captures"
)

const burningSource = `
defmodule BurningLive do
  use Phoenix.LiveView
  def mount(_params, _session, socket), do: {:ok, assign(socket, n: 0, log: [])}
  def render(assigns), do: ~H"<p>{@n}</p>"
  def handle_event("inc", _, socket), do: {:noreply, update(socket, :n, &(&1 + 1))}
  def handle_event("burn", _, socket), do: {:noreply, assign(socket, :n, burn(0))}
  def handle_event("alloc", _, socket), do: {:noreply, assign(socket, :n, length(alloc([])))}
  def handle_event("keep", _, socket), do: {:noreply, update(socket, :log, &[Enum.to_list(1..300_000) | &1])}
  def handle_event("spin", _, socket) do
    send(self(), :spin)
    {:noreply, socket}
  end
  def handle_info(:spin, socket) do
    send(self(), :spin)
    {:noreply, socket}
  end
  defp burn(n), do: burn(n + 1)
  defp alloc(l), do: alloc([{l, l} | l])
end

defmodule BurningRouter do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/", BurningLive
end
`

// burner joins views and sends them the same event again and again, until ctx
// is done.
func burner(ctx context.Context, b *browser, event string) {
	for ctx.Err() == nil {
		for _, frame := range []string{
			`["1","1","lv:phx-MAIN","phx_join",` + joinPayload + `]`,
			`["1","2","lv:phx-MAIN","event",{"type":"click","event":"` + event + `","value":{}}]`,
		} {
			if b.WS.Write(ctx, websocket.MessageText, []byte(b.Fill(frame))) != nil {
				return
			}
		}
		for {
			_, data, err := b.WS.Read(ctx)
			if err != nil {
				return
			}
			if strings.Contains(string(data), "phx_error") {
				break
			}
		}
	}
}

// latencies measures a view's events while others run without end.
func latencies(t *testing.T, event string, burners, events int) []time.Duration {
	web, _ := serveSource(t, burningSource)
	y := joinBystander(t, web)
	ctx, stop := context.WithCancel(y.ctx)
	var wg sync.WaitGroup
	for range burners {
		b := newBrowser(t, web)
		b.Get("/")
		b.Dial(ctx, b.CSRF(), true)
		wg.Go(func() { burner(ctx, b, event) })
	}
	var all []time.Duration
	for i := range events {
		start := time.Now()
		y.b.Send(y.ctx, captures.Step{Push: json.RawMessage(fmt.Sprintf(`["1","e%d","lv:phx-MAIN","event",{"type":"click","event":"inc","value":{}}]`, i))})
		if _, err := y.b.Receive(y.ctx); err != nil {
			t.Fatal(err)
		}
		all = append(all, time.Since(start))
	}
	stop()
	wg.Wait()
	slices.Sort(all)
	return all
}

// TestRunawayViewsLeaveRoomForOthers has eight views run without end, each
// again as soon as it was stopped. The bound is wide, for the machine may be
// busy with other things as well.
func TestRunawayViewsLeaveRoomForOthers(t *testing.T) {
	for _, event := range []string{"burn", "alloc", "spin"} {
		all := latencies(t, event, 8, 300)
		median, p99 := all[len(all)/2], all[len(all)*99/100]
		t.Logf("%s: median %v, p99 %v", event, median, p99)
		if median > 2*time.Second || p99 > 10*time.Second {
			t.Errorf("%s: median %v, p99 %v", event, median, p99)
		}
	}
}

func TestAViewThatKeepsTooMuchIsStopped(t *testing.T) {
	web, _ := serveSource(t, burningSource)
	y := joinBystander(t, web)
	for i := range 40 {
		y.b.Send(y.ctx, captures.Step{Push: json.RawMessage(fmt.Sprintf(`["1","k%d","lv:phx-MAIN","event",{"type":"click","event":"keep","value":{}}]`, i))})
		got, err := y.b.Receive(y.ctx)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(got, "phx_error") {
			return
		}
	}
	t.Error("a view keeps hundreds of megabytes")
}
