#!/usr/bin/env bash
# Makes frontend/wailsjs from the services that are bound, with Wails' own generator but without its command. With
# --check it only says whether what is committed is what would be made.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly made=frontend/wailsjs

# The generator tells of every field; that is of interest only if it fails.
generate() {
  local said
  said=$(go run -tags bindings . 2>&1) || {
    printf '%s\n' "$said" >&2
    return 1
  }
  find "$made" -type f -exec chmod 644 {} +
}

if [[ ${1:-} != --check ]]; then
  generate
  exit
fi

before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
if [[ -d $made ]]; then
  cp -a "$made/." "$before/"
fi
generate
if ! diff -ru "$before" "$made"; then
  printf 'The bindings were not fresh. They are now: commit %s.\n' "$made" >&2
  exit 1
fi
