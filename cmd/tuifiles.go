package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/tui"
)

// memoryLimit is how much is read of what was kept, in bytes.
const memoryLimit = 1 << 20

// filterMemory keeps filters in files of the user's state. Without a place for
// it nothing is kept.
func (a *app) filterMemory() tui.Memory {
	dir, err := a.xdg("XDG_STATE_HOME", ".local", "state")
	if err != nil {
		return tui.Memory{}
	}
	return tui.Memory{
		Read: func(name string) ([]byte, error) { return readFile(filepath.Join(dir, name), memoryLimit) },
		Write: func(name string, content []byte) error {
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return err
			}
			return createFile(filepath.Join(dir, name), content, 0o600, true)
		},
	}
}

// pageExports are the forms in which pageExport writes.
var pageExports = []string{tui.ExportCurl, tui.ExportRaw, tui.ExportJSON, tui.ExportBody, tui.ExportHAR, tui.ExportCloudEvent}

// pageExport writes a delivery into a new file of the working directory. Its
// credentials are masked, as in everything that is meant to be shown around; the
// body is what it is.
func (a *app) pageExport(ctx context.Context, st *store.Store, id, form string) (string, error) {
	d, err := st.Get(ctx, id)
	if err != nil {
		return "", err
	}
	var content []byte
	name := fmt.Sprintf("hooks-%d", d.Seq)
	switch form {
	case tui.ExportCurl:
		content, name = []byte(store.Curl(d, false)+"\n"), name+".sh"
	case tui.ExportHAR:
		content, err = a.asForm("har", store.Masked(d))
		name += ".har"
	case tui.ExportCloudEvent:
		content, err = store.CloudEvent(store.Masked(d))
		content, name = append(content, '\n'), name+".cloudevent.json"
	case tui.ExportRaw:
		content, name = store.RawRequest(store.Masked(d)), name+".http"
	case tui.ExportJSON:
		content, err = json.Marshal(store.Masked(d))
		content, name = append(content, '\n'), name+".jsonl"
	case tui.ExportBody:
		content, name = d.Request.Body, name+bodyEnding(d)
	default:
		return "", fmt.Errorf("no such form: %s", form)
	}
	if err != nil {
		return "", err
	}
	return newNamed(a.dir, name, content)
}

func bodyEnding(d *store.Delivery) string {
	if json.Valid(d.Request.Body) {
		return ".json"
	}
	return ".bin"
}

// maxNames is how many names newNamed tries.
const maxNames = 1000

// newNamed writes a file that is not there yet: name-2.ext if name.ext is.
func newNamed(dir, name string, content []byte) (string, error) {
	ending := filepath.Ext(name)
	for n := 1; n <= maxNames; n++ {
		path := filepath.Join(dir, name)
		if n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d%s", name[:len(name)-len(ending)], n, ending))
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(content)
		if closed := f.Close(); err == nil {
			err = closed
		}
		return path, err
	}
	return "", fmt.Errorf("there are %d files like %s already", maxNames, name)
}
