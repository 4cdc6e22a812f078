package app

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/testkit"
)

func TestAWorkerAnswersProbesAndPrometheus(t *testing.T) {
	worker, err := NewWorker(t.Context(), testkit.Log(t), settingsOf(t, nil))
	require.NoError(t, err)
	t.Cleanup(func() { _ = worker.Close(context.WithoutCancel(t.Context())) })
	status, body := ask(t, worker.Handler, "/healthz")
	assert.Equal(t, http.StatusOK, status)
	assert.JSONEq(t, `{"status":"ok"}`, body)
	status, body = ask(t, worker.Handler, "/readyz")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, `"broker":"up"`)
	status, body = ask(t, worker.Handler, "/metrics")
	assert.Equal(t, http.StatusOK, status)
	for _, name := range []string{
		"events_published_total", "events_consumed_total", "outbox_pending", "outbox_oldest_seconds", "jobs_total",
		"job_duration_seconds", "queue_depth", "database_pool_connections_max",
	} {
		assert.Contains(t, body, "# TYPE "+name+" ")
	}
	status, _ = ask(t, worker.Handler, "/openapi.json")
	assert.Equal(t, http.StatusNotFound, status)
}

func TestAWorkerWithoutItsBrokerIsNotReady(t *testing.T) {
	scheme, _, _ := strings.Cut(testkit.BrokerURL(t), "://")
	all := settingsOf(t, map[string]string{"BROKER_URL": scheme + "://127.0.0.1:1/"})
	worker, err := NewWorker(t.Context(), testkit.Log(t), all)
	require.NoError(t, err)
	t.Cleanup(func() { _ = worker.Close(context.WithoutCancel(t.Context())) })
	status, body := ask(t, worker.Handler, "/readyz")
	assert.Equal(t, http.StatusServiceUnavailable, status)
	assert.Contains(t, body, `"broker":"down"`)
	status, _ = ask(t, worker.Handler, "/healthz")
	assert.Equal(t, http.StatusOK, status)
}

func TestAWorkerWorksUntilItIsToldToStop(t *testing.T) {
	all := settingsOf(t, map[string]string{"WORKER_PORT": "0"})
	worker, err := NewWorker(t.Context(), testkit.Log(t), all)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- worker.ServeWorker(ctx, all) }()
	require.Eventually(t, func() bool {
		_, body := ask(t, worker.Handler, "/metrics")
		return strings.Contains(body, `queue_depth{queue="high"} 0`)
	}, 10*time.Second, 50*time.Millisecond)
	cancel()
	require.NoError(t, <-ended)
}
