package app

import (
	"example.com/shop/internal/accounts"
	"example.com/shop/internal/auth"
	"example.com/shop/internal/users"
	"example.com/shop/internal/web"
)

// newAccounts makes users, what they do with their accounts, and what tells who calls.
func newAccounts(p *parts) (web.Identity, []registrar, error) {
	tokens := auth.NewTokens(p.Settings.Auth)
	passwords := auth.NewPasswords()
	sessions := auth.NewSessions(p.Settings.Auth, tokens, p.DB)
	people := users.NewService(p.Registry, passwords)
	service := accounts.NewService(p.Registry, p.Settings.Auth, passwords, sessions, people)
	handlers := []registrar{accounts.NewHandler(service, people), users.NewHandler(people)}
	return auth.NewIdentity(p.Settings.Core, p.Settings.Auth, tokens, sessions), handlers, nil
}
