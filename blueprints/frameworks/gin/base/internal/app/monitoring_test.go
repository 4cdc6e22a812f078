package app

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/project"
	"example.com/service/internal/testkit"
)

const monitoring = "../../monitoring"

// alertQueries are the queries of the alert rules.
func alertQueries(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(monitoring, "alerts.yml"))
	require.NoError(t, err)
	var queries []string
	for _, found := range regexp.MustCompile(`(?m)^ +expr: (.*)$`).FindAllSubmatch(text, -1) {
		var query string
		require.NoError(t, json.Unmarshal(found[1], &query))
		queries = append(queries, query)
	}
	return queries
}

// dashboardQueries are the queries of the dashboard.
func dashboardQueries(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(monitoring, "grafana", "dashboard.json"))
	require.NoError(t, err)
	var dashboard struct {
		Panels []struct {
			Targets []struct {
				Expr string `json:"expr"`
			} `json:"targets"`
		} `json:"panels"`
	}
	require.NoError(t, json.Unmarshal(text, &dashboard))
	var queries []string
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			queries = append(queries, target.Expr)
		}
	}
	return queries
}

// metricsIn are the names of the metrics in a query: what is no function, label, duration or keyword.
func metricsIn(query string) []string {
	bare := regexp.MustCompile(`\{[^}]*\}|\[[^\]]*\]|\b(by|without|on)\s*\([^)]*\)`).ReplaceAllString(query, "")
	var names []string
	for _, found := range regexp.MustCompile(`\b([a-z_][a-z0-9_]*)\b(\s*\()?`).FindAllStringSubmatch(bare, -1) {
		if found[2] == "" && !slices.Contains([]string{"and", "or", "unless"}, found[1]) {
			names = append(names, found[1])
		}
	}
	return names
}

// described are the names of the metrics that are described, also of those that have no sample yet.
func described(text string) []string {
	// Prometheus makes this one itself.
	names := []string{"up"}
	for _, found := range regexp.MustCompile(`(?m)^# TYPE (\S+) (\S+)$`).FindAllStringSubmatch(text, -1) {
		if found[2] != "histogram" {
			names = append(names, found[1])
			continue
		}
		for _, part := range []string{"_bucket", "_count", "_sum"} {
			names = append(names, found[1]+part)
		}
	}
	return names
}

func TestEveryQueryAsksForMetricsThatThereAre(t *testing.T) {
	service, err := New(t.Context(), testkit.Log(t), settingsOf(t, nil))
	require.NoError(t, err)
	t.Cleanup(func() { _ = service.Close(context.WithoutCancel(t.Context())) })
	_, text := ask(t, service.Handler, "/metrics")
	names := described(text + workerMetrics(t))
	alerts, panels := alertQueries(t), dashboardQueries(t)
	assert.NotEmpty(t, alerts)
	assert.NotEmpty(t, panels)
	job := regexp.MustCompile(`job="([^"]*)"`)
	for _, query := range append(alerts, panels...) {
		asked := metricsIn(query)
		assert.NotEmpty(t, asked, query)
		assert.Subset(t, names, asked, query)
		jobs := job.FindAllStringSubmatch(query, -1)
		assert.Len(t, jobs, strings.Count(query, "{"), query)
		for _, found := range jobs {
			assert.Equal(t, project.Name, found[1], query)
		}
	}
}
