package store

import "strings"

// sqlCondition is a condition in SQL that every delivery fulfils which the
// filter chooses, "" where there is none. It lets SQLite pass over what cannot
// match: a delivery costs ten times as much when it is loaded first.
func (f *Filter) sqlCondition() (string, []any) {
	if f == nil || f.root == nil {
		return "", nil
	}
	return sqlOf(f.root)
}

func sqlOf(n node) (string, []any) {
	switch n := n.(type) {
	case allOf:
		return joinSQL(n, " AND ", false)
	case anyOf:
		return joinSQL(n, " OR ", true)
	case term:
		return n.sql()
	}
	return "", nil
}

// joinSQL joins the conditions of parts. With an OR, one part without a
// condition lets everything through.
func joinSQL(parts []node, operator string, all bool) (string, []any) {
	var conditions []string
	var values []any
	for _, part := range parts {
		condition, args := sqlOf(part)
		switch {
		case condition != "":
			conditions, values = append(conditions, condition), append(values, args...)
		case all:
			return "", nil
		}
	}
	if len(conditions) == 0 {
		return "", nil
	}
	return "(" + strings.Join(conditions, operator) + ")", values
}

// sql is the condition of a term whose field is a column. Empty columns are
// NULL, which is neither equal nor unequal to anything.
func (t term) sql() (string, []any) {
	switch t.key {
	case "event", "provider", "endpoint":
		column := map[string]string{"event": "type", "provider": "coalesce(provider, '')", "endpoint": "coalesce(endpoint, '')"}[t.key]
		if t.op == "=" {
			return column + " = ?", []any{t.value}
		}
		if t.op == ":" {
			return globCondition(column, strings.Split(t.value, ","))
		}
	case "status":
		if t.op == ":" && !strings.Contains(t.value, "*") {
			return statusCondition(t.value), nil
		}
		if t.op == "=" {
			return exactly(t.value), nil
		}
	case "verdict", "direction", "trigger":
		if t.op == "=" || t.op == ":" && !strings.Contains(t.value, "*") {
			return t.key + " = ?", []any{t.value}
		}
	case "code":
		return t.rangeSQL("coalesce(code, 0)", t.low, t.high)
	case "size":
		return t.rangeSQL("coalesce(body_size, 0)", t.low, t.high)
	case "seq":
		return t.rangeSQL("seq", t.low, t.high)
	case "since", "until":
		// Beyond these years nanoseconds since 1970 say nothing.
		limit := t.limit()
		if limit.Year() < 1700 || limit.Year() > 2200 {
			return "", nil
		}
		if t.key == "since" {
			return "received_at >= ?", []any{limit.UnixNano()}
		}
		return "(received_at < ? OR received_at IS NULL)", []any{limit.UnixNano()}
	}
	return "", nil
}

func (t term) rangeSQL(column string, low, high int64) (string, []any) {
	switch t.op {
	case ":", "=":
		return column + " BETWEEN ? AND ?", []any{low, high}
	case ">", "<=":
		return column + " " + t.op + " ?", []any{high}
	case "<", ">=":
		return column + " " + t.op + " ?", []any{low}
	}
	return "", nil
}
