package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// This program is also the target and the yardstick, as processes of their own.
const (
	roleVariable = "HOOKS_BENCH_ROLE"
	roleTarget   = "target"
	roleProxy    = "proxy"
	roleLean     = "lean"
)

// targetBody is what the target answers, by which its answers are known.
const targetBody = "ok"

// serveTarget answers at once, but for slowPath.
func serveTarget(ctx context.Context) error {
	return serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.URL.Path == slowPath {
			time.Sleep(slowFor)
		}
		io.WriteString(w, targetBody)
	}))
}

// serveProxy is httputil.ReverseProxy as well as it can be set: as many idle
// connections as the load has, and a pool of buffers.
func serveProxy(ctx context.Context, target string) error {
	to, err := url.Parse("http://" + target)
	if err != nil {
		return err
	}
	return serve(ctx, &httputil.ReverseProxy{
		Rewrite:    func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport:  &http.Transport{MaxIdleConns: 1024, MaxIdleConnsPerHost: 1024, DisableCompression: true},
		BufferPool: &bufferPool{},
	})
}

type bufferPool struct{ pool sync.Pool }

func (p *bufferPool) Get() []byte {
	if b, ok := p.pool.Get().(*[]byte); ok {
		return *b
	}
	return make([]byte, 32<<10)
}

func (p *bufferPool) Put(b []byte) { p.pool.Put(&b) }

// serve takes a free port and says which, in one line.
func serve(ctx context.Context, h http.Handler) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	server := &http.Server{Handler: h}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}
