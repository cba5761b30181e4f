package interop

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	paddle "github.com/PaddleHQ/paddle-go-sdk/v4"
	"github.com/PaddleHQ/paddle-go-sdk/v4/pkg/paddlenotification"
	"github.com/google/go-github/v74/github"
	"github.com/slack-go/slack/slackevents"
	"github.com/stripe/stripe-go/v83"
	"github.com/stripe/stripe-go/v83/webhook"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/sign"
)

// readers take a whole request as a consumer does: they verify it, decode it
// and say which event it was.
func readers() map[string]func(r *http.Request, secret string) (event string, err error) {
	return map[string]func(r *http.Request, secret string) (string, error){
		"stripe": readStripe, "github": readGitHub, "slack": readSlack, "paddle": readPaddle,
	}
}

// TestSamples: every built-in event of a sender whose library decodes events is
// one that the library decodes.
func TestSamples(t *testing.T) {
	set := catalog.Open()
	for id, read := range readers() {
		l := libraryOf(t, id)
		types, err := set.ForProvider(id)
		if err != nil || len(types) == 0 {
			t.Fatalf("%s: %d types, %v", id, len(types), err)
		}
		for _, eventType := range types {
			for _, example := range eventType.Examples {
				t.Run(id+"/"+eventType.Name+"/"+example.Name, func(t *testing.T) {
					m := rendered(t, l, eventType, catalog.RenderOptions{Example: example.Name})
					event, err := read(arrive(t, m), l.secret)
					if err != nil || event != eventType.Name {
						t.Errorf("it was %q, %v, want %q\n%s", event, err, eventType.Name, m.Body)
					}
				})
			}
		}
	}
}

// TestStripeVersion: stripe-go's shortest call wants an event of the API
// version that the library is made for, so the sample takes one.
func TestStripeVersion(t *testing.T) {
	l := libraryOf(t, "stripe")
	eventType, err := catalog.Open().Find("stripe:invoice.paid")
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]bool{stripe.APIVersion: true, "2020-08-27": false} {
		m := rendered(t, l, eventType, catalog.RenderOptions{Edits: []catalog.Edit{{Path: "api_version", Value: version}}})
		header, _ := m.Headers.Get(l.sig)
		event, err := webhook.ConstructEvent(m.Body, header, l.secret)
		if (err == nil) != want {
			t.Errorf("API version %s: %v", version, err)
		}
		if want && (event.Type != stripe.EventTypeInvoicePaid || event.ID == "") {
			t.Errorf("the event is %s %q", event.Type, event.ID)
		}
	}
}

// rendered is a signed event of the catalog.
func rendered(t testing.TB, l *library, eventType *catalog.EventType, o catalog.RenderOptions) *sign.Message {
	t.Helper()
	o.Source = catalog.NewSource(time.Now, nil)
	r, err := catalog.Render(eventType, o)
	if err != nil {
		t.Fatal(err)
	}
	m := signOurs(t, l, r.Body, time.Now(), l.secret)
	for _, h := range r.Headers {
		m = with(m, h.Name, h.Value)
	}
	return m
}

func readStripe(r *http.Request, secret string) (string, error) {
	body, err := readBody(r)
	if err != nil {
		return "", err
	}
	event, err := webhook.ConstructEventWithOptions(body, r.Header.Get("Stripe-Signature"), secret,
		webhook.ConstructEventOptions{IgnoreAPIVersionMismatch: true})
	return string(event.Type), err
}

// readGitHub puts header and action together, as the catalog names types.
func readGitHub(r *http.Request, secret string) (string, error) {
	payload, err := github.ValidatePayload(r, []byte(secret))
	if err != nil {
		return "", err
	}
	event, err := github.ParseWebHook(github.WebHookType(r), payload)
	if err != nil {
		return "", err
	}
	name := github.WebHookType(r)
	if acting, ok := event.(interface{ GetAction() string }); ok && acting.GetAction() != "" {
		name += "." + acting.GetAction()
	}
	return name, nil
}

func readSlack(r *http.Request, secret string) (string, error) {
	body, err := readBody(r)
	if err != nil {
		return "", err
	}
	if err := verifySlackBody(r.Header, body, secret); err != nil {
		return "", err
	}
	event, err := slackevents.ParseEvent(body, slackevents.OptionNoVerifyToken())
	return event.InnerEvent.Type, err
}

// readPaddle decodes the data with the type that the library has for it.
func readPaddle(r *http.Request, secret string) (string, error) {
	if err := verifyPaddle(r, secret, paddle.VerifierWithTimestampTolerance(paddleWindow)); err != nil {
		return "", err
	}
	body, err := readBody(r)
	if err != nil {
		return "", err
	}
	var head struct {
		paddlenotification.GenericNotificationEvent
	}
	if err := json.Unmarshal(body, &head); err != nil {
		return "", err
	}
	into := paddleEvent(head.EventType)
	if into == nil {
		return "", fmt.Errorf("no type for %s", head.EventType)
	}
	return string(head.EventType), json.Unmarshal(body, into)
}

func paddleEvent(name paddlenotification.EventTypeName) any {
	switch name {
	case paddlenotification.EventTypeNameTransactionCreated:
		return new(paddlenotification.TransactionCreated)
	case paddlenotification.EventTypeNameTransactionCompleted:
		return new(paddlenotification.TransactionCompleted)
	case paddlenotification.EventTypeNameTransactionPaymentFailed:
		return new(paddlenotification.TransactionPaymentFailed)
	case paddlenotification.EventTypeNameSubscriptionCreated:
		return new(paddlenotification.SubscriptionCreated)
	case paddlenotification.EventTypeNameSubscriptionActivated:
		return new(paddlenotification.SubscriptionActivated)
	case paddlenotification.EventTypeNameSubscriptionUpdated:
		return new(paddlenotification.SubscriptionUpdated)
	case paddlenotification.EventTypeNameSubscriptionPastDue:
		return new(paddlenotification.SubscriptionPastDue)
	case paddlenotification.EventTypeNameSubscriptionCanceled:
		return new(paddlenotification.SubscriptionCanceled)
	case paddlenotification.EventTypeNameCustomerCreated:
		return new(paddlenotification.CustomerCreated)
	case paddlenotification.EventTypeNameCustomerUpdated:
		return new(paddlenotification.CustomerUpdated)
	case paddlenotification.EventTypeNameAdjustmentCreated:
		return new(paddlenotification.AdjustmentCreated)
	}
	return nil
}
