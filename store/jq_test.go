package store

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJQ(t *testing.T) {
	tests := []struct{ expr, want string }{
		{".event.type", `"payment.succeeded"`},
		{".seq, .status", `12 "failed"`},
		{"empty", ""},
		{"halt", ""},
		{`select(.direction == "out")`, ""},
		{".request.headers[] | select(.[0] == \"X-Odd\") | .[2]", `"Y2Fm6Q=="`},
		{"9007199254740993", "9007199254740993"},
		{"{b: 1, a: 2}", `{"a":2,"b":1}`},
		{`"\u202e<\u001b"`, `"\u202e<\u001b"`},
		{"$ENV | length", "0"},
		{"env | length", "0"},
	}
	for _, test := range tests {
		q, err := NewJQ(test.expr)
		if err != nil {
			t.Errorf("NewJQ(%s): %v", test.expr, err)
			continue
		}
		var got []string
		err = q.Run(t.Context(), sample(), func(b []byte) error {
			got = append(got, string(b))
			return nil
		})
		if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", test.expr, err, diff)
		}
	}
}

func TestJQRefuses(t *testing.T) {
	for _, expr := range []string{"", ".[", "nope(1)", `import "m" as m; 1`, "input", strings.Repeat(" ", maxJQ) + "1"} {
		q, err := NewJQ(expr)
		if err == nil && expr != "" {
			err = q.Run(t.Context(), 1, func([]byte) error { return nil })
		}
		var jq *JQError
		if expr != "" && !errors.As(err, &jq) {
			t.Errorf("%.20q is accepted: %v", expr, err)
		}
	}
}

func TestJQLimits(t *testing.T) {
	ignore := func([]byte) error { return nil }
	for _, expr := range []string{
		"def f: f; f", "[range(1e9)] | length", `repeat("x")`, ".a", `"x" * 1e9 | length`, `range(1e9) | tostring | error`,
	} {
		q, err := NewJQ(expr)
		if err != nil {
			t.Fatal(err)
		}
		var jq *JQError
		if err := q.Run(t.Context(), 1, ignore); !errors.As(err, &jq) {
			t.Errorf("%s ends with %v", expr, err)
		}
	}
	q, err := NewJQ("repeat(1)")
	if err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	if err := q.Run(t.Context(), 1, func([]byte) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of yield ends as %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = q.Run(ctx, 1, func([]byte) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled run ends with %v", err)
	}
}
