#!/bin/sh
# Writes what a release ships beside the binary: completions/ and manpages/,
# which git ignores. Run from the root: assets.sh [VERSION [SECONDS]],
# SECONDS being the Unix time of the commit, the date of the pages.
set -eu
version="${1:-}"
export SOURCE_DATE_EPOCH="${2:-${SOURCE_DATE_EPOCH:-}}"
rm -rf completions manpages
mkdir completions manpages
bin=completions/.hooks
trap 'rm -f "$bin"' EXIT
CGO_ENABLED=0 go build -trimpath -ldflags "-X main.version=$version" -o "$bin" .
"$bin" completion bash >completions/hooks.bash
"$bin" completion zsh >completions/hooks.zsh
"$bin" completion fish >completions/hooks.fish
"$bin" completion powershell >completions/hooks.ps1
root=$(pwd)
"$bin" help --json | go -C tools run ./man "$root/manpages"
