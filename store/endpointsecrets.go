package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// EndpointSecret is a secret that the deliveries of an endpoint are signed
// with.
type EndpointSecret struct {
	ID        string // sec_ and a ULID
	Endpoint  string // ep_…
	Value     string // as its owner writes it, "" where Ref says where it is
	Ref       string // env:NAME, file:PATH or keyring:NAME, to be resolved at each use
	Source    string // SecretGenerated or SecretSupplied
	CreatedAt time.Time
	ExpiresAt time.Time // zero: it is the current one
}

// Who chose a secret.
const (
	SecretGenerated = "generated"
	SecretSupplied  = "supplied"
)

const (
	secretPrefix   = "sec_"
	endpointSecret = "endpoint" // the kind of such an entry
)

// MaxOldSecrets is how many secrets of an endpoint may be valid besides the
// current one.
const MaxOldSecrets = 10

// ErrNoSigningKey says that an endpoint would be left without a secret.
var ErrNoSigningKey = errors.New("endpoint would have no signing key")

// TooManySecretsError says that too many old secrets of an endpoint are still
// valid for another rotation.
type TooManySecretsError struct {
	Endpoint string
	Next     time.Time // when the first of them expires
}

func (e *TooManySecretsError) Error() string {
	return fmt.Sprintf("%d old secrets of %s are still valid; the next one expires at %s", MaxOldSecrets, e.Endpoint, e.Next.UTC().Format(time.RFC3339))
}

// NoSecretError says that an endpoint has no valid secret of that id.
type NoSecretError struct {
	ID    string
	Known []string
}

func (e *NoSecretError) Error() string { return fmt.Sprintf("no such secret: %.200q", e.ID) }

// Unknown returns what was asked for and what there is.
func (e *NoSecretError) Unknown() (word string, known []string) { return e.ID, e.Known }

// Current tells whether it is the one that signs first, or alone.
func (e *EndpointSecret) Current() bool { return e.ExpiresAt.IsZero() }

// EndpointSecrets returns the secrets of an endpoint that are valid at a time:
// the current one, then the others, the youngest first.
func (s *Store) EndpointSecrets(ctx context.Context, endpoint string, at time.Time) ([]EndpointSecret, error) {
	all, err := s.AllEndpointSecrets(ctx, at)
	return all[endpoint], err
}

// AllEndpointSecrets returns those of every endpoint by its id, each as
// EndpointSecrets does. Ids of deleted endpoints are not among them.
func (s *Store) AllEndpointSecrets(_ context.Context, at time.Time) (map[string][]EndpointSecret, error) {
	file, err := readSecrets(filepath.Join(s.dir, secretsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all := map[string][]EndpointSecret{}
	for _, e := range file.Secrets {
		if e.Kind == endpointSecret && e.valid(at) {
			all[e.Owner] = append(all[e.Owner], e.secret())
		}
	}
	for _, of := range all {
		slices.SortFunc(of, byAge)
	}
	return all, nil
}

// byAge orders secrets of an endpoint as they are tried.
func byAge(a, b EndpointSecret) int {
	if a.Current() != b.Current() {
		return map[bool]int{true: -1, false: 1}[a.Current()]
	}
	return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
}

func (e *secretEntry) valid(at time.Time) bool { return e.ExpiresAt.IsZero() || e.ExpiresAt.After(at) }

func (e *secretEntry) secret() EndpointSecret {
	return EndpointSecret{ID: e.ID, Endpoint: e.Owner, Value: e.Value, Ref: e.Ref, Source: e.Source, CreatedAt: e.CreatedAt, ExpiresAt: e.ExpiresAt}
}

// RotateSecret makes next the current secret of next.Endpoint, gives it its ID
// and CreatedAt, and returns it. The one that was current goes on being valid
// for grace; with 0 it is gone at once. An endpoint without a secret gets its
// first one so. The error is a *TooManySecretsError where MaxOldSecrets others
// would still be valid.
func (s *Store) RotateSecret(ctx context.Context, next EndpointSecret, at time.Time, grace time.Duration) (EndpointSecret, error) {
	if next.Endpoint == "" || (next.Value == "") == (next.Ref == "") {
		return EndpointSecret{}, errors.New("a secret has an endpoint, and a value or a reference")
	}
	next.ID, next.CreatedAt, next.ExpiresAt = s.ids.next(secretPrefix, at), at.UTC(), time.Time{}
	err := s.changeEndpointSecrets(ctx, next.Endpoint, at, func(of []EndpointSecret) ([]EndpointSecret, error) {
		if len(of) > 0 && of[0].Current() {
			if of[0].ExpiresAt = at.Add(grace).UTC(); grace <= 0 {
				of = of[1:]
			}
		}
		if len(of) > MaxOldSecrets {
			soonest := slices.MinFunc(of, func(a, b EndpointSecret) int { return a.ExpiresAt.Compare(b.ExpiresAt) })
			return nil, &TooManySecretsError{next.Endpoint, soonest.ExpiresAt}
		}
		return append(of, next), nil
	})
	if err != nil {
		return EndpointSecret{}, err
	}
	return next, nil
}

// ExpireSecrets ends secrets of an endpoint at once, by their ids, and returns
// those that are left. Where the current one is among them, next takes its
// place; without a next the youngest of the others does. Where there is neither,
// nothing is changed and the error is ErrNoSigningKey. An id of no valid secret
// is a *NoSecretError.
func (s *Store) ExpireSecrets(ctx context.Context, endpoint string, ids []string, next *EndpointSecret, at time.Time) ([]EndpointSecret, error) {
	var left []EndpointSecret
	err := s.changeEndpointSecrets(ctx, endpoint, at, func(of []EndpointSecret) ([]EndpointSecret, error) {
		if err := missing(of, ids); err != nil {
			return nil, err
		}
		left = slices.DeleteFunc(of, func(e EndpointSecret) bool { return slices.Contains(ids, e.ID) })
		switch {
		case len(left) > 0 && left[0].Current():
		case next != nil:
			added := *next
			added.ID, added.Endpoint, added.CreatedAt = s.ids.next(secretPrefix, at), endpoint, at.UTC()
			left = slices.Insert(left, 0, added)
		case len(left) > 0:
			left[0].ExpiresAt = time.Time{}
		default:
			return nil, ErrNoSigningKey
		}
		return left, nil
	})
	if err != nil {
		return nil, err
	}
	return left, nil
}

func missing(of []EndpointSecret, ids []string) error {
	var known []string
	for _, e := range of {
		known = append(known, e.ID)
	}
	for _, id := range ids {
		if !slices.Contains(known, id) {
			return &NoSecretError{id, known}
		}
	}
	return nil
}

// DropSecrets removes all secrets of an endpoint.
func (s *Store) DropSecrets(ctx context.Context, endpoint string, at time.Time) error {
	return s.changeEndpointSecrets(ctx, endpoint, at, func([]EndpointSecret) ([]EndpointSecret, error) { return nil, nil })
}

// changeEndpointSecrets replaces the secrets of an endpoint by what change makes
// of those that are valid, in their order. No other process changes them
// meanwhile; an error of change leaves them as they are.
func (s *Store) changeEndpointSecrets(ctx context.Context, endpoint string, at time.Time, change func([]EndpointSecret) ([]EndpointSecret, error)) error {
	if s.log == nil {
		return ErrReadOnly
	}
	if _, err := s.Secret(ctx); err != nil { // the file begins with the store's own
		return err
	}
	var refused error
	err := s.changeSecrets(func(file *secretsFile) bool {
		var of, after []EndpointSecret
		others := slices.DeleteFunc(slices.Clone(file.Secrets), func(e secretEntry) bool {
			its := e.Kind == endpointSecret && e.Owner == endpoint
			if its && e.valid(at) {
				of = append(of, e.secret())
			}
			return its
		})
		slices.SortFunc(of, byAge)
		if after, refused = change(of); refused != nil {
			return false
		}
		for _, e := range after {
			others = append(others, secretEntry{ID: e.ID, Owner: endpoint, Kind: endpointSecret, Value: e.Value, Ref: e.Ref, Source: e.Source,
				CreatedAt: e.CreatedAt, ExpiresAt: e.ExpiresAt})
		}
		file.Secrets = others
		return true
	})
	return errors.Join(refused, err)
}

// SecretsStamp tells one state of the file of secrets from another. The zero
// value is that of no file.
type SecretsStamp struct{ info os.FileInfo }

// SecretsSince returns the stamp of the file as it is now, and whether it is
// another one than last: whoever keeps what it has read of it reads it again.
func (s *Store) SecretsSince(last SecretsStamp) (now SecretsStamp, changed bool) {
	info, err := os.Lstat(filepath.Join(s.dir, secretsName))
	if err != nil {
		return SecretsStamp{}, last.info != nil
	}
	same := last.info != nil && os.SameFile(info, last.info) && info.ModTime().Equal(last.info.ModTime()) && info.Size() == last.info.Size()
	return SecretsStamp{info}, !same
}
