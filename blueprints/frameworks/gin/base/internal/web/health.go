package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/observability"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

const (
	up   = "up"
	down = "down"
)

// Check tells of servers that the service works with: up or down, by name.
type Check func(ctx context.Context) map[string]string

// Probes are told whether the process is alive and can serve.
type Probes struct {
	// Ping asks the database for a sign of life.
	Ping func(ctx context.Context) error
	// Others are asked in this order.
	Others []Check
}

// Register adds the probes.
func (p *Probes) Register(group *gin.RouterGroup) {
	group.GET("/healthz", p.alive)
	group.GET("/readyz", p.ready)
}

func (p *Probes) alive(c *gin.Context) { SendJSON(c, http.StatusOK, []byte(`{"status":"ok"}`)) }

func (p *Probes) ready(c *gin.Context) {
	ctx := c.Request.Context()
	able := true
	checks := &strictjson.Object{}
	checks.Set("database", up)
	for _, check := range p.Others {
		for name, state := range check(ctx) {
			checks.Set(name, state)
			// A worker without its broker does nothing; a service does without its cache.
			able = able && (name != "broker" || state != down)
		}
	}
	if err := p.Ping(ctx); err != nil {
		var failure *problem.Error
		if !errors.As(err, &failure) {
			Fail(c, err)
			return
		}
		checks.Set("database", down)
		able = false
	}
	status, word := http.StatusOK, "ok"
	if !able {
		status, word = http.StatusServiceUnavailable, "unavailable"
	}
	body := &strictjson.Object{}
	body.Set("status", word)
	body.Set("checks", checks)
	SendJSON(c, status, strictjson.AppendValue(nil, body))
}

const metricsType = "text/plain; version=0.0.4; charset=utf-8"

// Metrics answers with the metrics of the service; it needs this token when there is one.
func Metrics(registry *observability.Registry, token string) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := observability.Authorized(c.Request.Header.Values("Authorization"), token); err != nil {
			Fail(c, err)
			return
		}
		text, err := registry.Text()
		if err != nil {
			Fail(c, err)
			return
		}
		Send(c, http.StatusOK, metricsType, text)
	}
}
