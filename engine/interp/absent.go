package interp

import (
	"strings"

	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

// library is a part of Elixir, or a library, that projects use and this engine
// does not run.
type library struct {
	name    string
	instead string
	modules []string // with those below them
}

var libraries = []library{
	{"Elixir", "there are no files here but those of File, in memory", []string{"file", "filename", "File.Stream"}},
	{"Elixir", "one reader has one node; Phoenix.PubSub reaches every view on it", []string{"rpc", "erpc", "net_adm", "net_kernel", "global", "pg"}},
	{"Elixir", "there is no operating system to reach", []string{"Port", "os", "inet", "gen_tcp", "gen_udp", "ssl", "httpc"}},
	{"Elixir", "keep shared data in an Agent or a GenServer", []string{"dets", "mnesia", "persistent_term", "counters", "atomics"}},
	{"Elixir", "write the values where they are used", []string{"Config"}},
	{"Elixir", "code is compiled from the files given", []string{"Mix", "Record"}},
	{"Elixir", "", []string{"Code.Fragment", "httpd", "zlib", "code"}},
	{"ExUnit", "", []string{"ExUnit"}},
	{"Ecto", "schemas and changesets are here, and no database: keep the data in an Agent", []string{"Ecto"}},
	{"Phoenix", "the server that runs the views is the endpoint", []string{"Phoenix.Endpoint"}},
	{"Phoenix", "write the page as a live view or a function component",
		[]string{"Phoenix.Controller", "Phoenix.Template", "Phoenix.ConnTest", "Phoenix.LiveView.Controller"}},
	{"Phoenix", "live views have their own channel", []string{"Phoenix.Channel", "Phoenix.Socket", "Phoenix.ChannelTest"}},
	{"Phoenix", "Phoenix.PubSub tells views what others do", []string{"Phoenix.Presence", "Phoenix.Tracker"}},
	{"Phoenix", "", []string{"Phoenix.Token", "Phoenix.LiveDashboard", "Phoenix.LiveReloader", "Phoenix.CodeReloader"}},
	{"LiveView", "", []string{"Phoenix.LiveView.ColocatedCSS"}},
	{"Plug", "the server does what a browser pipeline does", []string{"Plug"}},
	{"Telemetry", "", []string{"Telemetry", "telemetry_poller"}},
	{"Swoosh", "there is no mail here", []string{"Swoosh", "Bamboo"}},
	{"Oban", "use a Task or Process.send_after/3", []string{"Oban"}},
	{"HTTP", "there is no network here", []string{"Req", "Finch", "Tesla", "HTTPoison", "Mint"}},
	{"DNSCluster", "", []string{"DNSCluster"}},
}

// absentModule returns the library that a module is of, when this engine does
// not have it.
func absentModule(mod term.Atom) *library {
	name := strings.TrimPrefix(mod.Name(), "Elixir.")
	for i := range libraries {
		for _, m := range libraries[i].modules {
			if rest, ok := strings.CutPrefix(name, m); ok && (rest == "" || rest[0] == '.') {
				return &libraries[i]
			}
		}
	}
	return nil
}

// absent reports that a module is known, but not part of this engine. It
// returns nil for any other.
func absent(mod term.Atom, at source.Span) *source.Diagnostic {
	lib := absentModule(mod)
	if lib == nil {
		return nil
	}
	return &source.Diagnostic{
		Severity: source.Error, Span: at, Unsupported: true, Hint: lib.instead,
		Message: "`" + moduleText(mod) + "` is " + lib.name + ", but not part of this playground",
	}
}
