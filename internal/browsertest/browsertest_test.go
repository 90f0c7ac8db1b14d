package browsertest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"streamsplayground/internal/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

const framed = `<!doctype html><p style="height:50px">above</p><iframe id="f" sandbox="allow-scripts" src="/inner" style="width:300px;height:200px"></iframe>`

const inner = `<!doctype html><input id="i" value="old"><div id="list" style="height:60px;overflow:auto"><p style="height:300px">high</p></div>
<button id="b" onclick="n.textContent = i.value">b</button><p id="n"></p>`

func TestFramesWithoutAnOrigin(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/inner" {
			fmt.Fprint(w, inner)
			return
		}
		fmt.Fprint(w, framed)
	}))
	defer server.Close()
	p := browsertest.Open(t, server.URL)
	f := p.Frame("#f")
	f.Until(`document.querySelector("#b")`)
	f.Want("origin", "null")
	f.Fill("#i", "new")
	f.Click("#b")
	f.Until(`n.textContent === "new"`)
	f.Wheel("#list", 100)
	f.Until(`list.scrollTop > 0`)
	p.Do(`document.querySelector("#f").src += "?again"`)
	f.Until(`location.search === "?again" && i.value === "old"`)
	f.Click("#b")
	f.Until(`n.textContent === "old"`)
}
