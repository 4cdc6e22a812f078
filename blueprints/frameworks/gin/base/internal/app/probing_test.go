package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/service/internal/settings"
	"example.com/service/internal/testkit"
)

// settingsOf are the settings of tests, with these changes.
func settingsOf(t *testing.T, changes map[string]string) *settings.Settings {
	t.Helper()
	read, err := settings.Read(testkit.Variables(t, changes))
	require.NoError(t, err)
	return read
}

// ask asks a handler, as probes do.
func ask(t *testing.T, handler http.Handler, path string) (int, string) {
	t.Helper()
	answer := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	request.Header.Set("Authorization", "Bearer "+testkit.MetricsToken)
	handler.ServeHTTP(answer, request)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.Code, string(body)
}
