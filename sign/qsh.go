package sign

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// value is the hash of method, path and query that Atlassian's tokens carry.
func (t *jwt) value(_ string, m *Message) ([]byte, outcome) {
	sum := sha256.Sum256([]byte(canonicalRequest(m)))
	return hex.AppendEncode(nil, sum[:]), rendered
}

// canonicalRequest is what Atlassian hashes: the method, the path without its
// last slash, and the query's fields sorted, those of one name joined with
// commas. A token inside the query is not part of it.
// developer.atlassian.com/cloud/jira/software/understanding-jwt.
func canonicalRequest(m *Message) string {
	path := strings.ReplaceAll(pathOf(m.URL), "&", "%26")
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	values, keys := map[string][]string{}, []string{}
	for _, p := range parsePairs(queryOf(m)) {
		if p.key != "jwt" {
			key := escapeAllBut(p.key, "-._~")
			if values[key] == nil {
				keys = append(keys, key)
			}
			values[key] = append(values[key], escapeAllBut(p.value, "-._~"))
		}
	}
	slices.Sort(keys)
	items := make([]string, len(keys))
	for i, key := range keys {
		slices.Sort(values[key])
		items[i] = key + "=" + strings.Join(values[key], ",")
	}
	return strings.ToUpper(m.Method) + "&" + path + "&" + strings.Join(items, "&")
}
