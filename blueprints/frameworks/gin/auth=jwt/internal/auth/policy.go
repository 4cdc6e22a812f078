package auth

import (
	_ "embed" // the list of common passwords
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"example.com/service/internal/field"
	"example.com/service/internal/problem"
)

const (
	minPassword = 8
	maxPassword = 128
	// From this length on, any mixture of characters will do.
	longPassword = 12
)

// In lower case, those left out that the other rules refuse anyway.
//
//go:embed common_passwords.txt
var commonPasswords string

var isCommon = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for password := range strings.Lines(commonPasswords) {
		known[strings.TrimSuffix(password, "\n")] = true
	}
	return known
})

// PasswordFault is what is wrong with a password, nil when it will do. Lengths are in code points.
func PasswordFault(password string) *problem.Fault {
	length := utf8.RuneCountInString(password)
	switch {
	case strings.ContainsRune(password, 0):
		return &problem.Fault{Rule: problem.RuleFormat, Message: "must not contain NUL"}
	case length < minPassword:
		return &problem.Fault{Rule: problem.RuleMin, Message: fmt.Sprintf("must have at least %d characters", minPassword)}
	case length > maxPassword:
		return &problem.Fault{Rule: problem.RuleMax, Message: fmt.Sprintf("must have at most %d characters", maxPassword)}
	case length < longPassword && !isMixed(password):
		const wanted = "under %d characters it needs an upper-case letter, a lower-case letter and a digit"
		return &problem.Fault{Rule: problem.RuleCrossed, Message: fmt.Sprintf(wanted, longPassword)}
	case isCommon()[strings.ToLower(password)]:
		return &problem.Fault{Rule: problem.RuleCrossed, Message: "is one of the most common passwords"}
	}
	return nil
}

func isMixed(password string) bool {
	upper := func(letter rune) bool { return unicode.IsUpper(letter) || unicode.Is(unicode.Other_Uppercase, letter) }
	lower := func(letter rune) bool { return unicode.IsLower(letter) || unicode.Is(unicode.Other_Lowercase, letter) }
	return strings.ContainsFunc(password, upper) && strings.ContainsFunc(password, lower) &&
		strings.ContainsFunc(password, unicode.IsDigit)
}

// passwordType is text that is good enough for a password.
type passwordType struct {
	*field.TextType
}

// Password is a password that is good enough.
func Password() field.Type[string] {
	return passwordType{field.Text().Length(minPassword, maxPassword)}
}

// Check turns a JSON value into a password.
func (p passwordType) Check(value any, at string) (string, []problem.Detail) {
	password, details := p.TextType.Check(value, at)
	if len(details) > 0 {
		return "", details
	}
	if fault := PasswordFault(password); fault != nil {
		return "", []problem.Detail{fault.At(at)}
	}
	return password, nil
}
