package background

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/observability"
	"example.com/service/internal/testkit"
)

const (
	long = 10 * time.Second
	look = 10 * time.Millisecond
)

// noted is what the jobs of these tests are told.
type noted struct {
	Word string
	Size int
}

func note() Kind[noted] {
	return NewKind(
		"note",
		field.Required("word", field.String().Max(40), func(row *noted) *string { return &row.Word }),
		field.Required("size", field.Integer(), func(row *noted) *int { return &row.Size }).Default(7),
	).Tried(3)
}

// notes is a job that writes down what it is told.
type notes struct {
	then func(ctx context.Context, attempt Attempt, given noted) error

	mutex sync.Mutex
	words []string
}

func (n *notes) job(kind Kind[noted]) Job {
	return kind.Does(func(ctx context.Context, attempt Attempt, given noted) error {
		n.mutex.Lock()
		n.words = append(n.words, given.Word)
		n.mutex.Unlock()
		if n.then == nil {
			return nil
		}
		return n.then(ctx, attempt, given)
	})
}

func (n *notes) seen() []string {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return slices.Clone(n.words)
}

// bench is a runner over an empty table.
type bench struct {
	db       *database.DB
	table    *Table
	registry *observability.Registry
	runner   *Runner
}

func newBench(t *testing.T, jobs ...Job) *bench {
	t.Helper()
	db, registry := testkit.Database(t), observability.NewRegistry()
	table := NewTable(db)
	// Tests say themselves when what failed is due.
	settings := Settings{RetryBaseMS: 3_600_000}
	runner := NewRunner(testkit.Log(t), settings, jobs, table, table, NewInstruments(registry, jobs))
	return &bench{db: db, table: table, registry: registry, runner: runner}
}

func enqueue[In any](t *testing.T, db *database.DB, kind Kind[In], given In) string {
	t.Helper()
	id := ""
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		var err error
		id, err = Enqueue(ctx, s, kind, given)
		return err
	}))
	return id
}

func execute(t *testing.T, db *database.DB, format string, values ...any) {
	t.Helper()
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		_, err := database.Exec(ctx, s, format, values...)
		return err
	}))
}

// row is a row of the table of jobs.
type row struct {
	name, queue, status string
	attempts            int
}

func rows(t *testing.T, db *database.DB) []row {
	t.Helper()
	found := []row{}
	require.NoError(t, db.Read(t.Context(), func(ctx context.Context, q database.Queryer) error {
		return database.Each(ctx, q, func(scan func(into ...any) error) error {
			var each row
			err := scan(&each.name, &each.queue, &each.status, &each.attempts)
			found = append(found, each)
			return err
		}, "SELECT name, queue, status, attempts FROM jobs ORDER BY id")
	}))
	return found
}

func (b *bench) runDue(t *testing.T) int {
	t.Helper()
	tried, err := b.runner.RunDue(t.Context())
	require.NoError(t, err)
	return tried
}

func (b *bench) samples(t *testing.T) string {
	t.Helper()
	text, err := b.registry.Text()
	require.NoError(t, err)
	return string(text)
}

func TestAJobThatIsDoneIsForgotten(t *testing.T) {
	all := &notes{}
	b := newBench(t, all.job(note()))
	enqueue(t, b.db, note(), noted{Word: "one", Size: 1})
	assert.Equal(t, []row{{"note", "default", "pending", 0}}, rows(t, b.db))
	assert.Contains(t, b.samples(t), `jobs_total{job="note",outcome="failed"} 0`)
	assert.Equal(t, 1, b.runDue(t))
	assert.Equal(t, []string{"one"}, all.seen())
	assert.Empty(t, rows(t, b.db))
	assert.Equal(t, 0, b.runDue(t))
	assert.Contains(t, b.samples(t), `jobs_total{job="note",outcome="done"} 1`)
	assert.Contains(t, b.samples(t), `job_duration_seconds_count{job="note"} 1`)
}

func TestARolledBackWriteAsksForNothing(t *testing.T) {
	b := newBench(t)
	failure := errors.New("no")
	err := b.db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		_, err := Enqueue(ctx, s, note(), noted{Word: "one"})
		return errors.Join(err, failure)
	})
	require.ErrorIs(t, err, failure)
	assert.Empty(t, rows(t, b.db))
}

func TestTheMostUrgentComesFirst(t *testing.T) {
	all := &notes{}
	b := newBench(t, all.job(note()))
	for _, queue := range []Queue{Low, Default, High} {
		enqueue(t, b.db, note().On(queue), noted{Word: string(queue)})
	}
	depths, err := b.table.depths(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Depths{"high": 1, "default": 1, "low": 1}, depths)
	b.runDue(t)
	assert.Equal(t, []string{"high", "default", "low"}, all.seen())
}

func TestAFailedJobIsTriedAgainAndGivenUp(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("out of\x00 paper") },
		"panic": func() error { panic("out of paper") },
	} {
		t.Run(name, func(t *testing.T) {
			numbers := []int{}
			all := &notes{then: func(_ context.Context, attempt Attempt, _ noted) error {
				numbers = append(numbers, attempt.Number)
				return fail()
			}}
			b := newBench(t, all.job(note()))
			id := enqueue(t, b.db, note(), noted{Word: "one"})
			for range 3 {
				execute(t, b.db, "UPDATE jobs SET run_at = %v", in(0))
				assert.Equal(t, 1, b.runDue(t))
			}
			assert.Equal(t, []int{1, 2, 3}, numbers)
			failed, err := b.table.Failed(t.Context())
			require.NoError(t, err)
			require.Len(t, failed, 1)
			assert.Equal(t, []any{id, "note", 3}, []any{failed[0].ID, failed[0].Name, failed[0].Attempts})
			assert.Contains(t, failed[0].Error, "out of paper")
			assert.Contains(t, b.samples(t), `jobs_total{job="note",outcome="retry"} 2`)
			assert.Contains(t, b.samples(t), `jobs_total{job="note",outcome="failed"} 1`)
			assert.Equal(t, 0, b.runDue(t))
			// All, or those that are named.
			for _, ids := range [][]string{{id}, nil} {
				execute(t, b.db, "UPDATE jobs SET status = 'failed'")
				count, err := b.table.PutBack(t.Context(), ids...)
				require.NoError(t, err)
				assert.Equal(t, int64(1), count)
				assert.Equal(t, []row{{"note", "default", "pending", 0}}, rows(t, b.db))
			}
			count, err := b.table.PutBack(t.Context(), "01a20000-0000-7000-8000-000000000000")
			require.NoError(t, err)
			assert.Zero(t, count)
		})
	}
}

func TestAFailedJobWaits(t *testing.T) {
	all := &notes{then: func(context.Context, Attempt, noted) error { return errors.New("no") }}
	b := newBench(t, all.job(note()))
	enqueue(t, b.db, note(), noted{Word: "one"})
	assert.Equal(t, 1, b.runDue(t))
	assert.Equal(t, 0, b.runDue(t))
}

func TestWaitsDoubleAndDiffer(t *testing.T) {
	for attempts, seconds := range map[int]int{1: 1, 2: 2, 3: 4, 5: 16} {
		least := time.Duration(seconds) * time.Second
		for range 50 {
			pause := Backoff(time.Second, attempts)
			assert.GreaterOrEqual(t, pause, least)
			assert.LessOrEqual(t, pause, least+least/2)
		}
	}
	assert.Positive(t, Backoff(time.Second, 5000))
}

func TestWhatNobodyKnowsIsGivenUp(t *testing.T) {
	b := newBench(t)
	enqueue(t, b.db, note(), noted{Word: "one"})
	b.runDue(t)
	failed, err := b.table.Failed(t.Context())
	require.NoError(t, err)
	require.Len(t, failed, 1)
	assert.Equal(t, "there is no job note", failed[0].Error)
}

func TestArgumentsAreReadStrictly(t *testing.T) {
	for kept, told := range map[string]string{
		`{"word": 7}`:                "`word` must be a string",
		`{}`:                         "`word` must be given",
		`{"word": "a", "other": 1}`:  "`other` is no field here",
		`{"word": "a", "size": 1.5}`: "`size` must be a whole number",
		`[]`:                         "it is no object",
	} {
		_, err := note().read([]byte(kept))
		require.ErrorContains(t, err, told)
	}
	given, err := note().read([]byte(`{"word": "a"}`))
	require.NoError(t, err)
	assert.Equal(t, noted{Word: "a", Size: 7}, given)
}

func TestAJobOfAProcessThatIsGoneIsTakenWhenItsLeaseEnds(t *testing.T) {
	all := &notes{}
	b := newBench(t, all.job(note()))
	id := enqueue(t, b.db, note(), noted{Word: "one"})
	for number := range 3 {
		taken, err := b.table.Take(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, number+1, taken.Attempts)
		again, err := b.table.Take(t.Context(), id)
		require.NoError(t, err)
		assert.Nil(t, again)
		assert.Equal(t, 0, b.runDue(t))
		execute(t, b.db, "UPDATE jobs SET run_at = %v", in(-time.Second))
	}
	// It has ended every process that had it.
	assert.Equal(t, 1, b.runDue(t))
	failed, err := b.table.Failed(t.Context())
	require.NoError(t, err)
	require.Len(t, failed, 1)
	assert.Equal(t, "the process that ran it is gone", failed[0].Error)
	assert.Empty(t, all.seen())
}

func TestOfSeveralWhoTakeAJobOnlyOneGetsIt(t *testing.T) {
	b := newBench(t)
	id := enqueue(t, b.db, note(), noted{Word: "one"})
	var group sync.WaitGroup
	taken := make(chan *TakenJob, 5)
	for range cap(taken) {
		group.Go(func() {
			job, err := b.table.Take(t.Context(), id)
			assert.NoError(t, err)
			taken <- job
		})
	}
	group.Wait()
	close(taken)
	count := 0
	for job := range taken {
		if job != nil {
			count++
		}
	}
	assert.Equal(t, 1, count)
}

func TestALeaseIsRenewedWhileAJobRuns(t *testing.T) {
	all := &notes{then: func(context.Context, Attempt, noted) error {
		time.Sleep(300 * time.Millisecond)
		return nil
	}}
	b := newBench(t, all.job(note()))
	b.table.lease, b.runner.renewal = 150*time.Millisecond, 30*time.Millisecond
	id := enqueue(t, b.db, note(), noted{Word: "one"})
	var group sync.WaitGroup
	group.Go(func() { b.runDue(t) })
	for range 10 {
		time.Sleep(25 * time.Millisecond)
		if len(all.seen()) > 0 {
			job, err := b.table.Take(t.Context(), id)
			require.NoError(t, err)
			assert.Nil(t, job)
		}
	}
	group.Wait()
	assert.Empty(t, rows(t, b.db))
}

func TestAJobMayNotTakeForEver(t *testing.T) {
	ended := make(chan struct{})
	all := &notes{then: func(ctx context.Context, _ Attempt, _ noted) error {
		<-ctx.Done()
		close(ended)
		return ctx.Err()
	}}
	b := newBench(t, all.job(note().Tried(1)))
	b.runner.limit = 50 * time.Millisecond
	enqueue(t, b.db, note(), noted{Word: "one"})
	b.runDue(t)
	<-ended
	failed, err := b.table.Failed(t.Context())
	require.NoError(t, err)
	require.Len(t, failed, 1)
	assert.Equal(t, "not done within 0.05 s", failed[0].Error)
}

func TestSlotsAreFilledAndTheEndWaits(t *testing.T) {
	begun, leave := make(chan string, 10), make(chan struct{})
	all := &notes{then: func(_ context.Context, _ Attempt, given noted) error {
		begun <- given.Word
		<-leave
		return nil
	}}
	b := newBench(t, all.job(note()))
	for at := range slots + 2 {
		enqueue(t, b.db, note(), noted{Word: strings.Repeat("x", at+1)})
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.runner.Run(ctx)
	}()
	for range slots {
		<-begun
	}
	time.Sleep(2 * poll)
	assert.Empty(t, begun)
	cancel()
	select {
	case <-ended:
		t.Error("it did not wait")
	case <-time.After(50 * time.Millisecond):
	}
	close(leave)
	<-ended
	// What was not begun is left to others.
	assert.Len(t, rows(t, b.db), 2)
}

func TestJobsAreRunAsTheyCome(t *testing.T) {
	all := &notes{}
	b := newBench(t, all.job(note()))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.runner.Run(ctx)
	}()
	enqueue(t, b.db, note(), noted{Word: "one"})
	require.Eventually(t, func() bool { return slices.Equal(all.seen(), []string{"one"}) }, long, look)
	cancel()
	<-ended
	assert.Empty(t, rows(t, b.db))
}
