package live

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// maxHandlers is how many handlers of events a node keeps.
const maxHandlers = 10_000

// maxHandlerBytes is how much these may take.
const maxHandlerBytes = 64 << 20

// handlerTable is the handlers of a node's events, in the order in which they
// were attached. As telemetry_handler_table.
type handlerTable struct {
	mu       sync.RWMutex
	handlers []eventHandler
	count    atomic.Int64 // of handlers, to be read without the lock
	bytes    int          // about what the handlers take
}

// eventHandler is what is attached to one event. A handler of many events is
// there once for each.
type eventHandler struct {
	id, fun, config term.Term
	event           *term.List
	size            int // of the id, fun and config, with the first handler of an id
}

type handlersKey struct{}

func handlersOf(n *node.Node) *handlerTable {
	if h, ok := n.Values().Load(handlersKey{}); ok {
		return h.(*handlerTable)
	}
	h, _ := n.Values().LoadOrStore(handlersKey{}, &handlerTable{})
	return h.(*handlerTable)
}

// attach adds a handler, and reports false when its id is taken.
func (h *handlerTable) attach(t *interp.Thread, id term.Term, events []*term.List, fun, config term.Term) bool {
	size := term.Size(maxHandlerBytes, id, fun, config)
	h.mu.Lock()
	defer h.mu.Unlock()
	if slices.ContainsFunc(h.handlers, func(x eventHandler) bool { return term.StrictEqual(x.id, id) }) {
		return false
	}
	if len(h.handlers)+len(events) > maxHandlers {
		t.RaiseNew("SystemLimitError", "message", term.Binary("a system limit has been reached: too many handlers of events"))
	}
	if h.bytes+size > maxHandlerBytes {
		t.RaiseLimit("memory", fmt.Sprintf("the handlers of events take more than %d MB", maxHandlerBytes>>20))
	}
	for i, e := range events {
		x := eventHandler{id: id, event: e, fun: fun, config: config}
		if i == 0 {
			x.size = size
			h.bytes += size
		}
		h.handlers = append(h.handlers, x)
	}
	h.count.Store(int64(len(h.handlers)))
	return true
}

// detach removes a handler, and reports false when there is none of the id.
func (h *handlerTable) detach(id term.Term) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := len(h.handlers)
	h.handlers = slices.DeleteFunc(slices.Clone(h.handlers), func(x eventHandler) bool {
		gone := term.StrictEqual(x.id, id)
		if gone {
			h.bytes -= x.size
		}
		return gone
	})
	h.count.Store(int64(len(h.handlers)))
	return len(h.handlers) < before
}

// matching returns the handlers whose event fits.
func (h *handlerTable) matching(fits func(event *term.List) bool) []eventHandler {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var out []eventHandler
	for _, x := range h.handlers {
		if fits(x.event) {
			out = append(out, x)
		}
	}
	return out
}

// telemetryModule is Telemetry.Handlers, on which the prelude's :telemetry
// stands. While code is compiled there are no handlers.
func telemetryModule() *interp.NativeModule {
	tuples := func(found []eventHandler, tuple func(x eventHandler) term.Tuple) term.Term {
		out := make([]term.Term, len(found))
		for i, x := range found {
			out[i] = tuple(x)
		}
		return term.NewList(out...)
	}
	def := func(name string, arity int, f func(t *interp.Thread, h *handlerTable, a []term.Term) term.Term) interp.NativeFunc {
		return interp.NativeFunc{Name: name, Arity: arity, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			p := node.Of(t)
			if p == nil {
				return f(t, &handlerTable{}, a)
			}
			return f(t, handlersOf(p.Node()), a)
		}}
	}
	return &interp.NativeModule{Name: "Telemetry.Handlers", Funcs: []interp.NativeFunc{
		def("attach", 4, func(t *interp.Thread, h *handlerTable, a []term.Term) term.Term {
			var events []*term.List
			list, _ := a[1].(*term.List)
			for e := range list.All() {
				event, _ := e.(*term.List)
				events = append(events, event)
			}
			return term.Bool(h.attach(t, a[0], events, a[2], a[3]))
		}),
		def("detach", 1, func(_ *interp.Thread, h *handlerTable, a []term.Term) term.Term { return term.Bool(h.detach(a[0])) }),
		def("of", 1, func(_ *interp.Thread, h *handlerTable, a []term.Term) term.Term {
			found := h.matching(func(e *term.List) bool { return term.StrictEqual(e, a[0]) })
			return tuples(found, func(x eventHandler) term.Tuple { return term.Tuple{x.id, x.fun, x.config} })
		}),
		def("below", 1, func(_ *interp.Thread, h *handlerTable, a []term.Term) term.Term {
			prefix, _ := a[0].(*term.List)
			found := h.matching(func(e *term.List) bool { return beginsWith(e, prefix) })
			return tuples(found, func(x eventHandler) term.Tuple { return term.Tuple{x.id, x.event, x.fun, x.config} })
		}),
	}}
}

func beginsWith(l, prefix *term.List) bool {
	all, _ := l.Slice()
	begin, _ := prefix.Slice()
	return len(all) >= len(begin) && slices.EqualFunc(all[:len(begin)], begin, term.StrictEqual)
}
