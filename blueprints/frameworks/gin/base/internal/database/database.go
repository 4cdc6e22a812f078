// Package database keeps the connections of the service: reads, transactions, and what to do when the database is away.
package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"example.com/service/internal/problem"
)

const (
	repeats     = 3
	maxPause    = 50 * time.Millisecond
	graceOfSelf = time.Second
)

var (
	errBusy   = errors.New("no connection is free")
	errSilent = errors.New("the database does not answer")
)

// Queryer is what statements run on: a connection of the pool or a transaction.
type Queryer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Announcer is told of each commit, and does it: a cache that forgets what a transaction has written.
type Announcer interface {
	Announce(ctx context.Context, s *Session, commit func() error) error
}

// Options say which database it is and how long anybody waits for it.
type Options struct {
	URL      string
	PoolSize int
	// Timeout is how long a statement may take, and how long to wait for a connection or a lock.
	Timeout time.Duration
	// Slow is how long a statement takes that is logged; 0 logs none.
	Slow     time.Duration
	Log      *slog.Logger
	Announce Announcer
	// Route tells the route of the request that a context belongs to, for the log.
	Route func(ctx context.Context) string
}

// Statement is what observers are told of each statement once it has ended.
type Statement struct {
	Query string
	Args  []any
	Took  time.Duration
	Err   error
}

// DB is the service's database: a pool, and the two ways to use it, Read and Write.
type DB struct {
	pool     *sql.DB
	options  Options
	observer func(ctx context.Context, statement Statement)
	slow     atomic.Int64
	mutex    sync.Mutex
	created  map[string]int64
	writer   chan struct{}
}

// Open makes a pool; nothing is connected before it is used.
func Open(options Options) (*DB, error) {
	pool, err := open(options)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	pool.SetMaxOpenConns(options.PoolSize)
	pool.SetMaxIdleConns(options.PoolSize)
	db := &DB{pool: pool, options: options, created: map[string]int64{}, writer: make(chan struct{}, 1)}
	if db.options.Log == nil {
		db.options.Log = slog.New(slog.DiscardHandler)
	}
	return db, nil
}

// Observe tells a function of each statement; it is called before the service begins.
func (db *DB) Observe(observer func(ctx context.Context, statement Statement)) {
	db.observer = observer
}

// Pool is the pool itself, for migrations and tools.
func (db *DB) Pool() *sql.DB { return db.pool }

// Timeout is how long a statement may take.
func (db *DB) Timeout() time.Duration { return db.options.Timeout }

// PoolSize is how many connections the pool may hold.
func (db *DB) PoolSize() int { return db.options.PoolSize }

// InUse is how many connections are in use.
func (db *DB) InUse() int { return db.pool.Stats().InUse }

// SlowStatements is how many statements took too long.
func (db *DB) SlowStatements() int64 { return db.slow.Load() }

// Created tells how many rows were committed since the start, by the name of their entity.
func (db *DB) Created() map[string]int64 {
	db.mutex.Lock()
	defer db.mutex.Unlock()
	counts := make(map[string]int64, len(db.created))
	for name, count := range db.created {
		counts[name] = count
	}
	return counts
}

// Read runs a function on one connection: each statement sees what was committed before it.
//
// The error is a problem with status 503 when the database is away.
func (db *DB) Read(ctx context.Context, fn func(ctx context.Context, q Queryer) error) error {
	return db.available(ctx, db.connected(ctx, func(ctx context.Context, u *unit) error {
		u.on = u.conn
		return fn(ctx, u)
	}))
}

// Write runs a function in one transaction: committed when it returns nil, else rolled back.
//
// It is run again, up to three times, when the database ends a deadlock by giving this transaction
// up; so it changes nothing but the database. A client that goes away ends no transaction half-way.
func (db *DB) Write(ctx context.Context, fn func(ctx context.Context, s *Session) error) error {
	ctx = context.WithoutCancel(ctx)
	for attempt := 0; ; attempt++ {
		err := db.once(ctx, fn)
		if !isDeadlock(err) {
			return db.available(ctx, err)
		}
		db.options.Log.WarnContext(ctx, "deadlock")
		if attempt == repeats {
			return problem.Unavailable(err)
		}
		// Not all of those that met at once come back at once.
		time.Sleep(time.Millisecond + rand.N(maxPause)) //nolint:gosec // no secret
	}
}

func (db *DB) once(ctx context.Context, fn func(ctx context.Context, s *Session) error) error {
	var session *Session
	err := db.connected(ctx, func(ctx context.Context, u *unit) error {
		if OneWriter {
			if err := db.takeTurn(ctx); err != nil {
				return err
			}
			defer func() { <-db.writer }()
		}
		tx, err := u.begin(ctx)
		if err != nil {
			return err
		}
		u.on = tx
		session = &Session{Queryer: u, written: map[string]struct{}{}}
		defer session.unlock(ctx, u.conn)
		if err := fn(ctx, session); err != nil {
			rollback(tx)
			return err
		}
		if err := db.commit(ctx, session, tx); err != nil {
			u.failed = true
			rollback(tx)
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	db.count(session.created)
	for _, then := range session.after {
		then()
	}
	return nil
}

func (db *DB) commit(ctx context.Context, s *Session, tx *sql.Tx) error {
	if db.options.Announce == nil {
		return tx.Commit()
	}
	return db.options.Announce.Announce(ctx, s, tx.Commit)
}

// rollback ends a transaction that is not committed; a connection that cannot even do this is given
// up, and the transaction ends with it.
func rollback(tx *sql.Tx) {
	_ = tx.Rollback()
}

func (db *DB) takeTurn(ctx context.Context) error {
	timer := time.NewTimer(db.options.Timeout)
	defer timer.Stop()
	select {
	case db.writer <- struct{}{}:
		return nil
	case <-timer.C:
		return errBusy
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (db *DB) count(created []string) {
	db.mutex.Lock()
	defer db.mutex.Unlock()
	for _, name := range created {
		db.created[name]++
	}
}

// Lock lets one transaction at a time pass for this name, until it ends.
func (db *DB) Lock(ctx context.Context, s *Session, name string) error {
	s.locked = true
	return lock(ctx, s, name, db.options.Timeout)
}

// Alone does something that one process at a time does, in one transaction; it tells whether it was
// done, or another process was at it.
//
// Where a transaction would keep everybody from writing, there is none: each statement is its own,
// and two processes may do the same.
func (db *DB) Alone(ctx context.Context, name string, fn func(ctx context.Context, q Queryer) error) (bool, error) {
	if OneWriter {
		return true, db.Read(ctx, fn)
	}
	done := false
	err := db.Write(ctx, func(ctx context.Context, s *Session) error {
		s.locked = true
		taken, err := tryLock(ctx, s, name)
		done = taken
		if err != nil || !taken {
			return err
		}
		return fn(ctx, s)
	})
	return done, err
}

// Ping asks the database for a sign of life.
func (db *DB) Ping(ctx context.Context) error {
	return db.Read(ctx, func(ctx context.Context, q Queryer) error {
		var one int
		return q.QueryRowContext(ctx, "SELECT 1").Scan(&one)
	})
}

// Close closes the pool.
func (db *DB) Close() error { return db.pool.Close() }

// connected runs a function with a connection of the pool, if one is to be had in time.
func (db *DB) connected(ctx context.Context, fn func(ctx context.Context, u *unit) error) error {
	waiting, stop := context.WithTimeoutCause(ctx, db.options.Timeout, errBusy)
	conn, err := db.pool.Conn(waiting)
	late := context.Cause(waiting)
	stop()
	if err != nil {
		if errors.Is(late, errBusy) {
			return errBusy
		}
		return &awayError{err}
	}
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	u := &unit{db: db, conn: conn, cancel: cancel}
	err = fn(ctx, u)
	u.rest()
	switch {
	case err == nil || !u.failed:
		return err
	case errors.Is(context.Cause(ctx), errSilent):
		return errors.Join(err, errSilent)
	default:
		return &statementError{err}
	}
}

// statementError is an error of work of which a statement has failed; others say nothing of the database.
type statementError struct{ cause error }

func (e *statementError) Error() string { return e.cause.Error() }

func (e *statementError) Unwrap() error { return e.cause }

// awayError says that no connection could be made.
type awayError struct{ cause error }

func (e *awayError) Error() string { return "the database cannot be reached: " + e.cause.Error() }
func (e *awayError) Unwrap() error { return e.cause }

// available turns what means "the database is away or too busy" into 503.
func (db *DB) available(ctx context.Context, err error) error {
	var known *problem.Error
	if err == nil || errors.As(err, &known) || !unavailable(err) {
		return err
	}
	if ctx.Err() == nil {
		db.options.Log.ErrorContext(ctx, "database unavailable", "error", err)
	}
	return problem.Unavailable(err)
}

func unavailable(err error) bool {
	var away *awayError
	if errors.Is(err, errBusy) || errors.Is(err, errSilent) || errors.As(err, &away) {
		return true
	}
	var failed *statementError
	if !errors.As(err, &failed) {
		return false
	}
	for _, each := range []error{
		driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone, io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded, context.Canceled,
	} {
		if errors.Is(err, each) {
			return true
		}
	}
	var network net.Error
	return errors.As(err, &network) || isUnavailable(err)
}

// unit is one connection in use; it is given up once the server does not answer on it.
type unit struct {
	db     *DB
	conn   *sql.Conn
	on     Queryer
	cancel context.CancelCauseFunc
	timer  *time.Timer
	// Whether a statement has failed.
	failed bool
}

// watch begins to wait for the end of a statement. The server's own limit comes first; this one is
// for a server that has gone silent.
func (u *unit) watch() {
	patience := u.db.options.Timeout + graceOfSelf
	if u.timer == nil {
		u.timer = time.AfterFunc(patience, func() { u.cancel(errSilent) })
		return
	}
	u.timer.Reset(patience)
}

func (u *unit) rest() {
	if u.timer != nil {
		u.timer.Stop()
	}
}

func (u *unit) begin(ctx context.Context) (*sql.Tx, error) {
	u.watch()
	defer u.rest()
	tx, err := begin(ctx, u.conn, u.db.options.Timeout)
	u.failed = err != nil
	return tx, err
}

func (u *unit) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	began := u.start()
	result, err := u.on.ExecContext(ctx, query, args...)
	u.end(ctx, began, query, args, err)
	return result, err
}

func (u *unit) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	began := u.start()
	rows, err := u.on.QueryContext(ctx, query, args...)
	u.end(ctx, began, query, args, err)
	return rows, err
}

func (u *unit) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	began := u.start()
	row := u.on.QueryRowContext(ctx, query, args...)
	u.end(ctx, began, query, args, row.Err())
	return row
}

func (u *unit) start() time.Time {
	u.watch()
	return time.Now()
}

func (u *unit) end(ctx context.Context, began time.Time, query string, args []any, err error) {
	u.rest()
	u.failed = u.failed || err != nil
	took := time.Since(began)
	if u.db.observer != nil {
		u.db.observer(ctx, Statement{Query: query, Args: args, Took: took, Err: err})
	}
	if u.db.options.Slow <= 0 || took < u.db.options.Slow {
		return
	}
	u.db.slow.Add(1)
	route := ""
	if u.db.options.Route != nil {
		route = u.db.options.Route(ctx)
	}
	// The statement only: its parameters may be personal.
	attributes := []any{"durationMs", float64(took.Microseconds()/100) / 10, "sql", query}
	if route != "" {
		attributes = append(attributes, "route", route)
	}
	u.db.options.Log.WarnContext(ctx, "slow query", attributes...)
}
