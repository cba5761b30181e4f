package interop

import (
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// testSignAndVerify: the headers that `hooks sign` prints are good for the
// library, and those of the library for `hooks verify`.
func testSignAndVerify(t *testing.T, p *program) {
	for _, l := range libraries(t) {
		t.Run(l.provider, func(t *testing.T) {
			signed := p.run(t, []byte(aBody), "sign", "--provider", l.provider, "--secret", l.secret, "--id", eventID, "--event", eventType)
			signed.wantCode(t, 0)
			m := unsigned([]byte(aBody))
			m.Headers = append(m.Headers, printed(signed.stdout)...)
			wantBoth(t, l, m, l.secret, true)

			good := signTheirs(t, l, []byte(aBody), time.Now(), l.secret)
			args := append([]string{"verify", "--provider", l.provider}, listenKeys(l)...)
			for _, h := range good.Headers {
				args = append(args, "-H", h.Name+": "+h.Value)
			}
			p.run(t, []byte(aBody), args...).wantCode(t, 0)
			p.run(t, []byte(aBody+"\n"), args...).wantCode(t, 1)
		})
	}
}

// printed are the headers of `hooks sign`, one a line.
func printed(text string) sign.Headers {
	var headers sign.Headers
	for l := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSuffix(l, "\n"), ": "); ok {
			headers = append(headers, sign.Header{Name: name, Value: value})
		}
	}
	return headers
}
