// Command hooks builds and tests webhooks of any provider on one machine.
package main

import (
	"os"

	"github.com/hooks-cli/hooks/cmd"
)

// version is set by the release build; other builds read it from the build
// information.
var version string

func main() { os.Exit(cmd.Main(version)) }
