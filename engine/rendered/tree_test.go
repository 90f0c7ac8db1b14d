package rendered_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	. "streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

func decode(t *testing.T, text string) *Diff {
	t.Helper()
	d, err := Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTreeHTML(t *testing.T) {
	tests := []struct {
		name  string
		diffs []string
		want  string
	}{
		{"chain of shared components", []string{`{"0":{"k":{"0":{"0":"1","1":1},"1":{"0":"2","1":2},"2":{"0":"3","1":3},"kc":3},"s":["\n",":",""]},
			"c":{"1":{"0":{"0":"index_1","s":["\nIF ",""]},"s":["",""]},"2":{"0":{"0":"index_2","s":["\nELSE ",""]},"s":1},"3":{"0":{"0":"index_3"},"s":2}},
			"s":["<div>","\n</div>"]}`}, "<div>\n1:\nIF index_1\n2:\nELSE index_2\n3:\nELSE index_3\n</div>"},
		{"a comprehension is replaced in the component that shares", []string{`{"0":1,"1":2,"c":{
			"1":{"0":{"0":{"k":{"0":{},"1":{},"2":{},"kc":3},"s":["ROW"]},"s":["\n",""]},"s":["<div>","</div>"]},
			"2":{"0":{"0":{"0":"BAR","s":["FOO","BAZ"]},"s":["\n",""]},"s":1}},"s":["","",""]}`},
			"<div>\nROWROWROW</div><div>\nFOOBARBAZ</div>"},
		{"moves", []string{`{"0":{"k":{"0":{"0":"a"},"1":{"0":"b"},"2":{"0":"c"},"kc":3},"s":0},"s":["",""],"p":{"0":["<",">"]}}`,
			`{"0":{"k":{"0":[2,{"0":"C"}],"2":0,"kc":3,"km":true}}}`}, "<C><b><a>"},
		{"shrink", []string{`{"0":{"k":{"0":{"0":"a"},"1":{"0":"b"},"kc":2},"s":["<",">"]},"s":["",""]}`, `{"0":{"k":{"kc":1}}}`}, "<a>"},
		{"shared with the tree of before", []string{`{"0":1,"1":"","s":["","",""],"c":{"1":{"0":"a","s":["<",">"],"r":1}}}`,
			`{"1":2,"c":{"1":{"0":"A"},"2":{"s":-1}}}`}, "<A><a>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var tree Tree
			for _, d := range test.diffs {
				if err := tree.Merge(decode(t, d)); err != nil {
					t.Fatal(err)
				}
			}
			if got := tree.HTML(nil); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTreeStreams(t *testing.T) {
	var tree Tree
	merge := func(text string) {
		t.Helper()
		if err := tree.Merge(decode(t, text)); err != nil {
			t.Fatal(err)
		}
	}
	merge(`{"0":{"k":{"0":{"0":"a"},"kc":1},"s":["<",">"],"stream":["0",[["i-a",-1,null,false]],[]]},"s":["[","]"]}`)
	html, streams := tree.Patch(nil)
	if html != "[<a>]" || len(streams) != 1 || streams[0].Inserts[0].DOMID != "i-a" {
		t.Errorf("got %s, %v", html, streams)
	}
	if html, streams = tree.Patch(nil); html != "[]" || len(streams) != 0 {
		t.Errorf("after the patch: got %s, %v", html, streams)
	}
	merge(`{"0":{"k":{"0":{"0":"b"},"kc":1},"stream":["0",[["i-b",0,-5,true]],["i-a"],true]}}`)
	html, streams = tree.Patch(func(int, string) string { return "" })
	if html != "[<b>]" || len(streams) != 1 || !streams[0].Reset || streams[0].Inserts[0].Limit != term.Term(term.Int(-5)) {
		t.Errorf("got %s, %v", html, streams)
	}
}

func TestTreeErrors(t *testing.T) {
	for _, text := range []string{
		`{"0":{"0":"x"}}`, `{"s":3}`, `{"s":["",""],"0":{"s":0}}`, `{"s":["",""],"c":{"1":{"s":2},"2":{"s":1}}}`,
		`{"s":["",""],"c":{"1":{"s":-9}}}`, `{"s":["",""],"0":{"s":["",""],"k":{"0":4,"kc":1}}}`, `{"s":["",""],"0":{"s":["",""],"k":{"kc":1}}}`,
	} {
		var tree Tree
		if err := tree.Merge(decode(t, text)); err == nil {
			t.Errorf("%s was merged", text)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, text := range []string{``, `[]`, `{"x":1}`, `{"0":true}`, `{"s":true}`, `{"0":{"k":{}}}`, `{"0":{"k":{"kc":1,"0":[1]}}}`, `{"e":[1]}`, `{"e":[["a"]]}`,
		`{"0":{"stream":[]}}`, `{"0":{"stream":["0",[["a"]],[]]}}`, `{"0":{"stream":["0",[],[1]]}}`, `{"p":{"5":[]}}`, `{"p":{"0":[1]}}`, `{"-1":"x"}`, `{"99999999999":"x"}`} {
		if d, err := Decode([]byte(text)); err == nil {
			t.Errorf("%s was decoded to %s", text, d.AppendJSON(nil))
		}
	}
}

// world is a random page: what it shows is known apart from any diff.
type world struct {
	rnd    *rand.Rand
	blocks []*Block
	lists  []*Block // of comprehensions, the first two with a :key
}

func newWorld(seed uint64) *world {
	w := &world{rnd: rand.New(rand.NewPCG(seed, 1))}
	for i := range 6 {
		b := block(fmt.Sprintf("<%d ", i))
		for range i % 4 {
			b.Statics = append(b.Statics, "|")
		}
		b.Statics[len(b.Statics)-1] += ">"
		w.blocks = append(w.blocks, b)
		w.lists = append(w.lists, block(b.Statics...))
	}
	return w
}

// model is a tree of what is shown: a string, a *modelNode, a *modelList or a
// *modelComponent.
type modelNode struct {
	block *Block
	parts []any
}
type modelList struct {
	block *Block
	keyed bool
	keys  []int
	rows  []*modelNode
}
type modelComponent struct {
	id   int
	body *modelNode
}

func (w *world) part(depth int, comps map[int]bool) any {
	switch n := w.rnd.IntN(10); {
	case depth <= 0 || n < 4:
		return fmt.Sprint(w.rnd.IntN(4))
	case n < 7:
		return w.node(depth-1, comps)
	case n < 9:
		n := w.rnd.IntN(len(w.lists))
		l := &modelList{block: w.lists[n], keyed: n < 2}
		keys := w.rnd.Perm(6)[:w.rnd.IntN(5)]
		for i, k := range keys {
			if !l.keyed {
				k = i
			}
			l.keys = append(l.keys, k)
			l.rows = append(l.rows, w.nodeOf(l.block, depth-1, comps))
		}
		return l
	}
	id := w.rnd.IntN(5)
	if comps[id] {
		return "c"
	}
	comps[id] = true
	return &modelComponent{id, w.node(depth-1, comps)}
}

func (w *world) node(depth int, comps map[int]bool) *modelNode {
	return w.nodeOf(w.blocks[w.rnd.IntN(len(w.blocks))], depth, comps)
}

func (w *world) nodeOf(b *Block, depth int, comps map[int]bool) *modelNode {
	n := &modelNode{block: b}
	for range len(b.Statics) - 1 {
		n.parts = append(n.parts, w.part(depth, comps))
	}
	return n
}

func modelHTML(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case *modelNode:
		var b strings.Builder
		for i, s := range v.block.Statics {
			b.WriteString(s)
			if i < len(v.parts) {
				b.WriteString(modelHTML(v.parts[i]))
			}
		}
		return b.String()
	case *modelList:
		var b strings.Builder
		for _, r := range v.rows {
			b.WriteString(modelHTML(r))
		}
		return b.String()
	case *modelComponent:
		return "<div>" + modelHTML(v.body) + "</div>"
	}
	panic("no model")
}

// modelDyn turns a model into what a template gives. With track set, a value
// that is deeply equal to before is left out.
func modelDyn(before, v any) func(track bool) Dyn {
	return func(track bool) Dyn {
		if track && before != nil && reflect.DeepEqual(before, v) {
			return nil
		}
		switch v := v.(type) {
		case string:
			return Text(v)
		case *modelNode:
			old, _ := before.(*modelNode)
			if old != nil && old.block != v.block {
				old = nil
			}
			return modelRendered(old, v)
		case *modelComponent:
			c := place("Any", term.Int(v.id))
			c.Assigns = term.NewMap(atom("body"), modelTerm{v.body})
			return c
		}
		return modelComprehension(before, v.(*modelList))
	}
}

// modelTerm carries a model as an assign.
type modelTerm struct{ node *modelNode }

func (modelTerm) Kind() term.Kind { return term.KindFun }

func modelRendered(before, v *modelNode) *Rendered {
	return &Rendered{Block: v.block, Dynamic: func(track bool) []Dyn { return modelParts(before, v, track) }}
}

func modelParts(before, v *modelNode, track bool) []Dyn {
	out := make([]Dyn, len(v.parts))
	for i, p := range v.parts {
		var old any
		if before != nil {
			old = before.parts[i]
		}
		out[i] = modelDyn(old, p)(track)
	}
	return out
}

func modelComprehension(before any, v *modelList) Dyn {
	old, _ := before.(*modelList)
	c := &Comprehension{Block: v.block, Keyed: v.keyed}
	for i, r := range v.rows {
		var was *modelNode
		if old != nil && old.block == v.block {
			for j, k := range old.keys {
				if k == v.keys[i] {
					was = old.rows[j]
				}
			}
		}
		c.Entries = append(c.Entries, Entry{Key: term.Int(v.keys[i]), Vars: term.EmptyMap,
			Render: func(_ *term.Map, track bool) []Dyn { return modelParts(was, r, track) }})
	}
	return c
}

// modelHost runs the component that shows a model.
func modelHost() *host {
	h := &host{}
	root := rootBlock("<div>", "</div>")
	h.modules = map[string]module{"Any": {render: func(s *socket) *Rendered {
		// Components compute everything: what their last model was is not known
		// here, and sending too much is allowed.
		return show(root, modelRendered(nil, s.assigns["body"].(modelTerm).node))
	}}}
	return h
}

// checkMerge renders random pages one after the other and checks that a client
// that merges the diffs shows the same as the page itself.
func checkMerge(t *testing.T, seed uint64, steps int) {
	t.Helper()
	w := newWorld(seed)
	s := NewState(modelHost())
	var tree Tree
	var before *modelNode
	for step := range steps {
		page := w.nodeOf(w.blocks[3], 4, map[int]bool{})
		d := s.Render(modelRendered(before, page))
		text := d.AppendJSON(nil)
		if !json.Valid(text) {
			t.Fatalf("seed %d step %d: not JSON: %s", seed, step, text)
		}
		if err := tree.Merge(decode(t, string(text))); err != nil {
			t.Fatalf("seed %d step %d: %v\n%s", seed, step, err, text)
		}
		if got, want := tree.HTML(nil), modelHTML(page); got != want {
			t.Fatalf("seed %d step %d\n got %s\nwant %s\ndiff %s", seed, step, got, want, text)
		}
		for _, c := range s.Components() {
			if w.rnd.IntN(4) == 0 && !strings.Contains(modelIDs(page), fmt.Sprintf("(%v)", c.ID)) {
				s.MarkForDeletion(c.CID)
				if s.Delete(c.CID) {
					tree.DropComponents(c.CID)
				}
			}
		}
		before = page
	}
}

func modelIDs(v any) string {
	switch v := v.(type) {
	case *modelNode:
		var out string
		for _, p := range v.parts {
			out += modelIDs(p)
		}
		return out
	case *modelList:
		var out string
		for _, r := range v.rows {
			out += modelIDs(r)
		}
		return out
	case *modelComponent:
		return fmt.Sprintf("(%v)", v.id) + modelIDs(v.body)
	}
	return ""
}

func TestMergeOfDiffIsTheNewPage(t *testing.T) {
	for seed := range uint64(300) {
		checkMerge(t, seed, 8)
	}
}

func FuzzMergeOfDiffIsTheNewPage(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkMerge(t, seed, 6) })
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"0":{"k":{"0":[2,{"0":"C"}],"2":0,"kc":3,"km":true}},"c":{"1":{"s":-1,"0":{"p":{"0":["a"]},"s":0}}},"e":[["a",{}]],"t":"x"}`))
	f.Add([]byte(`{"0":{"s":["",""],"k":{"0":{"0":"a"},"kc":1},"stream":["0",[["a",-1,null,true]],["b"],true]},"s":["",""]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Decode(data)
		if err != nil {
			return
		}
		text := d.AppendJSON(nil)
		again, err := Decode(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if second := again.AppendJSON(nil); string(second) != string(text) {
			t.Fatalf("%s became %s", text, second)
		}
		var tree Tree
		if tree.Merge(d) == nil {
			tree.Patch(nil)
		}
	})
}
