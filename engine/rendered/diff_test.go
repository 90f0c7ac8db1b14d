package rendered_test

import (
	"testing"

	. "streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

func TestFirstRender(t *testing.T) {
	one, two := block("s1", "s2", "s3"), block("s1", "s2")
	page := rootBlock("<h2>", "</h2>", "<span>", "</span>")
	tests := []struct {
		name string
		r    *Rendered
		want string
	}{
		{"root", show(rootBlock("<i>", "</i>"), Text("a<b>")), `{"0":"a<b>","r":1,"s":0,"p":{"0":["<i>","</i>"]}}`},
		{"no dynamics", show(block("x")), `{"s":0,"p":{"0":["x"]}}`},
		{"nested, numbered children first", show(page, Text("hi"), show(one, Text("abc"), Text("efg")), show(two, Text("efg"))),
			`{"0":"hi","1":{"0":"abc","1":"efg","s":0},"2":{"0":"efg","s":1},"r":1,"s":2,
			"p":{"0":["s1","s2","s3"],"1":["s1","s2"],"2":["<h2>","</h2>","<span>","</span>"]}}`},
		{"a block twice is numbered once", show(page, show(two, Text("a")), show(two, Text("b")), Text("")),
			`{"0":{"0":"a","s":0},"1":{"0":"b","s":0},"2":"","r":1,"s":1,"p":{"0":["s1","s2"],"1":["<h2>","</h2>","<span>","</span>"]}}`},
		{"equal statics of two blocks stay two", show(page, show(block("x")), show(block("x")), Text("")),
			`{"0":{"s":0},"1":{"s":1},"2":"","r":1,"s":2,"p":{"0":["x"],"1":["x"],"2":["<h2>","</h2>","<span>","</span>"]}}`},
		{"empty comprehension", show(block("", ""), &Comprehension{Block: block("<li>", "</li>")}),
			`{"0":"","s":0,"p":{"0":["",""]}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { wantJSON(t, NewState(nil).Render(test.r), test.want) })
	}
}

func TestManyTemplates(t *testing.T) {
	dyns, statics := []Dyn{}, []string{""}
	blocks := make([]*Block, 40)
	for i := range 80 {
		if i < 40 {
			blocks[i] = block("x", "y")
		}
		dyns, statics = append(dyns, show(blocks[i%40], Text("z"))), append(statics, "")
	}
	d := NewState(nil).Render(show(block(statics...), dyns...))
	if len(d.Templates) != 41 {
		t.Errorf("got %d templates, want 41", len(d.Templates))
	}
	for i, f := range d.Fields {
		if got := f.Value.(*Node).Static.Ref; got != i%40 {
			t.Errorf("field %d uses template %d", i, got)
		}
	}
}

func TestUpdates(t *testing.T) {
	page := block("<h1>n=", "</h1>", "")
	shown, on, off := block("<p>shown ", "</p>"), block("<b>on</b>"), block("<strong>off</strong>")
	nothing := tracked(page, nil, []Dyn{nil, nil})
	tests := []struct {
		name          string
		first, second *Rendered
		want          string
	}{
		{"nothing", show(page, Text("0"), Text("")), nothing, `{}`},
		{"a text", show(page, Text("0"), Text("")), tracked(page, nil, []Dyn{Text("1"), nil}), `{"0":"1"}`},
		{"an equal text is sent again", show(page, Text("0"), Text("")), tracked(page, nil, []Dyn{nil, Text("")}), `{"1":""}`},
		{"if turns true", show(page, Text("0"), Text("")), tracked(page, nil, []Dyn{nil, show(shown, Text("0"))}),
			`{"1":{"0":"0","s":0},"p":{"0":["<p>shown ","</p>"]}}`},
		{"if turns false", show(page, Text("0"), show(shown, Text("0"))), tracked(page, nil, []Dyn{nil, Text("")}), `{"1":""}`},
		{"inside an if", show(page, Text("0"), show(shown, Text("0"))), tracked(page, nil, []Dyn{nil, show(shown, Text("2"))}), `{"1":{"0":"2"}}`},
		{"an if without changes inside", show(page, Text("0"), show(shown, Text("0"))),
			tracked(page, nil, []Dyn{nil, tracked(shown, nil, []Dyn{nil})}), `{}`},
		{"branch switch", show(page, Text("0"), show(on)), tracked(page, nil, []Dyn{nil, show(off)}),
			`{"1":{"s":0},"p":{"0":["<strong>off</strong>"]}}`},
		{"new block computes all", show(page, Text("0"), show(on)),
			tracked(page, nil, []Dyn{nil, tracked(shown, []Dyn{Text("all")}, []Dyn{nil})}),
			`{"1":{"0":"all","s":0},"p":{"0":["<p>shown ","</p>"]}}`},
		{"root switch", show(page, Text("0"), show(on)), tracked(off, []Dyn{}, []Dyn{}), `{"s":0,"p":{"0":["<strong>off</strong>"]}}`},
		{"an empty comprehension is filled", show(page, Text("0"), &Comprehension{Block: on}),
			tracked(page, nil, []Dyn{nil, &Comprehension{Block: shown, Entries: texts("a")}}),
			`{"1":{"s":0,"k":{"0":{"0":"a"},"kc":1}},"p":{"0":["<p>shown ","</p>"]}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := NewState(nil)
			s.Render(test.first)
			wantJSON(t, s.Render(test.second), test.want)
		})
	}
}

func TestChildIsKeptWhileNotTouched(t *testing.T) {
	page, shown := block("", "", ""), block("<p>", "</p>")
	s := NewState(nil)
	s.Render(show(page, Text("0"), show(shown, Text("a"))))
	s.Render(tracked(page, nil, []Dyn{Text("1"), nil}))
	wantJSON(t, s.Render(tracked(page, nil, []Dyn{nil, show(shown, Text("b"))})), `{"1":{"0":"b"}}`)
	s.Render(tracked(page, nil, []Dyn{nil, Text("")}))
	wantJSON(t, s.Render(tracked(page, nil, []Dyn{nil, show(shown, Text("c"))})),
		`{"1":{"0":"c","s":0},"p":{"0":["<p>","</p>"]}}`)
}

func TestEnvelope(t *testing.T) {
	d := &Diff{Reply: []byte(`{"ok":1}`), Title: []byte(`"T1"`), Events: []Event{
		{Name: "hello", Payload: []byte(`{"a":1}`)}, {Name: "pre", Payload: []byte(`{"b":2}`), Before: true}}}
	wantJSON(t, d, `{"r":{"ok":1},"t":"T1","e":[["hello",{"a":1}],["pre",{"b":2},true]]}`)
	if d.Empty() {
		t.Error("a diff with a reply is not empty")
	}
	if !(&Diff{}).Empty() {
		t.Error("a zero diff is empty")
	}
	first := NewState(nil).Render(show(rootBlock("x")))
	first.Reply = []byte(`{}`)
	wantJSON(t, first, `{"r":{},"s":0,"p":{"0":["x"]}}`)
}

func TestAppendString(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", `""`},
		{"plain", `"plain"`},
		{"q\"b\\n\nt\tr\rb\bf\f", `"q\"b\\n\nt\tr\rb\bf\f"`},
		{"\x00\x1f\x7f", "\"\\u0000\\u001F\x7f\""},
		{"</script>é\u2028😀", "\"</script>é\u2028😀\""},
		{"a\xffb", "\"a\uFFFDb\""},
		{"\xe2\x82", "\"\uFFFD\uFFFD\""},
		{"\uFFFD", "\"\uFFFD\""},
	}
	for _, test := range tests {
		if got := string(AppendString(nil, test.in)); got != test.want {
			t.Errorf("AppendString(%q)\n got %s\nwant %s", test.in, got, test.want)
		}
	}
}

func TestHTML(t *testing.T) {
	page := show(block("<ul>", "</ul>", "!"), &Comprehension{Block: block("<li>", "</li>"), Entries: texts("a", "b")},
		show(block("<p>", "</p>"), Text("x")))
	if got, want := HTML(page, nil), "<ul><li>a</li><li>b</li></ul><p>x</p>!"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	got := HTML(show(block("a", "b"), place("M", term.Int(1))), func(c *Component) string { return "<" + c.Module.Name() + ">" })
	if got != "a<M>b" {
		t.Errorf("got %s", got)
	}
}
