package stdlib

import "streamsplayground/engine/interp"

// coreModules returns Kernel and the modules of collections and processes.
func coreModules() []*interp.NativeModule { return nil }
