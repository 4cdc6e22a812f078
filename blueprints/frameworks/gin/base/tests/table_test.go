// Package tests asks the whole service for every resource that resources.json describes.
package tests

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

const unknownID = "018f0000-0000-7000-8000-000000000000"

// What a row or a body has, by key.
type object = map[string]any

// tested is a field, its limits, and a few right values; those of a unique field all differ.
type tested struct {
	Key        string
	Type       string
	Samples    []any
	Low        string
	High       string
	Above      string
	Below      string
	Precision  int
	Scale      int
	MaxItems   int
	Flags      []string
	Optional   bool
	HasDefault bool
	DefaultNow bool
	Default    any
}

func (f tested) is(flag string) bool { return slices.Contains(f.Flags, flag) }

func (f tested) private() bool { return f.is("private") }

func (f tested) readOnly() bool { return f.is("read_only") }

func (f tested) many() bool { return f.is("many") }

// ruled tells that a rule reads the field: then samples of the same place go together.
func (f tested) ruled() bool { return f.is("ruled") }

// needed tells whether a create cannot do without the field.
func (f tested) needed() bool { return !f.Optional && !f.HasDefault && !f.readOnly() }

// sample is a right value, another one for each number as long as there are samples.
func (f tested) sample(number int) any {
	value := f.Samples[number%len(f.Samples)]
	if f.many() {
		return []any{value}
	}
	return value
}

// relation is what a row refers to, or is linked to.
type relation struct {
	Name     string
	Key      string
	To       string
	Inverse  string
	OneToOne bool
	OnDelete string
	Optional bool
	Links    bool
}

// command is what may be done with a row.
type command struct {
	Name   string
	Path   string
	Access []string
	Fields []tested
	Sets   object
}

// approvalRule is which writes wait for consent, and whose.
type approvalRule struct {
	On        string
	Approvers []string
}

// described is a resource with its options; gated are the actions that can wait for consent.
type described struct {
	Entity     string
	Path       string
	Table      string
	Owned      bool
	Actions    []string
	Access     map[string][]string
	Fields     []tested
	References []relation
	Links      []relation
	Filters    []string
	Sorts      []string
	Search     []string
	SoftDelete bool
	Audit      bool
	Cursor     bool
	Unique     [][]string
	Gated      []string
	Rules      int
	Approvals  []approvalRule
	Commands   []command
}

func (r described) can(actions ...string) bool {
	for _, action := range actions {
		if !slices.Contains(r.Actions, action) {
			return false
		}
	}
	return true
}

func (r described) relations() []relation { return slices.Concat(r.References, r.Links) }

// written are the fields that bodies may have.
func (r described) written() []tested {
	return slices.DeleteFunc(slices.Clone(r.Fields), tested.readOnly)
}

// needed are the keys that a create cannot do without.
func (r described) needed() []string {
	var keys []string
	for _, each := range r.Fields {
		if each.needed() {
			keys = append(keys, each.Key)
		}
	}
	for _, each := range r.References {
		if !each.Optional {
			keys = append(keys, each.Key)
		}
	}
	return keys
}

// resources are those with all these actions.
func resources(t *testing.T, actions ...string) []described {
	t.Helper()
	var table struct{ Resources []described }
	text, err := os.ReadFile("resources.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &table))
	return slices.DeleteFunc(table.Resources, func(each described) bool { return !each.can(actions...) })
}

// resourceNamed is the resource of an entity; false for the accounts.
func resourceNamed(t *testing.T, entity string) (described, bool) {
	t.Helper()
	all := resources(t)
	at := slices.IndexFunc(all, func(each described) bool { return each.Entity == entity })
	if at < 0 {
		return described{}, false
	}
	return all[at], true
}

// vector is a condition with what it is worth for rows as they would be and as they are.
type vector struct {
	Entity string
	Kind   string
	Name   any
	Source string
	Cases  []struct {
		New   object
		Old   object
		Holds *bool
	}
}

// vectors are the conditions of this kind about an entity.
func vectors(t *testing.T, entity, kind string) []vector {
	t.Helper()
	var all []vector
	text, err := os.ReadFile("conditions.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &all))
	return slices.DeleteFunc(all, func(each vector) bool { return each.Entity != entity || each.Kind != kind })
}
