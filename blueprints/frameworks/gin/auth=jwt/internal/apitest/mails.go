package apitest

import (
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// Mail is a mail as it lies in its file.
type Mail struct {
	To, Subject, Text string
}

// Mails are those that the service has written, oldest first.
func (s *Service) Mails() []Mail {
	s.t.Helper()
	folder := strings.TrimPrefix(string(s.Settings.Mail.Transport), "file:")
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	require.NoError(s.t, err)
	slices.Sort(files)
	mails := make([]Mail, len(files))
	for at, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(s.t, err)
		read, err := mail.ReadMessage(strings.NewReader(string(content)))
		require.NoError(s.t, err)
		to, err := mail.ParseAddress(read.Header.Get("To"))
		require.NoError(s.t, err)
		_, text, _ := strings.Cut(string(content), "\r\n\r\n")
		mails[at] = Mail{To: to.Address, Subject: read.Header.Get("Subject"), Text: text}
	}
	return mails
}
