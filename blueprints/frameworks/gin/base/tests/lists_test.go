package tests

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/access"
	"example.com/service/internal/apitest"
	"example.com/service/internal/database"
	"example.com/service/internal/naming"
)

func TestPages(t *testing.T) {
	for _, of := range resources(t, access.List) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			made := []string{idOf(d.make(of, nil)), idOf(d.make(of, nil))}
			listed := d.admin.Get(of.Path).Is(http.StatusOK)
			all := ids(listed.Items())
			assert.True(t, slices.IsSorted(all))
			assert.Subset(t, all, made)
			first := d.admin.Get(of.Path + "?limit=1").Is(http.StatusOK)
			assert.Equal(t, listed.Items()[:1], first.Items())
			next := "offset=1"
			if of.Cursor {
				next = "cursor=" + first.String(naming.JSON("next_cursor"))
			} else {
				page := first.Object()
				assert.InDelta(t, len(all), page["total"], 0)
				assert.InDelta(t, 1, page["limit"], 0)
				assert.InDelta(t, 0, page["offset"], 0)
			}
			assert.Equal(t, listed.Items()[1:2], d.admin.Get(of.Path+"?limit=1&"+next).Is(http.StatusOK).Items())
		})
	}
}

func TestFaultyLists(t *testing.T) {
	d := newDesk(t)
	for _, of := range resources(t, access.List) {
		position, rule := "offset", "type"
		if of.Cursor {
			position, rule = "cursor", "format"
		}
		search := "unknown"
		if len(of.Search) > 0 {
			search = "min"
		}
		queries := map[string]map[string]string{
			"limit=0":                {"limit": "min"},
			"limit=101":              {"limit": "max"},
			"limit=x&nonsense=1":     {"limit": "type", "nonsense": "unknown"},
			"limit=1&limit=1":        {"limit": "repeated"},
			position + "=-1":         {position: rule},
			"sort=nonsense":          {"sort": "enum"},
			"q=":                     {"q": search},
			"%FF=1&limit=%00&sort=a": {"": "unknown", "limit": "format", "sort": "enum"},
		}
		for _, each := range of.Fields {
			if !slices.Contains(of.Filters, each.Key) {
				queries[each.Key+"=1"] = map[string]string{each.Key: "unknown"}
			}
			if !slices.Contains(of.Sorts, each.Key) {
				queries["sort="+each.Key] = map[string]string{"sort": "enum"}
			}
		}
		if created := naming.JSON("created_at"); slices.Contains(of.Filters, created) {
			queries[created+".gte=5"] = map[string]string{created + ".gte": "format"}
			queries[created+"=%FF"] = map[string]string{created: "format"}
			queries[created+".in="+strings.Repeat("5,", 100)] = map[string]string{created + ".in": "max"}
			queries[created+".nonsense=5"] = map[string]string{created + ".nonsense": "unknown"}
		}
		for text, faults := range queries {
			assert.Equal(t, faults, d.admin.Get(of.Path+"?"+text).Is(http.StatusBadRequest).Faults(), text)
		}
		d.admin.Get(of.Path + "?limit=100").Is(http.StatusOK)
	}
}

func TestEveryFilter(t *testing.T) {
	for _, of := range resources(t, access.List) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			row := d.make(of, nil)
			d.make(of, nil)
			for _, field := range of.Fields {
				value := row[field.Key]
				if !slices.Contains(of.Filters, field.Key) || value == nil {
					continue
				}
				text := url.QueryEscape(fmt.Sprint(value))
				names := []string{field.Key}
				if !strings.Contains(fmt.Sprint(value), ",") {
					names = append(names, field.Key+".in")
				}
				for _, name := range names {
					found := d.admin.Get(of.Path + "?" + name + "=" + text).Is(http.StatusOK).Items()
					assert.Contains(t, ids(found), idOf(row), name)
					for _, other := range found {
						assert.Equal(t, value, other[field.Key], name)
					}
				}
				if field.Optional {
					null := field.Key + "." + naming.JSON("is_null")
					assert.NotContains(t, ids(d.admin.Get(of.Path+"?"+null+"=true").Is(http.StatusOK).Items()), idOf(row))
					assert.Contains(t, ids(d.admin.Get(of.Path+"?"+null+"=false").Is(http.StatusOK).Items()), idOf(row))
				}
				if slices.Contains([]string{"integer", "long", "float", "decimal", "date", "datetime"}, field.Type) {
					compared(d, of, row, field, text)
				}
			}
		})
	}
}

// compared asks for values on either side of a row's.
func compared(d *desk, of described, row object, field tested, text string) {
	d.Helper()
	for name, holds := range map[string]bool{"gte": true, "lte": true, "gt": false, "lt": false} {
		found := ids(d.admin.Get(of.Path + "?" + field.Key + "." + name + "=" + text).Is(http.StatusOK).Items())
		assert.Equal(d, holds, slices.Contains(found, idOf(row)), name)
	}
}

func TestEveryOrder(t *testing.T) {
	for _, of := range resources(t, access.List) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			for range 3 {
				d.make(of, nil)
			}
			for _, field := range of.Fields {
				if !slices.Contains(of.Sorts, field.Key) {
					continue
				}
				for _, sign := range []string{"", "-"} {
					values := valuesOf(field, d.admin.Get(of.Path+"?sort="+sign+field.Key).Is(http.StatusOK).Items())
					assert.Equal(t, inOrder(field, values, sign == "-"), values, sign+field.Key)
				}
			}
		})
	}
}

func valuesOf(field tested, rows []object) []any {
	values := make([]any, len(rows))
	for i, row := range rows {
		values[i] = row[field.Key]
	}
	return values
}

// inOrder are values in the order of their field: nulls lowest.
func inOrder(field tested, values []any, down bool) []any {
	sorted := slices.SortedStableFunc(slices.Values(values), func(one, other any) int { return compare(field, one, other) })
	if down {
		slices.Reverse(sorted)
	}
	return sorted
}

func compare(field tested, one, other any) int {
	if one == nil || other == nil {
		return cmp.Compare(rank(one), rank(other))
	}
	if field.Type == "decimal" {
		return decimal.RequireFromString(fmt.Sprint(one)).Cmp(decimal.RequireFromString(fmt.Sprint(other)))
	}
	switch one := one.(type) {
	case float64:
		second, _ := other.(float64)
		return cmp.Compare(one, second)
	case bool:
		second, _ := other.(bool)
		return cmp.Compare(strconv.FormatBool(one), strconv.FormatBool(second))
	default:
		return strings.Compare(fmt.Sprint(one), fmt.Sprint(other))
	}
}

func rank(value any) int {
	if value == nil {
		return 0
	}
	return 1
}

func TestSearch(t *testing.T) {
	for _, of := range resources(t, access.List) {
		for _, field := range of.written() {
			if !slices.Contains(of.Search, field.Key) {
				continue
			}
			t.Run(of.Entity+" "+field.Key, func(t *testing.T) {
				d := newDesk(t)
				search := func(text string) []string {
					return ids(d.admin.Get(of.Path + "?q=" + url.QueryEscape(text)).Is(http.StatusOK).Items())
				}
				row := d.make(of, nil)
				text, _ := row[field.Key].(string)
				assert.Contains(t, search(strings.Map(upper, text)), idOf(row))
				for _, sign := range []string{"%", "_", "%_%"} {
					assert.Empty(t, search(sign))
				}
				most := longest(field)
				if field.is("pattern") || most < 3 {
					return
				}
				signs := []rune("a%_" + text)
				other := d.make(of, object{field.Key: string(signs[:min(len(signs), most)])})
				for _, sign := range []string{"%", "_", "A%_"} {
					assert.Equal(t, []string{idOf(other)}, search(sign))
				}
				d.admin.Get(of.Path + "?q=" + strings.Repeat("x", 1000)).Is(http.StatusOK)
				assert.Equal(t, map[string]string{"q": "max"}, d.admin.Get(of.Path+"?q="+strings.Repeat("x", 1001)).Faults())
			})
		}
	}
}

func upper(letter rune) rune {
	if 'a' <= letter && letter <= 'z' {
		return letter - 'a' + 'A'
	}
	return letter
}

func TestPagesHoldWhileRowsAreAdded(t *testing.T) {
	for _, of := range resources(t, access.List) {
		for _, field := range of.Fields {
			if !of.Cursor || !slices.Contains(of.Sorts, field.Key) {
				continue
			}
			for _, sign := range []string{"", "-"} {
				t.Run(of.Entity+" "+sign+field.Key, func(t *testing.T) { walk(newDesk(t), of, field, sign) })
			}
		}
	}
}

// walk goes through pages of one row, while others are added.
func walk(d *desk, of described, field tested, sign string) {
	d.Helper()
	var none object
	if field.Optional && !field.readOnly() {
		none = object{field.Key: nil}
	}
	made := []string{idOf(d.make(of, nil)), idOf(d.make(of, none)), idOf(d.make(of, none))}
	path := of.Path + "?limit=1&sort=" + sign + field.Key
	var seen []object
	for cursor := ""; len(seen) < 10; {
		page := d.admin.Get(path + cursor).Is(http.StatusOK)
		seen = append(seen, page.Items()...)
		next, more := page.Object()[naming.JSON("next_cursor")].(string)
		if !more {
			break
		}
		if len(seen) < 3 {
			d.make(of, nil)
		}
		cursor = "&cursor=" + next
	}
	found := ids(seen)
	assert.Len(d, slices.Compact(slices.Sorted(slices.Values(found))), len(found))
	assert.Subset(d, found, made)
	values := valuesOf(field, seen)
	assert.Equal(d, inOrder(field, values, sign == "-"), values)
}

func TestACursorIsOfOneList(t *testing.T) {
	for _, of := range resources(t, access.List) {
		if !of.Cursor {
			continue
		}
		d := newDesk(t)
		d.make(of, nil)
		d.make(of, nil)
		cursor := d.admin.Get(of.Path + "?limit=1").String(naming.JSON("next_cursor"))
		wrong := []string{cursor + "x", cursor[1:], "AA", "W10", cursor + "&sort=" + of.Sorts[0]}
		for _, each := range wrong {
			assert.Equal(t, map[string]string{"cursor": "format"}, d.admin.Get(of.Path+"?cursor="+each).Is(http.StatusBadRequest).Faults())
		}
	}
}

func TestAListForOwnersHoldsTheirOwnRows(t *testing.T) {
	for _, of := range resources(t, access.List) {
		if !slices.Contains(of.Access[access.List], access.Owner) || passes(of, access.List, "user") {
			continue
		}
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			rows := []object{d.make(of, nil), d.make(of, nil)}
			for _, row := range rows {
				owner, id := person(d, "user")
				d.give(of, row, id)
				assert.Equal(t, []string{idOf(row)}, ids(owner.Get(of.Path).Is(http.StatusOK).Items()))
			}
			assert.Len(t, d.admin.Get(of.Path).Items(), 2)
			d.service.Get(of.Path).Is(http.StatusUnauthorized)
		})
	}
}

func TestNestedLists(t *testing.T) {
	for _, of := range resources(t, access.List) {
		for _, each := range of.References {
			if each.OneToOne || each.Inverse == "" {
				continue
			}
			t.Run(of.Entity+" "+each.Name, func(t *testing.T) {
				d := newDesk(t)
				target := d.target(each)
				kept := d.make(of, object{each.Key: target})
				path := d.parentPath(each, target)
				assert.Equal(t, []string{idOf(kept)}, ids(d.admin.Get(path).Is(http.StatusOK).Items()))
				d.admin.Get(d.parentPath(each, unknownID)).Is(http.StatusNotFound)
				d.admin.Get(d.parentPath(each, "5")).Is(http.StatusBadRequest)
				if !of.SoftDelete || !of.can(access.Delete) {
					return
				}
				gone := d.make(of, object{each.Key: target})
				d.admin.Delete(placeOf(of, gone)).Is(http.StatusNoContent)
				assert.Equal(t, []string{idOf(kept)}, ids(d.admin.Get(path).Items()))
				flag := "?" + naming.JSON("include_deleted") + "=true"
				everything := d.admin.Get(path + flag).Is(http.StatusOK).Items()
				assert.Equal(t, []string{idOf(kept), idOf(gone)}, ids(everything))
				assert.NotContains(t, everything[0], naming.JSON("deleted_at"))
				assert.Contains(t, everything[1], naming.JSON("deleted_at"))
				d.adminsOnly(path + flag)
			})
		}
	}
}

func TestALongerListAsksNoMoreOfTheDatabase(t *testing.T) {
	for _, of := range resources(t, access.List) {
		t.Run(of.Entity, func(t *testing.T) {
			d := newDesk(t)
			var names []string
			for _, each := range of.References {
				names = append(names, each.Name)
			}
			path := of.Path + "?limit=100"
			if len(names) > 0 {
				path += "&expand=" + strings.Join(names, ",")
			}
			var counts []int64
			for range 2 {
				given := object{}
				for _, each := range of.relations() {
					given[each.Key] = d.target(each)
					if each.Links {
						given[each.Key] = []any{given[each.Key]}
					}
				}
				row := d.make(of, given)
				count, answer := statements(d, func() *apitest.Answer { return d.admin.Get(path) })
				assert.Contains(t, ids(answer.Is(http.StatusOK).Items()), idOf(row))
				counts = append(counts, count)
			}
			require.Positive(t, counts[0])
			assert.Equal(t, counts[0], counts[1])
		})
	}
}

// statements counts those that a request takes.
func statements(d *desk, ask func() *apitest.Answer) (int64, *apitest.Answer) {
	var count atomic.Int64
	d.service.DB.Observe(func(context.Context, database.Statement) { count.Add(1) })
	answer := ask()
	d.service.DB.Observe(nil)
	return count.Load(), answer
}
