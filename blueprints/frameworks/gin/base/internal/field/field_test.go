package field_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/field"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

const id = "0194f0a1-0000-7000-8000-00000000abcd"

// checker is a type whose values are told as JSON.
type checker struct {
	name  string
	check func(value any) (string, []problem.Detail)
	parse func(text string) (string, *problem.Fault)
}

func of[T any](name string, tested field.Type[T]) checker {
	return checker{
		name: name,
		check: func(value any) (string, []problem.Detail) {
			read, details := tested.Check(value, "it")
			return string(tested.Append(nil, read)), details
		},
		parse: func(text string) (string, *problem.Fault) {
			read, fault := tested.Parse(text)
			return string(tested.Append(nil, read)), fault
		},
	}
}

func value(t *testing.T, text string) any {
	t.Helper()
	read, err := strictjson.Decode([]byte(text))
	require.NoError(t, err)
	return read
}

func quoted(text string) string {
	return string(strictjson.AppendString(nil, text))
}

var (
	code    = of("code", field.String().Length(2, 4).Pattern(`^\w+$`))
	integer = of("integer", field.Integer())
	long    = of("long", field.Long())
	float   = of("float", field.Float())
	money   = of("money", field.Decimal(5, 2))
	whole   = of("whole", field.Decimal(3, 0))
	small   = of("small", field.Decimal(2, 2))
	day     = of("day", field.Date())
	moment  = of("moment", field.Moment())
	mail    = of("mail", field.Email())
	address = of("address", field.URL())
	object  = of("object", field.JSON())
	flag    = of("flag", field.Boolean())
	key     = of("key", field.UUID())
	colour  = of("colour", field.Choice("red", "blue"))
	links   = of("links", field.List(field.UUID()).MaxItems(field.MaxLinks))
	list    = of("list", field.List(field.Decimal(5, 2)).MaxItems(2))
)

func TestAccepted(t *testing.T) {
	t.Parallel()
	cases := []struct {
		of   checker
		json string
		kept string
	}{
		{code, `"ab"`, `"ab"`},
		{code, `"abcd"`, `"abcd"`},
		{of("two", field.String().Max(2)), `"😀😀"`, `"😀😀"`},
		{of("spaces", field.String().Max(6)), `" a\t b "`, `" a\t b "`},
		{of("text", field.Text()), quoted(strings.Repeat("x", 10_000)), quoted(strings.Repeat("x", 10_000))},
		{integer, "2147483647", "2147483647"},
		{integer, "-2147483648", "-2147483648"},
		{integer, "5.0", "5"},
		{integer, "5e2", "500"},
		{integer, "0e-400", "0"},
		{integer, "-0", "0"},
		{long, "9007199254740991", "9007199254740991"},
		{long, "-9007199254740991", "-9007199254740991"},
		{of("1..3", field.Integer().Min(1).Max(3)), "1", "1"},
		{of("1..3", field.Integer().Min(1).Max(3)), "3", "3"},
		{of("1<>3", field.Long().Above(1).Below(3)), "2", "2"},
		{float, "1", "1"},
		{float, "1e308", "1e+308"},
		{float, "1e-400", "0"},
		{float, "-0.0", "0"},
		{money, `"999.99"`, `"999.99"`},
		{money, "1e2", `"100.00"`},
		{money, `"1.50000"`, `"1.50"`},
		{money, `"-0"`, `"0.00"`},
		{money, "7", `"7.00"`},
		{whole, `"999.0"`, `"999"`},
		{small, `"-0.99"`, `"-0.99"`},
		// The nearest double of 0.1 is a little more than it.
		{of("0.1", field.Decimal(12, 2).Max("0.1")), "0.1", `"0.10"`},
		// More digits than a double has.
		{of("large", field.Decimal(18, 4)), `"12345678901234.5678"`, `"12345678901234.5678"`},
		{of("large", field.Decimal(18, 4)), "-99999999999999.9999", `"-99999999999999.9999"`},
		{flag, "false", "false"},
		{day, `"2024-02-29"`, `"2024-02-29"`},
		{of("2026", field.Date().Min("2026-01-01").Max("2026-12-31")), `"2026-12-31"`, `"2026-12-31"`},
		{moment, `"2026-01-01t01:30:00.98765+01:30"`, `"2026-01-01T00:00:00.987Z"`},
		{moment, `"2025-12-31T23:30:00-00:30"`, `"2026-01-01T00:00:00.000Z"`},
		{moment, `"2026-01-01T00:00:00z"`, `"2026-01-01T00:00:00.000Z"`},
		{moment, `"2026-01-01T00:00:00.1234567890123456789Z"`, `"2026-01-01T00:00:00.123Z"`},
		{moment, `"0001-01-01T00:00:00Z"`, `"0001-01-01T00:00:00.000Z"`},
		{moment, `"9999-12-31T23:59:59.999Z"`, `"9999-12-31T23:59:59.999Z"`},
		{key, quoted(strings.ToUpper(id)), quoted(id)},
		{mail, `"\tAda@Example.COM\n"`, `"ada@example.com"`},
		{address, `"https://a@[::1]:80/x?y#z"`, `"https://a@[::1]:80/x?y#z"`},
		{colour, `"red"`, `"red"`},
		{object, `{"b": [1.50, null, {"a": "c"}], "a": 1e2}`, `{"b":[1.5,null,{"a":"c"}],"a":100}`},
		{links, "[" + quoted(strings.ToUpper(id)) + "]", "[" + quoted(id) + "]"},
		{list, `["1", 2.5]`, `["1.00","2.50"]`},
		{list, `[]`, `[]`},
	}
	for _, each := range cases {
		kept, details := each.of.check(value(t, each.json))
		assert.Empty(t, details, "%s %.40s", each.of.name, each.json)
		assert.Equal(t, each.kept, kept, "%s %.40s", each.of.name, each.json)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	many := "[" + strings.TrimSuffix(strings.Repeat(quoted(id)+",", field.MaxLinks+1), ",") + "]"
	cases := []struct {
		of      checker
		json    string
		rule    problem.Rule
		message string
	}{
		{code, "5", problem.RuleType, "must be a string"},
		{code, `"a"`, problem.RuleMin, "must have at least 2 characters"},
		{code, `"abcde"`, problem.RuleMax, "must have at most 4 characters"},
		{code, `"a-b"`, problem.RulePattern, `must match ^\w+$`},
		// The end of the text is not the end of its line.
		{code, `"ab\n"`, problem.RulePattern, `must match ^\w+$`},
		{code, `"a\u0000"`, problem.RuleFormat, "must not contain NUL"},
		{of("string", field.String()), quoted(strings.Repeat("x", 256)), problem.RuleMax, "must have at most 255 characters"},
		{of("text", field.Text()), quoted(strings.Repeat("x", 10_001)), problem.RuleMax, "must have at most 10000 characters"},
		{integer, `"5"`, problem.RuleType, "must be a number"},
		{integer, "true", problem.RuleType, "must be a number"},
		{integer, "0.5", problem.RuleType, "must be a whole number"},
		{integer, "1e-999999", problem.RuleType, "must be a whole number"},
		{integer, "1e999999", problem.RuleMax, "must be at most 2147483647"},
		{integer, "-1e99999999999999999999", problem.RuleMin, "must be at least -2147483648"},
		{integer, "2147483648", problem.RuleMax, "must be at most 2147483647"},
		{integer, "-2147483649", problem.RuleMin, "must be at least -2147483648"},
		{long, "9007199254740992", problem.RuleMax, "must be at most 9007199254740991"},
		{long, "-9007199254740992", problem.RuleMin, "must be at least -9007199254740991"},
		{long, "9223372036854775808", problem.RuleMax, "must be at most 9007199254740991"},
		{of("min", field.Integer().Min(1)), "0", problem.RuleMin, "must be at least 1"},
		{of("max", field.Integer().Max(1)), "2", problem.RuleMax, "must be at most 1"},
		{of("above", field.Integer().Above(1)), "1", problem.RuleAbove, "must be greater than 1"},
		{of("below", field.Integer().Below(1)), "1", problem.RuleBelow, "must be less than 1"},
		{float, `"1.5"`, problem.RuleType, "must be a number"},
		{float, "1e309", problem.RuleMax, "must be a number of double precision"},
		{float, "-1" + strings.Repeat("0", 400), problem.RuleMin, "must be a number of double precision"},
		{of("above", field.Float().Above(0.5)), "0.5", problem.RuleAbove, "must be greater than 0.5"},
		{of("below", field.Float().Below(0.5)), "0.5", problem.RuleBelow, "must be less than 0.5"},
		{of("min", field.Float().Min(1e21)), "0", problem.RuleMin, "must be at least 1e+21"},
		{of("max", field.Float().Max(1)), "1.5", problem.RuleMax, "must be at most 1"},
		{money, `"1e3"`, problem.RuleFormat, "must be a decimal number such as 12.50"},
		{money, `"1."`, problem.RuleFormat, "must be a decimal number such as 12.50"},
		{money, "true", problem.RuleType, "must be a number"},
		{money, `"0.001"`, problem.RuleScale, "must have at most 2 digits after the point"},
		{money, `"1000"`, problem.RuleMax, "must be at most 999.99"},
		{money, `"-1000"`, problem.RuleMin, "must be at least -999.99"},
		{whole, `"0.5"`, problem.RuleScale, "must have at most 0 digits after the point"},
		{whole, `"1000"`, problem.RuleMax, "must be at most 999"},
		{small, `"1"`, problem.RuleMax, "must be at most 0.99"},
		{of("above", field.Decimal(12, 2).Above("0")), `"0"`, problem.RuleAbove, "must be greater than 0"},
		{of("below", field.Decimal(12, 2).Below("1")), `"1"`, problem.RuleBelow, "must be less than 1"},
		{of("min", field.Decimal(12, 2).Min("0.10")), `"0.09"`, problem.RuleMin, "must be at least 0.10"},
		{of("max", field.Decimal(12, 2).Max("0.10")), `"0.11"`, problem.RuleMax, "must be at most 0.10"},
		{money, "1e-999999", problem.RuleScale, "must have at most 2 digits after the point"},
		{money, "-1e999999", problem.RuleMin, "must be at least -999.99"},
		{flag, "1", problem.RuleType, "must be true or false"},
		{flag, `"true"`, problem.RuleType, "must be true or false"},
		{day, `"2026-02-30"`, problem.RuleFormat, "must be a day such as 2026-01-31"},
		{day, `"0999-01-01"`, problem.RuleFormat, "must be a day such as 2026-01-31"},
		{day, `"20260101"`, problem.RuleFormat, "must be a day such as 2026-01-31"},
		{day, "5", problem.RuleType, "must be a string"},
		{of("first", field.Date().Min("2026-01-01")), `"2025-12-31"`, problem.RuleMin, "must be at least 2026-01-01"},
		{of("last", field.Date().Max("2026-01-01")), `"2026-01-02"`, problem.RuleMax, "must be at most 2026-01-01"},
		{moment, "5", problem.RuleType, "must be a string"},
		{moment, `"2026-01-01T00:00:00"`, problem.RuleFormat, "must be a time such as 2026-01-31T09:30:00Z"},
		{moment, `"2026-01-01T24:00:00Z"`, problem.RuleFormat, "must be a time such as 2026-01-31T09:30:00Z"},
		{moment, `"2026-01-01T00:00:60Z"`, problem.RuleFormat, "must be a time such as 2026-01-31T09:30:00Z"},
		{moment, `"2026-02-30T00:00:00Z"`, problem.RuleFormat, "must be a time such as 2026-01-31T09:30:00Z"},
		{moment, `"2026-01-01T00:00:00+24:00"`, problem.RuleFormat, "must be a time such as 2026-01-31T09:30:00Z"},
		{moment, `"2026-01-01T00:00:00+00:60"`, problem.RuleFormat, "must be a time such as 2026-01-31T09:30:00Z"},
		{moment, `"2026-01-01T00:00:00,5Z"`, problem.RuleFormat, "must be a time such as 2026-01-31T09:30:00Z"},
		{moment, `"0000-12-31T23:30:00-01:00"`, problem.RuleFormat, "must be a time such as 2026-01-31T09:30:00Z"},
		{moment, `"0001-01-01T00:00:00+01:00"`, problem.RuleFormat, "must be a time such as 2026-01-31T09:30:00Z"},
		{moment, `"9999-12-31T23:59:59-01:00"`, problem.RuleFormat, "must be a time such as 2026-01-31T09:30:00Z"},
		{of("from", field.Moment().Min("2026-01-01T00:00:00Z")), `"2025-12-31T23:59:59Z"`, problem.RuleMin, "must be at least 2026-01-01T00:00:00Z"},
		{of("to", field.Moment().Max("2026-01-01T00:00:00Z")), `"2026-01-01T00:00:00.001Z"`, problem.RuleMax, "must be at most 2026-01-01T00:00:00Z"},
		{key, quoted(strings.ReplaceAll(id, "-", "")), problem.RuleFormat, "must be a UUID"},
		{key, quoted(id + "\n"), problem.RuleFormat, "must be a UUID"},
		{key, quoted("{" + id[:34] + "}"), problem.RuleFormat, "must be a UUID"},
		{key, "5", problem.RuleType, "must be a string"},
		// The sign for kelvin, whose lower case is a plain k.
		{mail, `"\u212aa@example.com"`, problem.RuleFormat, "must be an e-mail address"},
		{mail, `"a@example"`, problem.RuleFormat, "must be an e-mail address"},
		{mail, quoted(strings.Repeat("a", 243) + "@example.com"), problem.RuleMax, "must have at most 254 characters"},
		{address, `"ftp://example.com"`, problem.RuleFormat, "must be an address such as https://example.com"},
		{address, `"https://"`, problem.RuleFormat, "must be an address such as https://example.com"},
		{address, `"https://example.com/a b"`, problem.RuleFormat, "must be an address such as https://example.com"},
		{address, `"https://example.com/\u2028"`, problem.RuleFormat, "must be an address such as https://example.com"},
		{address, quoted("https://example.com/" + strings.Repeat("x", 2029)), problem.RuleMax, "must have at most 2048 characters"},
		{colour, `"red\u0000"`, problem.RuleFormat, "must not contain NUL"},
		{colour, `"Red"`, problem.RuleEnum, "must be one of red, blue"},
		{object, "[]", problem.RuleType, "must be an object"},
		{object, "5", problem.RuleType, "must be an object"},
		{object, `{"a\u0000": 1}`, problem.RuleFormat, "must not contain NUL"},
		{object, `{"a": [{"b": "\u0000"}]}`, problem.RuleFormat, "must not contain NUL"},
		{object, `{"a": 1e999}`, problem.RuleMax, "must be a number of double precision"},
		{links, `"x"`, problem.RuleType, "must be a list"},
		{links, many, problem.RuleMax, "must have at most 1000 items"},
		{list, "[1, 2, 3]", problem.RuleMax, "must have at most 2 items"},
	}
	for _, each := range cases {
		_, details := each.of.check(value(t, each.json))
		assert.Equal(t, []problem.Detail{{Field: "it", Rule: each.rule, Message: each.message}}, details, "%s %.40s", each.of.name, each.json)
	}
}

func TestEachItemOfAListIsJudged(t *testing.T) {
	t.Parallel()
	_, details := list.check(value(t, `["x", 1, null, 1.234]`))
	assert.Equal(t, []problem.Detail{
		{Field: "it[0]", Rule: problem.RuleFormat, Message: "must be a decimal number such as 12.50"},
		{Field: "it[2]", Rule: problem.RuleRequired, Message: "must not be null"},
		{Field: "it[3]", Rule: problem.RuleScale, Message: "must have at most 2 digits after the point"},
	}, details)
}

// Limits say what is stored, not what may be looked for.
func TestReadFromAQuery(t *testing.T) {
	t.Parallel()
	cases := []struct {
		of   checker
		text string
		kept string
	}{
		{code, "a longer text than the field may have", `"a longer text than the field may have"`},
		{of("min", field.Integer().Min(10)), "-5.0", "-5"},
		{float, "1.5e3", "1500"},
		{of("above", field.Decimal(12, 2).Above("5")), "0.5", `"0.50"`},
		{flag, "true", "true"},
		{flag, "false", "false"},
		{of("first", field.Date().Min("2026-01-01")), "2020-01-01", `"2020-01-01"`},
		{moment, "2026-01-01T00:00:00Z", `"2026-01-01T00:00:00.000Z"`},
		{key, strings.ToUpper(id), quoted(id)},
		{mail, " A@example.com", `"a@example.com"`},
		{address, "http://x.example", `"http://x.example"`},
		{colour, "blue", `"blue"`},
	}
	for _, each := range cases {
		kept, fault := each.of.parse(each.text)
		assert.Nil(t, fault, "%s %s", each.of.name, each.text)
		assert.Equal(t, each.kept, kept, "%s %s", each.of.name, each.text)
	}
}

func TestRefusedInAQuery(t *testing.T) {
	t.Parallel()
	cases := []struct {
		of   checker
		text string
		rule problem.Rule
	}{
		{code, "\x00", problem.RuleFormat},
		{integer, "1e3", problem.RuleType},
		{integer, " 1", problem.RuleType},
		{integer, "1_0", problem.RuleType},
		{integer, "01", problem.RuleType},
		{integer, "1.5", problem.RuleType},
		{integer, "2147483648", problem.RuleMax},
		{float, "nan", problem.RuleType},
		{float, "0x1p4", problem.RuleType},
		{float, "1e999", problem.RuleMax},
		{money, "x", problem.RuleType},
		{money, "0.001", problem.RuleScale},
		{flag, "1", problem.RuleType},
		{day, "today", problem.RuleFormat},
		{colour, "green", problem.RuleEnum},
		{object, "{}", problem.RuleType},
		{links, id, problem.RuleType},
	}
	for _, each := range cases {
		_, fault := each.of.parse(each.text)
		require.NotNil(t, fault, "%s %s", each.of.name, each.text)
		assert.Equal(t, each.rule, fault.Rule, "%s %s", each.of.name, each.text)
	}
}

// Whatever is sent, a type refuses it or answers what it would accept again.
func FuzzCheck(f *testing.F) {
	types := []checker{code, integer, long, float, money, whole, small, day, moment, mail, address, object, flag, key, colour, links, list}
	for _, seed := range []string{`"a"`, "1e99", "-0.0", `"2026-01-01T00:00:00Z"`, `{"a":[1]}`, `["1"]`, "true", `"0.10"`, "1e-99999999999"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		sent, err := strictjson.Decode(data)
		if err != nil || sent == nil {
			return
		}
		for _, each := range types {
			kept, details := each.check(sent)
			if len(details) > 0 {
				continue
			}
			again, details := each.check(value(t, kept))
			assert.Empty(t, details, "%s %s", each.name, kept)
			assert.Equal(t, kept, again, each.name)
		}
	})
}

func FuzzParseMoment(f *testing.F) {
	f.Add("2026-01-01T00:00:00.5+01:00")
	f.Add("0001-01-01T00:00:00Z")
	f.Fuzz(func(t *testing.T, text string) {
		read, fault := field.ParseMoment(text)
		if fault == nil {
			again, fault := field.ParseMoment(read.Format("2006-01-02T15:04:05.000Z"))
			assert.Nil(t, fault)
			assert.True(t, read.Equal(again))
		}
	})
}

// thing is a row of every kind of field.
type thing struct {
	Name  string
	Size  *int
	Price decimal.Decimal
	Since time.Time
	Day   field.Day
	Extra strictjson.Object
	More  *strictjson.Object
	Tags  []string
	Of    *uuid.UUID
	With  []uuid.UUID
	Kind  string
	Big   int64
	Ratio float64
	Open  bool
	Key   uuid.UUID
}

func things() []*field.Field[thing] {
	return field.Table(
		field.Required("name", field.String(), func(it *thing) *string { return &it.Name }),
		field.Optional("shoe_size", field.Integer(), func(it *thing) **int { return &it.Size }).Default(7),
		field.Required("price", field.Decimal(12, 2), func(it *thing) *decimal.Decimal { return &it.Price }).Default(decimal.New(10, -2)).ReadOnly(),
		field.Required("since", field.Moment(), func(it *thing) *time.Time { return &it.Since }).DefaultFunc(field.Now),
		field.Required("day", field.Date(), func(it *thing) *field.Day { return &it.Day }).DefaultFunc(field.Today),
		field.Required("extra", field.JSON(), func(it *thing) *strictjson.Object { return &it.Extra }).Default(field.Object(`{"a":[1]}`)),
		field.Optional("more", field.JSON(), func(it *thing) **strictjson.Object { return &it.More }).Private(),
		field.Required("tags", field.List(field.String()), func(it *thing) *[]string { return &it.Tags }).Default(field.Items(field.String(), `["x"]`)),
		field.Optional("owner_id", field.UUID(), func(it *thing) **uuid.UUID { return &it.Of }).References("User", field.SetNull),
		field.Links("thing_ids", field.LinksTo{To: "Thing"}, func(it *thing) *[]uuid.UUID { return &it.With }),
		field.Required("kind", field.Choice("a", "b"), func(it *thing) *string { return &it.Kind }).Default("a"),
		field.Required("big", field.Long(), func(it *thing) *int64 { return &it.Big }).Default(1),
		field.Required("ratio", field.Float(), func(it *thing) *float64 { return &it.Ratio }).Default(0.5),
		field.Required("open", field.Boolean(), func(it *thing) *bool { return &it.Open }).Default(true),
		field.Required("key", field.UUID(), func(it *thing) *uuid.UUID { return &it.Key }).Default(uuid.MustParse(id)),
	)
}

func named(t *testing.T, column string) *field.Field[thing] {
	t.Helper()
	for _, each := range things() {
		if each.Column == column {
			return each
		}
	}
	t.Fatalf("there is no field %s", column)
	return nil
}

func TestDefaultsAreMadeAnewEachTime(t *testing.T) {
	t.Parallel()
	var one, other thing
	for _, each := range things() {
		each.Default(&one)
		each.Default(&other)
	}
	one.Extra.Set("b", 2)
	one.Tags[0] = "y"
	assert.Equal(t, `{"a":[1]}`, string(named(t, "extra").Append(nil, &other)))
	assert.Equal(t, `["x"]`, string(named(t, "tags").Append(nil, &other)))
	assert.Equal(t, `"0.10"`, string(named(t, "price").Append(nil, &other)))
	assert.Equal(t, "7", string(named(t, "shoe_size").Append(nil, &other)))
	assert.Equal(t, "null", string(named(t, "more").Append(nil, &other)))
	assert.Equal(t, "[]", string(named(t, "thing_ids").Append(nil, &other)))
	assert.WithinDuration(t, time.Now(), other.Since, time.Minute)
	assert.Equal(t, time.Now().UTC().Format(time.DateOnly), string(other.Day))
	assert.False(t, named(t, "name").HasDefault())
	assert.True(t, named(t, "more").HasDefault())
}

func TestTextsOfDeclarationsMustBeRight(t *testing.T) {
	t.Parallel()
	assert.Panics(t, func() { field.Object("[]") })
	assert.Panics(t, func() { field.Items(field.Integer(), "[") })
}

func TestWhatIsStoredIsLoaded(t *testing.T) {
	t.Parallel()
	var row thing
	for _, each := range things() {
		each.Default(&row)
	}
	row.Of = &row.Key
	var loaded thing
	for _, each := range things() {
		scanner, isScanner := each.Dest(&loaded).(interface{ Scan(source any) error })
		require.True(t, isScanner)
		require.NoError(t, scanner.Scan(each.Arg(&row)), each.Column)
		assert.True(t, each.Equal(&row, &loaded), each.Column)
		assert.Equal(t, string(each.Append(nil, &row)), string(each.Append(nil, &loaded)), each.Column)
		var copied thing
		each.Copy(&copied, &row)
		assert.True(t, each.Equal(&row, &copied), each.Column)
	}
	assert.Error(t, scan(named(t, "extra"), "[]"))
	assert.Error(t, scan(named(t, "extra"), "{"))
	assert.Error(t, scan(named(t, "tags"), "{}"))
	assert.Error(t, scan(named(t, "tags"), 5.5))
	assert.Error(t, scan(named(t, "big"), "x"))
}

func scan(on *field.Field[thing], source any) error {
	var row thing
	return on.Dest(&row).(interface{ Scan(source any) error }).Scan(source)
}

func TestTextsAreThoseOfCursors(t *testing.T) {
	t.Parallel()
	row := thing{Name: `a "b"`, Price: decimal.New(5, 0), Big: 3, Since: time.Date(26, 1, 2, 3, 4, 5, 6_000_000, time.UTC)}
	for column, text := range map[string]string{
		"name": `a "b"`, "price": "5.00", "big": "3", "since": "0026-01-02T03:04:05.006Z", "open": "false", "more": "null",
	} {
		assert.Equal(t, text, named(t, column).Text(&row), column)
	}
	assert.Equal(t, []byte(`"5.00"`), strictjson.AppendValue(nil, named(t, "price").Value(&row)))
}

func TestIDsOfRelations(t *testing.T) {
	t.Parallel()
	one, other := uuid.MustParse(id), uuid.Must(uuid.NewV7())
	var row thing
	owner, others := named(t, "owner_id"), named(t, "thing_ids")
	assert.Equal(t, &field.Reference{Name: "owner", To: "User", OnDelete: field.SetNull}, owner.Reference)
	assert.True(t, owner.Stored())
	assert.False(t, others.Stored())
	assert.Empty(t, owner.IDs(&row))
	owner.SetIDs(&row, []uuid.UUID{one})
	others.SetIDs(&row, []uuid.UUID{one, other})
	assert.Equal(t, []uuid.UUID{one}, owner.IDs(&row))
	assert.Equal(t, []uuid.UUID{one, other}, others.IDs(&row))
	assert.Empty(t, named(t, "name").IDs(&row))
	owner.SetIDs(&row, nil)
	assert.True(t, owner.Null(&row))
	assert.False(t, owner.Equal(&row, &thing{Of: &one}))
	owner.Copy(&row, &thing{Of: &one})
	owner.Copy(&row, &thing{})
	assert.Nil(t, row.Of)
}

func TestQueriesBecomeArguments(t *testing.T) {
	t.Parallel()
	argument, err := named(t, "name").Parse("x")
	require.NoError(t, err)
	assert.Equal(t, "x", argument)
	_, err = named(t, "big").Parse("x")
	var fault *problem.Fault
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, problem.RuleType, fault.Rule)
}

func TestOrderedFields(t *testing.T) {
	t.Parallel()
	ordered := map[string]bool{"big": true, "shoe_size": true, "ratio": true, "price": true, "day": true, "since": true}
	for _, each := range things() {
		assert.Equal(t, ordered[each.Column], each.Ordered, each.Column)
	}
}

// --- bodies ---

func person() []*field.Field[thing] {
	return field.Table(
		field.Required("name", field.String().Min(2), func(it *thing) *string { return &it.Name }),
		field.Required("shoe_size", field.Long(), func(it *thing) *int64 { return &it.Big }).Default(7),
		field.Optional("secret", field.Integer(), func(it *thing) **int { return &it.Size }).Private(),
		field.Required("rank", field.Float(), func(it *thing) *float64 { return &it.Ratio }).ReadOnly(),
		field.Optional("more", field.JSON(), func(it *thing) **strictjson.Object { return &it.More }),
	)
}

func TestWhatIsLeftOutOfABody(t *testing.T) {
	t.Parallel()
	fields := person()
	size := fields[1].JSON
	create, replace, patch := field.Body[thing]{Fields: fields}, field.Body[thing]{Fields: fields, Whole: true}, field.Body[thing]{Fields: fields, Partial: true}
	nine := 9
	cases := []struct {
		body  field.Body[thing]
		sent  string
		given string
		row   string
	}{
		{create, `{"name":"ab"}`, "name " + size + " secret more", `["ab",7,null,null]`},
		{replace, `{"name":"ab"}`, "name " + size + " more", `["ab",7,9,null]`},
		{replace, `{"name":"ab","secret":null}`, "name " + size + " secret more", `["ab",7,null,null]`},
		{patch, `{}`, "", `["old",1,9,{"a":{"b":1}}]`},
		{patch, fmt.Sprintf(`{%q:2,"more":{"a":{"c":2,"b":null}}}`, size), size + " more", `["old",2,9,{"a":{"c":2}}]`},
		{patch, `{"more":null}`, "more", `["old",1,9,null]`},
		{replace, `{"name":"ab","more":{"c":null}}`, "name " + size + " more", `["ab",7,9,{"c":null}]`},
	}
	for _, each := range cases {
		more := field.Object(`{"a":{"b":1}}`)
		row := thing{Name: "old", Big: 1, Size: &nine, More: &more}
		given, faults := each.body.Read(&row, value(t, each.sent))
		assert.Empty(t, faults, each.sent)
		names := make([]string, len(given))
		for at, each := range given {
			names[at] = each.JSON
		}
		assert.Equal(t, each.given, strings.Join(names, " "), each.sent)
		var written []string
		for _, each := range fields {
			if each.Column != "rank" {
				written = append(written, string(each.Append(nil, &row)))
			}
		}
		assert.Equal(t, each.row, "["+strings.Join(written, ",")+"]", each.sent)
	}
}

func TestAllFaultsOfABodyComeAtOnce(t *testing.T) {
	t.Parallel()
	fields := person()
	body := field.Body[thing]{Fields: fields, ReadOnly: []string{"id", "rank"}}
	size := fields[1].JSON
	_, faults := body.Read(&thing{}, value(t, fmt.Sprintf(`{"x":1,"rank":1,"name":"a",%q:"1","id":1,"constructor":1}`, size)))
	assert.Equal(t, []problem.Detail{
		{Field: "name", Rule: problem.RuleMin, Message: "must have at least 2 characters"},
		{Field: size, Rule: problem.RuleType, Message: "must be a number"},
		{Field: "x", Rule: problem.RuleUnknown, Message: "is no field here"},
		{Field: "rank", Rule: problem.RuleReadOnly, Message: "cannot be set"},
		{Field: "id", Rule: problem.RuleReadOnly, Message: "cannot be set"},
		{Field: "constructor", Rule: problem.RuleUnknown, Message: "is no field here"},
	}, faults)
	_, faults = body.Read(&thing{}, value(t, `{"Name":"ab"}`))
	assert.Equal(t, []problem.Detail{
		{Field: "name", Rule: problem.RuleRequired, Message: "must be given"},
		{Field: "Name", Rule: problem.RuleUnknown, Message: "is no field here"},
	}, faults)
	_, faults = body.Read(&thing{}, value(t, `{"name":null}`))
	assert.Equal(t, []problem.Detail{{Field: "name", Rule: problem.RuleRequired, Message: "must not be null"}}, faults)
	for _, sent := range []string{"null", "[]", `"x"`, "5"} {
		_, faults := body.Read(&thing{}, value(t, sent))
		assert.Equal(t, []problem.Detail{{Field: "", Rule: problem.RuleType, Message: "must be an object"}}, faults, sent)
	}
}

func TestFaultsOfTheQueryComeFirst(t *testing.T) {
	t.Parallel()
	body := field.Body[thing]{Fields: person()}
	_, err := body.Require(&thing{}, value(t, `{"name":"ab"}`), nil)
	require.NoError(t, err)
	_, err = body.Require(&thing{}, value(t, `{}`), []problem.Detail{{Field: "y", Rule: problem.RuleUnknown}})
	var failure *problem.Error
	require.ErrorAs(t, err, &failure)
	require.Len(t, failure.Details, 2)
	assert.Equal(t, "y", failure.Details[0].Field)
}

func TestMergePatch(t *testing.T) {
	t.Parallel()
	cases := []struct{ target, patch, merged string }{
		{`{"a":1}`, `{"b":2}`, `{"a":1,"b":2}`},
		{`{"a":1,"b":2}`, `{"a":null,"c":null}`, `{"b":2}`},
		{`{"a":{"b":1,"c":[2]}}`, `{"a":{"b":null,"c":[null]}}`, `{"a":{"c":[null]}}`},
		{`{"a":1}`, `{"a":{"b":{"c":null}}}`, `{"a":{"b":{}}}`},
		{`{"a":1}`, `{"a":[2]}`, `{"a":[2]}`},
		{`[1]`, `{"a":1}`, `{"a":1}`},
		{`null`, `{}`, `{}`},
	}
	for _, each := range cases {
		target, _ := value(t, each.target).(*strictjson.Object)
		patch, isObject := value(t, each.patch).(*strictjson.Object)
		require.True(t, isObject)
		before := string(strictjson.AppendValue(nil, []any{target, patch}))
		assert.Equal(t, each.merged, string(strictjson.AppendValue(nil, field.MergePatch(target, patch))), each.patch)
		assert.Equal(t, before, string(strictjson.AppendValue(nil, []any{target, patch})))
	}
}

func TestManyKeysAreMergedInTime(t *testing.T) {
	t.Parallel()
	const many = 100_000
	target, patch := &strictjson.Object{}, &strictjson.Object{}
	for number := range many {
		target.Set(strconv.Itoa(number), true)
		patch.Set(strconv.Itoa(number), nil)
	}
	started := time.Now()
	assert.Zero(t, field.MergePatch(target, patch).Len())
	assert.Less(t, time.Since(started), 10*time.Second)
}

func TestPatternsSearch(t *testing.T) {
	t.Parallel()
	cases := []struct {
		pattern      string
		right, wrong []string
	}{
		{`^\d+$`, []string{"12"}, []string{"1\n", "\u0661", "a1", ""}},
		{`b`, []string{"abc"}, []string{"ac"}},
		{`^[a$]+$`, []string{"a$"}, []string{"a$\n", "b"}},
		{`^\S\W$`, []string{"a-"}, []string{" -", "aa"}},
		{`^\s$`, []string{" ", "\v"}, []string{"\u00a0", "\ufeff"}},
		{`^.$`, []string{"😀"}, []string{"\n", "ab"}},
		{`^[\d\w\-[]$`, []string{"1", "a", "-", "["}, []string{"]", "\\"}},
		{`^[[:alpha:]]$`, []string{":]", "a]"}, []string{"b"}},
		{`^(a|b){2}\.\/$`, []string{"ab./"}, []string{"abx/"}},
	}
	for _, each := range cases {
		compiled := field.CompilePattern(each.pattern)
		for _, text := range each.right {
			assert.True(t, compiled.MatchString(text), "%s %q", each.pattern, text)
		}
		for _, text := range each.wrong {
			assert.False(t, compiled.MatchString(text), "%s %q", each.pattern, text)
		}
	}
}
