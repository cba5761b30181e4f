package check

import (
	"testing"

	"github.com/hooks-cli/hooks/send"
)

// A signature inside the body has no header whose label could be changed.
func TestNoLabelInsideTheBody(t *testing.T) {
	out := send.Outgoing{Body: []byte(`{"signature":"sha256=abc"}`)}
	at := span{line: inBody, start: 21, end: 24}
	if _, found := at.relabelled(out); found {
		t.Error("a label was changed in a body")
	}
	if _, found := at.unlabelled(out); found {
		t.Error("a label was taken out of a body")
	}
}
