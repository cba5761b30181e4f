package check

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// suspicion is a usual mistake in verifying. A consumer that makes it takes a
// delivery for genuine that is made with the same mistake.
type suspicion struct {
	that string // what such a delivery is like, after "one is acknowledged that"
	fix  string
	spec func(*sign.Spec) // what is mistaken about the scheme, or
	body func([]byte) ([]byte, error)
	key  func(secret string) string
}

// suspicions are in the order in which they are tried.
func suspicions(s sign.Spec, id string) []suspicion {
	show := ": hooks provider show " + id + " says how"
	fixKey, fixContent := "make the key of the secret as the sender does"+show, "sign what the sender signs"+show
	list := []suspicion{
		{that: "is written as json.dumps(json.loads(body)) writes it", fix: fixRaw, body: reprinted(sign.Python)},
		{that: "is written as JSON.stringify(JSON.parse(body)) writes it", fix: fixRaw, body: reprinted(sign.JavaScript)},
		{that: "is signed with the text of the secret behind its prefix", fix: fixKey, key: withoutPrefix, spec: func(s *sign.Spec) { s.Key = "literal" }},
	}
	for _, key := range [][2]string{{"literal", "the text of the secret"}, {"whsec", "the secret decoded from base64"}, {"hex", "the secret decoded from hex"}} {
		if key[0] != s.Key && (key[0] != "literal" || s.Key != "") {
			list = append(list, suspicion{that: "is signed with " + key[1], fix: fixKey, spec: func(s *sign.Spec) { s.Key = key[0] }})
		}
	}
	for _, enc := range []string{"hex", "base64", "base64url"} {
		if enc != s.Enc {
			list = append(list, suspicion{that: "has its signature in " + enc, fix: "write the signature in " + s.Enc + " before you compare it", spec: func(s *sign.Spec) { s.Enc = enc }})
		}
	}
	for _, content := range [][2]string{{"{body}", "the body alone"}, {"{ts}.{body}", "the timestamp and the body"}, {"{ts}{body}", "the timestamp and the body without a dot between them"}} {
		if !slices.Contains(s.Content, content[0]) {
			list = append(list, suspicion{that: "signs " + content[1], fix: fixContent, spec: func(s *sign.Spec) { s.Content = []string{content[0]} }})
		}
	}
	if s.TS != nil && s.TS.Unit == "s" {
		list = append(list, suspicion{that: "has its timestamp in milliseconds", fix: "the timestamp is in seconds: compare it with seconds", spec: func(s *sign.Spec) {
			ts := *s.TS
			ts.Unit = "ms"
			s.TS = &ts
		}})
	}
	return list
}

// genuineOrWhy makes the check of the genuine delivery, and looks for the
// mistake where it is refused.
func genuineOrWhy(p *probe, r *Result) error {
	out, err := p.build(nil)
	if err != nil {
		return err
	}
	if err := p.ask(r, out); err != nil || r.Status != Fail {
		return err
	}
	switch r.StatusCode {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		r.Fix = "give the URL at which the consumer takes webhooks, with its path"
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity:
		p.suspect(r)
	}
	return nil
}

// suspect tries deliveries with a mistake each until one is acknowledged.
func (p *probe) suspect(r *Result) {
	spec := p.Profile.Scheme.Spec()
	if len(spec.Alg) == 0 || !strings.HasPrefix(spec.Alg[0], "hmac") {
		return
	}
	for _, s := range suspicions(spec, p.Profile.ID) {
		if p.ctx.Err() != nil || p.Limit > 0 && p.Now().Sub(p.started) > p.Limit {
			return
		}
		out, err := p.mistaken(s)
		if err != nil {
			continue // the scheme cannot be mistaken so
		}
		if acknowledged(p, p.send(out)) == "" {
			r.Means, r.Fix = "a genuine delivery is refused, and one is acknowledged that "+s.that, s.fix
			return
		}
	}
	r.Means += "; none of the usual mistakes in verifying explains it: it has another secret, or another reason"
}

// mistaken builds a delivery as somebody makes it who is mistaken. An error says
// that it would be the genuine one, or cannot be made.
func (p *probe) mistaken(s suspicion) (send.Outgoing, error) {
	wrong := *p
	d, err := p.new()
	if err != nil {
		return send.Outgoing{}, err
	}
	if s.body != nil {
		if d.event.Body, err = s.body(d.event.Body); err != nil {
			return send.Outgoing{}, err
		}
	}
	if s.key != nil {
		d.secrets = slices.Clone(d.secrets)
		for i, secret := range d.secrets {
			if d.secrets[i] = s.key(secret); d.secrets[i] == secret {
				return send.Outgoing{}, skipped("the secret has no prefix")
			}
		}
	}
	if s.spec != nil {
		spec := p.Profile.Scheme.Spec()
		s.spec(&spec)
		profile := *p.Profile
		if profile.Scheme, err = sign.New(spec); err != nil {
			return send.Outgoing{}, err
		}
		wrong.Profile = &profile
	}
	return wrong.sign(d)
}

// withoutPrefix is what stands behind whsec_, rk_wh_ and the like.
func withoutPrefix(secret string) string {
	for {
		word, rest, found := strings.Cut(secret, "_")
		if !found || word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			return secret
		}
		secret = rest
	}
}

// reprinted is a body as a serialiser prints it that parsed it before. An error
// says that it is no JSON, or the same.
func reprinted(serialiser string) func([]byte) ([]byte, error) {
	return func(body []byte) ([]byte, error) {
		text, ok := sign.Reprinted(body, serialiser)
		if !ok || bytes.Equal(text, body) {
			return nil, skipped("the body is no JSON, or is written so already")
		}
		return text, nil
	}
}
