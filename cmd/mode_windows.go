package cmd

import "io/fs"

// sharedMode is that of a private file: who may do what is a matter of access
// control lists there, and the bits say nothing.
func sharedMode(fs.FileInfo) fs.FileMode { return 0o600 }
