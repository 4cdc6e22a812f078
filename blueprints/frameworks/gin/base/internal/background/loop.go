package background

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"example.com/service/internal/problem"
)

// trouble is how long something that does not work is left alone.
const trouble = time.Second

// Wait waits, but no longer than until the context ends.
func Wait(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Backoff is how long to wait after so many failed attempts: twice as long each time, never all at once.
func Backoff(base time.Duration, attempts int) time.Duration {
	// Nobody waits for years; beyond that the doubling would overflow.
	pause := base << min(attempts-1, 20)
	return pause + rand.N(pause/2+1) //nolint:gosec // chance, not secrecy
}

// Loop does something again and again, whatever fails.
type Loop struct {
	Log *slog.Logger
	// Name says what cannot be done when it fails, for the log.
	Name  string
	Pause time.Duration
	// Step does something, and tells whether there may be more to do at once. Its context outlives the end of the
	// loop, so that what is begun is finished.
	Step func(ctx context.Context) (more bool, err error)
}

// Run does it until the context ends.
func (l Loop) Run(ctx context.Context) {
	failing := false
	for ctx.Err() == nil {
		pause := l.Pause
		more, err := l.step(context.WithoutCancel(ctx))
		switch {
		case err != nil:
			// That the database is away has been logged; the same trouble again says nothing new.
			if !failing && !Known(err) {
				l.Log.ErrorContext(ctx, "cannot "+l.Name, slog.Any("error", err))
			}
			failing = true
			pause = max(pause, trouble)
		case more:
			failing = false
			continue
		default:
			failing = false
		}
		Wait(ctx, pause)
	}
}

func (l Loop) step(ctx context.Context) (more bool, err error) {
	err = Guarded(func() error {
		more, err = l.Step(ctx)
		return err
	})
	return more, err
}

// Known tells whether whoever met an error first has logged it: the database is away.
func Known(err error) bool {
	var known *problem.Error
	return errors.As(err, &known)
}

// PanicError is a fault of the program that was met while it worked for somebody.
type PanicError struct {
	Value any
	Stack []byte
}

// Error implements error.
func (e *PanicError) Error() string {
	return fmt.Sprintf("panic: %v", e.Value)
}

// Guarded makes an error of a panic: what is wrong with one job is to end no other.
func Guarded(work func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	return work()
}

// Reason is what went wrong, as it is kept: databases take no text that is not valid, and no zeros in it.
func Reason(err error) string {
	return strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), "\uFFFD")
}

// Together runs all of these until the context ends, and each of them has.
func Together(ctx context.Context, runs ...func(ctx context.Context)) {
	var group sync.WaitGroup
	for _, run := range runs {
		group.Go(func() { run(ctx) })
	}
	group.Wait()
}
