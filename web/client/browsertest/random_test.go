package browsertest_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"streamsplayground/internal/browsertest"
)

var (
	seedCount = flag.Int("seeds", 24, "how many random sequences of stream operations to compare with the official client")
	firstSeed = flag.Uint64("seed", 1, "the first seed")
)

// TestRandomStreamsLikeTheOfficialClient plays random batches to both clients; the
// documents must be equal after each. It needs the official client.
func TestRandomStreamsLikeTheOfficialClient(t *testing.T) {
	browsertest.Official(t)
	for i := range *seedCount {
		seed := *firstSeed + uint64(i)
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			tail := []string{"", `<li id="empty"></li>`, `<li id="empty"></li><li id="more"></li>`}[r.IntN(3)]
			start := randomBatch(r, true)
			batches := make([]batch, 14)
			for j := range batches {
				batches[j] = randomBatch(r, false)
			}
			body := `<ul id="list" phx-update="stream"></ul>`
			if r.IntN(2) == 0 {
				body = ""
			}
			eachClient(t, pageSpec{body: body}, func(t *testing.T, p *page) {
				p.join(listPage(start, tail))
				p.record()
				for _, b := range batches {
					p.diff(object{"0": b.list(false)})
					p.records = append(p.records, fmt.Sprintf("%+v → %s", b, p.text(snapshot)))
				}
			})
		})
	}
}

func randomBatch(r *rand.Rand, first bool) batch {
	var b batch
	b.reset = r.IntN(6) == 0
	for range r.IntN(4) {
		in := ins{id: fmt.Sprintf("i%d", r.IntN(9)), at: []int{-1, -1, 0, 0, 1, 2, 5, 99, -2}[r.IntN(9)]}
		in.text = fmt.Sprintf("%s/%d", in.id, r.IntN(100))
		if r.IntN(3) == 0 {
			in.limit = []int{-4, -3, -1, 0, 1, 3, 5}[r.IntN(7)]
		}
		in.updateOnly = r.IntN(6) == 0
		if first {
			in.at, in.updateOnly = -1, false
		}
		b.inserts = append(b.inserts, in)
	}
	if !first {
		for range r.IntN(3) {
			b.deletes = append(b.deletes, fmt.Sprintf("i%d", r.IntN(9)))
		}
	}
	return b
}

// TestRandomMorphsLikeTheOfficialClient patches random documents into each other.
func TestRandomMorphsLikeTheOfficialClient(t *testing.T) {
	browsertest.Official(t)
	for i := range max(1, *seedCount/2) {
		seed := *firstSeed + uint64(i)
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 11))
			documents := make([]string, 12)
			for j := range documents {
				documents[j] = randomHTML(r)
			}
			// A broken document may have a container without ids, which both report.
			eachClient(t, pageSpec{errorsExpected: true}, func(t *testing.T, p *page) {
				p.join(object{"0": documents[0], "s": []any{"<main>", "</main>"}})
				for _, html := range documents[1:] {
					p.diff(object{"0": html})
					p.records = append(p.records, html+" → "+p.text(snapshot))
				}
			})
		})
	}
}

// randomHTML makes a document whose ids are unique and often those of the one before.
func randomHTML(r *rand.Rand) string {
	ids := r.Perm(8)
	var children func(depth int) string
	children = func(depth int) string {
		html := ""
		for range r.IntN(4) {
			switch r.IntN(7) {
			case 0:
				html += fmt.Sprintf("text %d ", r.IntN(3))
				continue
			case 1:
				html += fmt.Sprintf(`<input name="n%d" value="%d">`, r.IntN(2), r.IntN(3))
				continue
			}
			tag := []string{"p", "div", "span", "section"}[r.IntN(4)]
			if tag == "p" && depth > 0 {
				tag = "i"
			}
			attrs := ""
			if len(ids) > 0 && r.IntN(2) == 0 {
				attrs = fmt.Sprintf(` id="k%d"`, ids[0])
				ids = ids[1:]
				if r.IntN(8) == 0 {
					attrs += ` phx-update="stream"`
				}
				if r.IntN(10) == 0 {
					attrs += ` phx-update="ignore"`
				}
			}
			if r.IntN(3) == 0 {
				attrs += fmt.Sprintf(` class="c%d"`, r.IntN(3))
			}
			inner := ""
			if depth < 3 {
				inner = children(depth + 1)
			}
			html += "<" + tag + attrs + ">" + inner + "</" + tag + ">"
		}
		return html
	}
	return children(0)
}
