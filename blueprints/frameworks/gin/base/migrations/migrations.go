// Package migrations holds the changes of the database, up and down, as SQL.
package migrations

import "embed"

// Files are the migrations, in the order of their names.
//
//go:embed *.sql
var Files embed.FS
