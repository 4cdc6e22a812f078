package strictjson_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/strictjson"
)

func nested(depth int) string {
	return strings.Repeat("[", depth) + strings.Repeat("]", depth)
}

func TestRefusesWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	const (
		notJSON = "The body is not JSON."
		notUTF8 = "The body is not UTF-8."
		halved  = "A string holds half a surrogate pair."
		tooDeep = "The body is nested deeper than 64."
	)
	cases := []struct{ text, message string }{
		{"", notJSON},
		{" ", notJSON},
		{"{", notJSON},
		{"{} {}", notJSON},
		{"NaN", notJSON},
		{`{"a": Infinity}`, notJSON},
		{"-Infinity", notJSON},
		{"01", notJSON},
		{"{'a': 1}", notJSON},
		{`{"a": 1,}`, notJSON},
		{"[1,]", notJSON},
		{"\"a\nb\"", notJSON},
		{"\ufeff{}", notJSON},
		{"\"\xff\"", notUTF8},
		{"\"\xed\xa0\x80\"", notUTF8},
		{`"\ud800"`, halved},
		{`"\ud800\n"`, halved},
		{`"\ud800\u0041"`, halved},
		{`{"\udc00": 1}`, halved},
		{`["ok", {"a": "\ud83d"}]`, halved},
		{strings.Repeat("[", 100_000), tooDeep},
		{nested(strictjson.MaxDepth + 1), tooDeep},
		{`["[\"", ` + nested(strictjson.MaxDepth) + `]`, tooDeep},
	}
	for _, each := range cases {
		_, err := strictjson.Decode([]byte(each.text))
		var syntax *strictjson.SyntaxError
		require.ErrorAs(t, err, &syntax, "%.40q", each.text)
		assert.Equal(t, each.message, err.Error(), "%.40q", each.text)
	}
}

func TestReadsJSONAsItIs(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text  string
		value any
	}{
		{`"\ud83d\ude00"`, "😀"},
		{`"\"\\\/\b\f\n\r\t\u00e9 é"`, "\"\\/\b\f\n\r\té é"},
		{"7", strictjson.Number("7")},
		{"-1.50E+3", strictjson.Number("-1.50E+3")},
		{"9007199254740993", strictjson.Number("9007199254740993")},
		{" null\n", nil},
		{"true", true},
		{"false", false},
		{"[ ]", []any{}},
		{`[1 , [ "a" ]]`, []any{strictjson.Number("1"), []any{"a"}}},
		{`{ }`, strictjson.NewObject()},
		{`{"a": 1, "a": 2}`, strictjson.NewObject("a", strictjson.Number("2"))},
		{`{"b": {"c": null}, "A": ""}`, strictjson.NewObject("b", strictjson.NewObject("c", nil), "A", "")},
	}
	for _, each := range cases {
		value, err := strictjson.Decode([]byte(each.text))
		require.NoError(t, err, each.text)
		assert.Equal(t, strictjson.AppendValue(nil, each.value), strictjson.AppendValue(nil, value), each.text)
		assert.IsType(t, each.value, value, each.text)
	}
}

func TestTheGreatestDepthIsAllowedAndBracketsInStringsAreNone(t *testing.T) {
	t.Parallel()
	deepest := strings.Repeat("[", strictjson.MaxDepth) + `"[[\"[["` + strings.Repeat("]", strictjson.MaxDepth)
	_, err := strictjson.Decode([]byte(deepest))
	assert.NoError(t, err)
}

func TestKeysKeepTheirOrderHoweverManyThereAre(t *testing.T) {
	t.Parallel()
	text := `{"9":0,"b":1,"a":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n":14,"o":15,"p":16,"q":17}`
	value, err := strictjson.Decode([]byte(text))
	require.NoError(t, err)
	object, isObject := value.(*strictjson.Object)
	require.True(t, isObject)
	assert.Equal(t, text, string(strictjson.AppendValue(nil, object)))
	copied := object.Clone()
	object.Delete("b")
	object.Set("9", "changed")
	object.Set("z", nil)
	_, found := object.Get("b")
	assert.False(t, found)
	last, found := object.Get("q")
	assert.True(t, found)
	assert.Equal(t, strictjson.Number("17"), last)
	assert.Equal(t, 18, object.Len())
	assert.True(t, strings.HasPrefix(string(strictjson.AppendValue(nil, object)), `{"9":"changed","a":2,`))
	assert.Equal(t, text, string(strictjson.AppendValue(nil, copied)))
}

func TestDigitsOfNumbers(t *testing.T) {
	t.Parallel()
	const most = 1 << 24
	cases := []struct {
		number  strictjson.Number
		numeral strictjson.Numeral
	}{
		{"0", strictjson.Numeral{}},
		{"-0.00e5", strictjson.Numeral{}},
		{"1.10", strictjson.Numeral{Digits: "11", Power: 0}},
		{"-120", strictjson.Numeral{Negative: true, Digits: "12", Power: 2}},
		{"0.0012e1", strictjson.Numeral{Digits: "12", Power: -2}},
		{"5E2", strictjson.Numeral{Digits: "5", Power: 2}},
		{"1e99999999999999999999", strictjson.Numeral{Digits: "1", Power: most}},
		{"1e-99999999999999999999", strictjson.Numeral{Digits: "1", Power: -most}},
	}
	for _, each := range cases {
		assert.Equal(t, each.numeral, each.number.Numeral(), each.number)
	}
}

func TestEqualValuesAreOneText(t *testing.T) {
	t.Parallel()
	same := [][2]string{
		{`{"a": 1, "b": [1.0, 10]}`, `{"b":[1e0,1E1],"a":1.00}`},
		{`"\u0061"`, `"a"`},
		{`-0`, `0.0`},
	}
	for _, each := range same {
		assert.Equal(t, canonical(t, each[0]), canonical(t, each[1]))
	}
	different := []string{`1`, `-1`, `10`, `"1"`, `[1]`, `{"1":1}`, `null`, `[]`, `{}`, `[[1],2]`, `[[1,2]]`}
	seen := map[string]string{}
	for _, each := range different {
		text := canonical(t, each)
		assert.Empty(t, seen[text], each)
		seen[text] = each
	}
}

func canonical(t *testing.T, text string) string {
	t.Helper()
	value, err := strictjson.Decode([]byte(text))
	require.NoError(t, err)
	return string(strictjson.Canonical(value))
}

func TestWritesOnlyTheEscapesThatMustBe(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `"\"\\/\b\f\n\r\t\u0000\u001f<&>é😀`+"\u2028\u007f"+`"`,
		string(strictjson.AppendString(nil, "\"\\/\b\f\n\r\t\x00\x1f<&>é😀\u2028\u007f")))
}

func TestWritesNumbersAsShortAsTheyCanBe(t *testing.T) {
	t.Parallel()
	cases := map[float64]string{
		0: "0", 1: "1", -1.5: "-1.5", 0.1: "0.1", 1e20: "100000000000000000000", 1e21: "1e+21", 1e-6: "0.000001", 1.5e-7: "1.5e-7",
		1e100: "1e+100", 5e-324: "5e-324",
	}
	for value, text := range cases {
		assert.Equal(t, text, string(strictjson.AppendFloat(nil, value)))
	}
	negative := -1.0
	assert.Equal(t, "0", string(strictjson.AppendFloat(nil, 0*negative)))
}

func TestWritesWhateverGoHas(t *testing.T) {
	t.Parallel()
	value := strictjson.NewObject(
		"a", int64(1), "b", 2, "c", 1.5, "d", json.RawMessage(`{"x":1}`), "e", []string{"f"}, "g", nil, "h", true, "i", (*strictjson.Object)(nil))
	assert.JSONEq(t, `{"a":1,"b":2,"c":1.5,"d":{"x":1},"e":["f"],"g":null,"h":true,"i":null}`, string(strictjson.AppendValue(nil, value)))
	assert.Equal(t, "null", string(strictjson.AppendValue(nil, func() {})))
}

func TestObjectsAreReadAndWrittenByOthers(t *testing.T) {
	t.Parallel()
	var read struct{ Value *strictjson.Object }
	require.NoError(t, json.Unmarshal([]byte(`{"Value":{"b":1,"a":[]}}`), &read))
	written, err := json.Marshal(read)
	require.NoError(t, err)
	assert.Equal(t, `{"Value":{"b":1,"a":[]}}`, string(written))
	assert.Error(t, json.Unmarshal([]byte(`{"Value":[]}`), &read))
	assert.Error(t, json.Unmarshal([]byte(`{"Value":{"a":"\ud800"}}`), &read))
}

// Whatever comes, it is refused or it is what encoding/json makes of it.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"a": [1, -2.5e3, "x\u00e9\ud83d\ude00"], "a": null}`, `"\ud800"`, nested(65), "\xff", `[1,]`, `{"a":{"b":[]}}`, "-0", " ",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		value, err := strictjson.Decode(data)
		if err != nil {
			return
		}
		var usual, again any
		require.NoError(t, json.Unmarshal(data, &usual))
		written := strictjson.AppendValue(nil, value)
		require.NoError(t, json.Unmarshal(written, &again), "%s", written)
		assert.True(t, reflect.DeepEqual(usual, again), "%s became %s", data, written)
		_ = strictjson.Canonical(value)
	})
}
