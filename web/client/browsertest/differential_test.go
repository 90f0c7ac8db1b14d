package browsertest_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var sequences = flag.Int("sequences", 16, "how many random sequences of operations to play on the engine, besides those kept; the first is that of -seed")

const (
	playSteps = 14
	// outside is between the view's part of a shape and what was teleported.
	outside = "\n--\n"
)

// stepper makes the steps of a sequence: what is done, and how.
type stepper interface {
	step() (string, func(player))
	// inBrowsers reports whether the page is one that only browsers show, because of
	// what was done since the last mount.
	inBrowsers() bool
}

// TestClientsAgree plays random sequences of operations on pages of the engine's: the official
// client, ours and livetest must show the same after every step. Those sequences that once found
// something are kept in a file beside the page.
func TestClientsAgree(t *testing.T) {
	for page, steps := range map[string]func(r *rand.Rand) stepper{
		"play": func(r *rand.Rand) stepper { return &opsGen{r: r} },
		"wide": func(r *rand.Rand) stepper { return &wideGen{r: r, off: map[string]bool{}} },
	} {
		t.Run(page, func(t *testing.T) {
			seeds := keptSeeds(t, page)
			for i := range *sequences {
				seeds = append(seeds, *firstSeed+uint64(i))
			}
			e := serveEngine(t, `<div id="outside"></div>`, "testdata/"+page+".ex")
			var players []player
			kinds := append(clients(t), inGo)
			for _, kind := range kinds {
				players = append(players, e.open(t, kind, "/"))
			}
			for _, seed := range seeds {
				if !playSequence(t, kinds, players, seed, steps(rand.New(rand.NewPCG(seed, 23)))) {
					return
				}
			}
		})
	}
}

// keptSeeds reads the seeds of a page: a number in each line, and what it found.
func keptSeeds(t *testing.T, page string) []uint64 {
	t.Helper()
	data, err := os.ReadFile("testdata/" + page + "_seeds.txt")
	if err != nil {
		t.Fatal(err)
	}
	var seeds []uint64
	for line := range strings.Lines(string(data)) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "" || word == "#" {
			continue
		}
		n, err := strconv.ParseUint(word, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seeds = append(seeds, n)
	}
	return seeds
}

// playSequence plays the sequence of a seed, which starts with a fresh mount, and reports whether
// all clients agreed.
func playSequence(t *testing.T, kinds []string, players []player, seed uint64, g stepper) bool {
	t.Helper()
	var log []string
	defer func() {
		if t.Failed() {
			t.Logf("seed %d:\n%s", seed, strings.Join(log, "\n"))
		}
	}()
	for i := range playSteps {
		name, play := "reconnect", func(p player) { p.reconnect() }
		if i > 0 {
			name, play = g.step()
		}
		log = append(log, name)
		var shapes, states []string
		for _, p := range players {
			play(p)
			doc := p.document()
			shapes = append(shapes, shape(t, doc, "data-phx-main")+outside+shape(t, doc, "outside"))
			states = append(states, p.state())
		}
		for j := 1; j < len(players); j++ {
			a, b := shapes[0], shapes[j]
			if kinds[j] == inGo {
				if g.inBrowsers() {
					continue
				}
				a, b = inBoth(a), inBoth(b)
			} else if states[0] != states[j] {
				t.Errorf("seed %d, step %d: focus, values, elements or hooks differ\n%s: %s\n%s: %s", seed, i, kinds[0], states[0], kinds[j], states[j])
				return false
			}
			if a != b {
				t.Errorf("seed %d, step %d: %s and %s differ\n%s", seed, i, kinds[0], kinds[j], firstDifference(a, b))
				return false
			}
		}
	}
	return true
}

var inputValue = regexp.MustCompile(`(<input .*) value=.*`)

// inBoth leaves out what only browsers have: what is teleported, and the values of inputs, which
// depend on the focus.
func inBoth(s string) string {
	main, _, _ := strings.Cut(s, outside)
	return inputValue.ReplaceAllString(main, "$1")
}

// opsGen makes operations. It knows which parts of the page are there.
type opsGen struct {
	r                 *rand.Rand
	noBox, noKid      bool
	noPortal, noShown bool
}

func (g *opsGen) inBrowsers() bool { return false }

func (g *opsGen) step() (string, func(player)) {
	switch n := g.r.IntN(20); {
	case n == 0:
		g.noBox, g.noKid, g.noPortal, g.noShown = false, false, false, false
		return "reconnect", func(p player) { p.reconnect() }
	case n == 1:
		id := fmt.Sprintf("#bump-c-%d", g.r.IntN(4))
		return "click " + id, func(p player) { p.click(id) }
	case n == 2:
		id := fmt.Sprintf("#bump-side-%d", g.r.IntN(4))
		return "click " + id, func(p player) { p.click(id) }
	case n == 3:
		js := fmt.Sprintf(`{ const i = document.querySelector("#in-a-%d"); if (i) { i.focus(); i.value = "typed"; i.setSelectionRange(1, 3); } }`, g.r.IntN(4))
		return js, func(p player) { p.js(js) }
	case n == 4:
		js := `document.activeElement?.blur()`
		return js, func(p player) { p.js(js) }
	case n < 8 && !g.noBox:
		return g.ops("#ctl-box", "d")
	case n < 10 && !g.noKid:
		return g.ops("#ctl-kid", "a")
	}
	return g.ops("#ctl", "a", "b", "c", "d")
}

func (g *opsGen) ops(target string, streams ...string) (string, func(player)) {
	ops := []any{}
	for range 1 + g.r.IntN(4) {
		if target == "#ctl" && g.r.IntN(4) == 0 {
			ops = append(ops, g.pageOp())
		} else {
			ops = append(ops, streamOp(g.r, streams[g.r.IntN(len(streams))]))
		}
	}
	if target == "#ctl-box" && g.r.IntN(3) == 0 {
		ops = append(ops, object{"op": "assign", "key": "more", "value": g.r.IntN(2) == 0})
	}
	tame(ops)
	text, err := json.Marshal(ops)
	if err != nil {
		panic(err)
	}
	return target + " " + string(text), func(p player) { p.push(target, "ops", object{"ops": ops}) }
}

// tame takes the places after the first out of operations that show a container anew: the official
// client then moves the items for ever.
func tame(ops []any) {
	shows := func(op any) bool { return op.(object)["value"] == true }
	if !slices.ContainsFunc(ops, shows) {
		return
	}
	for _, op := range ops {
		if at, ok := op.(object)["at"].(int); ok && at > 0 {
			delete(op.(object), "at")
		}
	}
}

// streamOp is an operation on a stream, with options.
func streamOp(r *rand.Rand, stream string) object {
	o := object{"stream": stream}
	ids := r.Perm(6)[:r.IntN(4)]
	switch n := r.IntN(10); {
	case n < 5:
		o["op"], o["id"], o["text"] = "insert", r.IntN(6), fmt.Sprint("t", r.IntN(100))
		options(r, o)
		if r.IntN(5) == 0 {
			o["update_only"] = true
		}
	case n < 6:
		o["op"], o["id"] = "delete", r.IntN(6)
	case n < 7:
		o["op"], o["id"] = "delete_dom", r.IntN(6)
	default:
		o["op"], o["ids"], o["text"] = "stream", ids, fmt.Sprint("s", r.IntN(100))
		options(r, o)
		if r.IntN(2) == 0 {
			o["reset"] = true
		}
	}
	return o
}

func options(r *rand.Rand, o object) {
	if r.IntN(2) == 0 {
		o["at"] = []int{0, 0, 1, 2, 3, 9, -1, -2}[r.IntN(8)]
	}
	if r.IntN(3) == 0 {
		o["limit"] = []int{-3, -2, -1, 0, 1, 2, 3, 4, -5}[r.IntN(9)]
	}
}

// pageOp changes something beside the streams.
func (g *opsGen) pageOp() object {
	flip := func(key string, off *bool) object {
		*off = !*off
		return object{"op": "assign", "key": key, "value": !*off}
	}
	switch g.r.IntN(7) {
	case 0:
		return flip("box", &g.noBox)
	case 1:
		return flip("kid", &g.noKid)
	case 2:
		return flip("portal", &g.noPortal)
	case 3:
		return flip("shown", &g.noShown)
	case 4:
		return object{"op": "assign", "key": "more", "value": g.r.IntN(2) == 0}
	case 5:
		sides := g.r.Perm(4)
		cut := g.r.IntN(5)
		return object{"op": "sides", "left": sides[:cut], "right": sides[cut:]}
	}
	return object{"op": "list", "ids": g.r.Perm(7)[:g.r.IntN(7)]}
}
