package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

const (
	allowedMethods = "GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS"
	exposedHeaders = "ETag,Location,RateLimit-Limit,RateLimit-Remaining,RateLimit-Reset,Retry-After,X-Request-Id"
	preflightLasts = "600"
)

// crossOrigin answers browsers of the listed origins; a preflight that asks for more is an ordinary OPTIONS.
func (s *Server) crossOrigin(c *gin.Context) {
	origins := s.options.Settings.CORSOrigins
	if len(origins) == 0 {
		return
	}
	header := c.Writer.Header()
	header.Add("Vary", "Origin")
	origin := c.GetHeader("Origin")
	wanted := c.GetHeader("Access-Control-Request-Method")
	preflight := c.Request.Method == http.MethodOptions
	usual := !preflight || slices.Contains(strings.Split(allowedMethods, ","), wanted)
	if !slices.Contains(origins, origin) || !usual {
		return
	}
	header.Set("Access-Control-Allow-Origin", origin)
	if !preflight {
		header.Set("Access-Control-Expose-Headers", exposedHeaders)
		return
	}
	header.Set("Access-Control-Allow-Methods", allowedMethods)
	header.Add("Vary", "Access-Control-Request-Headers")
	if asked := c.GetHeader("Access-Control-Request-Headers"); asked != "" {
		header.Set("Access-Control-Allow-Headers", asked)
	}
	header.Set("Access-Control-Max-Age", preflightLasts)
	header.Set("Access-Control-Expose-Headers", exposedHeaders)
	c.AbortWithStatus(http.StatusNoContent)
}
