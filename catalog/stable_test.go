package catalog

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"
)

var stableCases = []struct {
	name, body string
	want       int
}{
	{"empty object", `{}`, -1},
	{"plain", `{"a":1,"b":[true,null,"x"]}`, -1},
	{"html and line separator", "{\"a\":\"<b>&\u2028\u2029é\"}", -1},
	{"short escapes", `"\b\f\n\r\t\"\\\u0001"`, -1},
	{"half a character", `"\ud83d"`, -1},
	{"large exponents", `[1e+21,1e-7,1.5e+300,-2e-9]`, -1},
	{"just below", `[100000000000000000000,0.000001,-1.25]`, -1},
	{"index keys in order", `{"1":0,"2":0,"b":0,"01":0}`, -1},
	{"space", `{"a": 1}`, 5},
	{"newline at the end", "{}\n", 2},
	{"trailing zero", `{"a":1.0}`, 6},
	{"exponent", `[1e2]`, 2},
	{"capital exponent", `[1E+21]`, 2},
	{"minus zero", `[-0]`, 1},
	{"too many digits", `[9007199254740993]`, 16},
	{"too large", `[1e400]`, 1},
	{"index keys out of order", `{"2":0,"1":0}`, 2},
	{"index key behind a name", `{"a":0,"1":0}`, 2},
	{"needless escape", `"\u00e9"`, 1},
	{"escaped slash", `"\/"`, 1},
	{"escaped pair", `"\ud83d\ude00"`, 1},
	{"capital hex", `"\uD83D"`, 3},
	{"long escape", `"\u000a"`, 2},
	{"key twice", `{"a":1,"a":2}`, 5},
	{"not json", `{`, 0},
	{"nothing", ``, 0},
}

func TestUnstable(t *testing.T) {
	for _, c := range stableCases {
		t.Run(c.name, func(t *testing.T) {
			if got := Unstable([]byte(c.body)); got != c.want {
				t.Errorf("Unstable(%s) = %d, want %d", c.body, got, c.want)
			}
		})
	}
}

func TestBuiltinSamplesAreStable(t *testing.T) {
	eachType(t, func(t *testing.T, et *EventType) {
		for _, e := range et.Examples {
			if i := Unstable(e.Payload); i >= 0 {
				t.Errorf("example %s would change from %q on", e.Name, e.Payload[i:])
			}
		}
	})
}

// TestStableInNode asks a real JavaScript engine about all samples and cases.
func TestStableInNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: the rules are tested without it")
	}
	var bodies []string
	var want []bool
	for _, c := range stableCases {
		bodies, want = append(bodies, c.body), append(want, c.want < 0)
	}
	for _, c := range builtinCatalogs(t) {
		for _, et := range c.Types {
			for _, e := range et.Examples {
				bodies, want = append(bodies, string(e.Payload)), append(want, true)
			}
		}
	}
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	if err := enc.Encode(bodies); err != nil {
		t.Fatal(err)
	}
	const script = `let s="";process.stdin.on("data",d=>s+=d).on("end",()=>console.log(JSON.stringify(JSON.parse(s).map(
		b=>{try{return JSON.stringify(JSON.parse(b))===b}catch(e){return false}}))))`
	cmd := exec.CommandContext(t.Context(), node, "-e", script)
	cmd.Stdin = &lines
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []bool
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for i := range bodies {
		if got[i] != want[i] {
			t.Errorf("node: stable is %v, want %v: %s", got[i], want[i], bodies[i])
		}
	}
}
