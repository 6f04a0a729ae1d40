#!/usr/bin/env bash
# Everything that can be said about the code without running it. All of it runs; the exit code says whether all was well.
# shellcheck disable=SC2317 # the steps are called through step
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly staticcheck=honnef.co/go/tools/cmd/staticcheck@v0.8.2
readonly tags=desktop,production,webkit2_41
failed=()

step() {
  local name=$1
  shift
  printf '\n== %s\n' "$name"
  "$@" || failed+=("$name")
}

formatted() {
  local files
  files=$(git ls-files -co --exclude-standard -- '*.go' | xargs -r gofmt -l)
  [[ -z $files ]] || {
    printf 'not formatted:\n%s\n' "$files"
    return 1
  }
}

# The way down is frontend → app → {p2p, interp}: neither of the last two knows of the other, or of app.
arrows() {
  local bad
  # shellcheck disable=SC2016 # that $p is Go's
  bad=$(go list -f '{{$p := .ImportPath}}{{range .Imports}}{{$p}} imports {{.}}{{"\n"}}{{end}}' ./... |
    grep -E '^thirdspace/p2p[^ ]* imports thirdspace/(app|interp)|^thirdspace/interp[^ ]* imports thirdspace/(app|p2p)') || return 0
  printf 'arrows that point the wrong way:\n%s\n' "$bad"
  return 1
}

page() { (cd frontend && npm run --silent lint); }

scripts() {
  local files
  mapfile -t files < <(git ls-files -co --exclude-standard -- '*.sh' .ci/run)
  if command -v shellcheck >/dev/null; then
    shellcheck "${files[@]}"
  else
    bash -n "${files[@]}" && printf 'shellcheck is not installed: only the syntax was looked at\n'
  fi
}

step formatting formatted
step vet go vet ./...
step 'vet, with the window' go vet -tags "$tags,window" . ./app/face/...
step staticcheck go run "$staticcheck" -tags "$tags" ./...
step arrows arrows
step bindings build/scripts/bindings.sh --check
step page page
step scripts scripts

if ((${#failed[@]} > 0)); then
  printf '\nlint: failed: %s\n' "$(printf '%s, ' "${failed[@]}" | sed 's/, $//')"
  exit 1
fi
printf '\nlint: all well\n'
