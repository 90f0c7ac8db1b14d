package liveviewtest

import (
	"golang.org/x/net/html"

	"streamsplayground/engine/rendered"
)

// PatchView is patchView.
func PatchView(id string, page, inner []*html.Node, streams []*rendered.Stream) (next []*html.Node, gone []int, err error) {
	return patchView(id, page, inner, streams)
}
