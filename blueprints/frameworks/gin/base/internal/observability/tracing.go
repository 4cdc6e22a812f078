package observability

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"example.com/service/internal/database"
	"example.com/service/internal/project"
)

const exportTimeout = 3 * time.Second

// tracing makes the spans of one application: a request and, below it, each statement without its values.
type tracing struct {
	provider   *sdktrace.TracerProvider
	tracer     trace.Tracer
	propagator propagation.TraceContext
	// database is what kind of database the statements go to.
	database string
}

func newTracing(
	ctx context.Context, log *slog.Logger, endpoint, environment, database string,
) (*tracing, error) {
	// A collector that is away is to disturb nobody.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		log.DebugContext(ctx, "cannot send traces", slog.Any("error", err))
	}))
	exporter, err := otlptracehttp.New(
		ctx,
		otlptracehttp.WithEndpointURL(strings.TrimRight(endpoint, "/")+"/v1/traces"),
		otlptracehttp.WithTimeout(exportTimeout),
	)
	if err != nil {
		return nil, fmt.Errorf("make the exporter of traces: %w", err)
	}
	about := resource.NewSchemaless(
		attribute.String("service.name", project.Name),
		attribute.String("service.version", project.Version),
		attribute.String("deployment.environment.name", environment),
	)
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithResource(about),
		sdktrace.WithBatcher(exporter, sdktrace.WithExportTimeout(exportTimeout)),
	)
	return &tracing{provider: provider, tracer: provider.Tracer(project.Name), database: database}, nil
}

// begin opens the span of a request; it continues the caller's traceparent. The query stays out of it, as filters
// and searches may be personal.
func (t *tracing) begin(ctx context.Context, request *http.Request) (context.Context, trace.Span) {
	method := knownMethod(request.Method, "HTTP")
	ctx = t.propagator.Extract(ctx, propagation.HeaderCarrier(request.Header))
	about := trace.WithAttributes(
		attribute.String("http.request.method", method),
		attribute.String("url.path", request.URL.Path),
	)
	return t.tracer.Start(ctx, method, trace.WithSpanKind(trace.SpanKindServer), about) //nolint:spancheck // the caller ends it
}

// end closes the span of a request and names it after its route, which is known by now.
func (t *tracing) end(span trace.Span, method, route string, status int) {
	if route != noRoute {
		span.SetName(knownMethod(method, "HTTP") + " " + route)
		span.SetAttributes(attribute.String("http.route", route))
	}
	span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// statement adds a statement that has ended, below the request that it was sent for. One of a probe has no parent
// and is left out; so is that of a job.
func (t *tracing) statement(ctx context.Context, statement database.Statement) {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return
	}
	text := strings.TrimSpace(statement.Query)
	verb := "SQL"
	if words := strings.Fields(text); len(words) > 0 {
		verb = strings.ToUpper(words[0])
	}
	now := time.Now()
	_, span := t.tracer.Start(
		ctx,
		verb,
		trace.WithSpanKind(trace.SpanKindClient),
		trace.WithTimestamp(now.Add(-statement.Took)),
		trace.WithAttributes(attribute.String("db.system.name", t.database), attribute.String("db.query.text", text)),
	)
	if statement.Err != nil {
		// The kind only: a message may tell values.
		span.SetStatus(codes.Error, kindOf(statement.Err))
	}
	span.End(trace.WithTimestamp(now))
}

// close sends what is left.
func (t *tracing) close(ctx context.Context) error {
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}

// traceparent is what goes on to other services (https://www.w3.org/TR/trace-context/).
func traceparent(span trace.SpanContext) string {
	return fmt.Sprintf("00-%s-%s-%s", span.TraceID(), span.SpanID(), span.TraceFlags())
}

// kindOf names the type of an error.
func kindOf(failure error) string {
	return strings.TrimLeft(reflect.TypeOf(failure).String(), "*")
}
