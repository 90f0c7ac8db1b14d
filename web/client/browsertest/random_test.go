package browsertest_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
)

var (
	seedCount = flag.Int("seeds", 24, "how many random sequences of stream operations to compare with the official client")
	firstSeed = flag.Uint64("seed", 1, "the first seed")
)

// TestRandomStreamsLikeTheOfficialClient plays random batches to both clients; the
// documents must be equal after each. It needs the official client.
func TestRandomStreamsLikeTheOfficialClient(t *testing.T) {
	if npmDir() == "" {
		t.Skip("skipped: PLAYGROUND_NPM does not name a folder with the official client")
	}
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
