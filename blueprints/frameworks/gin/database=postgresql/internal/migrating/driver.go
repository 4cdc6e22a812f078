package migrating

import (
	postgres "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// driverFor opens the server of a URL; a lock lets one process at a time pass.
func driverFor(address string) (*statements, string, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, "", err
	}
	pool := stdlib.OpenDB(*config)
	driver, err := postgres.WithInstance(pool, &postgres.Config{})
	return &statements{Driver: driver, pool: pool, whole: true}, "pgx5", err
}
