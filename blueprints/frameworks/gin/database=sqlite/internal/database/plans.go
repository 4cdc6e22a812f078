package database

import (
	"context"
	"fmt"
)

// PlanOf is how SQLite carries out a query, a line each.
func PlanOf(ctx context.Context, s *Session, query string, args []any) ([]string, error) {
	rows, err := s.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		return nil, fmt.Errorf("explain a query: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var id, parent, unused int
		var line string
		if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
			return nil, fmt.Errorf("read a plan: %w", err)
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}

// LeadingColumns are the first columns of all keys and indexes of a table.
func LeadingColumns(ctx context.Context, s *Session, table string) (map[string]bool, error) {
	return namesOf(ctx, s, `SELECT columns.name FROM pragma_index_list(%v) AS indexes
		JOIN pragma_index_info(indexes.name) AS columns WHERE columns.seqno = 0`, table)
}
