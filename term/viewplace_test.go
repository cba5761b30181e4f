package term

import "testing"

func TestRowOfAPointer(t *testing.T) {
	v, err := JSONView([]byte(`{"id":"a","data":{"a/b":{"~":1},"list":[{"x":1},[2,3],4]},"\u00e9":5}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		pointer, want string
		found         bool
	}{
		{"", "{", true},
		{"/id", `"id": "a",`, true},
		{"/data/a~1b/~0", `"~": 1`, true},
		{"/data/list/0/x", `"x": 1`, true},
		{"/data/list/1/1", `3`, true},
		{"/data/list/2", `4`, true},
		{"/é", `"\u00e9": 5`, true},
		{"/data/nothing", `"data": {`, false},
		{"/data/list/9", `"list": [`, false},
		{"/id/deeper", `"id": "a",`, false},
	} {
		row, found := v.Row(tt.pointer)
		if got := v.Rows[row].Text.String(); got != tt.want || found != tt.found {
			t.Errorf("%s is row %q, found %t; want %q, %t", tt.pointer, got, found, tt.want, tt.found)
		}
	}
	if row, found := TextView([]byte("a\nb")).Row("/a"); row != 0 || found {
		t.Error("a text has no places")
	}
}
