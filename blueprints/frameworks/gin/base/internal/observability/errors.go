package observability

import (
	"fmt"
	"regexp"
	"time"

	"github.com/getsentry/sentry-go"

	"example.com/service/internal/project"
)

const flushTimeout = 2 * time.Second

// rowValues is where databases tell the values of a row: PostgreSQL in this part of a message, MySQL in quotes.
var rowValues = regexp.MustCompile(`\nDETAIL:[^\n]*|(Duplicate entry )'(?s:.*)'( for key)`)

// Place says in which request an error happened.
type Place struct {
	RequestID string
	Method    string
	// Route is the template of the path, or "none".
	Route string
}

// errorTracking reports errors with their trace to Sentry, or whatever speaks its protocol: no body, header, query,
// user or local variable.
type errorTracking struct {
	client *sentry.Client
}

func newErrorTracking(dsn, environment string) (*errorTracking, error) {
	client, err := sentry.NewClient(sentry.ClientOptions{
		Dsn:              dsn,
		Environment:      environment,
		Release:          project.Name + "@" + project.Version,
		AttachStacktrace: true,
		BeforeSend:       withoutValues,
		// Only what is handed to `report` goes out.
		Integrations: func([]sentry.Integration) []sentry.Integration { return nil },
	})
	if err != nil {
		return nil, fmt.Errorf("make the client of error tracking: %w", err)
	}
	return &errorTracking{client: client}, nil
}

// report sends one error; tags say in which request it happened.
func (e *errorTracking) report(failure error, place Place) {
	event := e.client.EventFromException(failure, sentry.LevelError)
	event.Transaction = place.Method + " " + place.Route
	event.Tags = map[string]string{
		"request_id": place.RequestID,
		"method":     place.Method,
		"route":      place.Route,
	}
	e.client.CaptureEvent(event, nil, nil)
}

// close sends what is left; false when that takes too long.
func (e *errorTracking) close() bool {
	sent := e.client.Flush(flushTimeout)
	e.client.Close()
	return sent
}

func withoutValues(event *sentry.Event, _ *sentry.EventHint) *sentry.Event {
	for at := range event.Exception {
		event.Exception[at].Value = rowValues.ReplaceAllString(event.Exception[at].Value, "$1$2")
	}
	return event
}
