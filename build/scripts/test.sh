#!/usr/bin/env bash
# Everything that `make test` runs, in order. All of it runs even if a part fails; the closing lines say what did.
# shellcheck disable=SC2317 # the steps are called through step
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly artifacts=$PWD/build/artifacts
readonly fuzz_total=60 # seconds for all fuzz targets together
export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent NO_AT_BRIDGE=1
mkdir -p "$artifacts"
summary=()
status=0

step() {
  local name=$1 began=$SECONDS result=ok
  shift
  printf '\n== %s\n' "$name"
  if ! "$@"; then
    result=FAILED
    status=1
  fi
  summary+=("$(printf '%-8s %5ds  %s' "$result" "$((SECONDS - began))" "$name")")
}

# Finds every fuzz target by itself and gives each its share of the time, two or three seconds each.
fuzz() {
  local targets=() line dir name each failed=0
  mapfile -t targets < <(git ls-files -co --exclude-standard -- '*_test.go' | xargs -r grep -HoE '^func Fuzz[A-Za-z0-9_]+' | sort -u)
  ((${#targets[@]} > 0)) || return 0
  each=$((fuzz_total / ${#targets[@]}))
  each=$((each < 1 ? 1 : each > 3 ? 3 : each))
  for line in "${targets[@]}"; do
    dir=$(dirname "${line%%:*}")
    name=${line##*func }
    printf '%s %s ' "$dir" "$name"
    if go test -run '^$' -fuzz "^$name\$" -fuzztime "${each}s" -fuzzminimizetime 5s "./$dir" >"$artifacts/fuzz.log" 2>&1; then
      printf 'ok\n'
    else
      failed=1
      printf 'FAILED\n'
      cat "$artifacts/fuzz.log"
    fi
  done
  return "$failed"
}

page_tests() { (cd frontend && npm run --silent test); }

playwright() { (cd frontend && npm run --silent e2e); }

# Builds twice: the second time there must be nothing to do.
build() {
  make --no-print-directory build && make --no-print-directory --question build
}

window() { ARTIFACTS=$artifacts go test -count=1 -tags window -timeout 5m -v ./app/face/windowtest; }

# What programs run in, on the systems this is not: vetted, linked, and the jail's tests compiled. They run nowhere but there.
elsewhere() {
  local target out failed=0
  out=$(mktemp -d)
  for target in windows/amd64 windows/arm64 darwin/arm64 darwin/amd64 linux/arm64; do
    printf '%s\n' "$target"
    (
      export GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0
      go vet ./interp/... && go build -o "$out/" ./interp/cmd/thirdspace-runner && go test -c -o "$out/jail.test" ./interp/jail
    ) || failed=1
  done
  rm -rf "$out"
  return "$failed"
}

step 'go vet' go vet ./...
step 'the runner and the jail, for other systems' elsewhere
# The longest goes first, so that the others run beside it.
step 'Go, with the race detector' go test -race -p 2 -timeout 30m ./interp/run ./...
step 'fuzzing' fuzz
step 'the page, by itself' page_tests
step 'build' build
step 'a class in the browser' playwright
step 'the window' window

printf '\n'
printf '%s\n' "${summary[@]}"
if ((status == 0)); then
  printf 'test: all well\n'
else
  printf 'test: something failed\n'
fi
exit "$status"
