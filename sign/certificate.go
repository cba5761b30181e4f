package sign

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// addCertificate adds the sender's certificate, or one that vouches for it.
func (s *KeySet) addCertificate(der []byte) error {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	switch {
	case len(s.keys) > 0 && bytes.Equal(cert.RawIssuer, cert.RawSubject):
		s.roots = append(s.roots, cert)
	case len(s.keys) > 0:
		s.between = append(s.between, cert)
	default:
		key, err := usablePublic(cert.PublicKey, nil)
		if err != nil {
			return err
		}
		s.keys = append(s.keys, setKey{public: key, certificate: cert})
	}
	return nil
}

// trusted judges the key's certificate: it must not have expired, and if roots
// came with it, one of them must vouch for it. A bare key is trusted, as its
// owner fetched it from where he knows.
func (k publicKey) trusted(now time.Time) fault {
	cert := k.certificate
	switch {
	case cert == nil:
		return fault{}
	case now.Before(cert.NotBefore):
		return fault{UntrustedCert, "the certificate is not valid before " + cert.NotBefore.UTC().Format(time.DateOnly)}
	case now.After(cert.NotAfter):
		return fault{UntrustedCert, "the certificate has expired on " + cert.NotAfter.UTC().Format(time.DateOnly)}
	case len(k.set.roots) == 0:
		return fault{}
	}
	o := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	for _, c := range k.set.roots {
		o.Roots.AddCert(c)
	}
	for _, c := range k.set.between {
		o.Intermediates.AddCert(c)
	}
	if _, err := cert.Verify(o); err != nil {
		return fault{UntrustedCert, fmt.Sprintf("the certificate does not chain to the configured root: %v", err)}
	}
	return fault{}
}

// trustedKeys returns public with nil in place of what must not be trusted. It
// is a fault when nothing remains.
func trustedKeys(public []crypto.PublicKey, now time.Time, also func(*x509.Certificate) fault) ([]crypto.PublicKey, fault) {
	out := slices.Clone(public)
	var first fault
	left := len(out)
	for _, k := range everyKey(public) {
		f := k.trusted(now)
		if !f.bad() && k.certificate != nil && also != nil {
			f = also(k.certificate)
		}
		if f.bad() && out[k.index] != nil {
			out[k.index] = nil
			left--
			if !first.bad() {
				first = f
			}
		}
	}
	if left == 0 && first.bad() {
		return nil, first
	}
	return out, fault{}
}

// certificateURL judges where a message says its certificate is. Nothing is
// ever fetched from there; a sender that names another place is not the one it
// claims to be, whatever key is configured.
func certificateURL(text string, host func(string) bool, suffix string) fault {
	u, err := url.Parse(text)
	switch {
	case err != nil, u.Scheme != "https", u.User != nil, u.Port() != "", u.Opaque != "", u.RawQuery != "", u.Fragment != "":
	case strings.HasSuffix(u.Host, ":"), !hostName(u.Host), !host(u.Host), !strings.HasSuffix(u.Path, suffix):
	default:
		return fault{}
	}
	return fault{UntrustedCert, fmt.Sprintf("the certificate is said to be at %q, which is not the sender's", clip(text))}
}

// hostName is true for letters, digits, hyphens and dots.
func hostName(host string) bool {
	for i := range len(host) {
		c := host[i]
		if !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '-' || c == '.') {
			return false
		}
	}
	return host != ""
}
