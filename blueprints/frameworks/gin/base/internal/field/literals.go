package field

import (
	"fmt"

	"example.com/service/internal/strictjson"
)

// Object is the JSON object of a text of this program, such as a default.
func Object(text string) strictjson.Object { return literal(JSON(), text) }

// Items are the items of a list of a text of this program, such as a default.
func Items[T any](item Type[T], text string) []T { return literal(List(item), text) }

// literal reads a value that the program itself declares: a wrong one is a fault of the program.
func literal[T any](of Type[T], text string) T {
	value, err := strictjson.Decode([]byte(text))
	if err != nil {
		panic(fmt.Sprintf("%s is no JSON: %v", text, err))
	}
	read, details := of.Check(value, "")
	if len(details) > 0 {
		panic(fmt.Sprintf("%s %s", text, details[0].Message))
	}
	return read
}
