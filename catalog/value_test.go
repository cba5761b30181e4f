package catalog

import (
	"errors"
	"testing"
)

func TestValue(t *testing.T) {
	const body = `{"a":{"b":[1, {"c.d":"x"}],"":null}, "0":true}`
	for _, test := range []struct {
		path, want string
		found      bool
	}{
		{"a.b[0]", "1", true},
		{"a.b.0", "1", true},
		{`a.b.1.c\.d`, `"x"`, true},
		{"/a/b/1/c.d", `"x"`, true},
		{"/a/", "null", true},
		{"0", "true", true},
		{"a.b", `[1, {"c.d":"x"}]`, true},
		{"a.b.2", "", false},
		{"a.c", "", false},
		{"a.b.x", "", false},
	} {
		got, found, err := Value([]byte(body), test.path)
		if err != nil || string(got) != test.want || found != test.found {
			t.Errorf("Value(%q) = %q, %v, %v, want %q, %v", test.path, got, found, err, test.want, test.found)
		}
	}
}

func TestValueRefuses(t *testing.T) {
	var path *PathError
	if _, _, err := Value([]byte(`{}`), "a..b"); !errors.As(err, &path) {
		t.Errorf("a..b: %v", err)
	}
	if err := CheckPath("a[x]"); !errors.As(err, &path) {
		t.Errorf("a[x]: %v", err)
	}
	if err := CheckPath("a[0].b"); err != nil {
		t.Errorf("a[0].b: %v", err)
	}
	if _, _, err := Value([]byte(`{`), "a"); !errors.Is(err, ErrNotJSON) {
		t.Errorf("no JSON: %v", err)
	}
}
