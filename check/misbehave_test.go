package check

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

func target(t *testing.T) send.Target {
	t.Helper()
	target, err := send.ParseTarget("http://127.0.0.1:1/hook")
	if err != nil {
		t.Fatal(err)
	}
	return target
}

var at = time.Unix(1_800_000_000, 0)

// sent is what a sender makes of one event, and what a receiver says of it.
func sent(t *testing.T, s *Sender, p *provider.Profile, key string) (send.Outgoing, sign.Verdict, error) {
	t.Helper()
	out, err := s.Build(target(t), send.Event{Type: "a", WireID: "msg_1", Body: []byte(`{"type":"a","signature":{}}`), ContentType: "application/json"},
		send.Signing{Profile: p, Keys: sign.Keys{Secrets: []string{key}}, At: at}, "test")
	m := &sign.Message{Method: out.Method, URL: "http://127.0.0.1:1/hook", Headers: out.Headers, Body: out.Body}
	return out, p.Scheme.Verify(m, sign.Keys{Secrets: []string{key}}, at, nil), err
}

// TestSignatureKinds: what is signed wrongly is never valid, nor is what was
// tampered with or is stale, and what is signed rightly is.
func TestSignatureKinds(t *testing.T) {
	made := map[string]int{}
	seed := int64(1)
	for _, id := range []string{"standard", "stripe", "github", "revkeen", "raas", "slack", "plaid", "mailgun"} {
		p, err := provider.Open().Get(id)
		if err != nil {
			t.Fatal(err)
		}
		pair, err := p.NewKey("", rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		pair.Secret += pair.Private // of which there is one
		if _, v, err := sent(t, NewSender(Misbehaviour{}, nil), p, pair.Secret); err != nil || !v.OK {
			t.Errorf("%s, nothing wrong: %v, %v", id, v, err)
		}
		wrong := map[string]Misbehaviour{"tamper": {Tamper: true}, "stale": {Stale: 24 * time.Hour}}
		for _, kind := range SignatureKinds() {
			wrong[kind] = Misbehaviour{BadSignature: kind}
		}
		for name, m := range wrong {
			out, v, err := sent(t, NewSender(m, &seed), p, pair.Secret)
			var impossible *ImpossibleError
			switch {
			case errors.As(err, &impossible):
				continue
			case err != nil || len(out.Did) != 1:
				t.Errorf("%s, %s: did %q, %v", id, name, out.Did, err)
			case v.OK && id == "mailgun" && (name == "tamper" || name == "stale" || name == "future-timestamp"): // which signs neither body nor age
			case v.OK && !(name == "future-timestamp" && id == "stripe"): // whose rules allow it
				t.Errorf("%s, %s: valid", id, name)
			}
			made[name]++
		}
	}
	for _, kind := range append(SignatureKinds(), "tamper", "stale") {
		if made[kind] == 0 {
			t.Errorf("%s was never made", kind)
		}
	}
}

func TestUnknownKind(t *testing.T) {
	_, _, err := sent(t, NewSender(Misbehaviour{BadSignature: "nonsense"}, nil), standard(t), secret)
	var unknown *UnknownError
	if !errors.As(err, &unknown) {
		t.Errorf("error %v, want an *UnknownError", err)
	}
}

// TestSenderIsReproducible: the same seed does the same, another one does not.
func TestSenderIsReproducible(t *testing.T) {
	m := Misbehaviour{Duplicate: 3, Shuffle: true, Drop: 0.4, DelayMin: time.Millisecond, DelayMax: time.Second, BadSignature: "other-secret"}
	run := func(seed int64) (order []int, did []string) {
		s := NewSender(m, &seed)
		order = s.Order(20)
		for range order {
			out, _, err := sent(t, s, standard(t), secret)
			if err != nil {
				t.Fatal(err)
			}
			signature, _ := out.Headers.Get("Webhook-Signature")
			did = append(did, strings.Join(out.Did, ", ")+signature)
		}
		return order, did
	}
	order, did := run(5)
	again, didAgain := run(5)
	if diff := cmp.Diff(order, again); diff != "" {
		t.Errorf("another order:\n%s", diff)
	}
	if diff := cmp.Diff(did, didAgain); diff != "" {
		t.Errorf("other deeds:\n%s", diff)
	}
	if other, _ := run(6); slices.Equal(order, other) {
		t.Error("another seed has the same order")
	}
	slices.Sort(order)
	for i, n := range order {
		if n != i/3 {
			t.Fatalf("the order is none of 20 events three times each: %v", order)
		}
	}
}

func TestHandling(t *testing.T) {
	ten, far := 10, 1000
	for name, test := range map[string]struct {
		m    Misbehaviour
		did  string
		good func(send.Outgoing) bool
	}{
		"nothing":   {Misbehaviour{}, "", func(o send.Outgoing) bool { return !o.Lost && o.Hold == 0 && o.CutAt == nil && o.Pause == 0 }},
		"dropped":   {Misbehaviour{Drop: 1, BodyCut: &ten}, "dropped", func(o send.Outgoing) bool { return o.Lost }},
		"held back": {Misbehaviour{DelayMin: time.Second, DelayMax: time.Second}, "held back 1s", func(o send.Outgoing) bool { return o.Hold == time.Second }},
		"cut":       {Misbehaviour{BodyCut: &ten}, "body cut at 10 of 27 bytes", func(o send.Outgoing) bool { return *o.CutAt == 10 }},
		"not cut":   {Misbehaviour{BodyCut: &far}, "body not cut: it has 27 bytes", func(o send.Outgoing) bool { return o.CutAt == nil }},
		"slow":      {Misbehaviour{BodySlow: time.Second}, "second half of the body held back 1s", func(o send.Outgoing) bool { return o.Pause == time.Second }},
	} {
		t.Run(name, func(t *testing.T) {
			out, _, err := sent(t, NewSender(test.m, nil), standard(t), secret)
			if got := strings.Join(out.Did, ", "); err != nil || got != test.did || !test.good(out) {
				t.Errorf("did %q, error %v, want %q: %+v", got, err, test.did, out)
			}
		})
	}
}
