package stdlib

import "streamsplayground/engine/interp"

// coreModules returns Kernel and the modules of collections and processes.
func coreModules() []*interp.NativeModule {
	mods := []*interp.NativeModule{
		kernelModule(), enumModule(), streamModule(), listModule(), mapModule(), keywordModule(), tupleModule(),
		rangeModule(), mapSetModule(), accessModule(), atomModule(), functionModule(), moduleModule(), codeModule(),
		processModule(), agentModule(), taskModule(), genServerModule(), supervisorModule(), ioModule(), stringIOModule(), ansiModule(), algebraModule(), inspectOptsModule(), systemModule(), systemEnvError(), exceptionModule(), protocolModule(), listCharsModule(),
	}
	mods = append(mods, enumerableModules()...)
	mods = append(mods, ioStreamModules()...)
	return append(mods, collectableModules()...)
}
