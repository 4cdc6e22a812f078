package condition_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"

	"example.com/service/internal/condition"
)

type colour string

const (
	yes     = condition.True
	no      = condition.False
	unknown = condition.Unknown
)

func TestWhatIsUnknownAndWhatCanBeSaidAllTheSame(t *testing.T) {
	t.Parallel()
	cases := []struct{ left, right, both condition.Truth }{
		{yes, yes, yes}, {yes, no, no}, {yes, unknown, unknown}, {no, no, no}, {no, unknown, no}, {unknown, unknown, unknown},
	}
	for _, each := range cases {
		assert.Equal(t, each.both, condition.Both(each.left, each.right))
		assert.Equal(t, each.both, condition.Both(each.right, each.left))
		// De Morgan: `a or b` is `not (not a and not b)`.
		turned := condition.Opposite(condition.Both(condition.Opposite(each.left), condition.Opposite(each.right)))
		assert.Equal(t, turned, condition.Either(each.left, each.right))
		assert.Equal(t, turned, condition.Either(each.right, each.left))
	}
	assert.Equal(t, yes, condition.Either(yes, unknown))
	assert.Equal(t, no, condition.Either(no, no))
	assert.Equal(t, []condition.Truth{no, yes, unknown}, []condition.Truth{condition.Opposite(yes), condition.Opposite(no), condition.Opposite(unknown)})
}

func TestValuesAreCompared(t *testing.T) {
	t.Parallel()
	early, late := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 2, 0, 0, 0, time.FixedZone("", 3600))
	text, number, long, float, truth, price := "b", 2, int64(2), 2.5, true, decimal.RequireFromString("2.50")
	id := uuid.MustParse("0194f0a1-0000-7000-8000-00000000abcd")
	cases := []struct {
		left, right any
		order       int
	}{
		{"a", "b", -1},
		{"b", &text, 0},
		// By code point, whatever the units of UTF-16 say.
		{"\uffff", "😀", -1},
		{colour("a"), "b", -1},
		{"b", colour("b"), 0},
		{1, &number, -1},
		{&number, &long, 0},
		{3, 2.5, 1},
		{&float, &price, 0},
		{0.1, condition.Exactly("0.1"), 0},
		{int64(9007199254740993), condition.Exactly("9007199254740993"), 0},
		{early, &late, -1},
		{condition.Moment("2026-01-01T01:00:00Z"), late, 0},
		{id, id.String(), 0},
		{&id, id, 0},
		{false, &truth, -1},
		{condition.True, true, 0},
	}
	for _, each := range cases {
		assert.Equal(t, condition.Of(each.order == 0), condition.Equal(each.left, each.right), "%v %v", each.left, each.right)
		assert.Equal(t, condition.Of(each.order != 0), condition.Unequal(each.left, each.right), "%v %v", each.left, each.right)
		assert.Equal(t, condition.Of(each.order < 0), condition.Less(each.left, each.right), "%v %v", each.left, each.right)
		assert.Equal(t, condition.Of(each.order <= 0), condition.LessOrEqual(each.left, each.right), "%v %v", each.left, each.right)
		assert.Equal(t, condition.Of(each.order > 0), condition.Less(each.right, each.left), "%v %v", each.left, each.right)
	}
}

func TestNothingIsKnownOfNull(t *testing.T) {
	t.Parallel()
	nulls := []any{
		nil, (*string)(nil), (*int)(nil), (*int64)(nil), (*float64)(nil), (*bool)(nil), (*decimal.Decimal)(nil), (*time.Time)(nil),
		(*uuid.UUID)(nil), (*colour)(nil), condition.Unknown, struct{}{},
	}
	for _, null := range nulls {
		assert.Equal(t, unknown, condition.Equal(null, 1))
		assert.Equal(t, unknown, condition.Less("a", null))
		assert.Equal(t, unknown, condition.LessOrEqual(null, null))
		assert.Equal(t, unknown, condition.Of(null))
		assert.Equal(t, yes, condition.IsNull(null))
		assert.Equal(t, no, condition.IsNotNull(null))
		assert.Nil(t, condition.Plus(null, 1))
		assert.Nil(t, condition.Times(1, null))
		assert.Nil(t, condition.Minus(null))
	}
	assert.Equal(t, no, condition.IsNull(""))
	assert.Equal(t, yes, condition.IsNotNull(0))
}

func TestNumbersComputeExactly(t *testing.T) {
	t.Parallel()
	sum := condition.Plus(condition.Exactly("0.1"), 0.2)
	assert.Equal(t, yes, condition.Equal(sum, condition.Exactly("0.3")))
	product := condition.Times(condition.Exactly("123456789.123456789"), condition.Exactly("987654321.987654321"))
	assert.Equal(t, yes, condition.Equal(product, condition.Exactly("121932631356500531.347203169112635269")))
	assert.Equal(t, yes, condition.Equal(condition.Minus(5), -5))
	assert.Equal(t, yes, condition.Less(condition.Times(condition.Exactly("10.00"), condition.Exactly("0.8")), condition.Exactly("8.01")))
}

func TestOneOf(t *testing.T) {
	t.Parallel()
	assert.Equal(t, yes, condition.OneOf("a", "b", "a"))
	assert.Equal(t, yes, condition.OneOf("a", nil, "a"))
	assert.Equal(t, no, condition.OneOf("a", "b", "c"))
	assert.Equal(t, no, condition.OneOf("a"))
	assert.Equal(t, unknown, condition.OneOf("a", "b", nil))
	assert.Equal(t, unknown, condition.OneOf(nil, "b"))
	assert.Equal(t, unknown, condition.OneOf(nil))
}
