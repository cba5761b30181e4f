package send

import (
	"errors"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	tests := []struct {
		text, want, authority string
		port                  int
		loopback, path        bool
	}{
		{"3000/hook?a=1", "http://localhost:3000/hook?a=1", "localhost:3000", 3000, true, true},
		{"3000", "http://localhost:3000", "localhost:3000", 3000, true, false},
		{":3000", "http://localhost:3000", "localhost:3000", 3000, true, false},
		{"localhost:3000", "http://localhost:3000", "localhost:3000", 3000, true, false},
		{"localhost:3000/", "http://localhost:3000", "localhost:3000", 3000, true, false},
		{"localhost", "http://localhost", "localhost", 80, true, false},
		{"localhost.:1/", "http://localhost.:1", "localhost.:1", 1, true, false},
		{"app.localhost:8080", "http://app.localhost:8080", "app.localhost:8080", 8080, true, false},
		{"/hook", "http://localhost/hook", "localhost", 80, true, true},
		{"127.0.0.1:3000", "http://127.0.0.1:3000", "127.0.0.1:3000", 3000, true, false},
		{"[::1]:3000", "http://[::1]:3000", "[::1]:3000", 3000, true, false},
		{"[::ffff:127.0.0.1]:3000", "http://[::ffff:127.0.0.1]:3000", "[::ffff:127.0.0.1]:3000", 3000, true, false},
		{"0.0.0.0:3000", "http://0.0.0.0:3000", "0.0.0.0:3000", 3000, true, false},
		{"http://a.example", "http://a.example", "a.example", 80, false, false},
		{"HTTPS://a.example/x/../%2e?q=%zz&y=1;z", "https://a.example/x/../%2e?q=%zz&y=1;z", "a.example", 443, false, true},
		{"https://a.example?q", "https://a.example/?q", "a.example", 443, false, true},
		{"http://user:pw@localhost:3000/x", "http://user:***@localhost:3000/x", "localhost:3000", 3000, true, true},
		{"http://user@localhost", "http://user:***@localhost", "localhost", 80, true, false},
		{"http://[fe80::1%eth0]:80/x", "http://[fe80::1]:80/x", "[fe80::1]:80", 80, false, true},
		{"unix:/run/app.sock", "unix:/run/app.sock", "localhost", 0, true, false},
	}
	for _, tt := range tests {
		got, err := ParseTarget(tt.text)
		if err != nil {
			t.Errorf("ParseTarget(%q): %v", tt.text, err)
			continue
		}
		if got.String() != tt.want || got.Authority() != tt.authority || got.Port != tt.port || got.Loopback() != tt.loopback || got.HasPath() != tt.path {
			t.Errorf("ParseTarget(%q) = %s (host %s, port %d, loopback %v, path %v), want %+v",
				tt.text, got, got.Authority(), got.Port, got.Loopback(), got.HasPath(), tt)
		}
	}
}

func TestParseTargetRefuses(t *testing.T) {
	for text, mention := range map[string]string{
		"":                          "empty",
		"::1:3000":                  "brackets",
		"fe80::1":                   "brackets",
		"localhost:99999":           "65535",
		":0":                        "65535",
		":-1":                       "65535",
		":+80":                      "65535",
		":http":                     "65535",
		"localhost:":                "65535",
		"javascript:alert(1)":       "65535",
		"ftp://x":                   "only http",
		"file:///etc/passwd":        "only http",
		"ws://x":                    "only http",
		"http:///x":                 "host is missing",
		"http://":                   "host is missing",
		"http://:80":                "host is missing",
		"//localhost:3000":          "host is missing",
		"http://exa mple":           "spaces",
		"http://a/\x1b":             "control",
		"http://a/\n":               "control",
		"http://a/%zz":              "percent",
		"http://a/#top":             "fragment",
		"http://us<er:pw@localhost": "user",
		"http://127.1":              "four numbers",
		"http://2130706433":         "four numbers",
		"http://0x7f000001":         "four numbers",
		"http://1.2.3.256":          "four numbers",
		"http://[::1":               "brackets",
		"http://[127.0.0.1]":        "brackets",
		"http://bücher.example":     "host name",
		"http://a,b":                "host name",
		"unix:":                     "path is missing",
		"unix:/" + xs(200):          "at most",
	} {
		_, err := ParseTarget(text)
		var target *TargetError
		if !errors.As(err, &target) {
			t.Errorf("ParseTarget(%q): %v, want a *TargetError", text, err)
			continue
		}
		if !strings.Contains(target.Error(), mention) || target.Hint == "" || target.Text != text {
			t.Errorf("ParseTarget(%q): %q (hint %q), want it to mention %q", text, target, target.Hint, mention)
		}
	}
}

func TestTargetRequestTarget(t *testing.T) {
	tests := []struct{ target, received, want string }{
		{"localhost:1", "/a//b/../c?x=%zz", "/a//b/../c?x=%zz"},
		{"localhost:1", "//evil.example/x", "//evil.example/x"},
		{"localhost:1", "*", "*"},
		{"localhost:1/hook", "/a?x=1&y", "/hook?x=1&y"},
		{"localhost:1/hook", "/a", "/hook"},
		{"localhost:1/hook", "/a?", "/hook?"},
		{"localhost:1/hook?k=v", "/a", "/hook?k=v"},
		{"localhost:1/hook?k=v", "/a?x=?", "/hook?k=v&x=?"},
	}
	for _, tt := range tests {
		if got := mustParse(t, tt.target).RequestTarget(tt.received); got != tt.want {
			t.Errorf("%s gets %s for %s, want %s", tt.target, got, tt.received, tt.want)
		}
	}
}

func TestTargetOn(t *testing.T) {
	base := mustParse(t, "127.0.0.1:4400")
	if got := mustParse(t, "/hook?x").On(base).String(); got != "http://127.0.0.1:4400/hook?x" {
		t.Errorf("a bare path became %s", got)
	}
	if got := mustParse(t, "localhost:1/hook").On(base).String(); got != "http://localhost:1/hook" {
		t.Errorf("a whole target became %s", got)
	}
}

func TestTargetMetadata(t *testing.T) {
	for text, want := range map[string]bool{"http://169.254.169.254/": true, "http://[::ffff:169.254.169.254]": true, "http://169.254.169.253": false, "3000": false} {
		if got := mustParse(t, text).Metadata(); got != want {
			t.Errorf("Metadata of %s = %v", text, got)
		}
	}
}

// What is printed parses to the same target again, unless it is masked, and
// nothing that parses can break a line.
func FuzzParseTarget(f *testing.F) {
	for _, seed := range []string{"3000", ":1", "/x?y", "[::1]:1/x", "http://u:p@h:1/x?y=%zz", "https://h", "unix:/s", "h:0", "127.1", "http://[::1%25e]:1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		target, err := ParseTarget(text)
		if err != nil {
			if target != (Target{}) {
				t.Fatalf("%q is refused and gives %v", text, target)
			}
			return
		}
		if strings.ContainsAny(target.String()+target.Authority(), "\r\n\x00 \x1b") {
			t.Fatalf("%q prints as %q", text, target)
		}
		if target.user != nil {
			return
		}
		again, err := ParseTarget(target.String())
		if err != nil || again.String() != target.String() || again.Port != target.Port || again.Socket != target.Socket {
			t.Fatalf("%q prints as %q, which parses to %q, %v", text, target, again, err)
		}
	})
}

func TestMaskPassword(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a URL", "http://u:hunter2@localhost:99999", "http://u:***@localhost:99999"},
		{"no scheme", "u:hunter2@localhost:99999/x", "u:***@localhost:99999/x"},
		{"no user", "http://:hunter2@h", "http://:***@h"},
		{"@ in the password", "https://u:hunter@2@h/", "https://u:***@h/"},
		{"/ in the password", "https://u:hunter/2@h/", "https://u:***@h/"},
		{"/ at its beginning", "https://u:/hunter2@h/", "https://u:***@h/"},
		{"of a route", "invoice.*=http://u:hunter2@h", "invoice.*=http://u:***@h"},
		{"no password", "http://u@h", "http://u@h"},
		{"no @", "http://localhost:3000/a", "http://localhost:3000/a"},
		{"@ in the path", "localhost:3000/a@b", "localhost:3000/a@b"},
		{"@ before the scheme", "a@b://c", "a@b://c"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := MaskPassword(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What is kept of a target is the same target when it is read again.
func TestTargetUnmasked(t *testing.T) {
	for text, want := range map[string]string{
		"3000/hook":                              "http://localhost:3000/hook",
		"HTTPS://u:p%40w@a.example:8443/x%2f?y=": "https://u:p%40w@a.example:8443/x%2f?y=",
		"http://user@localhost/":                 "http://user@localhost",
		"unix:/run/app.sock":                     "unix:/run/app.sock",
	} {
		target, err := ParseTarget(text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseTarget(target.Unmasked())
		if target.Unmasked() != want || err != nil || again.Unmasked() != want {
			t.Errorf("%s is kept as %s, read again as %s, %v; want %s", text, target.Unmasked(), again.Unmasked(), err, want)
		}
	}
}
