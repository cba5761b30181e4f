package store

import (
	"encoding/json"
	"io"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain lets the test binary be the other processes of the tests: a writer
// of a store, one that rotates secrets, or the curl of an exported command.
func TestMain(m *testing.M) {
	switch os.Getenv("HOOKS_TEST_CHILD") {
	case "write":
		childWrites()
	case "rotate":
		childRotates()
	case "curl":
		stdin, _ := io.ReadAll(os.Stdin)
		json.NewEncoder(os.Stdout).Encode(curlCall{byteStrings(os.Args[1:]), stdin})
	default:
		goleak.VerifyTestMain(m)
	}
}

type curlCall struct {
	Args  [][]byte
	Stdin []byte
}

func byteStrings(list []string) [][]byte {
	var all [][]byte
	for _, s := range list {
		all = append(all, []byte(s))
	}
	return all
}
