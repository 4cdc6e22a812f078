// Package migrating brings databases up to date, and takes migrations back.
package migrating

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
	"github.com/golang-migrate/migrate/v4/source/iofs"

	"example.com/service/migrations"
)

// The directions.
const (
	Up   = "up"
	Down = "down"
)

// Run brings the database of a URL up to date, or takes its last migration back; it tells what was done.
func Run(url, direction string) (done []string, err error) {
	source, err := iofs.New(migrations.Files, ".")
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	driver, name, err := driverFor(url)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	runner, err := migrate.NewWithInstance("iofs", source, name, driver)
	if err != nil {
		return nil, fmt.Errorf("prepare the migrations: %w", err)
	}
	defer func() {
		_, closing := runner.Close()
		err = errors.Join(err, closing)
	}()
	if direction == Down {
		return last(runner, driver)
	}
	for {
		err := step(runner, driver, 1)
		switch {
		case errors.Is(err, migrate.ErrNoChange) || errors.Is(err, fs.ErrNotExist):
			return done, nil
		case err != nil:
			return done, fmt.Errorf("migrate: %w", err)
		}
		version, _, err := runner.Version()
		if err != nil {
			return done, fmt.Errorf("ask for the version: %w", err)
		}
		done = append(done, Up+" "+nameOf(version))
	}
}

// step makes one migration, or takes one back. After a failure of which nothing is left the version is what it was.
func step(runner *migrate.Migrate, driver *statements, by int) error {
	before, _, err := runner.Version()
	version := int(before)
	if errors.Is(err, migrate.ErrNilVersion) {
		version, err = database.NilVersion, nil
	}
	if err != nil {
		return fmt.Errorf("ask for the version: %w", err)
	}
	err = runner.Steps(by)
	_, dirty, asked := runner.Version()
	if err != nil && asked == nil && dirty && driver.done == 0 {
		err = errors.Join(err, runner.Force(version))
	}
	return err
}

// last takes the last migration back.
func last(runner *migrate.Migrate, driver *statements) ([]string, error) {
	version, _, err := runner.Version()
	if errors.Is(err, migrate.ErrNilVersion) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("ask for the version: %w", err)
	}
	if err := step(runner, driver, -1); err != nil {
		return nil, fmt.Errorf("take a migration back: %w", err)
	}
	return []string{Down + " " + nameOf(version)}, nil
}

// nameOf is the name of a migration: that of its file.
func nameOf(version uint) string {
	prefix := fmt.Sprintf("%04d_", version)
	files, err := fs.Glob(migrations.Files, prefix+"*.up.sql")
	if err != nil || len(files) == 0 {
		return prefix
	}
	return strings.TrimSuffix(files[0], ".up.sql")
}
