package mail

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	smtp "github.com/wneessen/go-mail"
)

const (
	patience = 30 * time.Second
	readable = 0o755
	private  = 0o600
)

// Mail is a plain text mail.
type Mail struct {
	To      string
	Subject string
	Text    string
}

// Sender sends mails.
type Sender struct {
	settings Settings
}

// NewSender makes what sends mails.
func NewSender(settings Settings) *Sender {
	return &Sender{settings}
}

// Send sends a mail; the error says that it could not be handed over.
func (s *Sender) Send(ctx context.Context, mail Mail) error {
	folder, isFile := strings.CutPrefix(string(s.settings.Transport), "file:")
	encoding := smtp.EncodingQP
	if isFile {
		// Long lines stay whole, so that a link can be read and copied as it is.
		encoding = smtp.NoEncoding
	}
	message := smtp.NewMsg(smtp.WithEncoding(encoding), smtp.WithNoDefaultUserAgent())
	if err := message.From(s.settings.From); err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	if err := message.To(mail.To); err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	message.Subject(mail.Subject)
	message.SetDate()
	message.SetMessageID()
	message.SetBodyString(smtp.TypeTextPlain, strings.ReplaceAll(mail.Text, "\n", "\r\n"))
	if isFile {
		return keep(strings.TrimPrefix(folder, "//"), message)
	}
	return s.hand(ctx, message)
}

// keep writes a mail as a file.
func keep(folder string, message *smtp.Msg) error {
	var written bytes.Buffer
	if _, err := message.WriteTo(&written); err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("name a mail: %w", err)
	}
	if err := os.MkdirAll(folder, readable); err != nil {
		return fmt.Errorf("make the folder of mails: %w", err)
	}
	// Written aside and renamed, so that nobody reads half a mail.
	unfinished := filepath.Join(folder, "."+id.String())
	if err := os.WriteFile(unfinished, written.Bytes(), private); err != nil {
		return fmt.Errorf("keep a mail: %w", err)
	}
	if err := os.Rename(unfinished, filepath.Join(folder, id.String()+".eml")); err != nil {
		return fmt.Errorf("keep a mail: %w", err)
	}
	return nil
}

// hand gives a mail to the server.
func (s *Sender) hand(ctx context.Context, message *smtp.Msg) error {
	server, err := url.Parse(string(s.settings.Transport))
	if err != nil {
		return fmt.Errorf("read MAIL_TRANSPORT: %w", err)
	}
	// Without TLS from the start it is used when the server offers it.
	options := []smtp.Option{smtp.WithTimeout(patience), smtp.WithTLSPortPolicy(smtp.TLSOpportunistic)}
	if server.Scheme == "smtps" {
		options = []smtp.Option{smtp.WithTimeout(patience), smtp.WithSSLPort(false)}
	}
	if port, err := strconv.Atoi(server.Port()); err == nil {
		options = append(options, smtp.WithPort(port))
	}
	if password, known := server.User.Password(); known {
		options = append(options, smtp.WithSMTPAuth(smtp.SMTPAuthAutoDiscover),
			smtp.WithUsername(server.User.Username()), smtp.WithPassword(password))
	}
	client, err := smtp.NewClient(server.Hostname(), options...)
	if err != nil {
		return fmt.Errorf("reach the mail server: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, message); err != nil {
		return fmt.Errorf("send a mail: %w", err)
	}
	return nil
}
