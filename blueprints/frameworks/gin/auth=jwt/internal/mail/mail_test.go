package mail_test

import (
	"bufio"
	"context"
	"mime"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/config"
	"example.com/service/internal/mail"
)

func settingsWith(t *testing.T, transport string) mail.Settings {
	t.Helper()
	settings := mail.NewSettings()
	require.NoError(t, config.Read(&settings, map[string]string{"MAIL_TRANSPORT": transport}))
	return settings
}

func TestAMailIsAFileThatMailProgramsRead(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "mails")
	link := "http://127.0.0.1:8000/reset-password?token=" + strings.Repeat("x", 900)
	settings := settingsWith(t, "file:"+folder)
	sent := mail.Mail{To: "ada@example.com", Subject: "Grüße", Text: "Hello\n\n.\n" + link + "\n"}
	require.NoError(t, mail.NewSender(settings).Send(t.Context(), sent))
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	content, err := os.ReadFile(files[0])
	require.NoError(t, err)
	read, err := netmail.ReadMessage(strings.NewReader(string(content)))
	require.NoError(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	require.NoError(t, err)
	assert.Equal(t, "Grüße", subject)
	assert.Equal(t, "8bit", read.Header.Get("Content-Transfer-Encoding"))
	for name, address := range map[string]string{"To": "ada@example.com", "From": settings.From} {
		found, err := netmail.ParseAddress(read.Header.Get(name))
		require.NoError(t, err)
		assert.Equal(t, address, found.Address)
	}
	assert.Contains(t, string(content), "\r\n\r\nHello\r\n\r\n.\r\n"+link+"\r\n")
	others, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, others, 1)
}

func TestAFolderThatCannotBeIsAnError(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	err := mail.NewSender(settingsWith(t, "file:"+file)).Send(t.Context(), mail.Mail{To: "ada@example.com"})
	assert.ErrorContains(t, err, "make the folder of mails")
	err = mail.NewSender(settingsWith(t, "file:"+t.TempDir())).Send(t.Context(), mail.Mail{To: "nobody"})
	assert.ErrorContains(t, err, "write a mail")
}

// server is a small one that writes down what it is told.
type server struct {
	mutex sync.Mutex
	got   []string
}

func (s *server) serve(socket net.Conn) {
	defer func() { _ = socket.Close() }()
	_, _ = socket.Write([]byte("220 test\r\n"))
	data := false
	for lines := bufio.NewScanner(socket); lines.Scan(); {
		line := lines.Text()
		s.mutex.Lock()
		s.got = append(s.got, line)
		s.mutex.Unlock()
		said := "250 ok"
		switch word, _, _ := strings.Cut(strings.ToUpper(line), " "); {
		case data && line != ".":
			continue
		case data:
			data = false
		case word == "DATA":
			data, said = true, "354 go on"
		case word == "QUIT":
			said = "221 bye"
		}
		_, _ = socket.Write([]byte(said + "\r\n"))
	}
}

func TestAMailIsHandedOver(t *testing.T) {
	t.Parallel()
	listening, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listening.Close() }()
	served := &server{}
	go func() {
		if socket, err := listening.Accept(); err == nil {
			served.serve(socket)
		}
	}()
	sender := mail.NewSender(settingsWith(t, "smtp://"+listening.Addr().String()))
	require.NoError(t, sender.Send(t.Context(), mail.Mail{To: "ada@example.com", Subject: "Hello", Text: "Dear Ada\n"}))
	served.mutex.Lock()
	defer served.mutex.Unlock()
	text := strings.Join(served.got, "\n")
	assert.Regexp(t, `(?im)^RCPT TO:<ada@example\.com>`, text)
	assert.Contains(t, text, "Subject: Hello")
	assert.Contains(t, text, "Dear Ada")
}

func TestAServerThatIsAwayIsAnError(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"smtp://user:password@127.0.0.1:1", "smtps://127.0.0.1:1"} {
		err := mail.NewSender(settingsWith(t, transport)).Send(context.Background(), mail.Mail{To: "ada@example.com"})
		assert.ErrorContains(t, err, "connection refused", transport)
	}
}

func TestWhatLeadsNowhereIsRefused(t *testing.T) {
	t.Parallel()
	for variable, values := range map[string][]string{
		"MAIL_TRANSPORT": {"file:", "smtp://", "smtps:///x", "pigeon://loft"},
		"PUBLIC_URL":     {"ftp://x", "shop.example"},
	} {
		for _, value := range values {
			settings := mail.NewSettings()
			assert.ErrorContains(t, config.Read(&settings, map[string]string{variable: value}), variable)
		}
	}
}
