package field

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"example.com/service/internal/database"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

const (
	maxString = 255
	maxText   = 10_000
	maxEmail  = 254
	maxURL    = 2048
)

// textOf is a string without NUL, which no database keeps.
func textOf(value any) (string, *problem.Fault) {
	text, isText := value.(string)
	if !isText {
		return "", fault(problem.RuleType, "must be a string")
	}
	if strings.IndexByte(text, 0) >= 0 {
		return "", fault(problem.RuleFormat, "must not contain NUL")
	}
	return text, nil
}

func unquoted(written []byte) string {
	value, _ := strictjson.Decode(written)
	text, _ := value.(string)
	return text
}

// words is what types have in common whose values are texts.
type words[T ~string] struct {
	plain[T]
}

// Append adds a value as JSON.
func (words[T]) Append(to []byte, value T) []byte {
	return strictjson.AppendString(to, string(value))
}

// Store is what is sent to the driver.
func (words[T]) Store(value T) any {
	return string(value)
}

// Load is what the driver gave back.
func (words[T]) Load(source any) (T, error) {
	text, err := database.LoadText(source)
	return T(text), err
}

// TextType is text whose length is counted in Unicode code points.
type TextType struct {
	words[string]

	min, max int
	pattern  string
	compiled *regexp.Regexp
}

// String is text of at most 255 characters.
func String() *TextType {
	return &TextType{max: maxString}
}

// Text is long text, of at most 10,000 characters.
func Text() *TextType {
	return &TextType{max: maxText}
}

// Length says how few and how many characters a text may have.
func (t *TextType) Length(least, most int) *TextType {
	t.min, t.max = least, most
	return t
}

// Min says how few characters a text may have.
func (t *TextType) Min(least int) *TextType {
	t.min = least
	return t
}

// Max says how many characters a text may have.
func (t *TextType) Max(most int) *TextType {
	t.max = most
	return t
}

// Pattern is what is searched for in a text.
func (t *TextType) Pattern(pattern string) *TextType {
	t.pattern, t.compiled = pattern, CompilePattern(pattern)
	return t
}

// Kind is what the type is called.
func (t *TextType) Kind() Kind {
	return KindText
}

// Check turns a JSON value into a text.
func (t *TextType) Check(value any, at string) (string, []problem.Detail) {
	text, found := textOf(value)
	if found == nil {
		found = t.judge(text)
	}
	return judged(text, found, at)
}

func (t *TextType) judge(text string) *problem.Fault {
	switch length := utf8.RuneCountInString(text); {
	case length < t.min:
		return fault(problem.RuleMin, fmt.Sprintf("must have at least %d characters", t.min))
	case length > t.max:
		return fault(problem.RuleMax, fmt.Sprintf("must have at most %d characters", t.max))
	case t.compiled != nil && !t.compiled.MatchString(text):
		return fault(problem.RulePattern, "must match "+t.pattern)
	}
	return nil
}

// Parse takes the text of a query parameter as it is.
func (t *TextType) Parse(text string) (string, *problem.Fault) {
	return textOf(text)
}

// formatted is a text that has one of several forms.
type formatted struct {
	words[string]

	kind Kind
	read func(text string) (string, *problem.Fault)
}

// Kind is what the type is called.
func (f *formatted) Kind() Kind {
	return f.kind
}

// Check turns a JSON value into a text.
func (f *formatted) Check(value any, at string) (string, []problem.Detail) {
	text, found := textOf(value)
	if found == nil {
		text, found = f.read(text)
	}
	return judged(text, found, at)
}

// Parse reads the text of a query parameter.
func (f *formatted) Parse(text string) (string, *problem.Fault) {
	return f.read(text)
}

const (
	label = `[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?`
	// White space of Unicode, and what controls a terminal.
	noSpace = `\s\v\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}\x00-\x1f\x7f-\x9f`
)

var (
	// https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, with at least one dot.
	emailForm = regexp.MustCompile("^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@" + label + `(?:\.` + label + `)+$`)
	// A scheme, perhaps a user, a host that is not empty, perhaps a port; then anything visible.
	urlForm = regexp.MustCompile(`^https?://(?:[^` + noSpace + `/?#@]*@)?(?:\[[0-9a-fA-F:.]+\]|[^` + noSpace + `/?#@:\[\]]+)` +
		`(?::[0-9]*)?(?:[/?#][^` + noSpace + `]*)?$`)
)

// Email is an e-mail address, trimmed and in lower case.
func Email() Type[string] {
	return &formatted{kind: KindEmail, read: ParseEmail}
}

// ParseEmail reads an e-mail address.
func ParseEmail(text string) (string, *problem.Fault) {
	address := strings.Trim(text, " \t\r\n\f")
	if !emailForm.MatchString(address) {
		return "", fault(problem.RuleFormat, "must be an e-mail address")
	}
	if len(address) > maxEmail {
		return "", fault(problem.RuleMax, fmt.Sprintf("must have at most %d characters", maxEmail))
	}
	return strings.ToLower(address), nil
}

// URL is an `http` or `https` address with a host.
func URL() Type[string] {
	return &formatted{kind: KindURL, read: parseURL}
}

func parseURL(text string) (string, *problem.Fault) {
	if !urlForm.MatchString(text) {
		return "", fault(problem.RuleFormat, "must be an address such as https://example.com")
	}
	if utf8.RuneCountInString(text) > maxURL {
		return "", fault(problem.RuleMax, fmt.Sprintf("must have at most %d characters", maxURL))
	}
	return text, nil
}

// ChoiceType is one of the values of an enumeration.
type ChoiceType[T ~string] struct {
	words[T]

	values []T
}

// Choice is one of these values.
func Choice[T ~string](values ...T) *ChoiceType[T] {
	return &ChoiceType[T]{values: values}
}

// Kind is what the type is called.
func (c *ChoiceType[T]) Kind() Kind {
	return KindEnum
}

// Check turns a JSON value into one of the values.
func (c *ChoiceType[T]) Check(value any, at string) (T, []problem.Detail) {
	text, found := textOf(value)
	if found != nil {
		return "", []problem.Detail{found.At(at)}
	}
	chosen, found := c.Parse(text)
	return judged(chosen, found, at)
}

// Parse reads the text of a query parameter.
func (c *ChoiceType[T]) Parse(text string) (T, *problem.Fault) {
	if slices.Contains(c.values, T(text)) {
		return T(text), nil
	}
	names := make([]string, len(c.values))
	for at, each := range c.values {
		names[at] = string(each)
	}
	return "", fault(problem.RuleEnum, "must be one of "+strings.Join(names, ", "))
}

// uuidType is a UUID as 8-4-4-4-12 hexadecimal digits, answered in lower case.
type uuidType struct {
	plain[uuid.UUID]
}

// UUID is a UUID as 8-4-4-4-12 hexadecimal digits; answered in lower case.
func UUID() Type[uuid.UUID] {
	return uuidType{}
}

// ParseUUID reads a UUID.
func ParseUUID(text string) (uuid.UUID, *problem.Fault) {
	const length = 36
	id, err := uuid.Parse(text)
	if err != nil || len(text) != length {
		return uuid.Nil, fault(problem.RuleFormat, "must be a UUID")
	}
	return id, nil
}

// Kind is what the type is called.
func (uuidType) Kind() Kind {
	return KindUUID
}

// Check turns a JSON value into a UUID.
func (uuidType) Check(value any, at string) (uuid.UUID, []problem.Detail) {
	text, found := textOf(value)
	if found != nil {
		return uuid.Nil, []problem.Detail{found.At(at)}
	}
	id, found := ParseUUID(text)
	return judged(id, found, at)
}

// Parse reads the text of a query parameter.
func (uuidType) Parse(text string) (uuid.UUID, *problem.Fault) {
	return ParseUUID(text)
}

// Append adds a value as JSON.
func (uuidType) Append(to []byte, value uuid.UUID) []byte {
	to = append(to, '"')
	to = append(to, value.String()...)
	return append(to, '"')
}

// Store is what is sent to the driver.
func (uuidType) Store(value uuid.UUID) any {
	return database.StoreUUID(value)
}

// Load is what the driver gave back.
func (uuidType) Load(source any) (uuid.UUID, error) {
	return database.LoadUUID(source)
}
