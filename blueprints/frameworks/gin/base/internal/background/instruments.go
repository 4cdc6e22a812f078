package background

import (
	"context"
	"log/slog"
	"maps"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/service/internal/observability"
)

// depthTimeout is how long Prometheus waits for a server that is to count what waits.
const depthTimeout = 5 * time.Second

var durationBuckets = []float64{0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300}

// Outcome is what came of an attempt at a job.
type Outcome string

// The outcomes of attempts at jobs.
const (
	Done    Outcome = "done"
	Retried Outcome = "retry"
	Failed  Outcome = "failed"
)

// Instruments are what jobs are counted by.
type Instruments struct {
	jobs      *prometheus.CounterVec
	durations *prometheus.HistogramVec
}

// NewInstruments makes the instruments of these jobs.
func NewInstruments(registry *observability.Registry, jobs []Job) *Instruments {
	instruments := &Instruments{
		jobs: registry.Counter(
			"jobs_total",
			"Attempts at jobs: done, retry when it is tried again, failed when it is given up.",
			"job", "outcome",
		),
		durations: registry.Histogram(
			"job_duration_seconds", "Time that an attempt at a job took.", durationBuckets, "job",
		),
	}
	// A counter that begins with its first failure hides that one from alerts.
	for _, job := range jobs {
		for _, outcome := range []Outcome{Done, Retried, Failed} {
			instruments.jobs.WithLabelValues(job.Name(), string(outcome))
		}
	}
	return instruments
}

func (i *Instruments) observe(job string, outcome Outcome, took time.Duration) {
	i.jobs.WithLabelValues(job, string(outcome)).Inc()
	i.durations.WithLabelValues(job).Observe(took.Seconds())
}

// Depths is how much waits, by the name of the queue.
type Depths map[string]int

// showDepths shows how much waits in the queues of all these parts.
func showDepths(registry *observability.Registry, log *slog.Logger, parts []Part) {
	registry.GaugesFunc(
		"queue_depth",
		"What waits: jobs by queue, messages by handler, dead letters as <handler>.dlq.",
		"queue",
		func() map[string]float64 {
			ctx, cancel := context.WithTimeout(context.Background(), depthTimeout)
			defer cancel()
			all := make(Depths)
			for _, part := range parts {
				depths, err := part.Depths(ctx)
				if err != nil {
					// A server that is away hides its own numbers alone.
					log.WarnContext(ctx, "cannot count what waits", slog.Any("error", err))
					continue
				}
				maps.Copy(all, depths)
			}
			values := make(map[string]float64, len(all))
			for queue, depth := range all {
				values[queue] = float64(depth)
			}
			return values
		},
	)
}
