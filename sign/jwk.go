package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// maxSetKeys bounds what one file of keys may ask to be tried.
const maxSetKeys = 100

// jwk is a key as RFC 7517 and RFC 8037 write it, as far as it is public.
type jwk struct {
	Kty string
	Kid string
	Alg string
	Use string
	Crv string
	X   string
	Y   string
	N   string
	E   string
}

// parseKeySet reads a JSON web key or a set of them. Keys of a kind that no
// scheme verifies with are skipped, shared secrets among them: they have no
// business in a file of public keys.
func parseKeySet(text string) (*KeySet, error) {
	var file struct {
		jwk
		Keys []jwk
	}
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		return nil, fmt.Errorf("it is no set of JSON web keys: %w", err)
	}
	if len(file.Keys) > maxSetKeys {
		return nil, fmt.Errorf("it has more than %d keys", maxSetKeys)
	}
	if file.Kty != "" {
		file.Keys = append(file.Keys, file.jwk)
	}
	set := &KeySet{}
	first := errors.New("it has no key")
	for i, k := range file.Keys {
		public, err := k.public()
		if err != nil {
			if i == 0 {
				first = err
			}
			continue
		}
		set.keys = append(set.keys, setKey{id: k.Kid, alg: k.Alg, public: public})
	}
	if len(set.keys) == 0 {
		return nil, first
	}
	return set, nil
}

func (k jwk) public() (crypto.PublicKey, error) {
	if k.Use != "" && k.Use != "sig" {
		return nil, fmt.Errorf("its use is %q", clip(k.Use))
	}
	switch k.Kty {
	case "RSA":
		return k.rsa()
	case "EC":
		return k.ecdsa()
	case "OKP":
		x, err := unpadded(k.X)
		if err != nil || k.Crv != "Ed25519" || len(x) != ed25519.PublicKeySize {
			return nil, errors.New("it is no Ed25519 key")
		}
		return ed25519.PublicKey(x), nil
	}
	return nil, fmt.Errorf("a key of type %q is no key to verify with", clip(k.Kty))
}

func (k jwk) rsa() (crypto.PublicKey, error) {
	n, wrongN := unpadded(k.N)
	e, wrongE := unpadded(k.E)
	exponent := new(big.Int).SetBytes(e)
	if wrongN != nil || wrongE != nil || len(n) == 0 || !exponent.IsInt64() || exponent.Int64() < 3 || exponent.Int64() > 1<<31-1 {
		return nil, errors.New("it is no RSA key")
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent.Int64())}, nil
}

func (k jwk) ecdsa() (crypto.PublicKey, error) {
	curves := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}
	x, wrongX := unpadded(k.X)
	y, wrongY := unpadded(k.Y)
	curve := curves[k.Crv]
	if curve == nil || wrongX != nil || wrongY != nil || len(x) != len(y) {
		return nil, fmt.Errorf("it is no key on P-256, P-384 or P-521")
	}
	return ecdsa.ParseUncompressedPublicKey(curve, slices.Concat([]byte{4}, x, y))
}

// unpadded decodes base64url as RFC 7515 has it: strict, without padding.
func unpadded(text string) ([]byte, error) {
	if i := strings.IndexAny(text, "\r\n"); i >= 0 {
		return nil, base64.CorruptInputError(i) // the standard library skips them
	}
	return base64.RawURLEncoding.Strict().DecodeString(text)
}

// keySetOf writes a public key as a set of one JSON web key. It has no id, as a
// token has none that is signed without one.
func keySetOf(public crypto.PublicKey, alg string) (string, error) {
	type text struct {
		Kty string `json:"kty"`
		Crv string `json:"crv,omitempty"`
		X   string `json:"x,omitempty"`
		Y   string `json:"y,omitempty"`
		N   string `json:"n,omitempty"`
		E   string `json:"e,omitempty"`
		Alg string `json:"alg"`
		Use string `json:"use"`
	}
	b64 := base64.RawURLEncoding.EncodeToString
	k := text{Alg: alg, Use: "sig"}
	switch p := public.(type) {
	case ed25519.PublicKey:
		k.Kty, k.Crv, k.X = "OKP", "Ed25519", b64(p)
	case *ecdsa.PublicKey:
		point, err := p.Bytes()
		if err != nil {
			return "", fmt.Errorf("write the public key: %w", err)
		}
		size := len(point) / 2
		k.Kty, k.Crv, k.X, k.Y = "EC", p.Curve.Params().Name, b64(point[1:1+size]), b64(point[1+size:])
	case *rsa.PublicKey:
		k.Kty, k.N, k.E = "RSA", b64(p.N.Bytes()), b64(big.NewInt(int64(p.E)).Bytes())
	}
	out, err := json.Marshal(map[string][]text{"keys": {k}})
	return string(out), err
}
