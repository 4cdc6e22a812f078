// Package observability tells what the service does: metrics, traces, unforeseen errors and profiles.
package observability

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/trace"

	"example.com/service/internal/database"
)

// noRoute is the route of what has none.
const noRoute = "none"

// untraced says nothing of the service's work: probes and metrics.
func untraced(path string) bool {
	return path == "/healthz" || path == "/readyz" || path == "/metrics"
}

// Observers are metrics, traces, errors and profiles of one application.
type Observers struct {
	log      *slog.Logger
	registry *Registry
	requests *requestMetrics
	tracing  *tracing
	errors   *errorTracking
	profiles *profiles
}

// Options are what observers are made of.
type Options struct {
	Log      *slog.Logger
	Registry *Registry
	Settings Settings
	// Environment is the one that the service runs in.
	Environment string
	// Database is what kind of database the statements go to.
	Database string
}

// New makes what the settings ask for.
func New(ctx context.Context, options Options) (*Observers, error) {
	settings, environment := options.Settings, options.Environment
	observers := &Observers{
		log:      options.Log,
		registry: options.Registry,
		requests: newRequestMetrics(options.Registry),
	}
	if settings.OTLPEndpoint != "" {
		tracing, err := newTracing(ctx, options.Log, string(settings.OTLPEndpoint), environment, options.Database)
		if err != nil {
			return nil, err
		}
		observers.tracing = tracing
	}
	if settings.SentryDSN != "" {
		errors, err := newErrorTracking(string(settings.SentryDSN), environment)
		if err != nil {
			return nil, err
		}
		observers.errors = errors
	}
	if settings.ProfileDir != "" {
		observers.profiles = &profiles{log: options.Log, folder: settings.ProfileDir}
	}
	return observers, nil
}

// Registry holds the instruments of the application.
func (o *Observers) Registry() *Registry {
	return o.registry
}

// Watched is a request whose beginning was seen.
type Watched struct {
	// TraceID and Traceparent are those of the trace that the request is part of; empty when it is not traced.
	TraceID     string
	Traceparent string

	observers  *Observers
	method     string
	span       trace.Span
	endProfile func(method, route string, took time.Duration)
}

// Begin watches a request; its work goes on in the context that is returned.
func (o *Observers) Begin(ctx context.Context, request *http.Request) (context.Context, *Watched) {
	watched := &Watched{observers: o, method: request.Method}
	if o.tracing != nil && !untraced(request.URL.Path) {
		ctx, watched.span = o.tracing.begin(ctx, request)
		span := watched.span.SpanContext()
		watched.TraceID = span.TraceID().String()
		watched.Traceparent = traceparent(span)
	}
	if o.profiles != nil {
		watched.endProfile = o.profiles.begin(ctx)
	}
	return ctx, watched
}

// End tells of the answer: the template of the path, or "none", its status, and how long it took.
func (w *Watched) End(route string, status int, took time.Duration) {
	w.observers.requests.observe(w.method, route, status, took)
	if w.span != nil {
		w.observers.tracing.end(w.span, w.method, route, status)
	}
	if w.endProfile != nil {
		w.endProfile(w.method, route, took)
	}
}

// Statement tells of a statement that has ended.
func (o *Observers) Statement(ctx context.Context, statement database.Statement) {
	if o.tracing != nil {
		o.tracing.statement(ctx, statement)
	}
}

// Report tells of an unforeseen error of a request.
func (o *Observers) Report(failure error, place Place) {
	if o.errors != nil {
		o.errors.report(failure, place)
	}
}

// Close sends what is left.
func (o *Observers) Close(ctx context.Context) {
	sent := o.errors == nil || o.errors.close()
	if o.tracing != nil {
		sent = o.tracing.close(ctx) == nil && sent
	}
	if !sent {
		o.log.WarnContext(ctx, "not everything could be sent: traces or errors are lost")
	}
}
