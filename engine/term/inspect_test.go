package term_test

import (
	"os"
	"strings"
	"testing"

	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

func TestInspectGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/inspect.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range source.ParseTxtar(data) {
		if f.Name == "" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			parts := strings.SplitN(f.Data, "\n", 3)
			v := read(t, parts[0])
			opts := term.InspectOptions{Shape: func(term.Atom) *term.StructShape { return nil }}
			opts = opts.With(read(t, "["+parts[1]+"]"))
			if got, want := term.InspectWith(v, opts), strings.TrimSuffix(parts[2], "\n"); got != want {
				t.Errorf("inspect(%s, %s)\ngot:\n%s\nwant:\n%s", parts[0], parts[1], got, want)
			}
		})
	}
}

func TestInspectOwnTypes(t *testing.T) {
	mod := term.NewModule("Demo")
	for want, v := range map[string]term.Term{
		"#PID<0.7.0>":                               term.PID{N: 7},
		"#Reference<0.0.0.5>":                       term.Ref{N: 5},
		"&Demo.run/2":                               &term.Fun{Module: mod, Name: term.NewAtom("run"), Arity: 2, External: true},
		`&Demo."a b"/0`:                             &term.Fun{Module: mod, Name: term.NewAtom("a b"), External: true},
		"#Function<3.42/1 in Demo.run/2>":           &term.Fun{Module: mod, Name: term.NewAtom("-run/2-fun-0-"), Arity: 1, Index: 3, Uniq: 42},
		"#Function<3.42/1 in Demo.run>":             &term.Fun{Module: mod, Name: term.NewAtom("run"), Arity: 1, Index: 3, Uniq: 42},
		"#Function<0.1/1 in Demo.\"x y\"/0>":        &term.Fun{Module: mod, Name: term.NewAtom("-x y/0-fun-0-"), Arity: 1, Uniq: 1},
		"%{a: #PID<0.1.0>, b: #Reference<0.0.0.2>}": term.NewMap(term.NewAtom("a"), term.PID{N: 1}, term.NewAtom("b"), term.Ref{N: 2}),
	} {
		if got := term.Inspect(v); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestInspectShape(t *testing.T) {
	user := term.NewStruct("User", "name", term.Binary("Ann"), "age", term.Int(3), "secret", term.Nil)
	atoms := func(names ...string) (out []term.Atom) {
		for _, n := range names {
			out = append(out, term.NewAtom(n))
		}
		return out
	}
	fields := atoms("name", "secret", "age")
	for want, s := range map[string]*term.StructShape{
		`%User{name: "Ann", secret: nil, age: 3}`:               {Fields: fields},
		`#User<name: "Ann", age: 3, ...>`:                       {Fields: fields, Except: atoms("secret")},
		`#User<age: 3, ...>`:                                    {Fields: fields, Only: atoms("age")},
		`%User{name: "Ann", age: 3}`:                            {Fields: fields, Optional: map[term.Atom]term.Term{term.NewAtom("secret"): term.Nil}},
		`%{__struct__: User, age: 3, name: "Ann", secret: nil}`: {Fields: atoms("name")},
	} {
		got := term.InspectWith(user, term.InspectOptions{Shape: func(term.Atom) *term.StructShape { return s }})
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestInspectDeep(t *testing.T) {
	deep := term.Empty
	for range 1_000_000 {
		deep = term.NewList(deep)
	}
	got := term.InspectWith(deep, term.InspectOptions{Limit: term.Unlimited})
	if want := strings.Repeat("[", 10_000) + "..." + strings.Repeat("]", 10_000); got != want {
		t.Errorf("got %d bytes, want %d", len(got), len(want))
	}
}

func TestInspectCustom(t *testing.T) {
	custom := func(v term.Term, o term.InspectOptions) (term.Term, bool) {
		m := v.(*term.Map)
		if name, _ := m.StructName(); name != term.NewModule("Box") {
			return nil, false
		}
		return term.Concat(term.Binary("#Box<"), term.ToDoc(m.GetAtom(term.NewAtom("v")), o), term.Binary(">")), true
	}
	box := term.NewStruct("Box", "v", term.NewList(term.Int(1), term.NewStruct("Box", "v", term.Int(2)), term.Int(3)))
	got := term.InspectWith(box, term.InspectOptions{Custom: custom, Limit: 2})
	if want := "#Box<[1, #Box<2>, ...]>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzInspect(f *testing.F) {
	f.Add([]byte("abc[{%:\"\xff"), 10)
	f.Add([]byte{9, 9, 9, 1, 2, 3, 8, 8, 200}, 0)
	f.Fuzz(func(t *testing.T, data []byte, width int) {
		v := random(&data, 6)
		text := term.InspectWith(v, term.InspectOptions{Pretty: true, Width: width % 100, Limit: term.Unlimited})
		flat := term.InspectWith(v, term.InspectOptions{Limit: term.Unlimited})
		squeeze := strings.NewReplacer(" ", "", "\n", "")
		if squeeze.Replace(text) != squeeze.Replace(flat) {
			t.Errorf("the layout changes more than space:\n%s\n%s", text, flat)
		}
	})
}
