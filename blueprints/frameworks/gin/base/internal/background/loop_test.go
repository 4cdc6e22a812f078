package background

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/problem"
)

func TestALoopGoesOnWhateverFails(t *testing.T) {
	var log strings.Builder
	failures := []error{errors.New("one"), problem.Unavailable(errors.New("away")), nil, errors.New("two")}
	ctx, cancel := context.WithCancel(t.Context())
	steps := 0
	loop := Loop{
		Log:  slog.New(slog.NewTextHandler(&log, nil)),
		Name: "do it",
		Step: func(ctx context.Context) (bool, error) {
			steps++
			if steps > len(failures) {
				cancel()
				require.NoError(t, ctx.Err())
				return true, nil
			}
			return true, failures[steps-1]
		},
	}
	began := time.Now()
	loop.Run(ctx)
	assert.Equal(t, len(failures)+1, steps)
	assert.GreaterOrEqual(t, time.Since(began), 3*trouble)
	// The same trouble again says nothing new.
	assert.Equal(t, 2, strings.Count(log.String(), `msg="cannot do it"`))
}

func TestAPanicIsAnErrorOfALoop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var log strings.Builder
	Loop{Log: slog.New(slog.NewTextHandler(&log, nil)), Name: "do it", Step: func(context.Context) (bool, error) {
		cancel()
		panic("no")
	}}.Run(ctx)
	assert.Contains(t, log.String(), "panic: no")
}

func TestCleanUpDoesEveryChore(t *testing.T) {
	done := []string{}
	job := CleanUp(
		func(context.Context) error {
			done = append(done, "one")
			return nil
		},
		func(context.Context) error {
			done = append(done, "two")
			return errors.New("no")
		},
	)
	require.Error(t, job.Execute(t.Context(), Attempt{}, []byte("{}")))
	assert.Equal(t, []string{"one", "two"}, done)
	assert.Equal(t, "0 * * * *", job.Schedule())
}
