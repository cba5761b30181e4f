package provider

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func deliveryFields() []field {
	return []field{
		{"user_agent", setText(func(b *builder) *string { return &b.profile.UserAgent })},
		{"catalog", setText(func(b *builder) *string { return &b.profile.Catalog })},
		{"wire_id", func(b *builder, v value) error {
			text, err := v.text()
			if err == nil {
				b.profile.WireID, err = ParseWireID(text)
			}
			return v.wrap(err)
		}},
		{"secret", setWord(func(b *builder) *string { return &b.profile.Secret }, "secret", "generated", "supplied", "either")},
		{"secret_format", func(b *builder, v value) error {
			text, err := v.text()
			if err == nil {
				b.profile.SecretFormat, err = ParseSecretFormat(text)
			}
			return v.wrap(err)
		}},
		{"rotation_grace", setDuration(func(b *builder) *time.Duration { return &b.profile.RotationGrace })},
		{"max_endpoints", setNumber(func(b *builder) *int { return &b.profile.MaxEndpoints })},
		{"https", setWord(func(b *builder) *string { return &b.profile.HTTPS }, "https", "required", "optional")},
		{"timeout", setDuration(func(b *builder) *time.Duration { return &b.profile.Timeout })},
		{"ack", setAck},
		{"shows_channels", setFlag(func(b *builder) *bool { return &b.profile.ShowsChannels })},
		{"on_disabled", setWord(func(b *builder) *string { return &b.profile.OnDisabled }, "on_disabled", "queue", "drop")},
		{"on_paused", setWord(func(b *builder) *string { return &b.profile.OnPaused }, "on_paused", "hold", "drop")},
	}
}

func failureFields() []field {
	return []field{
		{"conflict_interval", setDuration(func(b *builder) *time.Duration { return &b.profile.ConflictInterval })},
		{"retries", setRetries},
		{"jitter", setJitter},
		{"retry_after", setWord(func(b *builder) *string { return &b.profile.RetryAfter }, "retry_after", "obey", "clamp", "ignore")},
		{"overload_min", setDuration(func(b *builder) *time.Duration { return &b.profile.OverloadMin })},
		{"gone_disables", setFlag(func(b *builder) *bool { return &b.profile.GoneDisables })},
		{"receiver_control", setFlag(func(b *builder) *bool { return &b.profile.ReceiverControl })},
		{"pause_after", setNumber(func(b *builder) *int { return &b.profile.PauseAfter })},
		{"disable_after", setDuration(func(b *builder) *time.Duration { return &b.profile.DisableAfter })},
	}
}

func setDuration(to func(*builder) *time.Duration) func(*builder, value) error {
	return func(b *builder, v value) (err error) {
		*to(b), err = v.duration()
		return err
	}
}

func setNumber(to func(*builder) *int) func(*builder, value) error {
	return func(b *builder, v value) (err error) {
		*to(b), err = v.number()
		return err
	}
}

// setAck reads status codes and classes of them.
func setAck(b *builder, v value) error {
	form := regexp.MustCompile(`^([1-5]xx|[1-5][0-9][0-9])$`)
	b.profile.Ack = nil
	var wrong []error
	for _, item := range v.items() {
		text, ok := item.scalar("!!str", "!!int")
		if !ok || !form.MatchString(text) {
			wrong = append(wrong, item.error("want a status such as 200 or a class such as 2xx"))
		}
		b.profile.Ack = append(b.profile.Ack, text)
	}
	if len(b.profile.Ack) == 0 {
		return v.error("nothing would acknowledge a delivery")
	}
	return errors.Join(wrong...)
}

// Acknowledges reports whether an answer with this status ends a delivery
// well.
func (b *Behaviour) Acknowledges(status int) bool {
	text := strconv.Itoa(status)
	for _, ack := range b.Ack {
		if ack == text || len(text) == 3 && ack == text[:1]+"xx" {
			return true
		}
	}
	return false
}

// maxRetries is far beyond every known schedule.
const maxRetries = 1000

// setRetries reads delays, each of which may be repeated: 10x1h.
func setRetries(b *builder, v value) error {
	b.profile.Retries = nil
	var wrong []error
	for _, item := range v.items() {
		d, n, err := item.delays()
		if wrong = append(wrong, err); len(b.profile.Retries)+n > maxRetries {
			return v.error("more than 1000 retries")
		}
		b.profile.Retries = append(b.profile.Retries, slices.Repeat([]time.Duration{d}, n)...)
	}
	return errors.Join(wrong...)
}

// delays reads one delay and how often it is waited for.
func (v value) delays() (d time.Duration, n int, err error) {
	text, err := v.text()
	if err != nil {
		return 0, 0, err
	}
	times, each, ok := strings.Cut(text, "x")
	if !ok {
		times, each = "1", text
	}
	n, bad := strconv.Atoi(times)
	d, err = time.ParseDuration(each)
	if bad != nil || err != nil || n < 1 || n > maxRetries || d < 0 {
		return 0, 0, v.error("want a delay such as 5m, or 10x1h for ten of them")
	}
	return d, n, nil
}

func setJitter(b *builder, v value) error {
	if text, ok := v.scalar("!!int"); ok && text == "0" {
		b.profile.Jitter = 0
		return nil
	}
	text, ok := v.scalar("!!str")
	digits, percent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(digits, 64)
	if !ok || !percent || err != nil || !(0 <= n && n <= 100) {
		return v.error("want a percentage such as 20%")
	}
	b.profile.Jitter = n / 100
	return nil
}
