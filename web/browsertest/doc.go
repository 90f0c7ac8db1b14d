// Package browsertest plays the playground's page in a real browser: every lesson
// as it tells its reader to, the talk's chat with two clients, and the saving of a
// lesson's files.
package browsertest
