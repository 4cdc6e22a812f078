package migrating

import (
	"github.com/golang-migrate/migrate/v4/database/mysql"

	service "example.com/service/internal/database"
)

// driverFor opens the server of a URL; a lock lets one process at a time pass.
func driverFor(address string) (*statements, string, error) {
	pool, err := service.OpenForMigrations(address)
	if err != nil {
		return nil, "", err
	}
	driver, err := mysql.WithInstance(pool, &mysql.Config{})
	return &statements{Driver: driver, pool: pool}, "mysql", err
}
