// Command empty is what a program of cobra costs that does nothing: the measure
// of how fast hooks starts.
package main

import (
	"os"

	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{Use: "empty", RunE: func(*cobra.Command, []string) error { return nil }}
	if root.Execute() != nil {
		os.Exit(1)
	}
}
