package cmd

import (
	"io/fs"
	"os"
)

const (
	worldWrites fs.FileMode = 0o002
	sharedBits  fs.FileMode = 0o064 // the group reads or writes, or everybody reads
)

// judgeSecretFile refuses a secret that everybody may replace, and warns of
// one that others may read. A pipe is its maker's affair.
func (a *app) judgeSecretFile(path string) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil // opening it says what is wrong
	}
	switch mode := sharedMode(info); {
	case mode&worldWrites != 0:
		return environmentError("secret file:%s: anyone can write to it (mode %04o)", path, mode).withHint("chmod 600 %s", path)
	case mode&sharedBits != 0:
		a.warnOnce("others may read or change %s (mode %04o): chmod 600 %s", path, mode, path)
	}
	return nil
}

// judgeSettingsFile warns of settings that everybody may change: they choose
// where secrets come from and where requests go.
func (a *app) judgeSettingsFile(path string) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	if mode := sharedMode(info); mode&worldWrites != 0 {
		a.warnOnce("anyone can write to %s (mode %04o): chmod go-w %s", path, mode, path)
	}
}
