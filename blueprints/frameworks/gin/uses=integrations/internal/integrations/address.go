package integrations

import (
	"errors"
	"net/url"
	"regexp"
	"strings"

	"example.com/service/internal/config"
)

var visible = regexp.MustCompile(`^[\x21-\x7e]+$`)

// Address is the base URL of a service.
type Address string

// UnmarshalText reads a variable.
func (a *Address) UnmarshalText(text []byte) error {
	if !isAddress(string(text)) {
		return errors.New("must be the base URL of a service, such as https://service.example/api")
	}
	*a = Address(strings.TrimRight(string(text), "/"))
	return nil
}

func isAddress(text string) bool {
	address, err := url.Parse(text)
	if err != nil || !visible.MatchString(text) || address.Hostname() == "" ||
		!config.ValidPort(address.Port()) {
		return false
	}
	if address.Scheme != "http" && address.Scheme != "https" {
		return false
	}
	// What shows who we are has a variable of its own.
	return address.User == nil && !strings.ContainsAny(text, "?#")
}

// Token is what shows a service who we are.
type Token string

// UnmarshalText reads a variable.
func (t *Token) UnmarshalText(text []byte) error {
	if !visible.Match(text) {
		return errors.New("must be visible ASCII characters without spaces")
	}
	*t = Token(text)
	return nil
}

// String hides the token.
func (Token) String() string {
	return "***"
}
