#!/bin/sh
# Makes docs/tui.png: the real program, in tmux, over traffic that it makes
# itself. Run from the root; needs Go, tmux, curl, the font DejaVu Sans Mono, and
# that the ports 3000 and 4400 are free.
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

$world "$work/hooks" --store "$work/app" listen --addr 127.0.0.1:3000 --respond-seq 200x4,500,200x3,503,200x9 --ready-file "$work/app.url" >"$work/app.log" 2>&1 &
app=$!
ready "$work/app.url"
secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
echo "secret: $secret" >"$work/hooks.yaml"
$world "$work/hooks" --config "$work/hooks.yaml" listen --addr 127.0.0.1:4400 --forward localhost:3000/webhooks --ready-file "$work/url" >"$work/log" 2>&1 &
listener=$!
ready "$work/url"
to=$(cat "$work/url")
send() { $world "$work/hooks" trigger "$@" --to "$to/webhooks" --secret "$secret" >/dev/null || true; }
for event in revkeen:payment.succeeded stripe:invoice.paid github:issues.opened slack:app_mention standard:payment.confirmed raas:transaction_completed \
	shopify:orders/create linear:Issue.create clerk:user.created stripe:customer.subscription.updated; do
	send "$event"
done
send stripe:invoice.paid --id evt_1P9x --duplicate 2
send revkeen:payment.succeeded --unset data
send github:push --bad-signature other-secret
curl -s -o "$work/answer" -H 'Content-Type: application/json' -d '{"type":"order.created"}' "$to/webhooks"
send standard:transfer.completed
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
