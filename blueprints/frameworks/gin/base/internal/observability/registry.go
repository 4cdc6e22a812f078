package observability

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"
)

// textFormat is what Prometheus is answered in: its text format, of which every tool reads this version.
var textFormat = expfmt.NewFormat(expfmt.TypeTextPlain)

// family is a metric as it is described, also while it has no sample.
type family struct {
	name string
	help string
	kind string
}

// Registry holds the instruments of one application, which counts for its own process.
type Registry struct {
	metrics  *prometheus.Registry
	families []family
}

// NewRegistry makes a registry that tells of the process.
func NewRegistry() *Registry {
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return &Registry{metrics: metrics}
}

// Counter adds a counter with these labels.
func (r *Registry) Counter(name, help string, labels ...string) *prometheus.CounterVec {
	counter := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	r.add(counter, family{name: name, help: help, kind: "counter"})
	return counter
}

// CounterFunc adds a counter of what is counted elsewhere.
func (r *Registry) CounterFunc(name, help string, read func() float64) {
	counter := prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read)
	r.add(counter, family{name: name, help: help, kind: "counter"})
}

// GaugeFunc adds a gauge that is read when Prometheus asks.
func (r *Registry) GaugeFunc(name, help string, read func() float64) {
	gauge := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read)
	r.add(gauge, family{name: name, help: help, kind: "gauge"})
}

// GaugesFunc adds a gauge with one label, whose values are read when Prometheus asks.
func (r *Registry) GaugesFunc(name, help, label string, read func() map[string]float64) {
	desc := prometheus.NewDesc(name, help, []string{label}, nil)
	r.add(&gauges{desc: desc, read: read}, family{name: name, help: help, kind: "gauge"})
}

// Histogram adds a histogram with these labels.
func (r *Registry) Histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	opts := prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}
	histogram := prometheus.NewHistogramVec(opts, labels)
	r.add(histogram, family{name: name, help: help, kind: "histogram"})
	return histogram
}

func (r *Registry) add(collector prometheus.Collector, described family) {
	r.metrics.MustRegister(collector)
	r.families = append(r.families, described)
}

// Text is everything in Prometheus' text format.
func (r *Registry) Text() ([]byte, error) {
	gathered, err := r.metrics.Gather()
	if err != nil {
		return nil, fmt.Errorf("gather metrics: %w", err)
	}
	var text bytes.Buffer
	encoder := expfmt.NewEncoder(&text, textFormat)
	known := make(map[string]bool, len(gathered))
	for _, each := range gathered {
		known[each.GetName()] = true
		if err := encoder.Encode(each); err != nil {
			return nil, fmt.Errorf("encode metrics: %w", err)
		}
	}
	// The library says nothing of metrics without samples; whoever writes queries looks for them.
	for _, each := range r.families {
		if !known[each.name] {
			fmt.Fprintf(&text, "# HELP %s %s\n# TYPE %s %s\n", each.name, each.help, each.name, each.kind)
		}
	}
	return text.Bytes(), nil
}

// Write answers with everything in Prometheus' text format.
func (r *Registry) Write(w http.ResponseWriter) error {
	text, err := r.Text()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", string(textFormat))
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("answer metrics: %w", err)
	}
	return nil
}

// gauges is a gauge whose label values come and go.
type gauges struct {
	desc *prometheus.Desc
	read func() map[string]float64
}

// Describe implements [prometheus.Collector].
func (g *gauges) Describe(descs chan<- *prometheus.Desc) {
	descs <- g.desc
}

// Collect implements [prometheus.Collector].
func (g *gauges) Collect(metrics chan<- prometheus.Metric) {
	for label, value := range g.read() {
		metrics <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, value, label)
	}
}
