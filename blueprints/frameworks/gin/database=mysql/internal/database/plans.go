package database

import (
	"context"
	"fmt"
	"strings"
)

// PlanOf is how MySQL carries out a query, a line each.
func PlanOf(ctx context.Context, s *Session, query string, args []any) ([]string, error) {
	rows, err := s.QueryContext(ctx, "EXPLAIN "+query, args...)
	if err != nil {
		return nil, fmt.Errorf("explain a query: %w", err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("read a plan: %w", err)
	}
	var lines []string
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("read a plan: %w", err)
		}
		lines = append(lines, words(values))
	}
	return lines, rows.Err()
}

// words are the values that say something.
func words(values []any) string {
	var said []string
	for _, value := range values {
		switch value := value.(type) {
		case nil:
		case []byte:
			said = append(said, string(value))
		default:
			said = append(said, fmt.Sprint(value))
		}
	}
	return strings.Join(said, " ")
}

// LeadingColumns are the first columns of all keys and indexes of a table.
func LeadingColumns(ctx context.Context, s *Session, table string) (map[string]bool, error) {
	return namesOf(ctx, s, `SELECT column_name AS name FROM information_schema.statistics
		WHERE table_schema = DATABASE() AND table_name = %v AND seq_in_index = 1`, table)
}
