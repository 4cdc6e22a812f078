// Package web is the front door: what surrounds every request, and how its answer is written.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/access"
	"example.com/service/internal/config"
	"example.com/service/internal/observability"
	"example.com/service/internal/project"
)

// Limit is whose requests are counted together, and how many a minute allows; 0 is no limit.
type Limit struct {
	Key       string
	PerMinute int
}

// Counted is how many requests there were in this window, and the seconds until the next one.
type Counted struct {
	Count int
	Reset int
}

// Identity tells who sends requests.
type Identity interface {
	// Limit is what a request from this address counts against.
	Limit(request *http.Request, address string) Limit
	// Identify tells who calls; the problem is 401 for bad credentials, also where none are needed.
	Identify(request *http.Request) (access.Caller, error)
	// PrivatePaths begin paths whose answers are about people; nobody on the way may keep them.
	PrivatePaths() []string
}

// Counter counts requests where all processes see it; false when it cannot.
type Counter interface {
	Count(ctx context.Context, key string) (Counted, bool)
}

// Options are what the front door works with.
type Options struct {
	Log       *slog.Logger
	Settings  config.Core
	Observers *observability.Observers
	Identity  Identity
	// Counter is nil when each process counts by itself.
	Counter Counter
	// Clock is time.Now but for tests.
	Clock func() time.Time
}

// Server is the front door of one application.
type Server struct {
	options Options
	engine  *gin.Engine
	api     *gin.RouterGroup
	counter *ownCounter
	routes  *routes
	private []string
}

// New makes a front door without routes.
func New(options Options) *Server {
	gin.SetMode(gin.ReleaseMode)
	if options.Clock == nil {
		options.Clock = time.Now
	}
	engine := gin.New()
	// Paths are exactly what they say, and parameters what was sent.
	engine.RedirectTrailingSlash = false
	engine.RedirectFixedPath = false
	engine.UseRawPath = true
	// Who sent a request is found out in here.
	engine.ForwardedByClientIP = false
	s := &Server{options: options, engine: engine, counter: newCounter(options.Clock), private: options.Identity.PrivatePaths()}
	engine.Use(s.surround, s.crossOrigin, s.answerErrors, s.limit)
	engine.NoRoute(s.unmatched)
	s.api = engine.Group(project.BasePath, s.limitBody, s.identify)
	return s
}

// Root is where probes, metrics and documents are.
func (s *Server) Root() *gin.RouterGroup { return &s.engine.RouterGroup }

// API is where resources are, under the base path.
func (s *Server) API() *gin.RouterGroup { return s.api }

// Handler is the front door with all its routes; none are added afterwards.
func (s *Server) Handler() http.Handler {
	for _, route := range s.engine.Routes() {
		if route.Method != http.MethodGet {
			continue
		}
		if path, isResource := strings.CutPrefix(route.Path, s.api.BasePath()); isResource {
			s.api.HEAD(path, route.HandlerFunc)
		} else {
			s.engine.HEAD(route.Path, route.HandlerFunc)
		}
	}
	s.routes = newRoutes(s.engine.Routes())
	return s.engine
}

// Routes is every route as `GET /api/v1/products/{id}`, sorted.
func (s *Server) Routes() []string { return s.routes.all() }
