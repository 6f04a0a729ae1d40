#!/usr/bin/env bash
# Live reload in a browser. The page is built again whenever it changes, and open tabs load themselves again; the Go
# program is built again whenever it changes, and started in place of the one before. The link stays good.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly state=build/.stamps/dev
mkdir -p "$state/data"
[[ -s $state/session ]] || head -c 20 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$state/session"
THIRDSPACE_DEV_SESSION=$(<"$state/session")
export THIRDSPACE_DEV_SESSION THIRDSPACE_DEV_ADDRESS=${THIRDSPACE_DEV_ADDRESS:-127.0.0.1:5174}

app=
page=
stop() {
  trap - EXIT INT TERM
  [[ -z $app ]] || kill "$app" 2>/dev/null || true
  [[ -z $page ]] || kill "$page" 2>/dev/null || true
  wait
}
trap stop EXIT INT TERM

# Not to frontend/dist: the Go program takes that in, and must not meet it half written.
(cd frontend && exec npx vite build --watch --logLevel warn --emptyOutDir --outDir "../$state/page") &
page=$!

newer() {
  [[ -n $(find . \( -path ./frontend/node_modules -o -path ./.git \) -prune -o \
    -type f \( -name '*.go' -o -name '*.sql' -o -name 'shim.js' \) -newer "$state/built" -print -quit) ]]
}

build() {
  touch "$state/built" # before: what changes while it builds is built again
  go build -o "$state/thirdspace" . && CGO_ENABLED=0 go build -o "$state/thirdspace-runner" ./interp/cmd/thirdspace-runner
}

start() {
  "$state/thirdspace" --dev "$state/page" --data-dir "$state/data" "$@" &
  app=$!
}

until [[ -s $state/page/index.html ]]; do
  kill -0 "$page" || exit 1
  sleep 0.2
done
build && start "$@"
while sleep 0.5; do
  newer || continue
  build || continue
  [[ -z $app ]] || { kill "$app" 2>/dev/null && wait "$app"; } || true
  start "$@"
done
