package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const day = 24 * time.Hour

// rotate is RotateSecret that succeeds.
func rotate(t *testing.T, s *Store, endpoint, value string, at time.Time, grace time.Duration) EndpointSecret {
	t.Helper()
	made, err := s.RotateSecret(t.Context(), EndpointSecret{Endpoint: endpoint, Value: value, Source: SecretGenerated}, at, grace)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// values are the secrets that are valid at a time, in their order, each expiring
// one with what is left of its time.
func values(t *testing.T, s *Store, endpoint string, at time.Time) []string {
	t.Helper()
	of, err := s.EndpointSecrets(t.Context(), endpoint, at)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range of {
		text := e.Value
		if !e.Current() {
			text += " " + e.ExpiresAt.Sub(at).String()
		}
		all = append(all, text)
	}
	return all
}

func TestRotateSecret(t *testing.T) {
	dir := t.TempDir()
	s, at := open(t, dir, Options{}), time.Unix(1700000000, 0)
	first := rotate(t, s, "ep_1", "a", at, day)
	rotate(t, s, "ep_2", "other", at, day)
	rotate(t, s, "ep_1", "b", at.Add(time.Hour), day)
	rotate(t, s, "ep_1", "c", at.Add(2*time.Hour), day)
	if !strings.HasPrefix(first.ID, "sec_") || !first.CreatedAt.Equal(at) || !first.Current() {
		t.Errorf("the first is %+v", first)
	}
	for _, step := range []struct {
		name string
		at   time.Time
		want []string
	}{
		{"all are valid", at.Add(3 * time.Hour), []string{"c", "b 23h0m0s", "a 22h0m0s"}},
		{"the oldest has expired to the instant", at.Add(25 * time.Hour), []string{"c", "b 1h0m0s"}},
		{"the current one does not expire", at.Add(9000 * time.Hour), []string{"c"}},
	} {
		if diff := cmp.Diff(step.want, values(t, open(t, dir, Options{ReadOnly: true}), "ep_1", step.at)); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}
	rotate(t, s, "ep_1", "d", at.Add(25*time.Hour), 0)
	if diff := cmp.Diff([]string{"d", "b 1h0m0s"}, values(t, s, "ep_1", at.Add(25*time.Hour))); diff != "" {
		t.Errorf("without a grace: %s", diff)
	}
	file, err := os.ReadFile(filepath.Join(dir, secretsName))
	if err != nil || strings.Contains(string(file), `"a"`) || strings.Contains(string(file), `"c"`) {
		t.Errorf("what is not valid any more is kept: %s, %v", file, err)
	}
	if diff := cmp.Diff([]string{"other"}, values(t, s, "ep_2", at)); diff != "" {
		t.Errorf("of another endpoint: %s", diff)
	}
}

func TestRotateSecretTooOften(t *testing.T) {
	s, at := open(t, t.TempDir(), Options{}), time.Unix(1700000000, 0)
	for i := range MaxOldSecrets + 1 {
		rotate(t, s, "ep_1", fmt.Sprint(i), at.Add(time.Duration(i)*time.Minute), day)
	}
	late := at.Add(time.Hour)
	_, err := s.RotateSecret(t.Context(), EndpointSecret{Endpoint: "ep_1", Value: "x"}, late, day)
	var many *TooManySecretsError
	if !errors.As(err, &many) || !many.Next.Equal(at.Add(day+time.Minute)) {
		t.Fatalf("the eleventh old secret: %v", err)
	}
	if got := values(t, s, "ep_1", late); len(got) != MaxOldSecrets+1 || got[0] != "10" {
		t.Errorf("the refused rotation changed %q", got)
	}
	rotate(t, s, "ep_1", "at once", late, 0)
	rotate(t, s, "ep_1", "later", many.Next, day)
}

func TestRotateSecretRefuses(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	for name, next := range map[string]EndpointSecret{
		"no endpoint": {Value: "v"}, "neither value nor reference": {Endpoint: "ep_1"}, "both": {Endpoint: "ep_1", Value: "v", Ref: "env:V"},
	} {
		if _, err := s.RotateSecret(t.Context(), next, clock(), 0); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	reader := open(t, dir, Options{ReadOnly: true})
	if _, err := reader.RotateSecret(t.Context(), EndpointSecret{Endpoint: "ep_1", Value: "v"}, clock(), 0); !errors.Is(err, ErrReadOnly) {
		t.Errorf("while reading only: %v", err)
	}
	if all, err := reader.AllEndpointSecrets(t.Context(), clock()); len(all) != 0 || err != nil {
		t.Errorf("of a store that has none: %v, %v", all, err)
	}
	_, err := s.RotateSecret(t.Context(), EndpointSecret{Endpoint: "ep_1", Value: strings.Repeat("v", maxSecrets)}, clock(), 0)
	var refused *OpenError
	if !errors.As(err, &refused) {
		t.Errorf("a file that nobody could read again: %v", err)
	}
	if diff := cmp.Diff([]string(nil), values(t, s, "ep_1", clock())); diff != "" {
		t.Error(diff)
	}
}

func TestExpireSecrets(t *testing.T) {
	at := time.Unix(1700000000, 0)
	next := &EndpointSecret{Value: "next", Source: SecretGenerated}
	tests := []struct {
		name   string
		expire []int // of a, b and c, the current one
		next   *EndpointSecret
		want   []string
		err    error
	}{
		{"an old one", []int{0}, nil, []string{"c", "b 24h0m0s"}, nil},
		{"the current one: the youngest other takes its place", []int{2}, nil, []string{"b", "a 24h0m0s"}, nil},
		{"the current one, and a new one comes", []int{2}, next, []string{"next", "b 24h0m0s", "a 24h0m0s"}, nil},
		{"all, and a new one comes", []int{0, 1, 2}, next, []string{"next"}, nil},
		{"all", []int{0, 1, 2}, nil, []string{"c", "b 24h0m0s", "a 24h0m0s"}, ErrNoSigningKey},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, t.TempDir(), Options{})
			var made []EndpointSecret
			for _, value := range []string{"a", "b", "c"} {
				made = append(made, rotate(t, s, "ep_1", value, at, day))
			}
			var ids []string
			for _, i := range test.expire {
				ids = append(ids, made[i].ID)
			}
			left, err := s.ExpireSecrets(t.Context(), "ep_1", ids, test.next, at)
			if !errors.Is(err, test.err) {
				t.Fatalf("got %v, want %v", err, test.err)
			}
			if err == nil && (len(left) != len(test.want) || !left[0].Current() || left[0].ID == "") {
				t.Errorf("left: %+v", left)
			}
			if diff := cmp.Diff(test.want, values(t, s, "ep_1", at)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExpireSecretsUnknown(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	old := rotate(t, s, "ep_1", "a", clock(), day)
	rotate(t, s, "ep_1", "b", clock(), day)
	for name, call := range map[string]struct {
		id string
		at time.Time
	}{"never was": {"sec_x", clock()}, "has expired": {old.ID, clock().Add(day)}} {
		_, err := s.ExpireSecrets(t.Context(), "ep_1", []string{call.id}, nil, call.at)
		var none *NoSecretError
		if !errors.As(err, &none) || none.ID != call.id || len(none.Known) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDropSecrets(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	rotate(t, s, "ep_1", "a", clock(), day)
	rotate(t, s, "ep_1", "b", clock(), day)
	rotate(t, s, "ep_2", "c", clock(), day)
	own, err := s.Secret(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stamp, changed := s.SecretsSince(SecretsStamp{})
	if _, again := s.SecretsSince(stamp); !changed || again {
		t.Errorf("the stamp says %v, then %v", changed, again)
	}
	if err := s.DropSecrets(t.Context(), "ep_1", clock()); err != nil {
		t.Fatal(err)
	}
	if _, changed := s.SecretsSince(stamp); !changed {
		t.Error("the stamp of another file is the same")
	}
	all, err := s.AllEndpointSecrets(t.Context(), clock())
	if err != nil || len(all) != 1 || len(all["ep_2"]) != 1 {
		t.Errorf("left: %+v, %v", all, err)
	}
	if after, err := s.Secret(t.Context()); after != own || err != nil {
		t.Errorf("the store's own secret became %q, %v", after, err)
	}
}

// childRotates is another process: it rotates the secret of ep_1 without a
// grace and gives an endpoint of its own one.
func childRotates() {
	ctx := context.Background()
	s, err := Open(ctx, os.Getenv("HOOKS_TEST_DIR"), Options{Now: time.Now})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	defer s.Close()
	for i := range 10 {
		own := fmt.Sprintf("ep_%d_%d", os.Getpid(), i)
		for endpoint, grace := range map[string]time.Duration{"ep_1": 0, own: day} {
			if _, err := s.RotateSecret(ctx, EndpointSecret{Endpoint: endpoint, Value: own}, time.Now(), grace); err != nil {
				fmt.Println("error", err)
			}
		}
	}
}

// What several processes do to the file of secrets at once is all in it.
func TestManyProcessesRotate(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, outputs := filepath.Join(t.TempDir(), "new"), make(chan string)
	const processes = 4
	for range processes {
		go func() {
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), "HOOKS_TEST_CHILD=rotate", "HOOKS_TEST_DIR="+dir, "GORACE=atexit_sleep_ms=0")
			out, err := cmd.CombinedOutput()
			if err != nil {
				out = append(out, err.Error()...)
			}
			outputs <- string(out)
		}()
	}
	for range processes {
		if out := <-outputs; out != "" {
			t.Error(out)
		}
	}
	s := open(t, dir, Options{})
	all, err := s.AllEndpointSecrets(t.Context(), time.Now())
	if err != nil || len(all) != processes*10+1 || len(all["ep_1"]) != 1 {
		t.Errorf("%d endpoints have secrets, want %d; ep_1 has %d, want 1; %v", len(all), processes*10+1, len(all["ep_1"]), err)
	}
}
