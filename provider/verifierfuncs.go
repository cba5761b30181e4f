package provider

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// funcs are what the templates call. What a reader needs to be told of the plan
// as a whole has no argument: the dot is somewhere inside of it, mostly.
func (v *verifier) funcs(body *string) map[string]any {
	return map[string]any{
		"quote":  v.quote,
		"snake":  snake,
		"camel":  v.camel,
		"lower":  strings.ToLower,
		"fields": strings.Fields,
		"list":   func(items ...any) []any { return items },
		"has":    slices.Contains[[]string],
		"base":   path.Base,
		"ext":    func(name string) string { return name[strings.LastIndexByte(name, '.')+1:] },

		"uses":    func(name string) bool { return usesName(*body, name) },
		"include": func() string { return *body },

		"needs":      v.Uses,
		"public":     v.Public,
		"checked":    v.Checked,
		"several":    v.Several,
		"now":        v.Now,
		"method":     v.Method,
		"url":        v.URL,
		"jsonFields": v.Fields,
		"queries":    v.Queries,
		"many":       signature.Many,
		"fieldName":  term.FieldName,
		"seconds":    seconds,
	}
}

// seconds is a time in milliseconds as every language writes it: 300, 2.5.
func seconds(millis int64) string {
	return strconv.FormatFloat(float64(millis)/1000, 'f', -1, 64)
}
