package node

import "sync"

// Values is what packages above this one keep with the node, by keys of their
// own, as with context.Context. It is safe for concurrent use.
func (n *Node) Values() *sync.Map { return &n.values }
