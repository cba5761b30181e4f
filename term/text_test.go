package term

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSafe(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"plain", "payment.succeeded ~!", "payment.succeeded ~!"},
		{"accents and CJK", "café 支払い 결제 🎉", "café 支払い 결제 🎉"},
		{"line feed and tab", "a\nb\tc", `a\nb\tc`},
		{"carriage return over a line", "ok\rFAILED", `ok\x0dFAILED`},
		{"clipboard", "\x1b]52;c;cHduZWQ=\x07", `\x1b]52;c;cHduZWQ=\x07`},
		{"C1 as a character", "\u009b2J", `\u009b2J`},
		{"C1 as a byte", "\x9b2J", `\x9b2J`},
		{"not UTF-8", "a\xff\xfeb", `a\xff\xfeb`},
		{"half a character", "a\xe2\x82", `a\xe2\x82`},
		{"surrogate", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"DEL and NUL", "\x7f\x00", `\x7f\x00`},
		{"bidi override", "a\u202eb", `a\u202eb`},
		{"zero width", "a\u200bb\ufeff", `a\u200bb\ufeff`},
		{"line separator", "a\u2028b", `a\u2028b`},
		{"tag", "\U000e0041", `\U000e0041`},
		{"no-break space", "a\u00a0b", `a\u00a0b`},
		{"filler", "a\u3164b", `a\u3164b`},
		{"the mark itself", "a\x0e\\x1b", `a\x0e\x1b`},
		{"four marks stay", "e\u0301\u0302\u0303\u0304", "e\u0301\u0302\u0303\u0304"},
		{"the fifth mark", "e\u0301\u0302\u0303\u0304\u0305", "e\u0301\u0302\u0303\u0304" + `\u0305`},
		{"a mark on nothing", "\u0301a", `\u0301a`},
		{"a mark on an escape", "\x1b\u0301", `\x1b\u0301`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Safe(tt.in).String(); got != tt.want {
				t.Errorf("Safe(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestSafeBody(t *testing.T) {
	got := SafeBody("a\tb\r\nc\x1b[2J\n\u0301d\n")
	want := "a    b\\x0d\nc\\x1b[2J\n\\u0301d\n"
	if got.String() != want {
		t.Errorf("SafeBody = %q, want %q", got.String(), want)
	}
}

func TestCellKeepsOnlyUndisputedWidths(t *testing.T) {
	tests := []struct {
		in, want string
		width    int
	}{
		{"invoice.paid", "invoice.paid", 12},
		{"Zahlung für Łódź", "Zahlung für Łódź", 16},
		{"Оплата", "Оплата", 6},
		{"支払い", "支払い", 6},
		{"🎉", "🎉", 2},
		{"\u2764\ufe0f", `\u2764\ufe0f`, 12},
		{"\U0001f44d\U0001f3fd", "\U0001f44d" + `\U0001f3fd`, 12},
		{"1\ufe0f\u20e3", `1\ufe0f\u20e3`, 13},
		{"\u0928\u093f", `\u0928\u093f`, 12},
		{"e\u0301", `e\u0301`, 7},
		{"\u0634", `\u0634`, 6},
	}
	for _, tt := range tests {
		got := Cell(tt.in)
		if got.String() != tt.want || Width(got) != tt.width {
			t.Errorf("Cell(%q) = %q of width %d, want %q of %d", tt.in, got.String(), Width(got), tt.want, tt.width)
		}
	}
}

// Every control code, cut anywhere and put together from two halves, stays
// what it is: text.
func TestControlCodesAtEverySplit(t *testing.T) {
	codes := []string{
		"\x1b]52;c;YQ==\x07", "\x1b]0;title\x1b\\", "\x1b]8;;http://x\x1b\\", "\x1b[2J", "\x1b[H", "\x1b[?1049h",
		"\x1b[6n", "\x1b[c", "\x1bc", "\x1bP+q544e\x1b\\", "\x1b_G\x1b\\", "\x1b^x\x1b\\", "\x1bX\x1b\\", "\u009b31m", "\x9b31m",
		"\u202e\u2066", "\r\b\v\f\a", "\x1b(0", "\x0e\x0f", "e" + strings.Repeat("\u0301", 40),
	}
	for c := range 0x20 {
		codes = append(codes, string(rune(c)))
	}
	for c := 0x7f; c < 0x100; c++ {
		codes = append(codes, string([]byte{byte(c)}), string(rune(c)))
	}
	for _, code := range codes {
		for i := 0; i <= len(code); i++ {
			for _, p := range []place{line, body, cell} {
				joined := Join(Text{}, escape(code[:i], p, 1<<20), escape(code[i:], p, 1<<20))
				checkPrintable(t, joined, p)
			}
		}
	}
}

func checkPrintable(t *testing.T, text Text, p place) {
	t.Helper()
	s := text.String()
	if !utf8.ValidString(s) {
		t.Fatalf("%q is not UTF-8", s)
	}
	marks := 0
	for _, r := range s {
		switch {
		case r == '\n' && p == body:
			marks = 0
			continue
		case !unicode.IsPrint(r):
			t.Fatalf("%q holds %U", s, r)
		case unicode.Is(unicode.M, r):
			marks++
		default:
			marks = 0
		}
		if marks > maxMarks {
			t.Fatalf("%q holds %d combining marks in a row", s, marks)
		}
	}
	if Egress(s) != s {
		t.Fatalf("Egress changes %q", s)
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range []string{"", "abc", "a\x1b[31mb", "\x0e\\x1b", "\u202e", "e\u0301\u0301\u0301\u0301\u0301", "\xff", "日本"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range []place{line, body, cell} {
			got := escape(s, p, len(s)*10+16)
			checkPrintable(t, got, p)
			if again := escape(got.String(), p, len(s)*100+16).String(); again != got.String() {
				t.Errorf("escaped twice: %q, once: %q", again, got.String())
			}
			if plain(s) == len(s) && got.String() != s {
				t.Errorf("plain text changed: %q to %q", s, got.String())
			}
			if marks := strings.Count(got.s, string(mark)); got.Styled("<", ">") != got.String() && marks == 0 {
				t.Errorf("styled without an escape: %q", got.Styled("<", ">"))
			}
		}
	})
}

func FuzzCut(f *testing.F) {
	f.Add("a\x1b[31mb", 3, "…")
	f.Add("支払い", 5, "~")
	f.Add("e\u0301\u0302x", 2, "")
	f.Fuzz(func(t *testing.T, s string, width int, tail string) {
		width %= 300
		if width < 0 {
			width = -width
		}
		text := Safe(s)
		cut := Truncate(text, width, tail)
		checkPrintable(t, cut, line)
		if Width(cut) > width {
			t.Errorf("Truncate(%q, %d) is %d wide", s, width, Width(cut))
		}
		if Width(text) <= width && cut != text {
			t.Errorf("Truncate(%q, %d) changed what fits: %q", s, width, cut)
		}
		if padded := Pad(text, width, tail); Width(padded) > width || Width(Cell(s)) <= width && Width(Pad(Cell(s), width, tail)) != width {
			t.Errorf("Pad(%q, %d) is %q", s, width, padded)
		}
		var whole strings.Builder
		widest := 0
		for _, l := range Wrap(text, width) {
			checkPrintable(t, l, line)
			if Width(l) > width {
				t.Errorf("Wrap(%q, %d) has %q", s, width, l)
			}
			whole.WriteString(l.String())
		}
		words := WrapWords(text, width)
		for _, l := range words {
			checkPrintable(t, l, line)
			if Width(l) > width {
				t.Errorf("WrapWords(%q, %d) has %q", s, width, l)
			}
		}
		for rest := text.s; rest != ""; {
			size, w := next(rest)
			widest, rest = max(widest, w), rest[size:]
		}
		if widest <= width && whole.String() != text.String() {
			t.Errorf("Wrap(%q, %d) lost something: %q", s, width, whole.String())
		}
	})
}

func TestTruncateAndPad(t *testing.T) {
	tests := []struct {
		in    string
		width int
		tail  string
		want  string
	}{
		{"payment.succeeded", 17, "…", "payment.succeeded"},
		{"payment.succeeded", 10, "…", "payment.s…"},
		{"payment.succeeded", 10, "", "payment.su"},
		{"payment.succeeded", 1, "…", "…"},
		{"payment.succeeded", 0, "…", ""},
		{"支払い", 5, "", "支払"},
		{"支払い", 4, "…", "支…"},
		{"ab\x1b", 5, "", "ab"},
		{"ab\x1b", 6, "", `ab\x1b`},
		{"x", -1, "", ""},
	}
	for _, tt := range tests {
		got := Truncate(Safe(tt.in), tt.width, tt.tail).String()
		if got != tt.want {
			t.Errorf("Truncate(%q, %d, %q) = %q, want %q", tt.in, tt.width, tt.tail, got, tt.want)
		}
	}
	if got := Pad(Safe("支払い"), 5, "").String(); got != "支払 " {
		t.Errorf("Pad fills up to %q, want %q", got, "支払 ")
	}
}

func TestWrapWords(t *testing.T) {
	tests := []struct {
		in    string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"compact JSON: rewritten", 13, []string{"compact JSON:", "rewritten"}},
		{"compact JSON", 8, []string{"compact", "JSON"}},
		{"signature_mismatch", 10, []string{"signature_", "mismatch"}},
		{"a signature_mismatch", 10, []string{"a", "signature_", "mismatch"}},
	}
	for _, tt := range tests {
		var got []string
		for _, l := range WrapWords(Safe(tt.in), tt.width) {
			got = append(got, l.String())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("WrapWords(%q, %d) differs (-want +got):\n%s", tt.in, tt.width, diff)
		}
	}
}

func TestStyledMarksOnlyRealEscapes(t *testing.T) {
	got := Safe(`typed \x1b, real `+"\x1b.").Styled("<", ">")
	if want := `typed \x1b, real <\x1b>.`; got != want {
		t.Errorf("Styled = %q, want %q", got, want)
	}
}

func TestASCII(t *testing.T) {
	for in, want := range map[string]string{"a\x1b": `a\x1b`, "Łódź 🎉": `\u0141\u00f3d\u017a \U0001f389`, "e\u0301": `e\u0301`} {
		if got := ASCII(Safe(in)).String(); got != want {
			t.Errorf("ASCII(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkSafe(b *testing.B) {
	inputs := map[string]string{
		"ascii":  strings.Repeat("payment.succeeded ", 1<<20/18),
		"json":   strings.Repeat("{\"a\":1}\n", 1<<17),
		"cjk":    strings.Repeat("支払い", 1<<20/9),
		"binary": strings.Repeat("\x00\xff\x1b", 1<<20/3),
	}
	for name, in := range inputs {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				if SafeBody(in).Empty() {
					b.Fatal("nothing")
				}
			}
		})
	}
}

func ExampleSafe() {
	fmt.Println(Safe("evt\x1b]0;owned\x07"))
	// Output: evt\x1b]0;owned\x07
}
