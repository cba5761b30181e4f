package provider

import (
	"io"

	"github.com/hooks-cli/hooks/sign"
)

// Key is a secret in the form of one provider, or a pair of keys.
type Key struct {
	Algorithm string
	Secret    string // shared by sender and receiver; "" where there is a pair
	sign.Pair
}

// NewKey makes a key in the provider's own form, for one of its algorithms or,
// with "", for the first of them. What a file gives away as secret_format is
// kept: prefix, length and alphabet. The errors are those of KeyAlgorithm.
func (p *Profile) NewKey(algorithm string, random io.Reader) (Key, error) {
	name, pair, err := p.Scheme.KeyAlgorithm(algorithm)
	if err != nil {
		return Key{}, err
	}
	k := Key{Algorithm: name}
	if pair {
		k.Pair, err = p.Scheme.NewPair(name, p.SecretFormat.prefix == standardPrivate, random)
		return k, err
	}
	k.Secret, err = p.SecretFormat.Generate(random)
	return k, err
}
