//go:build !windows

package cmd

import "io/fs"

// sharedMode is the permissions of a file.
func sharedMode(info fs.FileInfo) fs.FileMode { return info.Mode().Perm() }
