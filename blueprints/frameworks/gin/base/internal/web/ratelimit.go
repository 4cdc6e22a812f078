package web

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"example.com/service/internal/logging"
	"example.com/service/internal/problem"
)

const windowSeconds = 60

// limit counts requests by the key of their limit, and answers 429 beyond it; probes and metrics are exempt.
func (s *Server) limit(c *gin.Context) {
	switch c.FullPath() {
	case "", "/healthz", "/readyz", "/metrics":
		return
	}
	limit := s.options.Identity.Limit(c.Request, logging.From(c.Request.Context()).ClientAddress)
	if limit.PerMinute == 0 {
		return
	}
	counted := s.count(c, limit.Key)
	reset := strconv.Itoa(counted.Reset)
	c.Header("Ratelimit-Limit", strconv.Itoa(limit.PerMinute))
	c.Header("Ratelimit-Remaining", strconv.Itoa(max(0, limit.PerMinute-counted.Count)))
	c.Header("Ratelimit-Reset", reset)
	if counted.Count > limit.PerMinute {
		message := "Too many requests; try again later."
		Fail(c, problem.New(http.StatusTooManyRequests, problem.CodeRateLimited, message).With("Retry-After", reset))
	}
}

func (s *Server) count(c *gin.Context, key string) Counted {
	if s.options.Counter != nil {
		if counted, together := s.options.Counter.Count(c.Request.Context(), key); together {
			return counted
		}
	}
	return s.counter.count(key)
}

// ownCounter counts the requests of one process in fixed windows of one minute.
type ownCounter struct {
	clock  func() time.Time
	mutex  sync.Mutex
	counts map[string]int
	window int64
}

func newCounter(clock func() time.Time) *ownCounter {
	return &ownCounter{clock: clock, counts: map[string]int{}}
}

func (o *ownCounter) count(key string) Counted {
	now := o.clock()
	window := now.Unix() / windowSeconds
	ends := time.Unix((window+1)*windowSeconds, 0)
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if window != o.window {
		o.window = window
		clear(o.counts)
	}
	o.counts[key]++
	return Counted{Count: o.counts[key], Reset: int(math.Ceil(ends.Sub(now).Seconds()))}
}
