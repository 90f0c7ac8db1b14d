//go:build race

package stdlib_test

// raced says that the race detector makes everything several times as slow.
const raced = true
