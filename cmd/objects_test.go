package cmd

// objects are what --json prints, by the name in docs/schema/output.json, and
// the calls that are tried. What prints deliveries is in deliveryCalls.
var objects = []struct {
	name  string
	value any
	calls []string
}{
	{"error", errorObject{}, []string{"hooks show 9999", "hooks nothing", "hooks listen --addr nowhere:x"}},
	{"ready", readyLine{}, []string{"hooks listen"}},
	{"verdict", verdictLine{}, []string{"hooks verify --delivery 1", "hooks verify body.json --provider github --secret x -H 'X-Hub-Signature-256: sha256=00'", "hooks verify --delivery @last --secret env:KEY", "hooks show 1 --explain"}},
	{"signed", signedLine{}, []string{"hooks sign body.json --provider stripe --secret file:secret.txt", "hooks sign body.json --provider github --secret k"}},
	{"route", whyLine{}, []string{"hooks show @last --why"}},
	{"handshake", greetLine{}, []string{"hooks trigger --handshake slack --to localhost:3000"}},
	{"endpoint", endpointLine{}, []string{"hooks endpoint list", "hooks endpoint show shop", "hooks endpoint add https://example.com/x --provider revkeen"}},
	{"endpoint_change", changeLine{}, []string{"hooks endpoint disable shop", "hooks endpoint edit shop --name shop2", "hooks endpoint enable shop --no-deliver"}},
	{"endpoint_stats", endpointStatsLine{}, []string{"hooks endpoint stats"}},
	{"secret", secretLine{}, []string{"hooks secret list", "hooks secret list --reveal", "hooks listen --print-secret", "hooks secret show shop", "hooks secret rotate shop", "hooks secret show shop --reveal"}},
	{"key", newKeyLine{}, []string{"hooks secret new --provider stripe", "hooks secret new --provider http-message-signatures --algorithm ed25519"}},
	{"adopted_secret", adoptedLine{}, nil},
	{"event_type", typeLine{}, []string{"hooks catalog list", "hooks catalog show payment.succeeded", "hooks catalog show github:push"}},
	{"catalog_change", importLine{}, []string{"hooks catalog import openapi.yaml --into other"}},
	{"catalog_report", catalogReport{}, []string{"hooks catalog validate"}},
	{"catalog_difference", differenceLine{}, []string{"hooks catalog diff openapi-v1.yaml openapi-v2.yaml"}},
	{"provider", providerLine{}, []string{"hooks provider list", "hooks provider show stripe"}},
	{"provider_code", codeLine{}, []string{"hooks provider code stripe --lang go"}},
	{"provider_report", reportLine{}, []string{"hooks provider validate - < body.json", "hooks provider validate playground.yaml"}},
	{"check", checkLine{}, []string{"hooks check --list", "hooks check localhost:3000 --provider github --secret k --only rejects"}},
	{"check_summary", checkTotals{}, nil}, // printed by the one above
	{"finding", doctorLine{}, []string{"hooks doctor", "hooks doctor --to localhost:3000", "hooks doctor --to localhost:1 --timeout 1s"}},
	{"doctor_summary", doctorTotals{}, nil},
	{"test", testLine{}, []string{"hooks test webhooks.test.yaml", "hooks test failing.test.yaml", "hooks test absent.test.yaml", "hooks test webhooks.test.yaml --list"}},
	{"test_summary", testTotals{}, nil},
	{"inferred_provider", inferredLine{}, []string{"hooks provider infer --request captured.http --secret file:secret.txt"}},
	{"setting", settingLine{}, []string{"hooks config show"}},
	{"config", configReport{}, []string{"hooks config validate"}},
	{"path", pathLine{}, []string{"hooks config path", "hooks store path"}},
	{"store_stats", storeStatsLine{}, []string{"hooks store stats"}},
	{"store_check", storeCheckLine{}, []string{"hooks store check"}},
	{"store_pruned", storePrunedLine{}, []string{"hooks store prune --keep 3", "hooks store clear --yes"}},
	{"command", commandLine{}, []string{"hooks help", "hooks help listen"}},
	{"topic", topicLine{}, []string{"hooks help filters"}},
	{"version", versionInfo{}, []string{"hooks version"}},
}

// deliveryCalls print deliveries.
var deliveryCalls = []string{"hooks log", "hooks log --event '*,endpoint.*'", "hooks show 12", "hooks wait --event ping --timeout 1s", "hooks replay 12", "hooks trigger revkeen:payment.succeeded",
	"hooks trigger payment.succeeded --dry-run", "hooks send --to localhost:3000 --data x", "hooks retry 12", "hooks cancel 12", "hooks dispatch --until-idle --skip-waits",
	"hooks export", "hooks import fixture.json", "hooks endpoint test shop --event payment.succeeded", "hooks recover --endpoint shop --since 1h --yes"}

// errorObject is what every command prints on stderr.
type errorObject struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Hint    string `json:"hint"`
	} `json:"error"`
}

// printsText are the commands whose output is a text or a file whatever --json
// says: they have no object.
var printsText = []string{"hooks catalog docs", "hooks catalog export", "hooks catalog init", "hooks catalog learn", "hooks catalog sample", "hooks completion",
	"hooks config edit", "hooks config schema", "hooks endpoint delete", "hooks endpoint resume", "hooks init",
	"hooks provider new", "hooks secret adopted", "hooks secret expire", "hooks tui"}
