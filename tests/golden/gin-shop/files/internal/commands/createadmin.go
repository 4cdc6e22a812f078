package commands

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"example.com/shop/internal/app"
	"example.com/shop/internal/auth"
	"example.com/shop/internal/problem"
	"example.com/shop/internal/resource"
	"example.com/shop/internal/strictjson"
	"example.com/shop/internal/users"
)

// CreateAdmin makes the first admin, or promotes the account of `ADMIN_EMAIL`, which keeps its
// password.
func CreateAdmin(ctx context.Context, env *Env, _ []string) (err error) {
	db, err := app.OpenDatabase(env.Log, env.Settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	people := users.NewService(resource.NewRegistry(db), auth.NewPasswords())
	done, err := createAdmin(ctx, people, env.Settings.Auth)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Out, "admin %s\n", done)
	return err
}

func createAdmin(ctx context.Context, people *users.Service, given auth.Settings) (string, error) {
	user := people.Fields.New()
	if _, faults := people.Fields.Create().Read(user, adminBody(given)); len(faults) > 0 {
		lines := make([]string, len(faults))
		for at, fault := range faults {
			lines[at] = fmt.Sprintf("ADMIN_%s: %s", strings.ToUpper(fault.Field), fault.Message)
		}
		return "", errors.New(strings.Join(lines, "\n"))
	}
	known, err := people.WithEmail(ctx, user.Email)
	if err != nil {
		return "", err
	}
	if known != nil {
		return "promoted: " + known.Email, people.Promote(ctx, known.ID)
	}
	err = people.Create(ctx, user, nil)
	var refused *problem.Error
	if errors.As(err, &refused) && refused.Status == http.StatusConflict {
		// The examples that fill unique fields serve one account.
		return "", errors.New("admin: an example is taken; register the account, then run this to promote it")
	}
	return "created: " + user.Email, err
}

// adminBody is what would be sent for the admin.
func adminBody(given auth.Settings) *strictjson.Object {
	body := strictjson.NewObject("name", "Admin", "role", "admin")
	if given.AdminEmail != "" {
		body.Set("email", given.AdminEmail)
	}
	if given.AdminPassword != "" {
		body.Set("password", given.AdminPassword.Reveal())
	}
	return body
}
