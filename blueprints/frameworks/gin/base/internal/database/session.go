package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"maps"
	"slices"
	"strings"
)

// Everything stands for all tables, where nobody knows which were written.
const Everything = "*"

// Session is one transaction, and what happens once it is committed.
type Session struct {
	Queryer

	created []string
	after   []func()
	written map[string]struct{}
	locked  bool
}

// Created notes the name of an entity that has a new row.
func (s *Session) Created(entity string) { s.created = append(s.created, entity) }

// After calls a function once the transaction is committed.
func (s *Session) After(then func()) { s.after = append(s.after, then) }

// Written are the tables that were written, sorted, or Everything among them.
func (s *Session) Written() []string { return slices.Sorted(maps.Keys(s.written)) }

// ExecContext runs a statement and notes the table that it writes.
func (s *Session) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if table := writtenBy(query); table != "" {
		s.written[table] = struct{}{}
	}
	return s.Queryer.ExecContext(ctx, query, args...)
}

// Attempt does something within the transaction and takes it back: only its error remains.
func (s *Session) Attempt(ctx context.Context, fn func() error) error {
	created, after, written := len(s.created), len(s.after), maps.Clone(s.written)
	if _, err := s.Queryer.ExecContext(ctx, "SAVEPOINT attempt"); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err
	}
	if _, err := s.Queryer.ExecContext(ctx, "ROLLBACK TO SAVEPOINT attempt"); err != nil {
		return err
	}
	s.created, s.after, s.written = s.created[:created], s.after[:after], written
	return nil
}

// unlock frees a connection of what outlives its transaction, or gives the connection up.
func (s *Session) unlock(ctx context.Context, conn *sql.Conn) {
	if s.locked && unlock(ctx, conn) != nil {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
}

// writtenBy is the table that a statement writes: of most texts nobody knows, of a query it is none.
func writtenBy(query string) string {
	words := strings.Fields(query[:min(len(query), 200)])
	if len(words) == 0 {
		return ""
	}
	at := -1
	switch strings.ToUpper(words[0]) {
	case "SELECT", "SAVEPOINT", "ROLLBACK", "RELEASE":
		return ""
	case "UPDATE":
		at = 1
	case "INSERT", "DELETE":
		at = slices.IndexFunc(words, func(word string) bool {
			return strings.EqualFold(word, "INTO") || strings.EqualFold(word, "FROM")
		}) + 1
	}
	if at < 1 || at >= len(words) {
		return Everything
	}
	return strings.Trim(words[at], "\"`")
}
