#!/bin/sh
# Makes docs/tui.png: the real program, in tmux, over traffic that it makes
# itself. Run from the root; needs Go, tmux and the font DejaVu Sans Mono.
set -eu
work=$(mktemp -d)
socket=hooks-shot-$$
cleanup() {
	tmux -L "$socket" kill-server 2>/dev/null || true
	for pid in ${app:-} ${listener:-}; do kill -INT "$pid" 2>/dev/null || true; done
	wait
	rm -rf "$work"
}
trap cleanup EXIT
go build -o "$work/hooks" .
# The program gets a home of its own; Go keeps its caches.
world="env HOME=$work XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config LANG=C.UTF-8"

ready() {
	for _ in $(seq 200); do
		test -s "$1" && return 0
		sleep 0.05
	done
	echo "$1 did not come" >&2
	exit 1
}

$world "$work/hooks" --store "$work/app" listen --addr 127.0.0.1:0 --respond-seq 200,200,200,500,200 --ready-file "$work/app.url" >"$work/app.log" 2>&1 &
app=$!
ready "$work/app.url"
secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
$world "$work/hooks" listen --addr 127.0.0.1:0 --forward "$(cat "$work/app.url")/webhooks" --secret "$secret" --ready-file "$work/url" >"$work/log" 2>&1 &
listener=$!
ready "$work/url"
to=$(cat "$work/url")
send() { $world "$work/hooks" trigger "$@" --to "$to/webhooks" --secret "${sign_with:-$secret}" >/dev/null || true; }
send revkeen:payment.succeeded
send stripe:invoice.paid
send github:issues.opened
send standard:payment.confirmed
send raas:transaction_completed
send shopify:orders/create
send stripe:invoice.paid
sign_with=another-secret
send revkeen:payment.failed
sign_with=$secret

tmux -L "$socket" -f /dev/null new-session -d -x 120 -y 35 \
	"$world TERM=xterm-256color COLORTERM= '$work/hooks' --color always tui --filter direction:in"
screen() { tmux -L "$socket" capture-pane -p; }
until_shown() {
	for _ in $(seq 200); do
		screen | grep -q "$1" && return 0
		sleep 0.05
	done
	echo "the screen does not show $1:" >&2
	screen >&2
	exit 1
}
until_shown payment.failed
tmux -L "$socket" send-keys G
until_shown '401 BAD'
for _ in 1 2 3; do tmux -L "$socket" send-keys ']'; done
until_shown '\[Signature'
for _ in $(seq 200); do screen | grep -q 'looking for what' || break; sleep 0.05; done
tmux -L "$socket" capture-pane -e -p >"$work/screen"
go -C docs/shot run . -cols 120 -rows 35 -o ../tui.png <"$work/screen"
