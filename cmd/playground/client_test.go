package main

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"testing"

	web "streamsplayground/web/client"
)

// TestClientIsServedAsItIs asks for each module of the client: no other script
// may have the name of one.
func TestClientIsServedAsItIs(t *testing.T) {
	c, err := findClient("")
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(web.FS, "*.js")
	if err != nil || len(names) == 0 {
		t.Fatalf("modules of the client: %v, %v", names, err)
	}
	for _, name := range names {
		want, err := fs.ReadFile(web.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		got := httptest.NewRecorder()
		// The path as http.StripPrefix leaves it.
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = name
		c.handler().ServeHTTP(got, r)
		if got.Code != http.StatusOK || got.Body.String() != string(want) {
			t.Errorf("%s is served with status %d as\n%.200s", name, got.Code, got.Body)
		}
	}
}
