package accounts

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"example.com/service/internal/auth"
	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/mail"
	"example.com/service/internal/project"
)

// welcome says who is greeted.
type welcome struct {
	UserID uuid.UUID
}

// welcomeMail greets a new user.
func welcomeMail() background.Kind[welcome] {
	return background.NewKind("send_welcome_mail",
		field.Required("user_id", field.UUID(), func(w *welcome) *uuid.UUID { return &w.UserID }),
	).On(background.High)
}

// resetMail sends a reset link, if the address has an account.
func resetMail() background.Kind[resetRequest] {
	return background.NewKind("send_reset_mail",
		field.Required("email", field.Email(), func(r *resetRequest) *string { return &r.Email }),
	).On(background.High)
}

// Mails writes the mails about accounts; each is a job.
type Mails struct {
	db       *database.DB
	resets   *auth.Resets
	sender   *mail.Sender
	auth     auth.Settings
	settings mail.Settings
}

// Jobs are those that send mails about accounts.
func Jobs(db *database.DB, authSettings auth.Settings, mailSettings mail.Settings) []background.Job {
	mails := &Mails{
		db:       db,
		resets:   auth.NewResets(authSettings, db),
		sender:   mail.NewSender(mailSettings),
		auth:     authSettings,
		settings: mailSettings,
	}
	return []background.Job{welcomeMail().Does(mails.greet), resetMail().Does(mails.sendLink)}
}

func (m *Mails) greet(ctx context.Context, _ background.Attempt, who welcome) error {
	var email, name string
	err := m.db.Read(ctx, func(ctx context.Context, q database.Queryer) error {
		return database.Each(ctx, q, func(scan func(into ...any) error) error { return scan(&email, &name) },
			"SELECT email, name FROM users WHERE id = %v", database.StoreUUID(who.UserID))
	})
	if err != nil || email == "" {
		return err
	}
	return m.sender.Send(ctx, mail.Mail{
		To:      email,
		Subject: "Welcome to " + project.Title,
		Text:    fmt.Sprintf("Hello %s,\n\nyour account at %s is ready.\n", name, project.Title),
	})
}

// sendLink makes the token, rather than the request, so that it is nowhere kept in clear.
func (m *Mails) sendLink(ctx context.Context, _ background.Attempt, asked resetRequest) error {
	token, err := m.resets.Make(ctx, asked.Email)
	if err != nil || token == "" {
		return err
	}
	const minute = 60
	lines := []string{
		fmt.Sprintf("Somebody, hopefully you, asked for a new password at %s.", project.Title),
		strings.TrimRight(string(m.settings.PublicURL), "/") + "/reset-password?token=" + token,
		fmt.Sprintf("The link works once, within %d minutes. If it was not you, do nothing.", int(m.auth.ResetTokenSeconds)/minute),
	}
	return m.sender.Send(ctx, mail.Mail{
		To:      asked.Email,
		Subject: "Your new password at " + project.Title,
		Text:    strings.Join(lines, "\n\n") + "\n",
	})
}
