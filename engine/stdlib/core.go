package stdlib

import "streamsplayground/engine/interp"

// coreModules returns Kernel and the modules of collections and processes.
func coreModules() []*interp.NativeModule {
	mods := []*interp.NativeModule{
		kernelModule(), enumModule(), streamModule(), listModule(), mapModule(), keywordModule(), tupleModule(),
		rangeModule(), mapSetModule(), accessModule(), atomModule(), functionModule(), moduleModule(), codeModule(),
		processModule(), agentModule(), taskModule(), genServerModule(), supervisorModule(), ioModule(), algebraModule(), inspectOptsModule(), systemModule(),
	}
	mods = append(mods, enumerableModules()...)
	return append(mods, collectableModules()...)
}
