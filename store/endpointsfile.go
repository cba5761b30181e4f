package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The endpoints are the only thing in the index that no log has. So that they
// outlive it, every change by hand writes them into a file beside it, in the
// transaction that makes the change: one process at a time does. What the rules
// move (counts, pauses) may be older there.

const endpointsName = "endpoints.json"

// maxEndpointsFile bounds what is read of the file.
const maxEndpointsFile = 64 << 20

type endpointsFile struct {
	Endpoints []*Endpoint `json:"endpoints"`
}

// keepEndpoints writes all endpoints, deleted ones included.
func (s *statements) keepEndpoints(dir string) error {
	if err := s.saveEndpoints(); err != nil {
		return err
	}
	rows, err := s.conn.rows(context.Background(), selectEndpoints+"ORDER BY number")
	if err != nil {
		return err
	}
	var file endpointsFile
	for _, row := range rows {
		e, err := endpointFrom(row[0])
		if err != nil {
			return err
		}
		file.Endpoints = append(file.Endpoints, e)
	}
	b, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, endpointsName), append(b, '\n'))
}

// restoreEndpoints puts them into an index that is made again.
func (x *indexer) restoreEndpoints(ctx context.Context, dir string) error {
	path := filepath.Join(dir, endpointsName)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &OpenError{path, err}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxEndpointsFile))
	var file endpointsFile
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil {
		return &OpenError{path, fmt.Errorf("it is not a file of endpoints: %w", err)}
	}
	_, err = x.transact(ctx, func(s *statements) (*item, error) {
		if err := s.prepareTransaction(); err != nil {
			return nil, err
		}
		for _, e := range file.Endpoints {
			if err := s.putEndpoint(e); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	return err
}
