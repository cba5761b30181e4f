package listen

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hooks-cli/hooks/provider"
)

func TestAddresses(t *testing.T) {
	for addr, want := range map[string]string{
		"": "127.0.0.1:4400", "localhost:1": "127.0.0.1:1", "4400": "127.0.0.1:4400", ":4400": ":4400", "[::1]:0": "[::1]:0", "0.0.0.0:4400": "0.0.0.0:4400", "myhost:1": "myhost:1",
	} {
		a, err := parseAddr(addr)
		if err != nil || a.String() != want || a.both != (addr == "" || addr == "localhost:1" || addr == "4400") {
			t.Errorf("parseAddr(%q) = %v, both %v, %v", addr, a, a.both, err)
		}
	}
	for _, addr := range []string{"localhost", "99999", "127.0.0.1", "256.1.1.1:1", "127.1:1", "localhost:99999", "localhost:-1", "localhost:http", "::1:4400", "a b:1", "[::1:1"} {
		var bad *AddrError
		if _, err := parseAddr(addr); !errors.As(err, &bad) || bad.Reason == "" {
			t.Errorf("parseAddr(%q): %v, want an *AddrError", addr, err)
		}
	}
}

func bindAt(t *testing.T, addr string) (*Server, error) {
	t.Helper()
	var warnings []string
	s, err := New(Options{Addr: addr, Registry: provider.Open(), Warn: func(text string) { warnings = append(warnings, text) }})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Bind(context.Background())
	t.Cleanup(s.closeListeners)
	if exposed := strings.HasPrefix(addr, "0.0.0.0") || strings.HasPrefix(addr, ":"); err == nil && exposed != (len(warnings) == 1) {
		t.Errorf("bound to %s with the warnings %q", addr, warnings)
	}
	return s, err
}

func TestBind(t *testing.T) {
	first, err := bindAt(t, "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := first.Addr()
	var bind *BindError
	if _, err := bindAt(t, addr); !errors.As(err, &bind) || bind.Cause != InUse || !strings.Contains(err.Error(), addr) {
		t.Errorf("a port in use: %v", err)
	}
	if _, err := bindAt(t, "8.8.8.8:4400"); !errors.As(err, &bind) || bind.Cause != NotLocal {
		t.Errorf("an address of somebody else: %v", err)
	}
	for addr, bound := range map[string]string{"0.0.0.0:0": "0.0.0.0:", ":0": "", "127.0.0.1:0": "127.0.0.1:"} {
		s, err := bindAt(t, addr)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(s.URL(), ":0") || !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
			t.Errorf("bound to %s, the URL is %s", addr, s.URL())
		}
		if !strings.HasPrefix(s.Addr(), bound) {
			t.Errorf("asked for %s, bound to %s", addr, s.Addr())
		}
	}
}

func TestLocalhostBindsBoth(t *testing.T) {
	s, err := bindAt(t, "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.listeners) != 2 {
		t.Skip("no IPv6 here")
	}
	first, second := s.listeners[0].Addr().(*net.TCPAddr), s.listeners[1].Addr().(*net.TCPAddr)
	if first.Port != second.Port || first.IP.To4() == nil || second.IP.To4() != nil {
		t.Errorf("bound %s and %s", first, second)
	}
}

// proc is a /proc with two programs on localhost:3000 and one on every
// address of port 80.
var proc = fstest.MapFS{
	"net/tcp": {Data: []byte("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n" +
		"   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1\n" +
		"   1: 0100007F:0BB8 0100007F:9999 01 00000000:00000000 00:00000000 00000000  1000        0 999 1\n" +
		"   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1\n" +
		"   3: broken\n")},
	"net/tcp6": {Data: []byte("header\n" +
		"   0: 00000000000000000000000001000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 333 1\n")},
	"10/comm": {Data: []byte("node\n")}, "11/comm": {Data: []byte("py\x1bthon\n")},
	"10/fd/3": {Data: []byte("socket:[111]"), Mode: 0o777 | 1<<27}, "10/fd/4": {Data: []byte("socket:[222]"), Mode: 0o777 | 1<<27},
	"11/fd/5": {Data: []byte("socket:[333]"), Mode: 0o777 | 1<<27},
}

func TestHolder(t *testing.T) {
	p := procs{proc}
	for addr, want := range map[string]string{
		"127.0.0.1:3000": `"node" (process 10)`, "[::1]:3000": `"py\x1bthon" (process 11)`, "127.0.0.1:80": `"node" (process 10)`, "127.0.0.1:81": "",
	} {
		if got := p.holder(netip.MustParseAddrPort(addr)); got != want {
			t.Errorf("holder of %s = %s, want %s", addr, got, want)
		}
	}
	if four, six, shared := p.sharesLoopback(3000); !shared || !strings.Contains(four, "node") || !strings.Contains(six, "thon") {
		t.Errorf("localhost:3000 is shared by %s and %s: %v", four, six, shared)
	}
	if _, _, shared := p.sharesLoopback(80); shared {
		t.Error("localhost:80 is one program's")
	}
}
