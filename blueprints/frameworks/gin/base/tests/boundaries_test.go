package tests

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

const nul = "\x00"

// right is a right value, and what is answered for it.
type right struct{ value, answer any }

// wrong is a wrong value, and the place and the rule that are named.
type wrong struct {
	value any
	place string
	rule  string
}

// rightOf are right values, those at the limits included.
func rightOf(of tested) []right {
	first := of.Samples[0]
	if of.many() {
		value := slices.Repeat([]any{first}, min(of.MaxItems, 3))
		return []right{{value, value}}
	}
	var all []right
	for _, each := range of.Samples {
		all = append(all, right{each, each})
	}
	same := func(value any) { all = append(all, right{value, value}) }
	text, _ := first.(string)
	switch of.Type {
	case "string", "text":
		if !of.is("pattern") {
			same(strings.Repeat("é", number(of.Low, 0)))
			same(strings.Repeat("😀", longest(of)))
		}
	case "integer", "long":
		low, high := wholeLimits(of)
		same(float64(low))
		same(float64(high))
	case "decimal":
		low, high := decimalLimits(of)
		for _, each := range []decimal.Decimal{low, high} {
			written := each.StringFixed(int32(of.Scale))
			same(written)
			if of.Scale > 0 {
				all = append(all, right{written + "00", written})
			}
		}
	case "uuid":
		all = append(all, right{strings.ToUpper(text), first})
	case "email":
		all = append(all, right{" " + strings.ToUpper(text) + " ", first})
	case "datetime":
		if of.Low == "" && of.High == "" {
			all = append(all, right{"2026-01-01T01:30:00.98765+01:30", "2026-01-01T00:00:00.987Z"})
		}
	}
	return all
}

// wrongOf are wrong values, each with the place and the rule that it breaks.
func wrongOf(of tested) []wrong {
	var all []wrong
	for _, each := range wrongItems(of) {
		each.place = of.Key
		if of.many() {
			each.value, each.place = []any{of.Samples[0], each.value}, of.Key+"[1]"
		}
		all = append(all, each)
	}
	if of.many() {
		long := slices.Repeat([]any{of.Samples[0]}, of.MaxItems+1)
		all = append(all, wrong{"x", of.Key, "type"}, wrong{long, of.Key, "max"})
	}
	return all
}

func wrongItems(of tested) []wrong {
	all := []wrong{{object{}, "", "type"}}
	if of.Type == "json" {
		all = []wrong{{[]any{}, "", "type"}, {object{"x": nul}, "", "format"}}
	}
	add := func(value any, rule string) { all = append(all, wrong{value, "", rule}) }
	formatted := slices.Contains([]string{"email", "url", "uuid", "date", "datetime"}, of.Type)
	if formatted || slices.Contains([]string{"string", "text", "enum"}, of.Type) {
		add(5, "type")
	}
	if formatted || of.Type == "string" || of.Type == "text" {
		add("x"+nul, "format")
	}
	if formatted {
		add("nonsense", "format")
	}
	switch of.Type {
	case "string", "text":
		if low := number(of.Low, 0); low > 0 {
			add(strings.Repeat("x", low-1), "min")
		}
		add(strings.Repeat("x", longest(of)+1), "max")
	case "enum":
		add("nonsense", "enum")
	case "boolean":
		add(1, "type")
		add("true", "type")
	case "integer", "long":
		low, high := wholeLimits(of)
		add("5", "type")
		add(0.5, "type")
		add(true, "type")
		add(low-1, lowRule(of))
		add(high+1, highRule(of))
	case "decimal":
		low, high := decimalLimits(of)
		add(low.Sub(stepOf(of)).String(), lowRule(of))
		add(high.Add(stepOf(of)).String(), highRule(of))
		add("1."+strings.Repeat("0", of.Scale)+"1", "scale")
		add("1e3", "format")
	}
	return all
}

func lowRule(of tested) string {
	if of.Above == "" {
		return "min"
	}
	return "above"
}

func highRule(of tested) string {
	if of.Below == "" {
		return "max"
	}
	return "below"
}

func number(text string, otherwise int) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		return otherwise
	}
	return value
}

func longest(of tested) int {
	if of.Type == "string" {
		return number(of.High, 255)
	}
	return number(of.High, 10_000)
}

func wholeLimits(of tested) (low, high int) {
	lowest, highest := -(1<<53 - 1), 1<<53-1
	if of.Type == "integer" {
		lowest, highest = math.MinInt32, math.MaxInt32
	}
	return max(number(of.Low, lowest), number(of.Above, lowest-1)+1), min(number(of.High, highest), number(of.Below, highest+1)-1)
}

func stepOf(of tested) decimal.Decimal { return decimal.New(1, -int32(of.Scale)) }

func decimalLimits(of tested) (low, high decimal.Decimal) {
	step := stepOf(of)
	high = decimal.New(1, int32(of.Precision-of.Scale)).Sub(step)
	low = high.Neg()
	if of.Low != "" {
		low = decimal.RequireFromString(of.Low)
	}
	if of.Above != "" {
		low = decimal.RequireFromString(of.Above).Add(step)
	}
	if of.High != "" {
		high = decimal.RequireFromString(of.High)
	}
	if of.Below != "" {
		high = decimal.RequireFromString(of.Below).Sub(step)
	}
	return low, high
}
