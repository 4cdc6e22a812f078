package observability

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"time"
)

var noWord = regexp.MustCompile(`[^A-Za-z0-9]`)

// profiles writes `<milliseconds>ms-<method>-<route>-<number>.pprof` into a folder for each request; `go tool pprof`
// shows one.
//
// The process has one profiler: of requests at the same time, only the first one is profiled.
type profiles struct {
	log    *slog.Logger
	folder string
	number atomic.Int64
	busy   atomic.Bool
}

// begin starts the profile of a request; the function that is returned ends it, once the answer is sent.
func (p *profiles) begin(ctx context.Context) func(method, route string, took time.Duration) {
	if !p.busy.CompareAndSwap(false, true) {
		return func(string, string, time.Duration) {}
	}
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		p.busy.Store(false)
		p.log.WarnContext(ctx, "cannot profile a request", slog.Any("error", err))
		return func(string, string, time.Duration) {}
	}
	return func(method, route string, took time.Duration) {
		// The profiler takes a moment to end, for which nobody is to wait.
		go func() {
			pprof.StopCPUProfile()
			name := fmt.Sprintf("%05dms-%s-%s-%d.pprof",
				took.Round(time.Millisecond).Milliseconds(), knownMethod(method, "other"), words(route), p.number.Add(1))
			err := p.keep(name, profile.Bytes())
			p.busy.Store(false)
			if err != nil {
				p.log.ErrorContext(ctx, "cannot write a profile", slog.Any("error", err))
			}
		}()
	}
}

func (p *profiles) keep(name string, profile []byte) error {
	if err := os.MkdirAll(p.folder, 0o750); err != nil {
		return fmt.Errorf("make the folder of profiles: %w", err)
	}
	if err := os.WriteFile(filepath.Join(p.folder, name), profile, 0o600); err != nil {
		return fmt.Errorf("write a profile: %w", err)
	}
	return nil
}

// words is a route as part of a file's name.
func words(route string) string {
	return strings.Trim(noWord.ReplaceAllString(route, "-"), "-")
}
