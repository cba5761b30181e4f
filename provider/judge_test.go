package provider

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

// TestJudge: what Judge says is what Recognise and Verify say one after the
// other, of every message that is known, fresh, stale and with another key.
func TestJudge(t *testing.T) {
	registry := Open()
	judged := 0
	for _, v := range append(loadVectors(t), loadIndependent(t)...) {
		for name, keys := range map[string]sign.Keys{"its key": v.keys, "another": {Secrets: []string{standardSecret}}, "none": {}} {
			for _, now := range []time.Time{v.now, v.now.Add(24 * time.Hour)} {
				mine := func(p *Profile) sign.Keys {
					if p.ID == v.provider {
						return keys
					}
					return sign.Keys{}
				}
				p, _ := registry.Recognise(&v.message, mine, now)
				got := registry.Judge(&v.message, mine, now, nil)
				if got.Sender != p {
					t.Errorf("%s, %s: Judge says it is %s's, Recognise %s's", v.file, name, idOf(got.Sender), idOf(p))
				}
				if p == nil {
					continue
				}
				judged++
				profile, verdict := registry.Verify(p, &v.message, mine(p), now, nil)
				if diff := cmp.Diff(verdict, got.Verdict); diff != "" || profile != got.Profile {
					t.Errorf("%s, %s: as %s, not %s (-Verify +Judge):\n%s", v.file, name, idOf(got.Profile), idOf(profile), diff)
				}
			}
		}
	}
	if judged == 0 {
		t.Error("nothing was judged")
	}
}
