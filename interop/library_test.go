package interop

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// library is the other side of the comparison: a sender's official library.
type library struct {
	provider string // whose file of ours describes the same scheme
	scheme   *sign.Scheme

	// secret signs now, older did before a rotation, foreign never did.
	secret, older, foreign string
	keys                   func(secrets ...string) sign.Keys

	headers []string // all of them are needed
	sig     string   // the one of them with the signature
	mark    string   // the text before the signature
	window  time.Duration
	several bool // a message can carry signatures of several keys

	verify func(r *http.Request, secret string) error
	// sign is the library's own signer, or crypto/hmac where it has none. With
	// several secrets it signs as the sender does during a rotation.
	sign func(body []byte, at time.Time, secrets ...string) sign.Headers
}

func libraries(t testing.TB) []*library {
	t.Helper()
	all := []*library{
		stripeLibrary(), svixLibrary(t), standardLibrary(t), ed25519Library(t),
		githubLibrary(), githubSHA1Library(), slackLibrary(), paddleLibrary(),
	}
	registry := provider.Open()
	for _, l := range all {
		p, err := registry.Get(l.provider)
		if err != nil {
			t.Fatal(err)
		}
		l.scheme = p.Scheme
	}
	return all
}

func libraryOf(t testing.TB, id string) *library {
	t.Helper()
	for _, l := range libraries(t) {
		if l.provider == id {
			return l
		}
	}
	t.Fatalf("no library for %s", id)
	return nil
}

func sharedKeys(secrets ...string) sign.Keys { return sign.Keys{Secrets: secrets} }

// eventID is part of the signed text where the scheme has one.
const eventID = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"

const eventType = "payment.succeeded"

// side is one of the two signers.
type side struct {
	name string
	sign func(t testing.TB, l *library, body []byte, at time.Time, secrets ...string) *sign.Message
}

func sides() []side { return []side{{"ours", signOurs}, {"theirs", signTheirs}} }

func signOurs(t testing.TB, l *library, body []byte, at time.Time, secrets ...string) *sign.Message {
	t.Helper()
	m, err := l.scheme.Sign(unsigned(body), l.keys(secrets...), sign.Values{Time: at, ID: eventID, Event: eventType})
	if err != nil {
		t.Fatalf("%s: Sign: %v", l.provider, err)
	}
	return m
}

func signTheirs(t testing.TB, l *library, body []byte, at time.Time, secrets ...string) *sign.Message {
	t.Helper()
	m := unsigned(body)
	m.Headers = append(m.Headers, l.sign(body, at, secrets...)...)
	return m
}

// unsigned has a content type because go-github wants one.
func unsigned(body []byte) *sign.Message {
	return &sign.Message{
		Method: http.MethodPost, URL: "http://consumer.test/hook?x=1", Body: body,
		Headers: sign.Headers{{Name: "Content-Type", Value: "application/json"}},
	}
}

// judge returns what the program and the library say about a message that
// came over the wire: "" where they accept it.
func judge(t testing.TB, l *library, m *sign.Message, secret string) (ours, theirs string) {
	t.Helper()
	if v := l.scheme.Verify(message(t, arrive(t, m)), l.keys(secret), time.Now(), nil); !v.OK {
		ours = strings.TrimSpace(v.Reason + " " + v.Detail)
	}
	if err := l.verify(arrive(t, m), secret); err != nil {
		theirs = err.Error()
	}
	return ours, theirs
}

// wantBoth fails unless both accept m, or both refuse it.
func wantBoth(t testing.TB, l *library, m *sign.Message, secret string, accept bool) {
	t.Helper()
	ours, theirs := judge(t, l, m, secret)
	if (ours == "") != accept || (theirs == "") != accept {
		t.Errorf("want both to accept: %t\n ours: %s\ntheirs: %s\n%v", accept, verdict(ours), verdict(theirs), m.Headers)
	}
}

func verdict(refusal string) string {
	if refusal == "" {
		return "accepted"
	}
	return "refused: " + refusal
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

func unix(at time.Time) string { return fmt.Sprint(at.Unix()) }
