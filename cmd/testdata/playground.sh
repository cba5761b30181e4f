# What the user of the help's examples has done before: a project with a store,
# deliveries of all kinds, an endpoint, a catalog, a provider, and files.
set -em
hooks init
printf '{"a":1}' > body.json
printf '\001\002' > body.bin
printf 'whsec_plJ3nmyCDGBKInavdOK15jsl' > secret.txt
chmod 600 secret.txt
mkdir -p ~/.zsh/completions ~/.config/fish/completions webhook schemas catalog provider

cat > openapi.yaml <<'YAML'
openapi: 3.1.0
info: {title: Acme, version: "1"}
webhooks:
  batch_completed:
    post:
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {id: {type: string}, total: {type: integer}}, required: [id]}
            example: {id: b_1, total: 3}
YAML
cp openapi.yaml openapi-v1.yaml
sed 's/required: \[id\]/required: [id, total]/; s/type: integer/type: string/; s/total: 3/total: "3"/' openapi.yaml > openapi-v2.yaml
hooks catalog export standard --format openapi > openapi.json
printf '{"type":"object","properties":{"id":{"type":"string"}}}' > schemas/order.paid.json
hooks catalog init my-app
hooks catalog import openapi.yaml --into acme
hooks catalog sample payment.succeeded > sample.json
cp catalog/acme.json draft.json
cp catalog/acme.json draft.yaml

hooks endpoint add localhost:3000/webhooks --provider revkeen --name shop --secret env:WEBHOOK_SECRET --allow-custom-secret
hooks listen --ready-file ready --secret env:WEBHOOK_SECRET &
for i in $(seq 200); do test -s ready && break; sleep 0.05; done
for i in 1 2; do
	hooks send --to "$(cat ready)" --data "{\"type\":\"order.paid\",\"data\":{\"id\":$i}}" --provider standard --secret env:WEBHOOK_SECRET --event order.paid
	hooks send --to "$(cat ready)" --data '{"id":"evt_1","type":"invoice.paid"}' --provider stripe --secret env:STRIPE_WEBHOOK_SECRET --event invoice.paid
done
kill -INT %1
wait %1

# Of the endpoint, one failed, and number 12 and those after it are under way:
# nobody was there.
unset HOOKS_TO
hooks endpoint edit shop --url localhost:1/webhooks
hooks endpoint test shop --event payment.succeeded || true
for i in 1 2; do hooks send --to localhost:3000 --data '{}' --provider standard --event ping; done
for i in 1 2 3; do hooks trigger revkeen:payment.succeeded || true; done
hooks endpoint edit shop --url localhost:3000/webhooks

printf 'POST /hook HTTP/1.1\r\nHost: localhost\r\n' > request.http
hooks sign body.json --provider stripe --secret file:secret.txt | sed 's/$/\r/' >> request.http
printf '\r\n{"a":1}' >> request.http
printf 'POST /hook HTTP/1.1\r\nHost: localhost\r\nX-Acme-Sig: %s\r\n\r\n{"a":1}' "$(hooks sign body.json --provider hmac --header X-Acme-Sig --secret file:secret.txt | sed 's/.*: //')" > captured.http
hooks export > deliveries.jsonl
hooks export --format har > browser.har
