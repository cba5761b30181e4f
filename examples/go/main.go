// Command example takes webhooks of Standard Webhooks: it verifies them, works
// on each once, and says how many payments there were.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	maxBody   = 1 << 20
	tolerance = 5 * time.Minute
)

// payments are the amounts by the ids of their events.
type payments struct {
	mu     sync.Mutex
	amount map[string]int64
}

func main() {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("WEBHOOK_SECRET"), "whsec_"))
	if err != nil || len(key) == 0 {
		log.Fatal("WEBHOOK_SECRET is no secret of Standard Webhooks")
	}
	p := &payments{amount: map[string]int64{}}
	http.HandleFunc("POST /webhooks", func(w http.ResponseWriter, r *http.Request) { p.receive(w, r, key) })
	http.HandleFunc("GET /payments", p.show)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}

func (p *payments) receive(w http.ResponseWriter, r *http.Request, key []byte) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
		return
	}
	if !verify(key, r.Header, body) {
		http.Error(w, "the signature is wrong", http.StatusUnauthorized)
		return
	}
	var event struct {
		Type string
		Data struct{ Object struct{ Amount int64 } }
	}
	if err := json.Unmarshal(body, &event); err != nil {
		http.Error(w, "the body is no event", http.StatusBadRequest)
		return
	}
	if event.Type == "payment.succeeded" {
		p.mu.Lock()
		p.amount[r.Header.Get("Webhook-Id")] = event.Data.Object.Amount
		p.mu.Unlock()
	}
	w.WriteHeader(http.StatusNoContent)
}

// verify holds a request against https://www.standardwebhooks.com.
func verify(key []byte, h http.Header, body []byte) bool {
	seconds, err := strconv.ParseInt(h.Get("Webhook-Timestamp"), 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", h.Get("Webhook-Id"), seconds, body)
	for signature := range strings.FieldsSeq(h.Get("Webhook-Signature")) {
		given, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(signature, "v1,"))
		if err == nil && hmac.Equal(given, mac.Sum(nil)) {
			return true
		}
	}
	return false
}

func (p *payments) show(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var total int64
	for _, amount := range p.amount {
		total += amount
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"count":%d,"total":%d}`, len(p.amount), total)
}
