package config

import "strings"

// isDatabaseURL tells whether a URL names a database that this service can use: a file.
func isDatabaseURL(text string) bool {
	const scheme = "sqlite:///"
	return strings.HasPrefix(text, scheme) && len(text) > len(scheme)
}
