package sign

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// encoding is how the bytes of a signature are written.
type encoding string

const (
	encNone      encoding = ""
	encHex       encoding = "hex"
	encBase64    encoding = "base64"
	encBase64URL encoding = "base64url"
)

func parseEncoding(name string) (encoding, error) {
	switch e := encoding(name); e {
	case encNone, encHex, encBase64, encBase64URL:
		return e, nil
	}
	return "", &UnknownError{What: "encoding", Word: name, Known: []string{"hex", "base64", "base64url"}}
}

func (e encoding) encode(b []byte) string { return string(e.append(nil, b)) }

// append writes b behind dst.
func (e encoding) append(dst, b []byte) []byte {
	switch e {
	case encHex:
		return hex.AppendEncode(dst, b)
	case encBase64:
		return base64.StdEncoding.AppendEncode(dst, b)
	case encBase64URL:
		return base64.RawURLEncoding.AppendEncode(dst, b)
	}
	return append(dst, b...)
}

// decode appends the bytes that text stands for to dst. Hex may be in either
// case; base64 is strict, its padding is optional.
func (e encoding) decode(dst []byte, text string) ([]byte, bool) {
	var err error
	switch e {
	case encHex:
		dst, err = hex.AppendDecode(dst, []byte(text))
	case encBase64:
		dst, err = decodeBase64(dst, base64.RawStdEncoding, text)
	case encBase64URL:
		dst, err = decodeBase64(dst, base64.RawURLEncoding, text)
	default:
		dst = append(dst, text...)
	}
	return dst, err == nil
}

// decodeBase64 refuses set bits after the last byte and line breaks, which
// the standard library's decoder skips: Sanity's own tests hold a wrong
// signature that differs from the right one in such a bit only.
func decodeBase64(dst []byte, raw *base64.Encoding, text string) ([]byte, error) {
	if i := strings.IndexAny(text, "\r\n"); i >= 0 {
		return dst, base64.CorruptInputError(i)
	}
	if len(text)%4 == 0 {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "="), "=")
	}
	return raw.Strict().AppendDecode(dst, []byte(text))
}
