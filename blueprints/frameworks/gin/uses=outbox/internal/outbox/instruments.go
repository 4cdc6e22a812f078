package outbox

import (
	"context"
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/service/internal/database"
	"example.com/service/internal/observability"
)

// lookTimeout is how long Prometheus waits for what the outbox tells.
const lookTimeout = 5 * time.Second

// Outcome is what came of a message, or of an attempt that is followed by another: retry.
type Outcome string

const (
	handled   Outcome = "handled"
	duplicate Outcome = "duplicate"
	retried   Outcome = "retry"
	dead      Outcome = "dead"
)

// Instruments are what events are counted by.
type Instruments struct {
	db  *database.DB
	out *prometheus.CounterVec
	in  *prometheus.CounterVec
}

func newInstruments(registry *observability.Registry, db *database.DB, handlers []Handler) *Instruments {
	instruments := &Instruments{
		db:  db,
		out: registry.Counter("events_published_total", "Events published and confirmed.", "type"),
		in: registry.Counter(
			"events_consumed_total",
			"Messages of handlers: handled, duplicate, dead; retry is an attempt that failed.",
			"handler", "outcome",
		),
	}
	// A counter that begins with its first failure hides that one from alerts.
	for _, handler := range handlers {
		for _, outcome := range []Outcome{handled, duplicate, retried, dead} {
			instruments.in.WithLabelValues(handler.Name, string(outcome))
		}
	}
	registry.GaugeFunc("outbox_pending", "Events that are still to be published.", func() float64 {
		pending, _ := instruments.look()
		return pending
	})
	registry.GaugeFunc(
		"outbox_oldest_seconds",
		"Age of the oldest event that is still to be published.",
		func() float64 {
			_, age := instruments.look()
			return age
		},
	)
	return instruments
}

// published counts an event that was published.
func (i *Instruments) published(kind string) {
	i.out.WithLabelValues(kind).Inc()
}

// observe counts what came of a message.
func (i *Instruments) observe(handler string, outcome Outcome) {
	i.in.WithLabelValues(handler, string(outcome)).Inc()
}

// look tells how many events wait, and the age of the oldest; no numbers while the database is away, which it logs
// itself.
func (i *Instruments) look() (pending, seconds float64) {
	ctx, cancel := context.WithTimeout(context.Background(), lookTimeout)
	defer cancel()
	err := i.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		count, age, err := backlog(ctx, q)
		pending, seconds = float64(count), age.Seconds()
		return err
	})
	if err != nil {
		return math.NaN(), math.NaN()
	}
	return pending, seconds
}
