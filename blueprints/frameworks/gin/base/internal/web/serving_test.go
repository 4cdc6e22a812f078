package web_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/web"
)

// freePort is a port that nobody listens at.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address, isTCP := listener.Addr().(*net.TCPAddr)
	require.True(t, isTCP)
	require.NoError(t, listener.Close())
	return address.Port
}

func TestARequestThatRunsIsFinished(t *testing.T) {
	port, entered := freePort(t), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		time.Sleep(200 * time.Millisecond)
		_, _ = io.WriteString(w, "done")
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- web.Serve(ctx, slog.New(slog.DiscardHandler), handler, "127.0.0.1", port, 5*time.Second)
	}()
	address := "http://127.0.0.1:" + strconv.Itoa(port)
	answered := make(chan string, 1)
	go func() {
		for range 100 {
			request, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, address, nil)
			if err != nil {
				break
			}
			response, err := http.DefaultClient.Do(request)
			if err == nil {
				text, _ := io.ReadAll(response.Body)
				_ = response.Body.Close()
				answered <- string(text)
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		answered <- "nobody listens"
	}()
	<-entered
	stop()
	assert.Equal(t, "done", <-answered)
	require.NoError(t, <-ended)
}

func TestAPortThatIsTakenIsTold(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	address, isTCP := listener.Addr().(*net.TCPAddr)
	require.True(t, isTCP)
	err = web.Serve(t.Context(), slog.New(slog.DiscardHandler), http.NotFoundHandler(), "127.0.0.1", address.Port, time.Second)
	assert.ErrorContains(t, err, "cannot listen")
}
