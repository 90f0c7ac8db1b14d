//go:build !race

package stdlib_test

// slowdown is how many times as long everything may take.
const slowdown = 1
