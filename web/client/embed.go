// Package client holds the browser's LiveView client: small ES modules that are
// served as they are written, without a bundler. A page imports index.js.
//
// The client speaks the protocol of Phoenix LiveView 1.2 and is interchangeable
// with the official one: the same page works with either. Beyond that it can
// report what each patch did to the page and why; types.js documents the format.
package client

import (
	"embed"
	"io/fs"
)

//go:embed *.js
var files embed.FS

// FS holds the modules at its root, index.js among them. It is read-only and
// safe for concurrent use.
var FS fs.FS = files
