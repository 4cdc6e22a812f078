package auth

import (
	"net/http"
	"regexp"
	"strings"

	"example.com/service/internal/access"
	"example.com/service/internal/config"
	"example.com/service/internal/problem"
	"example.com/service/internal/project"
	"example.com/service/internal/web"
)

var bearerForm = regexp.MustCompile(`(?i)^bearer +(\S.*)$`)

// Identity tells who is asking: the user of a bearer token (RFC 6750) whose session is still alive.
type Identity struct {
	perMinute     int
	authPerMinute int
	tokens        *Tokens
	sessions      *Sessions
}

// NewIdentity makes what tells who is asking.
func NewIdentity(core config.Core, settings Settings, tokens *Tokens, sessions *Sessions) *Identity {
	return &Identity{int(core.RateLimitPerMinute), int(settings.AuthRateLimitPerMinute), tokens, sessions}
}

// PrivatePaths begin paths whose answers are about people; nobody on the way may keep them.
func (i *Identity) PrivatePaths() []string {
	return []string{project.BasePath + "/auth/", project.BasePath + "/users"}
}

// Limit is what a request counts against: its user, else its address; on /auth always the address.
func (i *Identity) Limit(request *http.Request, address string) web.Limit {
	if strings.HasPrefix(request.URL.Path, project.BasePath+"/auth/") {
		return web.Limit{Key: "auth " + address, PerMinute: i.authPerMinute}
	}
	claims, known, err := i.claims(request)
	if err != nil || !known {
		return web.Limit{Key: "address " + address, PerMinute: i.perMinute}
	}
	return web.Limit{Key: "user " + claims.UserID.String(), PerMinute: i.perMinute}
}

// Identify tells who calls, nobody without a token.
//
// It is 401 for a token that is malformed, expired, revoked or of a deactivated user. The role comes
// from the database, so a change of it acts at once.
func (i *Identity) Identify(request *http.Request) (access.Caller, error) {
	claims, known, err := i.claims(request)
	if err != nil || !known {
		return access.Caller{}, err
	}
	role, alive, err := i.sessions.Alive(request.Context(), claims)
	if err != nil {
		return access.Caller{}, err
	}
	if !alive {
		return access.Caller{}, problem.BadCredentials("The session has ended.", problem.CodeUnauthorized)
	}
	return access.Caller{UserID: &claims.UserID, Role: &role, SessionID: &claims.SessionID}, nil
}

// claims are what the token says; false when there is none.
func (i *Identity) claims(request *http.Request) (Claims, bool, error) {
	headers, sent := request.Header["Authorization"]
	if !sent {
		return Claims{}, false, nil
	}
	form := bearerForm.FindStringSubmatch(headers[0])
	if form == nil {
		return Claims{}, false, problem.BadCredentials("Send a bearer token.", problem.CodeUnauthorized)
	}
	claims, err := i.tokens.Read(strings.TrimSpace(form[1]))
	return claims, err == nil, err
}
