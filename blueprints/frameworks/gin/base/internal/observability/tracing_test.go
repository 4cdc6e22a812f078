package observability

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
	"example.com/service/internal/project"
)

const (
	traceID  = "0af7651916cd43dd8448eb211c80319c"
	parentID = "b7ad6b7169203331"
)

// observing are observers of these settings.
func observing(t *testing.T, settings Settings) *Observers {
	t.Helper()
	observers, err := New(t.Context(), Options{
		Log:         slog.New(slog.DiscardHandler),
		Registry:    NewRegistry(),
		Settings:    settings,
		Environment: "test",
		Database:    "postgresql",
	})
	require.NoError(t, err)
	return observers
}

func tracingTo(t *testing.T, receiver *receiver) *Observers {
	t.Helper()
	return observing(t, Settings{OTLPEndpoint: Endpoint("http://" + receiver.address() + "/")})
}

func request(t *testing.T, target, traceparent string) *http.Request {
	t.Helper()
	made := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if traceparent != "" {
		made.Header.Set("Traceparent", traceparent)
	}
	return made
}

// bytesOf are those of an id, as they travel.
func bytesOf(t *testing.T, id string) string {
	t.Helper()
	raw, err := hex.DecodeString(id)
	require.NoError(t, err)
	return string(raw)
}

func TestARequestAndItsStatementsAreTraced(t *testing.T) {
	receiver := newReceiver(t)
	observers := tracingTo(t, receiver)
	caller := "00-" + traceID + "-" + parentID + "-01"
	ctx, watched := observers.Begin(t.Context(), request(t, "/api/v1/probe/me?q=secret", caller))
	assert.Equal(t, traceID, watched.TraceID)
	assert.Regexp(t, "^00-"+traceID+"-[0-9a-f]{16}-01$", watched.Traceparent)
	assert.NotContains(t, watched.Traceparent, parentID)
	observers.Statement(ctx, database.Statement{Query: "  select 1", Took: time.Millisecond})
	watched.End("/api/v1/probe/{name}", http.StatusInternalServerError, time.Millisecond)
	// Probes say nothing of the service's work, nor do statements of nobody's request.
	_, probe := observers.Begin(t.Context(), request(t, "/healthz", caller))
	assert.Empty(t, probe.TraceID)
	probe.End("/healthz", http.StatusOK, time.Millisecond)
	observers.Statement(t.Context(), database.Statement{Query: "SELECT 2"})
	observers.Close(t.Context())
	paths, text := receiver.received()
	assert.Equal(t, []string{"/v1/traces"}, paths)
	for _, wanted := range []string{
		"GET /api/v1/probe/{name}", "http.route", "/api/v1/probe/me", "http.response.status_code", "SELECT", "select 1",
		"db.system.name", "postgresql", "service.name", project.Name, bytesOf(t, traceID), bytesOf(t, parentID),
	} {
		assert.Contains(t, text, wanted)
	}
	for _, unwanted := range []string{"secret", "healthz", "SELECT 2"} {
		assert.NotContains(t, text, unwanted)
	}
}

// strangeError is an error of a kind of its own.
type strangeError struct{ text string }

func (e *strangeError) Error() string { return e.text }

func TestAStatementThatFailsTellsItsKindAlone(t *testing.T) {
	receiver := newReceiver(t)
	observers := tracingTo(t, receiver)
	ctx, watched := observers.Begin(t.Context(), request(t, "/broken", ""))
	observers.Statement(ctx, database.Statement{Query: "SELECT nowhere", Err: &strangeError{"personal"}})
	watched.End(noRoute, http.StatusNotFound, time.Millisecond)
	observers.Close(t.Context())
	_, text := receiver.received()
	assert.Contains(t, text, "observability.strangeError")
	assert.NotContains(t, text, "personal")
	// The span of an unknown path is not named after it.
	assert.NotContains(t, text, "http.route")
}

func TestACollectorThatIsAwayDisturbsNobody(t *testing.T) {
	observers := observing(t, Settings{OTLPEndpoint: "http://127.0.0.1:1"})
	_, watched := observers.Begin(t.Context(), request(t, "/broken", ""))
	assert.Regexp(t, "^[0-9a-f]{32}$", watched.TraceID)
	watched.End(noRoute, http.StatusOK, time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	observers.Close(ctx)
}

func TestWithoutSettingsNothingIsSent(t *testing.T) {
	observers := observing(t, Settings{})
	ctx, watched := observers.Begin(t.Context(), request(t, "/", ""))
	assert.Equal(t, t.Context(), ctx)
	assert.Empty(t, watched.Traceparent)
	observers.Statement(ctx, database.Statement{Query: "SELECT 1"})
	observers.Report(errors.New("no"), Place{})
	watched.End(noRoute, http.StatusOK, time.Millisecond)
	observers.Close(t.Context())
}
