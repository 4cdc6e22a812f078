package field

import (
	"slices"

	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

// Body is what a caller may send, and what becomes of what he leaves out.
type Body[E any] struct {
	Fields []*Field[E]
	// ReadOnly are the JSON keys that only the service sets.
	ReadOnly []string
	// Partial bodies change a row: what is left out keeps its value, objects are merged.
	Partial bool
	// Whole bodies replace a row: what nobody sees keeps its value when it is left out.
	Whole bool
}

// Read sets the fields of a row to what was sent or to their defaults, and tells which were set and
// what is wrong.
func (b Body[E]) Read(row *E, sent any) (given []*Field[E], faults []problem.Detail) {
	object, isObject := sent.(*strictjson.Object)
	if !isObject {
		return nil, []problem.Detail{{Rule: problem.RuleType, Message: "must be an object"}}
	}
	accepted := make(map[string]bool, len(b.Fields))
	for _, each := range b.Fields {
		if each.ReadOnly {
			continue
		}
		accepted[each.JSON] = true
		value, came := object.Get(each.JSON)
		switch {
		case came:
			given = append(given, each)
			faults = append(faults, each.decode(row, value, b.Partial)...)
		case b.Partial || b.Whole && each.Private:
		case each.HasDefault():
			given = append(given, each)
			each.Default(row)
		default:
			faults = append(faults, each.Missing())
		}
	}
	for key := range object.All() {
		if !accepted[key] {
			faults = append(faults, b.refused(key))
		}
	}
	return given, problem.FirstPerField(faults)
}

// Require is Read, with a problem when anything is wrong with the body or the query.
func (b Body[E]) Require(row *E, sent any, query []problem.Detail) ([]*Field[E], error) {
	given, faults := b.Read(row, sent)
	if all := append(slices.Clone(query), faults...); len(all) > 0 {
		return nil, problem.Validation(all)
	}
	return given, nil
}

func (b Body[E]) refused(key string) problem.Detail {
	if slices.Contains(b.ReadOnly, key) {
		return problem.Detail{Field: key, Rule: problem.RuleReadOnly, Message: "cannot be set"}
	}
	return problem.Detail{Field: key, Rule: problem.RuleUnknown, Message: "is no field here"}
}
