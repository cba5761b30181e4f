package contract

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// judge holds what was seen against what is expected.
func (r *run) judge(s *Step, all []*sight, result *StepResult) {
	for _, e := range s.expect {
		if e.counts() {
			if f := e.together(all, r.vars); f != nil {
				result.miss(*f)
			}
			continue
		}
		if len(all) == 0 {
			result.miss(Failure{What: e.label(), Want: "a delivery", Got: "none was made", Line: e.line})
			continue
		}
		for i, seen := range all {
			if f := e.judge(seen, r.vars); f != nil {
				if len(all) > 1 {
					f.What += fmt.Sprintf(" of %d/%d", i+1, len(all))
				}
				result.miss(*f)
				break
			}
		}
	}
	r.judgeUsual(s, all, result)
}

func (r *StepResult) miss(f Failure) {
	r.Status = Fail
	r.Failures = append(r.Failures, f)
}

// judgeUsual is what is right where the step does not say so: a 2xx, and a
// command that does not fail.
func (r *run) judgeUsual(s *Step, all []*sight, result *StepResult) {
	says := func(what string) bool {
		return slices.ContainsFunc(s.expect, func(e *expectation) bool { return e.what == what })
	}
	switch {
	case len(all) != 1:
	case s.Verb == HTTP && !says("status") && !says("error") && (all[0].noResponse || all[0].status/100 != 2):
		result.miss(Failure{What: "status", Want: "2xx", Got: cmp.Or(all[0].err, strconv.Itoa(all[0].status)), Line: s.Line})
	case s.Verb == Exec && !says("exit") && all[0].status != 0:
		result.miss(Failure{What: "exit", Want: "0", Got: strings.TrimSpace(fmt.Sprintf("%d %s", all[0].status, shorten(all[0].stderr))), Line: s.Line})
	}
}

// saveFrom sets the variables of a step that passed: of several deliveries the
// last one's.
func (r *run) saveFrom(s *Step, all []*sight, result *StepResult) {
	if result.Status == Fail {
		return
	}
	for _, v := range s.save {
		if len(all) == 0 {
			result.fail(fmt.Errorf("save %s: there is nothing to save of", v.name))
			return
		}
		value, err := all[len(all)-1].source(v.source)
		if err != nil {
			result.fail(fmt.Errorf("save %s: %w", v.name, err))
			return
		}
		r.vars[v.name] = value
	}
}

// maxBody bounds a body that is read from a file, in bytes.
const maxBody = 32 << 20

// bytes are those of a body.
func (r *run) bytes(n *node) ([]byte, error) {
	text, err := r.File.data(n, r.vars)
	if err != nil {
		return nil, err
	}
	path, isFile := strings.CutPrefix(text, "@")
	if !isFile {
		return []byte(text), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = fmt.Errorf("%s is larger than 32 MiB", path)
	}
	return body, err
}
