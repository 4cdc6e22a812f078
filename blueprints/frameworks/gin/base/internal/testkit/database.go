// Package testkit is what tests have in common: a database of their own, a log, and what they compare.
package testkit

import (
	"context"
	"database/sql"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
	"example.com/service/internal/migrating"
	"example.com/service/internal/project"
	"example.com/service/migrations"
)

const (
	sqlite = "sqlite:"
	mysql  = "mysql:"
	// poolSize and timeout are those of a small service.
	poolSize = 10
	timeout  = 5 * time.Second
)

var createTable = regexp.MustCompile("(?m)^CREATE TABLE [\"`]?([a-z0-9_]+)")

// Log writes into the output of a test.
func Log(t testing.TB) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

// prepared is a SQLite file as the migrations make it.
var prepared = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "test-database-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "prepared.db")
	if _, err := migrating.Run("sqlite:///"+file, migrating.Up); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// migrated brings the database of TEST_DATABASE_URL up to date.
var migrated = sync.OnceValue(func() error {
	_, err := migrating.Run(os.Getenv("TEST_DATABASE_URL"), migrating.Up)
	return err
})

// URL is the address of an empty database, brought up to date by the migrations: on SQLite a file of the test's own,
// elsewhere that of TEST_DATABASE_URL, which one test at a time uses.
func URL(t testing.TB) string {
	t.Helper()
	if strings.HasPrefix(project.DefaultDatabaseURL, sqlite) {
		content, err := prepared()
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "test.db")
		require.NoError(t, os.WriteFile(file, content, 0o600))
		return "sqlite:///" + file
	}
	url := os.Getenv("TEST_DATABASE_URL")
	if url == "" {
		t.Fatal("TEST_DATABASE_URL is missing: the URL of an empty database, such as " + project.DefaultDatabaseURL)
	}
	require.NoError(t, migrated())
	db := open(t, url)
	require.NoError(t, empty(t.Context(), db.Pool()))
	require.NoError(t, db.Close())
	return url
}

// Database is an empty database, brought up to date by the migrations.
func Database(t testing.TB) *database.DB {
	t.Helper()
	db := open(t, URL(t))
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func open(t testing.TB, url string) *database.DB {
	t.Helper()
	db, err := database.Open(database.Options{URL: url, PoolSize: poolSize, Timeout: timeout, Log: Log(t)})
	require.NoError(t, err)
	return db
}

// empty removes every row of the tables that the migrations make.
func empty(ctx context.Context, pool *sql.DB) error {
	tables, err := tables()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	statements := []string{"TRUNCATE " + database.QuoteAll(tables) + " CASCADE"}
	if strings.HasPrefix(project.DefaultDatabaseURL, mysql) {
		statements = []string{"SET FOREIGN_KEY_CHECKS = 0"}
		for _, table := range tables {
			statements = append(statements, "DELETE FROM "+database.Quote(table))
		}
		statements = append(statements, "SET FOREIGN_KEY_CHECKS = 1")
	}
	for _, statement := range statements {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func tables() ([]string, error) {
	files, err := fs.Glob(migrations.Files, "*.up.sql")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, file := range files {
		text, err := fs.ReadFile(migrations.Files, file)
		if err != nil {
			return nil, err
		}
		for _, found := range createTable.FindAllStringSubmatch(string(text), -1) {
			names = append(names, found[1])
		}
	}
	return names, nil
}
