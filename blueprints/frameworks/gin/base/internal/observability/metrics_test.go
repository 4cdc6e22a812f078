package observability

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/config"
	"example.com/service/internal/database"
	"example.com/service/internal/problem"
	"example.com/service/internal/testkit"
)

const token = "only-for-tests-0123456789"

func textOf(t *testing.T, registry *Registry) string {
	t.Helper()
	text, err := registry.Text()
	require.NoError(t, err)
	return string(text)
}

func TestRequestsCountByMethodTemplateAndStatus(t *testing.T) {
	observers := observing(t, Settings{})
	for _, each := range []struct {
		method, route string
		status        int
	}{
		{http.MethodGet, "/healthz", 200}, {http.MethodGet, "/healthz", 200}, {http.MethodHead, "/healthz", 200},
		{"PROPFIND", noRoute, 405}, {"MKCOL", noRoute, 405},
	} {
		_, watched := observers.Begin(t.Context(), httptest.NewRequestWithContext(t.Context(), each.method, "/x", nil))
		watched.End(each.route, each.status, 7*time.Millisecond)
	}
	text := textOf(t, observers.Registry())
	for _, wanted := range []string{
		`http_requests_total{method="GET",route="/healthz",status="200"} 2`,
		`http_requests_total{method="HEAD",route="/healthz",status="200"} 1`,
		`http_requests_total{method="other",route="none",status="405"} 2`,
		`http_request_duration_seconds_count{method="GET",route="/healthz"} 2`,
		`http_request_duration_seconds_bucket{method="GET",route="/healthz",le="0.005"} 0`,
		`http_request_duration_seconds_bucket{method="GET",route="/healthz",le="0.01"} 2`,
		`http_request_duration_seconds_sum{method="GET",route="/healthz"} 0.014`,
	} {
		assert.Contains(t, text, wanted)
	}
	// Each application counts for itself.
	assert.NotContains(t, textOf(t, observing(t, Settings{}).Registry()), "http_requests_total{")
}

func TestEveryMetricTellsWhatItIs(t *testing.T) {
	registry := NewRegistry()
	registry.Counter("things_total", "Things.", "kind")
	registry.Histogram("things_seconds", "Time of things.", []float64{1}, "kind")
	registry.GaugesFunc("depth", "Depth.", "queue", func() map[string]float64 { return map[string]float64{"a": 2} })
	text := textOf(t, registry)
	assert.Contains(t, text, "# HELP things_total Things.\n# TYPE things_total counter\n")
	assert.Contains(t, text, "# TYPE things_seconds histogram\n")
	assert.Contains(t, text, `depth{queue="a"} 2`)
	assert.Contains(t, text, "process_cpu_seconds_total")
	names, helped := []string{}, []string{}
	for _, found := range regexp.MustCompile(`(?m)^# TYPE (\S+) (\S+)$`).FindAllStringSubmatch(text, -1) {
		names = append(names, found[1])
		assert.Equal(t, found[2] == "counter", strings.HasSuffix(found[1], "_total"), found[1])
	}
	for _, found := range regexp.MustCompile(`(?m)^# HELP (\S+) \S`).FindAllStringSubmatch(text, -1) {
		helped = append(helped, found[1])
	}
	assert.ElementsMatch(t, names, helped)
	slices.Sort(names)
	assert.Len(t, slices.Compact(names), len(helped))
	answer := httptest.NewRecorder()
	require.NoError(t, registry.Write(answer))
	assert.Regexp(t, "^text/plain; version=0.0.4", answer.Header().Get("Content-Type"))
}

func TestTheDatabaseTellsOfItself(t *testing.T) {
	db, registry := testkit.Database(t), NewRegistry()
	WatchDatabase(registry, db, []string{"OrderItem"})
	require.NoError(t, db.Write(t.Context(), func(_ context.Context, s *database.Session) error {
		s.Created("OrderItem")
		return nil
	}))
	require.NoError(t, db.Read(t.Context(), func(context.Context, database.Queryer) error {
		assert.Contains(t, textOf(t, registry), "database_pool_connections_in_use 1")
		return nil
	}))
	text := textOf(t, registry)
	for _, wanted := range []string{
		"database_pool_connections_in_use 0", "database_pool_connections_max 10", "database_slow_queries_total 0",
		"order_item_created_total 1",
	} {
		assert.Contains(t, text, wanted)
	}
}

func TestWhoMayReadTheMetrics(t *testing.T) {
	require.NoError(t, Authorized(nil, ""))
	require.NoError(t, Authorized([]string{"Bearer " + token}, token))
	require.NoError(t, Authorized([]string{"bearer " + token}, token))
	const bad = `Bearer error="invalid_token"`
	for header, challenge := range map[string]string{
		"":                               "Bearer",
		"Bearer wrong":                   bad,
		"Basic " + token:                 bad,
		token:                            bad,
		"Bearer " + token + "é":          bad,
		"Bearer " + token[:len(token)-1]: bad,
	} {
		var headers []string
		if header != "" {
			headers = []string{header}
		}
		var refused *problem.Error
		require.ErrorAs(t, Authorized(headers, token), &refused, header)
		assert.Equal(t, http.StatusUnauthorized, refused.Status)
		assert.Equal(t, challenge, refused.Headers["WWW-Authenticate"])
	}
}

func TestSettingsThatAreFaultyAreNamed(t *testing.T) {
	for name, values := range map[string][]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": {"collector:4318", "ftp://collector", "http://", "http://collector:0"},
		"SENTRY_DSN":                  {"errors.example", "https://errors.example/1", "https://key@errors.example"},
	} {
		for _, value := range values {
			err := config.Read(&Settings{}, map[string]string{name: value})
			var faulty *config.Error
			require.ErrorAs(t, err, &faulty, value)
			assert.Equal(t, name, faulty.Faults[0].Variable)
		}
	}
	production := config.Core{Environment: config.Production}
	assert.Empty(t, Settings{MetricsToken: token}.Check(production))
	assert.Empty(t, Settings{ProfileDir: "profiles"}.Check(config.Core{}))
	for _, short := range []config.Secret{"", "short"} {
		faults := Settings{MetricsToken: short, ProfileDir: "profiles"}.Check(production)
		require.Len(t, faults, 2)
		assert.Equal(t, []string{"METRICS_TOKEN", "PROFILE_DIR"}, []string{faults[0].Variable, faults[1].Variable})
	}
}

func TestEachRequestLeavesAProfile(t *testing.T) {
	folder := t.TempDir() + "/profiles"
	observers := observing(t, Settings{ProfileDir: folder})
	for _, route := range []string{"/api/v1/things/{id}", noRoute} {
		_, watched := observers.Begin(t.Context(), request(t, "/personal", ""))
		// Of two at the same time the first one is profiled.
		_, other := observers.Begin(t.Context(), request(t, "/personal", ""))
		other.End("/other", http.StatusOK, time.Millisecond)
		watched.End(route, http.StatusOK, 12*time.Millisecond)
		require.Eventually(t, func() bool { return !observers.profiles.busy.Load() }, 5*time.Second, time.Millisecond)
	}
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	names := []string{}
	for _, file := range files {
		names = append(names, file.Name())
		info, err := file.Info()
		require.NoError(t, err)
		assert.Positive(t, info.Size())
	}
	assert.Equal(t, []string{"00012ms-GET-api-v1-things--id-1.pprof", "00012ms-GET-none-2.pprof"}, names)
}

func TestWhatCannotBeCountedIsNoReasonToFail(t *testing.T) {
	registry := NewRegistry()
	registry.CounterFunc("odd_total", "Odd.", func() float64 { return 3 })
	assert.Contains(t, textOf(t, registry), "odd_total 3")
	assert.Equal(t, "errors.errorString", kindOf(errors.New("x")))
}
