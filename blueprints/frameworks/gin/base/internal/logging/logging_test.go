package logging_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/logging"
)

func line(t *testing.T, write func(log *slog.Logger)) map[string]any {
	t.Helper()
	var written bytes.Buffer
	write(logging.New(&written, slog.LevelInfo))
	read := map[string]any{}
	if written.Len() > 0 {
		require.NoError(t, json.Unmarshal(written.Bytes(), &read))
	}
	return read
}

func TestALineIsOneObject(t *testing.T) {
	t.Parallel()
	ctx := logging.With(t.Context(), &logging.Request{RequestID: "r-1"})
	read := line(t, func(log *slog.Logger) { log.With("shop", 1).WarnContext(ctx, "busy", "count", 3) })
	at, err := time.Parse("2006-01-02T15:04:05.000Z", read["time"].(string))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), at, time.Minute)
	delete(read, "time")
	assert.Equal(t, map[string]any{"level": "warning", "message": "busy", "shop": 1.0, "count": 3.0, "requestId": "r-1"}, read)
}

func TestLevelsHaveTheirNames(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "info", line(t, func(log *slog.Logger) { log.Info("x") })["level"])
	assert.Equal(t, "error", line(t, func(log *slog.Logger) { log.Error("x") })["level"])
	assert.Empty(t, line(t, func(log *slog.Logger) { log.Debug("x") }))
}

func TestSecretsNeverReachTheLog(t *testing.T) {
	t.Parallel()
	read := line(t, func(log *slog.Logger) {
		log.WithGroup("given").Info("x", "newPassword", "p", "refresh_token", "t", "Authorization", "a", "X-Api_Key", "k", "JWT_SECRET", "s", "name", "n")
	})
	assert.Equal(t, map[string]any{
		"newPassword": "***", "refresh_token": "***", "Authorization": "***", "X-Api_Key": "***", "JWT_SECRET": "***", "name": "n",
	}, read["given"])
}

func TestOutsideARequestThereIsNone(t *testing.T) {
	t.Parallel()
	assert.Nil(t, logging.From(t.Context()))
	assert.NotContains(t, line(t, func(log *slog.Logger) { log.Info("x") }), "requestId")
}
