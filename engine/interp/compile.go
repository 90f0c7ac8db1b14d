package interp

// compileState is what a thread that runs module bodies knows of the compiler.
type compileState struct{}

// guardMacro is what defguard defines.
type guardMacro struct{}

// Env is what is known at a place in the code while it is compiled: module,
// function, aliases, imports. Macros get it.
type Env struct{}
