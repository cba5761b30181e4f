package provider

import "maps"

// fieldText is what a field means, and a value that may stand there in most
// files. Without an example a field is only explained where it is set.
type fieldText struct{ text, example string }

// fieldTexts explains every field of a provider file.
func fieldTexts() map[string]fieldText {
	texts := signingTexts()
	maps.Copy(texts, deliveryTexts())
	return texts
}

func signingTexts() map[string]fieldText {
	return map[string]fieldText{
		"id":       {"The name on the command line, which is the file's name without .yaml.", ""},
		"name":     {"The name for people.", "My Provider"},
		"docs":     {"The page that describes the signature.", "https://example.com/docs/webhooks"},
		"evidence": {"How well this is known: sdk (the sender's code), docs (its documentation),\nintegrator (the code of somebody else who verifies) or assumed.", ""},
		"source":   {"Where it was read.", "example.com/docs/webhooks"},
		"assumed":  {"Fields that are known less well than the rest.", "[jitter]"},
		"like":     {"The provider whose fields are taken where this file sets none.", ""},

		"code":            {"A scheme that is written in the program.", ""},
		"jwt":             {"The settings of JSON web tokens.", ""},
		"http-signatures": {"The settings of HTTP message signatures (RFC 9421).", ""},
		"alg":             {"hmac-sha256, hmac-sha1, hmac-sha384, hmac-sha512, hmac-md5, ed25519, ecdsa-p256-sha256,\nrsa-sha256, rsa-sha1, rsa-pss-sha512, or equal: the secret itself is sent.", ""},
		"enc":             {"How the signature is written: hex, base64 or base64url.", ""},
		"key":             {"How the secret's text becomes the key: literal, base64, hex, whsec (base64 behind whsec_),\nwhsec-or-literal, sha1, sha256 or nfkd.", "literal"},
		"pub":             {"How the public key of a pair is written: ed25519-hex, ed25519-b64, spki-b64 or pem.", ""},
		"content":         {"What is signed. {body}, {ts}, {id}, {nonce}, {url}, {method}, {path}, {header.NAME}, {json.PATH}\nand {param.NAME} stand for parts of the message; the rest is text. A list has alternatives.", ""},
		"ts":              {"The timestamp: its unit (s, ms, rfc3339) and how far it may be off.", ""},
		"list":            {"What stands between several signatures in one header.", `" "`},
		"headers":         {"The headers as they are sent. {sig} is the signature, {ts}, {id}, {nonce}, {event} and {key_id} are\nother values. Sent as written, read likewise.", ""},
		"json":            {"Values inside a JSON body, by their path: here the event's type and id.", `{ type: "{event}", id: "{id}" }`},
		"form":            {"Values inside a body that is a form.", ""},
		"query":           {"Values inside the URL's query.", ""},
		"strict":          {"In a header of pairs an item without = is an error.", "true"},
		"continue":        {"In a header of pairs an item without = belongs to the one before it.", "true"},
		"check":           {"Values that must equal something, such as the digest of the body.", ""},
		"aliases":         {"Other names under which a header is read.", ""},
		"send_headers":    {"Headers that are sent and not needed to verify.", `{ X-Sender: "acme" }`},

		"handshake":   {"The tests of an endpoint that this sender makes: hub, crc, slack, zoom, asana, challenge-json, …", "[challenge-json]"},
		"fallback":    {"Providers that are tried when a header is missing.", "[standard]"},
		"yields_to":   {"Not recognised where the signature header of one of these came, too.", "[standard]"},
		"mask":        {"Places whose values are not shown.", "[json.token]"},
		"answer_body": {"What the sender wants to read with its 200.", "ok"},
		"params":      {"Values that only the operator knows; --param NAME=VALUE gives them.", "[account]"},
	}
}

func deliveryTexts() map[string]fieldText {
	return map[string]fieldText{
		"user_agent":     {"The User-Agent of its requests.", "Acme-Webhooks/1.0"},
		"catalog":        {"Whose event types it sends: hooks catalog list.", "standard"},
		"wire_id":        {"What the ids of its events look like: text around one {uuid}, {ulid}, {hex:BYTES},\n{alnum:CHARACTERS} or {digits:CHARACTERS}.", `"evt_{ulid}"`},
		"secret":         {"Who makes the secret: generated (the sender), supplied (the receiver) or either.", "generated"},
		"secret_format":  {"What a secret looks like: text around one {base64:BYTES}, {base64url:BYTES}, {hex:BYTES} or\n{alnum:CHARACTERS}.", `"{hex:32}"`},
		"rotation_grace": {"How long an old secret goes on signing beside a new one.", "24h"},
		"max_endpoints":  {"How many endpoints there may be; 0 is any number.", "0"},
		"https":          {"Whether endpoints must have https: required or optional.", "optional"},
		"timeout":        {"How long one attempt may take.", "30s"},
		"ack":            {"Which answers acknowledge.", "[2xx]"},
		"shows_channels": {"Whether it has channels.", "true"},
		"on_disabled":    {"New events while an endpoint is disabled: queue or drop.", "queue"},
		"on_paused":      {"New events while it is paused: hold or drop.", "hold"},

		"conflict_interval": {"409 means again after this long, and is no failure; 0 is an ordinary failure.", "0"},
		"retries":           {"How long to wait before each further attempt; 10x1h is ten times an hour.", "[5s, 5m, 30m, 2h, 5h, 10h, 10h]"},
		"jitter":            {"How much those may vary.", "20%"},
		"retry_after":       {"What becomes of a Retry-After header: obey, clamp or ignore.", "ignore"},
		"overload_min":      {"The least wait after a time-out or 429.", "60s"},
		"gone_disables":     {"410 disables the endpoint.", "true"},
		"receiver_control":  {"The answer's webhook-delivery header is heard.", "true"},
		"pause_after":       {"How many failures in a row pause the endpoint; 0 is never.", "0"},
		"disable_after":     {"How long nothing but failures disable it; 0 is never.", "0"},
	}
}
