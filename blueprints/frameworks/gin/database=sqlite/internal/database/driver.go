package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/huandu/go-sqlbuilder"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// Flavor is the SQL that statements are built in.
	Flavor = sqlbuilder.SQLite
	// OneWriter tells that nobody else writes while a transaction is open.
	OneWriter = true
	// NullsNeedWords tells that nulls do not sort lowest by themselves.
	NullsNeedWords = false
	// ForUpdate ends a query whose rows are locked: the one transaction that writes needs no lock.
	ForUpdate = ""
	// ForShare ends a query whose rows nobody else may delete.
	ForShare = ""

	scheme = "sqlite:///"
)

func open(options Options) (*sql.DB, error) {
	parameters := url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", options.Timeout.Milliseconds()),
			"foreign_keys(1)", "journal_mode(WAL)", "synchronous(NORMAL)",
		},
		// The write lock is taken at once, so that no transaction fails half-way for want of it.
		"_txlock": {"immediate"},
	}
	// A path may hold what means something in a URL.
	path := (&url.URL{Path: strings.TrimPrefix(options.URL, scheme)}).EscapedPath()
	return sql.Open("sqlite", "file:"+path+"?"+parameters.Encode())
}

func begin(ctx context.Context, conn *sql.Conn, _ time.Duration) (*sql.Tx, error) {
	return conn.BeginTx(ctx, nil)
}

// Contains is the condition that a column holds a text, whatever the case of ASCII letters.
func Contains(column, text string) string {
	return "instr(lower(" + column + "), lower(" + text + ")) > 0"
}

// InsertUnlessThere makes of an INSERT one that does nothing when a unique key is taken.
func InsertUnlessThere(insert string) string { return insert + " ON CONFLICT DO NOTHING" }

// There is one writer anyway.
func lock(context.Context, Queryer, string, time.Duration) error { return nil }

func tryLock(context.Context, Queryer, string) (bool, error) { return true, nil }

func unlock(context.Context, *sql.Conn) error { return nil }

// ViolationOf tells the constraint that a write broke.
func ViolationOf(err error) Violation {
	switch codeOf(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return UniqueKey
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ForeignKey
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return Check
	case sqlite3.SQLITE_CONSTRAINT_NOTNULL:
		return NotNull
	default:
		return NoViolation
	}
}

// isUnavailable tells whether an error means that the database cannot be used at the moment.
func isUnavailable(err error) bool {
	const primary = 0xff
	switch codeOf(err) & primary {
	case sqlite3.SQLITE_OK, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT:
		return false
	default:
		return true
	}
}

// isDeadlock tells whether the database gave a transaction up because it and another waited for each other.
func isDeadlock(error) bool { return false }

func codeOf(err error) int {
	var failure *sqlite.Error
	if errors.As(err, &failure) {
		return failure.Code()
	}
	return sqlite3.SQLITE_OK
}
