package term

// HexView prepares a body as offset, bytes and the printable ones as ASCII,
// with perRow bytes a row (16 take 77 columns, 8 take 43, 4 take 26).
func HexView(b []byte, perRow int) View {
	v := View{Form: FormHex}
	perRow = max(perRow, 1)
	for at := 0; at < len(b); at += perRow {
		row := hexRow(at, b[at:min(at+perRow, len(b))], perRow)
		if !v.add(row, line, 0) {
			v.cut(at, len(b))
			break
		}
	}
	return v
}

func hexRow(at int, b []byte, perRow int) string {
	row := make([]byte, 0, 12+4*perRow)
	for shift := 28; shift >= 0; shift -= 4 {
		row = append(row, hexDigits[at>>shift&15])
	}
	row = append(row, ' ')
	for i := range perRow {
		if i%8 == 0 {
			row = append(row, ' ')
		}
		if i < len(b) {
			row = append(row, hexDigits[b[i]>>4], hexDigits[b[i]&15], ' ')
		} else {
			row = append(row, "   "...)
		}
	}
	row = append(row, ' ')
	for _, c := range b {
		if c < 0x20 || c > 0x7e {
			c = '.'
		}
		row = append(row, c)
	}
	return string(row)
}
