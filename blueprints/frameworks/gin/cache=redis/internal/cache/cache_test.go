package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/config"
	"example.com/service/internal/database"
	"example.com/service/internal/observability"
	"example.com/service/internal/resource"
	"example.com/service/internal/testkit"
)

// The rows of the tests are in a table that every service has.
const table = "idempotency_keys"

var (
	errRefused = errors.New("refused")
	source     = resource.Source{Name: "Answer", Table: table}
)

// process is one of several on one database and one Redis, as far as they can tell.
type process struct {
	*Cache

	t       *testing.T
	db      *database.DB
	log     *bytes.Buffer
	metrics *observability.Registry
}

// world is a database, and where processes keep what they read from it.
type world struct {
	t        *testing.T
	url      string
	settings Settings
}

func newWorld(t *testing.T) *world {
	t.Helper()
	settings := Settings{RedisURL: URL(testkit.RedisURL(t)), CacheSeconds: 60, Prefix: testkit.RedisPrefix(t)}
	return &world{t, testkit.URL(t), settings}
}

func (w *world) process() *process {
	w.t.Helper()
	var log bytes.Buffer
	metrics := observability.NewRegistry()
	made, err := New(Options{
		Settings:      w.settings,
		CommitTimeout: time.Second,
		Document:      []byte("{}"),
		Log:           slog.New(slog.NewTextHandler(&log, nil)),
		Registry:      metrics,
	})
	require.NoError(w.t, err)
	made.Answers([]resource.Source{source, {Name: "Other", Table: "others", Links: []string{table}}})
	db, err := database.Open(database.Options{URL: w.url, PoolSize: 5, Timeout: 5 * time.Second, Log: testkit.Log(w.t), Announce: made})
	require.NoError(w.t, err)
	w.t.Cleanup(func() {
		require.NoError(w.t, db.Close())
		require.NoError(w.t, made.Close())
	})
	return &process{made, w.t, db, &log, metrics}
}

// with is a world whose processes have other settings.
func (w *world) with(change func(settings *Settings)) *world {
	changed := *w
	change(&changed.settings)
	return &changed
}

// change stores a value under an id.
func (p *process) change(id uuid.UUID, value string) {
	p.t.Helper()
	require.NoError(p.t, p.db.Write(p.t.Context(), func(ctx context.Context, s *database.Session) error {
		return put(ctx, s, id, value)
	}))
}

// changeUnseen does as somebody who knows of no cache.
func (p *process) changeUnseen(id uuid.UUID, value string) {
	p.t.Helper()
	require.NoError(p.t, p.db.Read(p.t.Context(), func(ctx context.Context, q database.Queryer) error {
		return put(ctx, q, id, value)
	}))
}

func put(ctx context.Context, q database.Queryer, id uuid.UUID, value string) error {
	changed, err := database.Exec(ctx, q, "UPDATE "+table+" SET answer = %v, status = status + 1 WHERE id = %v", value, database.StoreUUID(id))
	if err != nil || changed > 0 {
		return err
	}
	_, err = database.Exec(ctx, q, "INSERT INTO "+table+" (id, "+database.Quote("key")+", caller, path, body, status, answer, created_at) "+
		"VALUES (%v, %v, 'a', 'b', 'c', 1, %v, %v)", database.StoreUUID(id), id.String(), value, database.StoreTime(time.Now()))
	return err
}

func (p *process) load(ctx context.Context, id uuid.UUID) (found resource.KeptRow, err error) {
	err = p.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		return database.Each(ctx, q, func(scan func(into ...any) error) error {
			var value string
			err := scan(&value)
			found = resource.KeptRow{Answer: fmt.Appendf(nil, "%q", value), OwnerID: &id}
			return err
		}, "SELECT answer FROM "+table+" WHERE id = %v", database.StoreUUID(id))
	})
	return found, err
}

// row is what a reader finds under an id.
func (p *process) row(id uuid.UUID) string {
	p.t.Helper()
	found, err := p.Row(p.t.Context(), source, id.String(), func(ctx context.Context) (resource.KeptRow, error) { return p.load(ctx, id) })
	require.NoError(p.t, err)
	require.Equal(p.t, &id, found.OwnerID)
	return strings.Trim(string(found.Answer), `"`)
}

// page is what a reader finds in a list.
func (p *process) page(name string) string {
	p.t.Helper()
	found, err := p.Page(p.t.Context(), source, name, func(ctx context.Context) (text []byte, err error) {
		err = p.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
			return database.Each(ctx, q, func(scan func(into ...any) error) error {
				var value string
				err := scan(&value)
				text = append(append(text, value...), ' ')
				return err
			}, "SELECT answer FROM "+table+" ORDER BY id")
		})
		return text, err
	})
	require.NoError(p.t, err)
	return strings.TrimSpace(string(found))
}

// outcomes tells how often each came of a read.
func (p *process) outcomes() string {
	p.t.Helper()
	var told []string
	text, err := p.metrics.Text()
	require.NoError(p.t, err)
	for _, outcome := range []string{hit, miss, bypass} {
		sample := fmt.Sprintf("cache_requests_total{entity=%q,outcome=%q} ", source.Name, outcome)
		if _, after, found := strings.Cut(string(text), sample); found {
			count, _, _ := strings.Cut(after, "\n")
			told = append(told, outcome+" "+count)
		}
	}
	return strings.Join(told, " ")
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func TestARowAndAFirstPageAreKept(t *testing.T) {
	world := newWorld(t)
	other, id := world.process(), newID()
	other.change(id, "é😀")
	assert.Equal(t, "é😀", other.row(id))
	assert.Equal(t, "é😀", other.page("all"))
	world.process().changeUnseen(id, "b")
	assert.Equal(t, "é😀", other.row(id))
	assert.Equal(t, "é😀", other.page("all"))
	assert.Equal(t, "hit 2 miss 2", other.outcomes())
	assert.Equal(t, "b", other.page("of somebody"))
}

func TestAnAnswerIsTheSameToTheByte(t *testing.T) {
	world := newWorld(t)
	one := world.process()
	answer := []byte(`{"a": "<&>\u00e9", "b":1.50}`)
	for range 2 {
		found, err := one.Row(t.Context(), source, "x", func(context.Context) (resource.KeptRow, error) {
			return resource.KeptRow{Answer: answer}, nil
		})
		require.NoError(t, err)
		assert.Equal(t, string(answer), string(found.Answer))
		assert.Nil(t, found.OwnerID)
	}
	assert.Equal(t, "hit 1 miss 1", one.outcomes())
}

func TestWhatCannotBeLoadedIsNotKept(t *testing.T) {
	world := newWorld(t)
	one := world.process()
	for range 2 {
		_, err := one.Row(t.Context(), source, "x", func(context.Context) (resource.KeptRow, error) { return resource.KeptRow{}, errRefused })
		require.ErrorIs(t, err, errRefused)
	}
	assert.Equal(t, "miss 2", one.outcomes())
}

func TestEachWriteOfAnotherProcessIsSeenAtOnce(t *testing.T) {
	world := newWorld(t)
	reader, writer, id := world.process(), world.process(), newID()
	for _, value := range []string{"a", "b", "c"} {
		writer.change(id, value)
		for range 2 {
			assert.Equal(t, value, reader.row(id))
			assert.Equal(t, value, reader.page("all"))
		}
	}
	assert.Equal(t, "hit 6 miss 6", reader.outcomes())
}

func TestAWriteThatIsTakenBackLeavesWhatWasThere(t *testing.T) {
	world := newWorld(t)
	reader, writer, id := world.process(), world.process(), newID()
	writer.change(id, "a")
	assert.Equal(t, "a", reader.row(id))
	err := writer.db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		return errors.Join(put(ctx, s, id, "b"), errRefused)
	})
	require.ErrorIs(t, err, errRefused)
	assert.Equal(t, "a", reader.row(id))
	assert.Equal(t, "hit 1 miss 1", reader.outcomes())
}

func TestAWriteToOtherTablesEndsNothing(t *testing.T) {
	world := newWorld(t)
	one, id := world.process(), newID()
	one.change(id, "a")
	one.row(id)
	require.NoError(t, one.db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		_, err := database.Exec(ctx, s, "DELETE FROM jobs")
		return err
	}))
	one.row(id)
	assert.Equal(t, "hit 1 miss 1", one.outcomes())
	assert.Equal(t, []string{table, "others"}, one.answered([]string{database.Everything}))
}

func TestWhatWasReadBeforeAWriteIsNotKeptAfterIt(t *testing.T) {
	world := newWorld(t)
	reader, writer, id := world.process(), world.process(), newID()
	writer.change(id, "a")
	found, err := reader.Row(t.Context(), source, id.String(), func(ctx context.Context) (resource.KeptRow, error) {
		old, err := reader.load(ctx, id)
		// The reader is slow, and another process quick.
		writer.change(id, "b") //nolint:contextcheck // of the test
		return old, err
	})
	require.NoError(t, err)
	assert.Equal(t, `"a"`, string(found.Answer))
	for range 2 {
		assert.Equal(t, "b", reader.row(id))
	}
}

// announced does something while a commit of the table runs.
func (p *process) announced(commit func() error) error {
	return p.db.Write(p.t.Context(), func(ctx context.Context, s *database.Session) error {
		if _, err := database.Exec(ctx, s, "UPDATE "+table+" SET caller = caller"); err != nil {
			return err
		}
		return p.Announce(ctx, s, commit)
	})
}

func TestNothingIsKeptOrUsedWhileACommitRuns(t *testing.T) {
	world := newWorld(t)
	reader, writer, id := world.process(), world.process(), newID()
	writer.change(id, "a")
	reader.row(id)
	tables := []string{table}
	require.True(t, writer.tell(t.Context(), begin, tables, "mark", 60_000))
	assert.Equal(t, "a", reader.row(id))
	assert.Equal(t, "miss 1 bypass 1", reader.outcomes())
	writer.changeUnseen(id, "b")
	require.True(t, writer.tell(t.Context(), end, tables, "mark", "word"))
	assert.Equal(t, "b", reader.row(id))
	assert.Equal(t, "miss 2 bypass 1", reader.outcomes())
}

func TestAProcessThatDiesAfterItsCommitLeavesNothingOld(t *testing.T) {
	world := newWorld(t)
	reader, dying, id := world.process(), world.process(), newID()
	dying.change(id, "a")
	reader.row(id)
	require.True(t, dying.tell(t.Context(), begin, []string{table}, "mark", 300))
	dying.changeUnseen(id, "b")
	assert.Equal(t, "b", reader.row(id))
	assert.Equal(t, "miss 1 bypass 1", reader.outcomes())
	time.Sleep(350 * time.Millisecond)
	for range 2 {
		assert.Equal(t, "b", reader.row(id))
	}
	assert.Equal(t, "hit 1 miss 2 bypass 1", reader.outcomes())
}

func TestACommitThatFailedMayHaveHappened(t *testing.T) {
	world := newWorld(t)
	reader, writer, id := world.process(), world.process(), newID()
	writer.change(id, "a")
	reader.row(id)
	require.ErrorIs(t, writer.announced(func() error { return errRefused }), errRefused)
	reader.row(id)
	assert.Equal(t, "miss 1 bypass 1", reader.outcomes())
}

func TestReadersNeverGoBackWhileOthersWrite(t *testing.T) {
	world := newWorld(t)
	writer, id := world.process(), newID()
	writer.change(id, "100")
	var done sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		reader := world.process()
		done.Go(func() {
			last := "100"
			for {
				select {
				case <-stop:
					return
				default:
				}
				found := reader.row(id)
				assert.GreaterOrEqual(t, found, last)
				last = found
			}
		})
	}
	for number := range 30 {
		writer.change(id, strconv.Itoa(101+number))
	}
	close(stop)
	done.Wait()
}

func TestGenerationsThatRedisHasLostBeginAnew(t *testing.T) {
	world := newWorld(t)
	one, id := world.process(), newID()
	one.change(id, "a")
	one.row(id)
	one.changeUnseen(id, "b")
	require.NoError(t, one.redis.client.Del(t.Context(), one.prefix+":cache:generations").Err())
	assert.Equal(t, "b", one.row(id))
}

func TestAProcessBeginsWithAnEmptyCache(t *testing.T) {
	world := newWorld(t)
	one, id := world.process(), newID()
	one.change(id, "a")
	one.row(id)
	one.changeUnseen(id, "b")
	assert.Equal(t, "b", world.process().row(id))
}

func TestWithoutSecondsNothingIsKept(t *testing.T) {
	one, id := newWorld(t).with(func(settings *Settings) { settings.CacheSeconds = 0 }).process(), newID()
	one.change(id, "a")
	one.row(id)
	one.changeUnseen(id, "b")
	assert.Equal(t, "b", one.row(id))
	assert.Empty(t, one.outcomes())
	_, counted := one.Count(t.Context(), "nobody")
	assert.True(t, counted)
}

func TestAllProcessesCountTogether(t *testing.T) {
	world := newWorld(t)
	one, other := world.process(), world.process()
	first, counted := one.Count(t.Context(), "somebody")
	require.True(t, counted)
	if first.Reset < 5 {
		time.Sleep(time.Duration(first.Reset) * time.Second)
		first, _ = one.Count(t.Context(), "somebody")
	}
	assert.Equal(t, 1, first.Count)
	assert.LessOrEqual(t, first.Reset, 60)
	second, _ := other.Count(t.Context(), "somebody")
	assert.Equal(t, 2, second.Count)
	another, _ := other.Count(t.Context(), "another")
	assert.Equal(t, 1, another.Count)
	left := one.redis.client.PTTL(t.Context(), one.prefix+":limit:somebody").Val()
	assert.InDelta(t, second.Reset, left.Seconds(), 1.2)
}

func TestTheServiceWorksWithoutRedis(t *testing.T) {
	const nobody = "redis://:hunter2@127.0.0.1:1/0"
	one, id := newWorld(t).with(func(settings *Settings) { settings.RedisURL = nobody }).process(), newID()
	one.change(id, "a")
	assert.Equal(t, "a", one.row(id))
	one.change(id, "b")
	assert.Equal(t, "b", one.row(id))
	assert.Equal(t, "b", one.page("all"))
	assert.Equal(t, "bypass 3", one.outcomes())
	assert.Equal(t, map[string]string{"cache": "down"}, one.Check(t.Context()))
	assert.Zero(t, one.up())
	_, counted := one.Count(t.Context(), "somebody")
	assert.False(t, counted)
	assert.Equal(t, 1, strings.Count(one.log.String(), "redis is away"))
	assert.NotContains(t, one.log.String(), "hunter2")
}

func TestAWriteWhileRedisIsAwayIsSeenWhenItIsBack(t *testing.T) {
	world, way := newWorld(t), newWire(t)
	user := world.process()
	wired := world.with(func(settings *Settings) { settings.RedisURL = URL(way.url()) }).process()
	wired.redis.pause = 50 * time.Millisecond
	id := newID()
	wired.change(id, "a")
	for _, each := range []*process{user, wired, user, wired} {
		assert.Equal(t, "a", each.row(id))
	}
	assert.Equal(t, "hit 1 miss 1", wired.outcomes())
	way.cut()
	wired.change(id, "b")
	assert.Equal(t, "b", wired.row(id))
	way.start()
	time.Sleep(60 * time.Millisecond)
	assert.Equal(t, "b", wired.row(id))
	assert.Equal(t, map[string]string{"cache": "up"}, wired.Check(t.Context()))
	assert.InDelta(t, 1, wired.up(), 0)
	// Now the other process knows, too.
	assert.Equal(t, "b", user.row(id))
	assert.Contains(t, wired.log.String(), "redis is back")
}

func TestASilentRedisCostsOneRequestItsPatience(t *testing.T) {
	way := newWire(t)
	wired, id := newWorld(t).with(func(settings *Settings) { settings.RedisURL = URL(way.url()) }).process(), newID()
	wired.change(id, "a")
	wired.row(id)
	way.silent.Store(true)
	started := time.Now()
	wired.row(id)
	first := time.Since(started)
	assert.GreaterOrEqual(t, first, patience)
	started = time.Now()
	for range 5 {
		assert.Equal(t, "a", wired.row(id))
	}
	assert.Less(t, time.Since(started), first+patience)
	assert.Equal(t, "miss 1 bypass 6", wired.outcomes())
}

func TestAConnectionThatTheServerHasClosedIsOpenedAgainAtOnce(t *testing.T) {
	way := newWire(t)
	wired, id := newWorld(t).with(func(settings *Settings) { settings.RedisURL = URL(way.url()) }).process(), newID()
	wired.change(id, "a")
	wired.row(id)
	way.cut()
	way.start()
	assert.Equal(t, "a", wired.row(id))
	assert.Equal(t, "hit 1 miss 1", wired.outcomes())
	assert.NotContains(t, wired.log.String(), "redis is away")
}

func TestWrongAddressesAreRefusedAndRightOnesNotShown(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"nothing", "http://:hunter2@127.0.0.1", "redis://", "redis://h:port/0", "redis://h:0/0", "redis://h:1/zero"} {
		read := NewSettings()
		err := config.Read(&read, map[string]string{"REDIS_URL": url})
		require.ErrorContains(t, err, "configuration: REDIS_URL: must be the URL of a Redis server")
		assert.NotContains(t, err.Error(), "hunter2")
	}
	read := NewSettings()
	require.EqualError(t, config.Read(&read, nil), "configuration: REDIS_URL: is missing")
	require.NoError(t, config.Read(&read, map[string]string{"REDIS_URL": "rediss://me:hunter2@127.0.0.1:1/3"}))
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", read, read, read, read.RedisURL), "hunter2")
}
