package live

import (
	"context"

	"streamsplayground/engine/term"
)

// Socket is a %Phoenix.LiveView.Socket{} struct, with the functions of
// Phoenix.LiveView and Phoenix.Component as methods for views written in Go.
// It is immutable: each method returns the next socket.
type Socket struct{ m *term.Map }

type channel struct{ done chan struct{} }

func (s *Server) render(ctx context.Context, r PageRequest) (*Page, error)    { panic("not yet") }
func (s *Server) join(ctx context.Context, r JoinRequest, sink Sink) *channel { panic("not yet") }
func (c *channel) deliver(m Message)                                          { panic("not yet") }
func (c *channel) close()                                                     { panic("not yet") }
func (c *channel) replace()                                                   { panic("not yet") }
func (c *channel) pid() term.PID                                              { panic("not yet") }
