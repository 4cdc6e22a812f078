package database

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/huandu/go-sqlbuilder"
)

const (
	// Flavor is the SQL that statements are built in.
	Flavor = sqlbuilder.MySQL
	// OneWriter tells that nobody else writes while a transaction is open: here they do.
	OneWriter = false
	// NullsNeedWords tells that nulls do not sort lowest by themselves.
	NullsNeedWords = false
	// ForUpdate ends a query whose rows are locked until the transaction ends.
	ForUpdate = " FOR UPDATE"
	// ForShare ends a query whose rows nobody else may delete until the transaction ends: `FOR SHARE` is unknown to MariaDB.
	ForShare = " LOCK IN SHARE MODE"

	defaultPort = "3306"
)

var errHeld = errors.New("another transaction holds the lock")

func open(options Options) (*sql.DB, error) {
	config, err := configOf(options.URL)
	if err != nil {
		return nil, err
	}
	config.Timeout = options.Timeout
	// One trip for each statement instead of two.
	config.InterpolateParams = true
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(&preparing{Connector: connector, config: config, statements: sessionOf(options.Timeout)}), nil
}

// OpenForMigrations opens a database for whole files of statements, which may take their time.
func OpenForMigrations(text string) (*sql.DB, error) {
	config, err := configOf(text)
	if err != nil {
		return nil, err
	}
	config.MultiStatements = true
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func configOf(text string) (*mysql.Config, error) {
	address, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	port := address.Port()
	if port == "" {
		port = defaultPort
	}
	config := mysql.NewConfig()
	config.Net = "tcp"
	config.Addr = address.Hostname() + ":" + port
	config.User = address.User.Username()
	config.Passwd, _ = address.User.Password()
	config.DBName = strings.TrimPrefix(address.Path, "/")
	config.ClientFoundRows = true
	config.Logger = &mysql.NopLogger{}
	if err := config.Apply(mysql.Charset("utf8mb4", "")); err != nil {
		return nil, err
	}
	secure(config, address)
	return config, nil
}

// secure says how a connection is encrypted; `prefer` goes without when the server has no certificate.
func secure(config *mysql.Config, address *url.URL) {
	switch address.Query().Get("sslmode") {
	case "disable", "allow":
		config.TLSConfig = "false"
	case "require":
		config.TLSConfig = "skip-verify"
	case "verify-ca":
		config.TLS = &tls.Config{
			MinVersion: tls.VersionTLS12,
			// The chain is verified below; only the name is not.
			InsecureSkipVerify: true, //nolint:gosec // this mode is for servers whose name is another
			VerifyConnection:   verifyChain,
		}
	case "verify-full":
		config.TLSConfig = "true"
	default:
		config.TLSConfig = "preferred"
	}
}

// preparing tells each new connection how this service works.
type preparing struct {
	driver.Connector

	config     *mysql.Config
	statements []string
}

// Connect makes a connection and prepares it.
//
// The driver notes in its settings that a server knows no TLS, without a lock: each connection has its own.
func (p *preparing) Connect(ctx context.Context) (driver.Conn, error) {
	connector, err := mysql.NewConnector(p.config)
	if err != nil {
		return nil, err
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	executor, ok := conn.(driver.ExecerContext)
	if !ok {
		return nil, errors.Join(driver.ErrSkip, conn.Close())
	}
	for _, statement := range p.statements {
		if _, err := executor.ExecContext(ctx, statement, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// sessionOf is what a new connection is told. As on PostgreSQL, a statement sees what was committed before it.
func sessionOf(patience time.Duration) []string {
	seconds := max(1, int(patience.Round(time.Second).Seconds()))
	return []string{
		// Comments that one of the two servers reads as code: their limits of a statement differ.
		fmt.Sprintf(`SET SESSION time_zone = '+00:00',
			sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO',
			innodb_lock_wait_timeout = %d
			/*!80000 , max_execution_time = %d */
			/*M!100100 , max_statement_time = %g */`, seconds, patience.Milliseconds(), patience.Seconds()),
		"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
	}
}

func begin(ctx context.Context, conn *sql.Conn, _ time.Duration) (*sql.Tx, error) {
	return conn.BeginTx(ctx, nil)
}

// Contains is the condition that a column holds a text, whatever the case of letters.
func Contains(column, text string) string {
	// LOWER folds every alphabet, by tables that come with the collation: one for both sides.
	return "LOCATE(LOWER(" + text + " COLLATE utf8mb4_bin), LOWER(" + column + " COLLATE utf8mb4_bin)) > 0"
}

// InsertUnlessThere makes of an INSERT one that does nothing when a unique key is taken.
func InsertUnlessThere(insert string) string {
	return strings.Replace(insert, "INSERT INTO", "INSERT IGNORE INTO", 1)
}

// lock waits for the lock of a name. It belongs to the connection, which is freed of it when it is given back.
func lock(ctx context.Context, q Queryer, name string, patience time.Duration) error {
	taken, err := take(ctx, q, name, patience)
	if err == nil && !taken {
		return errHeld
	}
	return err
}

// tryLock takes the lock of a name until the connection is given back, unless somebody has it.
func tryLock(ctx context.Context, q Queryer, name string) (bool, error) {
	return take(ctx, q, name, 0)
}

// take hashes the name: names are short and shared by all databases of a server.
func take(ctx context.Context, q Queryer, name string, patience time.Duration) (bool, error) {
	var taken sql.NullInt64
	err := q.QueryRowContext(ctx, "SELECT GET_LOCK(SHA1(CONCAT(DATABASE(), ' ', ?)), ?)", name, patience.Seconds()).Scan(&taken)
	return taken.Int64 == 1, err
}

func unlock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "DO RELEASE_ALL_LOCKS()")
	return err
}

// ViolationOf tells the constraint that a write broke.
func ViolationOf(err error) Violation {
	switch codeOf(err) {
	case 1062:
		return UniqueKey
	case 1451, 1452:
		return ForeignKey
	// MySQL's and MariaDB's.
	case 3819, 4025:
		return Check
	case 1048, 1364:
		return NotNull
	default:
		return NoViolation
	}
}

const deadlock = 1213

// isUnavailable tells whether an error means that the database cannot be used at the moment.
//
// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html: too many connections,
// shutting down, cut off, lock not to be had, deadlock, out of time, killed.
func isUnavailable(err error) bool {
	away := []uint16{
		1040, 1053, 1077, 1105, 1152, 1158, 1159, 1160, 1161, 1184, 1203, 1205, deadlock, 1226, 1317, 1836,
		1927, 1969, 3024, 3058, 3572, 4031,
	}
	return errors.Is(err, errHeld) || errors.Is(err, mysql.ErrInvalidConn) || slices.Contains(away, codeOf(err))
}

// isDeadlock tells whether the database gave a transaction up because it and another waited for each other.
func isDeadlock(err error) bool { return codeOf(err) == deadlock }

func codeOf(err error) uint16 {
	var failure *mysql.MySQLError
	if errors.As(err, &failure) {
		return failure.Number
	}
	return 0
}
