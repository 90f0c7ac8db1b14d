package term

// node is a weight-balanced search tree that is never changed once built: put
// and delete copy the path from the root. Neither side of a node is more than
// treeDelta times the other's size, as in Adams, "Efficient sets: a balancing
// act"; the two constants are the pair proved sound by Hirai and Yamamoto.
type node struct {
	key, val    Term
	left, right *node
	size        int
}

const (
	treeDelta = 3
	treeRatio = 2
)

func (n *node) count() int {
	if n == nil {
		return 0
	}
	return n.size
}

func newNode(k, v Term, l, r *node) *node {
	return &node{key: k, val: v, left: l, right: r, size: l.count() + r.count() + 1}
}

// buildNode returns the tree of keys that are in order.
func buildNode(keys, vals []Term) *node {
	if len(keys) == 0 {
		return nil
	}
	mid := len(keys) / 2
	return newNode(keys[mid], vals[mid], buildNode(keys[:mid], vals[:mid]), buildNode(keys[mid+1:], vals[mid+1:]))
}

func (n *node) get(k Term) (Term, bool) {
	for n != nil {
		switch c := CompareKeys(k, n.key); {
		case c < 0:
			n = n.left
		case c > 0:
			n = n.right
		default:
			return n.val, true
		}
	}
	return nil, false
}

func (n *node) put(k, v Term) *node {
	if n == nil {
		return newNode(k, v, nil, nil)
	}
	switch c := CompareKeys(k, n.key); {
	case c < 0:
		return balance(n.key, n.val, n.left.put(k, v), n.right)
	case c > 0:
		return balance(n.key, n.val, n.left, n.right.put(k, v))
	}
	return newNode(n.key, v, n.left, n.right)
}

// delete returns n itself when it lacks the key.
func (n *node) delete(k Term) *node {
	if n == nil {
		return nil
	}
	switch c := CompareKeys(k, n.key); {
	case c < 0:
		if l := n.left.delete(k); l != n.left {
			return balance(n.key, n.val, l, n.right)
		}
		return n
	case c > 0:
		if r := n.right.delete(k); r != n.right {
			return balance(n.key, n.val, n.left, r)
		}
		return n
	case n.left == nil:
		return n.right
	case n.right == nil:
		return n.left
	}
	first := n.right
	for first.left != nil {
		first = first.left
	}
	return balance(first.key, first.val, n.left, n.right.deleteFirst())
}

func (n *node) deleteFirst() *node {
	if n.left == nil {
		return n.right
	}
	return balance(n.key, n.val, n.left.deleteFirst(), n.right)
}

// balance returns the tree of two that differ from balance by at most one put
// or delete.
func balance(k, v Term, l, r *node) *node {
	switch nl, nr := l.count(), r.count(); {
	case nl+nr < 2:
	case nr > treeDelta*nl:
		if r.left.count() < treeRatio*r.right.count() {
			return newNode(r.key, r.val, newNode(k, v, l, r.left), r.right)
		}
		m := r.left
		return newNode(m.key, m.val, newNode(k, v, l, m.left), newNode(r.key, r.val, m.right, r.right))
	case nl > treeDelta*nr:
		if l.right.count() < treeRatio*l.left.count() {
			return newNode(l.key, l.val, l.left, newNode(k, v, l.right, r))
		}
		m := l.right
		return newNode(m.key, m.val, newNode(l.key, l.val, l.left, m.left), newNode(k, v, m.right, r))
	}
	return newNode(k, v, l, r)
}

func (n *node) walk(yield func(k, v Term) bool) bool {
	return n == nil || n.left.walk(yield) && yield(n.key, n.val) && n.right.walk(yield)
}

// cursor steps through the entries of a map, so that two can be compared side
// by side.
type cursor struct {
	m    *Map
	i    int
	path []*node
}

func newCursor(m *Map) *cursor {
	c := &cursor{m: m}
	c.descend(m.root)
	return c
}

func (c *cursor) descend(n *node) {
	for ; n != nil; n = n.left {
		c.path = append(c.path, n)
	}
}

// next returns the next entry; the caller knows how many there are.
func (c *cursor) next() (k, v Term) {
	if c.m.root == nil {
		k, v = c.m.keys[c.i], c.m.vals[c.i]
		c.i++
		return k, v
	}
	n := c.path[len(c.path)-1]
	c.path = c.path[:len(c.path)-1]
	c.descend(n.right)
	return n.key, n.val
}
