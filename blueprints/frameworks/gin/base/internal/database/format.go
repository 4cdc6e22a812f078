package database

import (
	"context"
	"fmt"

	"github.com/huandu/go-sqlbuilder"
)

// Exec runs a statement whose values stand as %v in its text, and tells how many rows it changed.
func Exec(ctx context.Context, q Queryer, format string, values ...any) (int64, error) {
	query, args := sqlbuilder.Buildf(format, values...).BuildWithFlavor(Flavor)
	result, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("run a statement: %w", err)
	}
	changed, err := result.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("count changed rows: %w", err)
	}
	return changed, nil
}

// Each runs a query whose values stand as %v in its text, and calls a function for each of its rows.
func Each(
	ctx context.Context, q Queryer, row func(scan func(into ...any) error) error, format string, values ...any,
) (err error) {
	query, args := sqlbuilder.Buildf(format, values...).BuildWithFlavor(Flavor)
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("run a query: %w", err)
	}
	defer func() {
		if failure := rows.Close(); err == nil && failure != nil {
			err = fmt.Errorf("end a query: %w", failure)
		}
	}()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read rows: %w", err)
	}
	return nil
}
