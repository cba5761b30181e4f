package sign

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A key comes from a file, a variable or a web page, and often it is the wrong
// one of a pair. What is wrong with the text is said with what to do about it.

const (
	privateForms = "give PEM, base64 or hex of the raw key, or whsk_…"
	halfOfPair   = "to sign, give the private key that belongs to it; to verify, give this one as the public key"
	publicForms  = "give PEM, base64 or hex of SPKI or of the raw key, or whpk_…"
)

// formError is what is wrong with the text of a key, and what to do about it.
type formError struct{ what, fix string }

func (e *formError) Error() string { return e.what }

// fixOf is what to do about an error, "" where nobody knows.
func fixOf(err error) string {
	var form *formError
	if errors.As(err, &form) {
		return form.fix
	}
	return ""
}

// pastedKey takes away what gets around a key on its way: spaces, a byte order
// mark, and \n for the line ends of PEM, as variables and JSON files have them.
func pastedKey(text string) string {
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "\ufeff"))
	if isPEM(text) {
		text = strings.NewReplacer(`\r`, "", `\n`, "\n").Replace(text)
	}
	return text
}

func isPEM(text string) bool { return strings.Contains(text, "-----BEGIN ") }

// noKey says what a text is that is no key at all, private or public.
func noKey(text string) error {
	switch {
	case !utf8.ValidString(text):
		return &formError{"it is binary, perhaps DER", "openssl pkey -inform DER -in FILE prints PEM; with -pubin if it is a public key"}
	case strings.HasPrefix(text, whsecPrefix):
		return &formError{"whsec_ is a shared secret", ""}
	}
	return nil
}

// noPrivateKey recognises what cannot be a private key by how it begins.
func noPrivateKey(text string) error {
	if err := noKey(text); err != nil {
		if fixOf(err) == "" {
			err = &formError{err.Error() + ", and the scheme signs with a private key", privateForms}
		}
		return err
	}
	switch {
	case strings.HasPrefix(text, publicPrefix):
		return &formError{"whpk_ is a public key, which only verifies", halfOfPair}
	case strings.HasPrefix(text, "{"):
		return &formError{"a JSON web key is read as a public key only", "give the private key as PEM"}
	}
	return nil
}

// noPublicKey recognises what cannot be a public key by how it begins.
func noPublicKey(text string) error {
	if err := noKey(text); err != nil {
		if fixOf(err) == "" {
			err = &formError{err.Error() + ", not a public key", "give it as the secret"}
		}
		return err
	}
	switch {
	case strings.HasPrefix(text, privatePrefix):
		return &formError{"whsk_ is a private key", "give the public key, whpk_…, or this one as the secret"}
	case strings.HasPrefix(text, "ssh-"), strings.HasPrefix(text, "ecdsa-sha2-"):
		return &formError{"it is in OpenSSH's own form", "ssh-keygen -e -m PKCS8 -f FILE prints PEM"}
	}
	return nil
}

// encryptedPEM is true for PEM behind a passphrase, in the form of PKCS #8 and
// in the older one of RFC 1421.
func encryptedPEM(block *pem.Block) bool {
	return block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED")
}

// noPrivateBlock says what a block of PEM is that is no private key.
func noPrivateBlock(block *pem.Block) error {
	switch {
	case encryptedPEM(block):
		return &formError{"it is behind a passphrase", "openssl pkey -in FILE -out plain.pem takes the passphrase off"}
	case block.Type == "OPENSSH PRIVATE KEY":
		return &formError{"it is in OpenSSH's own form", "ssh-keygen -p -m PKCS8 -f COPY rewrites a copy as PEM"}
	case block.Type == "PUBLIC KEY", block.Type == "RSA PUBLIC KEY":
		return &formError{"it is a public key, which only verifies", halfOfPair}
	case block.Type == "CERTIFICATE":
		return &formError{"it is a certificate, which only verifies", halfOfPair}
	}
	return &formError{"its PEM holds a " + clip(block.Type), "give a PRIVATE KEY, EC PRIVATE KEY or RSA PRIVATE KEY"}
}

// noPublicBlock says what a block of PEM is that is no public key.
func noPublicBlock(block *pem.Block) error {
	switch {
	case strings.HasSuffix(block.Type, "PRIVATE KEY"):
		return &formError{"it is a private key", "openssl pkey -in FILE -pubout prints its public half"}
	case strings.HasSuffix(block.Type, "CERTIFICATE REQUEST"):
		return &formError{"it is a request for a certificate", "give the certificate, or: openssl req -in FILE -noout -pubkey"}
	}
	return &formError{"its PEM holds a " + clip(block.Type), "give a PUBLIC KEY or a CERTIFICATE"}
}

// keyKind names the kind of a key as people do.
func keyKind(key any) string {
	switch k := key.(type) {
	case ed25519.PublicKey, ed25519.PrivateKey:
		return "an Ed25519 key"
	case *ecdsa.PublicKey:
		if k != nil && k.Curve != nil {
			return "an ECDSA key on " + k.Curve.Params().Name
		}
	case *rsa.PublicKey, *rsa.PrivateKey:
		return "an RSA key"
	case *ecdh.PublicKey, *ecdh.PrivateKey:
		return "an X25519 key"
	case nil:
		return "nothing"
	}
	return fmt.Sprintf("%T", key)
}

// keyKind names the kind of key that an algorithm needs.
func (a algorithm) keyKind() string {
	switch a.family {
	case familyEd25519:
		return "an Ed25519 key"
	case familyECDSA, familyECDSARaw:
		return "an ECDSA key on " + a.keyCurve().Params().Name
	}
	return "an RSA key"
}

// rawForm is what a raw private key for an algorithm looks like.
func (a algorithm) rawForm() string {
	switch a.family {
	case familyEd25519:
		return fmt.Sprintf("a raw Ed25519 key (%d or %d bytes)", ed25519.SeedSize, ed25519.PrivateKeySize)
	case familyECDSA, familyECDSARaw:
		return fmt.Sprintf("a raw key on %s (%d bytes)", a.keyCurve().Params().Name, scalarSize(a.keyCurve()))
	}
	return "a raw key, which RSA does not have,"
}
