package send

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// Client performs exchanges and keeps idle connections between them. It is
// safe for concurrent use.
type Client struct {
	opts Options

	mu     sync.Mutex
	idle   map[string][]*conn // by Target.key, the last used at the end
	closed bool
}

// NewClient makes a client. Close it to close its idle connections.
func NewClient(o Options) *Client {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.TLS == nil {
		o.TLS = &tls.Config{}
	}
	return &Client{opts: o, idle: make(map[string][]*conn)}
}

// Close closes the idle connections and keeps no more of them. Exchanges
// under way are not disturbed.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, list := range c.idle {
		for _, conn := range list {
			conn.close()
		}
	}
	c.idle = nil
}

// take holds a connection for the run: an idle one that is still alive, unless
// a fresh one is wanted, else a new one. The error is classified already.
func (r *run) take(ctx context.Context, fresh bool) error {
	if conn := r.client.kept(r.target.key(), fresh); conn != nil {
		r.conn = conn
	} else {
		r.progress.phase = phaseConnect
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		r.watch.hold(cancel)
		conn, err := r.client.dial(ctx, r.target, &r.progress)
		if err != nil {
			return err
		}
		r.conn = conn
	}
	r.x.RemoteIP = r.conn.remoteIP
	r.watch.hold(r.conn.stop)
	return nil
}

// kept takes the idle connection that was used last. When none is wanted, or
// the target restarted and one is dead, the older ones are no better.
func (c *Client) kept(key string, none bool) *conn {
	for {
		conn := c.pop(key)
		if conn == nil {
			return nil
		}
		if !none && conn.trusted(c.opts.Now()) {
			conn.reused = true
			return conn
		}
		conn.close()
	}
}

func (c *Client) pop(key string) *conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.idle[key]
	if len(list) == 0 {
		return nil
	}
	last := len(list) - 1
	conn := list[last]
	list[last] = nil
	c.idle[key] = list[:last]
	return conn
}

// give keeps an idle connection for keepAlive, 0 meaning that the target did
// not say how long it waits.
func (c *Client) give(conn *conn, keepAlive time.Duration) {
	conn.until = c.opts.Now().Add(idleTime)
	if keepAlive > 0 {
		conn.until = c.opts.Now().Add(min(keepAlive*3/4, idleTime))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.idle[conn.key]) >= maxIdle {
		conn.close()
		return
	}
	c.idle[conn.key] = append(c.idle[conn.key], conn)
}

// tlsConfig is the TLS session of a target.
func (c *Client) tlsConfig(t Target) *tls.Config {
	config := c.opts.TLS.Clone()
	config.ServerName = t.Host
	config.InsecureSkipVerify = c.opts.Insecure
	config.NextProtos = []string{"http/1.1"}
	return config
}

// netDial is the network, unless the options replace it.
func (c *Client) netDial(ctx context.Context, network, address string) (net.Conn, error) {
	if c.opts.Dial != nil {
		return c.opts.Dial(ctx, network, address)
	}
	var dialer net.Dialer
	return dialer.DialContext(ctx, network, address)
}
