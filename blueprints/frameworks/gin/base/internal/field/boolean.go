package field

import (
	"strconv"

	"example.com/service/internal/database"
	"example.com/service/internal/problem"
)

// booleanType is true or false, nothing else.
type booleanType struct {
	plain[bool]
}

// Boolean is true or false, nothing else.
func Boolean() Type[bool] {
	return booleanType{}
}

// ParseBoolean reads the text of a query parameter that is true or false.
func ParseBoolean(text string) (bool, *problem.Fault) {
	if text != "true" && text != "false" {
		return false, fault(problem.RuleType, "must be true or false")
	}
	return text == "true", nil
}

// Kind is what the type is called.
func (booleanType) Kind() Kind {
	return KindBoolean
}

// Check turns a JSON value into true or false.
func (booleanType) Check(value any, at string) (bool, []problem.Detail) {
	truth, isBool := value.(bool)
	if !isBool {
		return false, []problem.Detail{fault(problem.RuleType, "must be true or false").At(at)}
	}
	return truth, nil
}

// Parse reads the text of a query parameter.
func (booleanType) Parse(text string) (bool, *problem.Fault) {
	return ParseBoolean(text)
}

// Append adds a value as JSON.
func (booleanType) Append(to []byte, value bool) []byte {
	return strconv.AppendBool(to, value)
}

// Store is what is sent to the driver.
func (booleanType) Store(value bool) any {
	return database.StoreBool(value)
}

// Load is what the driver gave back.
func (booleanType) Load(source any) (bool, error) {
	return database.LoadBool(source)
}
