#!/bin/sh
# Prints what CHANGELOG.md says of a version, which is the text of its release:
# notes.sh VERSION, as v1.2.3 or 1.2.3. What comes before a version, as in
# v1.2.3-rc.1, has its text. A version of which nothing is said is an error.
set -eu
cd "$(dirname "$0")/../.."
version=${1#v}
version=${version%%-*}
notes=$(awk -v heading="## [$version]" 'index($0, "## [") == 1 { on = index($0, heading) == 1; next } on' CHANGELOG.md)
[ -n "$notes" ] || { echo "CHANGELOG.md says nothing of $version" >&2; exit 1; }
printf '%s\n' "$notes"
