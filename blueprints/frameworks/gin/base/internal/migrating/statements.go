package migrating

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/golang-migrate/migrate/v4/database"
)

// refuse stands before a query of which no row may be found: what must hold.
var refuse = regexp.MustCompile(`(?m)^-- refuse: (.*)\n`)

// end is that of a statement: a semicolon at the end of a line.
var end = regexp.MustCompile(`;\s*\n`)

// comment is a line that says nothing to the database.
var comment = regexp.MustCompile(`(?m)^\s*--.*$`)

// statements runs migrations statement by statement, in a transaction, and looks at what they ask for.
type statements struct {
	database.Driver
	pool *sql.DB
	// whole says whether a failed migration is taken back as a whole: the database changes tables in transactions.
	whole bool
	// done is how much of the last migration is there although it failed.
	done int
}

// Run runs one migration.
func (s *statements) Run(migration io.Reader) (err error) {
	text, err := io.ReadAll(migration)
	if err != nil {
		return fmt.Errorf("read a migration: %w", err)
	}
	ctx := context.Background()
	transaction, err := s.pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	s.done = 0
	defer func() {
		if err != nil {
			err = errors.Join(err, transaction.Rollback())
		}
		if s.whole {
			s.done = 0
		}
	}()
	for _, statement := range statementsOf(string(text)) {
		if err := s.run(ctx, transaction, statement); err != nil {
			return err
		}
	}
	return transaction.Commit()
}

// statementsOf are the statements of a migration; comments alone are none.
func statementsOf(text string) []string {
	said := end.Split(text, -1)
	return slices.DeleteFunc(said, func(each string) bool {
		return strings.TrimSpace(comment.ReplaceAllString(each, "")) == ""
	})
}

func (s *statements) run(ctx context.Context, transaction *sql.Tx, statement string) error {
	asked := refuse.FindStringSubmatch(statement)
	if asked == nil {
		if _, err := transaction.ExecContext(ctx, statement); err != nil {
			return err
		}
		s.done++
		return nil
	}
	found, err := texts(ctx, transaction, statement)
	if err == nil && len(found) > 0 {
		return fmt.Errorf("%s: %s", asked[1], strings.Join(found, ", "))
	}
	return err
}

// texts are the rows of a query, for people.
func texts(ctx context.Context, transaction *sql.Tx, query string) (found []string, err error) {
	rows, err := transaction.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for at := range values {
			into[at] = &values[at]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		words := make([]string, len(values))
		for at, value := range values {
			words[at] = value.String
		}
		found = append(found, strings.Join(words, " "))
	}
	return found, rows.Err()
}
