package sign

import (
	"fmt"
	"regexp"
	"strings"
)

// snsVersions are the values of SignatureVersion, each with the algorithm it
// means: an index into the file's list.
var snsVersions = [...]string{"1", "2"}

// sns signs some members of its JSON, each as a line with its name and a line
// with its value. The file has them all; here is what it cannot say: that the
// version in the body chooses the algorithm, where the certificate may be, and
// that no value may run on into the next line.
// aws/aws-php-sns-message-validator src/MessageValidator.php.
type sns struct {
	template
	host *regexp.Regexp
}

func newSNS(s *Scheme) (coded, error) {
	if len(s.algs) != len(snsVersions) {
		return nil, specError("alg", "needs the algorithms of versions 1 and 2")
	}
	return sns{template{s}, regexp.MustCompile(`^sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?$`)}, nil
}

// snsLines are the members that are one line of the signed text. Message, the
// first, may be any text: nothing stands before it that it could be part of.
func snsLines() []string {
	return []string{"MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
}

func (t sns) inspect(m *Message) fault {
	if !hasMember(m, "Signature") {
		return fault{MissingSignature, "no json.Signature"}
	}
	for _, name := range []string{"SignatureVersion", "SigningCertURL"} {
		if found, _ := findJSON(m.Body, path{name}); found.ambiguous {
			return fault{MalformedHeader, "ambiguous: " + name + " occurs twice"}
		}
	}
	if f := certificateURL(member(m, "SigningCertURL"), t.host.MatchString, ".pem"); f.bad() {
		return f
	}
	if version := member(m, "SignatureVersion"); snsAlgorithm(version) < 0 {
		return fault{Unsupported, fmt.Sprintf("SignatureVersion is %q, not 1 or 2", clip(version))}
	}
	return snsShape(m)
}

// snsShape refuses a message whose text could be that of another one.
func snsShape(m *Message) fault {
	for _, name := range []string{"Message", "MessageId", "TopicArn", "Type"} {
		if !hasMember(m, name) {
			return fault{MalformedHeader, "the body has no " + name}
		}
	}
	for _, name := range snsLines() {
		if strings.Contains(member(m, name), "\n") {
			return fault{MalformedHeader, name + " contains a line end, which ends it in the signed text"}
		}
	}
	return fault{}
}

func snsAlgorithm(version string) int {
	for i, v := range snsVersions {
		if v == version {
			return i
		}
	}
	return -1
}

func (t sns) match(j *judgement) fault {
	if len(j.keys.Public)+len(j.keys.Secrets) == 0 {
		return fault{NoSecret, "no certificate is known; the message names " + clipURL(member(j.fill.m, "SigningCertURL"))}
	}
	public, f := trustedKeys(j.keys.Public, j.now, nil)
	if f.bad() {
		return f
	}
	j.keys.Public = public
	for i := range j.sigs {
		j.sigs[i].alg = snsAlgorithm(member(j.fill.m, "SignatureVersion"))
	}
	return t.template.match(j)
}

// prepare adds what a message of SNS says about its signature where it does
// not say so yet, and the headers that repeat type and id.
func (t sns) prepare(w *writer) (err error) {
	for _, m := range []struct{ name, param string }{
		{"SignatureVersion", "signature_version"}, {"SigningCertURL", "signing_cert_url"},
	} {
		if hasMember(w.out, m.name) {
			continue
		}
		if w.params[m.param] == "" {
			return &MissingValueError{What: paramPrefix + m.param}
		}
		if w.out.Body, err = setJSON(w.out.Body, path{m.name}, quoteJSON(w.params[m.param])); err != nil {
			return fmt.Errorf("sign: %w", err)
		}
	}
	version := member(w.out, "SignatureVersion")
	if w.alg = snsAlgorithm(version); w.alg < 0 {
		return fmt.Errorf("sign: SignatureVersion is %q, not 1 or 2", clip(version))
	}
	if w.out.Body, err = setJSON(w.out.Body, path{"Signature"}, `""`); err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	if f := snsShape(w.out); f.bad() {
		return fmt.Errorf("sign: %s", f.detail)
	}
	w.putNamed("x-amz-sns-message-type", member(w.out, "Type"))
	w.putNamed("x-amz-sns-message-id", member(w.out, "MessageId"))
	return nil
}

// member is the text of a member of the body's object, "" without.
func member(m *Message, name string) string {
	t, ok := findJSON(m.Body, path{name})
	if !ok || !t.found {
		return ""
	}
	return string(jsonText(m.Body[t.start:t.end]))
}

func hasMember(m *Message, name string) bool {
	t, ok := findJSON(m.Body, path{name})
	return ok && t.found
}

// clipURL keeps a URL that is to be copied whole, within reason.
func clipURL(text string) string {
	const most = 300
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}
