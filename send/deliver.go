package send

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// Deliver sends one event to one target with a single attempt and records it:
// the delivery before the exchange, so that one which is cut short is found
// again as interrupted, and the attempt after it. d brings Event and Trigger;
// Deliver fills in the rest. The error is the store's; how the attempt went is
// in d.
func (c *Client) Deliver(ctx context.Context, st *store.Store, d *store.Delivery, t Target, out Outgoing, b provider.Behaviour) error {
	return c.DeliverJudged(ctx, st, d, t, out, func(a *store.Attempt) Outcome { return Judge(b, a) })
}

// DeliverJudged is Deliver for a request of which something else than an
// acknowledgement is wanted: judge says what its attempt means.
func (c *Client) DeliverJudged(ctx context.Context, st *store.Store, d *store.Delivery, t Target, out Outgoing, judge func(*store.Attempt) Outcome) error {
	d.Direction = store.Out
	d.Destination = t.String()
	d.ReceivedAt = c.opts.Now().UTC()
	d.Request = Recorded(out)
	d.Status = store.Delivering
	if err := st.Append(d).Wait(ctx); err != nil {
		return err
	}
	exchange := c.Attempt(ctx, t, out)
	exchange.Close()
	attempt := exchange.Attempt(1, d.Trigger)
	d.Attempts = append(d.Attempts, attempt)
	d.Request.Headers = exchange.Sent
	d.Status, d.StatusReason = settle(judge(&attempt))
	// The attempt was made: that it was belongs into the record even if the
	// user has just interrupted the command.
	save, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordLimit)
	defer cancel()
	return st.Save(d).Wait(save)
}

// recordLimit bounds the writing of what has already happened.
const recordLimit = 10 * time.Second

// settle is the state of a delivery that has no schedule.
func settle(o Outcome) (status, reason string) {
	switch o {
	case Success:
		return store.Succeeded, ""
	case Gone, Aborted:
		return store.Failed, string(o)
	default:
		return store.Failed, "one_attempt"
	}
}

// Recorded is a request as it goes into the record.
func Recorded(out Outgoing) store.Request {
	contentType, _ := out.Headers.Get("Content-Type")
	sum := sha256.Sum256(out.Body)
	return store.Request{
		Method:      out.Method,
		Target:      out.RequestTarget,
		Headers:     out.Headers,
		Body:        out.Body,
		BodySize:    int64(len(out.Body)),
		BodySHA256:  hex.EncodeToString(sum[:]),
		ContentType: contentType,
	}
}
