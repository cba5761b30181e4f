package term

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"
)

func packed(t testing.TB, b []byte, open func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var out bytes.Buffer
	w := open(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func openGzip(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
func openZlib(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
func openFlate(w io.Writer) io.WriteCloser {
	f, _ := flate.NewWriter(w, flate.BestSpeed)
	return f
}

func TestDecode(t *testing.T) {
	plain := []byte(`{"type":"invoice.paid"}`)
	zipped := packed(t, plain, openGzip)
	tests := []struct {
		name, encoding string
		in, want       []byte
		note           string
	}{
		{"none", "", plain, plain, ""},
		{"identity", "Identity", plain, plain, ""},
		{"gzip", "gzip", zipped, plain, ""},
		{"deflate", "deflate", packed(t, plain, openZlib), plain, ""},
		{"deflate without its frame", "deflate", packed(t, plain, openFlate), plain, ""},
		{"twice", "gzip, x-gzip", packed(t, zipped, openGzip), plain, ""},
		{"a lie", "gzip", plain, plain, "gzip: invalid header, shown as received"},
		{"half", "gzip", zipped[:len(zipped)-6], zipped[:len(zipped)-6], "unexpected EOF"},
		{"unknown", "b\x1br", plain, plain, `content-encoding b\x1br: not known here`},
		{"too many", "gzip,gzip,gzip,gzip,gzip", zipped, zipped, "too many codings"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, note := Decode(tt.in, tt.encoding)
			if !bytes.Equal(got, tt.want) {
				t.Errorf("Decode = %q, want %q", got, tt.want)
			}
			if !strings.Contains(note.String(), tt.note) || tt.note == "" && !note.Empty() {
				t.Errorf("note is %q, want %q", note, tt.note)
			}
		})
	}
}

func TestDecodeIsBounded(t *testing.T) {
	bomb := packed(t, make([]byte, 64<<20), openGzip)
	got, note := Decode(bomb, "gzip")
	if len(got) != maxDecoded || note.Empty() {
		t.Errorf("%d bytes, note %q", len(got), note)
	}
	small := packed(t, make([]byte, 1<<20), openGzip)
	got, note = Decode(small, "gzip")
	if len(got) != len(small)*maxRatio || note.Empty() {
		t.Errorf("%d bytes out of %d, note %q", len(got), len(small), note)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x1f\x8b\x08"), "gzip,deflate")
	f.Fuzz(func(t *testing.T, b []byte, encoding string) {
		got, note := Decode(b, encoding)
		if len(got) > max(maxDecoded, len(b)) {
			t.Errorf("%d bytes out of %d", len(got), len(b))
		}
		checkPrintable(t, note, line)
	})
}
