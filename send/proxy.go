package send

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A proxy is asked for a tunnel (RFC 9110, section 9.3.6), whatever the target's
// scheme: what goes through are the bytes that the target gets.

// proxyError is a proxy that gives no tunnel.
type proxyError struct {
	proxy string
	cause error
}

func (e *proxyError) Error() string { return fmt.Sprintf("the proxy %s: %s", e.proxy, plain(e.cause)) }
func (e *proxyError) Unwrap() error { return e.cause }

// proxyOf is the proxy of a target, nil without one. Nothing of this machine
// goes through a proxy.
func (c *Client) proxyOf(t Target) (*url.URL, error) {
	if c.opts.Proxy == nil || t.Loopback() {
		return nil, nil
	}
	proxy, err := c.opts.Proxy(&url.URL{Scheme: t.Scheme, Host: net.JoinHostPort(t.Host, strconv.Itoa(t.Port))})
	switch {
	case err != nil:
		return nil, &proxyError{"of the environment", err}
	case proxy != nil && proxy.Scheme != "http" && proxy.Scheme != "https":
		return nil, &proxyError{proxy.Host, fmt.Errorf("only http and https ones are possible, not %s", quote(proxy.Scheme))}
	}
	return proxy, nil
}

// tunnel opens a connection to a target through a proxy.
func (c *Client) tunnel(ctx context.Context, t Target, proxy *url.URL) (net.Conn, error) {
	port := proxy.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[proxy.Scheme]
	}
	socket, err := c.netDial(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), port))
	if err != nil {
		return nil, &proxyError{proxy.Host, err}
	}
	if proxy.Scheme == "https" {
		config := c.opts.TLS.Clone()
		config.ServerName = proxy.Hostname()
		socket = tls.Client(socket, config)
	}
	unhook := context.AfterFunc(ctx, func() { socket.SetDeadline(time.Unix(1, 0)) })
	defer unhook()
	if err := askTunnel(socket, net.JoinHostPort(t.Host, strconv.Itoa(t.Port)), proxy.User); err != nil {
		socket.Close()
		return nil, &proxyError{proxy.Host, err}
	}
	return socket, nil
}

// maxTunnelHead is how long the answer of a proxy may be, in bytes.
const maxTunnelHead = 16 << 10

func askTunnel(socket net.Conn, authority string, user *url.Userinfo) error {
	ask := "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n"
	if user != nil {
		password, _ := user.Password()
		ask += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)) + "\r\n"
	}
	if _, err := io.WriteString(socket, ask+"\r\n"); err != nil {
		return err
	}
	head, err := readHead(socket)
	if err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(head)), &http.Request{Method: "CONNECT"})
	if err != nil {
		return &protocolError{"it does not answer with HTTP", head}
	}
	answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("it answered %d to CONNECT %s", answer.StatusCode, authority)
	}
	return nil
}

// readHead reads up to the empty line and nothing of what follows, which is the
// target's.
func readHead(r io.Reader) (string, error) {
	var head strings.Builder
	one := make([]byte, 1)
	for !strings.HasSuffix(head.String(), "\r\n\r\n") {
		if head.Len() == maxTunnelHead {
			return "", errHeaderTooLarge
		}
		if _, err := io.ReadFull(r, one); err != nil {
			return "", err
		}
		head.WriteByte(one[0])
	}
	return head.String(), nil
}
