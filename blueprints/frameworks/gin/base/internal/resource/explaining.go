package resource

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"example.com/service/internal/access"
	"example.com/service/internal/database"
	"example.com/service/internal/naming"
)

// What a question asks for.
const (
	asksAll      = "all"
	asksFilter   = "filter"
	asksSort     = "sort"
	asksSearch   = "search"
	asksRelation = "relation"
)

// question is one list as a client asks for it, and the column that an index for it begins with.
type question struct {
	shown  string
	table  string
	column string
	kind   string
	query  string
	ask    func(ctx context.Context, call *Call) error
}

// Finding is a question with the plan of each of its statements, and the advice, if there is any.
type Finding struct {
	Shown  string
	Plans  []string
	Advice string
}

// questions are every list of a resource; values come from a row that is there.
func (r *Repository[R]) questions(ctx context.Context, q database.Queryer) ([]question, error) {
	row, err := r.First(ctx, q)
	if err != nil || row == nil {
		return nil, err
	}
	path := "GET /" + r.Path()
	ask := func(ctx context.Context, call *Call) error {
		_, err := r.List(ctx, call)
		return err
	}
	asked := []question{{shown: path, table: r.Table.Table, kind: asksAll, ask: ask}}
	add := func(kind, column, name, text string) {
		query := name + "=" + text
		shown := path + "?" + query
		if kind == asksFilter {
			shown = path + "?" + name + "=…"
		}
		asked = append(asked, question{shown, r.Table.Table, column, kind, query, ask})
	}
	for _, each := range r.listing.filters {
		if each.Null(row) {
			add(asksFilter, each.Column, each.JSON+"."+naming.JSON("is_null"), "true")
			continue
		}
		add(asksFilter, each.Column, each.JSON, url.QueryEscape(each.Text(row)))
	}
	for _, each := range r.listing.sort {
		add(asksSort, each.Column, "sort", each.JSON)
	}
	if len(r.listing.search) > 0 {
		asked = append(asked, question{path + "?q=…", r.Table.Table, "", asksSearch, "q=a", ask})
	}
	return append(asked, r.relations()...), nil
}

// relations are the lists of the rows that refer, or are linked, to a parent.
func (r *Repository[R]) relations() []question {
	var asked []question
	for _, each := range slices.Concat(r.references, r.links) {
		table, column, to := r.Table.Table, each.Column, ""
		if each.Reference != nil {
			to = each.Reference.To
		} else {
			table, column, to = each.Links.Table, each.Links.There, each.Links.To
		}
		ask := func(ctx context.Context, call *Call) error {
			parent, err := r.registry.anyRow(ctx, to)
			if err != nil || parent == "" {
				return err
			}
			_, err = r.ListOf(ctx, call, each.Column, parent)
			return err
		}
		shown := fmt.Sprintf("GET /…/{id}/%s by %s", r.Path(), each.JSON)
		asked = append(asked, question{shown: shown, table: table, column: column, kind: asksRelation, ask: ask})
	}
	return asked
}

// anyRow is the id of some row of a table; empty when there is none.
func (r *Registry) anyRow(ctx context.Context, name string) (id string, err error) {
	target, known := r.targets[name].(interface {
		anyID(ctx context.Context, q database.Queryer) (string, error)
	})
	if !known {
		return "", nil
	}
	err = r.DB.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		id, err = target.anyID(ctx, q)
		return err
	})
	return id, err
}

func (t *Table[R]) anyID(ctx context.Context, q database.Queryer) (string, error) {
	row, err := t.First(ctx, q)
	if err != nil || row == nil {
		return "", err
	}
	return t.ID(row).String(), nil
}

// Explain asks every list of every resource as the service itself does, and explains its statements.
func (r *Registry) Explain(ctx context.Context) ([]Finding, error) {
	var statements []database.Statement
	r.DB.Observe(func(_ context.Context, statement database.Statement) { statements = append(statements, statement) })
	entities := slices.SortedFunc(slices.Values(r.entities), func(one, other Entity) int { return strings.Compare(one.Path(), other.Path()) })
	var findings []Finding
	for _, entity := range entities {
		var asked []question
		err := r.DB.Read(ctx, func(ctx context.Context, q database.Queryer) (err error) {
			asked, err = entity.questions(ctx, q)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, each := range asked {
			statements = nil
			role := "admin"
			if err := each.ask(ctx, &Call{Caller: access.Caller{Role: &role}, Query: each.query}); err != nil {
				return nil, fmt.Errorf("ask for %s: %w", each.shown, err)
			}
			finding, err := r.explained(ctx, each, statements)
			if err != nil {
				return nil, err
			}
			findings = append(findings, finding)
		}
	}
	return findings, nil
}

func (r *Registry) explained(ctx context.Context, asked question, statements []database.Statement) (Finding, error) {
	finding := Finding{Shown: asked.shown}
	// Of the list itself, not of what is shown beside it.
	lists := regexp.MustCompile(`^SELECT\b.*\b` + regexp.QuoteMeta(asked.table) + `\b`)
	// Some databases are told what lasts as long as a transaction.
	err := r.DB.Write(ctx, func(ctx context.Context, s *database.Session) error {
		finding.Plans = nil
		for _, each := range slices.Clone(statements) {
			if !lists.MatchString(each.Query) {
				continue
			}
			lines, err := database.PlanOf(ctx, s, each.Query, each.Args)
			if err != nil {
				return err
			}
			finding.Plans = append(finding.Plans, lines...)
		}
		leading, err := database.LeadingColumns(ctx, s, asked.table)
		finding.Advice = adviceOn(asked, leading)
		return err
	})
	return finding, err
}

func adviceOn(asked question, leading map[string]bool) string {
	switch {
	case asked.kind == asksSearch:
		return "reads every row: no ordinary index helps a search inside texts"
	case asked.column == "" || leading[asked.column]:
		return ""
	case asked.kind == asksSort:
		return fmt.Sprintf("sorts every row; wants CREATE INDEX ix_%[1]s_%[2]s ON %[1]s (%[2]s, id)", asked.table, asked.column)
	default:
		return fmt.Sprintf("reads every row; wants CREATE INDEX ix_%[1]s_%[2]s ON %[1]s (%[2]s)", asked.table, asked.column)
	}
}
