package database

import "context"

// namesOf are the texts that a query finds.
func namesOf(ctx context.Context, s *Session, format string, values ...any) (map[string]bool, error) {
	names := map[string]bool{}
	err := Each(ctx, s, func(scan func(into ...any) error) error {
		var name string
		err := scan(&name)
		names[name] = true
		return err
	}, format, values...)
	return names, err
}
