package config

import (
	"net/url"
	"strings"
)

// isDatabaseURL tells whether a URL names a database that this service can use.
func isDatabaseURL(text string) bool {
	_, err := url.Parse(text)
	return err == nil && strings.HasPrefix(text, "postgresql://")
}
