package database_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
	"example.com/service/internal/logging"
	"example.com/service/internal/problem"
	"example.com/service/internal/testkit"
)

var errOurs = errors.New("ours")

// open opens an empty database with these options.
func open(t *testing.T, change func(options *database.Options)) *database.DB {
	t.Helper()
	options := database.Options{URL: testkit.URL(t), PoolSize: 2, Timeout: 400 * time.Millisecond}
	if change != nil {
		change(&options)
	}
	db, err := database.Open(options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// note inserts a key, the simplest row that there is.
func note(ctx context.Context, q database.Queryer, id uuid.UUID) error {
	insert := "INSERT INTO idempotency_keys (id, " + database.Quote("key") + ", caller, path, body, status, answer, created_at)" +
		" VALUES (%v, %v, 'c', 'p', 'b', 0, '', %v)"
	_, err := database.Exec(ctx, q, insert, database.StoreUUID(id), id.String(), database.StoreTime(time.Now()))
	return err
}

func count(t *testing.T, db *database.DB) int {
	t.Helper()
	var found int
	require.NoError(t, db.Read(t.Context(), func(ctx context.Context, q database.Queryer) error {
		return q.QueryRowContext(ctx, "SELECT COUNT(*) FROM idempotency_keys").Scan(&found)
	}))
	return found
}

func TestAWriteIsWholeOrNotAtAll(t *testing.T) {
	db := open(t, nil)
	told := 0
	write := func(err error) error {
		return db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
			s.Created("Thing")
			s.After(func() { told++ })
			return errors.Join(note(ctx, s, uuid.New()), err)
		})
	}
	require.ErrorIs(t, write(errOurs), errOurs)
	assert.Zero(t, count(t, db))
	assert.Zero(t, told)
	assert.Empty(t, db.Created())
	require.NoError(t, write(nil))
	assert.Equal(t, 1, count(t, db))
	assert.Equal(t, 1, told)
	assert.Equal(t, map[string]int64{"Thing": 1}, db.Created())
}

func TestAPanicRollsBack(t *testing.T) {
	db := open(t, nil)
	assert.Panics(t, func() {
		_ = db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
			assert.NoError(t, note(ctx, s, uuid.New()))
			panic("ours")
		})
	})
	assert.Zero(t, count(t, db))
}

func TestAnAttemptIsTakenBack(t *testing.T) {
	db := open(t, nil)
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		require.NoError(t, s.Attempt(ctx, func() error {
			s.Created("Thing")
			return note(ctx, s, uuid.New())
		}))
		assert.Empty(t, s.Written())
		require.ErrorIs(t, s.Attempt(ctx, func() error { return errOurs }), errOurs)
		return note(ctx, s, uuid.New())
	}))
	assert.Equal(t, 1, count(t, db))
	assert.Empty(t, db.Created())
}

// announcer notes what was written, and may keep a commit from being done.
type announcer struct {
	written []string
	err     error
}

func (a *announcer) Announce(_ context.Context, s *database.Session, commit func() error) error {
	a.written = s.Written()
	if a.err != nil {
		return a.err
	}
	return commit()
}

func TestEachCommitIsAnnounced(t *testing.T) {
	told := &announcer{}
	db := open(t, func(options *database.Options) { options.Announce = told })
	write := func() error {
		return db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
			_, err := database.Exec(ctx, s, "DELETE FROM idempotency_keys WHERE status = %v", 1)
			return errors.Join(err, note(ctx, s, uuid.New()))
		})
	}
	require.NoError(t, write())
	assert.Equal(t, []string{"idempotency_keys"}, told.written)
	told.err = errOurs
	require.ErrorIs(t, write(), errOurs)
	assert.Equal(t, 1, count(t, db))
	told.err = nil
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		var one int
		return s.QueryRowContext(ctx, "SELECT 1").Scan(&one)
	}))
	assert.Empty(t, told.written)
}

// unavailable requires a problem with status 503.
func unavailable(t *testing.T, err error) {
	t.Helper()
	var failure *problem.Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, http.StatusServiceUnavailable, failure.Status)
	assert.Equal(t, "1", failure.Headers["Retry-After"])
}

func TestAPoolThatIsExhaustedIs503AndRecovers(t *testing.T) {
	db := open(t, nil)
	var group sync.WaitGroup
	held, release := make(chan struct{}), make(chan struct{})
	for range db.PoolSize() {
		group.Go(func() {
			assert.NoError(t, db.Read(t.Context(), func(context.Context, database.Queryer) error {
				held <- struct{}{}
				<-release
				return nil
			}))
		})
		<-held
	}
	assert.Equal(t, db.PoolSize(), db.InUse())
	began := time.Now()
	unavailable(t, db.Ping(t.Context()))
	assert.Less(t, time.Since(began), 2*time.Second)
	close(release)
	group.Wait()
	require.NoError(t, db.Ping(t.Context()))
}

func TestErrorsOfTheWorkAreItsOwn(t *testing.T) {
	db := open(t, nil)
	network := &net.OpError{Op: "dial", Err: errOurs}
	err := db.Write(t.Context(), func(context.Context, *database.Session) error { return network })
	require.ErrorIs(t, err, network)
	var failure *problem.Error
	assert.NotErrorAs(t, err, &failure)
}

func TestAStatementThatIsWrongIsNoOutage(t *testing.T) {
	db := open(t, nil)
	err := db.Read(t.Context(), func(ctx context.Context, q database.Queryer) error {
		_, err := q.ExecContext(ctx, "SELECT nonsense FROM nothing")
		return err
	})
	require.Error(t, err)
	var failure *problem.Error
	assert.NotErrorAs(t, err, &failure)
}

func TestViolations(t *testing.T) {
	db := open(t, nil)
	id := uuid.New()
	require.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error { return note(ctx, s, id) }))
	err := db.Write(t.Context(), func(ctx context.Context, s *database.Session) error { return note(ctx, s, id) })
	assert.Equal(t, database.UniqueKey, database.ViolationOf(err))
	err = db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		_, err := s.ExecContext(ctx, "UPDATE idempotency_keys SET caller = NULL")
		return err
	})
	assert.Equal(t, database.NotNull, database.ViolationOf(err))
	assert.Equal(t, database.NoViolation, database.ViolationOf(errOurs))
}

// slowly counts some ten thousands of rows: milliseconds on every database, and not too many with the race detector.
func slowly(ctx context.Context, q database.Queryer, value string) error {
	var found int
	return q.QueryRowContext(ctx, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
		SELECT count(*) FROM n AS a, n AS b, n AS c WHERE a.i + b.i + c.i > 3 AND 'personal' <> '`+value+`'`).Scan(&found)
}

func TestASlowStatementIsLoggedWithoutValues(t *testing.T) {
	var log bytes.Buffer
	db := open(t, func(options *database.Options) {
		options.Slow, options.Timeout = time.Millisecond, 30*time.Second
		options.Log = logging.New(&log, slog.LevelDebug)
		options.Route = func(context.Context) string { return "/slow/{name}" }
	})
	var observed []database.Statement
	db.Observe(func(_ context.Context, statement database.Statement) { observed = append(observed, statement) })
	require.NoError(t, db.Read(t.Context(), func(ctx context.Context, q database.Queryer) error { return slowly(ctx, q, "x") }))
	assert.Contains(t, log.String(), `"slow query"`)
	assert.Contains(t, log.String(), "/slow/{name}")
	assert.Contains(t, log.String(), "durationMs")
	assert.GreaterOrEqual(t, db.SlowStatements(), int64(1))
	require.NotEmpty(t, observed)
	assert.GreaterOrEqual(t, observed[len(observed)-1].Took, time.Millisecond)
}

func TestZeroWatchesNothing(t *testing.T) {
	db := open(t, func(options *database.Options) { options.Timeout = 30 * time.Second })
	require.NoError(t, db.Read(t.Context(), func(ctx context.Context, q database.Queryer) error { return slowly(ctx, q, "x") }))
	assert.Zero(t, db.SlowStatements())
}

func TestALockLetsOnePass(t *testing.T) {
	db := open(t, func(options *database.Options) { options.PoolSize, options.Timeout = 4, 5*time.Second })
	var mutex sync.Mutex
	var group sync.WaitGroup
	inside, most := 0, 0
	for range 4 {
		group.Go(func() {
			assert.NoError(t, db.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
				if err := db.Lock(ctx, s, "one"); err != nil {
					return err
				}
				mutex.Lock()
				inside++
				most = max(most, inside)
				mutex.Unlock()
				time.Sleep(20 * time.Millisecond)
				mutex.Lock()
				inside--
				mutex.Unlock()
				return nil
			}))
		})
	}
	group.Wait()
	assert.Equal(t, 1, most)
}

func TestAlone(t *testing.T) {
	db := open(t, func(options *database.Options) { options.Timeout = 5 * time.Second })
	done, err := db.Alone(t.Context(), "one", func(ctx context.Context, q database.Queryer) error {
		other, err := db.Alone(ctx, "one", func(context.Context, database.Queryer) error { return nil })
		assert.Equal(t, database.OneWriter, other)
		return errors.Join(err, note(ctx, q, uuid.New()))
	})
	require.NoError(t, err)
	assert.True(t, done)
	assert.Equal(t, 1, count(t, db))
	again, err := db.Alone(t.Context(), "one", func(context.Context, database.Queryer) error { return nil })
	require.NoError(t, err)
	assert.True(t, again)
}

func TestAClientThatGoesAwayEndsNoWrite(t *testing.T) {
	db := open(t, nil)
	ctx, leave := context.WithCancel(t.Context())
	require.NoError(t, db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		leave()
		return note(ctx, s, uuid.New())
	}))
	assert.Equal(t, 1, count(t, db))
}
