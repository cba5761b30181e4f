#!/bin/sh
# Makes docs/tui.png: the real program, in tmux, over traffic that it makes
# itself. Run from the root; needs Go, tmux, curl and the font DejaVu Sans Mono.
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
echo "secret: $secret" >"$work/hooks.yaml"
$world "$work/hooks" --config "$work/hooks.yaml" listen --addr 127.0.0.1:0 --forward "$(cat "$work/app.url")/webhooks" --ready-file "$work/url" >"$work/log" 2>&1 &
listener=$!
ready "$work/url"
to=$(cat "$work/url")
send() { $world "$work/hooks" trigger "$@" --to "$to/webhooks" --secret "$secret" >/dev/null || true; }
send revkeen:payment.succeeded
send stripe:invoice.paid
send github:issues.opened
send standard:payment.confirmed
send raas:transaction_completed
send shopify:orders/create
send stripe:invoice.paid
# Between its sender and here something indented this one.
printf '{"type":"payment.failed","data":{"amount":1999}}' >"$work/signed"
printf '{\n  "type": "payment.failed",\n  "data": {\n    "amount": 1999\n  }\n}' >"$work/indented"
$world "$work/hooks" --store "$work/app" sign "$work/signed" --provider revkeen --secret "$secret" |
	curl -s -o "$work/answer" -H @- -H 'Content-Type: application/json' --data-binary "@$work/indented" "$to/webhooks"

tmux -L "$socket" -f /dev/null new-session -d -x 120 -y 35 \
	"$world TERM=xterm-256color COLORTERM= '$work/hooks' --config '$work/hooks.yaml' --color always tui --filter direction:in"
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
until_shown '\[Sig'
for _ in $(seq 200); do screen | grep -q 'looking for what' || break; sleep 0.05; done
tmux -L "$socket" capture-pane -e -p >"$work/screen"
go -C docs/shot run . -cols 120 -rows 35 -o ../tui.png <"$work/screen"
