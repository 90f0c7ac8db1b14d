package main

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"testing"

	"streamsplayground/engine/interp"
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

// A project imports what stands in its templates by key and name, as Phoenix's
// build has it.
func TestColocatedIndex(t *testing.T) {
	a := &appJS{scripts: []interp.Colocated{{Name: "My.Live.Hook", Key: "hooks"}, {Key: "default"},
		{Name: "mark", Key: "default"}, {Name: "x-tag", Key: "web_components"}}}
	got, _ := a.module(modulesPath + "colocated.js")
	want := `import hook0 from "./hook/0.js";
import "./hook/1.js";
import hook2 from "./hook/2.js";
import hook3 from "./hook/3.js";
export default {
  "mark": hook2,
};
export const hooks = {
  "My.Live.Hook": hook0,
};
export const web_components = {
  "x-tag": hook3,
};
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
