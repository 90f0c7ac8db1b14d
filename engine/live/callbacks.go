package live

import "streamsplayground/engine/interp"

// optionalCallbacks makes the callbacks of a behaviour none of which must be
// there.
func optionalCallbacks(list map[string]int) []interp.NativeCallback {
	var out []interp.NativeCallback
	for name, arity := range list {
		out = append(out, interp.NativeCallback{Name: name, Arity: arity, Optional: true})
	}
	return out
}

// The callbacks of Phoenix.LiveView and Phoenix.LiveComponent, for what @impl
// marks.
var (
	viewCallbacks = optionalCallbacks(map[string]int{"mount": 3, "render": 1, "terminate": 2, "handle_params": 3, "handle_event": 3,
		"handle_call": 3, "handle_info": 2, "handle_cast": 2, "handle_async": 3})
	componentCallbacks = optionalCallbacks(map[string]int{"mount": 1, "update": 2, "update_many": 1, "render": 1, "handle_event": 3, "handle_async": 3})
)
