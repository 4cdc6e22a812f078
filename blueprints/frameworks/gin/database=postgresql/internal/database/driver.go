package database

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/huandu/go-sqlbuilder"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// Flavor is the SQL that statements are built in.
	Flavor = sqlbuilder.PostgreSQL
	// OneWriter tells that nobody else writes while a transaction is open: here they do.
	OneWriter = false
	// NullsNeedWords tells that nulls do not sort lowest by themselves.
	NullsNeedWords = true
	// ForUpdate ends a query whose rows are locked until the transaction ends.
	ForUpdate = " FOR UPDATE"
	// ForShare ends a query whose rows nobody else may delete until the transaction ends.
	ForShare = " FOR SHARE"

	idleInTransaction = "60000"
)

func open(options Options) (*sql.DB, error) {
	config, err := pgx.ParseConfig(options.URL)
	if err != nil {
		return nil, err
	}
	config.ConnectTimeout = options.Timeout
	config.RuntimeParams["timezone"] = "UTC"
	config.RuntimeParams["datestyle"] = "ISO"
	config.RuntimeParams["statement_timeout"] = strconv.FormatInt(options.Timeout.Milliseconds(), 10)
	config.RuntimeParams["idle_in_transaction_session_timeout"] = idleInTransaction
	return stdlib.OpenDB(*config), nil
}

func begin(ctx context.Context, conn *sql.Conn, _ time.Duration) (*sql.Tx, error) {
	return conn.BeginTx(ctx, nil)
}

// Contains is the condition that a column holds a text, whatever the case of ASCII letters.
func Contains(column, text string) string {
	// Columns have this collation, in which only ASCII letters fold.
	return "strpos(lower(" + column + "), lower(" + text + `::text COLLATE "C")) > 0`
}

// InsertUnlessThere makes of an INSERT one that does nothing when a unique key is taken.
func InsertUnlessThere(insert string) string { return insert + " ON CONFLICT DO NOTHING" }

// lock waits for the lock of a name; the statement's own limit ends the wait.
func lock(ctx context.Context, q Queryer, name string, _ time.Duration) error {
	_, err := q.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name)
	return err
}

// tryLock takes the lock of a name until the transaction ends, unless somebody has it.
func tryLock(ctx context.Context, q Queryer, name string) (bool, error) {
	taken := false
	err := q.QueryRowContext(ctx, "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", name).Scan(&taken)
	return taken, err
}

func unlock(context.Context, *sql.Conn) error { return nil }

// ViolationOf tells the constraint that a write broke.
func ViolationOf(err error) Violation {
	switch codeOf(err) {
	case "23505":
		return UniqueKey
	case "23503", "23001":
		return ForeignKey
	case "23514":
		return Check
	case "23502":
		return NotNull
	default:
		return NoViolation
	}
}

// isUnavailable tells whether an error means that the database cannot be used at the moment.
//
// https://www.postgresql.org/docs/current/errcodes-appendix.html: connection trouble, shutting down,
// out of connections, cancelled, deadlock, lock not to be had.
func isUnavailable(err error) bool {
	code := codeOf(err)
	for _, start := range []string{"08", "53", "57", "40", "55P03"} {
		if strings.HasPrefix(code, start) {
			return true
		}
	}
	var connecting *pgconn.ConnectError
	return errors.As(err, &connecting) || pgconn.Timeout(err) || pgconn.SafeToRetry(err)
}

// isDeadlock tells whether the database gave a transaction up because it and another waited for each other.
func isDeadlock(err error) bool { return codeOf(err) == "40P01" }

func codeOf(err error) string {
	var failure *pgconn.PgError
	if errors.As(err, &failure) {
		return failure.Code
	}
	return ""
}
