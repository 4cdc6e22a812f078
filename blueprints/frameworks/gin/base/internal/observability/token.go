package observability

import (
	"crypto/sha256"
	"crypto/subtle"
	"regexp"

	"example.com/service/internal/problem"
)

var bearer = regexp.MustCompile(`(?i)^bearer (.*)$`)

// Authorized tells whether the Authorization header of a request may read the metrics: everybody may when there is
// no token.
func Authorized(headers []string, token string) error {
	if token == "" {
		return nil
	}
	if len(headers) == 0 {
		return problem.Unauthorized()
	}
	given := ""
	if found := bearer.FindStringSubmatch(headers[0]); found != nil {
		given = found[1]
	}
	known, wanted := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(token))
	if subtle.ConstantTimeCompare(known[:], wanted[:]) == 0 {
		return problem.BadCredentials("This token is wrong.", problem.CodeUnauthorized)
	}
	return nil
}
