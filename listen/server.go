package listen

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hooks-cli/hooks/handshake"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

// How long a shutdown waits for what is under way, and then for what was told
// to stop to record itself.
const (
	drainTime = 5 * time.Second
	stopTime  = time.Second
)

// errShutdown ends forwards that are still under way when the drain is over.
var errShutdown = errors.New("the listener shut down")

// Server receives webhooks. Make it with New, open its port with Bind, and run
// it once with Serve.
type Server struct {
	o       Options
	address address
	profile *provider.Profile // nil: recognise the sender
	client  *send.Client
	rates   *rates
	memory  *memory
	doors   *doors
	respond responder

	handshakes []handshake.Handshake
	off        map[string]bool // names of handshakes that are not answered

	listeners []net.Listener
	flights   flights
	beside    sync.WaitGroup // forwards that do not hold up an answer
	underway  deliveries
	retries   *retries
	unsaved   unsaved
	warnings  warnings
	twins     sync.Once
	down      down
	greeters  greeters
	counts    counts

	// lifetime ends when forwards must stop. It is the server's, not a
	// request's: what has been forwarded is finished and recorded even if the
	// sender has gone.
	lifetime context.Context
	end      context.CancelCauseFunc

	// guard knows who is told when a goroutine of the server panics.
	guard context.Context

	// unrecorded is set while the store refuses: then nothing is forwarded
	// before it is recorded.
	unrecorded atomic.Bool
}

// New checks the options. It opens nothing. The error is an *AddrError, a
// *SelfForwardError, a *handshake.UnknownError, or what the registry says of
// the provider.
func New(o Options) (*Server, error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	s := &Server{o: o, doors: newDoors(o.MaxConns), memory: newMemory(o.MaxMemory), rates: newRates(o.Rate, o.RatePerIP)}
	var err error
	if s.address, err = parseAddr(o.Addr); err != nil {
		return nil, err
	}
	if err := s.checkTargets(); err != nil {
		return nil, err
	}
	if o.Provider != "" {
		if s.profile, err = o.Registry.Get(o.Provider); err != nil {
			return nil, err
		}
	}
	s.handshakes = handshake.All()
	if s.off, err = handshake.SwitchedOff(o.NoHandshakes); err != nil {
		return nil, err
	}
	s.respond = responder{Respond: o.Respond}
	s.retries = newRetries(s.retry)
	s.unsaved.save = s.saveAgain
	s.client = send.NewClient(send.Options{Timeout: o.Timeout, Insecure: o.Insecure, Now: o.Now})
	s.lifetime, s.end = context.WithCancelCause(context.Background())
	return s, nil
}

func (s *Server) checkTargets() error {
	for _, t := range s.targets() {
		if s.address.reaches(t, localAddrs) {
			return &SelfForwardError{t.String()}
		}
	}
	return nil
}

func (s *Server) targets() []send.Target {
	list := append([]send.Target(nil), s.o.Forward...)
	for _, r := range s.o.Routes {
		list = append(list, r.Target)
	}
	return list
}

// Bind opens the port. The error is a *BindError, or a *SelfForwardError when
// the port that was free is a target's.
func (s *Server) Bind(ctx context.Context) error {
	listeners, err := s.address.bind(ctx)
	if err != nil {
		return err
	}
	s.listeners = listeners
	if err := s.checkTargets(); err != nil {
		s.closeListeners()
		return err
	}
	if warning := s.address.exposed(); warning != "" {
		s.o.Warn(warning)
	}
	return nil
}

// Attach puts Store, Keys, Adopt and Recorded of o in the place of those that
// New was given. So a port that is in use is noticed before a store is made.
// It must be called before Serve; senders who connect earlier wait.
func (s *Server) Attach(o Options) {
	s.o.Store, s.o.Keys, s.o.Adopt = o.Store, o.Keys, o.Adopt
	if o.Recorded != nil {
		s.o.Recorded = o.Recorded
	}
}

// Close gives up the port of a server that was bound and is not to serve.
func (s *Server) Close() { s.closeListeners() }

// Addr is host:port as bound.
func (s *Server) Addr() string { return s.listeners[0].Addr().String() }

// URL is where to send webhooks on this machine.
func (s *Server) URL() string {
	if ip, err := netip.ParseAddr(s.address.host); s.address.host == "" || err == nil && ip.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", s.address.port)
	}
	return "http://" + s.address.String()
}

// Counts says how many requests reached the server, and what became of the
// deliveries that it began.
func (s *Server) Counts() Counts { return s.counts.read() }

// Serve receives until ctx is done, and then ends in order: it accepts nothing
// more, finishes what is under way within five seconds, and records the rest
// as interrupted. It returns nil after that.
func (s *Server) Serve(ctx context.Context) error {
	if s.listeners == nil {
		if err := s.Bind(ctx); err != nil {
			return err
		}
	}
	s.guard = ctx
	server := s.httpServer()
	failed := make(chan error, len(s.listeners))
	for _, listener := range s.listeners {
		go func() { failed <- server.Serve(&door{listener, s}) }()
	}
	var err error
	running := len(s.listeners)
	select {
	case <-ctx.Done():
	case err = <-failed:
		running--
	}
	s.drain(server)
	for range running {
		<-failed
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("serve %s: %w", s.Addr(), err)
	}
	return nil
}

func (s *Server) httpServer() *http.Server {
	return &http.Server{
		Handler:                      s,
		ReadHeaderTimeout:            s.o.HeaderTimeout,
		IdleTimeout:                  s.o.IdleTimeout,
		MaxHeaderBytes:               s.o.MaxHeaderBytes,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(errorLog{s}, "", 0),
		ConnContext:                  withConn,
		ConnState:                    s.connState,
	}
}

// connState notes when an answer has left: the handler returns before that.
func (s *Server) connState(c net.Conn, state http.ConnState) {
	if state == http.StateIdle || state == http.StateClosed {
		if c.(*conn).serving.Swap(false) {
			s.flights.landed()
		}
	}
}

// drain ends everything, and returns when nothing of the server runs any more.
func (s *Server) drain(server *http.Server) {
	s.closeListeners()
	s.o.Gate.close()
	server.SetKeepAlivesEnabled(false)
	empty := s.flights.close()
	limit := time.AfterFunc(drainTime, func() { s.end(errShutdown) })
	select {
	case <-empty:
	case <-s.lifetime.Done():
		select {
		case <-empty:
		case <-time.After(stopTime):
		}
	}
	server.Close()
	s.beside.Wait()
	s.unsaved.close()
	left := s.retries.close()
	s.saveRest()
	s.abandon(left)
	limit.Stop()
	s.end(errShutdown)
	s.down.probes.Wait()
	s.client.Close()
}

func (s *Server) closeListeners() {
	s.doors.close()
	for _, listener := range s.listeners {
		listener.Close()
	}
}

// Announce makes a server that is bound known to the other commands on the same
// store: before anybody is told that it is ready, or they would not find it.
func (s *Server) Announce(ctx context.Context) error {
	var forward []string
	for _, t := range s.targets() {
		forward = append(forward, t.String())
	}
	return s.o.Store.Announce(ctx, store.Listener{URL: s.URL(), Addr: s.Addr(), Forward: forward, PID: os.Getpid(), StartedAt: s.o.Now()})
}
