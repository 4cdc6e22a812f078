package app

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/service/internal/testkit"
)

// workerMetrics are those of a worker.
func workerMetrics(t *testing.T) string {
	t.Helper()
	worker, err := NewWorker(t.Context(), testkit.Log(t), settingsOf(t, nil))
	require.NoError(t, err)
	t.Cleanup(func() { _ = worker.Close(context.WithoutCancel(t.Context())) })
	_, text := ask(t, worker.Handler, "/metrics")
	return text
}
