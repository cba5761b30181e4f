package crash_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/crash"
)

func broken(ctx context.Context) {
	defer crash.Catch(ctx)
	panic("the bug")
}

func TestCatch(t *testing.T) {
	var got any
	var trace []byte
	ctx := crash.With(t.Context(), func(v any, of []byte) { got, trace = v, of })
	broken(context.WithoutCancel(ctx)) // as stores and servers keep it
	if got != "the bug" || !strings.Contains(string(trace), "crash_test.broken") {
		t.Errorf("%v\n%s", got, trace)
	}
}

func TestNobodyToReportTo(t *testing.T) {
	defer func() {
		if v := recover(); v != "the bug" {
			t.Errorf("%v", v)
		}
	}()
	broken(t.Context())
	t.Error("the panic ended")
}
