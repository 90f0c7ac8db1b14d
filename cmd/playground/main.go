// Command playground runs live views.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"streamsplayground/engine/source"
)

func main() {
	tendMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err == nil {
		return
	}
	if errors.Is(err, errTestsFailed) {
		os.Exit(2)
	}
	fmt.Fprintln(os.Stderr, errorText(err))
	os.Exit(1)
}

// errorText is what the terminal shows: what was found in the source as
// Elixir shows it, and all else in one line.
func errorText(err error) string {
	if found := source.Diagnostics(err); len(found) > 0 {
		return found.Text()
	}
	return "playground: " + err.Error()
}

const usage = `usage:
    playground [-addr HOST:PORT] [-lessons DIR] [-open]
                        serve the lessons
    playground run FILE|DIR… [-addr HOST:PORT] [-open] [-plain] [-official DIR]
                        run live views, with the inspector beside them;
                        -plain serves them alone, at their own paths;
                        -official does so with the official client, from the
                        npm packages phoenix and phoenix_live_view in DIR
    playground test [-seed N] [-trace] [-only TAG] [-include TAG] [-exclude TAG]
                    [-max-failures N] [-color] [-no-color] [FILE[:LINE]|DIR…]
                        run tests written with ExUnit: those files, or the ones
                        in test/ with the project in lib/
    playground load -url URL [-conns N] [-mode rtt|join|mem|broadcast]
                    [-event NAME] [-value JSON] [-time DURATION] [-pid PID]
                    [-messages N,M…]
                        measure a server: round trips of an event, joins, memory
                        a view, or how long an event takes to reach all views;
                        with -pid also what the server's process uses
`

// run runs the command with the arguments until it ends or ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "help" {
		args = []string{"-help"}
	}
	err := command(ctx, args, stdout, stderr)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return nil
	}
	return flagError(err)
}

// flagError says of what the flag package finds what is to be done.
func flagError(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: "); ok {
		return fmt.Errorf("there is no flag %s; see playground help", name)
	}
	if strings.HasPrefix(text, "invalid value ") || strings.HasPrefix(text, "flag needs an argument") {
		return fmt.Errorf("%s; see playground help", strings.TrimSuffix(text, ": parse error"))
	}
	return err
}

func command(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "run" {
		return runViews(ctx, args[1:], stdout, stderr)
	}
	if len(args) > 0 && args[0] == "test" {
		return runTests(ctx, args[1:], stdout, stderr)
	}
	if len(args) > 0 && args[0] == "load" {
		return runLoad(ctx, args[1:], stdout, stderr)
	}
	return servePage(ctx, args, stdout, stderr)
}

// newFlags returns a set of flags that says what is wrong in its error and
// prints nothing.
func newFlags(name string) *flag.FlagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	return set
}
