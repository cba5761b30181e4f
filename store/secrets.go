package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// maxSecrets bounds what is read of the secrets file.
const maxSecrets = 4 << 20

// secretsFile is secrets.json. Secrets are kept out of the database, so that a
// store can be given away.
type secretsFile struct {
	Secrets []secretEntry `json:"secrets"`
}

type secretEntry struct {
	ID        string    `json:"id,omitempty"` // sec_ and a ULID, of an endpoint's
	Owner     string    `json:"owner"`        // "store", an endpoint's id, or provider: and its name
	Kind      string    `json:"kind"`         // whsec, adopted, endpoint
	Value     string    `json:"value,omitempty"`
	Ref       string    `json:"ref,omitempty"` // where the value is, instead of it
	Source    string    `json:"source,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

// Secret returns the store's own signing secret, whsec_ and the base64 of 24
// random bytes. The first call of a store that is open for writing makes it;
// otherwise a missing one is an *OpenError around fs.ErrNotExist.
func (s *Store) Secret(ctx context.Context) (string, error) {
	path := filepath.Join(s.dir, secretsName)
	secret, err := readSecret(path)
	if !errors.Is(err, fs.ErrNotExist) || s.log == nil {
		return secret, err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	lock, err := s.lockSecrets()
	if err != nil {
		return "", err
	}
	defer lock.Close()
	secret, err = readSecret(path) // another process may have been faster
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	return s.makeSecret(path)
}

// lockSecrets keeps other processes from changing the secrets until the lock is
// closed.
func (s *Store) lockSecrets() (*os.File, error) {
	lock, err := lockFile(filepath.Join(s.dir, "secrets.lock"), true, true)
	if err != nil {
		return nil, &OpenError{filepath.Join(s.dir, secretsName), err}
	}
	return lock, nil
}

func (s *Store) makeSecret(path string) (string, error) {
	var key [24]byte
	rand.Read(key[:])
	secret := "whsec_" + base64.StdEncoding.EncodeToString(key[:])
	entry := secretEntry{Owner: "store", Kind: "whsec", Value: secret, CreatedAt: s.now().UTC()}
	if err := writeSecrets(path, secretsFile{[]secretEntry{entry}}); err != nil {
		return "", err
	}
	return secret, nil
}

func writeSecrets(path string, file secretsFile) error {
	b, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	if len(b) >= maxSecrets {
		return &OpenError{path, fmt.Errorf("with one secret more it has more than %d bytes", maxSecrets)}
	}
	if err := replaceFile(path, append(b, '\n')); err != nil {
		return &OpenError{path, err}
	}
	return nil
}

func readSecret(path string) (string, error) {
	file, err := readSecrets(path)
	if err != nil {
		return "", err
	}
	for _, entry := range file.Secrets {
		if entry.Owner == "store" && entry.Value != "" {
			return entry.Value, nil
		}
	}
	return "", &OpenError{path, errors.New("it has no secret of the store")}
}

func readSecrets(path string) (secretsFile, error) {
	var file secretsFile
	info, err := os.Lstat(path)
	if err != nil {
		return file, &OpenError{path, err}
	}
	if err := plainFile(info); err != nil {
		return file, &OpenError{path, err}
	}
	f, err := os.Open(path)
	if err != nil {
		return file, &OpenError{path, err}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecrets))
	if err != nil {
		return file, &OpenError{path, err}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		// The error of package json may quote the file.
		return file, &OpenError{path, errors.New("it is not a file of secrets")}
	}
	return file, nil
}

// replaceFile writes a file of mode 0600 under a temporary name in the same
// directory and gives it its name when it is complete.
func replaceFile(path string, b []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := f.Chmod(0o600); err != nil {
		return err
	}
	if _, err := f.Write(b); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return os.Rename(f.Name(), path)
}
