package app

import (
	"net/http"

	"example.com/service/internal/access"
	"example.com/service/internal/web"
)

// nobody is who calls where there are no accounts.
type nobody struct{ perMinute int }

// Limit is what a request counts against: its address.
func (n nobody) Limit(_ *http.Request, address string) web.Limit {
	return web.Limit{Key: "address " + address, PerMinute: n.perMinute}
}

// Identify tells who calls: always nobody.
func (nobody) Identify(*http.Request) (access.Caller, error) { return access.Caller{}, nil }

// PrivatePaths are none: no answer is about people.
func (nobody) PrivatePaths() []string { return nil }

// newAccounts makes none: nobody is ever logged in.
func newAccounts(p *parts) (web.Identity, []registrar, error) {
	return nobody{int(p.Settings.Core.RateLimitPerMinute)}, nil, nil
}
