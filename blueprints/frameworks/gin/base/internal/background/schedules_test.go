package background

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
	"example.com/service/internal/testkit"
)

func tidy(schedule string) Job {
	kind := NewKind[struct{}]("tidy").On(Low)
	if schedule != "" {
		kind = kind.Every(schedule)
	}
	return kind.Does(func(context.Context, Attempt, struct{}) error { return nil })
}

// at looks at the clock at this time, as a process that has just been started does.
func at(t *testing.T, db *database.DB, schedule, moment string) int {
	t.Helper()
	return fire(t, NewSchedules(testkit.Log(t), db, []Job{tidy(schedule)}), moment)
}

func fire(t *testing.T, schedules *Schedules, moment string) int {
	t.Helper()
	now, err := time.Parse(time.RFC3339, moment)
	require.NoError(t, err)
	asked, err := schedules.Fire(t.Context(), now)
	require.NoError(t, err)
	return asked
}

const mondays = "0 3 * * MON"

func TestATimeThatComesAsksOnceAndWhatIsNewStartsNow(t *testing.T) {
	db := testkit.Database(t)
	schedules := NewSchedules(testkit.Log(t), db, []Job{tidy(mondays), tidy("")})
	// A Monday.
	assert.Equal(t, 0, fire(t, schedules, "2026-03-02T02:59:59.900Z"))
	assert.Equal(t, 1, fire(t, schedules, "2026-03-02T03:00:00Z"))
	assert.Equal(t, 0, fire(t, schedules, "2026-03-02T03:00:01Z"))
	assert.Equal(t, 0, fire(t, schedules, "2026-03-03T03:00:00Z"))
	assert.Equal(t, []row{{"tidy", "low", "pending", 0}}, rows(t, db))
}

func TestSeveralProcessesAskOnce(t *testing.T) {
	db := testkit.Database(t)
	at(t, db, mondays, "2026-03-02T00:00:00Z")
	var group sync.WaitGroup
	asked := make(chan int, 3)
	for range cap(asked) {
		group.Go(func() { asked <- at(t, db, mondays, "2026-03-02T03:00:00.5Z") })
	}
	group.Wait()
	close(asked)
	sum := 0
	for each := range asked {
		sum += each
	}
	assert.Equal(t, 1, sum)
	assert.Len(t, rows(t, db), 1)
}

func TestAMissedTimeIsMadeUpForOnce(t *testing.T) {
	db := testkit.Database(t)
	at(t, db, mondays, "2026-03-01T00:00:00Z")
	// Three Mondays later.
	assert.Equal(t, 1, at(t, db, mondays, "2026-03-18T12:00:00Z"))
	assert.Equal(t, 0, at(t, db, mondays, "2026-03-18T12:00:01Z"))
	assert.Len(t, rows(t, db), 1)
}

func TestTimesAreThoseOfUTC(t *testing.T) {
	db := testkit.Database(t)
	const early = "30 6 * * *"
	assert.Equal(t, 0, at(t, db, early, "2026-03-08T00:00:00-05:00"))
	assert.Equal(t, 0, at(t, db, early, "2026-03-08T01:29:59-05:00"))
	assert.Equal(t, 1, at(t, db, early, "2026-03-08T01:30:00-05:00"))
}

func TestTheLastSlot(t *testing.T) {
	now := time.Date(2026, 3, 18, 12, 0, 30, 500, time.UTC)
	for schedule, wanted := range map[string]string{
		"* * * * *":       "2026-03-18T12:00:00Z",
		"*/15 8-11 * * *": "2026-03-18T11:45:00Z",
		"5/10 * * * *":    "2026-03-18T11:55:00Z",
		"0 0 29 2 *":      "2024-02-29T00:00:00Z",
		"0 0 13 * 5":      "2026-03-13T00:00:00Z",
		"0 0 * * 7":       "2026-03-15T00:00:00Z",
		"0 0 1 1 *":       "2026-01-01T00:00:00Z",
		"30 12 * 1,3 1-5": "2026-03-17T12:30:00Z",
		"0 0 1,15 * *":    "2026-03-15T00:00:00Z",
	} {
		slot, err := lastSlot(schedule, now)
		require.NoError(t, err)
		assert.Equal(t, wanted, slot.Format(time.RFC3339), schedule)
	}
}

func TestTheClockIsLookedAtUntilTheEnd(t *testing.T) {
	db := testkit.Database(t)
	schedules := NewSchedules(testkit.Log(t), db, []Job{CleanUp(), tidy("")})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		schedules.Run(ctx)
	}()
	require.Eventually(t, func() bool {
		names := []string{}
		err := db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
			return database.Each(ctx, q, func(scan func(into ...any) error) error {
				var name string
				err := scan(&name)
				names = append(names, name)
				return err
			}, "SELECT name FROM schedules")
		})
		return err == nil && len(names) == 1 && names[0] == "clean_up"
	}, long, look)
	cancel()
	<-ended
}
