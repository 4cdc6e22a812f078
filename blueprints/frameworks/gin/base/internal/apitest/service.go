// Package apitest asks the whole service for tests: in this process, over an empty database.
package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/service/internal/app"
	"example.com/service/internal/background"
	"example.com/service/internal/jobs"
	"example.com/service/internal/logging"
	"example.com/service/internal/observability"
	"example.com/service/internal/project"
	"example.com/service/internal/settings"
	"example.com/service/internal/testkit"
)

// Service is one that runs, and somebody who asks it.
type Service struct {
	*app.App

	Settings *settings.Settings
	Log      *Log
	// Headers are sent with each request.
	Headers map[string]string

	t testing.TB
	// Limits that are counted by address are those of this service alone.
	address string
}

// Start starts the service over an empty database, with these changes of its variables.
func Start(t testing.TB, changes map[string]string) *Service {
	t.Helper()
	read, err := settings.Read(testkit.Variables(t, changes))
	require.NoError(t, err)
	apart(t, read)
	log := &Log{}
	service, err := app.New(t.Context(), logging.New(log, slog.LevelDebug), read)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, service.Close(context.WithoutCancel(t.Context()))) })
	address := fmt.Sprintf("10.%d.%d.%d:1234", rand.N(200), rand.N(200), rand.N(200))
	return &Service{App: service, Settings: read, Log: log, Headers: map[string]string{}, t: t, address: address}
}

// Logger writes what the service itself would log.
func (s *Service) Logger() *slog.Logger {
	return logging.New(s.Log, slog.LevelDebug)
}

// With is the same service, asked with one header more.
func (s *Service) With(name, value string) *Service {
	asked := *s
	asked.Headers = maps.Clone(s.Headers)
	asked.Headers[name] = value
	return &asked
}

// Get asks for a path behind the base path.
func (s *Service) Get(path string) *Answer {
	s.t.Helper()
	return s.Ask(http.MethodGet, project.BasePath+path, nil)
}

// Delete deletes what is at a path behind the base path.
func (s *Service) Delete(path string) *Answer {
	s.t.Helper()
	return s.Ask(http.MethodDelete, project.BasePath+path, nil)
}

// Post sends a body to a path behind the base path.
func (s *Service) Post(path string, body any) *Answer {
	s.t.Helper()
	return s.Ask(http.MethodPost, project.BasePath+path, body)
}

// Put sends a body to a path behind the base path.
func (s *Service) Put(path string, body any) *Answer {
	s.t.Helper()
	return s.Ask(http.MethodPut, project.BasePath+path, body)
}

// Patch sends a body to a path behind the base path.
func (s *Service) Patch(path string, body any) *Answer {
	s.t.Helper()
	return s.Ask(http.MethodPatch, project.BasePath+path, body)
}

// Ask sends a request, whose body is the text itself, or JSON of anything else; nil sends none.
func (s *Service) Ask(method, path string, body any) *Answer {
	s.t.Helper()
	request := httptest.NewRequestWithContext(s.t.Context(), method, path, strings.NewReader(textOf(s.t, body)))
	request.RemoteAddr = s.address
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range s.Headers {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	s.Handler.ServeHTTP(recorder, request)
	answer := &Answer{t: s.t, Status: recorder.Code, Header: recorder.Header(), Text: recorder.Body.String()}
	hold(s.t, request, answer)
	return answer
}

func textOf(t testing.TB, body any) string {
	t.Helper()
	switch body := body.(type) {
	case nil:
		return ""
	case string:
		return body
	default:
		text, err := json.Marshal(body)
		require.NoError(t, err)
		return string(text)
	}
}

// RunJobs runs every job that is due, and tells how many were tried.
func (s *Service) RunJobs() int {
	s.t.Helper()
	log := logging.New(s.Log, slog.LevelDebug)
	all := jobs.All(jobs.Dependencies{Log: log, DB: s.DB, Settings: s.Settings})
	table := background.NewTable(s.DB)
	instruments := background.NewInstruments(observability.NewRegistry(), all)
	runner := background.NewRunner(log, s.Settings.Jobs, all, table, table, instruments)
	tried, err := runner.RunDue(s.t.Context())
	require.NoError(s.t, err)
	return tried
}

// Log is what was logged, a line each.
type Log struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

// Write notes what is logged.
func (l *Log) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(line)
}

// Text is everything that was logged so far.
func (l *Log) Text() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// Lines are those with this message.
func (l *Log) Lines(message string) []map[string]any {
	var lines []map[string]any
	for text := range strings.Lines(l.Text()) {
		line := map[string]any{}
		if json.Unmarshal([]byte(text), &line) == nil && line["message"] == message {
			lines = append(lines, line)
		}
	}
	return lines
}
