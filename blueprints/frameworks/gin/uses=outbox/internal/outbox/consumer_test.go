package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
	"example.com/service/internal/observability"
	"example.com/service/internal/testkit"
)

// record is a handler that writes down what it is given.
type record struct {
	failure error

	mutex   sync.Mutex
	numbers []int
}

func (r *record) handler() Handler {
	return On(counted(), "record", func(_ context.Context, event Event[number], _ *database.Session) error {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.numbers = append(r.numbers, event.Data.Value)
		return r.failure
	})
}

func (r *record) seen() []int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Clone(r.numbers)
}

func consumerOf(t *testing.T, db *database.DB, record *record) *Consumer {
	t.Helper()
	handler := record.handler()
	instruments := newInstruments(observability.NewRegistry(), db, []Handler{handler})
	settings := Settings{Attempts: 2, RetryBaseMS: 1}
	return newConsumer(testkit.Log(t), settings, db, handler, instruments, make(chan struct{}, 5))
}

// delivered is a message, and what was done with it.
type delivered struct {
	Message

	mutex sync.Mutex
	did   []string
}

func (d *delivered) note(what string) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.did = append(d.did, what)
}

func (d *delivered) done() []string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return slices.Clone(d.did)
}

func deliver(value int, id, subject uuid.UUID, again bool) *delivered {
	d := &delivered{}
	d.Message = Message{
		Text: writeEnvelope(Event[[]byte]{
			ID: id.String(), Type: "something-counted", Subject: subject.String(), Time: "2026-01-31T09:30:00.000Z",
			Data: fmt.Appendf(nil, `{"number":%d}`, value),
		}),
		Again: again,
		Settle: func(context.Context) error {
			d.note("settled")
			return nil
		},
		Bury: func(_ context.Context, reason string, attempts int) error {
			d.note(fmt.Sprintf("%s %d", reason, attempts))
			return nil
		},
	}
	return d
}

func receiptOf(t *testing.T, db *database.DB, id uuid.UUID) receipt {
	t.Helper()
	found, err := NewDeliveries(db, "record").find(t.Context(), id.String())
	require.NoError(t, err)
	return found
}

func TestAMessageThatEndedItsProcessesIsADeadLetterInTheEnd(t *testing.T) {
	db, all, id, subject := testkit.Database(t), &record{}, uuid.New(), uuid.New()
	// A process had it and is gone.
	<-consumerOf(t, db, all).Take(t.Context(), deliver(1, id, subject, true).Message)
	assert.Equal(t, []int{1}, all.seen())
	assert.Equal(t, receipt{status: "done", attempts: 1, reason: lost}, receiptOf(t, db, id))
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		_, err := database.Exec(ctx, s, "UPDATE event_deliveries SET status = 'pending'")
		return err
	}))
	again := deliver(1, id, subject, true)
	<-consumerOf(t, db, all).Take(t.Context(), again.Message)
	assert.Equal(t, []string{lost + " 2", "settled"}, again.done())
	assert.Equal(t, receipt{status: "failed", attempts: 2, reason: lost}, receiptOf(t, db, id))
	assert.Equal(t, []int{1}, all.seen())
}

func TestAMessageBehindAnotherOfItsSubjectWasNotBegun(t *testing.T) {
	db, all, subject := testkit.Database(t), &record{}, uuid.New()
	consumer := consumerOf(t, db, all)
	ids := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
	var ends []<-chan struct{}
	for at, id := range ids {
		ends = append(ends, consumer.Take(t.Context(), deliver(at, id, subject, true).Message))
	}
	for _, end := range ends {
		<-end
	}
	assert.Equal(t, []int{0, 1, 2}, all.seen())
	attempts := []int{}
	for _, id := range ids {
		attempts = append(attempts, receiptOf(t, db, id).attempts)
	}
	assert.Equal(t, []int{1, 0, 0}, attempts)
	assert.Empty(t, consumer.lanes)
}

func TestTwoProcessesThatHaveTheSameMessageHandleItOnce(t *testing.T) {
	db, all, id, subject := testkit.Database(t), &record{}, uuid.New(), uuid.New()
	both := []*delivered{deliver(1, id, subject, false), deliver(1, id, subject, false)}
	var ends []<-chan struct{}
	for _, each := range both {
		ends = append(ends, consumerOf(t, db, all).Take(t.Context(), each.Message))
	}
	for at, end := range ends {
		<-end
		assert.Equal(t, []string{"settled"}, both[at].done())
	}
	assert.Equal(t, []int{1}, all.seen())
}

func TestOfThoseThatFoundAnEventUndoneOneHasItsEffect(t *testing.T) {
	db, all, id := testkit.Database(t), &record{}, uuid.New()
	event, err := all.handler().read(deliver(1, id, uuid.New(), false).Text)
	require.NoError(t, err)
	deliveries := NewDeliveries(db, "record")
	undone, err := deliveries.find(t.Context(), id.String())
	require.NoError(t, err)
	first, err := deliveries.once(t.Context(), event, undone)
	require.NoError(t, err)
	second, err := deliveries.once(t.Context(), event, undone)
	require.NoError(t, err)
	assert.Equal(t, []bool{true, false}, []bool{first, second})
	assert.Equal(t, []int{1}, all.seen())
}

func TestAnAttemptThatAnotherProcessCountsMeanwhileIsNotCountedTwice(t *testing.T) {
	db, id, subject := testkit.Database(t), uuid.New(), uuid.New()
	all := &record{failure: errors.New("no\x00t \xffvalid")}
	var ends []<-chan struct{}
	for range 2 {
		ends = append(ends, consumerOf(t, db, all).Take(t.Context(), deliver(1, id, subject, false).Message))
	}
	for _, end := range ends {
		<-end
	}
	assert.LessOrEqual(t, len(all.seen()), 4)
	assert.Equal(t, receipt{status: "failed", attempts: 2, reason: "not \uFFFDvalid"}, receiptOf(t, db, id))
}

func TestEventsOfAnotherTypeAreLeftAlone(t *testing.T) {
	db, all, id := testkit.Database(t), &record{}, uuid.New()
	other := deliver(1, id, uuid.New(), false)
	other.Text = writeEnvelope(Event[[]byte]{
		ID: id.String(), Type: "something-else", Subject: id.String(), Time: "2026-01-31T09:30:00Z", Data: []byte("{}"),
	})
	<-consumerOf(t, db, all).Take(t.Context(), other.Message)
	assert.Empty(t, all.seen())
	assert.Equal(t, []string{"settled"}, other.done())
}

func TestWhatCannotBeBuriedIsTriedUntilItCan(t *testing.T) {
	db, poison := testkit.Database(t), deliver(1, uuid.New(), uuid.New(), false)
	bury, away := poison.Bury, true
	poison.Text = "nonsense"
	poison.Bury = func(ctx context.Context, reason string, attempts int) error {
		if away {
			away = false
			return errors.New("the broker is away")
		}
		return bury(ctx, reason, attempts)
	}
	<-consumerOf(t, db, &record{}).Take(t.Context(), poison.Message)
	assert.Equal(t, []string{"no JSON 0", "settled"}, poison.done())
}

func TestAfterTheEndNothingIsBegun(t *testing.T) {
	db, all, id := testkit.Database(t), &record{}, uuid.New()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	left := deliver(1, id, uuid.New(), false)
	<-consumerOf(t, db, all).Take(ctx, left.Message)
	assert.Empty(t, all.seen())
	assert.Empty(t, left.done())
	assert.Equal(t, receipt{status: "pending"}, receiptOf(t, db, id))
}
