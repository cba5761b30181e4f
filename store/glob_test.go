package store

import "testing"

func TestMatchGlobs(t *testing.T) {
	tests := []struct {
		globs []string
		name  string
		want  bool
	}{
		{nil, "", true},
		{nil, "payment.succeeded", true},
		{[]string{"*"}, "", true},
		{[]string{"all"}, "payment", true},
		{[]string{"payment"}, "payment", true},
		{[]string{"payment"}, "payment.failed", false},
		{[]string{"payment.*"}, "payment.refund.created", true},
		{[]string{"payment.*"}, "payment", false},
		{[]string{"payment.*"}, "Payment.x", false},
		{[]string{"*.created"}, "a/b.created", true},
		{[]string{"a*b*c"}, "abbc", true},
		{[]string{"a*b*c"}, "acb", false},
		{[]string{"ab*ba"}, "aba", false},
		{[]string{"a**a"}, "aa", true},
		{[]string{"[a]?"}, "[a]?", true},
		{[]string{"[a]?"}, "ab", false},
		{[]string{"payment.*", "!payment.failed"}, "payment.failed", false},
		{[]string{"!payment.failed", "payment.*"}, "payment.paid", true},
		{[]string{"!payment.failed"}, "invoice.paid", true},
		{[]string{"!payment.failed"}, "payment.failed", false},
		{[]string{""}, "", true},
		{[]string{""}, "x", false},
	}
	for _, test := range tests {
		if got := MatchGlobs(test.globs, test.name); got != test.want {
			t.Errorf("MatchGlobs(%q, %q) = %v, want %v", test.globs, test.name, got, test.want)
		}
	}
}
