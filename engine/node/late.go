package node

import "streamsplayground/engine/interp"

// Late returns the modules that the processes of the node define while they
// run, for what is compiled as the process.
func (p *Process) Late() *interp.Late { return &p.node.late }
