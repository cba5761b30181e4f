package sign

import (
	"net/http"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// FuzzStandardOracle holds Sign and Verify to the official library, both ways.
func FuzzStandardOracle(f *testing.F) {
	s, err := New(standardSpec())
	if err != nil {
		f.Fatal(err)
	}
	oracle, err := standardwebhooks.NewWebhook(testSecret)
	if err != nil {
		f.Fatal(err)
	}
	k := Keys{Secrets: []string{testSecret}}
	f.Add("msg_p5jXN8AQM9LWM0D4loKWxJek", []byte(testBody), []byte("v1,"))
	f.Add("m", []byte("\x00\xff\r\n"), []byte("v1,AAAA v2,BBBB"))
	f.Fuzz(func(t *testing.T, id string, body, junk []byte) {
		m, err := s.Sign(&Message{Body: body}, k, Values{ID: id, Time: testTime})
		if err != nil || id != trim(id) {
			return
		}
		ours := value(m, "webhook-signature")
		theirs, err := oracle.Sign(id, testTime, body)
		if err != nil || ours != theirs {
			t.Fatalf("Sign = %s, the library %s, %v", ours, theirs, err)
		}
		h := http.Header{}
		for _, line := range m.Headers {
			h.Set(line.Name, line.Value)
		}
		if err := oracle.VerifyIgnoringTimestamp(body, h); err != nil {
			t.Fatalf("the library refuses our message: %v", err)
		}
		h.Set("webhook-signature", string(junk))
		refuses := oracle.VerifyIgnoringTimestamp(body, h) != nil
		if ok := s.Verify(with(m, "webhook-signature", string(junk)), k, testTime, nil).OK; ok && refuses {
			t.Fatalf("%q is valid, and not for the library", junk)
		}
	})
}
