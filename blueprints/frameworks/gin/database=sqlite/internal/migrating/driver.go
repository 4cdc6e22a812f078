package migrating

import (
	"database/sql"
	"net/url"
	"strings"

	"github.com/golang-migrate/migrate/v4/database/sqlite"
)

// driverFor opens the file of a URL; whoever writes to it meanwhile is waited for.
//
// References are not watched: a migration makes changed tables anew, and dropping the old one would take the rows with it that
// refer to it. It asks at its end whether every reference leads somewhere. The journal is what the service wants, too: of several
// connections that change it at once, all but one fail.
func driverFor(address string) (*statements, string, error) {
	path := (&url.URL{Path: strings.TrimPrefix(address, "sqlite:///")}).EscapedPath()
	const parameters = "?_pragma=busy_timeout(60000)&_pragma=foreign_keys(0)&_pragma=journal_mode(WAL)&_txlock=immediate"
	pool, err := sql.Open("sqlite", "file:"+path+parameters)
	if err != nil {
		return nil, "", err
	}
	pool.SetMaxOpenConns(1)
	driver, err := sqlite.WithInstance(pool, &sqlite.Config{})
	return &statements{Driver: driver, pool: pool, whole: true}, "sqlite", err
}
