// Package browsertest proves the browser client in a real browser: Chromium,
// driven over a scripted WebSocket server that plays the live view's part.
//
// The tests skip when no Chromium is found, unless CI is set. With
// PLAYGROUND_NPM=DIR, where DIR holds phoenix/ and phoenix_live_view/ as npm lays
// them out, each script also runs with the official client, and both must end
// with the same document after every step.
package browsertest
