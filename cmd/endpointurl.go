package cmd

import (
	"errors"
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// endpointForms is the hint for whoever typed something else.
const endpointForms = "use https://…, http://…, 3000 or localhost:3000/path"

// endpointURL reads the URL of an endpoint in any of its forms and returns it
// whole, with its password.
func endpointURL(text string) (string, error) {
	t, err := send.ParseTarget(text)
	scheme, _, whole := strings.Cut(text, "://")
	switch {
	case whole && !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"), t.Socket != "":
		return "", usageError("URL %q: only http and https are supported", cut(send.MaskPassword(text))).withHint("%s", endpointForms)
	case err != nil:
		f := usageError("URL %q: %s", cut(send.MaskPassword(text)), err)
		var bad *send.TargetError
		if errors.As(err, &bad) && !strings.Contains(bad.Hint, "unix:") {
			return "", f.withHint("%s", bad.Hint)
		}
		return "", f.withHint("%s", endpointForms)
	case t.Bare:
		return "", usageError("URL %q: the host is missing", cut(text)).withHint("http://localhost:3000%s", t.Path)
	}
	return t.Unmasked(), nil
}

// checkTransport refuses a URL without TLS where the provider does.
func (a *app) checkTransport(url, id string, b provider.Behaviour, strict bool) error {
	t, err := send.ParseTarget(url)
	if err != nil {
		return err
	}
	switch {
	case t.Metadata():
		a.warn("%s is a cloud's metadata address", t)
	case t.Scheme == "https":
	case b.HTTPS != "required":
		a.warnTarget(t, true)
	case t.Loopback() && !strict:
		a.warn("%s delivers only to https:// URLs; to this machine http:// will do", id)
	default:
		return usageError("%s delivers only to https:// URLs", id).withHint("%s", "https"+strings.TrimPrefix(t.String(), "http"))
	}
	return nil
}

// checkHeaders refuses headers that the scheme of the provider sets.
func checkHeaders(p *provider.Profile, headers sign.Headers) error {
	if p == nil {
		return nil
	}
	for _, f := range p.Scheme.Spec().Fields {
		for _, h := range headers {
			if f.Place == sign.InHeader && strings.EqualFold(f.Name, h.Name) {
				return usageError("-H %s: %s sets this header itself", h.Name, p.ID)
			}
		}
	}
	return nil
}

// warnTwins warns of another endpoint with the same URL.
func (a *app) warnTwins(e *store.Endpoint, others []*store.Endpoint) {
	i := slices.IndexFunc(others, func(o *store.Endpoint) bool { return o.URL == e.URL && o.ID != e.ID })
	if i >= 0 {
		a.warnOnce("%s has the same URL", callIt(others[i]))
	}
}

// nameFree refuses a name or a uid that another endpoint has.
func nameFree(e *store.Endpoint, others []*store.Endpoint) error {
	for _, o := range others {
		switch {
		case o.ID == e.ID:
		case e.Name != "" && o.Name == e.Name:
			return usageError("the name %q is that of %s", e.Name, o.ID).withHint("hooks endpoint show %s", o.ID)
		case e.UID != "" && strings.EqualFold(o.UID, e.UID):
			return usageError("the uid %s is that of %s", e.UID, callIt(o))
		}
	}
	return nil
}
