package live

import (
	"context"
	"time"

	"streamsplayground/engine/term"
)

// asyncQuery asks a view which tasks are running for it and its components.
type asyncQuery struct{ answer chan<- []term.PID }

// Kind implements term.Term.
func (asyncQuery) Kind() term.Kind { return term.KindMap }

// AwaitAsync waits until the tasks have ended that the view or a component of
// it has started by now with start_async/4 and its like. As async_pids/1 of
// Phoenix.LiveView.Channel, which tests use. It may be called from any
// goroutine but the view's.
func (c *Channel) AwaitAsync(ctx context.Context) error {
	view, ok := c.c.(*channel)
	if !ok || view.process == nil {
		return nil
	}
	n := view.process.Node()
	pids, err := c.AsyncPIDs(ctx)
	if err != nil {
		return err
	}
	for _, pid := range pids {
		p, ok := n.Process(pid)
		if !ok {
			continue
		}
		select {
		case <-p.Done():
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// AsyncPIDs returns the pids of the tasks that run for the view or a component
// of it, none when the view has ended. It may be called from any goroutine but
// the view's.
func (c *Channel) AsyncPIDs(ctx context.Context) ([]term.PID, error) {
	view, ok := c.c.(*channel)
	if !ok || view.process == nil {
		return nil, nil
	}
	answer := make(chan []term.PID, 1)
	view.process.Node().Send(c.PID(), term.Tuple{atomPhoenix, asyncQuery{answer}})
	select {
	case pids := <-answer:
		return pids, nil
	case <-c.Done():
		return nil, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// asyncShutdown is how long a view of a test waits for its tasks when it ends.
const asyncShutdown = 5 * time.Second

// isGraceful reports whether a reason is that of an end in order.
func isGraceful(reason term.Term) bool {
	t, ok := reason.(term.Tuple)
	return reason == term.Term(atomShutdown) || ok && len(t) == 2 && t[0] == term.Term(atomShutdown)
}

// awaitTasks waits for the tasks of a view that ends. As await_asyncs/1 of
// Phoenix.LiveView.Channel, which tests ask for.
func (c *channel) awaitTasks() {
	until := time.Now().Add(asyncShutdown)
	for _, pid := range c.asyncPIDs() {
		ref := c.proc.Monitor(pid)
		c.proc.Receive(func(msg term.Term) bool {
			m, ok := msg.(term.Tuple)
			return ok && len(m) == 5 && m[1] == term.Term(ref)
		}, max(0, time.Until(until)))
	}
}

// asyncPIDs returns the pids of the tasks.
func (c *channel) asyncPIDs() []term.PID {
	var out []term.PID
	add := func(s Socket) {
		running, _ := s.private().GetAtom(atomLiveAsync).(*term.Map)
		for _, v := range orEmpty(running).All() {
			if task, ok := v.(term.Tuple); ok && len(task) == 3 {
				out = append(out, task[1].(term.PID))
			}
		}
	}
	add(c.socket)
	for _, info := range c.state.Components() {
		if s, ok := info.Socket.(Socket); ok {
			add(s)
		}
	}
	return out
}
