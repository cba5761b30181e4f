#!/bin/sh
# Writes what a release ships beside the binary. Run from the root.
set -eu
rm -rf completions
mkdir completions
go run . completion bash >completions/hooks.bash
go run . completion zsh >completions/hooks.zsh
go run . completion fish >completions/hooks.fish
go run . completion powershell >completions/hooks.ps1
