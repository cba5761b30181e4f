package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// fewRoom is how much room the store should have, in bytes.
const fewRoom = 256 << 20

// store opens it as the commands do that write to it, which takes its locks.
func (d *doctor) store() error {
	dir, err := d.storePath()
	if err != nil {
		return d.failed("store", err)
	}
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := d.skip("store", "%s is made when it is first needed", dir); err != nil {
			return err
		}
		return d.room(existing(dir))
	}
	if err != nil {
		return d.fail("store", "use another place: --store DIR", "%s: %s", dir, cause(err))
	}
	st, err := store.Open(d.ctx, dir, store.Options{Durable: d.durable, Now: d.now})
	if err != nil {
		return d.failed("store", err)
	}
	defer st.Close()
	stats, err := st.Stats(d.ctx)
	if err != nil {
		return d.failed("store", err)
	}
	if err := d.pass("store", "%s: version %s, %d deliveries, %s, can be written and locked", dir, versionOf(d.version).Version, stats.Deliveries, sizeText(stats.Bytes)); err != nil {
		return err
	}
	warnings := st.Warnings()
	if mode := sharedMode(info); mode&0o077 != 0 {
		warnings = append(warnings, "others may look into "+dir+": chmod 700 "+dir)
	}
	for _, w := range warnings {
		says, fix, _ := strings.Cut(w, ": ")
		if err := d.warns("store-mode", fix, "%s", says); err != nil {
			return err
		}
	}
	return d.room(dir)
}

// existing is the nearest folder upwards that is there.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

func (d *doctor) room(dir string) error {
	free, known := freeSpace(dir)
	switch {
	case !known:
		return d.skip("space", "how much space %s has left is unknown on this system", dir)
	case free < fewRoom:
		return d.fail("space", "free some space (hooks store prune --older-than 30d), or use another place: --store DIR", "%s has %s free", dir, sizeText(free))
	}
	return d.pass("space", "%s free", sizeText(free))
}

// files are the settings. That they can be read was seen when the command began.
func (d *doctor) files() error {
	if len(d.settings.files) == 0 {
		return d.skip("settings", "there are none: hooks init writes hooks.yaml")
	}
	for _, path := range d.settings.files {
		info, err := os.Stat(path)
		if err == nil && sharedMode(info)&worldWrites != 0 {
			err = d.fail("settings", "chmod go-w "+path, "anyone can write to %s (mode %04o)", path, sharedMode(info))
		} else if err == nil {
			err = d.pass("settings", "%s", path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// secrets are those that the settings refer to.
func (d *doctor) secrets() error {
	var refs []string
	for _, e := range d.settings.entries["secret"] {
		refs = append(refs, e.values...)
	}
	for _, of := range d.settings.secrets {
		refs = append(refs, of...)
	}
	slices.Sort(refs)
	for _, ref := range slices.Compact(refs) {
		if err := d.secretRef(ref); err != nil {
			return err
		}
	}
	if len(refs) == 0 {
		return d.skip("secrets", "the settings name none: the store's own secret signs")
	}
	return nil
}

// secretRef tells whether a REF leads to a secret, which is not shown.
func (d *doctor) secretRef(ref string) error {
	kind, path, _ := strings.Cut(ref, ":")
	name := "a literal"
	if kind == "env" || kind == "file" || kind == "keyring" {
		name = ref
	}
	if ref == "-" {
		return d.skip("secrets", "stdin is not read")
	}
	if _, err := d.resolve(ref); err != nil {
		return d.failed("secrets", err)
	}
	if info, err := os.Stat(path); kind == "file" && err == nil && info.Mode().IsRegular() {
		if mode := sharedMode(info); mode&(worldWrites|sharedBits) != 0 {
			return d.warns("secrets", "chmod 600 "+path, "others may read or change %s (mode %04o)", path, mode)
		}
	}
	return d.pass("secrets", "%s", name)
}

// catalogs are the project's and the user's own.
func (d *doctor) catalogs() error {
	files, err := catalog.Files(d.dataDirs("catalog")...)
	if err != nil {
		return d.failed("catalogs", err)
	}
	for _, file := range files {
		text, err := d.definition(file, readWait, catalog.MaxFileSize)
		if err != nil {
			return d.failed("catalogs", err)
		}
		if r := catalog.CheckFile(file, text); !r.OK() {
			if err := d.fail("catalogs", "hooks catalog validate "+file+" lists everything that is wrong", "%s", r.Errors[0]); err != nil {
				return err
			}
		}
	}
	if err := d.app.catalogs().Load(); err != nil {
		if d.totals.Failed == 0 {
			return d.failed("catalogs", err)
		}
		return nil
	}
	return d.pass("catalogs", "%s beside the built-in ones", counted(len(files), "file"))
}

// providers are the project's and the user's own.
func (d *doctor) providers() error {
	registry := d.app.providers()
	files := registry.Files()
	wrong := 0
	for _, file := range files {
		text, err := d.definition(file, readWait, provider.MaxFileSize)
		if err != nil {
			return d.failed("providers", err)
		}
		if r := registry.Check(file, text); !r.OK() {
			wrong++
			if err := d.fail("providers", "hooks provider validate "+file+" lists everything that is wrong", "%s", r.Errors[0]); err != nil {
				return err
			}
		}
	}
	if wrong > 0 {
		return nil
	}
	return d.pass("providers", "%s beside the built-in ones", counted(len(files), "file"))
}
