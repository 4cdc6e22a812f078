package observability

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sentEvent is what of an event is looked at.
type sentEvent struct {
	Exception []struct {
		Type       string
		Value      string
		Stacktrace *struct {
			Frames []map[string]any
		}
	}
	Tags        map[string]string
	Transaction string
	Environment string
	Request     any
	User        map[string]any
	Breadcrumbs []any
}

// reported is an error, as it reaches Sentry.
func reported(t *testing.T, failure error) (event sentEvent, text string) {
	t.Helper()
	receiver := newReceiver(t)
	observers := observing(t, Settings{SentryDSN: DSN("http://key@" + receiver.address() + "/7")})
	observers.Report(failure, Place{RequestID: "find-me", Method: "POST", Route: "/broken/{name}"})
	observers.Close(t.Context())
	paths, text := receiver.received()
	assert.Equal(t, []string{"/api/7/envelope/"}, paths)
	lines := strings.Split(text, "\n")
	require.Greater(t, len(lines), 2)
	require.NoError(t, json.Unmarshal([]byte(lines[2]), &event))
	return event, text
}

func TestAnUnforeseenErrorGoesOutWithoutPersonalData(t *testing.T) {
	event, _ := reported(t, fmt.Errorf("broken: %w", errors.New("for 14")))
	require.NotEmpty(t, event.Exception)
	last := event.Exception[len(event.Exception)-1]
	assert.Equal(t, "broken: for 14", last.Value)
	require.NotNil(t, last.Stacktrace)
	for _, frame := range last.Stacktrace.Frames {
		assert.NotContains(t, frame, "vars")
	}
	assert.Equal(t, map[string]string{"request_id": "find-me", "method": "POST", "route": "/broken/{name}"}, event.Tags)
	assert.Equal(t, []string{"POST /broken/{name}", "test"}, []string{event.Transaction, event.Environment})
	assert.Nil(t, event.Request)
	assert.Empty(t, event.User)
	assert.Empty(t, event.Breadcrumbs)
}

func TestWhatADatabaseTellsOfARowStaysHere(t *testing.T) {
	for message, kept := range map[string]string{
		"taken\nDETAIL:  Key (email)=(ada@example.com) exists.\nHINT: none":                   "taken\nHINT: none",
		"Error 1062 (23000): Duplicate entry 'ada@example.com-\n'7' for key 'users.uq_users'": "Error 1062 (23000): Duplicate entry  for key 'users.uq_users'",
	} {
		event, text := reported(t, errors.New(message))
		assert.Equal(t, kept, event.Exception[0].Value)
		assert.NotContains(t, text, "ada@example.com")
	}
}
