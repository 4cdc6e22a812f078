package accounts

import (
	"example.com/service/internal/auth"
	"example.com/service/internal/field"
	"example.com/service/internal/naming"
	"example.com/service/internal/strictjson"
)

// What is sent is judged by the service, after what comes first: the account, the current password,
// the token.
const anyLength = 10_000

// credentials are an address and a password.
type credentials struct {
	Email    string
	Password string
}

// refreshing holds a refresh token.
type refreshing struct {
	Token string
}

// passwordChange is the current password, and the one to come.
type passwordChange struct {
	Current string
	New     string
}

// resetRequest is the address that gets the mail.
type resetRequest struct {
	Email string
}

// resetConfirmation is the token out of the mail, and the new password.
type resetConfirmation struct {
	Token    string
	Password string
}

// bodies are what can be sent to /auth, besides registrations.
type bodies struct {
	login        field.Body[credentials]
	refresh      field.Body[refreshing]
	change       field.Body[passwordChange]
	reset        field.Body[resetRequest]
	confirmation field.Body[resetConfirmation]
}

func newBodies(readOnly []string) bodies {
	text := field.Text().Max(anyLength)
	return bodies{
		login: field.Body[credentials]{ReadOnly: readOnly, Fields: field.Table(
			field.Required("email", field.Email(), func(c *credentials) *string { return &c.Email }),
			field.Required("password", text, func(c *credentials) *string { return &c.Password }),
		)},
		refresh: field.Body[refreshing]{ReadOnly: readOnly, Fields: field.Table(
			field.Required("refresh_token", text, func(r *refreshing) *string { return &r.Token }),
		)},
		change: field.Body[passwordChange]{ReadOnly: readOnly, Fields: field.Table(
			field.Required("current_password", text, func(p *passwordChange) *string { return &p.Current }),
			field.Required("new_password", text, func(p *passwordChange) *string { return &p.New }),
		)},
		reset: field.Body[resetRequest]{ReadOnly: readOnly, Fields: field.Table(
			field.Required("email", field.Email(), func(r *resetRequest) *string { return &r.Email }),
		)},
		confirmation: field.Body[resetConfirmation]{ReadOnly: readOnly, Fields: field.Table(
			field.Required("token", text, func(r *resetConfirmation) *string { return &r.Token }),
			field.Required("new_password", text, func(r *resetConfirmation) *string { return &r.Password }),
		)},
	}
}

// pairBody is a pair of tokens as it is answered.
func pairBody(pair auth.Pair) []byte {
	return strictjson.AppendValue(nil, strictjson.NewObject(
		naming.JSON("access_token"), pair.AccessToken,
		naming.JSON("refresh_token"), pair.RefreshToken,
		naming.JSON("token_type"), "Bearer",
		naming.JSON("expires_in"), pair.ExpiresIn,
	))
}
