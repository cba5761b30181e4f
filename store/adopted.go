package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Adopted is a secret that a provider handed over in a handshake.
type Adopted struct {
	Provider string
	Secret   string
	At       time.Time
}

// adoptedOwner begins the owner of such a secret, before the provider's name.
const adoptedOwner = "provider:"

// maxAdopted is the longest secret that is adopted, in bytes.
const maxAdopted = 1024

// Adopt keeps a secret that a provider handed over, unless one of that provider
// is kept already. It returns the one that is kept then: the first. When it
// returns, the secret is on the disk.
func (s *Store) Adopt(ctx context.Context, provider, secret string) (string, error) {
	if secret == "" || len(secret) > maxAdopted || !utf8.ValidString(secret) {
		return "", fmt.Errorf("a secret is text of 1 to %d bytes", maxAdopted)
	}
	if s.log == nil {
		return "", ErrReadOnly
	}
	if _, err := s.Secret(ctx); err != nil { // the file begins with the store's own
		return "", err
	}
	kept := secret
	err := s.changeSecrets(func(file *secretsFile) bool {
		owner := adoptedOwner + provider
		i := slices.IndexFunc(file.Secrets, func(e secretEntry) bool { return e.Owner == owner })
		if i >= 0 {
			kept = file.Secrets[i].Value
			return false
		}
		file.Secrets = append(file.Secrets, secretEntry{Owner: owner, Kind: "adopted", Value: secret, CreatedAt: s.now().UTC()})
		return true
	})
	if err != nil {
		return "", err
	}
	return kept, nil
}

// Forget drops what was adopted of a provider. The error is ErrNotAdopted if
// there is nothing.
func (s *Store) Forget(ctx context.Context, provider string) error {
	if s.log == nil {
		return ErrReadOnly
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	found := false
	err := s.changeSecrets(func(file *secretsFile) bool {
		before := len(file.Secrets)
		file.Secrets = slices.DeleteFunc(file.Secrets, func(e secretEntry) bool { return e.Owner == adoptedOwner+provider })
		found = len(file.Secrets) < before
		return found
	})
	if err == nil && !found {
		err = ErrNotAdopted
	}
	return err
}

// ErrNotAdopted says that no secret of a provider was adopted.
var ErrNotAdopted = errors.New("no secret of this provider was adopted")

// Adopted returns what was adopted, in its order. A store without a file of
// secrets has nothing.
func (s *Store) Adopted(context.Context) ([]Adopted, error) {
	file, err := readSecrets(filepath.Join(s.dir, secretsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Adopted
	for _, e := range file.Secrets {
		if provider, ok := strings.CutPrefix(e.Owner, adoptedOwner); ok && e.Value != "" {
			all = append(all, Adopted{provider, e.Value, e.CreatedAt})
		}
	}
	return all, nil
}

// changeSecrets writes the file of secrets if change returns true. No other
// process changes it meanwhile.
func (s *Store) changeSecrets(change func(*secretsFile) bool) error {
	lock, err := s.lockSecrets()
	if err != nil {
		return err
	}
	defer lock.Close()
	path := filepath.Join(s.dir, secretsName)
	file, err := readSecrets(path)
	if err != nil || !change(&file) {
		return err
	}
	return writeSecrets(path, file)
}
