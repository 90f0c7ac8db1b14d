package live

import (
	"context"

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
