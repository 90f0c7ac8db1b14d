package source

import "sort"

// How near a name must be to be offered, and how many are, as in Elixir's
// "Did you mean" hints (lib/elixir/lib/exception.ex).
const (
	nearThreshold = 0.77
	nearMax       = 5
)

// Nearest returns the candidates that look like name, at most five, sorted by
// name; none when nothing is near enough.
func Nearest(name string, candidates []string) []string {
	type scored struct {
		name  string
		score float64
	}
	var near []scored
	seen := map[string]bool{}
	for _, c := range candidates {
		if c == name || seen[c] {
			continue
		}
		seen[c] = true
		if s := Jaro(name, c); s >= nearThreshold {
			near = append(near, scored{c, s})
		}
	}
	sort.SliceStable(near, func(i, j int) bool { return near[i].score > near[j].score })
	out := make([]string, 0, nearMax)
	for _, n := range near[:min(len(near), nearMax)] {
		out = append(out, n.name)
	}
	sort.Strings(out)
	return out
}

// Jaro returns the Jaro similarity of two strings, from 0 (nothing in common)
// to 1 (equal), as String.jaro_distance/2.
func Jaro(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	switch {
	case a == b:
		return 1
	case len(x) == 0 || len(y) == 0:
		return 0
	}
	window := max(max(len(x), len(y))/2-1, 0)
	usedX, usedY := make([]bool, len(x)), make([]bool, len(y))
	matches := 0
	for i := range x {
		for j := max(0, i-window); j < min(len(y), i+window+1); j++ {
			if !usedY[j] && x[i] == y[j] {
				usedX[i], usedY[j] = true, true
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	transposed, j := 0, 0
	for i := range x {
		if !usedX[i] {
			continue
		}
		for !usedY[j] {
			j++
		}
		if x[i] != y[j] {
			transposed++
		}
		j++
	}
	m := float64(matches)
	return (m/float64(len(x)) + m/float64(len(y)) + (m-float64(transposed)/2)/m) / 3
}
