#!/bin/sh
# Checks everything: format, vet, modules, staticcheck, tests, fuzz targets, and
# the browser's modules. All checks run, whatever fails; the exit code is 1 if
# one did. With CI set nothing may be skipped.
#
#   FUZZTIME=10s sh check.sh    fuzzes each target for so long, instead of 3s
set -u
cd "$(dirname "$0")"

failed=""
step() {
	name=$1
	shift
	echo "== $name"
	if ! "$@"; then
		echo "== $name: failed"
		failed="$failed
  $name"
	fi
}

# skip says that a tool is missing, which is a failure where CI is set.
skip() {
	echo "skipped: $1"
	test -z "${CI:-}"
}

format() {
	files=$(gofmt -l cmd engine internal inspector lessons web) || return 1
	test -z "$files" || { echo "not formatted:"; echo "$files"; return 1; }
}

# The race detector needs cgo.
tests() {
	race=-race
	if [ "$(go env CGO_ENABLED)" != 1 ]; then
		skip "the race detector: no C compiler" || return 1
		race=
	fi
	go test $race -shuffle=on -timeout 15m ./...
}

fuzz() {
	# A corpus of its own: what other runs on this machine found does not matter here.
	corpus=$(mktemp -d) || return 1
	targets=$(grep -rho --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' cmd engine internal inspector lessons web | wc -l)
	echo "$targets targets, ${FUZZTIME:-3s} each"
	bad=0
	for file in $(grep -rl --include='*_test.go' '^func Fuzz' cmd engine internal inspector lessons web | sort); do
		for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
			go test "./$(dirname "$file")" -run='^$' -fuzz="^$target\$" -fuzztime="${FUZZTIME:-3s}" -timeout 5m -test.fuzzcachedir="$corpus/$target" || bad=1
		done
	done
	rm -rf "$corpus"
	return $bad
}

modules() {
	command -v node >/dev/null || { skip "no node"; return; }
	node --test web/client/test/*.test.js
}

# tsc checks the types of the modules' JSDoc.
types() {
	if [ -x "${PLAYGROUND_NPM:-}/.bin/tsc" ]; then
		tsc() { "$PLAYGROUND_NPM/.bin/tsc" "$@"; }
	elif command -v npx >/dev/null; then
		tsc() { npx --yes -p typescript@7.0.2 tsc "$@"; }
	else
		skip "no npx"
		return
	fi
	bad=0
	for config in $(find web -name jsconfig.json | sort); do
		tsc -p "$config" || bad=1
	done
	return $bad
}

step "gofmt" format
step "go vet" go vet ./...
step "go mod tidy" go mod tidy -diff
step "staticcheck" go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
step "go test" tests
step "node --test" modules
step "tsc" types
step "fuzz" fuzz

if [ -n "$failed" ]; then
	echo "== failed:$failed"
	exit 1
fi
echo "== all good"
