package livetest

import "strings"

// NormalizeHTML parses and writes HTML, so that two ways to write the same
// compare as equal.
func NormalizeHTML(text string) string {
	nodes, err := parseFragment(text)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, n := range nodes {
		var w htmlWriter
		w.node(n)
		b.WriteString(w.b.String())
	}
	return b.String()
}
