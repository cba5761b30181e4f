package send

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// certificate makes a self-signed certificate for name.
func certificate(t *testing.T, name string, notAfter time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: notAfter.Add(-24 * time.Hour), NotAfter: notAfter,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// tlsTarget answers 200 over TLS.
func tlsTarget(t *testing.T, config *tls.Config) Target {
	place := target(t, func(c net.Conn) {
		session := tls.Server(c, config)
		if err := session.Handshake(); err != nil {
			hang(c) // the alert must arrive: no reset because of unread bytes
			return
		}
		if readRequest(session) == nil {
			io.WriteString(session, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
		session.Close()
	})
	return mustParse(t, "https://localhost:"+place.Authority()[strings.LastIndex(place.Authority(), ":")+1:])
}

func TestAttemptTLS(t *testing.T) {
	later := time.Now().Add(time.Hour)
	good := certificate(t, "localhost", later)
	tests := []struct {
		name     string
		config   *tls.Config
		trusted  bool
		insecure bool
		text     string // "" where it must work
	}{
		{name: "trusted", config: &tls.Config{Certificates: []tls.Certificate{good}}, trusted: true},
		{name: "self-signed but told not to look", config: &tls.Config{Certificates: []tls.Certificate{good}}, insecure: true},
		{name: "self-signed", config: &tls.Config{Certificates: []tls.Certificate{good}}, text: "self-signed"},
		{name: "expired", config: &tls.Config{Certificates: []tls.Certificate{certificate(t, "localhost", later.Add(-48*time.Hour))}}, trusted: true, text: "expired"},
		{name: "another name", config: &tls.Config{Certificates: []tls.Certificate{certificate(t, "elsewhere.example", later)}}, trusted: true, text: "not for localhost"},
		{name: "TLS 1.0", config: &tls.Config{Certificates: []tls.Certificate{good}, MaxVersion: tls.VersionTLS10}, trusted: true, text: "version"},
		{name: "client certificate wanted", config: &tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAnyClientCert}, trusted: true, text: "certificate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			options := Options{Timeout: 5 * time.Second, Now: time.Now, Insecure: tt.insecure, TLS: &tls.Config{RootCAs: x509.NewCertPool()}}
			if tt.trusted {
				leaf, err := x509.ParseCertificate(tt.config.Certificates[0].Certificate[0])
				if err != nil {
					t.Fatal(err)
				}
				options.TLS.RootCAs.AddCert(leaf)
			}
			client := NewClient(options)
			defer client.Close()
			x := client.Attempt(t.Context(), tlsTarget(t, tt.config), post("x"))
			if tt.text == "" {
				if x.Err != nil || x.StatusCode != 200 {
					t.Fatalf("status %d, %v", x.StatusCode, x.Err)
				}
				return
			}
			if x.Kind != store.ErrTLS || !strings.Contains(x.Err.Error(), tt.text) {
				t.Errorf("kind %q, %v; want tls, mentioning %q", x.Kind, x.Err, tt.text)
			}
		})
	}
}

func TestAttemptPlainBehindHTTPS(t *testing.T) {
	place := target(t, func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n"); hang(c) })
	place = mustParse(t, "https://"+place.Authority())
	x := newClient(t, time.Second).Attempt(t.Context(), place, post("x"))
	if x.Kind != store.ErrTLS || !strings.Contains(x.Err.Error(), "http") {
		t.Errorf("kind %q, %v; want tls", x.Kind, x.Err)
	}
}
