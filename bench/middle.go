package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// secret is the key of every request; it protects nothing.
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// bench is one comparison.
type bench struct {
	o       options
	dir     string
	hooks   string // the binary
	target  *process
	request []byte // signed, as it goes over the wire
	middles []middle
	missing []string
}

// middle is something that stands between sender and target.
type middle struct {
	name  string
	start func(context.Context) (*process, error)
}

func newBench(ctx context.Context, o options, dir string) (*bench, error) {
	b := &bench{o: o, dir: dir, hooks: filepath.Join(dir, "hooks")}
	build := exec.CommandContext(ctx, "go", "build", "-C", "..", "-o", b.hooks, ".")
	build.Env = static()
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build hooks: %w\n%s", err, out)
	}
	var err error
	if b.target, err = b.role(ctx, roleTarget); err != nil {
		return nil, fmt.Errorf("start the target: %w", err)
	}
	if b.request, err = b.sign(ctx); err != nil {
		b.close()
		return nil, err
	}
	b.addMiddles()
	return b, nil
}

func (b *bench) close() { b.target.stop() }

func (b *bench) addMiddles() {
	add := func(name string, start func(context.Context) (*process, error)) {
		if name == "nothing" || name == "ReverseProxy" || strings.Contains(name, b.o.only) {
			b.middles = append(b.middles, middle{name, start})
		}
	}
	add("nothing", func(context.Context) (*process, error) { return &process{addr: b.target.addr}, nil })
	add("ReverseProxy", func(ctx context.Context) (*process, error) { return b.role(ctx, roleProxy, "TARGET="+b.target.addr) })
	add("hooks", b.listen("--provider", "standard"))
	add("hooks, any provider", b.listen())
	add("hooks, durable", b.listen("--provider", "standard", "--durable"))
	for _, peer := range []struct {
		name  string
		start func(context.Context, string, string) (*process, error)
	}{{"nginx", b.nginx}, {"caddy", b.caddy}} {
		path, err := exec.LookPath(peer.name)
		if err != nil {
			b.missing = append(b.missing, peer.name+" (not installed)")
			continue
		}
		add(peer.name, func(ctx context.Context) (*process, error) {
			addr, err := freeAddr()
			if err != nil {
				return nil, err
			}
			return peer.start(ctx, path, addr)
		})
	}
}

// listen is hooks with a store of its own for each start.
func (b *bench) listen(args ...string) func(context.Context) (*process, error) {
	return func(ctx context.Context) (*process, error) {
		addr, err := freeAddr()
		if err != nil {
			return nil, err
		}
		store, err := os.MkdirTemp(b.dir, "store-")
		if err != nil {
			return nil, err
		}
		p, err := b.listenOn(ctx, addr, store, args...)
		if err == nil {
			p.clean = func() { os.RemoveAll(store) }
		}
		return p, err
	}
}

func (b *bench) listenOn(ctx context.Context, addr, store string, args ...string) (*process, error) {
	command := exec.CommandContext(ctx, b.hooks, append([]string{"listen", "--quiet", "--addr", addr, "--forward", "http://" + b.target.addr, "--secret", secret, "--store", store}, args...)...)
	command.Dir = b.dir
	return start(command, addr)
}

func (b *bench) nginx(ctx context.Context, path, addr string) (*process, error) {
	config := fmt.Sprintf(`daemon off; worker_processes 2; pid %[1]s/nginx.pid; error_log stderr crit;
events { worker_connections 4096; }
http {
	access_log off; keepalive_requests 10000000; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
	upstream target { server %[2]s; keepalive 1024; keepalive_requests 10000000; }
	server { listen %[3]s; location / { proxy_pass http://target; proxy_http_version 1.1; proxy_set_header Connection ""; } }
}`, b.dir, b.target.addr, addr)
	file := filepath.Join(b.dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return nil, err
	}
	return start(exec.CommandContext(ctx, path, "-c", file, "-p", b.dir), addr)
}

func (b *bench) caddy(ctx context.Context, path, addr string) (*process, error) {
	// A site with a host would leave out the requests, which name another.
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	config := fmt.Sprintf("{\n\tadmin off\n\tauto_https off\n}\n:%s {\n\tbind 127.0.0.1\n\treverse_proxy %s\n}\n", port, b.target.addr)
	file := filepath.Join(b.dir, "Caddyfile")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, path, "run", "--config", file, "--adapter", "caddyfile")
	command.Env = append(os.Environ(), "HOME="+b.dir)
	return start(command, addr)
}

// sign makes the request with hooks sign.
func (b *bench) sign(ctx context.Context) ([]byte, error) {
	body := `{"type":"payment.succeeded","data":{"text":"` + strings.Repeat("x", max(0, b.o.size-47)) + `"}}`
	command := exec.CommandContext(ctx, b.hooks, "sign", "--provider", "standard", "--secret", secret)
	command.Stdin, command.Dir = strings.NewReader(body), b.dir
	headers, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("sign the request: %w", err)
	}
	head := "POST /hook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n" +
		strings.ReplaceAll(string(bytes.TrimSpace(headers)), "\n", "\r\n") + fmt.Sprintf("\r\nContent-Length: %d\r\n\r\n", len(body))
	return []byte(head + body), nil
}

// freeAddr is a loopback port that was free a moment ago.
func freeAddr() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}
