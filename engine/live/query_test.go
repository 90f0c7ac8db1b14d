package live_test

import (
	"strings"
	"testing"
	"time"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
)

// TestDecodeQuery decodes as Plug.Conn.Query.decode/1, whose results these are.
func TestDecodeQuery(t *testing.T) {
	for query, want := range map[string]string{
		"a[b]=1&a=2&a[c]=3":           `%{"a" => "2"}`,
		"a=2&a[b]=1&a[c]=3":           `%{"a" => %{"b" => "1", "c" => "3"}}`,
		"a[]=1&a[]=2":                 `%{"a" => ["1", "2"]}`,
		"a[][b]=1&a[][c]=2":           `%{"a" => [%{"b" => "1", "c" => "2"}]}`,
		"a[b][]=1&a[b][]=2&a[b][c]=3": `%{"a" => %{"b" => %{"c" => "3"}}}`,
		"a[b[c]=1&a]b[=2&[x]=3&a[=4":  `%{"[x]" => "3", "a" => %{"b[c" => "1"}, "a[" => "4", "a]b[" => "2"}`,
		"a[b][c]=1&a[b]=2":            `%{"a" => %{"b" => "2"}}`,
	} {
		if got := term.Inspect(live.DecodeQuery(query)); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
}

// TestHostileQueries decodes keys that nest without end: with as many levels as
// a frame has room for, Go's stack would be full.
func TestHostileQueries(t *testing.T) {
	for _, query := range []string{
		"a" + strings.Repeat("[b]", 2_000_000) + "=1", "a" + strings.Repeat("[]", 2_000_000) + "=1",
		strings.Repeat("a[b][c][d]=1&", 300_000), strings.Repeat("a"+strings.Repeat("[b]", 900)+"=1&", 1000),
	} {
		began := time.Now()
		live.DecodeQuery(query)
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%.20s: took %v", query, took)
		}
	}
}
