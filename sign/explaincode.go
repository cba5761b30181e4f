package sign

// closed says of a scheme in code what its verdict says: there is no text of
// which variants could be tried.
func (x *explainer) closed() Explanation {
	v := x.verdict
	e := Explanation{Tried: x.tried, Truncated: x.truncated, Class: reasonClass(v.Reason), Summary: v.Detail, Fix: reasonFix(v.Reason)}
	x.finish(&e)
	return e
}

// reasonClass is the class that a reason by itself points to.
func reasonClass(reason string) string {
	switch reason {
	case URLMismatch:
		return ClassURL
	case BodyHashMismatch:
		return ClassBody
	case UnsupportedAlg:
		return ClassAlgorithm
	case TimestampTooOld, TimestampTooNew, BadTimestamp:
		return ClassTimestamp
	case SignatureMismatch, UnknownKey, NoSecret, EmptySecret, BadSecret, UntrustedCert:
		return ClassSecret
	case BadPrefix:
		return ClassPrefix
	}
	return ClassHeader
}

// reasonFix is what to do about a reason.
func reasonFix(reason string) string {
	switch reasonClass(reason) {
	case ClassURL:
		return "name the public URL as the sender knows it (--url), letter for letter"
	case ClassBody:
		return "verify the raw bytes of the request"
	case ClassAlgorithm:
		return "look at which key and algorithm the sender was set up with"
	case ClassTimestamp:
		return "look at both clocks, or allow more with --tolerance"
	case ClassSecret:
		return "use the key that the sender uses"
	}
	return "send the headers that the scheme asks for"
}
