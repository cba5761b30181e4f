package cmd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

const (
	// skewNoted and skewFatal are how far clocks may be apart: most providers
	// allow five minutes.
	skewNoted, skewFatal = 30 * time.Second, 5 * time.Minute
)

// port tells whether listen could open its port, or who has it.
func (d *doctor) port() error {
	addr := orElse(d.o.addr, defaultAddr)
	opened, err := listen.Open(d.ctx, d.o.addr)
	for _, l := range opened {
		l.Close()
	}
	var bind *listen.BindError
	var address *listen.AddrError
	switch {
	case err == nil:
		return d.pass("port", "%s is free for hooks listen", addr)
	case errors.As(err, &address):
		return err
	case !errors.As(err, &bind):
		return d.failed("port", err)
	}
	if pid := d.listener(bind.Addr); pid > 0 {
		return d.pass("port", "%s has the running listener of this store, process %d", bind.Addr, pid)
	}
	return d.failed("port", err)
}

// listener is the process that listens there for the store, 0 if none does.
func (d *doctor) listener(addr string) int {
	dir, err := d.storePath()
	if err != nil {
		return 0
	}
	st, err := store.Open(d.ctx, dir, store.Options{ReadOnly: true, Now: d.now})
	if err != nil {
		return 0
	}
	defer st.Close()
	listeners, err := st.Listeners(d.ctx)
	for _, l := range listeners {
		if err == nil && l.Addr == addr {
			return l.PID
		}
	}
	return 0
}

// targets are those of the flag, else those of the settings.
func (d *doctor) targets() error {
	texts := d.o.to
	for _, e := range d.settings.entries["forward"] {
		if len(texts) == 0 {
			texts = append(texts, e.values...)
		}
	}
	if len(texts) == 0 {
		return d.skip("target", "none is given: hooks doctor --to localhost:3000")
	}
	client := send.NewClient(send.Options{Timeout: d.o.timeout, Insecure: true, Now: d.now})
	defer client.Close()
	for _, text := range texts {
		t, err := parseTarget("to", text)
		if err != nil {
			return err
		}
		listens, err := d.target(client, t)
		if err == nil && listens {
			err = d.clockOf(client, t)
		}
		if err != nil || d.ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// target tells whether something listens there, on both addresses of this
// machine where the name means both.
func (d *doctor) target(client *send.Client, t send.Target) (listens bool, err error) {
	ip, notIP := netip.ParseAddr(t.Host)
	if t.Socket != "" || !t.Loopback() || notIP == nil && ip.IsUnspecified() {
		if err := client.Reach(d.ctx, t); err != nil {
			return false, d.fail("target", "start it, or check its address", "%s cannot be reached: %s", t, reachText(err))
		}
		return true, d.pass("target", "%s can be reached", t)
	}
	four, six := d.on(client, t, "127.0.0.1"), d.on(client, t, "::1")
	switch {
	case !four && !six:
		return false, d.fail("target", "start the application", "nothing listens on port %d, neither on 127.0.0.1 nor on ::1", t.Port)
	case notIP == nil:
		return d.addressed(t, ip, four, six)
	case four && six:
		if a, b, shared := listen.TwoOnLocalhost(t.Port); shared {
			return true, d.warns("target", "stop one of them, or give 127.0.0.1 or [::1] instead of localhost", "%s has %s on 127.0.0.1 and %s on ::1: a request reaches one or the other", t, a, b)
		}
		return true, d.pass("target", "%s can be reached on 127.0.0.1 and ::1", t)
	}
	return true, d.oneAddress(t, four)
}

// addressed is a target that names one address of this machine.
func (d *doctor) addressed(t send.Target, ip netip.Addr, four, six bool) (bool, error) {
	if ip.Is4() && four || ip.Is6() && six {
		return true, d.pass("target", "%s can be reached", t)
	}
	other := "127.0.0.1"
	if ip.Is4() {
		other = "::1"
	}
	return false, d.fail("target", fmt.Sprintf("localhost:%d finds both", t.Port), "nothing listens on %s, but something does on %s", net.JoinHostPort(t.Host, strconv.Itoa(t.Port)), net.JoinHostPort(other, strconv.Itoa(t.Port)))
}

// oneAddress is a localhost of which one address answers. hooks tries both; what
// other programs do depends on the resolver.
func (d *doctor) oneAddress(t send.Target, four bool) error {
	has, lacks := "127.0.0.1", "::1"
	if !four {
		has, lacks = lacks, has
	}
	var resolver net.Resolver
	ctx, cancel := context.WithTimeout(d.ctx, d.o.timeout)
	defer cancel()
	found, _ := resolver.LookupNetIP(ctx, "ip", "localhost") // without an answer nothing is known
	for _, ip := range found {
		if ip.Unmap().String() == lacks {
			return d.warns("target", fmt.Sprintf("give other programs %s, or have the application listen on both", net.JoinHostPort(has, strconv.Itoa(t.Port))),
				"%s listens on %s alone, and localhost is also %s here: hooks tries both, other programs may not", t, has, lacks)
		}
	}
	return d.pass("target", "%s can be reached on %s, which is all that localhost is here", t, has)
}

// on tells whether the port of a target is open on an address.
func (d *doctor) on(client *send.Client, t send.Target, address string) bool {
	there, err := send.ParseTarget("http://" + net.JoinHostPort(address, strconv.Itoa(t.Port)))
	return err == nil && client.Reach(d.ctx, there) == nil
}

// clockOf compares the clocks by a Date header.
func (d *doctor) clockOf(client *send.Client, t send.Target) error {
	x := client.Attempt(d.ctx, t, send.Outgoing{Method: http.MethodHead, RequestTarget: t.RequestTarget("/"),
		Headers: sign.Headers{{Name: "User-Agent", Value: d.userAgent()}}})
	x.Close()
	value, _ := x.Headers.Get("Date")
	theirs, err := http.ParseTime(value)
	switch {
	case x.StatusCode == 0 && d.ctx.Err() == nil:
		return d.fail("clock", "check that the target speaks HTTP", "%s does not answer: %v", t, x.Err)
	case err != nil:
		return d.skip("clock", "%s sends no Date header", t)
	}
	// A Date has whole seconds, cut off.
	skew := d.now().Sub(theirs) - x.Duration/2 - time.Second/2
	text := "behind ours"
	if skew < 0 {
		text = "ahead of ours"
	}
	switch skew = skew.Abs(); {
	case skew > skewFatal:
		return d.fail("clock", "set the clocks by NTP: signatures with timestamps are refused", "the clock of %s is %s %s", t, skew.Round(time.Second), text)
	case skew > skewNoted:
		return d.warns("clock", "set the clocks by NTP: most providers allow five minutes", "the clock of %s is %s %s", t, skew.Round(time.Second), text)
	}
	return d.pass("clock", "the clock of %s is within %s of ours", t, skewNoted)
}

// reachText words why no connection could be made.
func reachText(err error) string { return strings.TrimPrefix(cause(err).Error(), "dial ") }
