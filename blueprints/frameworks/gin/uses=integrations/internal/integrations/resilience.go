package integrations

import (
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
)

const (
	// maxFailures in a row make a service count as away.
	maxFailures = 5
	// pause is how long it is left alone then, before one request tries it.
	pause    = 30 * time.Second
	attempts = 3
	// The wait doubles from attempt to attempt; up to so much is added by chance.
	firstWait = 100 * time.Millisecond
	jitter    = 100 * time.Millisecond
	// Whoever asks for a longer wait is not asked again.
	maxWait = 5 * time.Second
)

// newBreaker opens after failures in a row; after a pause one request tries the service.
func newBreaker(log *slog.Logger, service string, pause time.Duration) circuitbreaker.CircuitBreaker[*answered] {
	return circuitbreaker.NewBuilder[*answered]().
		HandleIf(func(_ *answered, err error) bool { return isFailure(err) }).
		WithFailureThreshold(maxFailures).
		WithSuccessThreshold(1).
		WithDelay(pause).
		OnOpen(func(circuitbreaker.StateChangedEvent) { log.Warn("service is away", slog.String("service", service)) }).
		OnClose(func(circuitbreaker.StateChangedEvent) { log.Info("service is back", slog.String("service", service)) }).
		Build()
}

// newRetries repeats what is safe to be repeated.
func newRetries(log *slog.Logger) retrypolicy.RetryPolicy[*answered] {
	return retrypolicy.NewBuilder[*answered]().
		HandleIf(func(_ *answered, err error) bool { return isFailure(err) && askedWait(err, 0) <= maxWait }).
		WithMaxAttempts(attempts).
		WithDelayFunc(func(attempt failsafe.ExecutionAttempt[*answered]) time.Duration {
			own := firstWait<<(attempt.Attempts()-1) + rand.N(jitter) //nolint:gosec // chance, not secrecy
			return askedWait(attempt.LastError(), own)
		}).
		OnRetryScheduled(func(event failsafe.ExecutionScheduledEvent[*answered]) {
			log.WarnContext(
				event.Context(), "asking again: "+event.LastError().Error(),
				slog.Int("attempt", event.Attempts()), slog.Int64("waitMs", event.Delay.Milliseconds()),
			)
		}).
		ReturnLastFailure().
		Build()
}

// isFailure tells whether a service failed in a way that may be well at once.
func isFailure(err error) bool {
	var failed *ServiceFailedError
	return errors.As(err, &failed) && failed.again
}

// askedWait is the wait that a service asked for.
func askedWait(err error, otherwise time.Duration) time.Duration {
	var failed *ServiceFailedError
	if errors.As(err, &failed) && failed.wait != nil {
		return *failed.wait
	}
	return otherwise
}

// waitOf is the wait of a `Retry-After`: a number of seconds, or a date (RFC 9110, section 10.2.3).
func waitOf(header string) *time.Duration {
	text := strings.TrimSpace(header)
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		wait := time.Duration(seconds) * time.Second
		return &wait
	}
	moment, err := http.ParseTime(text)
	if err != nil {
		return nil
	}
	wait := max(time.Until(moment), 0)
	return &wait
}
