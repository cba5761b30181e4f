package sign

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// floatStyle is how a language prints a double: all use the shortest digits
// that read back and differ in where the exponent begins.
type floatStyle struct {
	low, high int  // decimal exponents from low to below high are printed without one
	zero      bool // a whole number gets .0
	mantissa  bool // so does the mantissa before an exponent
	letter    byte
	plus      bool // 1e+16
	twoDigits bool // 1e-05
}

func (f floatStyle) append(out []byte, value float64) []byte {
	digits := strconv.AppendFloat(nil, value, 'e', -1, 64)
	mantissa, exponent, _ := bytes.Cut(digits, []byte{'e'})
	exp, _ := strconv.Atoi(string(exponent))
	if f.low <= exp && exp < f.high || value == 0 {
		start := len(out)
		out = strconv.AppendFloat(out, value, 'f', -1, 64)
		if f.zero && bytes.IndexByte(out[start:], '.') < 0 {
			out = append(out, ".0"...)
		}
		return out
	}
	out = append(out, mantissa...)
	if f.mantissa && bytes.IndexByte(mantissa, '.') < 0 {
		out = append(out, ".0"...)
	}
	out = append(out, f.letter)
	switch {
	case exp < 0:
		out = append(out, '-')
	case f.plus:
		out = append(out, '+')
	}
	if f.twoDigits && -10 < exp && exp < 10 {
		out = append(out, '0')
	}
	return strconv.AppendInt(out, int64(max(exp, -exp)), 10)
}

// wholeNumber is true for a number without fraction and exponent.
func wholeNumber(text string) bool { return !strings.ContainsAny(text, ".eE") }

// sourceNumber keeps a number as it was written.
func sourceNumber(out []byte, text string) []byte { return append(out, text...) }

// javaScriptNumber reads everything as a double; what is beyond one is
// Infinity, which JSON.stringify prints as null.
func javaScriptNumber(out []byte, text string) []byte {
	if printed, err := appendECMANumber(out, text); err == nil {
		return printed
	}
	return append(out, "null"...)
}

// pythonNumber keeps whole numbers of any length and prints floats as repr does.
func pythonNumber(out []byte, text string) []byte {
	style := floatStyle{low: -4, high: 16, zero: true, letter: 'e', plus: true, twoDigits: true}
	return wholeOrFloat(out, text, style, "Infinity")
}

// rubyNumber prints floats as Float#to_s does; JSON.generate refuses infinity.
func rubyNumber(out []byte, text string) []byte {
	style := floatStyle{low: -4, high: 16, zero: true, mantissa: true, letter: 'e', plus: true, twoDigits: true}
	return wholeOrFloat(out, text, style, "")
}

// javaNumber prints doubles as Double.toString does since JDK 19; Jackson
// quotes infinity.
func javaNumber(out []byte, text string) []byte {
	style := floatStyle{low: -3, high: 7, zero: true, mantissa: true, letter: 'E'}
	return wholeOrFloat(out, text, style, "")
}

func wholeOrFloat(out []byte, text string, style floatStyle, infinity string) []byte {
	if wholeNumber(text) {
		if text == "-0" {
			text = "0"
		}
		return append(out, text...)
	}
	value, _ := strconv.ParseFloat(text, 64)
	switch {
	case math.IsInf(value, 1) && infinity != "":
		return append(out, infinity...)
	case math.IsInf(value, -1) && infinity != "":
		return append(append(out, '-'), infinity...)
	case math.IsInf(value, 0):
		return append(out, text...)
	}
	return style.append(out, value)
}

// phpNumber keeps whole numbers of 64 bits and prints the rest with
// serialize_precision -1 (zend_gcvt), without a fraction of zero.
func phpNumber(out []byte, text string) []byte {
	if wholeNumber(text) {
		if _, err := strconv.ParseInt(text, 10, 64); err == nil {
			return append(out, text...) // -0 is a float, and prints like this, too
		}
	}
	value, _ := strconv.ParseFloat(text, 64)
	if math.IsInf(value, 0) {
		return append(out, text...) // json_encode refuses it
	}
	return floatStyle{low: -4, high: 17, mantissa: true, letter: 'e', plus: true}.append(out, value)
}
