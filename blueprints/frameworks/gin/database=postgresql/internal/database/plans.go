package database

import (
	"context"
	"fmt"
)

// PlanOf is how PostgreSQL carries out a query, a line each.
func PlanOf(ctx context.Context, s *Session, query string, args []any) ([]string, error) {
	// Few rows are read faster without an index; this lets an index be taken all the same, so that the
	// plan is that of many rows.
	if _, err := s.ExecContext(ctx, "SET LOCAL enable_seqscan = off"); err != nil {
		return nil, fmt.Errorf("prepare to explain: %w", err)
	}
	rows, err := s.QueryContext(ctx, "EXPLAIN (COSTS OFF) "+query, args...)
	if err != nil {
		return nil, fmt.Errorf("explain a query: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, fmt.Errorf("read a plan: %w", err)
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}

// LeadingColumns are the first columns of all keys and indexes of a table.
func LeadingColumns(ctx context.Context, s *Session, table string) (map[string]bool, error) {
	return namesOf(ctx, s, `SELECT a.attname AS name FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
		JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
		WHERE c.relname = %v AND pg_table_is_visible(c.oid)`, table)
}
