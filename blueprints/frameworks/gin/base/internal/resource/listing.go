package resource

import (
	"context"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/huandu/go-sqlbuilder"

	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/naming"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

const (
	defaultLimit = 20
	maxLimit     = 100
	maxValues    = 100
	maxSearch    = 1000
	// Beyond this JSON has no whole numbers that everybody reads alike.
	maxOffset = 1<<53 - 1
)

// ListOptions say what the lists of a table understand, by column.
type ListOptions struct {
	Filters []string
	Sort    []string
	Search  []string
	// Cursor tells that pages are continued by a cursor, which stays exact while rows come and go.
	Cursor bool
}

// Listing is what the lists of a table understand.
type Listing[R any] struct {
	table   *Table[R]
	filters []*field.Field[R]
	sort    []*field.Field[R]
	search  []*field.Field[R]
	cursor  bool
}

// NewListing makes the lists of a table.
func NewListing[R any](table *Table[R], options ListOptions) *Listing[R] {
	named := func(columns []string) []*field.Field[R] {
		fields := make([]*field.Field[R], len(columns))
		for i, column := range columns {
			fields[i] = table.Field(column)
		}
		return fields
	}
	return &Listing[R]{table, named(options.Filters), named(options.Sort), named(options.Search), options.Cursor}
}

// Wanted is one list as it was asked for.
type Wanted[R any] struct {
	filters []Filter
	sort    string
	order   []order[R]
	limit   int
	offset  int
	// The place of the last row of the page before, one value for each part of the order.
	after []any
}

type order[R any] struct {
	field *field.Field[R]
	down  bool
}

// isPlain tells whether this is a first page of everything.
func (w *Wanted[R]) isPlain() bool {
	return len(w.filters) == 0 && w.offset == 0 && w.after == nil
}

// Read takes the parameters of a list; faults are noted in the query.
func (l *Listing[R]) Read(query *Query) *Wanted[R] {
	wanted := &Wanted[R]{limit: defaultLimit}
	for _, each := range l.filters {
		wanted.filters = append(wanted.filters, filtersOf(query, each)...)
	}
	if len(l.search) > 0 {
		query.take("q", func(text string) error {
			length := utf8.RuneCountInString(text)
			if length < 1 {
				return lengthFault(problem.RuleMin)
			}
			if length > maxSearch {
				return lengthFault(problem.RuleMax)
			}
			wanted.filters = append(wanted.filters, l.searching(text))
			return nil
		})
	}
	query.take("sort", func(text string) error {
		for each := range strings.SplitSeq(text, ",") {
			if err := knownName(strings.TrimPrefix(each, "-"), l.sortNames()); err != nil {
				return err
			}
		}
		wanted.sort = text
		return nil
	})
	wanted.order = l.order(wanted.sort)
	query.take("limit", func(text string) (err error) {
		wanted.limit, err = digits(text, 1, maxLimit)
		return err
	})
	if !l.cursor {
		query.take("offset", func(text string) (err error) {
			wanted.offset, err = digits(text, 0, maxOffset)
			return err
		})
		return wanted
	}
	query.take("cursor", func(text string) (err error) {
		wanted.after, err = readCursor(text, wanted.sort, wanted.order)
		return err
	})
	return wanted
}

func lengthFault(rule problem.Rule) error {
	return &problem.Fault{Rule: rule, Message: fmt.Sprintf("must have 1 to %d characters", maxSearch)}
}

func (l *Listing[R]) searching(text string) Filter {
	return func(where *sqlbuilder.SelectBuilder) string {
		conditions := make([]string, len(l.search))
		for i, each := range l.search {
			conditions[i] = database.Contains(database.Quote(each.Column), where.Var(text))
		}
		return where.Or(conditions...)
	}
}

func (l *Listing[R]) sortNames() []string {
	names := make([]string, len(l.sort))
	for i, each := range l.sort {
		names[i] = each.JSON
	}
	return names
}

func (l *Listing[R]) order(sort string) []order[R] {
	var chosen []order[R]
	for each := range strings.SplitSeq(sort, ",") {
		name := strings.TrimPrefix(each, "-")
		at := slices.IndexFunc(l.sort, func(it *field.Field[R]) bool { return it.JSON == name })
		if at >= 0 {
			chosen = append(chosen, order[R]{l.sort[at], strings.HasPrefix(each, "-")})
		}
	}
	return append(chosen, order[R]{l.table.Field(columnID), false})
}

var onlyDigits = regexp.MustCompile(`^[0-9]+$`)

func digits(text string, low, high int) (int, error) {
	if !onlyDigits.MatchString(text) {
		return low, &problem.Fault{Rule: problem.RuleType, Message: "must be a whole number in digits"}
	}
	number, err := strconv.Atoi(text)
	message := fmt.Sprintf("must be from %d to %d", low, high)
	switch {
	case err != nil || number > high:
		return low, &problem.Fault{Rule: problem.RuleMax, Message: message}
	case number < low:
		return low, &problem.Fault{Rule: problem.RuleMin, Message: message}
	default:
		return number, nil
	}
}

// Page is the rows of one page, and what the answer says beside them.
type Page[R any] struct {
	Rows []*R
	// Beside is written after the rows: their total and place, or the next cursor.
	Beside []byte
}

// Fetch finds the rows of one page among those that meet these conditions.
func (l *Listing[R]) Fetch(
	ctx context.Context, q database.Queryer, wanted *Wanted[R], deleted bool, filters ...Filter,
) (Page[R], error) {
	filters = append(filters, wanted.filters...)
	if l.cursor {
		return l.continued(ctx, q, wanted, deleted, filters)
	}
	var total int64
	text, args := l.table.selection("COUNT(*)", deleted, filters).Build()
	if err := q.QueryRowContext(ctx, text, args...).Scan(&total); err != nil {
		return Page[R]{}, fmt.Errorf("count rows of %s: %w", l.table.Table, err)
	}
	query := l.table.selection(l.table.selects, deleted, filters)
	query.OrderBy(orderBy(wanted.order)...).Limit(wanted.limit).Offset(wanted.offset)
	rows, err := l.table.rows(ctx, q, query, "")
	beside := fmt.Appendf(nil, `"total":%d,"limit":%d,"offset":%d`, total, wanted.limit, wanted.offset)
	return Page[R]{rows, beside}, err
}

func (l *Listing[R]) continued(
	ctx context.Context, q database.Queryer, wanted *Wanted[R], deleted bool, filters []Filter,
) (Page[R], error) {
	if wanted.after != nil {
		filters = append(filters, beyond(wanted.order, wanted.after))
	}
	query := l.table.selection(l.table.selects, deleted, filters)
	query.OrderBy(orderBy(wanted.order)...).Limit(wanted.limit + 1)
	rows, err := l.table.rows(ctx, q, query, "")
	if err != nil {
		return Page[R]{}, err
	}
	beside := append(strictjson.AppendString(nil, naming.JSON("next_cursor")), ':')
	if len(rows) <= wanted.limit {
		return Page[R]{rows, append(beside, "null"...)}, nil
	}
	rows = rows[:wanted.limit]
	cursor := cursorOf(wanted, rows[len(rows)-1])
	return Page[R]{rows, strictjson.AppendString(beside, cursor)}, nil
}

// AppendPage writes a page of rows that are written by a function.
func AppendPage[R any](page Page[R], row func(to []byte, i int) []byte) []byte {
	body := []byte(`{"items":[`)
	for i := range page.Rows {
		if i > 0 {
			body = append(body, ',')
		}
		body = row(body, i)
	}
	body = append(body, `],`...)
	return append(append(body, page.Beside...), '}')
}

// filtersOf are the conditions on one field.
func filtersOf[R any](query *Query, on *field.Field[R]) []Filter {
	column := database.Quote(on.Column)
	var found []Filter
	query.take(on.JSON, func(text string) error {
		value, err := on.Parse(text)
		found = append(found, Is(on.Column, value))
		return err
	})
	query.take(on.JSON+".in", func(text string) error {
		parts := strings.Split(text, ",")
		if len(parts) > maxValues {
			return &problem.Fault{Rule: problem.RuleMax, Message: fmt.Sprintf("must be at most %d values", maxValues)}
		}
		values := make([]any, len(parts))
		for i, part := range parts {
			value, err := on.Parse(part)
			if err != nil {
				return err
			}
			values[i] = value
		}
		found = append(found, func(where *sqlbuilder.SelectBuilder) string { return where.In(column, values...) })
		return nil
	})
	if on.Ordered {
		for _, comparison := range []struct{ name, sign string }{{"gte", ">="}, {"gt", ">"}, {"lte", "<="}, {"lt", "<"}} {
			query.take(on.JSON+"."+comparison.name, func(text string) error {
				value, err := on.Parse(text)
				found = append(found, func(where *sqlbuilder.SelectBuilder) string {
					return column + " " + comparison.sign + " " + where.Var(value)
				})
				return err
			})
		}
	}
	if on.Optional {
		query.take(on.JSON+"."+naming.JSON("is_null"), func(text string) error {
			null, fault := field.ParseBoolean(text)
			if fault != nil {
				return fault
			}
			found = append(found, func(where *sqlbuilder.SelectBuilder) string {
				if null {
					return where.IsNull(column)
				}
				return where.IsNotNull(column)
			})
			return nil
		})
	}
	return found
}

// orderBy sorts; nulls are lowest: first upwards, last downwards.
func orderBy[R any](orders []order[R]) []string {
	parts := make([]string, len(orders))
	for i, each := range orders {
		part := database.Quote(each.field.Column)
		words := database.NullsNeedWords && each.field.Optional
		switch {
		case each.down && words:
			part += " DESC NULLS LAST"
		case each.down:
			part += " DESC"
		case words:
			part += " ASC NULLS FIRST"
		}
		parts[i] = part
	}
	return parts
}

// beyond are the rows after the last one: greater in some field, equal in all before it.
func beyond[R any](orders []order[R], last []any) Filter {
	return func(where *sqlbuilder.SelectBuilder) string {
		branches := make([]string, len(orders))
		var equal []string
		for i, each := range orders {
			column := database.Quote(each.field.Column)
			branches[i] = where.And(append(slices.Clone(equal), after(where, column, each.down, last[i]))...)
			if last[i] == nil {
				equal = append(equal, where.IsNull(column))
			} else {
				equal = append(equal, where.Equal(column, last[i]))
			}
		}
		return where.Or(branches...)
	}
}

func after(where *sqlbuilder.SelectBuilder, column string, down bool, value any) string {
	switch {
	case value == nil && down:
		return "1 = 0"
	case value == nil:
		return where.IsNotNull(column)
	case down:
		return where.Or(where.LessThan(column, value), where.IsNull(column))
	default:
		return where.GreaterThan(column, value)
	}
}

// cursorOf says where the next page begins: the order, and this row's place in it.
func cursorOf[R any](wanted *Wanted[R], row *R) string {
	text := append(strictjson.AppendString([]byte{'['}, wanted.sort), ',', '[')
	for i, each := range wanted.order {
		if i > 0 {
			text = append(text, ',')
		}
		if each.field.Null(row) {
			text = append(text, "null"...)
			continue
		}
		text = strictjson.AppendString(text, each.field.Text(row))
	}
	return base64.RawURLEncoding.EncodeToString(append(text, ']', ']'))
}

func readCursor[R any](text, sort string, orders []order[R]) ([]any, error) {
	garbled := &problem.Fault{Rule: problem.RuleFormat, Message: "must be a cursor of this list, with the same sort"}
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || base64.RawURLEncoding.EncodeToString(bytes) != text {
		return nil, garbled
	}
	value, err := strictjson.Decode(bytes)
	if err != nil {
		return nil, garbled
	}
	parts, _ := value.([]any)
	if len(parts) != 2 || parts[0] != sort {
		return nil, garbled
	}
	place, _ := parts[1].([]any)
	if len(place) != len(orders) {
		return nil, garbled
	}
	after := make([]any, len(orders))
	for i, each := range orders {
		if place[i] == nil && each.field.Optional {
			continue
		}
		written, isText := place[i].(string)
		if !isText || strings.ContainsRune(written, 0) {
			return nil, garbled
		}
		if after[i], err = each.field.Parse(written); err != nil {
			return nil, garbled
		}
	}
	return after, nil
}
