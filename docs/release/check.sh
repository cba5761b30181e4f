#!/usr/bin/env bash
# Tries a release without publishing anything: the configuration, every target,
# the packages, the version of the built program, and that a second run makes
# the same bytes. Takes minutes. Run from the root, on a clean tree.
set -euo pipefail
cd "$(dirname "$0")/../.."

# What the release is made with; of later versions one needs a newer Go.
version=v2.16.0
goreleaser=${GORELEASER:-.bin/goreleaser}
if [ ! -x "$goreleaser" ]; then
	GOBIN="$PWD/.bin" go install "github.com/goreleaser/goreleaser/v2@$version"
fi

# Without a tag the version is made up; without a remote, commit and date would
# be missing. Both go into a clone, which is thrown away.
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q . "$work/tree"
cd "$work/tree"
git remote set-url origin https://example.com/hooks-cli/hooks
git describe --tags --exact-match >/dev/null 2>&1 || git tag v0.0.0
case $goreleaser in /*) ;; *) goreleaser=$here/$goreleaser ;; esac

"$goreleaser" check
docs/release/notes.sh "$(sed -n 's/^## \[\([0-9][^]]*\).*/\1/p' CHANGELOG.md | head -n 1)" >/dev/null
build() { "$goreleaser" release --snapshot --clean --parallelism "${PARALLELISM:-2}" --skip=sign,sbom,docker >"$work/log" 2>&1 || { tail -n 40 "$work/log"; exit 1; }; }
build
cp dist/checksums.txt "$work/first"

built=$(echo dist/hooks_linux_"$(go env GOARCH)"*/hooks)
shown=$("$built" --version)
wanted="hooks $(sed -n 's/.*"version":"\([^"]*\)".*/\1/p' dist/metadata.json)"
[ "$shown" = "$wanted" ] || { echo "--version says '$shown', not '$wanted'"; exit 1; }
"$built" version --json | grep -q "\"commit\":\"$(git rev-parse HEAD)\"" || { echo "the program does not know its commit"; exit 1; }

for kind in linux_amd64.tar.gz linux_arm64.tar.gz darwin_amd64.tar.gz darwin_arm64.tar.gz windows_amd64.zip windows_arm64.zip \
	linux_amd64.deb linux_arm64.deb linux_amd64.rpm linux_arm64.rpm linux_amd64.apk linux_arm64.apk; do
	ls dist/hooks_*_"$kind" >/dev/null
done

# has LIST FILE…: the files of an archive or package, a line each in LIST.
has() {
	local list=$1 file
	shift
	for file; do
		grep -qx "$file" "$list" || { echo "$(basename "$list") has no $file"; exit 1; }
	done
}
own=(README.md LICENSE CHANGELOG.md completions/hooks.bash completions/hooks.zsh completions/hooks.fish completions/hooks.ps1 manpages/hooks.1.gz manpages/hooks-listen.1.gz)
installed=(usr/bin/hooks usr/share/bash-completion/completions/hooks usr/share/fish/vendor_completions.d/hooks.fish usr/share/man/man1/hooks.1.gz usr/share/man/man1/hooks-listen.1.gz usr/share/doc/hooks/README.md)
for archive in dist/hooks_*.tar.gz; do
	tar tzf "$archive" >"$work/${archive##*/}"
	has "$work/${archive##*/}" hooks "${own[@]}"
done
for archive in dist/hooks_*.zip; do
	python3 -m zipfile -l "$archive" | awk '{ print $1 }' >"$work/${archive##*/}"
	has "$work/${archive##*/}" hooks.exe "${own[@]}"
done
for package in dist/hooks_*.apk; do
	tar tzf "$package" >"$work/${package##*/}" 2>/dev/null
	has "$work/${package##*/}" "${installed[@]}" usr/share/zsh/site-functions/_hooks usr/share/licenses/hooks/LICENSE
done
for package in dist/hooks_*.deb; do # a package of Debian, which not every machine can read
	command -v dpkg-deb >/dev/null || break
	dpkg-deb --fsys-tarfile "$package" | tar t | sed 's,^\./,,' >"$work/${package##*/}"
	has "$work/${package##*/}" "${installed[@]}" usr/share/zsh/vendor-completions/_hooks usr/share/doc/hooks/copyright
done
for package in dist/hooks_*.rpm; do
	command -v rpm >/dev/null || break
	rpm -qlp "$package" | sed 's,^/,,' >"$work/${package##*/}"
	has "$work/${package##*/}" "${installed[@]}" usr/share/zsh/site-functions/_hooks usr/share/licenses/hooks/LICENSE
done

build
diff "$work/first" dist/checksums.txt && echo "ok: $shown, $(wc -l <"$work/first") files, the same twice"
