#!/usr/bin/env bash
# Installs what is missing to build and run ("run") or to test ("test"). Does nothing, quickly, when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly build_packages=(build-essential pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev)
readonly test_packages=(chromium xvfb xdotool iproute2 imagemagick x11-utils xauth nftables iptables)
readonly want_node=20

fail() {
  printf 'ThirdSpace: %s\n' "$*" >&2
  exit 1
}

check_go() {
  local want have
  want=$(sed -n 's/^go \([0-9]*\.[0-9]*\).*/\1/p' go.mod)
  command -v go >/dev/null || fail "Go $want or newer is needed and none is installed. See https://go.dev/dl/"
  have=$(go env GOVERSION) # with GOTOOLCHAIN=auto, already the one that go.mod asks for
  have=${have#go}
  if [[ $(printf '%s\n%s\n' "$want" "$have" | sort -V | head -n 1) != "$want" ]]; then
    fail "Go $want or newer is needed; this is Go $have. See https://go.dev/dl/"
  fi
}

check_node() {
  local have
  command -v node >/dev/null || fail "Node $want_node or newer is needed and none is installed. See https://nodejs.org/"
  command -v npm >/dev/null || fail "npm is needed beside Node and is not installed."
  have=$(node --version)
  have=${have#v}
  ((${have%%.*} >= want_node)) || fail "Node $want_node or newer is needed; this is Node $have. See https://nodejs.org/"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "packages must be installed, which needs root and there is no sudo. As root, run: $*"
  fi
}

install_missing() {
  [[ $(uname -s) == Linux ]] || return 0 # elsewhere the webview is part of the system
  local missing=() package
  if ! command -v dpkg-query >/dev/null; then
    printf 'ThirdSpace: this is not Debian or Ubuntu; make sure that the likes of these are installed: %s\n' "$*" >&2
    return 0
  fi
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  printf 'ThirdSpace: installing %s\n' "${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

case ${1:-run} in
run)
  check_go
  check_node
  install_missing "${build_packages[@]}"
  ;;
test) install_missing "${test_packages[@]}" ;;
*) fail "setup.sh run|test" ;;
esac
