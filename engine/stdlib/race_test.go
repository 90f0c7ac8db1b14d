//go:build race

package stdlib_test

// slowdown is how many times as long everything may take: the race detector
// watches each access to memory.
const slowdown = 10
