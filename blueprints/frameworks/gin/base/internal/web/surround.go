package web

import (
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"example.com/service/internal/logging"
)

const noRoute = "none"

var (
	requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)
	// https://www.w3.org/TR/trace-context/#traceparent-header
	traceparent = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$`)
)

// surround gives each request its id and client, each answer its headers, and logs one line.
func (s *Server) surround(c *gin.Context) {
	began := time.Now()
	given := c.Request.Header
	client := clientOf(c.Request, s.options.Settings.TrustedProxies)
	request := &logging.Request{RequestID: given.Get("X-Request-Id"), ClientAddress: client.address, Route: s.routes.shown(c.FullPath())}
	if !requestID.MatchString(request.RequestID) {
		request.RequestID = newRequestID()
	}
	request.TraceID, request.Traceparent = traceOf(given.Get("Traceparent"))
	s.secure(c, request.RequestID, client.https)
	ctx, watched := s.options.Observers.Begin(logging.With(c.Request.Context(), request), c.Request)
	if watched.TraceID != "" {
		request.TraceID, request.Traceparent = watched.TraceID, watched.Traceparent
	}
	c.Request = c.Request.WithContext(ctx)
	defer func() {
		took := time.Since(began)
		route := request.Route
		if route == "" {
			route = noRoute
		}
		watched.End(route, c.Writer.Status(), took)
		s.logLine(c, request, route, took)
	}()
	c.Next()
}

func newRequestID() string {
	id, err := uuid.NewV7()
	if err != nil {
		return noRoute
	}
	return id.String()
}

func traceOf(header string) (traceID, parent string) {
	parts := traceparent.FindStringSubmatch(header)
	if parts == nil || parts[1] == "ff" || strings.Trim(parts[2], "0") == "" || strings.Trim(parts[3], "0") == "" {
		return "", ""
	}
	return parts[2], header
}

func (s *Server) secure(c *gin.Context, id string, https bool) {
	header := c.Writer.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("X-Request-Id", id)
	if https {
		header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	path := pathOf(c.Request)
	for _, each := range s.private {
		if strings.HasPrefix(path, each) {
			header.Set("Cache-Control", "no-store")
		}
	}
}

func (s *Server) logLine(c *gin.Context, request *logging.Request, route string, took time.Duration) {
	attributes := []any{
		"method", c.Request.Method, "route", route, "status", c.Writer.Status(), "durationMs", milliseconds(took),
		"userId", nil,
	}
	if request.UserID != "" {
		attributes[len(attributes)-1] = request.UserID
	}
	if request.TraceID != "" {
		attributes = append(attributes, "traceId", request.TraceID)
	}
	s.options.Log.InfoContext(c.Request.Context(), "request", attributes...)
}

// milliseconds are those of a duration, with one digit behind the point.
func milliseconds(took time.Duration) float64 {
	const tenth = 100 * time.Microsecond
	return float64(took.Round(tenth)/tenth) / 10
}

// pathOf is the path as it was asked for, without its query.
func pathOf(request *http.Request) string {
	path, _, _ := strings.Cut(request.RequestURI, "?")
	return path
}
