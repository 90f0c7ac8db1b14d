package rendered

import (
	"slices"

	"streamsplayground/engine/term"
)

// Host runs the life-cycle of LiveComponents for a State. A component's socket
// is opaque to this package: each method gets the last one that was returned.
// Methods run the reader's code, and panic as the interpreter's raise does.
type Host interface {
	// MountComponent makes a new component's socket and runs mount/1.
	MountComponent(module term.Atom, cid int) any
	// UpdateComponents runs update_many/1, or update/2 for each, and returns as
	// many sockets in the same order.
	UpdateComponents(module term.Atom, updates []Update) []any
	// ComponentEvents returns the events that the socket pushed since it was
	// settled.
	ComponentEvents(socket any) []Event
	// ComponentChanged reports whether assigns changed since the last render.
	ComponentChanged(socket any) bool
	// RenderComponent runs render/1.
	RenderComponent(module term.Atom, socket any) *Rendered
	// ComponentRendered runs the after_render hooks and clears what changed.
	ComponentRendered(socket any) any
	// SettleComponent ends the message for the socket: temporary data such as
	// pushed events is dropped.
	SettleComponent(socket any) any
	// Raise raises an exception with a message, in the process that renders. It
	// does not return.
	Raise(exception, message string)
}

// Update is one component to update with new assigns.
type Update struct {
	CID     int
	Socket  any
	Assigns *term.Map
	// New is set when the component was mounted for this update.
	New bool
}

// ComponentInfo describes a component that a State holds.
type ComponentInfo struct {
	CID      int
	Module   term.Atom
	ID       term.Term
	Socket   any
	Children []int // CIDs of the components in its last render
}

// component is a place for a component and its socket.
type component struct {
	ComponentInfo
	prints *prints
	marked bool
	// message is the message in which the component was rendered last; was* hold
	// what it was before that message.
	message   uint64
	wasPrints *prints
	wasMarked bool
	wasThere  bool
}

// touch keeps what the component was before the current message.
func (c *component) touch(message uint64) {
	if c.message != message {
		c.message, c.wasThere, c.wasPrints, c.wasMarked = message, true, c.prints, c.marked
	}
}

// idTable finds the components of one module by id. order lists their CIDs in
// the order of terms of the ids, as a small map iterates.
type idTable struct {
	cids  map[any]int
	order []int
}

// pending lists components that the render placed, by module in the order of
// first use.
type pending struct {
	modules []term.Atom
	entries map[term.Atom][]placed
}

type placed struct {
	cid     int
	id      term.Term
	key     any
	assigns *term.Map
}

func (p *pending) add(module term.Atom, e placed) {
	if p.entries == nil {
		p.entries = map[term.Atom][]placed{}
	}
	if _, ok := p.entries[module]; !ok {
		p.modules = append(p.modules, module)
	}
	p.entries[module] = append(p.entries[module], e)
}

func (s *State) raise(exception, message string) {
	if s.host != nil {
		s.host.Raise(exception, message)
	}
	panic("** (" + exception + ") " + message)
}

// place returns the number of a component, and has it rendered later. As
// traverse_component/3.
func (t *traversal) place(c *Component) int {
	key := keyOf(c.ID)
	cid, ok := 0, false
	if table := t.ids[c.Module]; table != nil {
		cid, ok = table.cids[key]
	}
	if !ok {
		cid = t.next
		t.next++
	}
	t.pending.add(c.Module, placed{cid, c.ID, key, c.Assigns})
	return cid
}

type seenID struct {
	module term.Atom
	key    any
}

// renderPending updates and renders components until no more turn up. As
// render_pending_components/5.
func (s *State) renderPending(d *Diff, pend *pending) {
	seen := map[seenID]bool(nil)
	for len(pend.modules) > 0 {
		if seen == nil {
			seen = map[seenID]bool{}
		}
		next := &pending{}
		for _, module := range pend.modules {
			s.renderModule(d, module, pend.entries[module], seen, next)
		}
		pend = next
	}
	slices.SortFunc(d.Components, func(a, b ComponentDiff) int { return a.CID - b.CID })
}

func (s *State) renderModule(d *Diff, module term.Atom, entries []placed, seen map[seenID]bool, next *pending) {
	updates := make([]Update, len(entries))
	comps := make([]*component, len(entries))
	for i, e := range entries {
		if seen[seenID{module, e.key}] {
			s.raise("RuntimeError", "found duplicate ID "+term.Inspect(e.id)+" for component "+
				term.Inspect(module)+" when rendering template")
		}
		seen[seenID{module, e.key}] = true
		c, isNew := s.prepare(module, e)
		comps[i] = c
		updates[i] = Update{CID: c.CID, Socket: c.Socket, Assigns: e.assigns, New: isNew}
	}
	fresh := make([]bool, len(entries))
	for i, c := range comps {
		fresh[i] = updates[i].New || c.wasMarked
	}
	for i, socket := range s.host.UpdateComponents(module, updates) {
		d.Events = append(d.Events, s.host.ComponentEvents(socket)...)
		comps[i].Socket = socket
		s.renderComponent(d, comps[i], fresh[i], next)
	}
}

// prepare finds or mounts a component that is to be updated. One that was
// marked for deletion is used again, but in full: the client may have
// forgotten it and all in it.
func (s *State) prepare(module term.Atom, e placed) (c *component, isNew bool) {
	if c := s.components[e.cid]; c != nil {
		c.touch(s.message)
		if c.marked {
			c.marked, c.prints = false, nil
		}
		return c, false
	}
	socket := s.host.MountComponent(module, e.cid)
	c = &component{message: s.message}
	c.ComponentInfo = ComponentInfo{CID: e.cid, Module: module, ID: e.id, Socket: socket}
	s.components[e.cid] = c
	table := s.ids[module]
	if table == nil {
		table = &idTable{cids: map[any]int{}}
		s.ids[module] = table
	}
	table.cids[e.key] = e.cid
	at, _ := slices.BinarySearchFunc(table.order, e.id, func(cid int, id term.Term) int {
		return term.CompareKeys(s.components[cid].ID, id)
	})
	table.order = slices.Insert(table.order, at, e.cid)
	return c, true
}

// renderComponent renders one component into d if it changed or is fresh. As
// render_component/9.
func (s *State) renderComponent(d *Diff, c *component, fresh bool, next *pending) {
	var node *Node
	if fresh || s.host.ComponentChanged(c.Socket) {
		r := s.host.RenderComponent(c.Module, c.Socket)
		if !r.Root {
			s.raise("ArgumentError", "error on "+term.Inspect(c.Module)+".render/1 with id of "+term.Inspect(c.ID)+
				". Stateful components must have a single static HTML tag at the root")
		}
		own := pending{}
		t := traversal{State: s, pending: &own}
		shared, known := s.findShared(c, r.Block)
		if shared != 0 {
			node, c.prints = t.rendered(r, known, false)
			if node == nil {
				node = &Node{}
			}
			node.Static = Static{Form: Shared, Ref: shared}
		} else {
			node, c.prints = t.rendered(r, c.prints, true)
		}
		c.Children = nil
		for _, module := range own.modules {
			for _, e := range own.entries[module] {
				c.Children = append(c.Children, e.cid)
				next.add(module, e)
			}
		}
		c.Socket = s.host.ComponentRendered(c.Socket)
	}
	if node == nil && fresh {
		node = &Node{}
	}
	if node != nil {
		d.Components = append(d.Components, ComponentDiff{c.CID, node})
	}
	c.Socket = s.host.SettleComponent(c.Socket)
}

// shareAttempts bounds the search for a component to share with.
const shareAttempts = 32

// findShared looks for another component of the module whose tree has the
// given root, for a component that is new or gets a new root: first in the
// previous message, whose trees the client has (the result is negative), then
// in this one. It returns 0 if there is none. As maybe_reuse_static/5.
func (s *State) findShared(c *component, root *Block) (int, *prints) {
	if c.prints != nil && c.prints.block == root {
		return 0, nil
	}
	order := s.ids[c.Module].order
	for _, cid := range order[:min(len(order), shareAttempts)] {
		o := s.components[cid]
		there, was, marked := true, o.prints, o.marked
		if o.message == s.message {
			there, was, marked = o.wasThere, o.wasPrints, o.wasMarked
		}
		if there && was != nil && was.block == root {
			if marked {
				continue
			}
			return -cid, was
		}
		if o != c && o.message == s.message && o.prints != nil && o.prints.block == root {
			return cid, o.prints
		}
	}
	return 0, nil
}

// UpdateComponent renders a component whose socket was changed by an event or
// an update of its own, and returns what the client has to know, the events
// that it pushed first. A reply is the caller's to add. As write_component/4.
// The component must exist.
func (s *State) UpdateComponent(cid int, socket any) *Diff {
	s.message++
	c := s.components[cid]
	c.touch(s.message)
	c.Socket = socket
	d := &Diff{Events: s.host.ComponentEvents(socket)}
	var pend pending
	s.renderComponent(d, c, false, &pend)
	s.renderPending(d, &pend)
	s.end()
	return d
}

// Component returns the component with the number.
func (s *State) Component(cid int) (ComponentInfo, bool) {
	if c := s.components[cid]; c != nil {
		return c.ComponentInfo, true
	}
	return ComponentInfo{}, false
}

// FindComponent returns the number of the component with the module and id.
func (s *State) FindComponent(module term.Atom, id term.Term) (cid int, ok bool) {
	if table := s.ids[module]; table != nil {
		cid, ok = table.cids[keyOf(id)]
	}
	return cid, ok
}

// Components returns all components, by their numbers.
func (s *State) Components() []ComponentInfo {
	out := make([]ComponentInfo, 0, len(s.components))
	for _, c := range s.components {
		out = append(out, c.ComponentInfo)
	}
	slices.SortFunc(out, func(a, b ComponentInfo) int { return a.CID - b.CID })
	return out
}

// SetComponentSocket replaces a component's socket without rendering it.
func (s *State) SetComponentSocket(cid int, socket any) {
	if c := s.components[cid]; c != nil {
		c.Socket = socket
	}
}

// MarkForDeletion marks a component that the client is about to drop. It is
// kept if it is rendered again before Delete.
func (s *State) MarkForDeletion(cid int) {
	if c := s.components[cid]; c != nil {
		c.marked = true
	}
}

// Delete deletes a component if it is marked, and reports whether it did.
func (s *State) Delete(cid int) bool {
	c := s.components[cid]
	if c == nil || !c.marked {
		return false
	}
	table := s.ids[c.Module]
	delete(table.cids, keyOf(c.ID))
	table.order = slices.DeleteFunc(table.order, func(x int) bool { return x == cid })
	if len(table.order) == 0 {
		delete(s.ids, c.Module)
	}
	delete(s.components, cid)
	return true
}
