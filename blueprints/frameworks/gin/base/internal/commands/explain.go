package commands

import (
	"context"
	"errors"
	"fmt"
	"io"

	"example.com/service/internal/app"
	"example.com/service/internal/resource"
)

var errNoRows = errors.New("there are no rows to ask for: make migrate seed")

// Explain shows how the database carries out each list, and which index it wants.
//
// The queries are those of the service itself, asked for with each filter, sort, search and relation
// of each resource; values come from rows that are there, so fill the database first.
func Explain(ctx context.Context, env *Env, _ []string) (err error) {
	db, err := app.OpenDatabase(env.Log, env.Settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	// What is kept in a cache would need no statements.
	registry := resource.NewRegistry(db)
	app.Repositories(registry)
	findings, err := registry.Explain(ctx)
	if err != nil {
		return err
	}
	if len(findings) == 0 {
		return errNoRows
	}
	report(env.Out, findings)
	return nil
}

// report writes the findings, the plans below each.
func report(to io.Writer, findings []resource.Finding) {
	marked := 0
	for _, each := range findings {
		mark := " "
		if each.Advice != "" {
			mark = "!"
			marked++
		}
		_, _ = fmt.Fprintf(to, "%s %s\n", mark, each.Shown)
		if each.Advice != "" {
			_, _ = fmt.Fprintf(to, "    %s\n", each.Advice)
		}
		for _, line := range each.Plans {
			_, _ = fmt.Fprintf(to, "    | %s\n", line)
		}
	}
	_, _ = fmt.Fprintf(to, "%d lists explained, %d marked with !\n", len(findings), marked)
}
