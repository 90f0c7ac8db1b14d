package inspector

import (
	"errors"

	"streamsplayground/engine/term"
)

// Assign is one assign in one transaction.
type Assign struct {
	Name string
	// State is "new", "changed", "removed" or "same".
	State string
	// Before and After are the value as inspect prints it; Before is set only
	// when it differs.
	Before, After string
}

// hidden are assigns that the framework keeps for itself; streams have a place
// of their own.
var hidden = map[string]bool{"__changed__": true, "streams": true}

// Assigns returns the view's assigns, or with a CID those of a component:
// before the transaction and as they were when it rendered.
func (tx *Transaction) Assigns(cid int) []Assign {
	before, after := tx.Before, tx.Pending
	if cid > 0 {
		before, after = nil, tx.PendingComponents[cid]
	}
	if after == nil {
		after = tx.Flushed
	}
	if after == nil {
		after = before
	}
	return compareAssigns(assignsOf(before), assignsOf(after), before != nil, tx.print)
}

// changed returns how many assigns of the view are not what they were.
func (tx *Transaction) changed() int {
	quiet := *tx
	quiet.print = func(term.Term, term.InspectOptions) string { return "" }
	n := 0
	for _, a := range quiet.Assigns(0) {
		if a.State != "same" {
			n++
		}
	}
	return n
}

func assignsOf(socket *term.Map) *term.Map {
	if socket == nil {
		return term.EmptyMap
	}
	m, _ := socket.GetAtom(term.NewAtom("assigns")).(*term.Map)
	if m == nil {
		return term.EmptyMap
	}
	return m
}

func compareAssigns(before, after *term.Map, known bool, print Print) []Assign {
	var out []Assign
	for k, v := range after.All() {
		name, ok := k.(term.Atom)
		if !ok || hidden[name.Name()] {
			continue
		}
		a := Assign{Name: name.Name(), State: "same", After: inspectAssign(v, print)}
		switch old, had := before.Get(k); {
		case !known:
		case !had:
			a.State = "new"
		case !same(old, v):
			a.State, a.Before = "changed", inspectAssign(old, print)
		}
		out = append(out, a)
	}
	for k, v := range before.All() {
		if name, ok := k.(term.Atom); ok && !hidden[name.Name()] && !after.Has(k) {
			out = append(out, Assign{Name: name.Name(), State: "removed", Before: inspectAssign(v, print)})
		}
	}
	return out
}

// same reports whether two values are equal. Those that take too long to compare
// are not.
func same(a, b term.Term) (equal bool) {
	defer func() {
		if r := recover(); r != nil {
			err, _ := r.(error)
			if tooMuch := (term.Exhausted{}); !errors.As(err, &tooMuch) {
				panic(r)
			}
			equal = false
		}
	}()
	return term.StrictEqual(a, b)
}

func inspectAssign(v term.Term, print Print) string {
	return print(v, term.InspectOptions{Pretty: true, Width: 60})
}
