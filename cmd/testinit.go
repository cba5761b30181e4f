package cmd

import (
	_ "embed"
	"path/filepath"
)

// starterTest is the file that `hooks test --init` writes. It passes as it
// stands: hooks itself is the consumer.
//
//go:embed starter-test.yaml
var starterTest []byte

// firstTest is what it is called if nobody says.
const firstTest = "webhooks.test.yaml"

func (a *app) initTest(args []string) error {
	path := firstTest
	if len(args) > 0 {
		path = args[0]
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.dir, path)
	}
	if err := createFile(path, starterTest, 0o644, false); err != nil {
		return thereAlready(err, "hooks test "+filepath.Base(path)+" runs it; hooks test --init OTHER.yaml writes another")
	}
	name := path
	if relative, err := filepath.Rel(a.dir, path); err == nil {
		name = relative
	}
	a.note("wrote %s", name)
	a.note("next: hooks test %s", name)
	return nil
}
