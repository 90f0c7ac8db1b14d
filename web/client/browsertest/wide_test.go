package browsertest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
)

// wideGen makes operations for the page wide.ex.
type wideGen struct {
	r *rand.Rand
	// off are the conditions of the page that do not hold, and first those that never did.
	off map[string]bool
	// loose is set while browsers have rows where only their locks put them.
	loose bool
}

func (g *wideGen) inBrowsers() bool { return g.loose }

func (g *wideGen) step() (string, func(player)) {
	switch n := g.r.IntN(20); {
	case n == 0:
		g.off, g.loose = map[string]bool{}, false
		return "reconnect", func(p player) { p.reconnect() }
	case n == 1:
		js := fmt.Sprintf(`{ const i = document.querySelector("#in-p-%d"); if (i) { i.focus(); i.value = "typed"; i.setSelectionRange(1, 3); } }`, g.r.IntN(4))
		return js, func(p player) { p.js(js) }
	case n == 2:
		js := `document.activeElement?.blur()`
		return js, func(p player) { p.js(js) }
	case n < 6 && !g.off["nests"]:
		selector := fmt.Sprintf("#n-%d .ctl-nest", g.r.IntN(4))
		ops := g.ops("m")
		if g.r.IntN(4) == 0 {
			ops = append(ops, object{"op": "assign", "key": "open", "value": g.r.IntN(2) == 0})
		}
		return g.push(selector, tameAll(ops))
	case n == 6:
		// Two at once, for an element that is no container's and locks none.
		one, two := tameAll(g.viewOps()), tameAll(g.viewOps())
		// In between a client without a browser tells that components are gone.
		g.loose = g.loose || hasComponents(one) && hasComponents(two)
		return "two at once " + text(one) + " " + text(two), func(p player) {
			p.pushTwo("#ctl", "ops", object{"ops": one}, object{"ops": two})
		}
	case n == 7:
		// Two at once for a container, whose rows the second finds locked.
		one, two := tameAll(g.ops("p")), tameAll(g.ops("p"))
		g.loose = true
		return "two at once in the list " + text(one) + " " + text(two), func(p player) {
			p.pushTwo("#list-p", "ops", object{"ops": one}, object{"ops": two})
		}
	}
	return g.push("#ctl", tameAll(g.viewOps()))
}

func (g *wideGen) push(selector string, ops []any) (string, func(player)) {
	return selector + " " + text(ops), func(p player) { p.push(selector, "ops", object{"ops": ops}) }
}

func text(ops []any) string {
	data, err := json.Marshal(ops)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// tameAll is tame for a list that is returned.
func tameAll(ops []any) []any { tame(ops); return ops }

func (g *wideGen) ops(streams ...string) []any {
	ops := []any{}
	for range 1 + g.r.IntN(4) {
		ops = append(ops, streamOp(g.r, streams[g.r.IntN(len(streams))]))
	}
	return ops
}

// hasComponents reports whether operations have to do with components.
func hasComponents(ops []any) bool {
	return slices.ContainsFunc(ops, func(op any) bool {
		o := op.(object)
		return o["stream"] == "n" || o["key"] == "nests"
	})
}

// viewOps are operations on the view's own streams and conditions.
func (g *wideGen) viewOps() []any {
	ops := g.ops("r", "r", "p", "q", "s", "n", "z")
	switch keys := []string{"outer", "inner", "first", "last", "nests", "note"}; g.r.IntN(3) {
	case 0:
		key := keys[g.r.IntN(len(keys))]
		if key == "note" {
			return append(ops, object{"op": "assign", "key": key, "value": fmt.Sprint("n", g.r.IntN(9))})
		}
		g.off[key] = !g.off[key]
		value := !g.off[key]
		if key == "first" { // it starts where the others end
			value = g.off[key]
		}
		ops = append(ops, object{"op": "assign", "key": key, "value": value})
	}
	return ops
}
