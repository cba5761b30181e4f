package provider

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

const (
	bodyR = `{"id":"evt_test","type":"payment.succeeded","created":1700000000,"data":{"object":{"id":"pay_1","amount":2500}}}`
	bodyU = `{"id":"evt_u","type":"customer.updated","created":1700000000,"data":{"object":{"id":"cus_1","name":"Zoë & <Ada> ` + "\u2028" + ` ✓"}}}`
	bodyE = `{"id":"82646f2c-447a-4214-a6ad-7d43e87d7fc4","event_name":"transaction_completed","resource_id":"dab8da2c-61ea-42cf-a7c5-223967bebb81","user_id":"ee3aa0ac-8d18-4a7b-adaf-c5cc8a8db62f","subscription_id":"caec6725-bf0a-4ca4-9f8c-153f4da87259","timestamp":"2024-01-02T03:04:05.000Z"}`
	bodyF = `{"id":"wbh-sample0","type":"payout.state-updated","data":{"id":"pyt-sample0","state":{"code":"SENT"}},"created_at":"2023-11-17T15:58:44Z"}`
	ping  = `{"event_type":"ping","data":{"success":true}}`

	svixSecret     = "whsec_plJ3nmyCDGBKInavdOK15jsl"
	standardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
)

// TestKnownSignatures signs what others have signed. The first two are
// published by Svix and by Standard Webhooks, the rest were computed twice
// from the form each sender documents.
func TestKnownSignatures(t *testing.T) {
	tests := []struct {
		name, provider string
		secrets        []string
		id             string
		at             int64
		body, want     string
	}{
		{"svix's ping", "standard", []string{svixSecret}, "msg_loFOjxBNrRLzqYUf", 1731705121, ping,
			"v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="},
		{"the specification's", "standard", []string{standardSecret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, `{"test": 2432232314}`,
			"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
		{"rotated", "standard", []string{standardSecret, svixSecret}, "msg_loFOjxBNrRLzqYUf", 1731705121, ping,
			"v1,ra7kgjOCnSSR5URJ70WM3QMv18NGuuwnmtI2W0CEQ1c= v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="},
		{"revkeen", "revkeen", []string{"rk_wh_test_secret"}, "", 0, bodyR,
			"sha256=600aee03c4daf47f8727a96bf464e552984f696f68291e9b9e1737e8b300eb08"},
		{"revkeen, text beyond ASCII", "revkeen", []string{"rk_wh_test_secret"}, "", 0, bodyU,
			"sha256=64478986d2b780bbda9ef11db4df20c907ff7bcdb7e0f508e85b9bd3a9c34191"},
		{"revkeen, one signature for two keys", "revkeen", []string{"rk_wh_test_secret", "rk_wh_old_secret"}, "", 0, bodyR,
			"sha256=600aee03c4daf47f8727a96bf464e552984f696f68291e9b9e1737e8b300eb08"},
		{"revkeen-v1", "revkeen-v1", []string{"rk_wh_test_secret"}, "", 1700000000, bodyR,
			"t=1700000000,v1=b404da7ffb5d44546cf81bc7e0343bd4b87ee15042177b84f2a40c3b9f5cbe89"},
		{"revkeen-v1, rotated", "revkeen-v1", []string{"rk_wh_new_secret", "rk_wh_test_secret"}, "", 1700000000, bodyR,
			"t=1700000000,v1=b61983c6b1f5482fe7b5eca8978d6f6f2a6de9ad69721cc4cf636b58a619ee80,v1=b404da7ffb5d44546cf81bc7e0343bd4b87ee15042177b84f2a40c3b9f5cbe89"},
		{"raas", "raas", []string{"raas_test_secret"}, "", 0, bodyE,
			"1693ecb25ecebb58a0e149036b6ae3fa4bdec0b8023c6af7c4d3ac1f8239f813"},
		{"raas, the next attempt", "raas", []string{"raas_test_secret"}, "", 0, strings.Replace(bodyE, "03:04:05", "04:04:05", 1),
			"2f7d8686563c54db4b3eeba27b6316583e72350dcde0e8bbe3d72679d8ae635d"},
		{"rafiki", "rafiki", []string{"rafiki_test_secret"}, "", 1700236724, bodyF,
			"t=1700236724, v1=eed2ea0a9aec6ef2541f03b82b67eeb8e9686f61ac3632165e68d4304cb58123"},
	}
	registry := Open()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := registry.Get(test.provider)
			if err != nil {
				t.Fatal(err)
			}
			m := &sign.Message{Body: []byte(test.body)}
			values := sign.Values{ID: test.id, Time: time.Unix(test.at, 0)}
			out, err := p.Scheme.Sign(m, sign.Keys{Secrets: test.secrets}, values)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := out.Headers.Get(p.Scheme.SignatureFields()[0].Name)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Sign (-want +got):\n%s", diff)
			}
			for _, secret := range test.secrets {
				v := p.Scheme.Verify(out, sign.Keys{Secrets: []string{secret}}, values.Time, nil)
				if !v.OK && (p.Scheme.Rotates() || secret == test.secrets[0]) {
					t.Errorf("Verify with %s: %s", secret, v.Reason)
				}
			}
		})
	}
}

// TestReserialisedBody: what encoding/json makes of a body is another body.
func TestReserialisedBody(t *testing.T) {
	p, err := Open().Get("revkeen")
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal([]byte(bodyU), &value); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	m := &sign.Message{Body: body, Headers: sign.Headers{{
		Name: "x-revkeen-signature", Value: "sha256=64478986d2b780bbda9ef11db4df20c907ff7bcdb7e0f508e85b9bd3a9c34191",
	}}}
	if v := p.Scheme.Verify(m, sign.Keys{Secrets: []string{"rk_wh_test_secret"}}, sentAt, nil); v.Reason != sign.SignatureMismatch {
		t.Errorf("Verify of the re-serialised body = %t %q", v.OK, v.Reason)
	}
}

// TestKnobs holds the providers of the seed documents to their behaviour.
func TestKnobs(t *testing.T) {
	type knobs struct {
		Attempts                       int
		Sum                            time.Duration
		Secret, HTTPS                  string
		Grace                          time.Duration
		MaxEndpoints, PauseAfter       int
		Conflict, DisableAfter         time.Duration
		OnDisabled, OnPaused, Format   string
		Jitter                         float64
		Channels, Verified, GoneAndCtl bool
	}
	const day = 24 * time.Hour
	want := map[string]knobs{
		"rafiki": {8, 27*time.Hour + 35*time.Minute + 5*time.Second, "generated", "required", day, 5, 0, 0, 0, "drop", "hold", "{base64url:24}", 0, false, false, false},
		"standard": {8, 27*time.Hour + 35*time.Minute + 5*time.Second, "either", "optional", day, 0, 0, 0, 120 * time.Hour, "drop", "hold",
			"whsec_{base64:24}", 0.2, true, true, true},
		"revkeen":    {6, 26*time.Hour + 36*time.Minute, "generated", "required", day, 0, 0, 0, 0, "queue", "hold", "rk_wh_{base64url:24}", 0, false, true, false},
		"revkeen-v1": {6, 34*time.Hour + 35*time.Minute, "generated", "required", 0, 0, 0, 0, 0, "queue", "hold", "rk_wh_{base64url:24}", 0, false, true, false},
		"raas":       {11, 10 * time.Hour, "supplied", "optional", day, 0, 5, time.Minute, 0, "drop", "drop", "whsec_{base64:24}", 0, false, true, false},
	}
	registry := Open()
	for id, want := range want {
		p, err := registry.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		got := knobs{
			Attempts: len(p.Retries) + 1, Secret: p.Secret, HTTPS: p.HTTPS, Grace: p.RotationGrace, MaxEndpoints: p.MaxEndpoints,
			PauseAfter: p.PauseAfter, Conflict: p.ConflictInterval, DisableAfter: p.DisableAfter, OnDisabled: p.OnDisabled,
			OnPaused: p.OnPaused, Format: p.SecretFormat.String(), Jitter: p.Jitter, Channels: p.ShowsChannels, Verified: p.Verified(),
			GoneAndCtl: p.GoneDisables && p.ReceiverControl && p.RetryAfter == "obey" && p.OverloadMin == time.Minute,
		}
		for _, d := range p.Retries {
			got.Sum += d
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}
