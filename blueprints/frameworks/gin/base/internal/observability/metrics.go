package observability

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/service/internal/database"
	"example.com/service/internal/naming"
)

var (
	methods = []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions,
	}
	requestBuckets = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
)

// knownMethod is a method as labels and spans show it: clients invent methods, and those would pile up.
func knownMethod(method, other string) string {
	if slices.Contains(methods, method) {
		return method
	}
	return other
}

// requestMetrics are what requests are counted by.
type requestMetrics struct {
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
}

func newRequestMetrics(registry *Registry) *requestMetrics {
	return &requestMetrics{
		requests: registry.Counter("http_requests_total", "Requests answered.", "method", "route", "status"),
		durations: registry.Histogram(
			"http_request_duration_seconds",
			"Time from the first byte of a request to the end of its answer.",
			requestBuckets,
			"method", "route",
		),
	}
}

// observe counts one request.
func (m *requestMetrics) observe(method, route string, status int, took time.Duration) {
	method = knownMethod(method, "other")
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.durations.WithLabelValues(method, route).Observe(took.Seconds())
}

// WatchDatabase adds what the database knows itself, asked for when Prometheus asks.
func WatchDatabase(registry *Registry, db *database.DB, entities []string) {
	registry.GaugeFunc(
		"database_pool_connections_max",
		"Connections that the pool may hold.",
		func() float64 { return float64(db.PoolSize()) },
	)
	registry.GaugeFunc(
		"database_pool_connections_in_use",
		"Connections that requests hold at this moment.",
		func() float64 { return float64(db.InUse()) },
	)
	registry.CounterFunc(
		"database_slow_queries_total",
		"Statements that took longer than SLOW_QUERY_MS.",
		func() float64 { return float64(db.SlowStatements()) },
	)
	for _, name := range entities {
		registry.CounterFunc(
			naming.Snake(name)+"_created_total",
			"Rows of "+name+" created and committed.",
			func() float64 { return float64(db.Created()[name]) },
		)
	}
}
