package broker

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/observability"
	"example.com/service/internal/outbox"
	"example.com/service/internal/testkit"
)

const (
	// long is how long tests wait for what comes by itself.
	long = 15 * time.Second
	look = 20 * time.Millisecond
)

// number is what the event of these tests tells.
type number struct {
	Value int
}

func counted() outbox.Declared[number] {
	return outbox.Declare(
		"something-counted",
		field.Required("number", field.Integer(), func(row *number) *int { return &row.Value }),
	)
}

// count says that something was counted, in a transaction of its own.
func count(t *testing.T, db *database.DB, value int, subject uuid.UUID) {
	t.Helper()
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		return outbox.Emit(ctx, s, counted(), subject, number{value})
	}))
}

// recording is a handler that writes down what it is given, before it does something.
type recording struct {
	name string
	then func(ctx context.Context, event outbox.Event[number], s *database.Session) error

	mutex sync.Mutex
	seen  []outbox.Event[number]
}

func (r *recording) handler() outbox.Handler {
	name := r.name
	if name == "" {
		name = "record"
	}
	return outbox.On(counted(), name, func(ctx context.Context, event outbox.Event[number], s *database.Session) error {
		r.mutex.Lock()
		r.seen = append(r.seen, event)
		r.mutex.Unlock()
		if r.then == nil {
			return nil
		}
		return r.then(ctx, event, s)
	})
}

func (r *recording) events() []outbox.Event[number] {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Clone(r.seen)
}

func (r *recording) numbers() []int {
	numbers := []int{}
	for _, event := range r.events() {
		numbers = append(numbers, event.Data.Value)
	}
	return numbers
}

// process handles events, as a worker does, with a broker of its own.
type process struct {
	backend  *backend
	registry *observability.Registry
	stop     func()
}

// processes starts processes that share the names of one test; they end with it.
type processes struct {
	t     *testing.T
	db    *database.DB
	group string
}

func newProcesses(t *testing.T) *processes {
	t.Helper()
	return &processes{t: t, db: testkit.Database(t), group: uuid.NewString()}
}

func quick() outbox.Settings {
	return outbox.Settings{Attempts: 3, RetryBaseMS: 20}
}

func (p *processes) start(settings outbox.Settings, all ...*recording) *process {
	p.t.Helper()
	handlers := make([]outbox.Handler, len(all))
	for at, each := range all {
		handlers[at] = each.handler()
	}
	backend := newBackend(p.t, p.db, handlers, p.group)
	registry := observability.NewRegistry()
	work := outbox.NewWork(outbox.Options{
		Log: testkit.Log(p.t), Registry: registry, Settings: settings, DB: p.db, Broker: backend.broker, Handlers: handlers,
	})
	backend.ready()
	ctx, cancel := context.WithCancel(context.WithoutCancel(p.t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		work.Run(ctx)
	}()
	stop := sync.OnceFunc(func() {
		cancel()
		<-done
	})
	p.t.Cleanup(stop)
	return &process{backend: backend, registry: registry, stop: stop}
}

func (p *process) samples(t *testing.T) string {
	t.Helper()
	text, err := p.registry.Text()
	require.NoError(t, err)
	return string(text)
}

// receipt is a row of the table of deliveries.
type receipt struct {
	handler  string
	status   string
	attempts int
}

func receipts(t *testing.T, db *database.DB) []receipt {
	t.Helper()
	found := []receipt{}
	require.NoError(t, db.Read(t.Context(), func(ctx context.Context, q database.Queryer) error {
		return database.Each(ctx, q, func(scan func(into ...any) error) error {
			var each receipt
			err := scan(&each.handler, &each.status, &each.attempts)
			found = append(found, each)
			return err
		}, "SELECT handler, status, attempts FROM event_deliveries ORDER BY handler, created_at")
	}))
	return found
}

func execute(t *testing.T, db *database.DB, format string, values ...any) {
	t.Helper()
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		_, err := database.Exec(ctx, s, format, values...)
		return err
	}))
}

func TestWhatIsCommittedIsHandledOnce(t *testing.T) {
	all, one := newProcesses(t), &recording{}
	process := all.start(quick(), one)
	count(t, all.db, 1, uuid.New())
	require.Eventually(t, func() bool { return slices.Equal(one.numbers(), []int{1}) }, long, look)
	for _, wanted := range []string{
		`events_published_total{type="something-counted"} 1`,
		`events_consumed_total{handler="record",outcome="handled"} 1`,
		`events_consumed_total{handler="record",outcome="dead"} 0`,
		"outbox_pending 0",
	} {
		require.Eventually(t, func() bool { return strings.Contains(process.samples(t), wanted) }, long, look, wanted)
	}
	process.stop()
	assert.Equal(t, []receipt{{"record", "done", 0}}, receipts(t, all.db))
}

func TestWhatWasCommittedBeforeACrashIsPublishedByWhoeverComesNext(t *testing.T) {
	all, one := newProcesses(t), &recording{}
	first := all.start(quick(), one)
	first.stop()
	count(t, all.db, 1, uuid.New())
	assert.Contains(t, first.samples(t), "outbox_pending 1")
	all.start(quick(), one)
	require.Eventually(t, func() bool { return slices.Equal(one.numbers(), []int{1}) }, long, look)
}

func TestEventsOfOneSubjectKeepTheirOrderAndOthersDoNotWait(t *testing.T) {
	all := newProcesses(t)
	one, other := uuid.New(), uuid.New()
	var once sync.Once
	record := &recording{then: func(_ context.Context, event outbox.Event[number], _ *database.Session) (err error) {
		if event.Data.Value == 1 {
			once.Do(func() { err = errors.New("not yet") })
		}
		return err
	}}
	all.start(outbox.Settings{Attempts: 3, RetryBaseMS: 400}, record)
	for _, value := range []int{1, 2, 3} {
		count(t, all.db, value, one)
		count(t, all.db, value+10, other)
	}
	require.Eventually(t, func() bool { return len(record.events()) == 7 }, long, look)
	ours, theirs := []int{}, []int{}
	for _, event := range record.events() {
		if event.Subject == one.String() {
			ours = append(ours, event.Data.Value)
		} else {
			theirs = append(theirs, event.Data.Value)
		}
	}
	assert.Equal(t, []int{1, 1, 2, 3}, ours)
	assert.Equal(t, []int{11, 12, 13}, theirs)
	assert.Less(t, slices.Index(record.numbers(), 13), 4)
}

func TestAFailedAttemptLeavesNothingBehindAndIsMadeAgain(t *testing.T) {
	all := newProcesses(t)
	record := &recording{}
	record.then = func(ctx context.Context, event outbox.Event[number], s *database.Session) error {
		_, err := database.Exec(
			ctx, s,
			"INSERT INTO schedules (name, fired_at) VALUES (%v, %v)", event.ID, database.StoreTime(time.Now()),
		)
		if err == nil && len(record.events()) < 3 {
			if len(record.events()) == 2 {
				panic("not yet")
			}
			return errors.New("not yet")
		}
		return err
	}
	process := all.start(quick(), record)
	count(t, all.db, 1, uuid.New())
	require.Eventually(t, func() bool {
		return slices.Equal(receipts(t, all.db), []receipt{{"record", "done", 2}})
	}, long, look)
	assert.Equal(t, []int{1, 1, 1}, record.numbers())
	assert.Contains(t, process.samples(t), `handler="record",outcome="retry"} 2`)
}

func TestAnEventThatFailsIsADeadLetterInTheEndAndCanBePutBack(t *testing.T) {
	all := newProcesses(t)
	var mutex sync.Mutex
	broken := true
	record := &recording{then: func(context.Context, outbox.Event[number], *database.Session) error {
		mutex.Lock()
		defer mutex.Unlock()
		if broken {
			return errors.New("out of paper")
		}
		return nil
	}}
	process := all.start(quick(), record)
	count(t, all.db, 1, uuid.New())
	require.Eventually(t, func() bool { return len(process.backend.deadLetters("record")) == 1 }, long, look)
	letter := process.backend.deadLetters("record")[0]
	assert.Equal(t, []any{"out of paper", 3}, []any{letter.reason, letter.attempts})
	require.Eventually(t, func() bool {
		return strings.Contains(process.samples(t), `handler="record",outcome="dead"} 1`)
	}, long, look)
	assert.Len(t, record.events(), 3)
	assert.Equal(t, []receipt{{"record", "failed", 3}}, receipts(t, all.db))
	require.Eventually(t, func() bool {
		depths, err := process.backend.broker.Depths(t.Context())
		return err == nil && depths["record"] == 0 && depths["record.dlq"] == 1
	}, long, look)
	mutex.Lock()
	broken = false
	mutex.Unlock()
	lines, err := outbox.Replay(t.Context(), all.db, process.backend.broker, []outbox.Handler{record.handler()})
	require.NoError(t, err)
	assert.Equal(t, []string{"record: 1"}, lines)
	require.Eventually(t, func() bool { return len(record.events()) == 4 }, long, look)
	require.Eventually(t, func() bool {
		return slices.Equal(receipts(t, all.db), []receipt{{"record", "done", 0}}) &&
			len(process.backend.deadLetters("record")) == 0
	}, long, look)
}

func TestWhatIsNoEventIsADeadLetterAtOnce(t *testing.T) {
	all, record := newProcesses(t), &recording{}
	process := all.start(quick(), record)
	good := `{"specversion":"1.0","id":"` + uuid.NewString() + `","source":"` + outbox.Source + `",` +
		`"type":"something-counted","subject":"` + uuid.NewString() + `","time":"2026-01-31T09:30:00.000Z",` +
		`"datacontenttype":"application/json","dataschema":"/schemas/something-counted/v1.json","data":{"number":1}}`
	bad := []string{
		"nonsense", "{}", strings.Replace(good, `"1.0"`, `"2.0"`, 1), strings.Replace(good, ":1}", `:"one"}`, 1),
	}
	for _, message := range bad {
		process.backend.inject(message, "something-counted")
	}
	require.Eventually(t, func() bool { return len(process.backend.deadLetters("record")) == len(bad) }, long, look)
	messages, reasons := []string{}, []string{}
	for _, letter := range process.backend.deadLetters("record") {
		messages = append(messages, letter.message)
		reason, _, _ := strings.Cut(letter.reason, ":")
		reasons = append(reasons, reason)
	}
	assert.ElementsMatch(t, bad, messages)
	assert.ElementsMatch(t, []string{
		"no JSON", "no valid envelope", "no valid envelope", "not what the schema says",
	}, reasons)
	process.backend.inject(good, "something-counted")
	require.Eventually(t, func() bool { return slices.Equal(record.numbers(), []int{1}) }, long, look)
}

func TestAnEventThatIsPublishedTwiceHasOneEffect(t *testing.T) {
	all, record := newProcesses(t), &recording{}
	process := all.start(quick(), record)
	subject := uuid.New()
	count(t, all.db, 1, subject)
	require.Eventually(t, func() bool { return slices.Equal(record.numbers(), []int{1}) }, long, look)
	// The relay died before it could note that the event was published.
	execute(t, all.db, "UPDATE outbox SET published_at = NULL")
	count(t, all.db, 2, subject)
	require.Eventually(t, func() bool { return slices.Equal(record.numbers(), []int{1, 2}) }, long, look)
	require.Eventually(t, func() bool { return strings.Contains(process.samples(t), "outbox_pending 0") }, long, look)
	assert.Len(t, receipts(t, all.db), 2)
}

func TestEachHandlerGetsItsOwn(t *testing.T) {
	all := newProcesses(t)
	one, other := &recording{}, &recording{name: "record_too"}
	all.start(quick(), one, other)
	count(t, all.db, 1, uuid.New())
	require.Eventually(t, func() bool {
		return slices.Equal(one.numbers(), []int{1}) && slices.Equal(other.numbers(), []int{1})
	}, long, look)
}

func TestTheEndWaitsForTheHandlerThatRuns(t *testing.T) {
	all := newProcesses(t)
	begun := make(chan struct{})
	record := &recording{then: func(context.Context, outbox.Event[number], *database.Session) error {
		close(begun)
		time.Sleep(200 * time.Millisecond)
		return nil
	}}
	process := all.start(quick(), record)
	count(t, all.db, 1, uuid.New())
	<-begun
	process.stop()
	assert.Equal(t, []receipt{{"record", "done", 0}}, receipts(t, all.db))
}

func TestWhatWaitsForItsNextAttemptIsLeftToTheNextProcess(t *testing.T) {
	all := newProcesses(t)
	var once sync.Once
	record := &recording{then: func(context.Context, outbox.Event[number], *database.Session) (err error) {
		once.Do(func() { err = errors.New("not yet") })
		return err
	}}
	first := all.start(outbox.Settings{Attempts: 5, RetryBaseMS: 60_000}, record)
	count(t, all.db, 1, uuid.New())
	require.Eventually(t, func() bool {
		return slices.Equal(receipts(t, all.db), []receipt{{"record", "pending", 1}})
	}, long, look)
	first.stop()
	all.start(outbox.Settings{Attempts: 5, RetryBaseMS: 20}, record)
	require.Eventually(t, func() bool {
		found := receipts(t, all.db)
		return len(found) == 1 && found[0].status == "done"
	}, long, look)
	assert.Len(t, record.events(), 2)
}
