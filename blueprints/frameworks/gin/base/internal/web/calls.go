package web

import (
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/access"
	"example.com/service/internal/logging"
	"example.com/service/internal/resource"
)

const (
	callerKey = "caller"
	keepKey   = "keep"
)

// identify tells who calls before a handler is asked.
func (s *Server) identify(c *gin.Context) {
	caller, err := s.options.Identity.Identify(c.Request)
	if err != nil {
		Fail(c, err)
		return
	}
	if caller.UserID != nil {
		logging.From(c.Request.Context()).UserID = caller.UserID.String()
	}
	c.Set(callerKey, caller)
	c.Set(keepKey, time.Duration(s.options.Settings.IdempotencySeconds)*time.Second)
}

// CallOf is the call behind a request.
func CallOf(c *gin.Context) *resource.Call {
	caller, _ := c.MustGet(callerKey).(access.Caller)
	call := &resource.Call{Caller: caller, Query: c.Request.URL.RawQuery}
	if tags, sent := c.Request.Header["If-Match"]; sent {
		tag := strings.Join(tags, ",")
		call.IfMatch = &tag
	}
	if keys, sent := c.Request.Header[resource.IdempotencyKey]; sent {
		call.Repeatable = &resource.Repeatable{
			Key: strings.Join(keys, ", "), Caller: nameOf(c, caller), Path: pathOf(c.Request), Keep: c.GetDuration(keepKey),
		}
	}
	return call
}

func nameOf(c *gin.Context, caller access.Caller) string {
	if caller.UserID == nil {
		return "address " + logging.From(c.Request.Context()).ClientAddress
	}
	return "user " + caller.UserID.String()
}
