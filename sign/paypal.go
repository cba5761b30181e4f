package sign

import (
	"crypto/x509"
	"fmt"
	"strings"
)

const (
	payPalCertURL = "PAYPAL-CERT-URL"
	payPalAlgo    = "PAYPAL-AUTH-ALGO"
	payPalAlgoRSA = "SHA256withRSA"
	payPalDomain  = ".paypal.com"
)

// payPal signs a short text, as its file says. Beside it the message names an
// algorithm and the place of a certificate, which must be PayPal's:
// paypal/PayPal-Python-SDK paypalrestsdk/notifications.py.
type payPal struct{ template }

func newPayPal(s *Scheme) (coded, error) { return payPal{template{s}}, nil }

func (t payPal) inspect(m *Message) fault {
	for _, name := range []string{payPalAlgo, payPalCertURL} {
		switch value, n := lookHeader(m.Headers, name); {
		case n > 1:
			return fault{DuplicateHeader, name + " occurs more than once"}
		case value == "":
			return fault{MissingHeader, "no " + name}
		case name == payPalAlgo && value != payPalAlgoRSA:
			return fault{UnsupportedAlg, fmt.Sprintf("%s is %q, not %s", name, clip(value), payPalAlgoRSA)}
		case name == payPalCertURL:
			if f := certificateURL(value, isPayPal, ""); f.bad() {
				return f
			}
		}
	}
	return fault{}
}

func isPayPal(host string) bool { return strings.HasSuffix(strings.ToLower(host), payPalDomain) }

func (t payPal) match(j *judgement) fault {
	if len(j.keys.Public)+len(j.keys.Secrets) == 0 {
		at, _ := lookHeader(j.fill.m.Headers, payPalCertURL)
		return fault{NoSecret, "no certificate is known; the message names " + clipURL(at)}
	}
	if j.fill.params["webhook_id"] == "" {
		return fault{NoSecret, "the webhook's id is part of the signed text and not known: set the parameter webhook_id"}
	}
	public, f := trustedKeys(j.keys.Public, j.now, func(cert *x509.Certificate) fault {
		if name := cert.Subject.CommonName; !isPayPal(name) {
			return fault{UntrustedCert, fmt.Sprintf("the certificate is for %q, which is not PayPal's", clip(name))}
		}
		return fault{}
	})
	if f.bad() {
		return f
	}
	j.keys.Public = public
	return t.template.match(j)
}

func (t payPal) needs() []string { return []string{paramPrefix + "webhook_id"} }
