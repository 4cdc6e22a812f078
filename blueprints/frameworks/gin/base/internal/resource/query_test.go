package resource_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/problem"
	"example.com/service/internal/resource"
)

// faults are the rules that a query breaks when nothing is taken from it, by parameter.
func faults(query string) map[string]string {
	found := map[string]string{}
	for _, each := range resource.ParseQuery(query).Finish() {
		if _, known := found[each.Field]; !known {
			found[each.Field] = string(each.Rule)
		}
	}
	return found
}

func TestQueriesAreReadAsTheyAre(t *testing.T) {
	for query, broken := range map[string]map[string]string{
		"":                   {},
		"&&":                 {},
		"a":                  {"a": "unknown"},
		"a=1&b=2":            {"a": "unknown", "b": "unknown"},
		"a=1&a=1":            {"a": "repeated"},
		"a+b=1&%61%20b=1":    {"a b": "repeated"},
		"a=%00":              {"a": "format"},
		"a=%ff":              {"a": "format"},
		"a=%zz":              {"a": "unknown"},
		"%c3%a9=%C3%A9&é=%2": {"é": "repeated"},
		"a=%F0%9F%98%80":     {"a": "unknown"},
		"a;b=1":              {"a;b": "unknown"},
	} {
		assert.Equal(t, broken, faults(query), query)
	}
}

func TestParametersAreTakenOnce(t *testing.T) {
	query := resource.ParseQuery("flag=true&names=a,b&bad=c&worse=yes")
	assert.True(t, query.Flag("flag"))
	assert.Equal(t, []string{"a", "b"}, query.Names("names", []string{"a", "b"}))
	assert.Nil(t, query.Names("bad", []string{"a"}))
	assert.False(t, query.Flag("worse"))
	assert.False(t, query.Flag("missing"))
	assert.False(t, query.Flag("flag"))
	err := query.RequireValid()
	var failure *problem.Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, "must be of a", failure.Details[0].Message)
	assert.Len(t, failure.Details, 2)
	require.NoError(t, resource.ParseQuery("").RequireValid())
}

func FuzzQueries(f *testing.F) {
	for _, seed := range []string{"", "a=1&a=2", "a=%ff", "q=%F0%9F%98%80&sort=-a,b", "a=%", "%=%&=&+=+"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, each := range resource.ParseQuery(raw).Finish() {
			if utf8.ValidString(raw) && !utf8.ValidString(each.Field) {
				t.Errorf("%q is no text", each.Field)
			}
		}
	})
}
