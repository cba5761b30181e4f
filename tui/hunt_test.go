package tui

import (
	"strings"
	"testing"
)

// withBody is a store with one delivery of this body.
func withBody(t *testing.T, body string) *screen {
	d := samples()[0]
	d.Request.Body = []byte(body)
	return newScreen(t, 80, 24, nil, d)
}

// under is the line of the body that the cursor is on.
func (s *screen) under() string {
	t := &s.detail
	b := t.body()
	if at := t.cursor[t.tab] - len(t.lines); at >= 0 && at < len(b.lines) {
		return b.lines[at].text.String()
	}
	return ""
}

func (s *screen) find(words string) {
	s.press("/")
	s.write(words)
	s.press("enter")
}

func TestSearchInABody(t *testing.T) {
	s := withBody(t, `{"a":"Needle","b":{"needle":1,"c":[{"d":"needle"}]}}`)
	s.press("enter", "]", "H")
	s.find("needle")
	s.contains("needle 1 of 3")
	if s.under() != `"a": "Needle",` {
		t.Errorf("on %q", s.under())
	}
	s.press("n")
	if s.under() != `"needle": 1,` { // it was folded
		t.Errorf("on %q", s.under())
	}
	s.press("n")
	s.contains("needle 3 of 3")
	s.press("n")
	s.contains("needle 1 of 3")
	s.press("N")
	if s.under() != `"d": "needle"` {
		t.Errorf("backwards on %q", s.under())
	}
	s.find("Needle")
	s.contains("Needle 1 of 1") // capitals count once there is one
	s.find("nowhere")
	s.contains("not here: nowhere")
	s.press("esc")
	if s.focus != inDetail {
		t.Error("esc leaves before the search is forgotten")
	}
	s.press("n")
	s.contains("/ searches here")
}

func TestSearchInTextAndInOtherTabs(t *testing.T) {
	s := withBody(t, strings.Repeat("line\n", 100)+"the needle\n"+strings.Repeat("line\n", 10))
	s.press("enter")
	s.find("sha256")
	s.contains("sha256 1 of 1")
	s.press("]")
	s.find("needle")
	if s.under() != "the needle" {
		t.Errorf("on %q", s.under())
	}
	s.contains("the needle")
	if !strings.Contains(s.view(), underline) {
		t.Error("what was found is not marked")
	}
}

func TestFilterByThisValue(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("g", "f")
	if s.bar.text != "event=payment.succeeded" || s.list.len() != 1 {
		t.Errorf("the filter is %q, %d are shown", s.bar.text, s.list.len())
	}
	s.press("esc")
	s.open(1276)
	s.press("]")
	s.find(`"id"`)
	s.press("f")
	if s.bar.text != "body.id=evt_sample76" || s.list.len() != 1 || s.focus != inList {
		t.Errorf("the filter is %q, %d are shown", s.bar.text, s.list.len())
	}
	s.open(1276)
	s.press("[", "]", "G", "f") // the last bracket is of the whole
	if !strings.Contains(s.note.text.String(), "holds several") {
		t.Errorf("said %q", s.note.text)
	}
}

// Whatever a value is, the filter that f makes takes its delivery.
func TestFilterByThisTakesWhatItWasMadeOf(t *testing.T) {
	for _, body := range []string{
		`{"a":"two words"}`, `{"a":"\"quoted\" \\ back"}`, `{"a":5}`, `{"a":null}`, `{"a":true}`, `{"a":""}`, `{"a":"x:y=z"}`,
		`{"a.b":"dot"}`, `{"a":{"a":["x",{"y":"deep"}]}}`, `{"a":"(a|b) -c"}`, `{"a":"é"}`,
	} {
		s := withBody(t, body)
		s.press("enter", "]", "G")
		for range 10 {
			if v, ok := s.valueHere(); ok && v.plain {
				break
			}
			s.press("k")
		}
		s.press("f")
		if s.bar.inForce == nil || s.list.len() != 1 {
			t.Errorf("%s: the filter %q shows %d, said %q", body, s.bar.text, s.list.len(), s.note.text)
		}
	}
}

func TestGoOnPastACut(t *testing.T) {
	s := withBody(t, strings.Repeat("a line\n", 12_000)+"the end")
	s.press("enter", "]", ".")
	s.contains("from byte 35,000 on")
	s.press(".")
	s.press("G")
	s.contains("the end")
	s.press(".")
	s.contains("from the beginning")
	s.press("v", "v", ".")
	s.contains("from byte 80,000 on")
	s = withBody(t, "short")
	s.press("enter", "]", ".")
	s.contains("nothing was cut")
}

func TestSearchInTheHelp(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("?")
	s.find("suspend")
	s.contains("ctrl+z")
	if strings.Contains(s.text(), "half a page") {
		t.Errorf("the help shows all keys:\n%s", s.text())
	}
	s.press("esc", "?")
	s.contains("half a page")
}
