package transport_test

import (
	"net/http"
	"testing"

	"streamsplayground/engine/transport/captures"
)

const writesFiles = `
defmodule WritesLive do
  use Phoenix.LiveView

  def mount(_params, _session, socket) do
    File.mkdir_p!("priv/static/uploads")
    File.write!("priv/static/uploads/a.txt", "what code wrote")
    File.write!("priv/static/uploads/b", "without a type")
    File.write!("priv/secret.txt", "not for the browser")
    scratch = Path.join(System.tmp_dir!(), "scratch")
    File.write!(scratch, "for a while")
    File.cp!(scratch, "priv/static/uploads/c.txt")
    {:ok, socket}
  end

  def render(assigns), do: ~H"<p>written</p>"
end

defmodule WritesRouter do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  live "/", WritesLive
end
`

func TestFilesThatCodeWroteAreServed(t *testing.T) {
	web, _ := serveSource(t, writesFiles)
	b := &browser{Browser: captures.NewBrowser(t, web.URL)}
	if res, _ := b.page("/uploads/a.txt"); res.StatusCode != http.StatusNotFound {
		t.Errorf("before it is written: status %d", res.StatusCode)
	}
	b.page("/")
	res, body := b.page("/uploads/a.txt")
	if res.StatusCode != http.StatusOK || body != "what code wrote" {
		t.Errorf("status %d, %q", res.StatusCode, body)
	}
	if _, body := b.page("/uploads/c.txt"); body != "for a while" {
		t.Errorf("by way of the temporary directory: %q", body)
	}
	if got := res.Header.Get("Content-Security-Policy"); got != "sandbox" {
		t.Errorf("its policy is %q", got)
	}
	if got := res.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("its type is %q", got)
	}
	if res, _ := b.page("/uploads/b"); res.Header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("the type of a file without extension is %q", res.Header.Get("Content-Type"))
	}
	for _, path := range []string{"/secret.txt", "/../secret.txt", "/uploads/..%2f../secret.txt", "/uploads", "/uploads/"} {
		if res, body := b.page(path); res.StatusCode == http.StatusOK {
			t.Errorf("%s is served: %q", path, body)
		}
	}
}
