package store

import "strings"

// MatchGlobs tells whether name is wanted by globs. In a glob `*` stands for
// any run of characters, dots and slashes included; everything else is
// literal, and case counts. A glob with a leading ! excludes. A name is wanted
// when some glob matches it and no excluding one does; an empty list, or one
// that only excludes, wants everything else. `all` is `*`.
func MatchGlobs(globs []string, name string) bool {
	wanted, positive := false, false
	for _, glob := range globs {
		if exclude, ok := strings.CutPrefix(glob, "!"); ok {
			if matchGlob(exclude, name) {
				return false
			}
			continue
		}
		positive = true
		wanted = wanted || matchGlob(glob, name)
	}
	return wanted || !positive
}

func matchGlob(glob, name string) bool {
	if glob == "all" {
		return true
	}
	part, more, star := strings.Cut(glob, "*")
	if !star {
		return glob == name
	}
	rest, ok := strings.CutPrefix(name, part)
	if !ok {
		return false
	}
	// The first place that fits each middle part is as good as any later one.
	for {
		part, more, star = strings.Cut(more, "*")
		if !star {
			return strings.HasSuffix(rest, part)
		}
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
}
