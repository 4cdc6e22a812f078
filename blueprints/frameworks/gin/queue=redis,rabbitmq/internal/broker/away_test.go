package broker

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/observability"
	"example.com/service/internal/outbox"
	"example.com/service/internal/testkit"
)

// startThrough starts a process that reaches the broker by a wire.
func startThrough(t *testing.T, all *processes, record *recording) (*process, *wire) {
	t.Helper()
	cut, through := newWire(t)
	handlers := []outbox.Handler{record.handler()}
	backend := newBackendAt(t, through, handlers, all.group)
	backend.ready()
	registry := observability.NewRegistry()
	work := outbox.NewWork(outbox.Options{
		Log: testkit.Log(t), Registry: registry, Settings: quick(), DB: all.db, Broker: backend.broker, Handlers: handlers,
	})
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		work.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return &process{backend: backend, registry: registry}, cut
}

func TestWhatIsWrittenWhileTheBrokerIsAwayGoesOutWhenItIsBack(t *testing.T) {
	all, record := newProcesses(t), &recording{}
	process, cut := startThrough(t, all, record)
	subject := uuid.New()
	count(t, all.db, 1, subject)
	require.Eventually(t, func() bool { return slices.Equal(record.numbers(), []int{1}) }, long, look)
	cut.cut()
	assert.False(t, process.backend.broker.Reachable(t.Context()))
	for _, value := range []int{2, 3, 4} {
		count(t, all.db, value, subject)
	}
	assert.Contains(t, process.samples(t), "outbox_pending 3")
	cut.mend()
	require.Eventually(t, func() bool { return slices.Equal(record.numbers(), []int{1, 2, 3, 4}) }, long, look)
	require.Eventually(t, func() bool { return strings.Contains(process.samples(t), "outbox_pending 0") }, long, look)
	assert.True(t, process.backend.broker.Reachable(t.Context()))
}

func TestABrokerThatForgetsEverythingIsToldAnew(t *testing.T) {
	all, record := newProcesses(t), &recording{}
	process := all.start(quick(), record)
	count(t, all.db, 1, uuid.New())
	require.Eventually(t, func() bool { return slices.Equal(record.numbers(), []int{1}) }, long, look)
	process.backend.forgetEverything()
	// Whoever finds nothing makes it again.
	require.Eventually(t, func() bool {
		_, err := process.backend.broker.Depths(t.Context())
		return err == nil
	}, long, look)
	count(t, all.db, 2, uuid.New())
	require.Eventually(t, func() bool { return slices.Equal(record.numbers(), []int{1, 2}) }, long, look)
}

func TestAMessageThatEndedItsProcessIsCounted(t *testing.T) {
	all, record := newProcesses(t), &recording{}
	backend := newBackend(t, all.db, []outbox.Handler{record.handler()}, all.group)
	backend.ready()
	count(t, all.db, 1, uuid.New())
	publish(t, all.db, backend.broker)
	backend.takeAndDie("record")
	all.start(quick(), record)
	require.Eventually(t, func() bool {
		return slices.Equal(receipts(t, all.db), []receipt{{"record", "done", 1}})
	}, long, look)
}

func TestJobsAreHandedOutByTheirUrgency(t *testing.T) {
	all := newProcesses(t)
	b := newBackend(t, all.db, nil, all.group).broker
	jobs := []DueJob{{uuid.NewString(), background.Low}, {uuid.NewString(), background.Default}, {uuid.NewString(), background.High}}
	require.NoError(t, b.Send(t.Context(), jobs))
	for at := range jobs {
		found, err := b.Next(t.Context())
		require.NoError(t, err)
		require.NotNil(t, found)
		assert.Equal(t, jobs[len(jobs)-1-at].ID, found.ID)
		require.NoError(t, found.Seen(t.Context()))
	}
	found, err := b.Next(t.Context())
	require.NoError(t, err)
	assert.Nil(t, found)
}

func TestJobsThatAreDueAreSentOnce(t *testing.T) {
	all := newProcesses(t)
	carrier := &carried{}
	sending := NewSending(testkit.Log(t), all.db, carrier)
	kind := background.NewKind[struct{}]("tidy").On(background.Low)
	require.NoError(t, all.db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		_, err := background.Enqueue(ctx, s, kind, struct{}{})
		return err
	}))
	for _, wanted := range []int{1, 0} {
		sent, err := sending.SendDue(t.Context())
		require.NoError(t, err)
		assert.Equal(t, wanted, sent)
	}
	require.Len(t, carrier.jobs, 1)
	assert.Equal(t, background.Low, carrier.jobs[0].Queue)
	// The broker has lost it.
	execute(t, all.db, "UPDATE jobs SET sent_at = %v", longAgo())
	sent, err := sending.SendDue(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, sent)
}

// publish publishes what is in the outbox, as a relay does.
func publish(t *testing.T, db *database.DB, broker outbox.Broker) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		outbox.NewWork(outbox.Options{
			Log: testkit.Log(t), Registry: observability.NewRegistry(), Settings: quick(), DB: db, Broker: broker,
		}).Run(ctx)
	}()
	require.Eventually(t, func() bool { return waiting(t, db) == 0 }, long, look)
	cancel()
	<-done
}

// waiting is how many events are to be published.
func waiting(t *testing.T, db *database.DB) int {
	t.Helper()
	count := 0
	require.NoError(t, db.Read(t.Context(), func(ctx context.Context, q database.Queryer) error {
		return database.Each(ctx, q, func(scan func(into ...any) error) error {
			return scan(&count)
		}, "SELECT COUNT(*) FROM outbox WHERE published_at IS NULL")
	}))
	return count
}

// carried is a broker that keeps nothing.
type carried struct {
	jobs []DueJob
}

func (c *carried) Send(_ context.Context, jobs []DueJob) error {
	c.jobs = append(c.jobs, jobs...)
	return nil
}
